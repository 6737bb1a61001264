"""Whatever a notebook holds, its drafts read well, fit, and name nobody without permission."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from bot.content import CHANNELS, DRAFT_KINDS, TONES, load
from bot.notebook.drafts import Wanted, about_draft, draft_message
from bot.notebook.facts import draft_facts, relation_of
from bot.notebook.members import MemberFacts, change_settings, ensure_member, find_member
from bot.notebook.pages import Page, load_pages
from bot.rules.review import Fault, review_message
from bot.storage.db import Database
from bot.storage.models import Contact, Interview, Promise, Touch
from bot.storage.types import new_key

CONTENT = load()
ME = 7
NOW = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
LACKS = frozenset(
    {
        Fault.NO_MINUTES,
        Fault.NO_CONNECTION,
        Fault.NO_CONTACT,
        Fault.NO_DETAIL,
        Fault.NO_ADVICE,
        Fault.NO_NEXT_STEP,
        Fault.FORM_LETTER,
    }
)
PROFILES: tuple[dict[str, str], ...] = (
    {},
    {"name": "Sam Lee"},
    {
        "name": "Siobhán O’Neil",
        "line": "I'm a second-year biology student.",
        "school": "Hill College",
        "field": "nursing",
        "email": "sio@example.edu",
        "phone": "555 0100",
        "tone": "friendly",
        "follow_up_by": "phone",
    },
)
NAMES = ("D’Arcy{0} O’Brien{0}", "李明{0}", "Zoë{0}", "Łu{0}-Jan{0} de la Cruz{0}", "Dr. A{0} V{0}")
NOTES = (
    "",
    "your story about the night shift",
    "How calm you stay 🙂",
    "she has seen so much",
    "shadow {{ me }} {% if x %} for a ${night} on the ward",
    "ask the **ward** about _night_ `shifts`, “nobody” else’s told me…",
    "The ward never sleeps. " * 180,
    "- read the union’s report\n- visit the clinic\n",
    "word " * 800,
)
WHYS = ("", "you changed careers too", "your way from the ward to teaching", "he knows everybody")
KNOWN = ("", "we met at the health fair", "mum's friend", "I know him from church")


async def notebook(db: Database, random: Random, profile: dict[str, str]) -> MemberFacts:
    """A notebook of twelve people, each named by some other or by nobody."""
    keys = [new_key() for _ in range(12)]
    contacts = [_contact(random, number, keys) for number in range(len(keys))]
    talks = [_talk(random, key) for key in keys if random.random() < 0.7]
    promises = [_promise(random, talk) for talk in talks if random.random() < 0.7]
    touches = [_touch(random, key) for key in keys if random.random() < 0.6]
    async with db.write() as session:
        await ensure_member(session, ME, now=NOW)
        await change_settings(session, ME, profile=profile, zone="America/New_York")
        for model, rows in (
            (Contact, contacts),
            (Interview, talks),
            (Promise, promises),
            (Touch, touches),
        ):
            for row in rows:
                await session.execute(insert(model).values(row))
        return await find_member(session, ME, guild_id=None)


def _contact(random: Random, number: int, keys: list[str]) -> dict[str, Any]:
    name = random.choice(NAMES).format(f"Q{number}q")
    details = {
        "name": name,
        "role": random.choice(["", "charge nurse"]),
        "organization": random.choice(["", "St. Mary's"]),
        "connection": random.choice(["", "alumni", "family", "teacher", "linkedin", "mutual"]),
        "how_known": random.choice(KNOWN),
        "why": random.choice(WHYS),
    }
    return {
        "key": keys[number],
        "owner_id": ME,
        "label": name,
        "details": {field: text for field, text in details.items() if text},
        "referred_by": random.choice([None, *keys[:number]]),
        "may_use_name": random.choice(["yes", "no", "not_asked"]),
        "added_at": NOW - timedelta(days=40),
        "last_at": NOW,
    }


def _talk(random: Random, key: str) -> dict[str, Any]:
    on = NOW + timedelta(days=random.choice([-20, -1, 0, 3]))
    told = {"enjoyed": random.choice(NOTES), "advice": random.choice(NOTES[:3] + NOTES[4:])}
    return {
        "key": new_key(),
        "owner_id": ME,
        "contact_key": key,
        "state": "held" if on < NOW else random.choice(["planned", "cancelled"]),
        "on": on.date(),
        "starts_at": random.choice([None, on]),
        "zone": "America/New_York",
        "mode": random.choice(["phone", "video", "in_person"]),
        "details": {field: text for field, text in told.items() if text},
        "recorded_at": NOW - timedelta(days=25),
        "logged_at": on if on < NOW else None,
        "cancelled_on": NOW.date(),
    }


def _promise(random: Random, talk: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": new_key(),
        "owner_id": ME,
        "contact_key": talk["contact_key"],
        "interview_key": talk["key"],
        "text": random.choice(NOTES[1:]),
        "on": talk["on"],
    }


def _touch(random: Random, key: str) -> dict[str, Any]:
    kind = random.choice(["asked", "wrote", "answered", "news"])
    return {
        "key": new_key(),
        "owner_id": ME,
        "contact_key": key,
        "kind": kind,
        "on": (NOW - timedelta(days=9)).date(),
        "zone": "UTC",
        "medium": random.choice([None, *CHANNELS, "letter"]),
        "answer": random.choice(["later", "yes", "no"]) if kind == "answered" else None,
        "until": random.choice([None, (NOW + timedelta(days=30)).date()]),
        "text": random.choice(NOTES) or None,
        "recorded_at": NOW - timedelta(days=9),
    }


def every_wanted() -> Iterator[Wanted]:
    for kind in DRAFT_KINDS:
        for channel, tone, short in product(CONTENT.channels(kind), TONES, (False, True)):
            yield Wanted(kind, channel, tone=tone, is_short=short)


def marks(text: str) -> set[str]:
    return set(re.findall(r"Q\d+q", text))


def may_be_named(page: Page) -> set[str]:
    named = [page.name, *(one.name for one in page.referrals)]
    if page.referrer and page.contact.row.s1 == "yes":
        named.append(page.referrer.name)
    return marks(" ".join(named))


@pytest.mark.parametrize("seed", range(len(PROFILES)))
async def test_no_draft_of_any_notebook_leaks_stumbles_or_fails_its_review(
    sqlite_db: Database, seed: int
):
    member = await notebook(sqlite_db, Random(seed), PROFILES[seed])
    async with sqlite_db.read() as session:
        pages = await load_pages(session, None, owner_id=ME)
    for number, wanted in enumerate(every_wanted()):
        page = list(pages.values())[number % len(pages)]
        drafted = draft_message(CONTENT, page, member, now=NOW, wanted=wanted)
        whole = f"{drafted.subject}\n{drafted.text}"
        assert marks(whole) <= may_be_named(page), wanted
        assert not re.search(r"\bNone\b|\{\{ *\}\}|  |\s[,.;?](?!\w)|,[,.]|\.\.(?!\.)", whole), (
            wanted
        )
        assert len(drafted.text) <= (300 if wanted.channel == "linkedin" else 2400), wanted
        excused = LACKS if drafted.gaps else frozenset[Fault]()
        found = review_message(drafted.text, about_draft(drafted), subject=drafted.subject)
        faults = {one.fault for one in found if not one.is_hint} - excused - {Fault.GAP}
        assert faults == set(), f"{wanted}\n{whole}\n{faults}"


async def test_everybody_talked_to_is_told_to_whoever_named_them_and_to_nobody_else(
    sqlite_db: Database,
):
    member = await notebook(sqlite_db, Random(11), PROFILES[2])
    async with sqlite_db.read() as session:
        pages = await load_pages(session, None, owner_id=ME)
    held = {key for key, page in pages.items() if any(i.row.s1 == "held" for i in page.interviews)}
    for page in pages.values():
        facts = draft_facts(page, member, NOW)
        talked = [one.name for one in page.referrals if one.key in held]
        named = [one.name for one in page.referrals]
        assert facts.suggested in (talked or named or [""])
        assert bool(facts.suggested_day) == bool(talked)
        for one in page.referrals:
            assert draft_facts(page, member, NOW, anchor=one.key).suggested == one.name


async def test_a_connection_by_referral_is_one_only_where_the_name_may_be_used(
    sqlite_db: Database,
):
    await notebook(sqlite_db, Random(5), PROFILES[2])
    async with sqlite_db.read() as session:
        pages = (await load_pages(session, None, owner_id=ME)).values()
    named = {relation_of(p) for p in pages if p.referrer and p.contact.row.s1 == "yes"}
    others = {relation_of(p) for p in pages if not p.referrer or p.contact.row.s1 != "yes"}
    assert named <= {"referral", "mutual"}
    assert "referral" not in others

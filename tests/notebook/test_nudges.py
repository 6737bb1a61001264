from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.content import load
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact
from bot.notebook.drafts import Wanted, edit_draft
from bot.notebook.facts import draft_facts, say_delay, say_near_day
from bot.notebook.members import MemberFacts, change_settings, find_member
from bot.notebook.nudges import MAX_CHARS, Due, compose
from bot.notebook.pages import Page, load_pages
from bot.rules.records import Kind
from bot.storage.db import Database
from bot.storage.models import Interview, Promise

CONTENT = load()
TALK = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)  # Tuesday, 3 pm in New York
NOW = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)  # the next morning, 9 am there


async def talked(db: Database, *, name: str = "Rosa Marin", logged: bool = True, **told: str):
    """A member in New York and the page of a person they talked to yesterday."""
    async with db.write() as session:
        by = Actor(7, TALK - timedelta(days=3))
        stored = await add_contact(
            session, by=by, values={"name": name, "organization": "Harbour Theatre"}
        )
        (key,) = stored.pages
        await change_settings(session, 7, zone="America/New_York", profile={"name": "Ana"})
        row: dict[str, Any] = {
            "key": "talktalktalk2",
            "owner_id": 7,
            "contact_key": key,
            "state": "held" if logged else "planned",
            "on": TALK.date(),
            "starts_at": TALK,
            "zone": "America/New_York",
            "details": told,
            "recorded_at": TALK - timedelta(days=2),
            "logged_at": TALK + timedelta(hours=1) if logged else None,
        }
        await session.execute(insert(Interview).values(row))
        page = (await load_pages(session, (key,), owner_id=7))[key]
        return await find_member(session, 7, guild_id=None), page


def due(kind: Kind, page: Page | None, *, anchor: str = "talktalktalk2@20260303", step: int = 1):
    return Due("reminder23456", kind, anchor, step, NOW, NOW + timedelta(days=2), page)


def words(member: MemberFacts, *these: Due, **options: Any):
    return compose(CONTENT, member, these, key="delivery23456", now=NOW, **options)


async def test_a_thank_you_brings_its_draft_and_its_buttons(sqlite_db: Database):
    member, page = await talked(sqlite_db, enjoyed="your stories about touring")
    nudge = words(member, due(Kind.THANK_YOU, page))
    lines = nudge.content.splitlines()
    assert lines[0].startswith("Yesterday you talked to Rosa. A note today stands out")
    assert any(line.startswith("> Hi Rosa") for line in lines)
    assert "your stories about touring" in nudge.content
    labels = [[press.label for press in row] for row in nudge.buttons]
    assert labels == [
        ["I sent it", "Draft", "Tonight", "Not needed"],
        ["Today", "Fewer messages"],
    ]
    assert nudge.buttons[0][0].id == "r:reminder23456:sent"
    assert nudge.buttons[1][0].id == "d:delivery23456:today"


async def test_a_bracket_in_a_draft_is_explained_beneath_it(sqlite_db: Database):
    member, page = await talked(sqlite_db, enjoyed="How calm she stays.", advice="Shadow a nurse")
    lines = words(member, due(Kind.THANK_YOU, page)).content.splitlines()
    assert any("what did you enjoy most?" in line for line in lines if line.startswith(">"))
    assert (
        "In place of [what did you enjoy most?]: you noted “How calm she stays”. "
        "Put it as you would say it to them."
    ) in lines


async def test_a_draft_without_notes_says_who_fills_its_brackets(sqlite_db: Database):
    member, page = await talked(sqlite_db)
    content = words(member, due(Kind.THANK_YOU, page)).content
    assert content.endswith(
        "\n\nBefore you send it, fill in what stands in brackets. Draft asks you for it."
    )
    assert "you noted" not in content


async def test_a_finished_draft_asks_for_nothing(sqlite_db: Database):
    told = {"enjoyed": "your stories about touring", "advice": "Shadow a nurse"}
    member, page = await talked(sqlite_db, **told)
    promise = {"key": "promisepromis", "text": "Send her the article", "on": TALK.date()}
    async with sqlite_db.write() as session:
        of_talk = {"owner_id": 7, "contact_key": page.key, "interview_key": "talktalktalk2"}
        await session.execute(insert(Promise).values(**promise, **of_talk))
        page = (await load_pages(session, (page.key,), owner_id=7))[page.key]
    content = words(member, due(Kind.THANK_YOU, page)).content
    assert "[" not in content
    assert "brackets" not in content


async def test_a_long_draft_comes_without_what_it_asks(sqlite_db: Database):
    member, page = await talked(sqlite_db, enjoyed="She is calm. " * 30, advice="Go on. " * 60)
    content = words(member, due(Kind.THANK_YOU, page)).content
    assert len(content) <= MAX_CHARS
    assert "Hi Rosa" in content


async def test_an_unlogged_talk_may_not_have_happened(sqlite_db: Database):
    member, page = await talked(sqlite_db, logged=False)
    assert words(member, due(Kind.THANK_YOU, page)).content.startswith(
        "If you talked to Rosa yesterday, send a thank-you today."
    )


async def test_tonight_is_not_offered_past_the_deadline(sqlite_db: Database):
    member, page = await talked(sqlite_db)
    one = replace(due(Kind.THANK_YOU, page), expires_at=NOW + timedelta(hours=2))
    assert "Tonight" not in [press.label for press in words(member, one).buttons[0]]


async def test_a_draft_of_long_notes_still_fits(sqlite_db: Database):
    told = {"enjoyed": "How calm you are. " * 200, "advice": "Shadow a nurse. " * 200}
    member, page = await talked(sqlite_db, **told)
    nudge = words(member, due(Kind.THANK_YOU, page), asks_quiet=True)
    assert len(nudge.content) <= MAX_CHARS
    assert "how calm you are. How calm you are." in nudge.content


async def test_a_draft_edited_to_great_length_is_left_to_its_button(sqlite_db: Database):
    member, page = await talked(sqlite_db)
    wanted = Wanted("thank_you", "email", "talktalktalk2@20260303")
    async with sqlite_db.write() as session:
        await edit_draft(
            session,
            by=Actor(7, NOW),
            contact=page.key,
            wanted=wanted,
            subject="",
            text="Hi Rosa " * 400,
        )
        page = (await load_pages(session, (page.key,), owner_id=7))[page.key]
    nudge = words(member, due(Kind.THANK_YOU, page), asks_quiet=True)
    assert len(nudge.content) <= MAX_CHARS
    assert "> Hi Rosa" not in nudge.content
    assert "Are my messages too many?" in nudge.content
    assert [press.verb for press in nudge.buttons[-1]] == ["quiet_no", "quiet_yes", "today"]


@pytest.mark.parametrize("count", [1, 2, 9])
async def test_names_full_of_markdown_and_mentions_stay_harmless_and_short(
    sqlite_db: Database, count: int
):
    name = "**@everyone** <@123456789012345678> [x](https://a.example) " * 2
    member, page = await talked(sqlite_db, name=name[:100].strip())
    nudge = words(member, *(due(Kind.THANK_YOU, page) for _ in range(count)))
    assert len(nudge.content) <= MAX_CHARS
    assert "<@1" not in nudge.content.replace("\\<@1", "")
    assert "**" not in nudge.content.replace("\\*\\*", "")
    assert len(nudge.buttons) == 2
    assert all(len(row) <= 5 and len(press.label) <= 80 for row in nudge.buttons for press in row)


async def test_every_kind_words_itself_within_the_limits(sqlite_db: Database):
    member, page = await talked(sqlite_db, advice="Write every day.")
    for kind in Kind:
        for step in (1, 2, 3):
            about = None if kind is Kind.NEXT_STEP else page
            nudge = words(member, due(kind, about, step=step))
            assert len(nudge.content) <= MAX_CHARS
            assert len(nudge.content.splitlines()[0]) <= 120
            assert "None" not in nudge.content
            ids = [press.id for row in nudge.buttons for press in row]
            assert len(ids) == len(set(ids))


async def test_what_presses_most_stands_first(sqlite_db: Database):
    member, page = await talked(sqlite_db)
    nudge = words(member, due(Kind.CHECK_IN, page), due(Kind.THANK_YOU, page))
    lines = nudge.content.splitlines()
    assert lines[0] == "Good morning, two things today:"
    assert lines[1] == "1. Thank Rosa for yesterday's talk"


async def test_a_referrer_is_named_in_a_draft_only_with_permission(sqlite_db: Database):
    member, page = await talked(sqlite_db)
    assert draft_facts(page, member, NOW).may_name_referrer is False


def test_days_and_delays_are_said_as_people_do():
    today = NOW.date()
    said = [say_near_day(today + timedelta(days=n), today) for n in (-7, -2, -1, 0, 1, 5, 7)]
    assert said == [
        "on Wednesday 25 February",
        "on Monday",
        "yesterday",
        "today",
        "tomorrow",
        "on Monday",
        "on Wednesday 11 March",
    ]
    delays = [say_delay(timedelta(minutes=n)) for n in (0, 1, 40, 60, 300, 1500, 2880)]
    assert delays == [
        "a moment",
        "1 minute",
        "40 minutes",
        "1 hour",
        "5 hours",
        "25 hours",
        "2 days",
    ]


@pytest.mark.parametrize("kind", list(Kind))
async def test_who_hides_names_reads_none_in_any_message(sqlite_db: Database, kind: Kind):
    told = {"place": "Harbour Café", "advice": "Ask Leo"}
    member, page = await talked(sqlite_db, **told)
    hidden = replace(member, discreet=True)
    for these in ((due(kind, page),), (due(kind, page), due(Kind.CHECK_IN, page))):
        nudge = words(hidden, *these)
        said = nudge.content + " ".join(press.label for row in nudge.buttons for press in row)
        assert not [word for word in ("Rosa", "Marin", "Harbour", "Leo") if word in said]

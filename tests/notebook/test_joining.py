from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select

from bot.errors import NotYours, UserError
from bot.notebook import contacts, log
from bot.notebook import interviews as talks
from bot.notebook.changes import Actor, undo
from bot.notebook.joining import GIVER, choose_fields, join_contacts, joined_details, open_joining
from bot.notebook.pages import access_page
from bot.rules.records import KeepInTouch, TouchKind
from bot.storage.db import Database
from bot.storage.models import OWNED, Contact, Reminder
from bot.storage.session import Session

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
ANA, BEN = 101, 102
_interactions = count(1)


def by(minutes: int = 0, owner: int = ANA) -> Actor:
    return Actor(owner, NOW + timedelta(minutes=minutes), next(_interactions))


async def add(session: Session, owner: int = ANA, /, **values: str) -> str:
    referred_by = values.pop("referred_by", None)
    stored = await contacts.add_contact(
        session, by=by(owner=owner), values=values, referred_by=referred_by
    )
    return list(stored.pages)[-1]


async def live_through(session: Session, key: str) -> None:
    """Let everything happen with a contact: asked, talked, a promise, a name, a note."""
    asked = log.Happened(TouchKind.ASKED, NOW.date(), NOW)
    await log.log_touch(session, by=by(1), contact=f"#{key}", happened=asked)
    takeaways = talks.Takeaways("The ward", "Ask", ("Read it",), KeepInTouch.EMAIL, None)
    held = talks.Held(key, on=date(2026, 3, 2))
    await talks.log_interview(session, by=by(2), held=held, takeaways=takeaways)
    person = {"name": f"Named by {key}", "may_use_name": "yes", "introduces": "yes"}
    await talks.note_named(session, by=by(3), giver=key, person=person)


async def dump(session: Session) -> dict[str, list[object]]:
    """Read every row byte for byte; withdrawn reminders remind of nothing."""
    whole: dict[str, list[object]] = {}
    for model in OWNED.values():
        statement = select(*model.__table__.columns)
        if model is Reminder:
            columns = [c for c in model.__table__.columns if c.name != "key"]
            statement = select(*columns).where(Reminder.state != "withdrawn")
        whole[model.__tablename__] = sorted(map(repr, await session.execute(statement)))
    return whole


async def test_all_that_hangs_on_both_cards_is_on_the_one_that_stays(db: Database):
    async with db.write() as session:
        tom = await add(session, name="Tom")
        rosa = await add(session, name="Rosa Vega", role="Nurse", notes="Kind")
        twin = await add(session, name="Rosa V.", role="Head nurse", notes="Tea", referred_by=tom)
        await live_through(session, rosa)
        await live_through(session, twin)
        before = [await access_page(session, ANA, key) for key in (rosa, twin)]
        both = await open_joining(session, ANA, keep=rosa, gone=twin, now=NOW)
        assert both.differ == {"name": ("Rosa Vega", "Rosa V."), "role": ("Nurse", "Head nurse")}
        assert both.joining.taken == ("role",)
        await join_contacts(session, by=by(9), key=both.joining.key)
        page = await access_page(session, ANA, rosa)
        for entries in ("touches", "interviews", "promises", "decisions", "referrals"):
            ours, theirs = ({one.key for one in getattr(old, entries)} for old in before)
            assert {one.key for one in getattr(page, entries)} == ours | theirs, entries
        assert page.contact.details["role"] == "Head nurse"
        assert page.contact.details["name"] == "Rosa Vega"
        assert page.contact.details["notes"] == "Kind\nTea"
        assert page.referrer
        assert page.referrer.key == tom
        with pytest.raises(NotYours):
            await access_page(session, ANA, twin)


async def test_undo_takes_them_apart_byte_for_byte(db: Database):
    async with db.write() as session:
        tom = await add(session, name="Tom")
        eva = await add(session, name="Eva")
        rosa = await add(session, name="Rosa", email="r@example.org", referred_by=eva)
        twin = await add(session, name="Rosa Vega", email="rosa@example.org", referred_by=tom)
        lost = await add(session, name="Leo", referred_by=twin)
        await contacts.remove_contact(session, by=by(), key=lost)
        await live_through(session, rosa)
        await live_through(session, twin)
        before = await dump(session)
        both = await open_joining(session, ANA, keep=rosa, gone=twin, now=NOW)
        assert both.differ[GIVER] == ("Eva", "Tom")
        taken = ["email", GIVER]
        both = await choose_fields(session, ANA, both.joining.key, taken=taken, now=NOW)
        joined = await join_contacts(session, by=by(9), key=both.joining.key)
        page = joined.pages[rosa]
        assert page.referrer
        assert page.referrer.name == "Tom"
        assert page.contact.details["email"] == "rosa@example.org"
        pointer = await session.execute(select(Contact.referred_by).where(Contact.key == lost))
        assert pointer.scalar_one() == rosa
        assert await dump(session) != before
        await undo(session, by(10), joined.change)
        assert await dump(session) == before


async def test_cards_that_named_each_other_name_nobody_afterwards(db: Database):
    async with db.write() as session:
        rosa = await add(session, name="Rosa")
        twin = await add(session, name="Rosa Vega", referred_by=rosa)
        both = await open_joining(session, ANA, keep=twin, gone=rosa, now=NOW)
        joined = await join_contacts(session, by=by(9), key=both.joining.key)
        assert joined.pages[twin].referrer is None
        assert joined.pages[twin].referrals == ()


async def test_nobody_joins_the_cards_of_somebody_else(db: Database):
    async with db.write() as session:
        rosa = await add(session, name="Rosa")
        leo = await add(session, BEN, name="Leo")
        for keep, gone in ((rosa, leo), (leo, rosa)):
            with pytest.raises(NotYours):
                await open_joining(session, ANA, keep=keep, gone=gone, now=NOW)
        both = await open_joining(
            session, ANA, keep=rosa, gone=await add(session, name="R"), now=NOW
        )
        with pytest.raises(UserError):
            await join_contacts(session, by=by(owner=BEN), key=both.joining.key)


async def test_a_card_is_not_joined_with_itself(db: Database):
    async with db.write() as session:
        rosa = await add(session, name="Rosa")
        with pytest.raises(UserError, match="one card already"):
            await open_joining(session, ANA, keep=rosa, gone=rosa, now=NOW)


async def test_what_was_typed_goes_onto_the_card_and_fills_what_was_empty(db: Database):
    async with db.write() as session:
        rosa = await add(session, name="Rosa Vega", role="Head nurse")
        typed = {"name": "rosa vega", "role": "Nurse", "organization": "Mercy"}
        both = await open_joining(session, ANA, keep=rosa, typed=typed, giver="+Tom Lee", now=NOW)
        assert both.differ == {"role": ("Head nurse", "Nurse")}
        joined = await join_contacts(session, by=by(9), key=both.joining.key)
        page = joined.pages[rosa]
        assert page.contact.details == {
            "name": "Rosa Vega",
            "role": "Head nurse",
            "organization": "Mercy",
        }
        assert page.referrer
        assert page.referrer.name == "Tom Lee"


def test_the_message_begun_last_stays_and_the_words_of_the_other_become_a_note():
    ours = {"drafts": {"request": {"at": "2026-03-01", "texts": {"email": ["Hi", "Dear Rosa"]}}}}
    theirs = {
        "drafts": {
            "request": {"at": "2026-03-02", "texts": {"email": ["", "Hello Rosa"]}},
            "check_in": {"at": "2026-03-02"},
        }
    }
    details, left = joined_details(ours, theirs, ())
    assert details["drafts"] == theirs["drafts"]
    assert left == ["Hi\nDear Rosa"]


def test_notes_that_do_not_fit_on_one_card_are_kept_as_an_entry():
    ours, theirs = "a" * 1000, "b" * 1000
    assert joined_details({"notes": ours}, {"notes": theirs}, ()) == ({"notes": ours}, [theirs])
    assert joined_details({"notes": "Kind"}, {"notes": "Kind."}, ()) == ({"notes": "Kind."}, [])


def test_saved_questions_of_both_are_kept_once():
    ours = {"questions": [{"id": "start-1", "text": "A"}, {"text": "Mine"}]}
    theirs = {"questions": [{"id": "start-1", "text": "A, said otherwise"}, {"text": "Theirs"}]}
    details, _ = joined_details(ours, theirs, ())
    assert [one["text"] for one in details["questions"]] == ["A", "Mine", "Theirs"]


def test_tags_and_own_fields_of_both_cards_are_kept() -> None:
    keep = {"name": "Rosa", "tags": ["mentor"], "fields": {"Dog": "Otto"}}
    gone = {"name": "Rosa", "tags": ["mentor", "club"], "fields": {"Dog": "Rex", "Birthday": "May"}}
    details, left = joined_details(keep, gone, ())
    assert details["tags"] == ["mentor", "club"]
    assert details["fields"] == {"Dog": "Otto", "Birthday": "May"}
    assert left == []

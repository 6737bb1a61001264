from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from bot.errors import NotYours, UserError
from bot.notebook.access import delete_mine, mine
from bot.notebook.changes import Actor, undo
from bot.notebook.contacts import add_contact, remove_contact
from bot.notebook.interviews import (
    Held,
    Slot,
    StoredTalk,
    Takeaways,
    TalkPage,
    cancel_interview,
    decide_about_talk,
    log_interview,
    move_interview,
    note_details,
    note_giver,
    note_named,
    schedule_interview,
)
from bot.notebook.log import Happened, log_touch
from bot.notebook.pages import Page, access_page
from bot.rules.records import KeepInTouch, Kind, Mode, Outcome, TouchKind, Verdict
from bot.storage.db import Database
from bot.storage.models import Contact, Reminder
from bot.storage.session import Session

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
TALK = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
ANA, BEN = 101, 102
_interactions = count(1)
SLOT = Slot(TALK, "UTC", 30, Mode.PHONE)


def at(now: datetime, owner: int = ANA) -> Actor:
    return Actor(owner, now, next(_interactions))


async def rosa(db: Database) -> str:
    async with db.write() as session:
        stored = await add_contact(session, by=at(NOW), values={"name": "Rosa Vega"})
    return next(iter(stored.pages))


async def booked(db: Database) -> StoredTalk:
    ref = f"#{await rosa(db)}"
    async with db.write() as session:
        return await schedule_interview(session, by=at(NOW), ref=ref, slot=SLOT)


async def page_of(db: Database, key: str) -> Page:
    async with db.read() as session:
        return await access_page(session, ANA, key)


async def waiting(db: Database) -> set[str]:
    """List what is planned and waits, by kind and anchor's day."""
    async with db.read() as session:
        rows = await session.execute(
            mine(ANA, Reminder, Reminder.kind, Reminder.anchor).where(Reminder.state == "waiting")
        )
    return {f"{row.kind}{row.anchor.partition('@')[2]}" for row in rows}


async def test_a_move_takes_every_reminder_to_the_new_day(db: Database) -> None:
    talk = await booked(db)
    assert "thank_you20260310" in await waiting(db)
    slot = replace(SLOT, at=TALK + timedelta(days=7))
    async with db.write() as session:
        await move_interview(session, by=at(NOW), on=talk.on, slot=slot)
    assert {one for one in await waiting(db) if "20260310" in one} == set()
    assert "thank_you20260317" in await waiting(db)


async def test_what_was_settled_for_one_day_is_open_on_another(db: Database) -> None:
    talk = await booked(db)
    on = talk.on
    async with db.write() as session:
        settled = await decide_about_talk(
            session, by=at(NOW), on=on, kind=Kind.CONFIRM, verdict=Verdict.ALL_SET
        )
    assert settled.on.is_settled(Kind.CONFIRM)
    for seen, said in ((settled.on, "noted already"), (on, "done already")):
        with pytest.raises(UserError, match=said):
            async with db.write() as session:
                await decide_about_talk(
                    session, by=at(NOW), on=seen, kind=Kind.CONFIRM, verdict=Verdict.ALL_SET
                )
    slot = replace(SLOT, at=TALK + timedelta(days=7))
    async with db.write() as session:
        moved = await move_interview(session, by=at(NOW), on=on, slot=slot)
    assert not moved.on.is_settled(Kind.CONFIRM)
    assert "confirm20260317" in await waiting(db)


async def test_undoing_a_move_brings_back_the_day_and_its_reminders(db: Database) -> None:
    talk = await booked(db)
    before = await waiting(db)
    slot = replace(SLOT, at=TALK + timedelta(days=7), minutes=60)
    async with db.write() as session:
        moved = await move_interview(session, by=at(NOW), on=talk.on, slot=slot)
    async with db.write() as session:
        assert (await undo(session, at(NOW), moved.stored.change)).verb == "moving a talk"
    page = await page_of(db, talk.on.page.key)
    (entry,) = page.interviews
    assert (entry.row.t1, entry.row.n1) == (TALK, 30)
    assert await waiting(db) == before
    assert entry.row.n3 > moved.on.talk.row.n3, "calendars pass over a file with a lower SEQUENCE"


async def test_whatever_is_taken_back_a_calendar_hears_of_it(db: Database) -> None:
    talk = await booked(db)
    numbers = [talk.on.talk.row.n3]
    for change in (call_off, note_place, move_by_a_week):
        async with db.write() as session:
            done = await change(session, talk.on)
        async with db.write() as session:
            await undo(session, at(NOW), done.stored.change)
        (entry,) = (await page_of(db, talk.on.page.key)).interviews
        talk = replace(talk, on=replace(talk.on, talk=entry))
        numbers += [done.on.talk.row.n3, entry.row.n3]
    assert numbers == sorted(set(numbers))


async def call_off(session: Session, on: TalkPage) -> StoredTalk:
    return await cancel_interview(session, by=at(NOW), on=on)


async def note_place(session: Session, on: TalkPage) -> StoredTalk:
    return await note_details(session, by=at(NOW), on=on, details={"place": "12 Main St"})


async def move_by_a_week(session: Session, on: TalkPage) -> StoredTalk:
    slot = replace(SLOT, at=TALK + timedelta(days=7))
    return await move_interview(session, by=at(NOW), on=on, slot=slot)


async def test_a_talk_that_was_held_at_another_time_moves_in_calendars(db: Database) -> None:
    talk = await booked(db)
    held = Held(talk.on.page.key, talk.on, on=date(2026, 3, 9), at=TALK - timedelta(days=1))
    async with db.write() as session:
        noted = await log_interview(session, by=at(NOW), held=held, takeaways=Takeaways())
    assert noted.on.talk.row.n3 > talk.on.talk.row.n3


async def test_a_talk_called_off_leaves_only_the_search_for_a_date(db: Database) -> None:
    talk = await booked(db)
    async with db.write() as session:
        await cancel_interview(session, by=at(NOW), on=talk.on)
    assert {one.rstrip("0123456789") for one in await waiting(db)} == {"find_a_time"}


async def test_a_talk_that_did_not_happen_leaves_nothing(db: Database) -> None:
    talk = await booked(db)
    async with db.write() as session:
        await cancel_interview(session, by=at(NOW), on=talk.on, wants_new_date=False)
    assert await waiting(db) == set()


async def test_details_are_kept_beside_each_other(db: Database) -> None:
    talk = await booked(db)
    for details in ({"place": "Café Luna", "parking": "Lot C"}, {"place": "", "attire": "Plain"}):
        async with db.write() as session:
            talk = await note_details(
                session, by=at(NOW), on=talk.on, details=details, way_minutes=25
            )
    assert talk.on.talk.details == {"parking": "Lot C", "attire": "Plain"}


async def test_a_detail_that_is_too_long_is_named_with_its_room(db: Database) -> None:
    talk = await booked(db)
    with pytest.raises(UserError, match="Parking: that is 201 characters long, and 200 fit"):
        async with db.write() as session:
            await note_details(session, by=at(NOW), on=talk.on, details={"parking": "x" * 201})


async def test_an_undo_that_is_too_old_says_what_else_there_is(db: Database) -> None:
    talk = await booked(db)
    with pytest.raises(UserError, match=r"then \*\*More\*\* and \*\*Fix an entry\*\*"):
        async with db.write() as session:
            await undo(session, at(NOW + timedelta(days=31)), talk.stored.change)


async def test_what_is_noted_about_somebody_gone_says_where_to_look(db: Database) -> None:
    asked = Happened(TouchKind.ASKED, NOW.date(), NOW)
    with pytest.raises(UserError, match="/contact list"):
        async with db.write() as session:
            await log_touch(session, by=at(NOW), contact="#aaaaaaaaaaaaa", happened=asked)


async def test_takeaways_are_stored_as_typed_and_planned_from(db: Database) -> None:
    talk = await booked(db)
    takeaways = Takeaways(
        enjoyed="Her *patience* 🌱",
        advice="Rest",
        promises=("Zebra first", "Apple second"),
        keep_in_touch=KeepInTouch.EMAIL,
        outcome=Outcome.CONNECTION,
    )
    later = TALK + timedelta(hours=2)
    held = Held(talk.on.page.key, talk.on)
    async with db.write() as session:
        await log_interview(session, by=at(later), held=held, takeaways=takeaways)
    page = await page_of(db, talk.on.page.key)
    (entry,) = page.interviews
    assert (entry.row.s1, entry.row.s3, entry.row.s4) == ("held", "email", "connection")
    assert entry.details["enjoyed"] == "Her *patience* 🌱"
    assert [promise.text for promise in page.promises] == ["Zebra first", "Apple second"]
    (touch,) = page.touches
    assert (touch.row.s1, touch.row.s3, touch.row.s4) == ("talked", "phone", entry.key)
    kinds = await waiting(db)
    assert "thank_you20260310" in kinds
    assert not any(one.startswith(("debrief", "confirm")) for one in kinds)


async def test_a_talk_is_noted_once_even_by_two_forms_at_once(db: Database) -> None:
    talk = await booked(db)
    held = Held(talk.on.page.key, talk.on)
    async with db.write() as session:
        noted = await log_interview(session, by=at(TALK), held=held, takeaways=Takeaways())
    again = Held(talk.on.page.key, noted.on)
    for seen, said in ((again, "noted already"), (held, "done already")):
        with pytest.raises(UserError, match=said):
            async with db.write() as session:
                await log_interview(session, by=at(TALK), held=seen, takeaways=Takeaways())
    assert len((await page_of(db, talk.on.page.key)).touches) == 1


async def test_a_talk_on_a_day_alone_counts_from_that_day(db: Database) -> None:
    key = await rosa(db)
    held = Held(key, on=date(2026, 3, 2))
    async with db.write() as session:
        stored = await log_interview(session, by=at(NOW), held=held, takeaways=Takeaways())
    assert stored.on.talk.row.t1 is None
    assert {due.kind for due in stored.plan} == {Kind.THANK_YOU, Kind.CHECK_IN}


async def test_nothing_is_stored_about_somebody_elses_talk(db: Database) -> None:
    talk = await booked(db)
    on, contact = talk.on, talk.on.page.key
    ben = at(NOW, BEN)
    async with db.write() as session:
        with pytest.raises(NotYours):
            await move_interview(session, by=ben, on=on, slot=SLOT)
    for held in (Held(contact, on), Held(contact)):
        with pytest.raises(NotYours):
            async with db.write() as session:
                await log_interview(session, by=ben, held=held, takeaways=Takeaways())
    with pytest.raises(NotYours):
        async with db.write() as session:
            await schedule_interview(session, by=ben, ref=f"#{contact}", slot=SLOT)
    with pytest.raises(NotYours):
        async with db.write() as session:
            await note_named(session, by=ben, giver=contact, person={"name": "Sam"})
    page = await page_of(db, contact)
    assert len(page.interviews) == 1
    assert not page.touches
    assert not page.referrals


async def test_nothing_is_stored_about_somebody_who_was_removed(db: Database) -> None:
    talk = await booked(db)
    contact = talk.on.page.key
    async with db.write() as session:
        removed = await remove_contact(session, by=at(NOW), key=contact)
    for held in (Held(contact, talk.on), Held(contact)):
        with pytest.raises(NotYours, match="You removed this person"):
            async with db.write() as session:
                await log_interview(session, by=at(TALK), held=held, takeaways=Takeaways())
    async with db.write() as session:
        await undo(session, at(NOW), removed.change)
    page = await page_of(db, contact)
    assert [entry.row.s1 for entry in page.interviews] == ["planned"]
    assert not page.touches


async def test_whoever_named_a_person_may_be_gone_for_good_meanwhile(db: Database) -> None:
    giver = await rosa(db)
    async with db.write() as session:
        stored = await add_contact(session, by=at(NOW), values={"name": "Kim Lee"})
        await session.execute(delete_mine(ANA, Contact).where(Contact.key == giver))
    (key,) = stored.pages
    with pytest.raises(NotYours, match="removed"):
        async with db.write() as session:
            await note_giver(session, by=at(NOW), key=key, giver=giver, person={})
    assert (await page_of(db, key)).referrer is None

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.notebook.access import mine
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact
from bot.notebook.interviews import Slot, schedule_interview
from bot.notebook.log import Happened, log_touch
from bot.notebook.members import change_settings, ensure_member
from bot.notebook.today import load_today
from bot.rules.records import Answer, Kind, Mode, TouchKind
from bot.storage.db import Database
from bot.storage.models import Contact, Reminder
from bot.storage.session import Session
from tests.talks import hold_talk

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday; a lead is asked about a week later
ANA = 7


@pytest.fixture
async def ten_leads(sqlite_db: Database) -> list[str]:
    """Ten people to ask, one noted each day."""
    keys: list[str] = []
    async with sqlite_db.write() as session:
        await ensure_member(session, ANA, now=START)
        await change_settings(session, ANA, zone="UTC", hello_at=START)
        for day in range(10):
            by = Actor(ANA, START + timedelta(days=day / 10))
            keys += (await add_contact(session, by=by, values={"name": f"Rosa {day}"})).pages
    return keys


async def test_a_quiet_day_reads_two_pages_however_much_is_planned(
    sqlite_db: Database, ten_leads: list[str]
) -> None:
    today = await sqlite_db.load(load_today, ANA, now=START + timedelta(days=1))
    assert len(today.pages) == 2
    assert today.day.items == ()
    assert today.day.best is not None
    assert today.day.coming is not None
    assert {today.day.best.contact, today.day.coming.contact} <= set(ten_leads)


@pytest.mark.usefixtures("ten_leads")
async def test_what_is_due_is_read_up_to_five_pages(sqlite_db: Database) -> None:
    today = await sqlite_db.load(load_today, ANA, now=START + timedelta(days=8))
    assert len(today.pages) == 5
    assert today.more == 5
    assert len(today.day.items) == 5


async def note(session: Session, name: str, kind: TouchKind, answer: Answer | None = None) -> None:
    happened = Happened(kind, START.date(), answer=answer)
    await log_touch(session, by=Actor(ANA, START), contact=f"+{name}", happened=happened)


async def test_what_nobody_answered_long_ago_leaves_room_for_what_is_due(
    sqlite_db: Database,
) -> None:
    async with sqlite_db.write() as session:
        await ensure_member(session, ANA, now=START)
        for number in range(10):
            await note(session, f"Rosa {number}", TouchKind.ASKED)
        await note(session, "Leo", TouchKind.ANSWERED, Answer.LATER)
    today = await sqlite_db.load(load_today, ANA, now=START + timedelta(days=31))
    assert [item.kind for item in today.day.items] == [Kind.ASK_AGAIN]
    assert today.more == 0


async def test_a_hundred_people_to_ask_leave_room_for_a_thank_you(sqlite_db: Database) -> None:
    a_week_on = START + timedelta(days=7)
    async with sqlite_db.write() as session:
        await ensure_member(session, ANA, now=START)
        for number in range(100):
            await add_contact(session, by=Actor(ANA, START), values={"name": f"Rosa {number}"})
        await hold_talk(session, Actor(ANA, a_week_on), "Leo", a_week_on.date())
    today = await sqlite_db.load(load_today, ANA, now=a_week_on + timedelta(days=1))
    assert today.day.best is not None
    assert today.day.best.kind is Kind.THANK_YOU


@pytest.mark.usefixtures("ten_leads")
async def test_the_next_talk_is_named_however_much_is_due(sqlite_db: Database) -> None:
    by, start = Actor(ANA, START), START + timedelta(days=20)
    async with sqlite_db.write() as session:
        for weeks in range(3):
            slot = Slot(start + timedelta(weeks=weeks), "UTC", 30, Mode.PHONE)
            await schedule_interview(session, by=by, ref=f"+Mia {weeks}", slot=slot)
    today = await sqlite_db.load(load_today, ANA, now=START + timedelta(days=8))
    assert len(today.day.items) == 5
    assert today.day.next_talk is not None
    assert today.day.next_talk.at == start


async def test_who_answered_after_the_message_leaves_room_for_who_is_due(
    sqlite_db: Database,
) -> None:
    a_week_on = START + timedelta(days=8)
    async with sqlite_db.write() as session:
        await ensure_member(session, ANA, now=START)
        for number in range(12):
            await note(session, f"Rosa {number}", TouchKind.ASKED)
        told = {"state": "delivered", "delivered_at": a_week_on, "delivered_on": a_week_on.date()}
        await session.execute(update(Reminder).values(**told))
        asked = [row.key for row in await session.execute(mine(ANA, Contact, Contact.key))]
        happened = Happened(TouchKind.ANSWERED, a_week_on.date(), answer=Answer.NO)
        for key in asked:
            await log_touch(session, by=Actor(ANA, a_week_on), contact=f"#{key}", happened=happened)
        await add_contact(session, by=Actor(ANA, START), values={"name": "Leo"})
    today = await sqlite_db.load(load_today, ANA, now=a_week_on + timedelta(days=1))
    assert [item.kind for item in today.day.items] == [Kind.APPROACH_LEAD]
    assert today.more == 0


async def test_who_came_to_rest_takes_no_room_from_what_is_due(sqlite_db: Database) -> None:
    asked_twice, now = START + timedelta(days=14), START + timedelta(days=29)
    async with sqlite_db.write() as session:
        await ensure_member(session, ANA, now=START)
        for number in range(12):
            await note(session, f"Rosa {number}", TouchKind.ASKED)
        told = {"state": "delivered", "delivered_at": asked_twice, "step": 2}
        days = {"due_at": asked_twice, "expires_at": asked_twice + timedelta(days=21)}
        told |= {"delivered_on": asked_twice.date(), **days}
        await session.execute(update(Reminder).values(**told))
        by = Actor(ANA, START + timedelta(days=20))
        await add_contact(session, by=by, values={"name": "Leo"})
    today = await sqlite_db.load(load_today, ANA, now=now)
    assert [item.kind for item in today.day.items] == [Kind.APPROACH_LEAD]
    assert (len(today.pages), len(today.day.rested), today.more) == (5, 4, 0)

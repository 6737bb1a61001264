from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import update

from bot.content import load
from bot.notebook import interviews as talks
from bot.notebook import log
from bot.notebook.calendars import (
    Naming,
    close_feed,
    name_in_feed,
    open_feed,
    read_feed,
    talk_event,
)
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact
from bot.notebook.members import MemberFacts
from bot.rules.calendar import Event
from bot.rules.records import Mode, TouchKind
from bot.storage.db import Database
from bot.storage.models import Interview, Reminder

CONTENT = load()
ANA, BEN = 101, 102
NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
AT = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
ZONED = MemberFacts(ANA, zone="America/New_York")


async def person(db: Database, name: str = "Rosa Vega", owner: int = ANA) -> str:
    async with db.write() as session:
        stored = await add_contact(session, by=Actor(owner, NOW), values={"name": name})
    return next(iter(stored.pages))


async def book(db: Database, zone: str = "UTC", mode: Mode = Mode.VIDEO) -> talks.TalkPage:
    ref, slot = f"#{await person(db)}", talks.Slot(AT, zone, 20, mode)
    async with db.write() as session:
        booked = await talks.schedule_interview(session, by=Actor(ANA, NOW), ref=ref, slot=slot)
    return booked.on


async def ask(db: Database, key: str) -> None:
    happened = log.Happened(TouchKind.ASKED, NOW.date(), NOW)
    async with db.write() as session:
        await log.log_touch(session, by=Actor(ANA, NOW), contact=f"#{key}", happened=happened)


async def feed(db: Database, secret: str, now: datetime = NOW) -> tuple[Event, ...] | None:
    return await db.load(read_feed, secret, content=CONTENT, now=now)


async def test_an_address_opens_ones_own_calendar_alone(db: Database) -> None:
    await book(db)
    await person(db, "Leo Bauer", BEN)
    mine = await db.store(open_feed, ANA, now=NOW)
    theirs = await db.store(open_feed, BEN, now=NOW)
    assert "Talk with R. V." in [event.title for event in await feed(db, mine) or ()]
    assert [event.title for event in await feed(db, theirs) or ()] == ["Ask L. B. to meet"]
    await db.store(close_feed, ANA)
    assert await feed(db, mine) is None
    assert len(await feed(db, theirs) or ()) == 1


async def test_who_begins_with_an_address_has_a_notebook_from_then_on(sqlite_db: Database) -> None:
    secret = await sqlite_db.store(open_feed, ANA, now=NOW)
    assert await feed(sqlite_db, secret) == ()


async def test_taking_an_address_away_takes_the_names_away_too(sqlite_db: Database) -> None:
    await book(sqlite_db)
    await sqlite_db.store(open_feed, ANA, now=NOW)
    await sqlite_db.store(name_in_feed, ANA, has_names=True)
    await sqlite_db.store(close_feed, ANA)
    secret = await sqlite_db.store(open_feed, ANA, now=NOW)
    assert not any("Rosa" in event.title for event in await feed(sqlite_db, secret) or ())


async def test_a_follow_up_stands_where_it_was_put_off_to_and_goes_once_it_is_done(
    sqlite_db: Database,
) -> None:
    key = await person(sqlite_db)
    await ask(sqlite_db, key)
    secret = await sqlite_db.store(open_feed, ANA, now=NOW)
    (due,) = await feed(sqlite_db, secret) or ()
    assert (due.title, due.is_busy) == ("Write to R. V. again", False)
    later = NOW + timedelta(days=20)
    async with sqlite_db.write() as session:
        await session.execute(update(Reminder).values(snoozed_until=later))
    (moved,) = await feed(sqlite_db, secret) or ()
    assert (moved.uid, moved.starts) == (due.uid, later)
    answered = log.Happened(TouchKind.ANSWERED, NOW.date(), NOW)
    async with sqlite_db.write() as session:
        await log.log_touch(session, by=Actor(ANA, NOW), contact=f"#{key}", happened=answered)
    assert due.uid not in [event.uid for event in await feed(sqlite_db, secret) or ()]


async def test_a_talk_stays_for_a_month_after_its_day(sqlite_db: Database) -> None:
    on = await book(sqlite_db)
    secret = await sqlite_db.store(open_feed, ANA, now=NOW)
    for days, is_there in ((29, True), (31, False)):
        events = await feed(sqlite_db, secret, AT + timedelta(days=days)) or ()
        assert (f"{on.talk.key}@rapport" in [event.uid for event in events]) is is_there


async def test_their_clock_is_told_where_it_is_another(sqlite_db: Database) -> None:
    on = await book(sqlite_db, zone="Asia/Tokyo")
    event = talk_event(CONTENT, on, ZONED, now=NOW, naming=Naming.FIRST)
    assert "For them (Tokyo): Wednesday 11 March, 12:00 am" in event.about
    same = await book(sqlite_db, zone="America/New_York")
    event = talk_event(CONTENT, same, ZONED, now=NOW, naming=Naming.FIRST)
    assert "For them" not in event.about


async def test_what_to_wear_is_said_until_it_is_noted(sqlite_db: Database) -> None:
    on = await book(sqlite_db, mode=Mode.IN_PERSON)
    usual = CONTENT.checklists["confirm_attire"].text
    event = talk_event(CONTENT, on, ZONED, now=NOW, naming=Naming.FIRST)
    assert usual in event.about
    async with sqlite_db.write() as session:
        noted = await talks.note_details(
            session, by=Actor(ANA, NOW), on=on, details={"attire": "Boots"}, way_minutes=None
        )
    event = talk_event(CONTENT, noted.on, ZONED, now=NOW, naming=Naming.FIRST)
    assert "Clothes: Boots" in event.about
    assert usual not in event.about
    assert event.sequence == 1


async def test_a_talk_without_an_hour_takes_its_day(sqlite_db: Database) -> None:
    await book(sqlite_db)
    async with sqlite_db.write() as session:
        await session.execute(update(Interview).values(starts_at=None))
    secret = await sqlite_db.store(open_feed, ANA, now=NOW)
    (event,) = [e for e in await feed(sqlite_db, secret) or () if e.title.startswith("Talk")]
    assert (event.starts, event.ends) == (date(2026, 3, 10), date(2026, 3, 11))
    assert event.alarms == (timedelta(hours=6),)

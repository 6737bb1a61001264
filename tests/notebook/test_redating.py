"""A member's zone changes: what is near gets its day on the new clock, and Undo gives it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.club.settings import set_up_club
from bot.errors import UserError
from bot.notebook import interviews as talks
from bot.notebook import log
from bot.notebook.changes import Actor, undo
from bot.notebook.contacts import add_contact
from bot.notebook.pages import Page, access_page
from bot.notebook.profile import change_zone, plan_all_anew, start_notebook
from bot.rules.follow_ups import talk_anchor
from bot.rules.records import Kind, TouchKind, Verdict
from bot.rules.stages import Stage, stage
from bot.storage.db import Database

ANA, CLUB = 101, 900
NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)  # Tuesday, 17:00 in Los Angeles
THIRD, FOURTH, FIFTH = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)
WEST = "America/Los_Angeles"


@dataclass
class Book:
    """Ana's notebook, with one person in it."""

    db: Database
    contact: str = ""
    interactions: int = 0

    def by(self, now: datetime = NOW) -> Actor:
        self.interactions += 1
        return Actor(ANA, now, self.interactions, guild_id=CLUB)

    async def page(self) -> Page:
        return await self.db.load(access_page, ANA, self.contact)

    async def days(self) -> list[date]:
        return [entry.row.d1 for entry in (await self.page()).touches]

    async def note(self, kind: TouchKind, on: date, at: datetime | None = None, **more: Any) -> Any:
        happened = log.Happened(kind, on, at, **more)
        return await self.db.store(
            log.log_touch, by=self.by(at or NOW), contact=f"#{self.contact}", happened=happened
        )

    async def book(self, at: datetime) -> talks.StoredTalk:
        slot = talks.Slot(at, "UTC")
        return await self.db.store(
            talks.schedule_interview, by=self.by(), ref=f"#{self.contact}", slot=slot
        )

    async def hold(self, talk: talks.TalkPage | None = None, **when: Any) -> talks.StoredTalk:
        held = talks.Held(self.contact, talk, **when)
        return await self.db.store(
            talks.log_interview, by=self.by(), held=held, takeaways=talks.Takeaways()
        )

    async def move_to(self, zone: str, now: datetime = NOW) -> str:
        return (await self.db.store(change_zone, by=self.by(now), zone=zone)).change


@pytest.fixture
async def book(db: Database) -> Book:
    book = Book(db)
    stored = await db.store(add_contact, by=book.by(), values={"name": "Rosa Vega"})
    (book.contact,) = stored.pages
    return book


async def test_a_talk_of_today_and_its_thank_you_are_of_one_day(book: Book) -> None:
    await book.hold(on=FOURTH)
    await book.move_to(WEST)
    await book.note(TouchKind.THANKED, THIRD, NOW + timedelta(minutes=5))
    page = await book.page()
    assert [entry.row.d1 for entry in (*page.touches, *page.interviews)] == [THIRD] * 3
    assert stage(page.notes, THIRD) is Stage.THANKED
    kinds = {entry.row.s1 for entry in page.reminders if entry.row.s4 == "waiting"}
    assert Kind.THANK_YOU not in kinds


async def test_the_first_form_dates_anew_too(book: Book) -> None:
    await book.note(TouchKind.ASKED, FOURTH, NOW)
    await book.db.store(start_notebook, by=book.by(), profile={"name": "Ana"}, zone=WEST)
    assert await book.days() == [THIRD]


async def test_a_talk_ahead_moves_to_its_day_and_keeps_what_was_decided(book: Book) -> None:
    await book.move_to("Asia/Tokyo")
    on = (await book.book(datetime(2026, 3, 5, 0, 30, tzinfo=UTC))).on  # 09:30 in Tokyo
    await book.db.store(
        talks.decide_about_talk,
        by=book.by(),
        on=on,
        kind=Kind.CONFIRM,
        verdict=Verdict.ALL_SET,
    )
    await book.move_to("America/New_York")
    page = await book.page()
    (talk,) = page.notes.talks
    assert talk.on == FOURTH
    assert talk_anchor(talk) == on.anchor
    waiting = {entry.row.s1 for entry in page.reminders if entry.row.s4 == "waiting"}
    assert Kind.CONFIRM not in waiting
    moved = await book.db.load(talks.access_talk, ANA, talk.key)
    slot = talks.Slot(datetime(2026, 3, 6, 0, 30, tzinfo=UTC), "UTC")
    at = await book.db.store(talks.move_interview, by=book.by(), on=moved, slot=slot)
    assert at.on.anchor != on.anchor  # of another day, so all is asked again
    assert Kind.CONFIRM in {due.kind for due in at.plan}


async def test_a_talk_noted_and_then_moved_within_its_day_keeps_its_anchor(book: Book) -> None:
    on = (await book.book(datetime(2026, 3, 6, 1, tzinfo=UTC))).on
    await book.move_to(WEST)
    moved = await book.db.load(talks.access_talk, ANA, on.talk.key)
    slot = talks.Slot(datetime(2026, 3, 6, 2, tzinfo=UTC), "UTC")
    at = await book.db.store(talks.move_interview, by=book.by(), on=moved, slot=slot)
    assert (at.on.talk.row.d1, at.on.anchor) == (FIFTH, on.anchor)


async def test_what_lies_days_back_keeps_its_day(book: Book) -> None:
    before = datetime(2026, 2, 20, 1, tzinfo=UTC)
    await book.note(TouchKind.ASKED, before.date(), before)
    await book.move_to(WEST)
    assert await book.days() == [before.date()]


async def test_undo_gives_the_days_back_and_takes_along_what_was_noted_since(book: Book) -> None:
    await book.hold(on=FOURTH)
    change = await book.move_to(WEST)
    await book.note(TouchKind.THANKED, THIRD, NOW + timedelta(minutes=5))
    await book.db.store(undo, book.by(NOW + timedelta(minutes=9)), change)
    page = await book.page()
    assert [entry.row.d1 for entry in (*page.touches, *page.interviews)] == [FOURTH] * 3
    assert page.interviews[0].row.d3 is None


async def test_a_new_clock_does_not_stand_in_the_way_of_undo(book: Book) -> None:
    noted = await book.note(TouchKind.ASKED, FOURTH, NOW)
    later = datetime(2026, 3, 6, 1, tzinfo=UTC)
    booked = await book.book(later)
    detailed = await book.db.store(
        talks.note_details, by=book.by(), on=booked.on, details={"place": "Main St"}
    )
    await book.move_to(WEST, NOW + timedelta(minutes=1))
    at = NOW + timedelta(minutes=2)
    await book.db.store(undo, book.by(at), noted.stored.change)
    await book.db.store(undo, book.by(at), detailed.stored.change)
    page = await book.page()
    assert page.touches == ()
    assert (page.interviews[0].details, page.interviews[0].row.d1) == ({}, FIFTH)


async def test_a_day_that_was_changed_since_stands_in_the_way(book: Book) -> None:
    await book.book(datetime(2026, 3, 6, 1, tzinfo=UTC))
    change = await book.move_to(WEST)
    key = (await book.page()).interviews[0].key
    moved = await book.db.load(talks.access_talk, ANA, key)
    slot = talks.Slot(datetime(2026, 3, 8, 2, tzinfo=UTC), "UTC")
    at = NOW + timedelta(minutes=1)
    await book.db.store(talks.move_interview, by=book.by(at), on=moved, slot=slot)
    with pytest.raises(UserError, match="moving a talk"):
        await book.db.store(undo, book.by(at), change)


async def test_the_clock_of_the_club_dates_anew_too(book: Book) -> None:
    await book.hold(on=FOURTH)
    await book.db.store(set_up_club, CLUB, zone=WEST, set_up_by=1, now=NOW)
    await book.db.store(plan_all_anew, ANA, was="UTC", now=NOW)
    assert await book.days() == [THIRD]

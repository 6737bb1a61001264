"""Two processes on one PostgreSQL say of a challenge what one would say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.club.boards import freeze, hide_from_final, read_board
from bot.club.challenges import (
    ChallengeFacts,
    access_challenge,
    cancel_challenge,
    create_challenge,
    draft_of_kit,
    end_early,
    extend_challenge,
)
from bot.club.settings import Boards, find_club, place_boards, set_up_club
from bot.club.taking_part import join_challenge
from bot.content import Content
from bot.dispatcher.announcing import announce
from bot.notebook.members import ensure_member
from bot.storage.db import Database
from bot.storage.models import Delivery
from bot.storage.session import Session
from tests.databases import open_copy
from tests.delivery.conftest import START

GUILD, NEWS, BOSSES = 77, 900, 901
FIRST_DAY = START.date()
BOARD_TIME = START + timedelta(days=7, hours=4)
LAST_CALL = START + timedelta(days=27, hours=4)
OVER = datetime(2026, 4, 4, 18, 1, tzinfo=UTC)


@dataclass
class Two:
    """One process that is in the middle of something, and another."""

    one: Database
    other: Database
    content: Content
    challenge: ChallengeFacts

    async def announce_meanwhile(self, at: Any, work: Any, *given: Any, **named: Any) -> int:
        """Let one process write the posts of a time, and the other do something before it commits.

        Returns how many posts it wrote.
        """
        async with self.one.write() as session:
            count = await announce(session, self.content, self.challenge.key, now=at)
            doing = asyncio.create_task(self.other.store(work, *given, **named))
            while not doing.done() and not await self._is_waiting():
                pass  # each look goes to the database and back
        await doing
        return count

    async def _is_waiting(self) -> bool:
        async with self.other.read() as session:
            waits = await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            return bool(waits)

    async def states(self) -> dict[str, str]:
        """What became of each post, by its label."""
        async with self.one.read() as session:
            rows = await session.execute(select(Delivery.name, Delivery.state))
            return {row.name.split(":", 2)[2].split("@")[0]: row.state for row in rows}


async def begin(session: Session, content: Content) -> ChallengeFacts:
    await set_up_club(session, GUILD, zone="UTC", set_up_by=1, now=START)
    await place_boards(session, GUILD, Boards(NEWS, BOSSES), name="Club", now=START)
    draft = draft_of_kit(content.kits["five-talks"], starts_on=FIRST_DAY)
    made = await create_challenge(
        session, GUILD, draft, by=1, now=START, today=FIRST_DAY, channel_id=NEWS
    )
    for number in (1, 2, 3):
        await ensure_member(session, number, now=START)
        await join_challenge(
            session, GUILD, made.key, member_id=number, name=f"Member {number}", now=START
        )
    await announce(session, content, made.key, now=START)
    arrived = {"state": "delivered", "lease_until": None, "retry_at": None}
    await session.execute(update(Delivery).values(arrived))
    return made


@pytest.fixture
async def two(postgres_url: URL, key_file: Path, content: Content) -> AsyncIterator[Two]:
    one, other = (open_copy(postgres_url, key_file) for _ in range(2))
    yield Two(one, other, content, await one.store(begin, content))
    await one.close()
    await other.close()


async def test_a_board_that_is_being_written_lapses_when_the_challenge_is_called_off(two: Two):
    await two.announce_meanwhile(
        BOARD_TIME, cancel_challenge, GUILD, two.challenge.key, now=BOARD_TIME
    )
    assert await two.states() == {"open": "delivered", "week:1": "lapsed"}


async def test_what_is_called_off_meanwhile_gets_no_board(two: Two):
    async with two.one.write() as session:
        await cancel_challenge(session, GUILD, two.challenge.key, now=BOARD_TIME)
        key = two.challenge.key
        other = two.other.store(announce, two.content, key, now=BOARD_TIME)
        doing = asyncio.create_task(other)
        while not doing.done() and not await two._is_waiting():
            pass
    assert await doing == 0
    assert await two.states() == {"open": "delivered"}


@pytest.mark.parametrize("what", ["extend", "end"])
async def test_a_last_call_that_is_being_written_does_not_keep_the_old_end(two: Two, what: str):
    key, day_before = two.challenge.key, LAST_CALL - timedelta(days=1)
    await two.one.store(announce, two.content, key, now=day_before)
    club = await two.one.load(find_club, GUILD)
    ends_on = date(2026, 4, 10)
    use_case: Any = extend_challenge if what == "extend" else end_early
    given: dict[str, Any] = {"ends_on": ends_on} if what == "extend" else {}
    await two.announce_meanwhile(LAST_CALL, use_case, club, key, now=LAST_CALL, **given)
    async with two.one.read() as session:
        names = list(await session.scalars(select(Delivery.name)))
    calls = [name for name in names if ":48h" in name]
    assert calls
    assert all("@" in name for name in calls)  # it is due anew


async def test_two_that_close_a_challenge_freeze_one_board(two: Two):
    key = two.challenge.key
    await two.one.store(announce, two.content, key, now=OVER - timedelta(hours=2))
    await two.announce_meanwhile(OVER, announce, two.content, key, now=OVER)
    closed = await two.one.load(access_challenge, GUILD, key)
    board = await two.one.load(read_board, closed)
    assert sorted(line.owner_id or 0 for line in board.lines) == [1, 2, 3]
    await two.one.store(hide_from_final, key, member_id=1)
    states = await two.states()
    assert (states["close"], states["report"]) == ("retry", "retry")


async def test_a_board_has_one_line_for_each_member(db: Database, content: Content):
    challenge = await db.store(begin, content)
    await db.store(freeze, challenge, now=OVER)
    with pytest.raises(IntegrityError):
        await db.store(freeze, challenge, now=OVER)

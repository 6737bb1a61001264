"""What delivery costs: an empty tick, claiming and settling, and the pace of a full morning.

    python -m benchmarks.ticks [--waiting N] [--due N] [--messages N]

Printed: a tick with nothing due among many waiting rows beside a bare SELECT 1; the time that due
members spend in the database from claim to settled; and how near many due DMs come to the pace that
is set, through discord.py's own HTTP client to a Discord on loopback that takes 80 ms to answer.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
from discord.http import Route
from sqlalchemy import event, insert, text

from bot.config import DeliveryTable
from bot.content import load
from bot.dispatcher import Dispatcher, LoopPacer, NoPacer, Sent
from bot.rules.records import Kind, ReminderState
from bot.storage.db import Database, parse_url
from bot.storage.models import Contact, Member, Reminder
from bot.storage.opening import open_database
from bot.storage.types import new_key
from cogs.reminders import DiscordCourier
from tests.delivery.loopback import Loopback, serve

NOW = datetime(2026, 3, 9, 9, 10, tzinfo=UTC)
_CHUNK = 10_000


class Still:
    """A clock that stands at one moment until it is moved."""

    at = NOW

    def now(self) -> datetime:
        """Give the moment."""
        return self.at


class Instant:
    """A courier that takes no time, to see what the database takes."""

    async def send(self, message: Any) -> Sent:
        """Say that it arrived."""
        return Sent(hash(message.key) & (1 << 60) - 1, message.channel_id)


class DatabaseTime:
    """Adds up how long statements take in the database's thread."""

    def __init__(self, db: Database) -> None:
        self.seconds = 0.0
        self.statements = 0
        for engine in db.engines:
            event.listen(engine, "before_cursor_execute", self._start)
            event.listen(engine, "after_cursor_execute", self._end)

    def _start(self, connection: Any, *_: Any) -> None:
        connection.info["started"] = time.perf_counter()

    def _end(self, connection: Any, *_: Any) -> None:
        self.seconds += time.perf_counter() - connection.info["started"]
        self.statements += 1


async def fill(db: Database, *, waiting: int, due: int) -> None:
    """Write ``due`` members with one person to ask today, and ``waiting`` rows for later."""
    others = max(waiting // 1000, 1)
    async with db.write() as session:
        for start in range(0, due + others, _CHUNK):
            numbers = range(start, min(start + _CHUNK, due + others))
            await session.execute(insert(Member), [_member(number) for number in numbers])
        keys = [new_key() for _ in range(due + others)]
        await session.execute(
            insert(Contact), [_contact(key, number) for number, key in enumerate(keys)]
        )
        if due:
            rows = [_lead(keys[number], number) for number in range(due)]
            await session.execute(insert(Reminder), rows)
    for start in range(0, waiting, _CHUNK):
        async with db.write() as session:
            await session.execute(
                insert(Reminder),
                [
                    _later(keys[due + number % others], due + number % others, number)
                    for number in range(start, min(start + _CHUNK, waiting))
                ],
            )


def _member(number: int) -> dict[str, Any]:
    return {
        "id": 10_000 + number,
        "profile": {"name": "Ana"},
        "zone": "UTC",
        "dm_channel_id": 11_000 + number,
        "created_at": NOW - timedelta(days=60),
    }


def _contact(key: str, number: int) -> dict[str, Any]:
    given = NOW - timedelta(days=7)
    return {
        "key": key,
        "owner_id": 10_000 + number,
        "label": "Rosa Marin",
        "details": {"name": "Rosa Marin", "organization": "Harbour Theatre"},
        "lead_on": given.date(),
        "added_at": given - timedelta(hours=2),
        "last_at": given,
    }


def _lead(contact: str, number: int) -> dict[str, Any]:
    due_at = NOW.replace(hour=9, minute=0)
    return _row(contact, number, contact, due_at)


def _later(contact: str, number: int, step: int) -> dict[str, Any]:
    due_at = NOW + timedelta(days=1 + step % 40, seconds=step % 600)
    return _row(contact, number, f"later{step}", due_at)


def _row(contact: str, number: int, anchor: str, due_at: datetime) -> dict[str, Any]:
    return {
        "key": new_key(),
        "owner_id": 10_000 + number,
        "contact_key": contact,
        "plan_key": f"{Kind.APPROACH_LEAD}:{anchor}:1",
        "kind": Kind.APPROACH_LEAD,
        "anchor": anchor,
        "step": 1,
        "due_at": due_at,
        "wake_at": due_at,
        "expires_at": due_at + timedelta(days=21),
        "state": ReminderState.WAITING,
    }


@contextmanager
def opened(folder: Path, name: str) -> Iterator[Database]:
    yield open_database(parse_url(f"sqlite:///{folder / name}.db"), folder / f"{name}.key")


async def measure_empty(folder: Path, waiting: int) -> None:
    with opened(folder, "empty") as db:
        await fill(db, waiting=waiting, due=0)
        dispatcher = Dispatcher(db, Still(), load(), DeliveryTable(), pacer=NoPacer())
        dispatcher.attach(Instant())  # type: ignore[arg-type] - nothing is found or opened here
        ticks, bare = [], []
        for _ in range(300):
            ticks.append(await _timed(dispatcher.run_due()))
            bare.append(await _timed(_select_one(db)))
        await db.close()
    tick, one = statistics.median(ticks), statistics.median(bare)
    worst = statistics.quantiles(ticks, n=100)[98]
    print(f"empty tick, {waiting:,} waiting: p50 {tick:.2f} ms, p99 {worst:.2f} ms", end=" ")
    print(f"(SELECT 1: {one:.2f} ms, {tick / one:.1f} times)")


async def _select_one(db: Database) -> None:
    async with db.read() as session:
        await session.execute(text("SELECT 1"))


async def _timed(work: Any) -> float:
    start = time.perf_counter()
    await work
    return (time.perf_counter() - start) * 1000


async def measure_claims(folder: Path, due: int, waiting: int) -> None:
    with opened(folder, "claims") as db:
        await fill(db, waiting=waiting, due=due)
        dispatcher = Dispatcher(db, Still(), load(), DeliveryTable(), pacer=NoPacer())
        dispatcher.attach(Instant())  # type: ignore[arg-type] - nothing is found or opened here
        spent = DatabaseTime(db)
        took = await _timed(dispatcher.run_due())
        assert dispatcher.counts["sent"] == due
        await db.close()
    print(f"{due:,} due, {waiting:,} waiting, claimed and settled:", end=" ")
    print(f"{spent.seconds:.3f} s in the database, {spent.statements} statements,", end=" ")
    print(f"{took / 1000:.2f} s in all")


async def measure_pace(folder: Path, messages: int) -> None:
    discord_here, settings = Loopback(), DeliveryTable()

    async def slowly(store: Any) -> Any:
        await asyncio.sleep(0.08)
        return store()

    discord_here.always["send"] = slowly
    async with serve(discord_here) as address:
        Route.BASE = address
        client = discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=60)
        await client.login("a.token.here")
        with opened(folder, "pace") as db:
            await fill(db, waiting=0, due=messages)
            dispatcher = Dispatcher(db, Still(), load(), settings, pacer=LoopPacer())
            dispatcher.attach(DiscordCourier(client))
            took = await _timed(dispatcher.run_due()) / 1000
            await db.close()
        await client.close()
    pace = messages / took
    print(f"{messages:,} due DMs: {pace:.2f} a second of {settings.per_second:g}", end=" ")
    print(f"({pace / settings.per_second:.3f} of the pace),", end=" ")
    print(f"{len(discord_here.asked) / messages:.3f} requests each")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=2000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(measure_empty(folder, chosen.waiting))
        asyncio.run(measure_claims(folder, chosen.due, 100_000))
        asyncio.run(measure_pace(folder, chosen.messages))


if __name__ == "__main__":
    main()

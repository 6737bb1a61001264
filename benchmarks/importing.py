"""What an import of 30,000 people costs, and how long it keeps others waiting.

    python -m benchmarks.importing [--people N]

A list as LinkedIn writes it is read, looked through and taken in on a database file, while one task
watches the loop and another writes for somebody else. Printed: seconds of each step, the longest
stall of the loop, and the longest wait of the other member.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.exchange import guess_columns, read_table
from bot.notebook.changes import Actor, undo
from bot.notebook.contacts import add_contact
from bot.notebook.importing import Upload, keep_people, take_in
from bot.storage.db import Database, parse_url
from bot.storage.keys import read_keyring
from bot.storage.opening import open_database

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
ANA, BEN = 101, 102
_TICK = 0.002


def connections(count: int) -> bytes:
    """Write a list of so many connections."""
    chance = random.Random(7)
    lines = ["Notes:", '"When exporting your connection data …"', ""]
    lines.append("First Name,Last Name,URL,Email Address,Company,Position,Connected On")
    for number in range(count):
        first = chance.choice(("Rosa", "José", "Yuki", "Omar", "Zoë"))
        role = chance.choice(("Nurse", "Data analyst", "Stage manager", "Editor"))
        day = f"{chance.randint(1, 28):02} Mar {chance.randint(2010, 2025)}"
        url = f"https://www.linkedin.com/in/person-{number}"
        lines.append(f"{first},Vega {number},{url},,Company {number % 900},{role},{day}")
    return "\n".join(lines).encode()


class Watch:
    """Watches the loop and another member's writes while something runs."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.stall = self.wait = 0.0
        self.writes = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Watch:
        self._tasks = [asyncio.create_task(self._ticking()), asyncio.create_task(self._writing())]
        await asyncio.sleep(0.05)
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ticking(self) -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(_TICK)
            self.stall = max(self.stall, time.perf_counter() - start - _TICK)

    async def _writing(self) -> None:
        while True:
            start = time.perf_counter()
            by = Actor(BEN, NOW)
            await self.db.store(add_contact, by=by, values={"name": f"Leo {self.writes}"})
            self.wait = max(self.wait, time.perf_counter() - start)
            self.writes += 1
            await asyncio.sleep(0.05)


async def measure(folder: Path, count: int) -> None:
    """Import a list, and undo it."""
    url = parse_url(f"sqlite:///{folder / 'rapport.db'}")
    open_database(url, folder / "rapport.key")
    db = Database(url, read_keyring(folder / "rapport.key"))
    data, by, whole = connections(count), Actor(ANA, NOW), time.perf_counter()

    async def tell(*_: int) -> None:
        return

    async with Watch(db) as watch:
        lap = _laps(watch)
        table = await asyncio.to_thread(read_table, data)
        lap("read")
        upload = Upload("Connections.csv", table.kind, read_as=guess_columns(table.columns))
        upload = await keep_people(db, ANA, table, upload=upload, now=NOW)
        lap("looked through and kept")
        stored, taken = await take_in(db, upload, by=by, places=range(upload.new), tell=tell)
        lap("taken in")
        print(f"{taken:,} people in {time.perf_counter() - whole:.2f} s")
        await db.store(undo, Actor(ANA, NOW), stored.change)
        lap("undone")
    print(f"{watch.writes} writes of somebody else meanwhile")
    await db.close()


def _laps(watch: Watch):
    last = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        stall, wait = watch.stall * 1000, watch.wait * 1000
        print(f"{name:>24}: {now - last:.2f} s, stall {stall:.0f} ms, others wait {wait:.0f} ms")
        last, watch.stall, watch.wait = now, 0.0, 0.0

    return lap


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30_000)
    given = parser.parse_args()
    gc.freeze()  # as the bot does when it starts
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), given.people))


if __name__ == "__main__":
    main()

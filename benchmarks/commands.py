"""What a command costs beside a bare /ping, in the same process and run.

    python -m benchmarks.commands [--members N] [--contacts N] [--count N] [--keep FOLDER]

The real bot runs in a process of its own and is driven over a gateway and an HTTP API on loopback.
Printed: latency of each command from event to answer, as a ratio to /ping (p50, p99); throughput of
a mix of four reads to one write at fifty at once, with the longest stall of the bot's loop; and all
of it for a small database first, so that the cost of growing shows.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.loopback import interaction, serve
from benchmarks.notebooks import FIRST_MEMBER, fill

AIMS = {"contact show": (4, 3), "today": (4, 3), "log": (5, 3.5)}  # times ping's p50 and p99
Feed = Callable[[int], Awaitable[float]]
_ids = itertools.count(time.time_ns())  # never one of an earlier run: they act only once


class Driver:
    """Plays Discord's part: sends interactions over the gateway and times the answers."""

    def __init__(self) -> None:
        self.open: dict[str, asyncio.Future[float]] = {}
        self.socket: asyncio.Future[web.WebSocketResponse] = asyncio.Future()

    def answered(self, number: str) -> None:
        """Note that an interaction was answered."""
        if waiting := self.open.pop(number, None):
            waiting.set_result(time.perf_counter())

    async def feed(self, kind: int, data: dict[str, Any], member: int) -> float:
        """Tell how many seconds the bot took to answer one interaction."""
        number = str(next(_ids))
        answered = self.open[number] = asyncio.get_running_loop().create_future()
        event = {"op": 0, "t": "INTERACTION_CREATE", "s": 2}
        text = json.dumps({**event, "d": interaction(number, kind, data, FIRST_MEMBER + member)})
        start = time.perf_counter()
        await (await self.socket).send_str(text)
        return await asyncio.wait_for(answered, 30) - start


def _slash(name: str, *path: str, **options: str) -> dict[str, Any]:
    leaf: list[dict[str, Any]] = [
        {"type": 3, "name": option, "value": value} for option, value in options.items()
    ]
    for part in reversed(path):
        leaf = [{"type": 1, "name": part, "options": leaf}]
    return {"id": "1", "name": name, "type": 1, "options": leaf}


def commands(driver: Driver, keys: list[str]) -> dict[str, Feed]:
    """Give each measured command as a function of a running number.

    All are the first member's, who has two things due, but for one whose card is full.
    """

    def of(kind: int, make: Callable[[int], dict[str, Any]], member: int = 0) -> Feed:
        return lambda n: driver.feed(kind, make(n), member)

    def typed(n: int) -> dict[str, Any]:
        data = _slash(
            "contact", "show", contact=("rosa", "nurse", "mercy", "vega s", "tanka")[n % 5]
        )
        data["options"][0]["options"][0]["focused"] = True
        return data

    def key(n: int) -> str:
        return f"#{keys[n * 7 % len(keys)]}"

    return {
        "ping": of(2, lambda _: _slash("ping")),
        "contact show": of(2, lambda n: _slash("contact", "show", contact=key(n))),
        "autocomplete": of(4, typed),
        "today": of(2, lambda _: _slash("today")),
        "today, full": of(2, lambda _: _slash("today"), member=1),
        "log": of(2, lambda n: _slash("log", what="note", contact=key(n), text="A short note.")),
    }


def percentile(values: list[float], share: float) -> float:
    """Give a percentile in milliseconds."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


async def one_by_one(feeds: dict[str, Feed], count: int) -> None:
    """Print each command's latency beside ping's, taken in turns, each turn in another order.

    Whatever follows the largest finds the processor's caches full of what that one left.
    """
    times: dict[str, list[float]] = {name: [] for name in feeds}
    for n in range(20):
        for feed in feeds.values():
            await feed(n)
    chance, order = random.Random(7), list(feeds.items())
    for n in range(count):
        chance.shuffle(order)
        for name, feed in order:
            times[name].append(await feed(n))
    base50, base99 = percentile(times["ping"], 0.5), percentile(times["ping"], 0.99)
    for name, values in times.items():
        p50, p99 = percentile(values, 0.5), percentile(values, 0.99)
        aim = "   aim {}x, {}x".format(*AIMS[name]) if name in AIMS else ""
        print(
            f"  {name:13} p50 {p50:6.2f} ms ({p50 / base50:4.1f}x)"
            f"   p99 {p99:6.2f} ms ({p99 / base99:4.1f}x){aim}"
        )


async def fifty_at_once(driver: Driver, keys: list[str], count: int) -> None:
    """Print throughput and p99 for a mix of four reads to one write, by fifty members at once."""
    feeds = commands(driver, keys)
    mix = ("contact show", "today", "autocomplete", "contact show", "log")
    numbers, times = iter(range(count)), list[float]()
    slowest: dict[str, float] = {}

    async def worker() -> None:
        for n in numbers:
            name = mix[n % len(mix)]
            times.append(await feeds[name](n))
            slowest[name] = max(slowest.get(name, 0.0), times[-1])

    start = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(50)))
    took = time.perf_counter() - start
    print(
        f"  {count / took:.0f} commands/s, p50 {percentile(times, 0.5):.0f} ms, "
        f"p99 {percentile(times, 0.99):.0f} ms; slowest: "
        + ", ".join(f"{name} {took * 1000:.0f} ms" for name, took in slowest.items()),
        flush=True,
    )


async def measure(folder: Path, keys: list[str], count: int) -> None:
    """Measure one database with the bot in a process of its own."""
    driver = Driver()
    async with serve(driver.socket.set_result, driver.answered) as port:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.measured_bot", str(folder), str(port)
        )
        try:
            await asyncio.wait_for(driver.socket, 60)
            print(f" one at a time, {count} of each:", flush=True)
            await one_by_one(commands(driver, keys), count)
            bot.send_signal(signal.SIGUSR1)  # it says its longest stall, and forgets it
            print(" fifty at once, four reads to one write:", flush=True)
            await fifty_at_once(driver, keys, count * 4)
            bot.send_signal(signal.SIGUSR1)
            await asyncio.sleep(0.2)
        finally:
            bot.terminate()
            await bot.wait()


def main() -> None:
    """Fill the databases, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--keep", type=Path, help="a folder whose database is used again")
    args = parser.parse_args()
    for members, contacts in ((10, 10_000), (args.members, args.contacts)):
        with tempfile.TemporaryDirectory() as temporary:
            folder = (args.keep or Path(temporary)) / str(contacts)
            folder.mkdir(parents=True, exist_ok=True)
            start = time.perf_counter()
            keys = _keys(folder) if (folder / "rapport.db").exists() else []
            if not keys:
                keys = fill(folder, members=members, contacts=contacts)[2]
            ready = time.perf_counter() - start
            print(f"{contacts:,} contacts of {members:,} members (ready in {ready:.0f} s)")
            asyncio.run(measure(folder, keys, args.count))


def _keys(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "rapport.db") as raw:
        rows = raw.execute("SELECT key FROM contacts WHERE owner_id = ?", (FIRST_MEMBER,))
        return [row[0] for row in rows]


if __name__ == "__main__":
    main()

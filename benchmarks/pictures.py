"""What the pictures of a network cost: time and memory for 5, 60 and 500 people.

    python -m benchmarks.pictures [FOLDER]

laid out
    From what was read to SVG, in the bot's process (in a thread); the median of five, and beside it
    the first time, which reads the titles that fields are guessed from.
drawn
    From SVG to PNG in a process of its own, its start included; the median of five. Beside it the
    processor time that this is, which a busy machine does not change.
memory
    The most that process holds: it ends with the picture. The bot itself grows by what is printed
    at the end.

With a FOLDER, each picture is kept there to be looked at. The budget is 300 ms and 30 MB for sixty
people.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.notebook.members import MemberFacts
from bot.notebook.network import Network, Person
from bot.pictures import _rasterise
from bot.pictures.fonts import FILES
from bot.rules.records import ContactNotes, Talk, TalkState, Touch, TouchKind
from cogs._ui.network_cards import PLACES, VIEWS, Look, look_at

TODAY = date(2026, 11, 22)
AT = datetime(2026, 1, 1, tzinfo=UTC)
SIZES = (5, 60, 500)
ROUNDS = 5
NAMES = (
    "Rosa Vega", "Ana Petrović", "Ольга Кузнецова", "مريم الفاسي", "Νίκος Παπαδόπουλος", "שירה לוי",
    "Tom Reed", "Zoë Okafor", "Priya Singh", "Aleksandra Wiśniewska-Kowalczyk", "Leo Bauer",
)  # fmt: skip
ROLES = ("Nurse", "Data analyst", "Stage manager", "Civil engineer", "Editor", "Teacher", "Chef")
PLACES_OF_WORK = ("Mercy Hospital", "City Theatre", "Northwind", "Blue River Labs", "Harbor School")


class _Open(Person):
    """A person whose fields need not be unsealed."""

    def __init__(self, above: str | None, notes: ContactNotes, **fields: str) -> None:
        super().__init__(notes.key, above, b"", None, notes)  # type: ignore[arg-type] - no keys
        self.__dict__["details"] = fields


def make_network(size: int) -> Network:
    """Make a network in which about forty people were met, and the rest came from an import."""
    chance = random.Random(7)
    people: list[Person] = []
    for number in range(size):
        is_met = number < 60 and chance.random() < 0.7
        above = (
            chance.choice(people).key if people and number < 60 and chance.random() < 0.4 else None
        )
        notes = _notes(chance, str(number)) if is_met else ContactNotes(str(number))
        people.append(
            _Open(
                above,
                notes,
                name=chance.choice(NAMES),
                role=chance.choice(ROLES),
                organization=chance.choice(PLACES_OF_WORK),
            )
        )
    return Network(MemberFacts(1), TODAY, tuple(people), size)


def _notes(chance: random.Random, key: str) -> ContactNotes:
    days = [TODAY - timedelta(days=chance.randrange(300)) for _ in range(5)]
    began = min(days)
    touches = [Touch("", TouchKind.ASKED, began, AT)]
    touches += [Touch("", TouchKind.WROTE, on, AT) for on in days]
    talks = (Talk("", TalkState.HELD, began + timedelta(days=6), AT),)
    return ContactNotes(key, touches=tuple(touches), talks=talks)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Do something; returns milliseconds and what came of it."""
    start = time.perf_counter()
    result = work()
    return (time.perf_counter() - start) * 1000, result


_WATCHED = """
import runpy, sys
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
sys.stderr.write(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@dataclass(frozen=True)
class Drawn:
    """What drawing took: milliseconds in all and of processor time, megabytes at the most."""

    milliseconds: float
    processor: float
    memory: float
    png: bytes


def rasterise(look: Look) -> Drawn:
    """Draw a picture as the bot does."""
    assert look.picture is not None
    fonts = "system" if look.picture.needs_other_fonts else "own"
    program = [sys.executable, "-I", "-c", _WATCHED, _rasterise.__file__, fonts, *map(str, FILES)]
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(program, input=look.picture.svg.encode(), capture_output=True, check=True)
    milliseconds = (time.perf_counter() - start) * 1000
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = used.ru_utime + used.ru_stime - spent.ru_utime - spent.ru_stime
    memory = int(done.stderr.split()[1]) / 1024
    return Drawn(milliseconds, processor * 1000, memory, done.stdout)


def run(folder: Path | None) -> None:
    """Print a line for each picture and size."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    heads = ("first", "laid out", "drawn", "at work", "memory")
    print(f"{'picture':10} {'people':>6}" + "".join(f"{head:>9}" for head in heads))
    for view in (*(value for value, _ in VIEWS), PLACES):
        for size in SIZES:
            network = make_network(size)
            first, look = timed(lambda: look_at(network, view))  # noqa: B023 - called at once
            laid = [timed(lambda: look_at(network, view))[0] for _ in range(ROUNDS)]  # noqa: B023
            drawn = [rasterise(look) for _ in range(ROUNDS)]
            wall = statistics.median(one.milliseconds for one in drawn)
            work = statistics.median(one.processor for one in drawn)
            memory = max(one.memory for one in drawn)
            print(
                f"{view:10} {size:6} {first:5.0f} ms {statistics.median(laid):5.1f} ms "
                f"{wall:5.0f} ms {work:5.0f} ms {memory:5.1f} MB"
            )
            if folder:
                (folder / f"{view}-{size}.png").write_bytes(drawn[0].png)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"the bot grew by {(after - before) / 1024:.1f} MB, titles of fields included")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    run(parser.parse_args().folder)

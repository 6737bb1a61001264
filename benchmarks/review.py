"""How well messages are reviewed: precision and recall of each fault over labelled messages.

    python -m benchmarks.review [MESSAGES.toml ...]

The messages are written for this, each with the faults that a career adviser would mark in it, in
five files: ``messages``, which the looks were built on; ``messages_fresh``, ``messages_unseen``,
``messages_last`` and ``messages_winter``, each written before any look had been shown it, scored
once, and then mended upon: what those first runs gave stands in docs/decisions.md, and says more
than the figures here.
A fault counts once for each message. Printed are each miss and each false alarm, then for every
fault

precision
    The share of its findings that are labelled.
recall
    The share of its labels that are found.

and how many messages without any label were left in peace. Spelling is checked too, where the
extra ``proof`` is installed.
"""

from __future__ import annotations

import argparse
import asyncio
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.proofreading import Proofreader
from bot.rules.review import About, Fault, Finding, review_message

HERE = Path(__file__).parent
ENOUGH = 8
"""A rule with fewer labels than that is not judged."""
PRECISION, RECALL = 0.95, 0.9


@dataclass(frozen=True)
class Labelled:
    """A message, whom it goes to, and the faults it deserves."""

    text: str
    subject: str
    about: About
    faults: frozenset[Fault]
    is_misspelt: bool = False

    def review(self) -> tuple[Finding, ...]:
        """Look at it without the spelling."""
        return review_message(self.text, self.about, subject=self.subject)


@dataclass
class Count:
    """What was found of a fault, over all messages."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def labels(self) -> int:
        """How many messages deserve it."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """The share of findings that are labelled."""
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        """The share of labels that are found."""
        return self.right / self.labels if self.labels else 1.0


@dataclass
class Score:
    """What a file of messages came to."""

    counts: dict[Fault, Count] = field(default_factory=lambda: {one: Count() for one in Fault})
    good: int = 0
    in_peace: int = 0
    misses: list[str] = field(default_factory=list[str])

    def add(self, message: Labelled, found: frozenset[Fault]) -> None:
        """Count what was found in a message."""
        for fault in Fault:
            count = self.counts[fault]
            count.right += fault in found & message.faults
            count.false += fault in found - message.faults
            count.missed += fault in message.faults - found
        if not message.faults and not message.is_misspelt:
            self.good += 1
            self.in_peace += not found
        for word, faults in (("false", found - message.faults), ("missed", message.faults - found)):
            opening = " ".join(message.text.split())[:70]
            about = f"{message.about.kind}.{message.about.channel}"
            self.misses += [f"  {word}: {fault} in {about} {opening!r}" for fault in faults]


def read_messages(file: Path) -> list[Labelled]:
    """Read the labelled messages of a file."""
    table: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    return list(_labelled(table))


def _labelled(table: dict[str, Any]) -> Iterator[Labelled]:
    for one in table["message"]:
        person = dict(table["people"][one["to"]])
        lists = {name: tuple(person.pop(name, ())) for name in ("own_words", "known_names")}
        about = About(one["kind"], one["channel"], **person, **lists)
        faults = {Fault(name) for name in one["faults"]}
        misspelt = Fault.SPELLING in faults
        faults -= {Fault.SPELLING}
        text = one["text"].strip()
        yield Labelled(text, one.get("subject", ""), about, frozenset(faults), misspelt)


def score(messages: list[Labelled]) -> Score:
    """Review every message and count; without the spelling."""
    total = Score()
    for message in messages:
        total.add(message, frozenset(one.fault for one in message.review()))
    return total


async def score_spelling(messages: list[Labelled]) -> Score | None:
    """Proofread every message and count; None when no checker is installed."""
    total, proofreader = Score(), Proofreader(seconds=60)
    for message in messages:
        about = message.about
        names = (about.name, about.first, about.my_name, about.referrer, *about.known_names)
        found = await proofreader.proofread(message.text, names=(*names, *about.own_words))
        if found is None:
            return None
        count = total.counts[Fault.SPELLING]
        count.right += bool(found) and message.is_misspelt
        count.false += bool(found) and not message.is_misspelt
        count.missed += message.is_misspelt and not found
        if not message.is_misspelt:
            total.misses += [f"  false: spelling, {one.remedy}" for one in found]
    await proofreader.close()
    return total


def report(name: str, messages: list[Labelled]) -> None:
    """Score a file and print what was found."""
    began = time.process_time()
    total = score(messages)
    spent = (time.process_time() - began) / len(messages)
    spelling = asyncio.run(score_spelling(messages))
    print(f"{name}: {len(messages)} messages, {spent * 1000:.1f} ms each")
    print("\n".join(total.misses + (spelling.misses if spelling else [])))
    if spelling:
        total.counts[Fault.SPELLING] = spelling.counts[Fault.SPELLING]
    for fault, count in total.counts.items():
        few = "" if count.labels >= ENOUGH else "  (too few to judge)"
        print(
            f"  {fault:20} precision {count.precision:.3f}  recall {count.recall:.3f}"
            f"  {count.labels:3} labels, {count.false} false{few}"
        )
    print(f"  good messages left in peace: {total.in_peace} of {total.good}")


def main() -> None:
    """Score each file of messages, and all together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(HERE.glob("messages*.toml")))
    files: list[Path] = parser.parse_args().files
    for file in files:
        report(file.name, read_messages(file))
    if len(files) > 1:
        report("all", [one for file in files for one in read_messages(file)])


if __name__ == "__main__":
    main()

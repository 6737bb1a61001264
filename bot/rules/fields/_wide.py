"""Knows the words that speak of several fields at once: "health care", "the arts", "business"."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.rules.fields._words import plain_words

_ABOUT = frozenset(
    {"field", "industry", "sector", "work", "working", "job", "career", "profession", "area"}
    | {"professional", "world", "business", "something", "anything"}
)


@dataclass(frozen=True, slots=True)
class Wide:
    """Several fields that people call by one name."""

    name: str
    fields: tuple[str, ...]


def exactly(text: str) -> Wide | None:
    """Find what the whole text names, be it as "the health care industry"."""
    said = plain_words(text)
    return wide().get(said) or wide().get(tuple(word for word in said if word not in _ABOUT))


def within(text: str) -> Wide | None:
    """Find the longest name that stands somewhere in the text."""
    return next((wide()[one] for one in _runs(plain_words(text)) if one in wide()), None)


def _runs(said: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    longest = min(len(said), max(map(len, wide())))
    for length in range(longest, 0, -1):
        for start in range(len(said) - length + 1):
            yield said[start : start + length]


@cache
def wide() -> dict[tuple[str, ...], Wide]:
    """Give each name in plain words; later calls give the same."""
    read = tomllib.loads((Path(__file__).parent / "wide.toml").read_text("utf-8"))
    return {
        plain_words(phrase): Wide(name, tuple(entry["fields"]))
        for name, entry in read.items()
        for phrase in entry["words"].split(";")
    }

"""The patterns that the looks search for, by name; they are read and compiled at first use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bot.rules.question_review import ASKING
from bot.rules.review.records import Span

_PATTERNS = Path(__file__).with_name("patterns.toml")
_WORDS = Path(__file__).with_name("words.toml")


def search(name: str, text: str, start: int = 0) -> re.Match[str] | None:
    """Find the earliest place where one of the patterns of a name stands."""
    found = (one.search(text, start) for one in _compiled(name))
    return min(filter(None, found), key=re.Match[str].start, default=None)


def place(name: str, text: str) -> Span | None:
    """Give the earliest place where one of the patterns of a name stands."""
    found = search(name, text)
    return found.span() if found else None


def each(name: str, text: str) -> Iterator[re.Match[str]]:
    """Give every place where a pattern of a name stands."""
    return (found for one in _compiled(name) for found in one.finditer(text))


@cache
def word_list(name: str) -> frozenset[str]:
    """Give the words of a list."""
    return frozenset(_read(_WORDS)[name].split())


@cache
def same_names() -> tuple[frozenset[str], ...]:
    """Give the sets of names that call the same person."""
    return tuple(frozenset(one.split()) for one in _read(_WORDS)["same_name"])


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that is made of a name."""
    return re.compile(pattern, re.IGNORECASE)


@cache
def _compiled(name: str) -> tuple[re.Pattern[str], ...]:
    parts = {**_read(_PATTERNS)["parts"], "ASKING": ASKING}
    return tuple(
        re.compile(re.sub(r"<([A-Z]+)>", lambda found: parts[found[1]], one), re.IGNORECASE)
        for one in _read(_PATTERNS)["patterns"][name]
    )


@cache
def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))

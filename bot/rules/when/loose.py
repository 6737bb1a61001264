"""The last reader: dateparser, allowed to see only texts it is known to read whole."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.rules.when.moment import Frame

MAX_CHARS = 60
_UNITS = r"(?:second|minute|hour|day|week|month|year|decade)s?"
_COUNT = r"(?:\d{1,3}|an?|a few)"
# dateparser drops words it does not know ("2 days after tomorrow" became tomorrow), so every
# word must belong to one of two shapes: lengths of time ago or ahead, or a day with its month.
_SPANS = re.compile(
    rf"(?:in )?{_COUNT} {_UNITS}(?:(?: and|) {_COUNT} {_UNITS})*(?: ago| from now)?"
)
_DATED = re.compile(
    r"(?:(?:of|the|in|\d{4}|\d{1,2}(?:st|nd|rd|th)?|[a-z]{3,9}\.?)(?: |-|/|$)){2,6}"
)
_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b")
_PLAIN_WORDS = re.compile(
    r"january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|of|the|in"
)


def _fits(text: str) -> bool:
    if _SPANS.fullmatch(text):
        return text.startswith("in ") != text.endswith((" ago", " from now"))
    if not _DATED.fullmatch(text) or len(_MONTH.findall(text)) != 1:
        return False
    words = re.findall(r"[a-z]+", re.sub(r"(?<=\d)(?:st|nd|rd|th)", "", text))
    days = re.findall(r"(?<!\d)\d{1,2}(?!\d)", text)
    years = re.findall(r"(?<!\d)\d{4}(?!\d)", text)
    return all(map(_PLAIN_WORDS.fullmatch, words)) and len(days) == 1 and len(years) == 1


def read_loose(text: str, frame: Frame) -> date | None:
    """Read a day that the own readers do not know; None when it is not surely one."""
    if len(text) > MAX_CHARS or not _fits(text):
        return None
    import dateparser  # slow to import (a third of a second), and most texts never need it

    settings: Any = {
        "RELATIVE_BASE": frame.local_now.replace(tzinfo=None),
        "PARSERS": ["relative-time", "absolute-time"],
        "REQUIRE_PARTS": ["day"],
        "RETURN_AS_TIMEZONE_AWARE": False,
        "STRICT_PARSING": bool(_MONTH.search(text)),
    }
    # with other languages one bad string took seconds
    found = dateparser.parse(text, languages=["en"], settings=settings)
    return found.date() if found else None

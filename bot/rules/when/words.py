"""Typed text made plain, and the time of day found in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from types import MappingProxyType

# An hour such as "3" or "3:30" may be afternoon; from eight on people write what they mean.
LAST_DOUBTFUL_HOUR = 7
PARTS = MappingProxyType(
    {
        "morning": time(9),
        "afternoon": time(14),
        "evening": time(18),
        "night": time(20),
    }
)
_PART = r"morning|afternoon|evening|night"
_NUMBERS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_PLAIN: tuple[tuple[str, str], ...] = (
    (r"[’`´]", "'"),
    (r"[–—−]", "-"),
    (r"[,;]", " "),
    (r"[\s.!?]+$", ""),
    (r"\s+", " "),
    (r"(?<=\d)t(?=\d\d?:)", " "),
    (r"\btonight\b|\bthis night\b|\btonite\b", "today night"),
    (r"\blast night\b", "yesterday night"),
    (rf"\bthis ({_PART})\b", r"today \1"),
    (rf"\b(?:in|on) the ({_PART})\b", r"\1"),
    (r"\bat night\b", "night"),
    (r"\blunch ?time\b|\bmidday\b|\b12 ?noon\b", "noon"),
    (r"\b12 ?midnight\b", "midnight"),
    (r"\b(?:tomm?orr?ow|tmrw|tmr|tmw|2morrow|tomo)\b", "tomorrow"),
    (r"\b(?:yest|yday|yesterday's)\b", "yesterday"),
    (r"\btoday's\b", "today"),
    *((rf"\b{word}\b", str(number)) for number, word in enumerate(_NUMBERS, 1)),
)


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day as typed: one reading, or two when morning and afternoon are both possible."""

    options: tuple[time, ...]
    plus_days: int = 0  # "tonight at 1" is on the next day
    is_part: bool = False  # "morning": an hour is only assumed
    is_midnight: bool = False  # the start or the end of a named day
    fold: int | None = None  # before (0) or after (1) the clocks change


class Contradiction(ValueError):
    """The text names two times, or a time outside its part of the day."""


def plain(text: str) -> str:
    """Make typed text lower case, of single spaces, plain signs and known words."""
    text = unicodedata.normalize("NFKC", text).lower().strip()
    for pattern, instead in _PLAIN:
        text = re.sub(pattern, instead, text)
    return text.strip()


def _time(hour: int, minute: int) -> time:
    if hour > 23 or minute > 59:
        raise Contradiction
    return time(hour, minute)


def doubtful(hour: int, minute: int = 0) -> Hour:
    """Give both readings of an hour without am or pm, or the one that is possible."""
    if 1 <= hour <= 12:
        return Hour((_time(hour % 12, minute), _time(hour % 12 + 12, minute)))
    return Hour((_time(hour, minute),))


def _twelve(match: re.Match[str]) -> Hour:
    hour, half = int(match["h"]), match["half"] or match["short"]
    if hour > 12:
        if half == "a":
            raise Contradiction
        return Hour((_time(hour, int(match["m"] or 0)),))
    if hour == 0:
        raise Contradiction
    return Hour((_time(hour % 12 + (12 if half == "p" else 0), int(match["m"] or 0)),))


def _colon(match: re.Match[str]) -> Hour:
    hour, minute = int(match["h"]), int(match["m"])
    if match["date"] or len(match["h"]) == 2 or hour > LAST_DOUBTFUL_HOUR or hour == 0:
        return Hour((_time(hour, minute),))
    return doubtful(hour, minute)


def _past_or_to(match: re.Match[str]) -> Hour:
    minutes = {"half": 30, "quarter": 15}.get(match["n"]) or int(match["n"])
    hour = int(match["h"])
    if not 1 <= hour <= 12 or minutes > 59:
        raise Contradiction
    if match["way"] == "to":
        hour, minutes = (hour + 10) % 12 + 1, 60 - minutes
    morning, afternoon = doubtful(hour, minutes).options
    return Hour({"a": (morning,), "p": (afternoon,)}.get(match["half"], (morning, afternoon)))


def _bare(match: re.Match[str]) -> Hour:
    return doubtful(int(match["h"]), int(match["m"] or 0))


_LEAD = r"(?:(?<![a-z])(?:at|around|about|by|from)\s+|@\s*)?"
_HALF = r"\s*(?P<half>[ap])\.?\s?m\b\.?"
_HOURS: tuple[tuple[str, Callable[[re.Match[str]], Hour]], ...] = (
    (
        _LEAD + r"\b(?P<n>half|quarter|5|10|20|25) (?P<way>past|to) "
        rf"(?P<h>\d{{1,2}})(?:{_HALF})?(?![\d:a-z])",
        _past_or_to,
    ),
    (
        _LEAD + r"(?<![\d:.])(?P<h>\d{1,2})(?:[:.](?P<m>\d{2}))?"
        rf"(?:{_HALF}|(?P<short>[ap])\b)",
        _twelve,
    ),
    (
        r"(?P<date>(?<=\d{4}-\d\d-\d\d ))?" + _LEAD + r"(?<![\d:.])(?P<h>\d{1,2}):(?P<m>\d{2})"
        r"(?::\d{2}(?:\.\d+)?)?(?![\d:])",
        _colon,
    ),
    (_LEAD + r"\bnoon\b", lambda _: Hour((time(12),))),
    (_LEAD + r"\bmidnight\b", lambda _: Hour((time(0),), is_midnight=True)),
    (r"\b(?:at |around )?(?P<h>\d{1,2})(?P<m>) ?o'?clock\b", _bare),
    (
        r"(?:\b(?:at|around)\s+|@\s*)(?P<h>\d{1,2})(?:[.h]?(?P<m>\d{2}))?(?![\d:./-])(?! \d)",
        _bare,
    ),
)
_CLOCKS = re.compile(r"\b(before|after) the clocks change\b")


def _cut(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _split_clock(text: str) -> tuple[str, Hour | None]:
    found: Hour | None = None
    for pattern, read in _HOURS:
        while match := re.search(pattern, text):
            if found:
                raise Contradiction
            found, text = read(match), _cut(text, match)
    return text, found


def _within(hour: Hour, part: str) -> Hour:
    """Let "in the evening" decide between two readings, or refuse an hour outside it."""
    if part == "night" and hour.is_midnight:
        return replace(hour, plus_days=1, is_midnight=False)
    if part == "night":
        late = tuple(option for option in hour.options if option.hour >= 17)
        early = tuple(option for option in hour.options if option.hour <= 4)
        if not late and not early:
            raise Contradiction
        return replace(hour, options=(late or early)[:1], plus_days=0 if late else 1)
    fits = tuple(option for option in hour.options if (option.hour < 12) == (part == "morning"))
    if not fits:
        raise Contradiction
    return replace(hour, options=fits)


def split_hour(text: str) -> tuple[str, Hour | None]:
    """Take the time of day out of plain text: what is left, and the hour if there was one.

    Raises Contradiction when the text holds two times or an impossible one.
    """
    fold: int | None = None
    if clocks := _CLOCKS.search(text):
        fold, text = int(clocks[1] == "after"), _cut(text, clocks)
    text, hour = _split_clock(text)
    if part := re.search(rf"\b({_PART})\b", text):
        text = _cut(text, part)
        if re.search(rf"\b({_PART})\b", text):
            raise Contradiction
        hour = _within(hour, part[1]) if hour else Hour((PARTS[part[1]],), is_part=True)
    if fold is not None:
        if hour is None:
            raise Contradiction
        hour = replace(hour, fold=fold)
    return _trim(text), hour


def _trim(text: str) -> str:
    text = " ".join(text.split())
    text = re.sub(r"^(?:(?:on|at|by|of|and|until|till)\b ?|- )+", "", text)
    return re.sub(r"(?: (?:on|at|by|of|and|-))+$", "", text).strip()

"""Lengths of time in plain text: "in 2 weeks", "3 days ago", "an hour and a half"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.rules.when.days import Day, NoSuchDay, month_on, read_day
from bot.rules.when.moment import Frame

_UNIT = (
    r"(?P<unit>minutes?|mins?|min|m|hours?|hrs?|hr|h|days?|d|weeks?|wks?|wk|w|months?|mos?|mo"
    r"|years?|yrs?|yr|y|fortnights?|(?:business|working|work) ?days?)"
)
_ONE = re.compile(
    # a letter alone is a unit only after digits, or the "an d" of "1h and" would be a day
    r"(?:(?P<half>half an|half a|half) (?=[a-z]{3})|(?P<n>a couple of|an?) (?=[a-z]{3})"
    rf"|(?P<number>\d{{1,3}}(?:\.5)?) ?){_UNIT}"
    r"(?P<more> and a half)?(?![a-z])"
)
_JOIN = re.compile(r" ?(?:and |, ?)?")
_FRAME = re.compile(
    r"(?:(?P<ahead>in|within|after|for) )?(?P<span>(?:half|an?|\d).*?)"
    r"(?: (?P<rest>ago|(?:back|from now|from today|later|time)|"
    r"(?P<way>before|after|from) (?P<anchor>.+)))?"
)
_LETTERS = {"m": "minute", "h": "hour", "d": "day", "w": "week", "y": "year"}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: calendar parts, and a clock part in minutes (0 when only days count)."""

    days: int = 0
    months: int = 0
    workdays: int = 0
    minutes: int = 0


def _unit(word: str) -> str:
    if "business" in word or "work" in word:
        return "workday"
    if word in ("mo", "mos") or word.startswith("month"):
        return "month"
    return _LETTERS.get(word[0], "fortnight")


def _amount(match: re.Match[str], unit: str) -> Span | None:
    article = 2.0 if match["n"] == "a couple of" else 1.0
    number = 0.5 if match["half"] else float(match["number"] or article)
    number += 0.5 if match["more"] else 0
    if unit in ("minute", "hour"):
        return Span(minutes=round(number * (60 if unit == "hour" else 1)))
    if number % 1 and unit != "year":
        return None
    whole = int(number)
    match unit:
        case "month" | "year":
            return Span(months=int(number * 12) if unit == "year" else whole)
        case "workday":
            return Span(workdays=whole)
        case _:
            return Span(days=whole * {"week": 7, "fortnight": 14}.get(unit, 1))


def read_span(text: str) -> Span | None:
    """Read "2 weeks", "1 hour and 30 min", "1h30m"; None when it is not all a length of time."""
    total, place, seen = Span(), 0, set[str]()
    while place < len(text):
        match = _ONE.match(text, place) or _ONE.match(text, _end_of_join(text, place))
        unit = _unit(match["unit"]) if match else ""
        part = _amount(match, unit) if match else None
        if not match or not part or unit in seen:
            return None
        seen.add(unit)
        total = Span(
            total.days + part.days,
            total.months + part.months,
            total.workdays + part.workdays,
            total.minutes + part.minutes,
        )
        place = match.end()
    return total if seen else None


def _end_of_join(text: str, place: int) -> int:
    match = _JOIN.match(text, place) if place else None
    return match.end() if match else place


def _workdays_on(day: date, count: int) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while day.weekday() > 4:
            day += step
    return day


def shifted(day: date, span: Span, sign: int) -> date:
    """Give the day that lies a span before (-1) or after (1) another."""
    try:
        moved = month_on(day, sign * span.months) + timedelta(days=sign * span.days)
    except (ValueError, OverflowError):
        raise NoSuchDay("") from None
    return _workdays_on(moved, sign * span.workdays)


def read_relative(text: str, frame: Frame) -> Day | datetime | None:
    """Read a text counted from now or from a named day; an instant when hours are counted.

    Raises NoSuchDay when it leaves the calendar.
    """
    if text in ("now", "right now", "just now"):
        return frame.now
    match = _FRAME.fullmatch(text)
    span = read_span(match["span"].removesuffix("'").removesuffix("s'")) if match else None
    if not match or not span or (match["ahead"] and match["rest"] not in (None, "time")):
        return None
    if match["way"]:
        return _from_anchor(match, span, frame)
    signs = _signs(match, frame)
    if span.minutes:
        return _instant(span, signs, frame)
    return Day(tuple(shifted(frame.today, span, sign) for sign in signs))


def _signs(match: re.Match[str], frame: Frame) -> tuple[int, ...]:
    if match["rest"] in ("ago", "back"):
        return (-1,)
    if match["ahead"] or match["rest"]:
        return (1,)
    return {"past": (-1,), "future": (1,), "any": (1, -1)}[frame.expect]


def _instant(span: Span, signs: tuple[int, ...], frame: Frame) -> datetime | None:
    if len(signs) != 1 or span.months or span.workdays:
        return None
    return frame.now + signs[0] * timedelta(days=span.days, minutes=span.minutes)


def _from_anchor(match: re.Match[str], span: Span, frame: Frame) -> Day | None:
    anchor = read_day(match["anchor"], frame)
    if not anchor or span.minutes:
        return None
    sign = -1 if match["way"] == "before" else 1
    return Day(tuple(shifted(day, span, sign) for day in anchor.dates), ask=anchor.ask)

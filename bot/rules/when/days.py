"""The day in a plain text: one candidate, several to choose from, or none."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.rules.when.moment import Frame

Step = Literal["none", "day", "week", "year"]

# Further away than this, a date without a year is more likely a slip than a plan for next year.
FAR_DAYS = 300
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")

WD = (
    r"(?P<wd>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|wendesday|thu(?:rs?(?:day)?)?"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
MON = (
    r"(?P<mon>jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:the )?(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?: (?P<y>\d{4}))?"


@dataclass(frozen=True, slots=True)
class Day:
    """The days a text may mean, the likeliest first, and where to look when all have passed."""

    dates: tuple[date, ...]
    step: Step = "none"
    ask: str = "Which day do you mean?"
    by_hour: bool = False  # with an hour, the first date on the right side of now is meant


class NoSuchDay(ValueError):
    """The text names a day that no calendar has; ``near`` are the real ones next to it."""

    def __init__(self, words: str, near: tuple[date, ...] = ()) -> None:
        super().__init__(words)
        self.words = words
        self.near = near


Reader = Callable[[re.Match[str], Frame], Day]


def weekday_number(word: str) -> int:
    """Give the number of a weekday's name, Monday being 0."""
    return _WEEKDAYS.index("wed" if word.startswith("we") else word[:3])


def month_number(word: str) -> int:
    """Give the number of a month's name, January being 1."""
    return _MONTHS.index(word[:3]) + 1


def make_date(year: int, month: int, day: int) -> date:
    """Make a date, or raise NoSuchDay with the real days next to it."""
    try:
        return date(year, month, day)
    except ValueError:
        if not (1 <= month <= 12 and 1900 <= year <= 2200 and 29 <= day <= 31):
            raise NoSuchDay("") from None
        last = date(year, month, monthrange(year, month)[1])
        near = (last, last + timedelta(days=1))
        raise NoSuchDay(f"{last:%B} {year} has only {last.day} days.", near) from None


def week_of(day: date, weeks: int = 0) -> date:
    """Give the Monday of a day's week, some weeks on."""
    return day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)


def month_on(day: date, months: int) -> date:
    """Give the same day some months on, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next_weekday(today: date, number: int) -> date:
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _today(_match: re.Match[str], frame: Frame) -> Day:
    return Day((frame.today,), "day")


def _days_on(count: int) -> Reader:
    return lambda _match, frame: Day((frame.today + timedelta(days=count),))


def bare_weekday(match: re.Match[str], frame: Frame) -> Day:
    """Read "tue": the last one for what happened, the coming one for a plan."""
    number, today, week = weekday_number(match["wd"]), frame.today, timedelta(weeks=1)
    if frame.expect == "any":
        coming = _next_weekday(today, number)
        return Day((coming, coming - week), ask=f"Which {coming:%A} do you mean?")
    step = week if frame.expect == "future" else -week
    if number == today.weekday():
        return Day(
            (today, today + step), by_hour=True, ask=f"Today is {today:%A}. Today, or another one?"
        )
    coming = _next_weekday(today, number)
    return Day((coming if frame.expect == "future" else coming - week,), "week")


def _this_weekday(match: re.Match[str], frame: Frame) -> Day:
    here = week_of(frame.today) + timedelta(days=weekday_number(match["wd"]))
    return Day((here,), "week")


def _next_or_last_weekday(match: re.Match[str], frame: Frame) -> Day:
    """Read "next fri" and "last fri": two are meant by different people unless weeks agree."""
    way = 1 if match["way"] == "next" else -1
    number, today, week = weekday_number(match["wd"]), frame.today, timedelta(weeks=1)
    near = _next_weekday(today, number)
    if way < 0:
        near -= timedelta(weeks=2 if near - today == week else 1)
    in_week = week_of(today, way) + timedelta(days=number)
    if near == in_week and abs((near - today).days) > 1:
        return Day((near,), "week")
    words = f'"{match["way"].capitalize()} {near:%A}" can be two days. Which one?'
    return Day((near, near + way * week), "week", ask=words)


def _weekday_of_week(match: re.Match[str], frame: Frame) -> Day:
    weeks = {"next": 1, "this": 0, "last": -1}[match["way"]]
    number = weekday_number(match["wd"])
    return Day((week_of(frame.today, weeks) + timedelta(days=number),), "week")


def _edge(month: int, year: int, where: str) -> date:
    last = monthrange(year, month)[1]
    return date(year, month, {"end": last, "middle": 15}.get(where, 1))


def _edge_word(match: re.Match[str]) -> str:
    return {"mid": "middle", "mid-": "middle", "late": "end"}.get(match["edge"], match["edge"])


def _edge_of(match: re.Match[str], frame: Frame) -> Day:
    """Read "end of next week": the Friday, the month's last day, 31 December."""
    count = {"next": 1, "last": -1}.get(match["way"] or "", 0)
    today, where = frame.today, _edge_word(match)
    if match["unit"] == "week":
        offset = {"end": 4, "middle": 2}.get(where, 0)
        return Day((week_of(today, count) + timedelta(days=offset),), "week")
    if match["unit"] == "year":
        month, day = {"end": (12, 31), "middle": (7, 1)}.get(where, (1, 1))
        return Day((date(today.year + count, month, day),))
    there = month_on(today.replace(day=1), count)
    return Day((_edge(there.month, there.year, where),))


def _edge_of_month(match: re.Match[str], frame: Frame) -> Day:
    month, where = month_number(match["mon"]), _edge_word(match)
    years = _years(match, frame)
    return _roll([_edge(month, year, where) for year in years], frame, sure=bool(match["y"]))


def _years(match: re.Match[str], frame: Frame) -> list[int]:
    if match["y"]:
        return [int(match["y"])]
    return [frame.today.year + offset for offset in range(-8, 9)]


def _roll(dates: list[date], frame: Frame, *, sure: bool = False) -> Day:
    """Choose the year of a date without one by the side of now it should lie on."""
    today = frame.today
    if sure:
        return Day(tuple(dates), "year")
    if frame.expect == "any":
        near = sorted(dates, key=lambda day: (abs((day - today).days), day))
        return Day(tuple(near[: 1 if abs((near[0] - today).days) < 90 else 2]), ask="Which year?")
    rolled = _rolled(dates, frame)
    if abs((rolled - today).days) > FAR_DAYS and rolled.year != today.year:
        missed = [day for day in dates if day.year == today.year] or [rolled]
        return Day((missed[0],), "year")
    return Day((rolled,), "year")


def _rolled(dates: list[date], frame: Frame) -> date:
    """Choose the nearest of a date's years that lies on the expected side of now."""
    good = [day for day in dates if frame.allows_day(day)] or dates
    return min(good, key=lambda day: abs(day - frame.today))


def _in_years(years: list[int], month: int, day: int) -> list[date]:
    """Give the date in those years that have it; 29 February skips most."""
    if not (1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1]) or len(years) == 1:
        return [make_date(years[len(years) // 2], month, day)]
    return [date(year, month, day) for year in years if day <= monthrange(year, month)[1]]


def _month_day(match: re.Match[str], frame: Frame) -> Day:
    dates = _in_years(_years(match, frame), month_number(match["mon"]), int(match["d"]))
    return _roll(dates, frame, sure=bool(match["y"]))


def _weekday_month_day(match: re.Match[str], frame: Frame) -> Day:
    """Read "Tuesday 3 March": the weekday settles the year, or shows a slip."""
    number, day = weekday_number(match["wd"]), int(match["d"])
    dates = _in_years(_years(match, frame), month_number(match["mon"]), day)
    fits = [day for day in dates if day.weekday() == number and frame.allows_day(day)]
    fits.sort(key=lambda day: (day.year != frame.today.year, abs(day - frame.today)))
    if fits and (match["y"] or fits[0].year == frame.today.year):
        return Day((fits[0],), "year")
    plain = _month_day(match, frame).dates[0]
    if plain.weekday() == number:
        return Day((plain,), "year")
    near = min(
        (plain + timedelta(days=offset) for offset in range(-6, 7)),
        key=lambda day: (day.weekday() != number, abs(day - plain)),
    )
    ask = f"{plain.day} {plain:%B} {plain.year} is a {plain:%A}. Which one do you mean?"
    return Day((plain, near), "year", ask=ask)


def _numeric(match: re.Match[str], frame: Frame) -> Day:
    """Read "03/04": a question unless only one order of day and month is possible."""
    first, second = int(match["a"]), int(match["b"])
    year = match["y"] and int(match["y"]) + (2000 if len(match["y"]) == 2 else 0)
    years = [year] if year else [frame.today.year + offset for offset in range(-8, 9)]
    orders = {(first, second), (second, first)}
    orders = [(month, day) for month, day in sorted(orders) if 1 <= month <= 12 and 1 <= day <= 31]
    if not orders:
        raise NoSuchDay("")
    if len(orders) == 1:
        return _roll(_in_years(years, *orders[0]), frame, sure=bool(year))
    dates = [_rolled(_in_years(years, *order), frame) for order in orders]
    return Day(tuple(dates), "year", ask="Is that the day first, or the month first?")


def _iso(match: re.Match[str], _frame: Frame) -> Day:
    return Day((make_date(int(match["y"]), int(match["a"]), int(match["b"])),), "year")


def _ordinal(match: re.Match[str], frame: Frame) -> Day:
    """Read "the 5th": of this month, or the nearest month that has one on the right side."""
    day, start = int(match["d"]), frame.today.replace(day=1)
    months = [month_on(start, offset) for offset in range(-3, 4)]
    if not 1 <= day <= 31:
        raise NoSuchDay("")
    dates = [m.replace(day=day) for m in months if day <= monthrange(m.year, m.month)[1]]
    if frame.expect == "any":
        here = [on for on in dates if (on.year, on.month) == (start.year, start.month)]
        return Day(tuple(here or dates[-1:]))
    if frame.expect == "future":
        return Day((min(on for on in dates if on >= frame.today),), "year")
    return Day((max(on for on in dates if on <= frame.today),), "year")


def _nth(match: re.Match[str], frame: Frame) -> Day:
    """Read "second Thursday of April"."""
    number, word = weekday_number(match["wd"]), match["nth"]
    if match["mon"]:
        firsts = [date(year, month_number(match["mon"]), 1) for year in _years(match, frame)]
    else:
        count = {"next": 1, "last": -1}.get(match["way"] or "", 0)
        firsts = [month_on(frame.today.replace(day=1), count)]
    dates = [on for first in firsts if (on := _nth_in(first, number, word))]
    if not dates:
        raise NoSuchDay("That month has no such day.")
    return _roll(dates, frame, sure=bool(match["y"] or not match["mon"]))


def _nth_in(first: date, number: int, word: str) -> date | None:
    opening = first + timedelta(days=(number - first.weekday()) % 7)
    if word == "last":
        steps = (monthrange(first.year, first.month)[1] - opening.day) // 7
    else:
        steps = int(word[0]) - 1 if word[0].isdigit() else _ORDINALS.index(word)
    on = opening + timedelta(weeks=steps)
    return on if on.month == first.month else None


def _which_of_week(match: re.Match[str], frame: Frame) -> Day:
    weeks = {"next": 1, "last": -1}.get(match["way"], 0)
    days = (5, 6) if match["unit"] == "weekend" else range(5)
    monday = week_of(frame.today, weeks)
    return Day(tuple(monday + timedelta(days=day) for day in days), ask="Which day do you mean?")


def _which_of_month(match: re.Match[str], frame: Frame) -> Day:
    if match["mon"]:
        month = month_number(match["mon"])
        firsts = [date(year, month, 1) for year in _years(match, frame)]
        ends = [_edge(month, first.year, "end") for first in firsts]
        good = [end for end in ends if frame.allows_day(end)] or ends
        end = min(good, key=lambda day: abs(day - frame.today))
    else:
        count = {"next": 1, "last": -1}.get(match["way"], 0)
        there = month_on(frame.today.replace(day=1), count)
        end = _edge(there.month, there.year, "end")
    dates = (end.replace(day=1), end.replace(day=15), end)
    return Day(dates, ask=f"Which day in {end:%B}? You can type one, like {end.day} {end:%B}.")


_WAY = r"(?P<way>next|this|last)"
_EDGE = r"(?:the )?(?P<edge>end|start|beginning|middle|mid-?|early|late)(?: of)?(?: the)?"
_UNIT_EDGE = r"(?: (?P<way>next|this|last))? (?P<unit>week|month|year)"
_NTH = rf"(?:the )?(?P<nth>{'|'.join(_ORDINALS)}|1st|2nd|3rd|4th|5th|last) {WD}"

# Patterns are compiled when a day is first read: together they took a start 15 ms.
READERS: tuple[tuple[str, Reader], ...] = (
    (r"today", _today),
    (r"tomorrow", _days_on(1)),
    (r"yesterday", _days_on(-1)),
    (r"(?:the )?day after tomorrow", _days_on(2)),
    (r"(?:the )?day before yesterday", _days_on(-2)),
    (rf"(?:(?:the |this )?coming )?{WD}", bare_weekday),
    (rf"this {WD}", _this_weekday),
    (rf"(?P<way>next|last) {WD}", _next_or_last_weekday),
    (rf"{WD}(?: of)? {_WAY} week", _weekday_of_week),
    (rf"{_WAY} week(?:'s)?(?: on)? {WD}", _weekday_of_week),
    (rf"{_EDGE}{_UNIT_EDGE}", _edge_of),
    (rf"{_EDGE} {MON}{_YEAR}", _edge_of_month),
    (rf"{_NTH} (?:of|in) {MON}{_YEAR}", _nth),
    (rf"{_NTH} (?:of|in) (?:(?:the )?(?P<way>next|this|last)|the) (?P<mon>)(?P<y>)month", _nth),
    (rf"{_DAY}(?: of)? {MON}{_YEAR}", _month_day),
    (rf"{MON} {_DAY}{_YEAR}", _month_day),
    (rf"(?P<y>\d{{4}}) {MON} {_DAY}", _month_day),
    (rf"{WD} {_DAY}(?: of)? {MON}{_YEAR}", _weekday_month_day),
    (rf"{WD} {MON} {_DAY}{_YEAR}", _weekday_month_day),
    (rf"{_DAY}(?: of)? {MON}{_YEAR} {WD}", _weekday_month_day),
    (r"(?P<y>\d{4})(?P<s>[-/.])(?P<a>\d{1,2})(?P=s)(?P<b>\d{1,2})", _iso),
    (r"(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})", _numeric),
    (r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?P<y>)", _numeric),
    (r"(?:the )?(?P<d>\d{1,2})(?:st|nd|rd|th)", _ordinal),
    (rf"{_WAY} (?P<unit>week|weekend)", _which_of_week),
    (r"(?:the |at the )?(?P<unit>weekend)(?P<way>)", _which_of_week),
    (r"(?P<mon>)(?P<y>)(?P<way>next|this|last) month", _which_of_month),
    (rf"{MON}{_YEAR}", _which_of_month),
)


def read_day(text: str, frame: Frame) -> Day | None:
    """Read a day in plain text that holds no time of day; None when it is not one.

    Raises NoSuchDay for 30 February and its like.
    """
    for pattern, read in READERS:
        if match := re.fullmatch(pattern, text):
            return read(match, frame)
    return None

"""Typed text to a moment: take the hour out, read the day, choose by the side of now."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import Choice
from bot.rules.when.asking import Asker
from bot.rules.when.days import Day, NoSuchDay, read_day
from bot.rules.when.loose import read_loose
from bot.rules.when.moment import Expect, Frame, Moment, instants, say_at, say_day, say_hour
from bot.rules.when.spans import read_relative
from bot.rules.when.words import Contradiction, Hour, doubtful, plain, split_hour

MAX_TYPED = 80
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)? ?(?:z|utc|[+-]\d\d:?\d\d)"
)
_SPACE = re.compile(r" (?=z|[+-])")
_ZONE_WORD = re.compile(
    r"\b(?:utc|gmt|[ecmp][sd]?t|bst|cest|cet|ist|jst|aest|aedt|[a-z]+ time)\b(?:[+-]\d+)?"
)
_NOT_ZONES = re.compile(r"\b(?:weeks?|days?|months?|years?|hours?|minutes?|this|some|any) time\b")
_NUMBER = re.compile(r"(?P<rest>.*?) ?(?:\bat )?\b(?P<n>\d{1,2})")


def read_when(
    text: str,
    *,
    now: datetime,
    zone: str,
    expect: Expect,
    field_name: str = "when",
    need_time: bool = False,
) -> Moment:
    """Read a day or time typed in plain words, on the clock of the member's zone.

    ``at`` is None when only a day was given. Raises Unclear, with answers whose values this
    function reads back to one moment, when the text means several moments, none, or one on the
    wrong side of now.
    """
    frame = Frame(now.astimezone(UTC), ZoneInfo(zone), expect)
    asker = Asker(text, field_name, frame)
    words = plain(text)
    if len(words) > MAX_TYPED:
        raise asker.too_long()
    try:
        moment = _read(words, frame, asker)
    except NoSuchDay as wrong:
        raise asker.no_such_day(wrong.words, wrong.near) from None
    except (Contradiction, OverflowError):
        raise asker.unreadable() from None
    if need_time and moment.at is None:
        raise asker.which_hour(moment.on)
    return moment


def read_date(text: str, *, now: datetime, zone: str, field_name: str) -> date:
    """Read a day to come, typed in plain words.

    A date that is written out may have passed: forms are filled in with those, and are sent back
    after midnight. Who asks for the day says so; the same day of next year is not meant.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return read_when(text, now=now, zone=zone, expect="future", field_name=field_name).on


def _read(words: str, frame: Frame, asker: Asker) -> Moment:
    if not words or not words.isascii():
        raise asker.unreadable()
    if _INSTANT.fullmatch(words):
        return _settle_instant(_iso_instant(words, asker), frame, asker)
    if words.isdigit() and len(words) <= 2:
        raise _day_or_hour(int(words), frame, asker)
    found = read_relative(words, frame)
    if isinstance(found, datetime):
        return _settle_instant(found, frame, asker)
    if found:
        return _settle_days(found, frame, asker)
    return _read_day_and_hour(words, frame, asker)


def _iso_instant(words: str, asker: Asker) -> datetime:
    try:
        return datetime.fromisoformat(
            _SPACE.sub("", words.replace("utc", "z")).upper().replace(" ", "T")
        )
    except ValueError:
        raise asker.unreadable() from None


def _read_day_and_hour(words: str, frame: Frame, asker: Asker) -> Moment:
    rest, hour = split_hour(words)
    day = _read_any_day(rest, frame) if rest else None
    if rest and not day and not hour:
        number = _NUMBER.fullmatch(rest)
        if number and int(number["n"]) < 24 and number["rest"]:
            hour = doubtful(int(number["n"]))
            day = _read_any_day(number["rest"], frame)
    if rest and not day:
        if hour and _ZONE_WORD.search(rest) and not _NOT_ZONES.search(rest):
            raise asker.other_zone()
        raise asker.unreadable()
    if hour and not day and hour.is_midnight:
        hour = replace(hour, is_midnight=False)
    if hour:
        return _settle_hours(day or _near_days(frame), hour, frame, asker)
    if not day:
        raise asker.unreadable()
    return _settle_days(day, frame, asker)


def _read_any_day(text: str, frame: Frame) -> Day | None:
    day = read_day(text, frame)
    if day:
        return day
    found = read_relative(text, frame)
    if isinstance(found, Day):
        return found
    loose = read_loose(text, frame) if not found else None
    return Day((loose,)) if loose else None


def _near_days(frame: Frame) -> Day:
    """Give the days that an hour without a day may lie on, the nearest first."""
    step = {"past": -1, "future": 1, "any": 0}[frame.expect]
    return Day((frame.today, frame.today + timedelta(days=step)), by_hour=True)


def _settle_instant(at: datetime, frame: Frame, asker: Asker) -> Moment:
    on = at.astimezone(frame.zone).date()
    if not frame.in_range(on):
        raise asker.out_of_range()
    at = frame.whole_minute(at)
    if not frame.allows(at):
        raise asker.wrong_side(say_at(at, frame))
    return Moment(at.astimezone(frame.zone).date(), at, say_at(at, frame))


def _settle_days(day: Day, frame: Frame, asker: Asker) -> Moment:
    near = [on for on in day.dates if frame.in_range(on)]
    good = [on for on in dict.fromkeys(near) if frame.allows_day(on)]
    if not near:
        raise asker.out_of_range()
    if not good:
        offers = [moved for on in near if (moved := _moved(on, None, day, frame))]
        raise asker.wrong_side(say_day(near[0], frame.today), asker.days(offers))
    if len(set(near)) > 1:
        raise asker.ask(f"{day.ask} You typed {asker.shown}.", asker.days(good))
    return Moment(good[0], None, say_day(good[0], frame.today))


def _settle_hours(day: Day, hour: Hour, frame: Frame, asker: Asker) -> Moment:
    dates = [on + timedelta(days=hour.plus_days) for on in dict.fromkeys(day.dates)]
    dates = [on for on in dates if frame.in_range(on)]
    if not dates:
        raise asker.out_of_range()
    if hour.is_part and frame.expect != "future":
        return _settle_days(replace(day, dates=tuple(dates)), frame, asker)
    if hour.is_midnight:
        dates = [on + timedelta(days=step) for on in dates for step in (0, 1)]
    pairs = [pair for option in hour.options for pair in _good_pairs(dates, option, day, frame)]
    if not pairs:
        raise _passed(dates, hour, day, asker)
    if len(pairs) > 1:
        raise _which_of(pairs, hour, day, asker)
    return _settle_wall(*pairs[0], hour, asker)


def _good_pairs(dates: list[date], option: time, day: Day, frame: Frame) -> list[tuple[date, time]]:
    good = [(on, option) for on in dates if frame.allows(_first(on, option, frame))]
    return good[:1] if day.by_hour else good


def _first(on: date, hour: time, frame: Frame) -> datetime:
    """Give the instant of a wall time that lies the furthest on the expected side of now."""
    fold = 1 if frame.expect == "future" else 0
    return datetime.combine(on, hour.replace(fold=fold), frame.zone).astimezone(UTC)


def _settle_wall(on: date, option: time, hour: Hour, asker: Asker) -> Moment:
    frame = asker.frame
    ats = instants(on, option, frame.zone)
    if not ats:
        raise asker.gap(on, option)
    if len(ats) > 1 and hour.fold is not None:
        ats = ats[hour.fold : hour.fold + 1]
    good = [at for at in ats if frame.allows(at)]
    if len(good) > 1:
        raise asker.fold(good, on, option)
    for at in good:
        return Moment(on, at, say_at(at, frame))
    raise asker.wrong_side(say_at(min(ats), frame))


def _which_of(pairs: list[tuple[date, time]], hour: Hour, day: Day, asker: Asker) -> Exception:
    if hour.is_midnight:
        question = "Midnight at the start or at the end of that day?"
    elif len(hour.options) > 1:
        question = "Morning or afternoon?"
    else:
        question = day.ask
    ordered = sorted(pairs) if hour.is_midnight or len(hour.options) > 1 else pairs
    return asker.ask(f"{question} You typed {asker.shown}.", asker.hours(ordered))


def _passed(dates: list[date], hour: Hour, day: Day, asker: Asker) -> Exception:
    """Ask again for a moment on the wrong side of now, with the same one a step on or back."""
    frame, option = asker.frame, hour.options[-1]
    on = dates[0]
    offers = [
        (moved, each)
        for each in hour.options
        if (moved := _moved(on, each, day, frame)) is not None
    ]
    said = f"{say_day(on, frame.today)}, {say_hour(option)}"
    return asker.wrong_side(said, asker.hours(offers))


def _moved(on: date, hour: time | None, day: Day, frame: Frame) -> date | None:
    """Give the nearest day on the right side of now that lies whole steps from another."""
    sign = -1 if frame.expect == "past" else 1
    for count in range(1, 60):
        moved = _step(on, sign * count, day)
        if moved is None or not frame.in_range(moved):
            return None
        if frame.allows(_first(moved, hour, frame)) if hour else frame.allows_day(moved):
            return moved
    return None


def _step(on: date, count: int, day: Day) -> date | None:
    if day.step == "none":
        return None
    if day.step != "year":
        return on + timedelta(days=count * (7 if day.step == "week" else 1))
    try:
        return on.replace(year=on.year + count)
    except ValueError:
        return on.replace(year=on.year + count, day=28)


def _day_or_hour(number: int, frame: Frame, asker: Asker) -> Exception:
    """Ask what a bare number is: a time of day or a day of the month."""
    near = _near_days(frame)
    choices: list[Choice] = []
    for option in doubtful(number).options if number < 24 else ():
        choices += asker.hours(_good_pairs(list(near.dates), option, near, frame))
    day = read_day(f"{number}th", frame) if 1 <= number <= 31 else None
    choices += asker.days(day.dates if day else ())
    question = f"Is {asker.shown} a time or a day?" if choices else f"I can't read {asker.shown}."
    return asker.ask(f"{question} {asker.examples}", choices)

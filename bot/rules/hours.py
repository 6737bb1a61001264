"""Wall-clock arithmetic in a member's zone: mornings, quiet hours, weekdays, both DST changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.rules.records import Rhythm

EVENING = time(18, 0)
"""The hour of the evening messages: the confirmation, and at times the last call of a thank-you."""

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_ALL_WEEK = frozenset(range(7))


def instant(on: date, at: time, zone: str) -> datetime:
    """Give the UTC instant of a wall-clock time on a day in an IANA zone.

    A time that the clocks skip moves later by what they skipped; one that comes twice is the first.
    """
    return datetime.combine(on, at.replace(tzinfo=None), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(at: datetime, zone: str) -> datetime:
    """Show an instant as the wall clock in an IANA zone reads it."""
    return at.astimezone(ZoneInfo(zone))


def local_day(at: datetime, zone: str) -> date:
    """Tell the member's day of an instant."""
    return local(at, zone).date()


def is_quiet_time(at: time, rhythm: Rhythm) -> bool:
    """Tell whether a wall-clock time lies in the quiet hours; equal ends: there are none."""
    start, end = rhythm.quiet_from, rhythm.quiet_to
    if start <= end:
        return start <= at < end
    return at >= start or at < end


def is_quiet(at: datetime, rhythm: Rhythm) -> bool:
    """Tell whether an instant lies in the member's quiet hours."""
    return is_quiet_time(local(at, rhythm.zone).time(), rhythm)


def touches_quiet(start: datetime, end: datetime, rhythm: Rhythm) -> bool:
    """Tell whether any part of ``start`` (included) to ``end`` (excluded) lies in quiet hours."""
    minutes = int((end - start) / _MINUTE)
    return any(is_quiet(start + n * _MINUTE, rhythm) for n in range(max(minutes, 1)))


def outside_quiet(at: datetime, rhythm: Rhythm) -> datetime:
    """Move an instant in quiet hours to their end; any other stays where it is."""
    if not is_quiet(at, rhythm):
        return at
    here = local(at, rhythm.zone)
    day = here.date() + (_DAY if here.time() >= rhythm.quiet_to else timedelta())
    moved = max(at, instant(day, rhythm.quiet_to, rhythm.zone))
    return _step_out(moved, _MINUTE, rhythm)


def before_quiet(at: datetime, rhythm: Rhythm) -> datetime:
    """Move an instant in quiet hours to the last minute before them; any other stays."""
    if not is_quiet(at, rhythm):
        return at
    here = local(at, rhythm.zone)
    day = here.date() - (_DAY if here.time() < rhythm.quiet_from else timedelta())
    moved = min(at, instant(day, rhythm.quiet_from, rhythm.zone)) - _MINUTE
    return _step_out(moved, -_MINUTE, rhythm)


def _step_out(at: datetime, step: timedelta, rhythm: Rhythm) -> datetime:
    # An end of the quiet hours that a DST change skips or repeats leaves up to an hour to walk.
    while is_quiet(at, rhythm):
        at += step
    return at


def morning(on: date, rhythm: Rhythm) -> datetime:
    """Give the instant of the morning message on a member's day, never in quiet hours."""
    return _morning_and_weekday(on, rhythm)[0]


@lru_cache(maxsize=4096)
def _morning_and_weekday(on: date, rhythm: Rhythm) -> tuple[datetime, int]:
    # A plan asks for one morning several times, and members of a club share most of them.
    at = outside_quiet(instant(on, rhythm.morning, rhythm.zone), rhythm)
    return at, local_day(at, rhythm.zone).weekday()


def morning_on_or_after(
    on: date,
    rhythm: Rhythm,
    *,
    after: datetime | None = None,
    weekdays_only: bool = False,
) -> datetime:
    """Give the first morning from a day on that is strictly after an instant.

    ``weekdays_only`` waits for one of the days on which the member wants to write; a member who
    chose none at all writes on any day.
    """
    day = on if after is None else max(on, local_day(after, rhythm.zone))
    weekdays = rhythm.weekdays or _ALL_WEEK
    while True:
        due, weekday = _morning_and_weekday(day, rhythm)
        is_late_enough = after is None or due > after
        if is_late_enough and (not weekdays_only or weekday in weekdays):
            return due
        day += _DAY

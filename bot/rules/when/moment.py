"""A moment that was read, the frame it was read in, and how both are said in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Expect = Literal["past", "future", "any"]

YEARS_BACK = 60
YEARS_AHEAD = 10


@dataclass(frozen=True, slots=True)
class Moment:
    """What was understood: the member's day, the UTC instant if an hour was given, and words."""

    on: date
    at: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Where and when something was typed, and on which side of now it should lie."""

    now: datetime
    zone: ZoneInfo
    expect: Expect

    @property
    def local_now(self) -> datetime:
        """The present on the member's wall clock, aware."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The member's own day."""
        return self.local_now.date()

    def allows_day(self, on: date) -> bool:
        """Tell whether a day lies on the expected side of now; today lies on both."""
        if self.expect == "any":
            return True
        return on <= self.today if self.expect == "past" else on >= self.today

    def allows(self, at: datetime) -> bool:
        """Tell whether an instant lies on the expected side of now; now lies on both."""
        if self.expect == "any":
            return True
        return at <= self.now if self.expect == "past" else at >= self.now

    def in_range(self, on: date) -> bool:
        """Tell whether a day is near enough to be meant and not a slip of the year."""
        return self.today.year - YEARS_BACK <= on.year <= self.today.year + YEARS_AHEAD

    def whole_minute(self, at: datetime) -> datetime:
        """Round an instant to the minute, away from now where a side is expected."""
        floor = at.astimezone(UTC).replace(second=0, microsecond=0)
        if self.expect == "future" and floor < at:
            return floor + timedelta(minutes=1)
        return floor


def instants(on: date, hour: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Give the real UTC instants of a wall-clock time: none in a DST gap, two in a DST fold."""
    naive = datetime.combine(on, hour)
    found: list[datetime] = []
    for fold in (0, 1):
        at = naive.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        # only a real time survives the way to UTC and back (PEP 495)
        if at.astimezone(zone).replace(tzinfo=None) == naive and at not in found:
            found.append(at)
    return tuple(found)


def nearest_instants(on: date, hour: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Give the real instants of a time, or the ones before and after the gap that swallows it."""
    real = instants(on, hour, zone)
    if real:
        return real
    naive = datetime.combine(on, hour)
    both = {naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(both))


def say_day(on: date, today: date) -> str:
    """Say a day: "Tuesday 3 March", with the year when it is not the present one."""
    year = "" if on.year == today.year else f" {on.year}"
    return f"{on:%A} {on.day} {on:%B}{year}"


def say_hour(hour: time) -> str:
    """Say a time of day: "3:00 pm"."""
    return f"{hour.hour % 12 or 12}:{hour.minute:02d} {'am' if hour.hour < 12 else 'pm'}"


def say_at(at: datetime, frame: Frame) -> str:
    """Say an instant in the member's zone, telling apart the two of a DST fold."""
    local = at.astimezone(frame.zone)
    words = f"{say_day(local.date(), frame.today)}, {say_hour(local.time())}"
    twins = instants(local.date(), local.time().replace(fold=0), frame.zone)
    if len(twins) < 2:
        return words
    return f"{words}, {'before' if at == min(twins) else 'after'} the clocks change"

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.follow_ups import talk_anchor
from bot.rules.hours import local_day
from bot.rules.records import Talk, TalkState
from bot.rules.redating import NewClock

zones = st.sampled_from(
    [
        "UTC",
        "America/Los_Angeles",
        "America/New_York",
        "Asia/Tokyo",
        "Asia/Kathmandu",
        "Pacific/Kiritimati",  # the first to have a new day
        "Etc/GMT+12",  # the last
    ]
)
nows = st.integers(0, 24 * 60).map(
    lambda n: datetime(2026, 3, 7, 20, tzinfo=UTC) + timedelta(minutes=n)  # a clock change is near
)
minutes = st.integers(-5 * 24 * 60, 5 * 24 * 60).map(lambda n: timedelta(minutes=n))


def test_what_happened_this_evening_is_of_this_evening() -> None:
    now = datetime(2026, 3, 4, 1, tzinfo=UTC)
    clock = NewClock("UTC", "America/Los_Angeles", now)
    assert clock.day(date(2026, 3, 4), None, now) == date(2026, 3, 3)
    assert clock.day(date(2026, 3, 4), now, now) == date(2026, 3, 3)
    assert clock.day(date(2026, 3, 6), datetime(2026, 3, 6, 2, tzinfo=UTC), now).day == 5


def test_a_day_that_was_typed_stays_unless_it_is_to_come() -> None:
    now = datetime(2026, 3, 4, 1, tzinfo=UTC)
    clock = NewClock("UTC", "America/Los_Angeles", now)
    assert clock.day(date(2026, 3, 3), None, now) == date(2026, 3, 3)
    noted_at = now - timedelta(days=3)
    assert clock.day(date(2026, 3, 4), None, noted_at) == date(2026, 3, 3)


@given(zones, zones, nows, minutes, minutes)
def test_days_are_in_the_order_of_the_moments(
    was: str, zone: str, now: datetime, one: timedelta, other: timedelta
) -> None:
    clock = NewClock(was, zone, now)
    first, second = sorted((now + one, now + other))
    days = [clock.day(local_day(at, was), at, now) for at in (first, second)]
    assert days == sorted(days)


@given(zones, zones, nows, minutes, minutes)
def test_what_has_happened_is_not_to_come_and_comes_before_what_is_noted_now(
    was: str, zone: str, now: datetime, ago: timedelta, late: timedelta
) -> None:
    clock = NewClock(was, zone, now)
    at = now - abs(ago)
    today = local_day(now, zone)
    assert clock.day(local_day(at, was), at, now) <= today
    assert clock.day(local_day(at, was), None, min(at + abs(late), now)) <= today


@given(zones, zones, nows, minutes)
def test_what_lies_ahead_is_on_its_day_of_the_new_clock(
    was: str, zone: str, now: datetime, ahead: timedelta
) -> None:
    at = now + abs(ahead)
    day = NewClock(was, zone, now).day(local_day(at, was), at, now)
    assert day == local_day(at, zone)


@given(zones, zones, nows)
def test_what_lies_days_back_keeps_its_day(was: str, zone: str, now: datetime) -> None:
    at = now - timedelta(days=3)
    on = local_day(at, was)
    assert NewClock(was, zone, now).day(on, at, at) == on


def test_a_talk_on_a_newer_clock_keeps_its_anchor() -> None:
    at = datetime(2026, 3, 4, 1, tzinfo=UTC)
    talk = Talk("k", TalkState.PLANNED, date(2026, 3, 4), at, starts_at=at)
    moved = Talk(
        "k", TalkState.PLANNED, date(2026, 3, 3), at, starts_at=at, named_on=date(2026, 3, 4)
    )
    assert talk_anchor(moved) == talk_anchor(talk)

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.rules import hours
from bot.rules.records import Rhythm

NEW_YORK = Rhythm(zone="America/New_York")


def utc(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_the_morning_keeps_its_wall_clock_hour_through_both_clock_changes():
    days = [date(2026, 3, 7), date(2026, 3, 8), date(2026, 10, 31), date(2026, 11, 1)]
    assert [hours.morning(day, NEW_YORK) for day in days] == [
        utc(2026, 3, 7, 14),
        utc(2026, 3, 8, 13),
        utc(2026, 10, 31, 13),
        utc(2026, 11, 1, 14),
    ]


@pytest.mark.parametrize(
    ("zone", "on", "at", "expected"),
    [
        ("America/New_York", date(2026, 3, 8), time(2, 30), utc(2026, 3, 8, 7, 30)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), utc(2026, 10, 3, 15, 45)),
        ("America/New_York", date(2026, 11, 1), time(1, 30), utc(2026, 11, 1, 5, 30)),
        ("Asia/Kathmandu", date(2026, 5, 1), time(9, 0), utc(2026, 5, 1, 3, 15)),
    ],
)
def test_a_skipped_hour_moves_later_and_a_repeated_one_is_the_first(zone, on, at, expected):
    assert hours.instant(on, at, zone) == expected


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        (time(20, 59), False),
        (time(21, 0), True),
        (time(23, 59), True),
        (time(0, 0), True),
        (time(7, 59), True),
        (time(8, 0), False),
    ],
)
def test_quiet_hours_run_over_midnight(at, quiet):
    assert hours.is_quiet_time(at, Rhythm()) is quiet


def test_quiet_hours_inside_one_day_and_none_at_all():
    midday = Rhythm(quiet_from=time(12), quiet_to=time(14))
    never = Rhythm(quiet_from=time(8), quiet_to=time(8))
    assert [hours.is_quiet_time(time(hour), midday) for hour in (11, 12, 13, 14)] == [
        False,
        True,
        True,
        False,
    ]
    assert not any(hours.is_quiet_time(time(hour), never) for hour in range(24))


def test_a_moment_in_quiet_hours_moves_to_their_end_or_to_just_before_them():
    late = utc(2026, 5, 1, 23, 30)
    early = utc(2026, 5, 2, 6, 0)
    for moment in (late, early):
        assert hours.outside_quiet(moment, Rhythm()) == utc(2026, 5, 2, 8)
        assert hours.before_quiet(moment, Rhythm()) == utc(2026, 5, 1, 20, 59)
    allowed = utc(2026, 5, 1, 12)
    assert hours.outside_quiet(allowed, Rhythm()) == allowed
    assert hours.before_quiet(allowed, Rhythm()) == allowed


@pytest.mark.parametrize("quiet", [(time(1, 30), time(2, 30)), (time(2, 15), time(2, 45))])
@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "Europe/Berlin"])
def test_moving_out_of_quiet_hours_works_where_their_ends_are_skipped_or_repeated(zone, quiet):
    rhythm = Rhythm(zone=zone, quiet_from=quiet[0], quiet_to=quiet[1])
    for first in (date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 3), date(2026, 10, 24)):
        begin = hours.instant(first, time(12), zone)
        for quarter in range(4 * 48):
            moment = begin + timedelta(minutes=15 * quarter)
            after, before = hours.outside_quiet(moment, rhythm), hours.before_quiet(moment, rhythm)
            assert before <= moment <= after
            assert not hours.is_quiet(after, rhythm)
            assert not hours.is_quiet(before, rhythm)


def test_a_talk_that_only_begins_or_only_ends_in_quiet_hours_touches_them():
    rhythm = Rhythm()
    assert hours.touches_quiet(utc(2026, 5, 1, 20, 50), utc(2026, 5, 1, 21, 10), rhythm)
    assert hours.touches_quiet(utc(2026, 5, 1, 7, 50), utc(2026, 5, 1, 8, 10), rhythm)
    assert not hours.touches_quiet(utc(2026, 5, 1, 20, 40), utc(2026, 5, 1, 21, 0), rhythm)


def test_one_write_waits_for_a_weekday_of_the_member_and_a_thank_you_does_not():
    saturday = date(2026, 5, 2)
    waits = hours.morning_on_or_after(saturday, Rhythm(), weekdays_only=True)
    wednesdays = Rhythm(weekdays=frozenset({2}))
    assert waits == utc(2026, 5, 4, 9)
    assert hours.morning_on_or_after(saturday, Rhythm()) == utc(2026, 5, 2, 9)
    assert hours.morning_on_or_after(saturday, wednesdays, weekdays_only=True) == utc(2026, 5, 6, 9)


def test_a_member_without_weekdays_is_not_waited_for_for_ever():
    rhythm = Rhythm(weekdays=frozenset())
    assert hours.morning_on_or_after(date(2026, 5, 2), rhythm, weekdays_only=True) == utc(
        2026, 5, 2, 9
    )


def test_the_morning_after_an_instant_is_strictly_after_it():
    on = date(2026, 5, 4)
    assert hours.morning_on_or_after(on, Rhythm(), after=utc(2026, 5, 6, 8, 59)) == utc(
        2026, 5, 6, 9
    )
    assert hours.morning_on_or_after(on, Rhythm(), after=utc(2026, 5, 6, 9)) == utc(2026, 5, 7, 9)


def test_samoa_skipped_a_day_and_its_morning_is_the_next_days():
    apia = Rhythm(zone="Pacific/Apia")
    assert hours.morning(date(2011, 12, 30), apia) == hours.morning(date(2011, 12, 31), apia)

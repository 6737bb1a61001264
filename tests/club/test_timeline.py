"""A challenge's posts keep two days between them, whatever its length and the board day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.club.settings import Club
from bot.club.timeline import BOARDS, Due, Moment, timeline
from bot.rules.scoring import Window

START = date(2026, 6, 1)  # a Monday, and no clock changes within 90 days
CREATED = datetime(2026, 5, 1, tzinfo=UTC)
WEEKDAYS = range(7)
LENGTHS = range(7, 91)
TOLD = (*BOARDS, Moment.LAST, Moment.CLOSE)
IN_THE_CHANNEL = (*BOARDS, Moment.CLOSE)  # the last call is a DM to some


def posts_of(days: int, weekday: int) -> list[Due]:
    window = Window(START, START + timedelta(days=days - 1))
    club = Club(77, zone="America/New_York", board_weekday=weekday)
    return [one for one in timeline(window, club, created_at=CREATED) if one.moment in TOLD]


def labels(days: int, weekday: int) -> dict[str, date]:
    return {one.label: one.at.date() for one in posts_of(days, weekday)}


@pytest.mark.parametrize("weekday", WEEKDAYS)
def test_two_days_lie_between_any_two_posts_in_the_channel(weekday: int):
    """A board of the half-way post's very hour gives way to it, so the two are one."""
    for days in LENGTHS:
        posts = posts_of(days, weekday)
        moments = sorted({one.at for one in posts if one.moment in IN_THE_CHANNEL})
        gaps = [later - earlier for earlier, later in pairwise(moments)]
        assert all(gap >= timedelta(hours=48) for gap in gaps), f"{days} days"


@pytest.mark.parametrize("weekday", WEEKDAYS)
def test_a_day_has_one_word_at_most(weekday: int):
    for days in LENGTHS:
        told = sorted({one.at for one in posts_of(days, weekday)})
        assert len({at.date() for at in told}) == len(told), f"{days} days"


@pytest.mark.parametrize("weekday", WEEKDAYS)
def test_half_way_is_said_within_a_day_of_the_middle(weekday: int):
    for days in LENGTHS:
        half = labels(days, weekday).get("half")
        assert (half is not None) == (days >= 10)
        if half is not None:
            off = half - (START + timedelta(days=days // 2))
            assert abs(off) <= timedelta(days=1), f"{days} days"


@pytest.mark.parametrize("weekday", WEEKDAYS)
def test_no_week_but_the_first_and_last_is_without_a_word(weekday: int):
    for days in LENGTHS:
        told = sorted(set(labels(days, weekday).values()))
        gaps = [later - earlier for earlier, later in pairwise(told)]
        assert max(gaps) <= timedelta(days=10), f"{days} days"


@pytest.mark.parametrize("weekday", WEEKDAYS)
def test_boards_are_numbered_alike_whatever_the_end(weekday: int):
    of_most = labels(90, weekday)
    for days in LENGTHS:
        theirs = labels(days, weekday)
        assert all(of_most.get(one, day) == day for one, day in theirs.items() if "week" in one)


def test_a_challenge_of_twelve_days_has_one_post_in_its_middle():
    assert labels(12, 0) == {
        "week:1": date(2026, 6, 8),
        "half": date(2026, 6, 8),  # the board's day: its middle is the day before
        "48h": date(2026, 6, 10),
        "close": date(2026, 6, 16),
    }

"""How fast messages leave, and how they slow down when Discord complains."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.dispatcher.lanes import FastLane, NoPacer, SlowLane
from tests.delivery.answers import refuse
from tests.delivery.conftest import Post
from tests.delivery.test_one_by_one import queue

NOW = datetime(2026, 3, 3, 15, tzinfo=UTC)
A_WHILE = timedelta(minutes=10)


async def took(lane: FastLane, pacer: NoPacer, turns: int, now: datetime) -> float:
    before = pacer.seconds()
    for _ in range(turns):
        await lane.turn(now)
    return pacer.seconds() - before


async def test_turns_come_at_an_even_pace():
    pacer = NoPacer()
    lane = FastLane(40, pacer)
    assert await took(lane, pacer, 400, NOW) == pytest.approx(10, abs=0.3)


async def test_a_burst_of_complaints_halves_the_pace_once_and_for_ten_minutes():
    lane = FastLane(40, NoPacer())
    for number in range(10):
        lane.ease(NOW + timedelta(milliseconds=100 * number))
    assert lane.pace(NOW + timedelta(seconds=1)) == 20
    assert lane.pace(NOW + A_WHILE - timedelta(seconds=1)) == 20
    assert lane.pace(NOW + A_WHILE) == 40


async def test_complaints_that_go_on_halve_it_again_but_never_stop_it():
    lane = FastLane(40, NoPacer())
    for minute in range(9):
        lane.ease(NOW + timedelta(minutes=minute))
    assert lane.pace(NOW + timedelta(minutes=8)) == 1
    assert lane.pace(NOW + timedelta(minutes=8) + A_WHILE) == 40


async def test_channels_are_opened_half_as_fast_after_a_complaint():
    lane = SlowLane(10)
    assert [lane.turn(NOW) for _ in range(2)] == [None, None]
    assert lane.turn(NOW) == NOW + timedelta(seconds=6)
    lane = SlowLane(10)
    lane.ease(NOW)
    assert [lane.turn(NOW) for _ in range(2)] == [None, None]
    assert lane.turn(NOW) == NOW + timedelta(seconds=12)


@pytest.mark.parametrize("code", [429, 40003])
async def test_a_complaint_slows_down_what_leaves_after_it(post: Post, code: int):
    await queue(post, *range(7, 47))
    dispatcher = post.dispatcher()
    complaint = refuse(429, retry_after=120) if code == 429 else refuse(403, code)
    post.discord.faults["send"] += [complaint] * 3
    await dispatcher.run_due()
    await queue(post, *range(47, 87))
    before = dispatcher._pacer.seconds()
    assert await dispatcher.run_due() == 40
    assert dispatcher._pacer.seconds() - before == pytest.approx(2, abs=0.2)
    post.clock.at += A_WHILE
    assert dispatcher._fast.pace(post.clock.at) == 40

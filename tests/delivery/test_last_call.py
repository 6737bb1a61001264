"""The last call of a challenge comes by day, while it holds, and to those who still want it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.club.challenges import ChallengeFacts
from bot.club.taking_part import choose_showing, exclude, leave_challenge
from bot.notebook.leaving import ask_to_leave
from bot.notebook.members import change_settings
from bot.storage.models import Delivery, Guild, Participation
from tests.delivery.answers import refuse
from tests.delivery.conftest import Post
from tests.delivery.test_challenge_changed import end, told
from tests.delivery.test_challenge_posts import GUILD, join, start, tick

# The club is in New York, on summer time from 8 March; its challenge ends on Tuesday, 31 March.
WRITTEN = datetime(2026, 3, 29, 22, 1, tzinfo=UTC)
MORNING = datetime(2026, 3, 30, 13, 1, tzinfo=UTC)
NIGHT = datetime(2026, 3, 12, 3, 40, tzinfo=UTC)  # the 11th, 23:40
SILENT = 1 << 12


async def begin(post: Post, **settings: Any) -> ChallengeFacts:
    challenge = await start(post)
    await join(post, challenge, 10, may_dm=True)
    async with post.db.write() as session:
        await change_settings(session, 10, **{"zone": "America/New_York", **settings})
    await tick(post)
    return challenge


async def states(post: Post) -> list[str]:
    rows = await post.rows(Delivery, "name", "state")
    return [state for name, state in rows if ":48h:10" in name]


@pytest.mark.parametrize("days", [1, 7])
async def test_dms_that_open_again_later_bring_no_call_that_does_not_hold(post: Post, days: int):
    await begin(post)
    await tick(post, WRITTEN)
    post.discord.always["send:1010"] = refuse(403, 50007)
    await tick(post, MORNING)
    assert await states(post) == ["unreachable"]
    post.discord.always.clear()
    await tick(post, MORNING + timedelta(days=days))
    await post.dispatcher().retry_unreachable()
    await tick(post)
    assert told(post) == []
    assert await states(post) == ["lapsed"]


async def test_the_end_takes_back_a_call_that_found_no_way(post: Post):
    await begin(post)
    await tick(post, WRITTEN)
    post.discord.always["send:1010"] = refuse(403, 50007)
    await tick(post, MORNING)
    await tick(post, MORNING + timedelta(days=7))
    assert await states(post) == ["lapsed"]


async def test_an_early_end_at_night_rings_nobody(post: Post):
    challenge = await begin(post)
    await join(post, challenge, 11, may_dm=True)
    async with post.db.write() as session:
        await change_settings(session, 11, zone="America/Los_Angeles")
    await end(post, challenge, NIGHT)
    for hours in range(24):
        await tick(post, NIGHT + timedelta(hours=hours))
    assert told(post) == []  # when their night was over, so was the day
    (dm,) = told(post, 11)
    assert dm.startswith("Five talks in thirty days ends today")


async def test_an_early_end_before_breakfast_is_told_when_the_quiet_hours_are_over(post: Post):
    challenge = await begin(post)
    await end(post, challenge, datetime(2026, 3, 11, 10, 30, tzinfo=UTC))  # at 6:30
    await tick(post)
    assert told(post) == []
    await tick(post, datetime(2026, 3, 11, 13, 0, tzinfo=UTC))
    (dm,) = told(post)
    assert "ends today" in dm


async def test_each_is_told_what_holds_on_their_own_day(post: Post):
    challenge = await begin(post, zone="Asia/Tokyo")
    await join(post, challenge, 11, may_dm=True)
    async with post.db.write() as session:
        await change_settings(session, 11, zone="America/Los_Angeles")
    late = datetime(2026, 3, 31, 1, 0, tzinfo=UTC)  # the 31st in Tokyo, the 30th in Los Angeles
    await tick(post, late)
    assert "ends today" in told(post)[0]
    assert "two days are left" in told(post, 11)[0]


@pytest.mark.parametrize(("mode", "flag"), [("silent", SILENT), ("daily", 0)])
async def test_it_rings_as_the_member_chose(post: Post, mode: str, flag: int):
    await begin(post, mode=mode)
    await tick(post, WRITTEN)
    await tick(post, MORNING)
    (message,) = [m for m in post.discord.messages[1010] if "Five talks" in m["content"]]
    assert message["flags"] & SILENT == flag


async def test_where_nobody_said_when_their_morning_is_it_does_not_ring(post: Post):
    await begin(post, zone=None)
    async with post.db.write() as session:
        await session.execute(update(Guild).values(zone=None))
    await tick(post, WRITTEN)
    await tick(post, MORNING)
    (message,) = [m for m in post.discord.messages[1010] if "Five talks" in m["content"]]
    assert message["flags"] & SILENT


@pytest.mark.parametrize("what", ["left", "no message", "off the board", "paused", "erased soon"])
async def test_who_does_not_want_it_any_more_by_the_morning_gets_none(post: Post, what: str):
    challenge = await begin(post)
    await tick(post, WRITTEN)
    assert await states(post) == ["retry"]
    async with post.db.write() as session:
        if what == "left":
            await leave_challenge(session, GUILD, challenge.key, member_id=10, now=WRITTEN)
        elif what == "no message":
            await choose_showing(session, challenge.key, member_id=10, may_dm=False)
        elif what == "off the board":
            line = await session.scalar(select(Participation.key))
            await exclude(session, GUILD, challenge.key, line=line, now=WRITTEN)
        elif what == "erased soon":
            await ask_to_leave(session, 10, clears_dm=False, now=WRITTEN)
        else:
            await change_settings(session, 10, paused_until=MORNING + timedelta(days=9))
    for hours in range(0, 72, 6):
        await tick(post, MORNING + timedelta(hours=hours))
    assert told(post) == []


async def test_another_try_does_not_fall_into_the_night(post: Post):
    await begin(post, morning=20 * 60 + 59)
    await tick(post, WRITTEN)
    post.discord.faults["send"].append(refuse(429, retry_after=240))
    evening = datetime(2026, 3, 31, 0, 59, tzinfo=UTC)
    for minutes in range(0, 24 * 60, 10):
        await tick(post, evening + timedelta(minutes=minutes))
        if post.clock.at.date() == date(2026, 4, 1):
            break
    assert told(post) == []
    assert await states(post) == ["lapsed"]

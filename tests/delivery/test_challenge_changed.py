"""A challenge that is extended, ended early or called off says nothing that is not so any more."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bot.club.challenges import (
    ChallengeFacts,
    cancel_challenge,
    end_early,
    extend_challenge,
)
from bot.club.settings import Boards, find_club, place_boards
from bot.club.taking_part import Shown
from tests.delivery.conftest import START, Post
from tests.delivery.test_challenge_posts import (
    BOSSES,
    FIRST_DAY,
    GUILD,
    NEWS,
    firsts,
    join,
    start,
    tick,
)


def at(day: int, hour: int = 0) -> datetime:
    """So many days after the first, at 11 in the club's morning or hours later."""
    return START + timedelta(days=day, hours=hour + 1)


async def run(post: Post, challenge: Any, *, board_weekday: int | None = None) -> None:
    """Let a member in who allowed messages, and post the opening."""
    await join(post, challenge, 10, shown=Shown.NAME, may_dm=True)
    if board_weekday is not None:
        async with post.db.write() as session:
            boards = Boards(NEWS, BOSSES, weekday=board_weekday)
            await place_boards(session, GUILD, boards, name="Club", now=post.clock.now())
    await tick(post)


async def end(post: Post, challenge: ChallengeFacts, when: datetime) -> None:
    post.clock.at = when
    async with post.db.write() as session:
        await end_early(session, await find_club(session, GUILD), challenge.key, now=when)


async def extend(post: Post, challenge: ChallengeFacts, when: datetime, ends_on: date) -> None:
    post.clock.at = when
    async with post.db.write() as session:
        club = await find_club(session, GUILD)
        await extend_challenge(session, club, challenge.key, ends_on=ends_on, now=when)


async def live(post: Post, first: int, last: int) -> None:
    """Let days pass, looked at four times a day."""
    for hour in range(first * 24, last * 24, 6):
        await tick(post, START + timedelta(hours=hour))


def told(post: Post, number: int = 10) -> list[str]:
    return [text for text in post.discord.texts(number + 1000) if "Five talks" in text]


async def test_one_that_ends_early_is_not_half_over_and_says_that_it_ends_today(post: Post):
    challenge = await start(post)
    await run(post, challenge)
    await live(post, 0, 9)
    before = len(post.discord.texts(NEWS))
    await end(post, challenge, at(9))
    await tick(post)
    await tick(post)
    assert len(post.discord.texts(NEWS)) == before
    (dm,) = told(post)
    assert dm.startswith("Five talks in thirty days ends today")
    assert "wo days are left" not in dm
    await live(post, 10, 25)
    assert firsts(post, NEWS)[before:] == [
        "**Five talks in thirty days is over. The board is final.**"
    ]
    assert len(told(post)) == 1


async def test_ended_early_in_its_last_days_the_waiting_message_says_the_new_day(post: Post):
    challenge = await start(post)
    await run(post, challenge)
    await tick(post, at(27, 7))  # the last call is written, for the next morning
    assert told(post) == []
    await end(post, challenge, at(27, 7))
    await live(post, 27, 40)
    (dm,) = told(post)
    assert "ends today" in dm


async def test_an_extension_repeats_no_board_and_leaves_no_hole(post: Post):
    challenge = await start(post)
    await run(post, challenge, board_weekday=1)  # half-way is on a Tuesday, day 15
    await live(post, 0, 17)
    title = "**Five talks in thirty days"
    assert firsts(post, NEWS) == [
        f"{title}**",
        f"{title}: the board after week 1.**",
        f"{title}: half-way.**",
    ]
    await extend(post, challenge, at(17), FIRST_DAY + timedelta(days=43))
    await live(post, 17, 50)
    assert firsts(post, NEWS)[3:] == [
        f"{title}: the board after week 3.**",
        f"{title}: the board after week 4.**",
        f"{title}: the board after week 5.**",
        f"{title}: the board after week 6.**",
        f"{title} is over. The board is final.**",
    ]


async def test_after_an_extension_the_last_call_comes_for_the_new_end(post: Post):
    challenge = await start(post)
    await run(post, challenge)
    await tick(post, at(27, 7))
    later = FIRST_DAY + timedelta(days=36)
    await extend(post, challenge, at(27, 8), later)
    await live(post, 28, 45)
    (dm,) = told(post)
    assert "ends on Tuesday, 7 April: two days are left" in dm


async def test_a_bot_that_was_away_never_counts_two_days_where_one_is_left(post: Post):
    challenge = await start(post)
    await run(post, challenge)
    await tick(post, at(29))
    (dm,) = told(post)
    assert dm.startswith("Five talks in thirty days ends today")


async def test_nothing_comes_after_it_was_called_off(post: Post):
    challenge = await start(post)
    await run(post, challenge)
    await tick(post, at(27, 7))
    count = len(post.discord.texts(NEWS))
    async with post.db.write() as session:
        await cancel_challenge(session, GUILD, challenge.key, now=at(27, 8))
    await live(post, 28, 45)
    assert told(post) == []
    assert len(post.discord.texts(NEWS)) == count
    assert post.discord.texts(BOSSES) == []

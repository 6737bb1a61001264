"""A challenge's channel hears once that it was extended, ended early or called off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta

from aiohttp import web
from sqlalchemy import update

from bot.club.challenges import ChallengeFacts, cancel_challenge, end_early, extend_challenge
from bot.club.settings import find_club
from bot.club.taking_part import Shown
from bot.club.timeline import Change
from bot.dispatcher.announcing import announce_change
from bot.notebook.members import change_settings
from bot.storage.models import Delivery
from tests.delivery.answers import refuse
from tests.delivery.conftest import Post
from tests.delivery.test_challenge_changed import at, live
from tests.delivery.test_challenge_posts import (
    FIRST_DAY,
    GUILD,
    NEWS,
    firsts,
    join,
    start,
    tick,
)

TITLE = "**Five talks in thirty days"
OPENING = f"{TITLE}**"
UNTIL_10_APRIL = f"{TITLE} goes on until Friday, 10 April.**"


async def change(
    post: Post, challenge: ChallengeFacts, what: Change, *, ends_on: date | None = None
) -> bool:
    """Do what an organiser's press does; returns whether the channel is told."""
    now = post.clock.now()
    async with post.db.write() as session:
        club = await find_club(session, GUILD)
        if what is Change.EXTENDED:
            assert ends_on
            new = await extend_challenge(session, club, challenge.key, ends_on=ends_on, now=now)
        elif what is Change.ENDED:
            new = await end_early(session, club, challenge.key, now=now)
        else:
            new = await cancel_challenge(session, GUILD, challenge.key, now=now)
        return await announce_change(session, post.content, club, new, what, now=now)


async def test_an_extension_is_posted_once_with_the_new_end(post: Post):
    challenge = await start(post)
    await tick(post)
    post.clock.at = at(3)
    assert await change(post, challenge, Change.EXTENDED, ends_on=date(2026, 4, 10))
    first, second = post.dispatcher(), post.dispatcher()
    await asyncio.gather(*(one.run_due() for one in (first, second)))
    await tick(post)
    assert firsts(post, NEWS) == [OPENING, UNTIL_10_APRIL]
    assert "count until Monday, 13 April" in post.discord.texts(NEWS)[1]
    assert "<@" not in str(post.discord.messages[NEWS][1])


async def test_an_early_end_says_its_last_day_and_until_when_things_count(post: Post):
    challenge = await start(post)
    await tick(post)
    post.clock.at = at(9)
    assert await change(post, challenge, Change.ENDED)
    await live(post, 10, 20)
    assert firsts(post, NEWS) == [
        OPENING,
        f"{TITLE} ends earlier than planned: its last day is Wednesday, 11 March.**",
        f"{TITLE} is over. The board is final.**",
    ]
    assert "count until Saturday, 14 March" in post.discord.texts(NEWS)[1]


async def test_called_off_it_says_that_nothing_is_lost_and_then_nothing_more(post: Post):
    challenge = await start(post)
    await tick(post)
    post.clock.at = at(4)
    assert await change(post, challenge, Change.CALLED_OFF)
    await live(post, 5, 40)
    assert firsts(post, NEWS) == [OPENING, f"{TITLE} was called off. It is over.**"]
    assert "Nothing is lost" in post.discord.texts(NEWS)[1]


async def test_what_was_not_opened_yet_is_changed_in_silence(post: Post):
    challenge = await start(post)
    assert not await change(post, challenge, Change.EXTENDED, ends_on=date(2026, 4, 10))
    await tick(post)
    assert firsts(post, NEWS) == [OPENING]
    assert "to Friday, 10 April" in post.discord.texts(NEWS)[0]


async def test_called_off_before_it_was_opened_nothing_is_posted(post: Post):
    challenge = await start(post)
    assert not await change(post, challenge, Change.CALLED_OFF)
    await live(post, 0, 5)
    assert not post.discord.messages


async def test_without_a_channel_nobody_is_told(post: Post):
    challenge = await start(post, channel=None)
    await tick(post)
    assert not await change(post, challenge, Change.CALLED_OFF)


async def test_an_opening_that_waits_names_the_new_end_when_it_comes(post: Post):
    challenge = await start(post)
    post.discord.always[f"send:{NEWS}"] = refuse(403, 50001)
    await tick(post)
    post.discord.always.clear()
    assert not await change(post, challenge, Change.EXTENDED, ends_on=date(2026, 4, 10))
    await tick(post, at(0, 2))
    assert firsts(post, NEWS) == [OPENING]
    assert "to Friday, 10 April" in post.discord.texts(NEWS)[0]
    assert "31 March" not in post.discord.texts(NEWS)[0]


async def test_of_two_changes_that_found_no_way_only_the_later_is_posted(post: Post):
    challenge = await start(post)
    await tick(post)
    for day in (date(2026, 4, 5), date(2026, 4, 10)):
        await change(post, challenge, Change.EXTENDED, ends_on=day)
    await tick(post)
    assert firsts(post, NEWS) == [OPENING, UNTIL_10_APRIL]


async def test_one_end_may_be_said_again_after_another(post: Post):
    challenge = await start(post)
    await tick(post, at(5))
    later = FIRST_DAY + timedelta(days=39)
    for what in (Change.EXTENDED, Change.ENDED, Change.EXTENDED):
        post.clock.at += timedelta(minutes=1)
        assert await change(post, challenge, what, ends_on=later)
        await tick(post)
    assert firsts(post, NEWS).count(UNTIL_10_APRIL) == 2


async def test_a_change_that_found_no_way_lapses_with_the_end(post: Post):
    challenge = await start(post)
    await tick(post)
    await change(post, challenge, Change.ENDED)
    async with post.db.write() as session:
        changes = Delivery.name.contains(":changed:")
        waits = {"state": "unreachable", "lease_until": at(90), "retry_at": at(90)}
        await session.execute(update(Delivery).where(changes).values(**waits))
    await live(post, 1, 10)
    assert firsts(post, NEWS) == [OPENING, f"{TITLE} is over. The board is final.**"]
    states = [row for row in await post.rows(Delivery, "name", "state") if ":changed:" in row[0]]
    assert [state for _, state in states] == ["lapsed"]


# --- a change while Discord is asked who has left --------------------------------------


async def change_meanwhile(
    post: Post, challenge: ChallengeFacts, what: Change, *, ends_on: date | None = None
) -> None:
    """Let the change come between the reading of a challenge and what is written of it."""

    async def fault(store: Callable[[], web.Response]) -> web.StreamResponse:
        await change(post, challenge, what, ends_on=ends_on)
        return store()

    post.discord.faults["member"].append(fault)
    await tick(post)
    assert "member" in post.discord.asked


async def test_called_off_meanwhile_no_board_slips_through(post: Post):
    challenge = await start(post)
    await join(post, challenge, 10, shown=Shown.NAME)
    await tick(post)
    post.clock.at = at(7, 8)  # after the hour of the first board
    await change_meanwhile(post, challenge, Change.CALLED_OFF)
    await tick(post)
    assert firsts(post, NEWS) == [OPENING, f"{TITLE} was called off. It is over.**"]


async def test_called_off_meanwhile_it_is_not_closed_with_a_board(post: Post):
    challenge = await start(post)
    await join(post, challenge, 10, shown=Shown.NAME)
    await tick(post)
    post.clock.at = at(34)
    await change_meanwhile(post, challenge, Change.CALLED_OFF)
    assert firsts(post, NEWS) == [OPENING, f"{TITLE} was called off. It is over.**"]


async def test_extended_meanwhile_it_goes_on(post: Post):
    challenge = await start(post)
    await join(post, challenge, 10, shown=Shown.NAME)
    await tick(post)
    post.clock.at = at(34)
    await change_meanwhile(post, challenge, Change.EXTENDED, ends_on=date(2026, 4, 10))
    assert firsts(post, NEWS) == [OPENING, UNTIL_10_APRIL]


async def test_ended_early_meanwhile_nobody_hears_of_the_old_end(post: Post):
    challenge = await start(post)
    await join(post, challenge, 10, shown=Shown.NAME, may_dm=True)
    async with post.db.write() as session:
        await change_settings(session, 10, zone="America/New_York")
    await tick(post)
    post.clock.at = at(27, 8)  # the last call is due, and a board that waited for the bot
    await change_meanwhile(post, challenge, Change.ENDED)
    await live(post, 28, 34)
    (dm,) = [text for text in post.discord.texts(1010) if "Five talks" in text]
    assert dm.startswith("Five talks in thirty days ends today")

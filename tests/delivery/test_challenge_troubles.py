"""What stands in the way is told to the organisers once, and mended when they have acted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.club.boards import read_board
from bot.club.challenges import list_seasons
from bot.club.settings import Boards, leave_club, place_boards
from bot.club.taking_part import Shown
from bot.club.troubles import list_troubles
from bot.storage.models import Challenge
from tests.delivery.answers import Fault, refuse
from tests.delivery.conftest import START, Post
from tests.delivery.test_challenge_posts import BOSSES, GUILD, NEWS, join, start, talk, tick

ROLE = 4711
OVER = START + timedelta(days=40)


async def troubles(post: Post) -> list[str]:
    async with post.db.read() as session:
        return await list_troubles(session, GUILD, now=post.clock.now())


async def move(post: Post, channel: int) -> None:
    async with post.db.write() as session:
        boards = Boards(channel, BOSSES)
        await place_boards(session, GUILD, boards, name="Club", now=post.clock.now())


async def with_role(post: Post) -> None:
    challenge = await start(post)
    for number, shown in ((11, Shown.NAME), (12, Shown.ALIAS), (13, Shown.NAME)):
        await join(post, challenge, number, shown=shown)
        await talk(post, number)
    async with post.db.write() as session:
        await session.execute(update(Challenge).values(winners_role_id=ROLE))


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [(404, 10003, "was deleted"), (403, 50013, "I may not post"), (403, 50001, "I may not post")],
)
async def test_organisers_are_told_once_and_what_waited_comes_and_says_it_is_late(
    post: Post, status: int, code: int, said: str
):
    await start(post)
    post.discord.always[f"send:{NEWS}"] = refuse(status, code)
    for hours in range(0, 60, 12):
        await tick(post, START + timedelta(hours=hours))
        await post.dispatchers[-1].retry_unreachable()
        await tick(post)
    (told,) = post.discord.texts(BOSSES)
    assert said in told
    assert await troubles(post) == [told]
    await move(post, 902)
    await tick(post)
    (opening,) = post.discord.texts(902)
    assert opening.endswith(f"it was due <t:{int(START.timestamp())}:f>.")
    assert await troubles(post) == []


@pytest.mark.parametrize(
    "fault",
    [refuse(403, 50001), refuse(403, 50013), refuse(429, retry_after=3600)],
    ids=["private", "forbidden", "too fast"],
)
async def test_what_waits_comes_at_once_when_another_channel_is_chosen(post: Post, fault: Fault):
    await start(post)
    post.discord.always[f"send:{NEWS}"] = fault
    await tick(post)
    await tick(post, START + timedelta(minutes=5))
    await move(post, 902)
    await tick(post)
    assert len(post.discord.texts(902)) == 1
    assert await troubles(post) == []


async def test_a_channel_made_private_is_named_in_the_status_at_once(post: Post):
    await start(post)
    post.discord.always[f"send:{NEWS}"] = refuse(403, 50001)
    await tick(post)
    (said,) = await troubles(post)
    assert f"in <#{NEWS}>" in said
    assert post.discord.texts(BOSSES) == [said]
    await tick(post, START + timedelta(hours=1))
    assert post.discord.asked.count(f"send:{NEWS}") == 1


async def test_a_report_that_found_no_way_comes_to_organisers_alone(post: Post):
    await start(post)
    await tick(post)
    post.discord.always[f"send:{BOSSES}"] = refuse(404, 10003)
    await tick(post, OVER)
    await move(post, 902)
    await tick(post)
    assert post.discord.texts(902) == []
    post.discord.always.clear()
    async with post.db.write() as session:
        await place_boards(session, GUILD, Boards(902, 903), name="Club", now=post.clock.now())
    await tick(post)
    (report,) = post.discord.texts(903)
    assert "is over. **/organise report** shows" in report
    assert post.discord.texts(902) == []


async def test_without_an_organisers_channel_the_status_alone_tells_it(post: Post):
    await start(post)
    await move(post, BOSSES)
    post.discord.always["send"] = refuse(403, 50013)
    await tick(post)
    assert not post.discord.messages
    assert f"in <#{BOSSES}>" in (await troubles(post))[0]


async def test_boards_that_found_no_channel_make_room_for_the_latest(post: Post):
    await start(post)
    post.discord.always[f"send:{NEWS}"] = refuse(404, 10003)
    for days in (0, 8, 15, 22):
        await tick(post, START + timedelta(days=days))
    await move(post, 902)
    await tick(post)
    firsts = [text.split("\n")[0] for text in post.discord.texts(902)]
    assert firsts == [
        "**Five talks in thirty days**",
        "**Five talks in thirty days: the board after week 3.**",
    ]


async def test_nobody_is_asked_to_join_what_is_over(post: Post):
    await start(post)
    post.discord.always[f"send:{NEWS}"] = refuse(404, 10003)
    for days in (0, 8, 40):
        await tick(post, START + timedelta(days=days))
    await move(post, 902)
    await tick(post)
    (only,) = post.discord.texts(902)
    assert "is over. The board is final." in only


async def test_winners_under_their_own_name_get_the_role_once(post: Post):
    await with_role(post)
    for hours in (0, 1, 2):
        await tick(post, OVER + timedelta(hours=hours))
    assert post.discord.roles == [(11, ROLE), (13, ROLE)]


async def test_a_role_that_was_deleted_is_told_and_not_tried_again(post: Post):
    await with_role(post)
    post.discord.always["role"] = refuse(404, 10011)
    for hours in (0, 2, 4):
        await tick(post, OVER + timedelta(hours=hours))
    assert post.discord.asked.count("role") == 2
    told = [text for text in post.discord.texts(BOSSES) if "winners' role" in text]
    assert len(told) == 1
    assert "was deleted" in told[0]
    assert await troubles(post) == []


async def test_a_role_that_may_not_be_given_is_told_once_and_given_when_it_may(post: Post):
    await with_role(post)
    post.discord.always["role"] = refuse(403, 50013)
    dispatcher = post.dispatcher()
    for minutes in (0, 1, 2, 61, 90):
        post.clock.at = OVER + timedelta(minutes=minutes)
        await dispatcher.announce()
        await dispatcher.run_due()
    assert post.discord.asked.count("role") == 4  # two winners, asked for anew after an hour
    told = [text for text in post.discord.texts(BOSSES) if "I may not give" in text]
    assert len(told) == 1
    assert "I may not give" in (await troubles(post))[0]
    post.discord.always.clear()
    await tick(post, OVER + timedelta(hours=3))
    assert post.discord.roles == [(11, ROLE), (13, ROLE)]
    assert await troubles(post) == []


async def test_who_has_left_is_marked_under_their_own_name_and_never_under_an_alias(post: Post):
    await with_role(post)
    post.discord.gone = {11, 12}
    await tick(post, START + timedelta(days=7, hours=9))
    board = post.discord.texts(NEWS)[-1]
    assert "Member 11 · 3 points · has left" in board
    assert board.count("has left") == 1
    await tick(post, OVER)
    async with post.db.read() as session:
        (closed,) = await list_seasons(session, GUILD)
        lines = (await read_board(session, closed)).lines
    assert [line.name for line in lines if line.has_left] == ["Member 11"]
    assert post.discord.roles == [(13, ROLE)]


async def test_a_bot_that_was_removed_and_is_back_says_so_once_and_catches_up(post: Post):
    await start(post)
    await tick(post)
    async with post.db.write() as session:
        await leave_club(session, GUILD, now=post.clock.now())
    await tick(post, START + timedelta(days=9))
    assert len(post.discord.texts(NEWS)) == 1
    dispatcher = post.dispatcher()
    assert await dispatcher.came_back_to(GUILD)
    assert not await dispatcher.came_back_to(GUILD)
    await tick(post)
    assert len(post.discord.texts(NEWS)) == 2
    assert "comes late" in post.discord.texts(NEWS)[1]
    (told,) = post.discord.texts(BOSSES)
    assert told.startswith("I am back on this server; I was away since <t:")

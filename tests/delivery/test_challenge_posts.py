"""What challenges have to say is posted once, at its hour or late and saying so."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.club.challenges import ChallengeDraft, ChallengeFacts, create_challenge, draft_of_kit
from bot.club.settings import Boards, leave_club, place_boards, set_up_club
from bot.club.taking_part import Shown, choose_showing, join_challenge
from bot.notebook.changes import Actor
from bot.notebook.members import change_settings
from bot.storage.models import Challenge, Delivery, Guild, Standing
from bot.upkeep.purge import purge
from tests.delivery.answers import refuse
from tests.delivery.conftest import START, Post
from tests.talks import hold_talk

GUILD, NEWS, BOSSES = 77, 900, 901
FIRST_DAY = date(2026, 3, 2)
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Tokyo", "Pacific/Auckland", "UTC")


async def start(post: Post, *, channel: int | None = NEWS, **changed: Any) -> ChallengeFacts:
    kit = post.content.kits["five-talks"]
    draft: ChallengeDraft = draft_of_kit(kit, starts_on=FIRST_DAY, **changed)
    async with post.db.write() as session:
        await set_up_club(
            session, GUILD, zone="America/New_York", set_up_by=1, now=post.clock.now()
        )
        boards = Boards(NEWS, BOSSES) if channel else Boards(None, BOSSES)
        await place_boards(session, GUILD, boards, name="Career Club", now=post.clock.now())
        return await create_challenge(
            session,
            GUILD,
            draft,
            by=1,
            now=post.clock.now(),
            today=FIRST_DAY,
            channel_id=channel,
        )


async def join(post: Post, challenge: ChallengeFacts, number: int, **showing: Any) -> None:
    await post.member(number)
    async with post.db.write() as session:
        who: dict[str, Any] = {"member_id": number, "name": f"Member {number}"}
        await join_challenge(session, GUILD, challenge.key, now=post.clock.now(), **who)
        await choose_showing(session, challenge.key, **who, **showing)


async def talk(post: Post, number: int) -> None:
    async with post.db.write() as session:
        now = post.clock.now()
        await hold_talk(session, Actor(number, now), f"Rosa {now:%d%H}", now.date())


async def tick(post: Post, at: datetime | None = None) -> None:
    """One turn of a process that has just started: nothing is kept in memory."""
    if at is not None:
        post.clock.at = at
    dispatcher = post.dispatcher()
    await dispatcher.take_over()
    await dispatcher.announce()
    await dispatcher.run_due()


def firsts(post: Post, channel: int) -> list[str]:
    return [text.split("\n")[0] for text in post.discord.texts(channel)]


async def test_five_weeks_over_a_change_of_the_clocks_and_each_post_once(post: Post):
    challenge = await start(post)
    for number, zone in enumerate(ZONES, start=10):
        shown = Shown.NAME if number == 11 else Shown.HIDDEN if number == 12 else Shown.ALIAS
        await join(post, challenge, number, shown=shown, may_dm=number in (10, 12))
        async with post.db.write() as session:
            await change_settings(session, number, zone=zone)
    for hour in range(0, 36 * 24, 6):
        post.clock.at = START + timedelta(hours=hour)
        if hour % 96 == 0 and hour < 28 * 24:
            await talk(post, 11)
        await tick(post)
    assert firsts(post, NEWS) == [
        "**Five talks in thirty days**",
        "**Five talks in thirty days: the board after week 1.**",
        "**Five talks in thirty days: half-way.**",
        "**Five talks in thirty days: the board after week 3.**",
        "**Five talks in thirty days: the board after week 4.**",
        "**Five talks in thirty days is over. The board is final.**",
    ]
    last = post.discord.texts(NEWS)[-1]
    assert "1\\. Member 11 · 15 points" in last
    assert "Member 12" not in str(post.discord.messages[NEWS])
    assert len(post.discord.texts(BOSSES)) == 1
    told = {number: str(post.discord.texts(number + 1000)) for number in range(10, 15)}
    assert [number for number, texts in told.items() if "two days are left" in texts] == [10, 12]
    async with post.db.read() as session:
        names = (await session.execute(select(Delivery.name))).all()
        assert len(set(names)) == len(names)
        assert await session.scalar(select(func.count()).select_from(Standing)) > 4


async def test_two_processes_and_many_ticks_post_once(post: Post):
    await start(post)
    first, second = post.dispatcher(), post.dispatcher()
    await asyncio.gather(*(one.announce() for one in (first, second) * 5))
    await asyncio.gather(first.run_due(), second.run_due())
    assert len(post.discord.texts(NEWS)) == 1


async def test_after_a_long_silence_only_the_latest_board_is_posted_and_says_it_is_late(post: Post):
    challenge = await start(post)
    await tick(post)
    await join(post, challenge, 10)
    await tick(post, START + timedelta(days=16, hours=20))
    assert len(post.discord.texts(NEWS)) == 2
    assert "late: it was due on Monday, 16 March" in post.discord.texts(NEWS)[1]
    await tick(post, START + timedelta(days=60))
    assert "is over" in post.discord.texts(NEWS)[2]
    assert "due on Saturday, 4 April" in post.discord.texts(NEWS)[2]
    await tick(post)
    assert len(post.discord.texts(NEWS)) == 3


async def test_without_a_channel_posts_wait_until_there_is_one(post: Post):
    await start(post, channel=None)
    await tick(post)
    assert not post.discord.messages
    async with post.db.write() as session:
        await place_boards(session, GUILD, Boards(NEWS), name="Club", now=post.clock.now())
    await tick(post)
    assert len(post.discord.texts(NEWS)) == 1


@pytest.mark.parametrize(("status", "code"), [(404, 10003), (403, 50013)])
async def test_a_channel_that_is_gone_or_closed_keeps_the_post_until_another_is_chosen(
    post: Post, status: int, code: int
):
    await start(post)
    post.discord.always[f"send:{NEWS}"] = refuse(status, code)
    await tick(post)
    assert ("unreachable", code) in await post.rows(Delivery, "state", "code")
    post.discord.always.clear()
    async with post.db.write() as session:
        await place_boards(session, GUILD, Boards(902), name="Club", now=post.clock.now())
    await tick(post)
    assert len(post.discord.texts(902)) == 1


async def test_the_opening_pings_the_one_role_that_was_chosen(post: Post):
    challenge = await start(post)
    async with post.db.write() as session:
        await session.execute(update(Challenge).values(ping_role_id=4242))
    await tick(post)
    assert post.discord.texts(NEWS)[0].startswith("<@&4242>")
    async with post.db.read() as session:
        row = (await session.execute(select(Delivery.name, Delivery.body))).one()
    assert row.name == f"challenge:{challenge.key}:open"
    assert row.body["ping_role"] == 4242


async def test_marks_and_mentions_in_a_title_are_shown_as_typed(post: Post):
    await start(post)
    async with post.db.write() as session:
        await session.execute(update(Challenge).values(title="# **all** <@&5> @everyone"))
    await tick(post)
    assert "\\*\\*all\\*\\* \\<@&5\\>" in post.discord.texts(NEWS)[0]


async def test_a_title_that_is_a_question_keeps_its_mark(post: Post):
    await start(post)
    await tick(post)
    async with post.db.write() as session:
        await session.execute(update(Challenge).values(title="Who else?"))
    for day in (7, 15):
        await tick(post, START + timedelta(days=day, hours=9))
    assert firsts(post, NEWS)[1:] == [
        "**Who else? The board after week 1.**",
        "**Who else? Half-way.**",
    ]


async def test_a_title_that_is_a_question_stands_in_a_sentence_as_a_title(post: Post):
    challenge = await start(post)
    await join(post, challenge, 10, may_dm=True)
    await tick(post)
    async with post.db.write() as session:
        await session.execute(update(Challenge).values(title="Who else?"))
        await change_settings(session, 10, zone="America/New_York")
    for day in (29, 30, 35):
        await tick(post, START + timedelta(days=day, hours=9))
    (dm,) = [text for text in post.discord.texts(1010) if "Who else?" in text]
    assert dm.startswith("“Who else?” ends today.")
    assert firsts(post, NEWS)[-1] == "**“Who else?” is over. The board is final.**"


async def test_a_club_that_removed_the_bot_is_left_in_peace_and_erased_after_thirty_days(
    post: Post,
):
    challenge = await start(post)
    await join(post, challenge, 10)
    async with post.db.write() as session:
        await leave_club(session, GUILD, now=post.clock.now())
    await tick(post)
    assert not post.discord.texts(NEWS)
    for days, left in ((29, 1), (31, 0)):
        async with post.db.write() as session:
            await purge(session, now=START + timedelta(days=days))
            for model in (Challenge, Guild):
                count = select(func.count()).select_from(model)
                assert await session.scalar(count) == left
    assert [row[0] for row in await post.rows(Delivery, "name")] == []


async def test_a_challenge_that_nobody_joined_ends_without_praise(post: Post):
    await start(post)
    for day in (0, 8, 35):
        await tick(post, START + timedelta(days=day))
    _, week, final = post.discord.texts(NEWS)
    assert "Nobody has joined yet. Who is first?" in week
    assert final.split("\n\n")[1:2] == ["Nobody took part this time."]
    for praise in (post.content.kits["five-talks"].close, "/profile", "Who is first"):
        assert praise not in final


@pytest.mark.parametrize(
    ("numbers", "before", "after"),
    [
        ((10,), "One person takes part, unseen.", "One person took part, unseen."),
        (
            (10, 11),
            "2 people take part, all of them unseen.",
            "2 people took part, all of them unseen.",
        ),
    ],
)
async def test_those_who_are_all_unseen_are_counted_in_words(
    post: Post, numbers: tuple[int, ...], before: str, after: str
):
    challenge = await start(post)
    for number in numbers:
        await join(post, challenge, number, shown=Shown.HIDDEN)
    for day in (0, 8, 35):
        await tick(post, START + timedelta(days=day))
    _, week, final = post.discord.texts(NEWS)
    assert before in week
    assert after in final

"""What a challenge has on its way when it changes is not tried again with words that are old."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from aiohttp import web

from bot.club.taking_part import Shown
from bot.club.timeline import Change
from bot.storage.models import Delivery
from tests.delivery.answers import Fault, lose, refuse
from tests.delivery.conftest import BRIEF, Post
from tests.delivery.test_challenge_changed import at, live, run, told
from tests.delivery.test_challenge_posts import NEWS, firsts, join, start, tick
from tests.delivery.test_challenge_told import OPENING, TITLE, UNTIL_10_APRIL, change

CALLED_OFF = f"{TITLE} was called off. It is over.**"
TOO_FAST = refuse(429, retry_after=120)
NO_WAY = {
    "too fast": [TOO_FAST],
    "closed": [refuse(403, 50013)] * 2,  # with its picture, and without
    "gone": [refuse(404, 10003)],
    "lost": [lose(stored=False, hangs=True)],
}


def meanwhile(do: Callable[[], Awaitable[object]], answer: Fault) -> Fault:
    """Let something happen while Discord is asked, and then this become of the message."""

    async def fault(store: Callable[[], web.Response]) -> web.StreamResponse:
        await do()
        return await answer(store)

    return fault


async def states(post: Post, part: str) -> list[str]:
    rows = await post.rows(Delivery, "name", "state")
    return [state for name, state in rows if part in name]


async def turn(post: Post) -> None:
    dispatcher = post.dispatcher(seconds=BRIEF)
    await dispatcher.announce()
    await dispatcher.run_due()


@pytest.mark.parametrize("answers", NO_WAY.values(), ids=NO_WAY.keys())
async def test_a_board_on_its_way_does_not_come_after_the_challenge_was_called_off(
    post: Post, answers: list[Fault]
):
    challenge = await start(post)
    await tick(post)
    first, *rest = answers
    off = meanwhile(lambda: change(post, challenge, Change.CALLED_OFF), first)
    post.discord.faults["send"] += [off, *rest]
    post.clock.at = at(8)
    await turn(post)
    await live(post, 9, 12)
    await post.dispatcher().retry_unreachable()
    await tick(post)
    assert firsts(post, NEWS) == [OPENING, CALLED_OFF]
    assert await states(post, ":week:1") == ["lapsed"]


async def test_a_board_that_arrives_all_the_same_is_known_to_have_arrived(post: Post):
    challenge = await start(post)
    await tick(post)
    lost = lose(stored=True, hangs=True)
    off = meanwhile(lambda: change(post, challenge, Change.CALLED_OFF), lost)
    post.discord.faults["send"].append(off)
    post.clock.at = at(8)
    await turn(post)
    await live(post, 9, 10)
    assert len(post.discord.texts(NEWS)) == 3
    assert await states(post, ":week:1") == ["delivered"]


async def test_a_last_call_on_its_way_does_not_come_with_the_old_end(post: Post):
    challenge = await start(post)
    await run(post, challenge)
    await tick(post, at(27, 7))  # it is written, for the next morning
    later = date(2026, 4, 7)
    longer = meanwhile(lambda: change(post, challenge, Change.EXTENDED, ends_on=later), TOO_FAST)
    post.discord.faults["send"].append(longer)
    await live(post, 28, 45)
    (dm,) = told(post)
    assert "ends on Tuesday, 7 April: two days are left" in dm


async def test_an_opening_on_its_way_comes_with_the_new_end(post: Post):
    challenge = await start(post)
    longer = meanwhile(
        lambda: change(post, challenge, Change.EXTENDED, ends_on=date(2026, 4, 10)),
        TOO_FAST,
    )
    post.discord.faults["send"].append(longer)
    await live(post, 0, 2)
    assert sorted(firsts(post, NEWS)) == sorted([OPENING, UNTIL_10_APRIL])
    (opening,) = [text for text in post.discord.texts(NEWS) if text.startswith(OPENING)]
    assert "to Friday, 10 April" in opening


async def test_of_two_changes_the_earlier_on_its_way_is_not_tried_again(post: Post):
    challenge = await start(post)
    await tick(post)
    await change(post, challenge, Change.EXTENDED, ends_on=date(2026, 4, 5))
    again = meanwhile(
        lambda: change(post, challenge, Change.EXTENDED, ends_on=date(2026, 4, 10)),
        TOO_FAST,
    )
    post.discord.faults["send"].append(again)
    await live(post, 0, 2)
    assert firsts(post, NEWS) == [OPENING, UNTIL_10_APRIL]


async def test_a_board_on_its_way_does_not_come_after_a_newer_one_or_the_end(post: Post):
    challenge = await start(post)
    await join(post, challenge, 10, shown=Shown.NAME)
    await tick(post)

    for days, later in ((8, 8), (8, 12)):

        async def come_due(later: int = later) -> None:
            post.clock.at += timedelta(days=later)
            await post.dispatcher().announce()

        post.clock.at += timedelta(days=days)
        post.discord.faults["send"].append(meanwhile(come_due, TOO_FAST))
        await tick(post)
        post.clock.at += timedelta(minutes=3)
        await tick(post)
    assert firsts(post, NEWS) == [
        OPENING,
        f"{TITLE}: half-way.**",
        f"{TITLE} is over. The board is final.**",
    ]

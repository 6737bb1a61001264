"""What may have arrived is sent again only after a look into the history that found nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.config import DeliveryTable
from bot.dispatcher import Dispatcher, NoPacer
from bot.rules.records import ReminderState
from bot.storage.models import Delivery, Member, Reminder
from cogs.reminders import DiscordCourier
from tests.delivery.answers import Fault, lose, refuse
from tests.delivery.conftest import BRIEF, Post


class Busy(NoPacer):
    """Has something happen, once, while the second message waits for its turn."""

    def __init__(self, happen: Callable[[], None]) -> None:
        super().__init__()
        self._happen = [happen]

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        while self._happen:
            self._happen.pop()()


async def lose_answers(post: Post, *members: int, stored: bool = True) -> None:
    """Send to each of the members, and learn of none whether it arrived."""
    post.discord.forgets_nonces = True
    for member in members:
        await post.member(member, "Rosa Marin")
    await post.move_to_morning()
    post.discord.always["send"] = lose(stored=stored)
    assert await post.dispatcher(seconds=BRIEF).run_due() == 0
    post.discord.always.clear()
    post.clock.at += timedelta(seconds=121)


async def forget_channels(post: Post) -> None:
    async with post.db.write() as session:
        await session.execute(update(Member).values(dm_channel_id=None))


async def run_to_the_end(post: Post, dispatcher: Dispatcher) -> None:
    """Let the clock run from one thing that is due to the next until nothing is."""
    for _ in range(40):
        await dispatcher.run_due()
        if (due := await dispatcher.next_due()) is None:
            return
        post.clock.at = max(due, post.clock.at)


async def states(post: Post) -> list[str]:
    return [state for (state,) in await post.rows(Delivery, "state")]


def arrived(post: Post) -> list[int]:
    return [len(messages) for messages in post.discord.messages.values()]


async def test_a_new_token_hours_later_sends_nothing_again(post: Post):
    await lose_answers(post, 7)
    post.discord.faults["history"].append(refuse(401))
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 0
    assert not dispatcher.is_authorized
    assert await states(post) == ["sending"]
    post.clock.at += timedelta(hours=3)
    restarted = post.dispatcher()
    await restarted.take_over()
    assert await restarted.run_due() == 1
    assert arrived(post) == [1]


async def test_a_stop_while_it_looks_leaves_the_rest_to_be_looked_up(post: Post):
    await lose_answers(post, 7, 8, 9)

    def stop() -> None:
        stopped._is_stopping = True

    stopped = Dispatcher(post.db, post.clock, post.content, DeliveryTable(), pacer=Busy(stop))
    stopped.attach(DiscordCourier(post.client))
    await stopped.run_due()
    await stopped.stop()
    assert sorted(await states(post)) == ["delivered", "sending", "sending"]
    restarted = post.dispatcher()
    await restarted.take_over()
    assert await restarted.run_due() == 2
    assert arrived(post) == [1, 1, 1]


async def test_a_look_whose_turn_comes_when_the_lease_ends_is_still_a_look(post: Post):
    await lose_answers(post, 7, 8)

    def wait() -> None:
        post.clock.at += timedelta(seconds=100)

    busy = Dispatcher(post.db, post.clock, post.content, DeliveryTable(), pacer=Busy(wait))
    busy.attach(DiscordCourier(post.client))
    await run_to_the_end(post, busy)
    assert await states(post) == ["delivered", "delivered"]
    assert arrived(post) == [1, 1]


async def test_whose_channel_was_not_noted_is_looked_up_when_the_slow_lane_has_a_turn(post: Post):
    await lose_answers(post, *range(7, 12))
    await forget_channels(post)
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 2
    due = await dispatcher.next_due()
    assert due is not None
    assert timedelta() < due - post.clock.at < timedelta(minutes=1)
    await run_to_the_end(post, dispatcher)
    assert await states(post) == ["delivered"] * 5
    assert arrived(post) == [1] * 5


@pytest.mark.parametrize("stored", [True, False], ids=["arrived", "lost"])
@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("open", refuse(400, 50007)),
        ("open", refuse(403, 50278)),
        ("open", refuse(429, retry_after=120)),
        ("history", refuse(429, retry_after=120)),
        ("history", refuse(404, 10003)),
        ("history", refuse(403, 50007)),
    ],
    ids=["closed", "no-server", "open-too-fast", "look-too-fast", "gone", "blocked"],
)
async def test_whatever_hinders_a_look_the_message_comes_once(
    post: Post, what: str, fault: Fault, stored: bool
):
    await lose_answers(post, 7, stored=stored)
    await forget_channels(post)
    post.discord.faults[what].append(fault)
    dispatcher = post.dispatcher()
    await dispatcher.run_due()
    post.clock.at += timedelta(days=1)
    await dispatcher.retry_unreachable()
    await run_to_the_end(post, dispatcher)
    assert arrived(post) == [1]
    assert await states(post) == ["delivered"]


async def test_too_fast_counts_no_look(post: Post):
    await lose_answers(post, 7)
    post.discord.faults["history"].append(refuse(429, retry_after=120))
    dispatcher = post.dispatcher()
    await dispatcher.run_due()
    assert await post.rows(Delivery, "state", "attempts") == [("sending", 1)]
    due = await dispatcher.next_due()
    assert due == post.clock.at + timedelta(seconds=120)


async def test_dms_that_stay_closed_to_a_look_are_given_up(post: Post):
    await lose_answers(post, 7)
    await forget_channels(post)
    post.discord.always["open"] = refuse(400, 50007)
    dispatcher = post.dispatcher()
    began = post.clock.at
    await run_to_the_end(post, dispatcher)
    assert timedelta(days=2) < post.clock.at - began < timedelta(days=4)
    assert await states(post) == ["failed"]
    assert await post.rows(Reminder, "state") == [(ReminderState.FAILED,)]
    assert arrived(post) == [1]

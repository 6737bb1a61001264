"""Each row of the table of what Discord may answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.rules.presses import NO_KEY, Press
from bot.storage.models import Delivery, Member, Reminder
from tests.delivery.answers import refuse
from tests.delivery.conftest import BRIEF, Post


async def ready(post: Post, *, opened: bool = True, seconds: float = 30):
    await post.member(7, "Rosa Marin", opened=opened)
    await post.move_to_morning()
    return post.dispatcher(seconds=seconds)


@pytest.mark.parametrize("code", [50007, 50278])
async def test_closed_dms_make_a_message_unreachable_and_keep_it(post: Post, code: int):
    dispatcher = await ready(post)
    post.discord.always["send"] = refuse(403, code)
    assert await dispatcher.run_due() == 0
    assert await post.rows(Delivery, "state", "code") == [("unreachable", code)]
    assert await post.rows(Reminder, "state") == [("unreachable",)]
    assert await dispatcher.next_due() is None


async def test_a_dm_that_cannot_be_opened_is_unreachable(post: Post):
    dispatcher = await ready(post, opened=False)
    post.discord.always["open"] = refuse(400, 50007)
    assert await dispatcher.run_due() == 0
    assert await post.rows(Reminder, "state") == [("unreachable",)]
    assert post.discord.asked == ["open"]


async def test_the_unreachable_is_tried_once_a_day_and_arrives_when_dms_open(post: Post):
    dispatcher = await ready(post)
    post.discord.always["send"] = refuse(403, 50007)
    await dispatcher.run_due()
    post.clock.at += timedelta(hours=23)
    assert await dispatcher.retry_unreachable() == 0
    post.clock.at += timedelta(hours=1)
    assert await dispatcher.retry_unreachable() == 1
    assert await dispatcher.run_due() == 0
    assert post.discord.asked == ["send", "send"]
    del post.discord.always["send"]
    post.clock.at += timedelta(days=1)
    await dispatcher.retry_unreachable()
    assert await dispatcher.run_due() == 1
    assert len(post.discord.messages[1007]) == 1
    assert await post.rows(Reminder, "state") == [("delivered",)]


async def test_the_unreachable_is_given_up_after_fourteen_days(post: Post):
    dispatcher = await ready(post)
    post.discord.always["send"] = refuse(403, 50007)
    await dispatcher.run_due()
    for _day in range(16):
        post.clock.at += timedelta(days=1)
        await dispatcher.retry_unreachable()
        await dispatcher.run_due()
    assert await post.rows(Reminder, "state") == [("lapsed",)]
    assert post.discord.asked.count("send") == 14


async def test_a_member_who_acts_is_tried_at_once(post: Post):
    dispatcher = await ready(post)
    post.discord.faults["send"].append(refuse(403, 50007))
    await dispatcher.run_due()
    assert await dispatcher.came_back(8) == 0
    assert await dispatcher.came_back(7) == 1
    assert await dispatcher.run_due() == 1


async def test_whom_nothing_reached_is_still_known_after_a_restart(post: Post):
    dispatcher = await ready(post)
    post.discord.faults["send"].append(refuse(403, 50007))
    await dispatcher.run_due()
    dispatcher = post.dispatcher()
    await dispatcher.remember_unreached()
    assert await dispatcher.came_back(7) == 1
    assert await dispatcher.run_due() == 1


async def test_the_next_morning_message_brings_what_could_not_arrive(post: Post):
    dispatcher = await ready(post)
    post.discord.faults["send"].append(refuse(403, 50007))
    await dispatcher.run_due()
    post.clock.at -= timedelta(days=6)
    await post.member(7, "Omar Haddad")
    post.clock.at += timedelta(days=7)
    assert await dispatcher.run_due() == 1
    (message,) = post.discord.messages[1007]
    assert message["content"].startswith("Good morning, two things today:")


async def test_missing_access_is_believed_only_after_a_day(post: Post):
    dispatcher = await ready(post)
    post.discord.always["send"] = refuse(403, 50001)
    await dispatcher.run_due()
    assert await post.rows(Delivery, "state") == [("retry",)]
    while (due := await dispatcher.next_due()) is not None:
        post.clock.at = max(due, post.clock.at)
        await dispatcher.run_due()
    assert await post.rows(Delivery, "state") == [("unreachable",)]
    assert 4 <= post.discord.asked.count("send") <= 12


async def test_a_channel_that_is_gone_is_opened_anew_under_the_same_key(post: Post):
    await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    post.discord.faults["send"].append(refuse(404, 10003))
    assert await post.dispatcher().run_due() == 1
    assert post.discord.asked == ["send", "open", "send"]
    ((key, state),) = await post.rows(Delivery, "key", "state")
    assert (post.discord.messages[1007][0]["nonce"], state) == (key, "delivered")
    assert await post.rows(Member, "dm_channel_id") == [(1007,)]


@pytest.mark.parametrize(
    "fault", [refuse(429, retry_after=120), refuse(403, 40003)], ids=["429", "40003"]
)
async def test_too_fast_waits_and_counts_no_attempt(post: Post, fault):
    dispatcher = await ready(post)
    post.discord.faults["send"].append(fault)
    assert await dispatcher.run_due() == 0
    assert await post.rows(Delivery, "state", "attempts") == [("retry", 0)]
    due = await dispatcher.next_due()
    assert due is not None
    assert due > post.clock.at
    post.clock.at = due
    assert await dispatcher.run_due() == 1


async def test_a_short_limit_is_waited_out_by_discord_py_itself(post: Post):
    dispatcher = await ready(post)
    post.discord.faults["send"].append(refuse(429, retry_after=0.01))
    assert await dispatcher.run_due() == 1
    assert len(post.discord.messages[1007]) == 1


async def test_a_cut_off_global_limit_does_not_stop_the_courier_for_ever(post: Post):
    dispatcher = await ready(post, seconds=BRIEF)
    fault = refuse(429, **{"retry_after": 5, "global": True})
    post.discord.faults["send"].append(fault)
    assert await dispatcher.run_due() == 0
    post.clock.at += timedelta(seconds=121)
    assert await dispatcher.run_due() == 1


async def test_an_invalid_token_stops_the_drain_and_loses_nothing(post: Post):
    for number in (1, 2, 3):
        await post.member(number, "Rosa Marin")
    await post.move_to_morning()
    dispatcher = post.dispatcher()
    post.discord.always["send"] = refuse(401)
    assert await dispatcher.run_due() == 0
    assert not dispatcher.is_authorized
    asked = len(post.discord.asked)
    assert await dispatcher.run_due() == 0
    assert len(post.discord.asked) == asked
    del post.discord.always["send"]
    assert await post.dispatcher().run_due() == 3


async def test_what_discord_refuses_is_sent_once_more_as_plain_text(post: Post):
    dispatcher = await ready(post)
    post.discord.faults["send"].append(refuse(400, 50035))
    assert await dispatcher.run_due() == 1
    (message,) = post.discord.messages[1007]
    assert message["components"] == []
    assert message["content"].startswith("A week ago you noted Rosa.")


async def test_what_discord_refuses_twice_has_failed(post: Post):
    dispatcher = await ready(post)
    post.discord.always["send"] = refuse(400, 50035)
    assert await dispatcher.run_due() == 0
    assert await post.rows(Delivery, "state", "code") == [("failed", 50035)]
    assert await post.rows(Reminder, "state") == [("failed",)]
    assert post.discord.asked == ["send", "send"]
    assert await dispatcher.next_due() is None


async def test_new_channels_are_opened_ten_a_minute_and_hold_nobody_else_up(post: Post):
    for number in range(1, 16):
        await post.member(number, "Rosa Marin", opened=number > 12)
    await post.move_to_morning()
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 3 + 2
    start = post.clock.at
    while (due := await dispatcher.next_due()) is not None:
        post.clock.at = max(due, post.clock.at)
        await dispatcher.run_due()
    assert post.discord.asked.count("open") == 12
    assert timedelta(seconds=55) <= post.clock.at - start <= timedelta(seconds=65)
    assert post.discord.asked.count("send") == 15


async def test_a_post_goes_out_once_for_its_name(post: Post):
    await post.member(7, opened=False)
    dispatcher = post.dispatcher()
    keys: set[str] = set()
    for _ in range(2):
        async with post.db.write() as session:
            keys.add(
                await dispatcher.post(
                    session,
                    name="hello:7",
                    owner_id=7,
                    content="Hello",
                    buttons=((Press("d", NO_KEY, "arrived", "It arrived"),),),
                    now=post.clock.now(),
                )
            )
        await dispatcher.run_due()
    (key,) = keys
    (message,) = post.discord.messages[1007]
    assert message["components"][0]["components"][0]["custom_id"] == f"d:{key}:arrived"
    assert await post.rows(Member, "dm_channel_id") == [(1007,)]


async def test_a_hello_that_found_closed_dms_is_tried_again(post: Post):
    await post.member(7, opened=False)
    dispatcher = post.dispatcher()
    post.discord.faults["send"].append(refuse(403, 50007))
    async with post.db.write() as session:
        await dispatcher.post(
            session, name="hello:7", owner_id=7, content="Hello", buttons=(), now=post.clock.now()
        )
    assert await dispatcher.run_due() == 0
    assert await dispatcher.came_back(7) == 1
    assert await dispatcher.run_due() == 1
    assert post.discord.texts(1007) == ["Hello"]

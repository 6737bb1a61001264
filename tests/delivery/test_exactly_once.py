from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.notebook.changes import Actor
from bot.notebook.contacts import remove_contact
from bot.rules.records import ReminderState
from bot.storage.models import Delivery, Reminder
from tests.delivery.answers import Fault, lose, refuse
from tests.delivery.conftest import BRIEF, START, Post


async def test_what_is_due_arrives_once_with_its_text_and_buttons(post: Post):
    await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 1
    assert await dispatcher.run_due() == 0
    (message,) = post.discord.messages[1007]
    assert message["content"].startswith("A week ago you noted Rosa.")
    rows = [[part["label"] for part in row["components"]] for row in message["components"]]
    assert rows == [["Draft", "I asked", "Not for me"], ["Today", "Fewer messages"]]
    assert post.discord.asked == ["send"]
    ((key, state, message_id),) = await post.rows(Delivery, "key", "state", "message_id")
    assert (message["nonce"], str(message_id), state) == (key, message["id"], "delivered")
    assert await post.rows(Reminder, "state", "delivered_on") == [
        ("delivered", post.clock.at.date())
    ]


async def test_several_due_come_as_one_list_of_five_with_the_number_of_the_rest(post: Post):
    await post.member(7, *(f"Person{number} Marin" for number in range(7)))
    await post.move_to_morning()
    assert await post.dispatcher().run_due() == 1
    (message,) = post.discord.messages[1007]
    lines = message["content"].splitlines()
    assert lines[0] == "Good morning, seven things today:"
    assert len(lines) == 7
    assert lines[-1] == "and 2 more: Today"
    labels = [part["label"] for part in message["components"][0]["components"]]
    assert labels == [f"Open {number}" for number in range(1, 6)]
    states = await post.rows(Reminder, "state")
    assert states == [("delivered",)] * 7


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        (lose(stored=True), True),
        (lose(stored=False), False),
        (lose(stored=True, hangs=True), True),
        (lose(stored=False, hangs=True), False),
        (refuse(503), False),
        (refuse(500), False),
    ],
    ids=["cut-after", "cut-before", "hung-after", "hung-before", "503", "500"],
)
async def test_a_lost_reply_is_looked_up_not_sent_again(post: Post, fault: Fault, stored: bool):
    post.discord.forgets_nonces = True  # Discord remembers a nonce for minutes only
    await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    dispatcher = post.dispatcher(seconds=0.2)
    post.discord.faults["send"].append(fault)
    assert await dispatcher.run_due() == 0
    assert await post.rows(Delivery, "state") == [("sending",)]
    assert await dispatcher.run_due() == 0  # the lease still runs
    post.clock.at += timedelta(seconds=121)
    assert await dispatcher.run_due() == 1
    assert len(post.discord.messages[1007]) == 1
    sends = ["send"] if stored else ["send", "send"]
    assert [one for one in post.discord.asked if one == "send"] == sends
    assert await post.rows(Delivery, "state") == [("delivered",)]


async def test_a_new_leader_looks_up_at_once_what_a_crash_left_under_way(post: Post):
    post.discord.forgets_nonces = True
    await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    post.discord.faults["send"].append(lose(stored=True))
    assert await post.dispatcher(seconds=0.2).run_due() == 0
    restarted = post.dispatcher()
    assert await restarted.run_due() == 0  # without leading it would wait for the lease
    await restarted.take_over()
    assert await restarted.run_due() == 1
    assert len(post.discord.messages[1007]) == 1


async def test_a_history_of_many_pages_is_read_to_its_end(post: Post):
    post.discord.forgets_nonces = True
    await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    dispatcher = post.dispatcher(seconds=BRIEF)
    post.discord.faults["send"].append(lose(stored=True))
    await dispatcher.run_due()
    mine = post.discord.messages[1007].pop()
    for number in range(250):
        noise = {**mine, "id": str(int(mine["id"]) + number), "content": "Hi", "components": []}
        post.discord.messages[1007].append(noise)
    post.discord.messages[1007].append({**mine, "id": str(int(mine["id"]) + 250), "nonce": None})
    post.clock.at += timedelta(seconds=121)
    assert await dispatcher.run_due() == 1
    assert post.discord.asked == ["send", "history", "history", "history"]


async def test_an_unreadable_history_backs_off_and_sends_nothing(post: Post):
    await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    dispatcher = post.dispatcher(seconds=BRIEF)
    post.discord.faults["send"].append(lose(stored=True))
    post.discord.faults["history"].append(refuse(403, 50001))
    await dispatcher.run_due()
    post.clock.at += timedelta(seconds=121)
    assert await dispatcher.run_due() == 0
    assert await post.rows(Delivery, "state") == [("sending",)]
    due = await dispatcher.next_due()
    assert due is not None
    assert due > post.clock.at
    post.clock.at = due
    assert await dispatcher.run_due() == 1
    assert len(post.discord.messages[1007]) == 1


STEPS = ["claimed", "sent", "opened"]


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_between_any_two_steps_loses_and_doubles_nothing(post: Post, step: str):
    post.discord.forgets_nonces = True
    await post.member(7, "Rosa Marin", opened=step != "opened")
    await post.move_to_morning()
    crashed = post.dispatcher(seconds=30)
    what = "open" if step == "opened" else "send"
    post.discord.faults[what].append(lose(stored=step == "sent", hangs=True))
    running = asyncio.create_task(crashed.run_due())
    await post.discord.until(what)
    running.cancel()
    for task in crashed._in_flight:
        task.cancel()
    await asyncio.gather(running, *crashed._in_flight, return_exceptions=True)
    post.clock.at += timedelta(seconds=121)
    assert await post.dispatcher().run_due() == 1
    assert len(post.discord.messages[1007]) == 1
    assert await post.rows(Delivery, "state") == [("delivered",)]
    assert await post.rows(Reminder, "state") == [("delivered",)]


async def test_a_lease_that_ran_out_is_taken_over_by_another_process(post: Post):
    await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    slow, other = post.dispatcher(seconds=30), post.dispatcher()
    post.discord.faults["send"].append(lose(stored=True, hangs=True))
    running = asyncio.create_task(slow.run_due())
    await post.discord.until("send")
    assert await other.run_due() == 0
    post.clock.at += timedelta(seconds=121)
    assert await other.run_due() == 1
    await slow.stop(grace=0)
    await running
    assert len(post.discord.messages[1007]) == 1


async def test_two_processes_at_once_send_each_message_once(post: Post):
    for number in range(1, 61):
        await post.member(number, "Rosa Marin")
    await post.move_to_morning()
    one, other = post.dispatcher(), post.dispatcher()
    await asyncio.gather(one.run_due(), other.run_due())
    await one.run_due()
    assert [len(post.discord.messages[1000 + number]) for number in range(1, 61)] == [1] * 60
    assert post.discord.asked.count("send") == 60


async def test_stopping_settles_what_is_known_and_leaves_the_rest_to_the_next_start(post: Post):
    post.discord.forgets_nonces = True
    for number in (1, 2, 3):
        await post.member(number, "Rosa Marin")
    await post.move_to_morning()
    dispatcher = post.dispatcher(seconds=30)
    post.discord.faults["send"].append(lose(stored=True, hangs=True))
    running = asyncio.create_task(dispatcher.run_due())
    await post.discord.until("send", 3)
    await dispatcher.stop(grace=0.2)
    await running
    assert sorted(await post.rows(Delivery, "state")) == [
        ("delivered",),
        ("delivered",),
        ("sending",),
    ]
    post.clock.at += timedelta(seconds=121)
    assert await post.dispatcher().run_due() == 1
    assert [len(post.discord.messages[1000 + number]) for number in (1, 2, 3)] == [1, 1, 1]


async def test_a_press_proves_that_a_message_arrived(post: Post):
    await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    dispatcher = post.dispatcher(seconds=BRIEF)
    post.discord.faults["send"].append(lose(stored=True))
    await dispatcher.run_due()
    ((reminder,),) = await post.rows(Reminder, "key")
    async with post.db.write() as session:
        await dispatcher.pressed(session, reminder_key=reminder, owner_id=7, now=post.clock.now())
    assert await post.rows(Delivery, "state", "pressed_at") == [("delivered", post.clock.at)]
    assert await post.rows(Reminder, "state") == [("delivered",)]
    post.clock.at += timedelta(seconds=121)
    assert await dispatcher.run_due() == 0
    assert post.discord.asked == ["send"]


async def test_a_press_by_somebody_else_proves_nothing(post: Post):
    await post.member(7, "Rosa Marin")
    await post.member(8)
    await post.move_to_morning()
    dispatcher = post.dispatcher(seconds=BRIEF)
    post.discord.faults["send"].append(lose(stored=True))
    await dispatcher.run_due()
    ((key,),) = await post.rows(Delivery, "key")
    async with post.db.write() as session:
        await dispatcher.pressed(session, delivery_key=key, owner_id=8, now=post.clock.now())
    assert await post.rows(Delivery, "state", "pressed_at") == [("sending", None)]


async def test_a_retry_that_no_longer_matters_is_not_sent(post: Post):
    (contact,) = await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    dispatcher = post.dispatcher()
    post.discord.faults["send"].append(refuse(429, retry_after=120))
    assert await dispatcher.run_due() == 0
    async with post.db.write() as session:
        by = Actor(7, post.clock.now())
        await remove_contact(session, by=by, key=contact)
    post.clock.at += timedelta(minutes=5)
    assert await dispatcher.run_due() == 0
    assert post.discord.messages[1007] == []
    assert await post.rows(Delivery, "state") == [("lapsed",)]
    assert await post.rows(Reminder, "state") == [("lapsed",)]


async def test_a_reminder_past_its_time_lapses(post: Post):
    await post.member(7, "Rosa Marin")
    post.clock.at = START + timedelta(days=60)
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 0
    assert await post.rows(Reminder, "state") == [(ReminderState.LAPSED,)]
    assert await dispatcher.next_due() is None


async def test_a_message_that_comes_late_says_by_how_much(post: Post):
    await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    post.clock.at += timedelta(hours=5)
    assert await post.dispatcher().run_due() == 1
    lines = post.discord.texts(1007)[0].split("\n")
    assert lines[1] == "This comes 5 hours late: I was offline."

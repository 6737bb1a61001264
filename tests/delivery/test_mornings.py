"""What is sent when: one message a day, quiet hours, pauses, and members who do not answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.dispatcher import Dispatcher
from bot.notebook.changes import Actor
from bot.notebook.interviews import Held, Takeaways, log_interview
from bot.notebook.log import Happened, log_touch
from bot.notebook.members import change_settings
from bot.rules.records import TouchKind
from bot.storage.models import Contact, Delivery, Member, Reminder
from tests.delivery.conftest import MORNING, Post


async def settings(post: Post, **values: Any) -> None:
    async with post.db.write() as session:
        await change_settings(session, 7, **values)


async def run_until(post: Post, dispatcher: Dispatcher, end: datetime) -> None:
    """Let the clock run from one thing that is due to the next."""
    while (due := await dispatcher.next_due()) is not None and due <= end:
        post.clock.at = max(due, post.clock.at)
        await dispatcher.run_due()
    post.clock.at = end


async def test_the_talk_days_mode_holds_everything_else_until_it_is_changed(post: Post):
    await post.member(7, "Rosa Marin", mode="talks")
    dispatcher = post.dispatcher()
    await run_until(post, dispatcher, MORNING + timedelta(days=3, hours=1))
    assert post.discord.messages[1007] == []
    await settings(post, mode="daily")
    await run_until(post, dispatcher, MORNING + timedelta(days=4, hours=1))
    (text,) = post.discord.texts(1007)
    assert text.startswith("A week ago you noted Rosa.")  # held is not late


async def test_a_pause_holds_until_the_first_morning_after_it(post: Post):
    until = MORNING + timedelta(days=2, hours=3)
    await post.member(7, "Rosa Marin", paused_until=until)
    dispatcher = post.dispatcher()
    await run_until(post, dispatcher, until + timedelta(hours=12))
    assert post.discord.messages[1007] == []
    await run_until(post, dispatcher, until + timedelta(hours=24))
    assert len(post.discord.messages[1007]) == 1


async def test_what_comes_late_at_night_waits_for_the_morning_message(post: Post):
    await post.member(7, "Rosa Marin")
    post.clock.at = MORNING + timedelta(hours=14)  # 23:00: the bot was off all day
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 0
    due = await dispatcher.next_due()
    assert due is not None
    assert timedelta() <= due - (MORNING + timedelta(days=1)) < timedelta(minutes=10)
    post.clock.at = due
    assert await dispatcher.run_due() == 1


@pytest.mark.parametrize("hours", [13, 21, 25], ids=["friday-night", "at-dawn", "saturday"])
async def test_what_comes_late_into_the_weekend_waits_for_a_weekday(post: Post, hours: int):
    await post.member(7, "Rosa Marin", weekdays="01234")
    async with post.db.write() as session:  # as if it were due on Friday
        friday = MORNING + timedelta(days=4)
        await session.execute(update(Reminder).values(due_at=friday, wake_at=friday))
    post.clock.at = friday + timedelta(hours=hours)
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 0
    monday = MORNING + timedelta(days=7)
    await run_until(post, dispatcher, monday - timedelta(minutes=1))
    assert post.discord.messages[1007] == []
    await run_until(post, dispatcher, monday + timedelta(minutes=10))
    assert len(post.discord.messages[1007]) == 1


async def test_a_pause_until_saturday_brings_what_makes_one_write_on_monday(post: Post):
    saturday = (MORNING + timedelta(days=5)).replace(hour=0)
    await post.member(7, "Rosa Marin", weekdays="01234", paused_until=saturday)
    dispatcher = post.dispatcher()
    await run_until(post, dispatcher, MORNING + timedelta(days=7, minutes=-1))
    assert post.discord.messages[1007] == []
    await run_until(post, dispatcher, MORNING + timedelta(days=7, minutes=10))
    assert len(post.discord.messages[1007]) == 1


async def test_a_promise_that_comes_late_on_friday_does_not_wait_for_monday(post: Post):
    (contact,) = await post.member(7, "Rosa Marin", weekdays="01234")
    friday = MORNING + timedelta(days=4)
    held = Held(contact, at=friday - timedelta(days=7))
    async with post.db.write() as session:
        by = Actor(7, friday - timedelta(days=7))
        promised = Takeaways(promises=("Read the report",))
        await log_interview(session, by=by, held=held, takeaways=promised)
        thanked = update(Reminder).where(Reminder.kind != "promise").values(state="done")
        await session.execute(thanked)
    post.clock.at = friday + timedelta(hours=13)
    await run_until(post, post.dispatcher(), friday + timedelta(days=1, minutes=10))
    (text,) = post.discord.texts(1007)
    assert "Read the report" in text


async def test_what_was_put_off_until_saturday_comes_on_saturday(post: Post):
    await post.member(7, "Rosa Marin", weekdays="01234")
    saturday = MORNING + timedelta(days=5)
    async with post.db.write() as session:
        put_off = {"snoozed_until": saturday, "wake_at": saturday}
        await session.execute(update(Reminder).values(**put_off))
    await run_until(post, post.dispatcher(), saturday + timedelta(minutes=10))
    assert len(post.discord.messages[1007]) == 1


async def test_the_silent_mode_sends_without_a_sound(post: Post):
    await post.member(7, "Rosa Marin", mode="silent")
    await post.move_to_morning()
    await post.dispatcher().run_due()
    assert post.discord.messages[1007][0]["flags"] == 4096


async def test_a_discreet_message_names_nobody(post: Post):
    await post.member(7, "Rosa Marin", discreet=True)
    await post.member(8, "Rosa Marin", "Omar Haddad", discreet=True)
    await post.move_to_morning()
    await post.dispatcher().run_due()
    for channel in (1007, 1008):
        (message,) = post.discord.messages[channel]
        assert "Rosa" not in str(message)
        assert message["components"][0]["components"][0]["label"].startswith("Open")


async def test_after_four_messages_without_a_press_it_asks_once_and_then_goes_quiet(post: Post):
    await post.member(7, *(f"P{number}" for number in range(7)), weekdays="0123456")
    async with post.db.write() as session:
        rows = await post.rows(Reminder, "key")
        for number, (key,) in enumerate(rows):
            at = MORNING + timedelta(days=number)
            changes = update(Reminder).where(Reminder.key == key).values(wake_at=at, due_at=at)
            await session.execute(changes)
    dispatcher = post.dispatcher()
    await run_until(post, dispatcher, MORNING + timedelta(days=9))
    texts = post.discord.texts(1007)
    assert len(texts) == 5
    asked = ["Are my messages too many?" in text for text in texts]
    assert asked == [False] * 4 + [True]
    last = post.discord.messages[1007][-1]["components"][-1]["components"]
    assert [part["label"] for part in last] == [
        "Keep them coming",
        "Only around my talks",
        "Today",
    ]
    assert await post.rows(Member, "asked_quiet_at") == [(MORNING + timedelta(days=4),)]
    ((key, *_), *_) = await post.rows(Delivery, "key")
    async with post.db.write() as session:
        await dispatcher.pressed(session, delivery_key=key, owner_id=7, now=post.clock.at)
    await run_until(post, dispatcher, MORNING + timedelta(days=11))
    assert len(post.discord.messages[1007]) == 6


async def test_what_the_member_did_meanwhile_is_not_asked_for(post: Post):
    (contact,) = await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    async with post.db.write() as session:  # past every use case: nothing is planned anew
        await session.execute(update(Contact).where(Contact.key == contact).values(lead_on=None))
    assert await post.dispatcher().run_due() == 0
    assert await post.rows(Reminder, "state") == [("withdrawn",)]


async def test_the_second_chase_is_planned_from_the_day_the_first_one_was_delivered(post: Post):
    (contact,) = await post.member(7, "Rosa Marin")
    asked = Happened(kind=TouchKind.ASKED, on=post.clock.at.date(), at=post.clock.at)
    async with post.db.write() as session:
        await log_touch(session, by=Actor(7, post.clock.at), contact=contact, happened=asked)
    dispatcher = post.dispatcher()
    await run_until(post, dispatcher, MORNING + timedelta(days=2))
    (first,) = post.discord.texts(1007)
    assert first.startswith("No answer from Rosa yet.")
    due = await dispatcher.next_due()
    assert due is not None
    assert due.date() == (MORNING + timedelta(days=7)).date()
    await run_until(post, dispatcher, MORNING + timedelta(days=8))
    assert post.discord.texts(1007)[1].startswith("Still nothing from Rosa.")
    # Whoever did not note that they wrote again is not given the same note as their last.
    assert "this is my last note about it" in post.discord.texts(1007)[1]
    assert "this is my last note" not in post.discord.texts(1007)[0]

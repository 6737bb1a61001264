"""What a change moves into the past comes at the next fitting moment, and is not called late."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.notebook.bringing_back import bring_back, read_whole
from bot.notebook.changes import Actor, undo
from bot.notebook.contacts import remove_contact, restore_contact
from bot.notebook.exchange import gather_export, write_export
from bot.notebook.follow_ups import decide
from bot.notebook.interviews import Slot, note_details, schedule_interview
from bot.notebook.interviews.talks import access_talk
from bot.notebook.log import Happened, log_touch
from bot.notebook.pressed import access_pressed
from bot.notebook.rhythm import change_rhythm, list_planned
from bot.rules.records import Answer, Mode, ReminderState, TouchKind, Verdict
from bot.storage.models import Change, Interview, Reminder
from bot.upkeep.erase import erase_member
from tests.delivery.conftest import MORNING, START, Post
from tests.delivery.test_mornings import run_until, settings
from tests.talks import hold_talk

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def me(post: Post) -> Actor:
    return Actor(7, post.clock.now())


async def log(post: Post, key: str, kind: TouchKind, answer: Answer | None = None) -> None:
    post.clock.at += MINUTE  # changes are told apart by when they were made
    happened = Happened(kind, on=post.clock.at.date(), answer=answer)
    async with post.db.write() as session:
        await log_touch(session, by=me(post), contact=f"#{key}", happened=happened)


async def undo_last(post: Post) -> None:
    latest = select(Change.key).order_by(Change.at.desc()).limit(1)
    async with post.db.write() as session:
        await undo(session, by=me(post), key=(await session.execute(latest)).scalar_one())


async def schedule(post: Post, key: str, at: datetime, mode: Mode = Mode.VIDEO) -> str:
    slot = Slot(at=at, minutes=30, mode=mode, zone="UTC")
    async with post.db.write() as session:
        await schedule_interview(session, by=me(post), ref=f"#{key}", slot=slot)
    async with post.db.read() as session:
        return (await session.execute(select(Interview.key))).scalar_one()


async def rhythm(post: Post, **columns: object) -> None:
    async with post.db.write() as session:
        await change_rhythm(session, by=me(post), **columns)


async def days_after(post: Post, end: datetime) -> list[str]:
    """Let the clock run on; gives when each new message came, by the hour of UTC."""
    before = len(post.discord.messages[1007])
    came: list[str] = []
    dispatcher = post.dispatchers[-1]
    await dispatcher.run_due()  # the tick right after the change
    while len(post.discord.messages[1007]) > before + len(came):
        came.append(f"{post.clock.at:%a %d %H}")
    while (due := await dispatcher.next_due()) is not None and due <= end:
        post.clock.at = max(due, post.clock.at)
        await dispatcher.run_due()
        while len(post.discord.messages[1007]) > before + len(came):
            came.append(f"{post.clock.at:%a %d %H}")
    assert not any("offline" in text for text in post.discord.texts(1007)[before:])
    return came


async def test_a_person_who_is_restored_comes_with_the_next_morning_message(post: Post):
    (key,) = await post.member(7, "Rosa Marin")
    await run_until(post, post.dispatcher(), START + DAY)
    async with post.db.write() as session:
        await remove_contact(session, by=me(post), key=key)
    post.clock.at = MORNING + timedelta(days=3, hours=6)  # a Thursday, 15:00
    async with post.db.write() as session:
        await restore_contact(session, by=me(post), key=key)
    assert await days_after(post, MORNING + 6 * DAY) == ["Fri 13 09"]


async def test_what_an_undo_plans_again_waits_for_a_weekday(post: Post):
    (key,) = await post.member(7, "Rosa Marin")
    post.dispatcher()
    await log(post, key, TouchKind.ASKED)
    post.clock.at = MORNING - 20 * HOUR
    await log(post, key, TouchKind.ANSWERED, Answer.NO)
    post.clock.at = MORNING + timedelta(days=4, hours=6)  # Friday
    await undo_last(post)
    assert await days_after(post, MORNING + 8 * DAY) == ["Mon 16 09"]


async def test_fewer_days_until_the_next_try_ring_at_no_weekend(post: Post):
    (key,) = await post.member(7, "Rosa Marin")
    post.dispatcher()
    await log(post, key, TouchKind.ASKED)
    await rhythm(post, chase_days=21)
    post.clock.at = START + timedelta(days=12, hours=1)  # Saturday, 16:00
    await rhythm(post, chase_days=7)
    assert await days_after(post, START + 14 * DAY) == ["Mon 16 09"]


async def test_on_a_new_clock_the_morning_that_is_over_is_the_next_one(post: Post):
    await post.member(7, "Rosa Marin")
    post.dispatcher()
    post.clock.at = MORNING - HOUR / 2  # 17:30 in Tokyo
    await rhythm(post, zone="Asia/Tokyo")
    assert await days_after(post, MORNING + DAY) == ["Tue 10 00"]  # 9:00 in Tokyo


async def test_a_way_that_is_noted_late_calls_at_once(post: Post):
    (key,) = await post.member(7, "Rosa Marin")
    dispatcher = post.dispatcher()
    talk = await schedule(post, key, datetime(2026, 3, 6, 16, 0, tzinfo=UTC), Mode.IN_PERSON)
    await run_until(post, dispatcher, datetime(2026, 3, 6, 14, 29, tzinfo=UTC))
    async with post.db.write() as session:
        on = await access_talk(session, 7, talk)
        await note_details(session, by=me(post), on=on, details={}, way_minutes=150)
    assert await days_after(post, datetime(2026, 3, 6, 16, 0, tzinfo=UTC)) == ["Fri 06 14"]


async def test_a_question_about_a_talk_that_comes_back_at_night_waits_for_its_end(post: Post):
    (key,) = await post.member(7, "Rosa Marin")
    dispatcher = post.dispatcher()
    await schedule(post, key, datetime(2026, 3, 4, 15, 0, tzinfo=UTC))
    await run_until(post, dispatcher, datetime(2026, 3, 4, 15, 10, tzinfo=UTC))
    async with post.db.write() as session:
        await remove_contact(session, by=me(post), key=key)
    post.clock.at = datetime(2026, 3, 4, 23, 0, tzinfo=UTC)
    async with post.db.write() as session:
        await restore_contact(session, by=me(post), key=key)
    end = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)
    assert await days_after(post, end) == ["Thu 05 08", "Thu 05 09"]


@pytest.mark.parametrize(
    ("undone_at", "came"),
    [
        # The talk was on Tuesday at 22:00: the last call is on Friday at 18:00.
        (datetime(2026, 3, 5, 15, 0, tzinfo=UTC), ["Fri 06 09", "Fri 06 18"]),
        (datetime(2026, 3, 6, 15, 0, tzinfo=UTC), ["Fri 06 18"]),
        (datetime(2026, 3, 6, 19, 0, tzinfo=UTC), ["Fri 06 19"]),
        (datetime(2026, 3, 6, 21, 30, tzinfo=UTC), []),  # at night, and over when that is
    ],
)
async def test_a_thank_you_that_comes_back_is_in_time_and_said_once(
    post: Post, undone_at: datetime, came: list[str]
):
    (key,) = await post.member(7, "Rosa Marin")
    post.dispatcher()
    await schedule(post, key, datetime(2026, 3, 3, 22, 0, tzinfo=UTC))
    post.clock.at = datetime(2026, 3, 4, 8, 30, tzinfo=UTC)
    for row in await post.rows(Reminder, "key", "kind"):
        if row[1] == "debrief":  # this is about the thank-you alone
            await dismiss(post, row[0])
    await log(post, key, TouchKind.THANKED)
    post.clock.at = undone_at
    await undo_last(post)
    assert await days_after(post, datetime(2026, 3, 7, 12, 0, tzinfo=UTC)) == came


async def dismiss(post: Post, reminder: str) -> None:
    post.clock.at += MINUTE
    async with post.db.write() as session:
        pressed = await access_pressed(session, post.content, 7, reminder)
        await decide(session, by=me(post), pressed=pressed, verdict=Verdict.NOT_NEEDED)


async def test_a_decision_that_is_taken_back_days_later_comes_with_the_next_morning_message(
    post: Post,
):
    await post.member(7, "Rosa Marin")
    post.dispatcher()
    ((reminder,),) = await post.rows(Reminder, "key")
    await dismiss(post, reminder)
    post.clock.at = MORNING + timedelta(days=2, hours=6)
    await undo_last(post)
    assert await days_after(post, MORNING + 4 * DAY) == ["Thu 12 09"]


async def test_an_idea_that_an_undo_plans_again_comes_with_the_next_morning_message(post: Post):
    await post.member(7, weekdays="0123456")
    post.dispatcher()
    await rhythm(post, ideas=True)
    post.clock.at = START + 13 * DAY  # Sunday; the idea was to come on Monday
    await rhythm(post, check_in_days=40)
    post.clock.at += 3 * DAY
    await undo_last(post)
    assert await days_after(post, START + 18 * DAY) == ["Thu 19 09"]


async def test_a_notebook_brought_back_days_later_is_not_late(post: Post):
    await post.member(7, "Rosa Marin")
    post.dispatcher()
    async with post.db.read() as session:
        text = write_export(await gather_export(session, 7, now=post.clock.at))
    whole = read_whole(text, post.db.keyring)
    assert whole is not None
    async with post.db.write() as session:
        await erase_member(session, 7)
    post.clock.at = MORNING + timedelta(days=2, hours=6)
    async with post.db.write() as session:
        await bring_back(session, by=me(post), whole=whole)
    await settings(post, dm_channel_id=1007)
    assert await days_after(post, MORNING + 4 * DAY) == ["Thu 12 09"]


async def test_a_talk_of_the_day_before_yesterday_that_is_noted_now_has_its_last_call_today(
    post: Post,
):
    await post.member(7)
    post.dispatcher()
    post.clock.at += timedelta(minutes=30)
    async with post.db.write() as session:
        await hold_talk(session, me(post), "Rosa Marin", post.clock.at.date() - 2 * DAY)
    assert await days_after(post, START + 3 * DAY) == ["Mon 02 18"]


async def test_a_talk_of_yesterday_that_is_noted_now_has_its_next_morning_and_its_last_call(
    post: Post,
):
    await post.member(7)
    post.dispatcher()
    async with post.db.write() as session:
        await hold_talk(session, me(post), "Rosa Marin", post.clock.at.date() - DAY)
    assert await days_after(post, START + 3 * DAY) == ["Tue 03 09", "Tue 03 18"]


async def test_the_list_of_what_is_planned_names_the_day_on_which_it_comes(post: Post):
    (key,) = await post.member(7, "Rosa Marin")
    async with post.db.write() as session:
        await remove_contact(session, by=me(post), key=key)
    post.clock.at = MORNING + 6 * HOUR
    async with post.db.write() as session:
        await restore_contact(session, by=me(post), key=key)
    async with post.db.read() as session:
        outlook = await list_planned(session, 7, now=post.clock.at, guild_id=None)
    (planned,) = outlook.planned
    assert planned.at.date() == date(2026, 3, 10)


async def test_what_is_of_this_morning_and_not_sent_yet_keeps_its_minute(post: Post):
    (key,) = await post.member(7, "Rosa Marin")
    ((wakes,),) = await post.rows(Reminder, "wake_at")
    assert wakes > MORNING  # spread over ten minutes
    post.clock.at = MORNING + (wakes - MORNING) / 2
    async with post.db.write() as session:
        await remove_contact(session, by=me(post), key=key)
        await restore_contact(session, by=me(post), key=key)
    assert await post.rows(Reminder, "wake_at", "state") == [(wakes, ReminderState.WAITING)]


async def test_what_has_expired_meanwhile_lapses(post: Post):
    (key,) = await post.member(7, "Rosa Marin")
    post.dispatcher()
    async with post.db.write() as session:
        await remove_contact(session, by=me(post), key=key)
    post.clock.at = MORNING + 22 * DAY
    async with post.db.write() as session:
        await restore_contact(session, by=me(post), key=key)
    assert await days_after(post, MORNING + 30 * DAY) == []
    assert await post.rows(Reminder, "state") == [(ReminderState.LAPSED,)]


async def test_a_bot_that_was_offline_says_so_even_after_the_member_did_something(post: Post):
    (key,) = await post.member(7, "Rosa Marin")
    dispatcher = post.dispatcher()
    post.clock.at = datetime.combine(MORNING.date() + 3 * DAY, time(15), tzinfo=UTC)
    await log(post, key, TouchKind.NOTE)  # before the first tick
    await dispatcher.run_due()
    (text,) = post.discord.texts(1007)
    assert "This comes 3 days late: I was offline." in text

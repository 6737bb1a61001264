from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.rules.presses import Press
from bot.storage.models import Delivery, Reminder
from cogs._ui.cards import buttons
from tests.cogs.playing import Club, Player, labels_of


async def test_an_empty_notebook_still_shows_a_next_step(ana: Player) -> None:
    reply = await ana.slash("today")
    assert reply.is_private
    assert "Next best step" in reply.text
    assert reply.labels[:4] == ["Start", "Find a person", "Log", "Add a person"]


async def test_a_person_to_ask_is_the_next_step_before_they_are_due(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    reply = await ana.slash("today")
    assert "**Next best step:** Ask Rosa for a short talk" in reply.text
    assert reply.labels[0] == "Draft"


async def test_what_is_overdue_comes_with_its_day_and_opens_its_message(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("log", what="asked", contact="rosa", when="yesterday")
    await club.pass_days(9)
    reply = await ana.slash("today")
    assert "Write to Rosa again: no answer yet" in reply.text
    assert "due since Mon 9 Mar" in reply.text
    opened = await ana.press(reply, "Open")
    assert "No answer from Rosa yet" in opened.text
    assert "I wrote again" in opened.labels


async def test_a_first_talk_goes_from_prepare_to_thanks(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="Mar 5 3pm")
    assert "**Next best step:** Prepare for Rosa" in (await ana.slash("today")).text
    await club.pass_time(datetime(2026, 3, 5, 16, 0, tzinfo=UTC))
    over = await ana.slash("today")
    assert "Note down your talk with Rosa" in over.text
    await ana.fill(await ana.press(over, "We talked"), {})
    thanks = await ana.slash("today")
    assert "Thank Rosa" in thanks.text
    assert " · until <t:1772982000:f>" in thanks.text  # 8 March, 15:00 UTC
    await ana.slash("log", what="thanked", contact="rosa")
    assert "Thank Rosa" not in (await ana.slash("today")).text


async def test_a_talk_in_two_weeks_is_named_below(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="Mar 17 3pm")
    reply = await ana.slash("today")
    assert "The next talk: Rosa, <t:1773759600:F>" in reply.text
    assert "Find a person" in reply.labels


@pytest.mark.parametrize(("people", "said"), [(20, "and 15 more"), (21, "and many more")])
async def test_many_things_are_five_lines_and_a_count(
    club: Club, ana: Player, people: int, said: str
) -> None:
    names = "\n".join(f"Person{number} Q" for number in range(people))
    form = await ana.press(await ana.slash("contact ideas"), "Note names")
    await ana.fill(form, {"One name a line": names})
    await club.pass_days(8)
    reply = await ana.slash("today")
    assert reply.labels.count("Open") == 5
    assert said in reply.text


async def test_today_under_a_message_opens_the_day_and_proves_it(club: Club, ana: Player) -> None:
    await ana.slash("log", what="asked", contact="Rosa Vega")
    await club.pass_days(7)
    reply = await club.in_dm(ana).press(ana.dm, "Today")
    assert "Write to Rosa again" in reply.text
    async with club.bot.db.read() as session:
        rows = (await session.execute(select(Delivery.pressed_at))).scalars().all()
    assert [at is not None for at in rows] == [True]


async def test_an_open_button_that_came_too_late_shows_the_card(club: Club, ana: Player) -> None:
    await ana.slash("log", what="asked", contact="Rosa Vega")
    await ana.slash("log", what="asked", contact="Leo Park")
    await club.pass_days(7)
    dm = ana.dm
    assert "two things today" in dm.content
    home = club.in_dm(ana)
    opened = await home.press(dm, "Open 1")
    assert "I wrote again" in opened.labels
    assert "Fewer messages" not in opened.labels
    await home.press(opened, "I wrote again")
    again = await home.press(dm, "Open 1")
    assert "noted already (today)" in again.text
    assert "What happened" in again.text


async def test_somebody_else_sees_nothing_through_a_copied_button(club: Club, ana: Player) -> None:
    await ana.slash("log", what="asked", contact="Rosa Vega")
    await club.pass_days(7)
    ben = club.member("Ben")
    async with club.bot.db.read() as session:
        key = (await session.execute(select(Reminder.key).limit(1))).scalar_one()
    channel = club.bot.get_channel(club.channel.id)
    await channel.send("copied", view=buttons(((Press("r", key, "open", "Open"),),)))
    message = club.channel.history(viewer=ben.user)[-1]
    reply = await ben.press(message, "Open")
    assert reply.is_private
    assert "Rosa" not in reply.text
    assert "somebody else's notebook" in reply.text


async def test_closed_dms_are_named_with_their_remedies(club: Club, ana: Player) -> None:
    await ana.slash("log", what="asked", contact="Rosa Vega")
    club.env.inject_error(
        "POST",
        f"/channels/{ana.user.dm_channel.id}/messages",
        status=403,
        code=50007,
        message="Cannot send messages to this user",
        times=None,
    )
    await club.pass_days(7)
    reply = await ana.slash("today")
    assert "I could not send you a message" in reply.text
    assert "Write to Rosa again: no answer yet · my message did not reach you" in reply.text
    club.env.backend.faults.clear()
    await club.pass_days(0.1)
    assert "No answer from Rosa yet" in ana.dm.content
    assert "did not reach you" not in (await ana.slash("today")).text


async def talked_a_while_ago(club: Club, ana: Player) -> Player:
    await ana.slash("contact add", name="Rosa Vega")
    talked = await ana.slash("interview done", contact="Rosa")
    await ana.fill(talked, {})
    await ana.slash("log", what="thanked", contact="Rosa")
    await club.pass_days(48)
    assert "since you and Rosa were in touch" in ana.dm.content
    return club.in_dm(ana)


async def test_a_check_in_that_was_delivered_stays_until_it_is_done(
    club: Club, ana: Player
) -> None:
    dm = await talked_a_while_ago(club, ana)
    assert "Let Rosa know how you are getting on" in (await dm.slash("today")).text
    await dm.slash("log", what="wrote", contact="Rosa")
    assert "Let Rosa know" not in (await dm.slash("today")).text


async def test_a_check_in_that_was_skipped_is_gone(club: Club, ana: Player) -> None:
    dm = await talked_a_while_ago(club, ana)
    await dm.press(dm.dm, "Skip this one")
    assert "Let Rosa know" not in (await dm.slash("today")).text


async def test_a_talk_without_notes_says_after_72_hours_that_late_thanks_are_better_than_none(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="Mar 4 10am")
    await club.pass_days(3)
    late = "No notes yet on your talk with Rosa · a late thank-you is better than none"
    in_time = await ana.slash("today")
    assert "No notes yet on your talk with Rosa" in in_time.text
    assert late not in in_time.text
    await club.pass_days(2)
    assert late in (await ana.slash("today")).text
    thanks = [dm for dm in ana.dms if "Not needed" in labels_of(dm)]
    await club.in_dm(ana).press(thanks[-1], "Not needed")
    assert late not in (await ana.slash("today")).text


RESTING = "Rosa has not answered, so I moved them to Resting."


async def test_a_request_that_came_to_rest_is_mentioned_for_a_week_and_not_asked_about(
    club: Club, ana: Player
) -> None:
    await ana.slash("log", what="asked", contact="Rosa Vega")
    await club.pass_days(27)  # two messages came, a week apart, and nothing was pressed
    assert "One last line to Rosa" in (await ana.slash("today")).text
    await club.pass_days(1)
    today = (await ana.slash("today")).text
    assert RESTING in today
    assert "One last line" not in today
    await club.pass_days(6)
    assert RESTING in (await ana.slash("today")).text
    await club.pass_days(1)
    assert RESTING not in (await ana.slash("today")).text


async def test_who_wrote_twice_in_vain_is_told_that_the_request_rests(
    club: Club, ana: Player
) -> None:
    for name in ("Rosa Vega", "Leo Meyer"):
        await ana.slash("log", what="asked", contact=name)
        await ana.slash("log", what="wrote", contact=name)
    await club.pass_days(3)
    for name in ("rosa", "leo"):
        await ana.slash("log", what="wrote", contact=name)
    await club.pass_days(13)
    assert "Resting" not in (await ana.slash("today")).text
    await club.pass_days(1)
    today = (await ana.slash("today")).text
    assert "not answered, so I moved them to Resting" in today
    assert "Rosa" in today
    assert "Leo" in today
    await ana.press(await ana.slash("log", what="answered", contact="rosa"), "No")
    today = (await ana.slash("today")).text
    assert "Leo has not answered" in today
    assert "Rosa" not in today
    await club.pass_days(7)
    assert "Resting" not in (await ana.slash("today")).text


def close_dms(club: Club) -> None:
    for path in ("/users/@me/channels", "/channels/*/messages"):
        club.env.inject_error(
            "POST", path, status=403, code=50007, message="Cannot send messages", times=None
        )


async def test_a_hello_that_did_not_arrive_is_said(club: Club, ana: Player) -> None:
    form = await ana.press(await ana.slash("start"), "Begin")
    await ana.fill(form, {"Your name, as you sign": "Ana"})
    close_dms(club)
    await club.pass_days(0.1)
    today = await ana.slash("today")
    assert "I could not send you a message" in today.text
    assert "My hello did not reach you" in today.text
    club.env.backend.faults.clear()
    await club.pass_days(0.1)
    assert "this is where my messages will reach you" in ana.dm.content
    assert "did not reach you" not in (await ana.slash("today")).text


async def test_an_idea_that_did_not_arrive_opens_in_today(club: Club, ana: Player) -> None:
    await ana.press(await ana.slash("reminders"), "Monday ideas")
    close_dms(club)
    await club.pass_days(14)
    today = await ana.slash("today")
    assert "One small step for this week · my message did not reach you" in today.text
    assert "One idea" in (await ana.press(today, "Open")).labels

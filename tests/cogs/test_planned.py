"""What is planned with somebody reads as one line a matter, and is true at the moment."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.rules.records import Kind
from cogs._ui.planned import Planned, planned_lines
from tests.cogs.playing import Club, Player, Reply, labels_of

NOW = datetime(2026, 3, 3, 15, tzinfo=UTC)


def stamp(day: int, hour: int = 9, style: str = "D") -> str:
    return f"<t:{int(datetime(2026, 3, day, hour, tzinfo=UTC).timestamp())}:{style}>"


async def test_a_booked_talk_lists_each_matter_once_with_all_its_moments(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    booked = await ana.slash("interview schedule", contact="rosa", when="Mar 9 3pm")
    lines = [line for line in booked.text.splitlines() if line.startswith("- ")]
    assert len(lines) == 5
    thanks = f"{stamp(10)}, again {stamp(11)}, last call {stamp(12, style='f')}"
    assert lines[4].startswith(f"- say thank you: {thanks} (")
    assert f"{stamp(9, 15, 'f')}" not in booked.text.split("What I will remind you of")[1]


async def test_what_is_overdue_is_not_said_to_come(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    asked = await ana.slash("log", what="answered", contact="rosa")
    await ana.press(asked, "Yes")
    await club.pass_days(4)
    card = await ana.slash("contact show", contact="rosa")
    assert f"- find a date: due since {stamp(5)}, again {stamp(12)} (only" in card.text


async def two_talks(ana: Player) -> Reply:
    """Book talks with Rosa for 10 and 20 March; gives the reply about the second."""
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="Mar 10 3pm")
    asked = await ana.slash("interview schedule", contact="rosa", when="Mar 20 3pm")
    return await ana.press(asked, "Another talk")


async def test_a_reply_about_one_of_two_talks_lists_what_is_planned_around_that_one(
    ana: Player,
) -> None:
    booked = await two_talks(ana)
    lines = [line for line in booked.text.splitlines() if line.startswith("- ")]
    assert len(lines) == 5
    assert lines[1].startswith(f"- confirm the talk: {stamp(19, 18, 'f')} (")
    assert str(int(datetime(2026, 3, 9, 18, tzinfo=UTC).timestamp())) not in booked.text


async def test_the_card_says_which_of_two_talks_each_line_is_about(ana: Player) -> None:
    await two_talks(ana)
    card = await ana.slash("contact show", contact="rosa")
    first, second = "on Tuesday 10 March", "on Friday 20 March"
    assert f"- confirm the talk {first}: {stamp(9, 18, 'f')} (" in card.text
    assert f"- confirm the talk {second}: {stamp(19, 18, 'f')} (" in card.text
    thanks = f"{stamp(11)}, again {stamp(12)}, last call {stamp(13, 9, 'f')}"
    assert f"- say thank you for the talk {first}: {thanks} (" in card.text
    assert f"- say thank you for the talk {second}: {stamp(21)}, again" in card.text


async def test_a_talk_that_is_off_does_not_hide_that_the_other_one_stays(ana: Player) -> None:
    await two_talks(ana)
    asked = await ana.slash("interview cancel", contact="rosa")
    off = await ana.press(asked, "Tuesday 10 March, 3:00 pm")
    assert "Nothing is planned around this talk now." in off.text
    assert "confirm the talk" not in off.text
    card = await ana.slash("contact show", contact="rosa")
    assert f"- confirm the talk: {stamp(19, 18, 'f')} (" in card.text


async def test_a_talk_noted_beside_a_booked_one_lists_its_own_thanks_alone(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="Mar 10 3pm")
    asked = await ana.slash("interview done", contact="rosa")
    noted = await ana.fill(await ana.press(asked, "One that is not in my book"), {})
    thanks = f"{stamp(4)}, again {stamp(5)}, last call {stamp(5, 18, 'f')}"
    assert f"- say thank you: {thanks} (" in noted.text
    assert "confirm the talk" not in noted.text


async def test_what_comes_next_says_which_of_two_talks_it_is_about(ana: Player) -> None:
    await two_talks(ana)
    noted = await ana.slash("log", what="note", contact="rosa", text="Likes tea")
    assert "Next: **prepare the talk on Tuesday 10 March**" in noted.text


async def test_reminders_say_which_of_two_talks_each_message_is_about(ana: Player) -> None:
    await two_talks(ana)
    planned = await ana.slash("reminders")
    assert f"**{stamp(9, 18)}** confirm the talk on Tuesday 10 March · Rosa Vega" in planned.text


async def test_a_promise_noted_days_after_the_talk_is_counted_from_the_note(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await club.pass_days(6)
    form = await ana.slash("interview done", contact="rosa", when="Mar 5")
    reply = await ana.fill(form, {"What will you do next?": "Read a book"})
    promise = f"- do what you said you would: {stamp(16)} (a week after you noted it)"
    assert promise in reply.text


def test_two_promises_of_one_morning_are_one_line() -> None:
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    lines = planned_lines([Planned(Kind.PROMISE, 1, at), Planned(Kind.PROMISE, 1, at)], NOW)
    assert lines == [f"- do what you said you would: {stamp(10)} (a week after you noted it)"]


async def test_the_morning_after_a_talk_without_notes_brings_one_message(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="tomorrow 3pm")
    await club.pass_time(datetime(2026, 3, 5, 12, tzinfo=UTC))
    mornings = [dm for dm in ana.dms if dm.created_at.day == 5]
    assert len(mornings) == 1
    assert mornings[0].content.startswith("If you talked to Rosa yesterday, send a thank-you today")
    assert "Press We talked and note what they said, and I word it for you. Or start from" in (
        mornings[0].content
    )
    assert labels_of(mornings[0])[:5] == [
        "We talked",
        "I sent it",
        "Draft",
        "Tonight",
        "Not needed",
    ]
    form = await club.in_dm(ana).press(mornings[0], "We talked")
    assert form.title == "Your talk with Rosa"


async def test_today_names_the_next_message(ana: Player) -> None:
    await ana.slash("log", what="asked", contact="Rosa Vega")
    today = await ana.slash("today")
    assert f"My next message: {stamp(10)}, write again, Rosa (if they have not" in today.text
    await ana.slash("reminders", pause_until="Mar 20")
    assert "My next message" not in (await ana.slash("today")).text


async def test_the_zone_that_stands_in_is_named_as_it_is(ana: Player) -> None:
    noted = await ana.slash("log", what="asked", contact="Rosa Vega")
    assert "I count in UTC until I know your time zone, and write without a sound" in noted.text
    assert "Which time zone are you in?" in noted.labels
    profile = await ana.slash("profile")
    assert "so I count in UTC: pick yours below." in profile.text


async def test_a_delivered_reminder_that_a_later_entry_settled_is_off_the_card(
    club: Club, ana: Player
) -> None:
    await ana.slash("log", what="asked", contact="Rosa Vega")
    await club.pass_days(8)
    assert "- write again: due since" in (await ana.slash("contact show", contact="rosa")).text
    await ana.press(await ana.slash("log", what="answered", contact="rosa"), "No")
    assert "write again" not in (await ana.slash("contact show", contact="rosa")).text


async def test_two_promises_to_one_person_are_told_apart_in_what_is_planned(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    talked = await ana.slash("interview done", contact="rosa")
    promised = "read *the* book\njoin the club " + "of those who read " * 8
    await ana.fill(talked, {"What did you enjoy?": "all", "What will you do next?": promised})
    shown = (await ana.slash("reminders")).text
    told = [line for line in shown.splitlines() if "what you said you would" in line]
    assert any("you would: read \\*the\\* book · Rosa Vega" in line for line in told)
    (long,) = (line for line in told if "join the club of those" in line)
    assert long.endswith("… · Rosa Vega")
    assert len(told) == 2

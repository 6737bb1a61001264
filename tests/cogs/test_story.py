"""The story of one student, from /start to the second check-in, across a change of the clocks."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.cogs.playing import Club, Player, labels_of, text_of

NEW_YORK = ZoneInfo("America/New_York")
FOOT = ["Today", "Fewer messages"]
STORY = Path(__file__).with_name("story.txt")
"""Every message of the story, as it arrives."""


def mail(player: Player) -> list[tuple[str, str]]:
    """List what the bot wrote unasked: the member's wall clock, and the words."""
    return [
        (
            message.created_at.astimezone(NEW_YORK).strftime("%a %d %b %H:%M"),
            message.content,
        )
        for message in player.dms
        if message.content
    ]


async def begin(ana: Player) -> None:
    form = await ana.press(await ana.slash("start"), "Begin")
    reply = await ana.fill(
        form,
        {
            "A field you are curious about": "health care",
            "One person you know who works": "Rosa Vega",
            "Your name, as you sign": "Ana Novak",
            "You in one line": "a second-year biology student",
            "Your time zone": ["America/New_York"],
        },
    )
    assert "Rosa Vega" in reply.text
    draft = await ana.press(reply, "Draft your message")
    assert "Ana Novak, a second-year biology student." in draft.text
    asked = await ana.press(await ana.press(draft, "I sent it"), "Yes, I filled them in")
    assert "write again" in asked.text


async def get_a_date(dm: Player) -> None:
    answered = await dm.press(await dm.press(dm.dm, "They answered"), "Yes")
    assert "find a date" in answered.text
    booked = await dm.slash("interview schedule", contact="rosa", when="Mar 19 3pm", mode="video")
    assert "Thursday 19 March, 3:00 pm" in booked.text


async def note_the_talk(dm: Player) -> None:
    form = await dm.press(dm.dm, "We talked")
    noted = await dm.fill(
        form,
        {
            "What did you enjoy?": "How you moved from the ward to teaching",
            "What advice did they give?": "Shadow somebody for a day before I choose",
            "What will you do next?": "Ask the clinic for a shadowing day",
            "May you keep in touch?": ["email"],
            "How did it feel?": ["connection"],
        },
    )
    assert "how you moved from the ward to teaching." in noted.text
    named = await dm.press(noted.messages[0], "Add a person they named")
    leo = await dm.fill(
        named,
        {
            "Name": "Leo Meyer",
            "Role and organization": "Nurse educator, City Hospital",
            "How to reach them": "leo@city.example",
            "May you use Rosa's name?": ["yes"],
            "Who makes the introduction?": ["no"],
        },
    )
    assert "Leo Meyer" in leo.text
    draft = await dm.draft(contact="leo")
    assert "Rosa Vega" in draft.text  # named by permission (R58)


async def test_one_student_from_the_first_press_to_the_second_check_in(
    club: Club, ana: Player
) -> None:
    dm = club.in_dm(ana)
    await begin(ana)
    await club.pass_days(0.01)
    await dm.press(dm.dm, "It arrived")

    await club.pass_time(datetime(2026, 3, 11, 12, 0, tzinfo=UTC))
    assert labels_of(ana.dm) == ["I wrote again", "They answered", "Draft", "Let it rest", *FOOT]
    await get_a_date(dm)

    await club.pass_time(datetime(2026, 3, 17, 14, 0, tzinfo=UTC))
    assert labels_of(ana.dm) == ["Questions", "Note about me", "Ready", *FOOT]
    await club.pass_time(datetime(2026, 3, 18, 23, 0, tzinfo=UTC))
    assert labels_of(ana.dm) == ["All set", "Ask them", "It moved", *FOOT]
    await club.pass_time(datetime(2026, 3, 19, 18, 50, tzinfo=UTC))
    assert labels_of(ana.dm) == ["Sheet", "Running late", *FOOT]
    await club.pass_time(datetime(2026, 3, 19, 20, 0, tzinfo=UTC))
    await note_the_talk(dm)

    await club.pass_time(datetime(2026, 3, 20, 14, 0, tzinfo=UTC))
    assert "about your advice: shadow somebody for a day" in text_of(ana.dm)
    thanked = await dm.press(ana.dm, "I sent it")
    assert "you thanked **Rosa**" in thanked.text

    card = await dm.slash("contact show", contact="rosa")
    assert "Their advice: Shadow somebody for a day before I choose" in card.text
    assert "Led you to: Leo Meyer" in card.text

    await club.pass_time(datetime(2026, 3, 26, 14, 0, tzinfo=UTC))
    assert "1. " in text_of(ana.dm)
    await dm.slash("log", what="asked", contact="leo")
    await dm.press(await dm.slash("log", what="answered", contact="leo"), "No")

    await club.pass_time(datetime(2026, 5, 4, 14, 0, tzinfo=UTC))
    assert labels_of(ana.dm) == ["I wrote", "Draft", "Skip this one", "Stop for Rosa", *FOOT]
    await dm.press(ana.dm, "I wrote")
    await club.pass_time(datetime(2026, 8, 5, 14, 0, tzinfo=UTC))

    story = "\n\n".join(f"== {when}\n{text}" for when, text in mail(ana))
    assert story == STORY.read_text().strip()
    per_day = Counter(when[:10] for when, _ in mail(ana))
    assert {day for day, count in per_day.items() if count > 1} == {"Thu 19 Mar"}  # the talk's own

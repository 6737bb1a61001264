from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.notebook.interviews import TalkPage
from tests.cogs.playing import Club, Player, Reply
from tests.cogs.test_interviews import book, talks_of

EVENING_BEFORE = datetime(2026, 3, 9, 18, 1, tzinfo=UTC)


def ids_of(on: TalkPage) -> set[str]:
    """The ids of the questions that are kept with a talk."""
    return {row["id"] for row in on.talk.details["questions"]}


async def at_the_talk(player: Player) -> Reply:
    """Turn the sheet of the talk with Rosa to its second side."""
    sheet = await player.slash("interview prepare", contact="rosa")
    return await player.press(sheet, "At the talk")


@pytest.mark.parametrize(
    ("mode", "here", "elsewhere"),
    [
        ("in_person", "pay for both coffees", "camera and sound"),
        ("video", "camera and sound", "pay for both coffees"),
        ("phone", "Who calls whom", "camera and sound"),
    ],
)
async def test_the_sheet_speaks_of_how_people_talk(
    ana: Player, mode: str, here: str, elsewhere: str
) -> None:
    await book(ana, mode=mode)
    sheet = await ana.slash("interview prepare", contact="rosa")
    assert here in sheet.text
    assert elsewhere not in sheet.text
    for title in ("Who they are", "Why their view helps", "Read up on them", "Check", "Bring"):
        assert f"**{title}" in sheet.text
    turned = await ana.press(sheet, "At the talk")
    for title in ("An opening", "Your questions", "While you talk"):
        assert f"**{title}" in turned.text
    back = await ana.press(turned, "Before the talk")
    assert back.text == sheet.text


async def test_the_longest_sheet_is_not_cut(ana: Player) -> None:
    booked = await book(ana, mode="in_person", minutes=60)
    form = await ana.press(booked, "Details")
    labels = list(form.held)
    await ana.fill(form, dict.fromkeys(labels, "*" * 100))
    before = await ana.slash("interview prepare", contact="rosa")
    during = await ana.press(before, "At the talk")
    assert "7. " in during.text
    for side in (before, during):
        assert not side.text.split("\n-# R")[0].endswith("…")
        assert len(side.text) < 4000


async def test_questions_are_five_to_seven_and_stay_with_the_talk(club: Club, ana: Player) -> None:
    await book(ana)
    first = await at_the_talk(ana)
    again = await at_the_talk(ana)
    assert first.text == again.text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert 5 <= len(talk.talk.details["questions"]) <= 7
    for row in talk.talk.details["questions"]:
        assert row["text"] == club.bot.content.questions[row["id"]].text
        assert row["text"] in first.text


async def test_swapping_gives_other_questions_and_undo_brings_the_first_back(
    club: Club, ana: Player
) -> None:
    await book(ana)
    sheet = await ana.slash("interview prepare", contact="rosa")
    shown = await ana.press(sheet, "Questions")
    (before,) = await talks_of(club, ana, "Rosa")
    swapped = await ana.press(shown, "Regenerate the rest")
    (after,) = await talks_of(club, ana, "Rosa")
    assert not ids_of(before) & ids_of(after)
    await ana.press(swapped, "Undo")
    (undone,) = await talks_of(club, ana, "Rosa")
    assert undone.talk.details["questions"] == before.talk.details["questions"]


async def test_what_was_asked_in_the_first_talk_does_not_come_again(
    club: Club, ana: Player
) -> None:
    await book(ana, "tomorrow 3pm")
    await club.pass_days(1.5)
    await ana.fill(await ana.slash("interview done", contact="rosa"), {})
    await ana.slash("interview schedule", contact="rosa", when="in 10 days 3pm")
    await ana.slash("interview prepare", contact="rosa")
    first, second = await talks_of(club, ana, "Rosa")
    assert ids_of(first)
    assert ids_of(second)
    assert not ids_of(first) & ids_of(second)


async def test_ready_ends_the_preparation_and_a_second_press_says_so(ana: Player) -> None:
    await book(ana)
    sheet = await ana.slash("interview prepare", contact="rosa")
    ready = await ana.press(sheet, "Ready")
    assert "You are ready for **Rosa**" in ready.text
    assert "prepare the talk" not in ready.text
    assert "noted already" in (await ana.press(sheet, "Ready")).text
    assert "Ready" not in (await ana.slash("interview prepare", contact="rosa")).labels


async def test_the_note_about_me_is_one_press_away(ana: Player) -> None:
    await book(ana)
    sheet = await ana.slash("interview prepare", contact="rosa")
    note = await ana.press(sheet, "Note about me")
    assert "a few lines about me" in note.text


async def test_the_prepare_nudge_leads_to_questions_and_ready(club: Club, ana: Player) -> None:
    await book(ana)
    await club.pass_time(datetime(2026, 3, 8, 9, 15, tzinfo=UTC))
    dm = club.in_dm(ana)
    assert "Half an hour today makes it a good one" in dm.dm.content
    nudge = dm.dm
    assert "Questions for Rosa" in (await dm.press(nudge, "Questions")).text
    ready = await dm.press(nudge, "Ready")
    assert "You are ready" in ready.text
    assert not ready.is_private
    assert "noted already" in (await dm.press(nudge, "Ready")).text


async def test_ask_them_words_the_confirmation_and_all_set_settles_it(
    club: Club, ana: Player
) -> None:
    await book(ana)
    await club.pass_time(EVENING_BEFORE)
    dm = club.in_dm(ana)
    nudge = dm.dm
    asked = await dm.press(nudge, "Ask them")
    assert "## Confirming the talk: Rosa Vega" in asked.text
    settled = await dm.press(nudge, "All set")
    assert "All set for **Rosa**" in settled.text
    assert "confirm the talk" not in settled.text
    assert "noted already" in (await dm.press(nudge, "All set")).text


async def test_all_set_after_the_talk_began_is_told_so(club: Club, ana: Player) -> None:
    await book(ana)
    await club.pass_time(EVENING_BEFORE)
    dm = club.in_dm(ana)
    nudge = dm.dm
    await club.pass_time(datetime(2026, 3, 10, 15, 5, tzinfo=UTC))
    assert "too old for that button" in (await dm.press(nudge, "All set")).text


async def test_it_moved_under_the_confirmation_asks_for_the_new_time(
    club: Club, ana: Player
) -> None:
    await book(ana, minutes=45)
    await club.pass_time(EVENING_BEFORE)
    dm = club.in_dm(ana)
    nudge = dm.dm
    form = await dm.press(nudge, "It moved")
    assert form.title == "When do you talk to Rosa now?"
    moved = await dm.fill(form, {"When?": "Mar 17 10am"})
    assert "Tuesday 17 March, 10:00 am" in moved.text
    assert "45 minutes" in moved.text
    late = await dm.press(nudge, "All set")
    assert "noted already" in late.text or "has moved meanwhile" in late.text


async def test_set_the_date_under_a_nudge_books_the_talk(club: Club, ana: Player) -> None:
    await book(ana)
    await ana.slash("interview cancel", contact="rosa")
    await club.pass_days(2)
    dm = club.in_dm(ana)
    nudge = dm.dm
    assert "has no new date" in nudge.content
    form = await dm.press(nudge, "Set the date")
    booked = await dm.fill(form, {"When?": "Mar 20 10am"})
    assert "Friday 20 March, 10:00 am" in booked.text
    assert "noted already" in (await dm.press(nudge, "Set the date")).text


async def test_the_sheet_is_at_hand_when_the_talk_starts(club: Club, ana: Player) -> None:
    await book(ana)
    await club.pass_time(datetime(2026, 3, 10, 14, 50, tzinfo=UTC))
    dm = club.in_dm(ana)
    sheet = await dm.press(dm.dm, "Sheet")
    assert "Your talk with Rosa" in sheet.text

from __future__ import annotations

import pytest

from tests.cogs.mischief import (
    card_of,
    count,
    key_of,
    names,
    press_anything,
    remove,
    replies_expire,
)
from tests.cogs.playing import Club, Player


@pytest.fixture
async def rosa(ana: Player) -> Player:
    await ana.slash("contact add", name="Rosa Vega")
    return ana


@pytest.mark.parametrize("label", ["I thanked them", "They answered"])
async def test_a_press_that_notes_something_notes_it_once(
    club: Club, rosa: Player, label: str
) -> None:
    card = await rosa.press(await card_of(rosa), "Log")
    if label == "They answered":
        card, label = await rosa.press(card, label), "Yes"
    await rosa.press(card, label)
    again = await rosa.press(card, label)
    assert "noted already for today" in again.text
    assert await count(club, "touches") == 1


async def test_the_second_time_of_a_day_is_taken_in_words(club: Club, rosa: Player) -> None:
    await rosa.press(await rosa.press(await card_of(rosa), "Log"), "I thanked them")
    await rosa.slash("log", what="thanked", contact="rosa")
    assert await count(club, "touches") == 2


async def test_removing_twice_says_that_it_is_done(rosa: Player) -> None:
    more = await rosa.press(await card_of(rosa), "More")
    removed = await rosa.press(more, "Remove")
    assert "can't find that in your notebook" in (await rosa.press(more, "Remove")).text
    assert "Undone" in (await rosa.press(removed, "Undo")).text
    assert "undone already" in (await rosa.press(removed, "Undo")).text


async def test_restoring_twice_takes_nobody_away(club: Club, rosa: Player) -> None:
    await remove(rosa)
    removed = await rosa.press(await rosa.slash("contact list"), "Removed people")
    assert "Welcome back" in (await rosa.press(removed, "Restore")).text
    again = await rosa.press(removed, "Restore")
    assert "are in your notebook already" in again.text
    assert "Undo" not in again.labels
    assert await names(club, rosa) == ["Rosa Vega"]


async def test_an_answer_picked_twice_counts_once(club: Club, rosa: Player) -> None:
    await rosa.slash("contact add", name="Rosa Diaz")
    asked = await rosa.slash("log", what="note", contact="rosa", text="likes tea")
    await rosa.press(asked, "Rosa Diaz")
    again = await rosa.press(asked, "Rosa Diaz")
    assert "That one is finished, or older than a day" in again.text
    assert await count(club, "touches") == 1


async def test_each_button_of_a_card_of_somebody_removed_says_so(club: Club, rosa: Player) -> None:
    card = await card_of(rosa)
    await remove(rosa)
    for label in ("Log", "Draft", "Prepare", "Edit", "More"):
        assert "can't find that in your notebook" in (await rosa.press(card, label)).text, label
    assert await names(club, rosa) == []


async def test_undo_of_two_people_stays_with_each(club: Club, rosa: Player) -> None:
    ben = club.member("Ben")
    mine = await rosa.slash("log", what="note", contact="rosa", text="likes tea")
    theirs = await ben.slash("contact add", name="Rosa Vega")
    await ben.press(theirs, "Undo")
    assert await names(club, ben) == []
    assert "likes tea" in (await card_of(rosa)).text
    key = key_of(mine.message, "x")
    (reply,) = (await press_anything(club, ben, [f"x:{key}:undo"])).values()
    assert "can't find that in your notebook" in reply.text
    assert "likes tea" in (await card_of(rosa)).text


async def test_the_start_post_answers_two_people_each_alone(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    ben = club.member("Ben")
    mine, theirs = await ana.slash("today"), await ben.slash("today")
    assert mine.is_private
    assert theirs.is_private
    assert "Rosa" in mine.text
    assert "Rosa" not in theirs.text


# --- Replies that come too late ---


@pytest.mark.parametrize(
    ("command", "options", "table"),
    [
        ("contact add", {"name": "Leo Park"}, "contacts"),
        ("log", {"what": "note", "contact": "rosa", "text": "likes tea"}, "touches"),
        ("interview schedule", {"contact": "rosa", "when": "Mar 10 15:00"}, "interviews"),
    ],
)
async def test_what_was_stored_stands_when_the_reply_comes_too_late(
    club: Club, rosa: Player, command: str, options: dict[str, str], table: str
) -> None:
    before = await count(club, table)
    replies_expire(club)
    reply = await rosa.slash(command, **options)
    assert reply.messages == []
    assert await count(club, table) == before + 1
    assert "Rosa Vega" in (await card_of(rosa)).text


async def test_a_form_whose_reply_comes_too_late_is_stored(club: Club, rosa: Player) -> None:
    form = await rosa.slash("interview done", contact="rosa")
    replies_expire(club)
    late = await rosa.fill(form, {"What did you enjoy?": "The lab"})
    assert late.messages == []
    assert "**Talked**" in (await card_of(rosa)).text


async def test_a_nudge_whose_reply_comes_too_late_is_noted_once(club: Club, rosa: Player) -> None:
    await rosa.slash("log", what="asked", contact="rosa")
    await club.pass_days(7)
    home = club.in_dm(rosa)
    nudge = home.dm
    replies_expire(club)
    await home.press(nudge, "I wrote again")
    assert "noted already" in (await home.press(nudge, "I wrote again")).text
    assert await count(club, "touches") == 2


async def test_an_answer_whose_reply_comes_too_late_is_stored_once(
    club: Club, rosa: Player
) -> None:
    await rosa.slash("contact add", name="Rosa Diaz")
    asked = await rosa.slash("log", what="note", contact="rosa", text="likes tea")
    replies_expire(club)
    await rosa.press(asked, "Rosa Diaz")
    again = await rosa.press(asked, "Rosa Diaz")
    assert "That one is finished" in again.text
    assert await count(club, "touches") == 1


async def test_a_question_that_comes_too_late_keeps_what_was_typed(
    club: Club, rosa: Player
) -> None:
    refused = await rosa.slash("log", what="note", contact="rosa", when="blursday", text="tea")
    replies_expire(club)
    assert (await rosa.press(refused, "Correct it")).messages == []
    assert (await rosa.press(refused, "Correct it")).held["Your note"] == "tea"


@pytest.mark.parametrize(
    "command", ["today", "start", "reminders", "profile", "privacy", "help", "contact list"]
)
async def test_a_reading_command_that_comes_too_late_fails_in_silence(
    club: Club, rosa: Player, command: str
) -> None:
    replies_expire(club)
    assert (await rosa.slash(command)).messages == []
    assert (await rosa.slash(command)).messages

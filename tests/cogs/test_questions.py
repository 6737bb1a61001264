"""`/questions`: a set that fits, changed one question at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import FIELDS
from tests.cogs.mischief import press_anything, presses_of, remove
from tests.cogs.playing import Club, Player, menus_of
from tests.cogs.question_sets import page_of, pick, questions_of
from tests.cogs.test_bad_input_forms import restart


@pytest.fixture
async def nurse(ana: Player) -> Player:
    """Ana, who knows a nurse."""
    await ana.slash("contact add", name="Rosa Vega", role="Staff nurse", organization="St. Mary's")
    return ana


async def test_a_set_says_its_field_and_why_and_how_to_go_on(nurse: Player) -> None:
    reply = await nurse.slash("questions", contact="rosa")
    assert reply.is_private
    assert "Questions for Rosa" in reply.text
    assert "For: **Medicine and nursing**" in reply.text
    assert "6 questions for 20 minutes. Not saved yet" in reply.text
    assert len(questions_of(reply)) == 6
    assert reply.text.count("\n-# If the answer is short: ") >= 5
    assert "My questions" in reply.labels


async def test_why_says_it_in_plain_words_beside_the_set(nurse: Player) -> None:
    reply = await nurse.slash("questions", contact="rosa")
    why = await nurse.press(reply, "Why?")
    assert "## Why these questions" in why.text
    assert why.message.id != reply.message.id


@pytest.mark.parametrize(("minutes", "size"), [(15, 5), (20, 6), (30, 7)])
async def test_the_minutes_say_how_many(nurse: Player, minutes: int, size: int) -> None:
    reply = await nurse.slash("questions", contact="rosa", minutes=minutes)
    assert len(questions_of(reply)) == size
    assert f"{size} questions for {minutes} minutes" in reply.text


async def test_without_a_contact_it_is_for_the_field_that_one_is_curious_about(
    ana: Player,
) -> None:
    form = await ana.slash("start")
    form = await ana.press(form, "Begin") if form.form is None else form
    await ana.fill(form, {"A field you are curious about": "law"})
    reply = await ana.slash("questions")
    assert "For: **Law**" in reply.text
    assert "Save for a person" in reply.labels


async def test_a_question_fits_where_the_member_stands(club: Club, ana: Player) -> None:
    form = await ana.press(await ana.slash("start"), "Begin")
    await ana.fill(form, {"You in one line": "a final-year nursing student"})
    reply = await ana.slash("questions", minutes=30)
    by_text = {one.text: one for one in club.bot.content.questions.values()}
    assert any("final_year" in by_text[text].stages for text in questions_of(reply))


async def test_focus_is_a_field_or_a_topic(club: Club, nurse: Player) -> None:
    assert await nurse.complete("questions", "focus", "law") == ["Law"]
    assert len(await nurse.complete("questions", "focus", "")) == 25
    assert "For: **Law**" in (await nurse.slash("questions", contact="rosa", focus="law")).text
    by_topic = await nurse.slash("questions", contact="rosa", focus="topic:day", minutes=30)
    assert "most about: day to day" in by_topic.text
    by_text = {one.text: one for one in club.bot.content.questions.values()}
    topics = [by_text[text].facets[0] for text in questions_of(by_topic)]
    assert topics.count("day") >= 3


async def test_an_unknown_focus_is_asked_about_and_a_pick_goes_on(nurse: Player) -> None:
    asked = await nurse.slash("questions", contact="rosa", focus="xyzzy", minutes=30)
    assert "I know no field or topic “xyzzy”" in asked.text
    reply = await nurse.press(asked, "Day to day")
    assert "7 questions for 30 minutes, most about: day to day" in reply.text
    closing = await nurse.slash("questions", contact="rosa", focus="referral")
    assert "Every set closes with their advice and another name" in closing.text


async def test_a_swap_changes_one_and_back_brings_it_back(nurse: Player) -> None:
    first = await nurse.slash("questions", contact="rosa")
    before = questions_of(first)
    swapped = await nurse.press(await pick(nurse, first, 1), "Swap")
    after = questions_of(swapped)
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False] + [True] * 4
    assert questions_of(await nurse.press(swapped, "Back")) == before


async def test_a_locked_one_stays_while_the_rest_is_chosen_anew(nurse: Player) -> None:
    first = await nurse.slash("questions", contact="rosa")
    before = questions_of(first)
    locked = await nurse.press(await pick(nurse, first, 2), "Lock")
    assert "· locked" in locked.text
    fresh = await nurse.press(locked, "Regenerate the rest")
    after = questions_of(fresh)
    assert [place for place in range(6) if before[place] == after[place]] == [2]
    loose = await nurse.press(await pick(nurse, fresh, 2), "Unlock")
    assert "· locked" not in loose.text


async def test_up_and_down_move_one_and_the_ends_hold_it(nurse: Player) -> None:
    first = await nurse.slash("questions", contact="rosa")
    a, b, *rest = questions_of(first)
    picked = await pick(nurse, first, 1)
    up = await nurse.press(picked, "Up")
    assert questions_of(up) == [b, a, *rest]
    assert questions_of(await nurse.press(up, "Up")) == [b, a, *rest]
    assert questions_of(await nurse.press(up, "Down")) == [a, b, *rest]


async def test_the_wording_is_ones_own_to_change(nurse: Player) -> None:
    first = await nurse.slash("questions", contact="rosa")
    before = questions_of(first)
    form = await nurse.press(await pick(nurse, first, 0), "Edit the wording")
    assert form.held["The question"] == before[0]
    mine = "What does a handover feel like at six in the morning?"
    reply = await nurse.fill(form, {"The question": mine})
    assert questions_of(reply)[0] == mine
    assert questions_of(reply)[1:] == before[1:]
    again = await nurse.press(await pick(nurse, reply, 0), "Edit the wording")
    louder = mine.replace("six in the morning", "SIX in the morning")
    assert questions_of(await nurse.fill(again, {"The question": louder}))[0] == louder


async def test_an_own_question_goes_in_before_the_closing_ones_and_stays(nurse: Player) -> None:
    first = await nurse.slash("questions", contact="rosa")
    mine = "What do you write in your diary after a night shift?"
    added = await nurse.fill(await nurse.press(first, "Add your own"), {"Your question": mine})
    assert questions_of(added)[-3] == mine
    fresh = await nurse.press(added, "Regenerate the rest")
    place = questions_of(fresh).index(mine)
    assert place == len(questions_of(fresh)) - 3
    removed = await nurse.press(await pick(nurse, fresh, place), "Remove")
    assert mine not in questions_of(removed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Do you like it?", "could be stronger"),
        ("Can you get me a job?", "could be stronger"),
        ("x" * 301, "301 characters long and 300 fit"),
        ("\u2800", "no question there yet"),
    ],
)
async def test_a_question_that_is_none_comes_back_with_what_was_typed(
    nurse: Player, typed: str, said: str
) -> None:
    first = await nurse.slash("questions", contact="rosa")
    reply = await nurse.fill(await nurse.press(first, "Add your own"), {"Your question": typed})
    assert said in reply.text
    assert (await nurse.press(reply, "Correct it")).held["Your question"] == typed


async def test_a_closed_question_is_kept_if_one_insists(nurse: Player) -> None:
    first = await nurse.slash("questions", contact="rosa")
    form = await nurse.press(first, "Add your own")
    asked = await nurse.fill(form, {"Your question": "Do you like it?"})
    assert "Do you like it?" in questions_of(await nurse.press(asked, "Keep it anyway"))


async def test_a_set_takes_ten_questions_and_says_when_it_is_long(nurse: Player) -> None:
    reply = await nurse.slash("questions", contact="rosa")
    for number in range(4):
        form = await nurse.press(reply, "Add your own")
        text = f"What did your {number + 1}th year at the hospital teach you?"
        reply = await nurse.fill(form, {"Your question": text})
    assert "More than 7 are hard to fit" in reply.text
    assert len(reply.text) < 4000
    form = await nurse.press(reply, "Add your own")
    full = await nurse.fill(form, {"Your question": "What surprised you most last year?"})
    assert "There are 10 questions in the set already" in full.text
    twin = await nurse.press(reply, "Add your own")
    text = "What did your 1th year at the hospital teach you?"
    assert "in the set already" in (await nurse.fill(twin, {"Your question": text})).text


async def test_the_longest_set_is_not_cut(nurse: Player) -> None:
    reply = await nurse.slash("questions", contact="rosa", minutes=15)
    for number in range(5):
        form = await nurse.press(reply, "Add your own")
        text = f"How {number}" + " *" * 140 + "?"
        reply = await nurse.fill(form, {"Your question": text})
        if "Keep it anyway" in reply.labels:
            reply = await nurse.press(reply, "Keep it anyway")
    assert len(questions_of(reply)) == 10
    assert "More than 7 are hard to fit" in reply.text.splitlines()[-1]


async def test_a_set_can_be_emptied_and_filled_again(nurse: Player) -> None:
    reply = await nurse.slash("questions", contact="rosa", minutes=15)
    for _ in range(5):
        reply = await nurse.press(await pick(nurse, reply, 0), "Remove")
    assert "The set is empty" in reply.text
    assert "no question in the set" in (await nurse.press(reply, "Save")).text
    assert len(questions_of(await nurse.press(reply, "Choose new ones"))) == 5


async def test_another_field_is_kept_with_the_contact(club: Club, nurse: Player) -> None:
    first = await nurse.slash("questions", contact="rosa")
    ask = await nurse.press(first, "Change field")
    offered = [option["value"] for one in menus_of(ask.message) for option in one["options"]]
    assert set(FIELDS) < set(offered)
    reply = await nurse.choose(ask, "law")
    assert "For: **Law**." in reply.text
    assert "Undo" in reply.labels
    page = await page_of(club, nurse, "Rosa")
    assert page.contact.details["field_id"] == "law"
    assert "For: **Law**" in (await nurse.slash("questions", contact="rosa")).text
    await nurse.press(reply, "Undo")
    again = await nurse.slash("questions", contact="rosa")
    assert "For: **Medicine and nursing**" in again.text


async def test_no_field_at_all_gives_questions_for_any(club: Club, nurse: Player) -> None:
    ask = await nurse.press(await nurse.slash("questions", contact="rosa"), "Change field")
    reply = await nurse.choose(ask, "none")
    assert "For: any field" in reply.text
    by_text = {one.text: one for one in club.bot.content.questions.values()}
    assert not any(by_text[text].fields for text in questions_of(reply))


@pytest.mark.parametrize("role", ["", "Sachbearbeiterin", "看護師", "zzz qqq", "n" * 100])
async def test_a_role_that_says_nothing_gives_questions_for_everybody_or_is_owned_up_to(
    ana: Player, role: str
) -> None:
    await ana.slash("contact add", name="Kim Lee", role=role)
    reply = await ana.slash("questions", contact="kim")
    assert len(questions_of(reply)) == 6
    assert "I could not tell their field" in reply.text or "I am not sure" in reply.text


async def test_three_hundred_characters_of_focus_come_back(nurse: Player) -> None:
    asked = await nurse.slash("questions", contact="rosa", focus="n" * 300)
    assert "300 characters long and 100 fit" in asked.text
    assert (await nurse.press(asked, "Correct it")).held["A field or a topic"] == "n" * 300


async def test_an_unknown_person_is_added_on_the_way(nurse: Player) -> None:
    asked = await nurse.slash("questions", contact="Sam Lee", minutes=30)
    assert "not in your notebook yet" in asked.text
    reply = await nurse.press(asked, "Add “Sam Lee”")
    assert "Questions for Sam" in reply.text
    assert "7 questions for 30 minutes" in reply.text


async def test_buttons_go_on_after_a_restart(
    club: Club, nurse: Player, tmp_path: Path, key_file: Path
) -> None:
    first = await pick(nurse, await nurse.slash("questions", contact="rosa"), 0)
    before = questions_of(first)
    await restart(club, tmp_path, key_file)
    swapped = await nurse.press(first, "Swap")
    assert questions_of(swapped)[1:] == before[1:]
    assert questions_of(swapped)[0] != before[0]
    assert "Saved for **Rosa**" in (await nurse.press(swapped, "Save")).text


async def test_after_a_day_an_unsaved_set_is_gone_and_says_so(club: Club, nurse: Player) -> None:
    first = await nurse.slash("questions", contact="rosa")
    await club.pass_days(1.1)
    assert "older than a day" in (await nurse.press(first, "Save")).text


async def test_a_question_that_is_gone_is_told_so(club: Club, nurse: Player) -> None:
    picked = await pick(nurse, await nurse.slash("questions", contact="rosa"), 0)
    about_one = (one for one in presses_of(picked.message) if one.arg and one.scope != "m")
    stale = [one.id for one in about_one if one.verb != "q_pick"]
    await nurse.press(picked, "Remove")
    replies = await press_anything(club, nurse, stale)
    assert len(replies) == 6
    assert all("not in the set any more" in one.text for one in replies.values())


async def test_sets_of_somebody_who_was_removed_say_so(nurse: Player) -> None:
    first = await nurse.slash("questions", contact="rosa")
    saved = await nurse.press(await nurse.slash("questions", contact="rosa"), "Save")
    await remove(nurse)
    for card, label in ((first, "Save"), (first, "Regenerate the rest"), (saved, "Add your own")):
        assert "can't find that in your notebook" in (await nurse.press(card, label)).text


async def test_somebody_elses_set_is_as_if_it_were_not_there(club: Club, nurse: Player) -> None:
    loose = await pick(nurse, await nurse.slash("questions", contact="rosa"), 0)
    kept = await nurse.press(await nurse.slash("questions", contact="rosa", minutes=15), "Save")
    ben = club.member("Ben")
    for card, said in ((loose, "older than a day"), (kept, "can't find that")):
        ids = [one.id for one in presses_of(card.message) if one.verb.startswith("q_")]
        replies = await press_anything(club, ben, ids)
        assert len(replies) > 3
        assert all(said in one.text for one in replies.values())

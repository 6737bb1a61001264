from __future__ import annotations

from typing import Any

import pytest
from simcord import OptionError

from tests.cogs.playing import Club, Player, Reply

MARKS = "~~a~~ <@42> ||b|| [c](https://d.example) `e` __f__"
ACTIVE = ("~~a~~", " <@42>", "||b||", "[c](", "`e`", "__f__")
TIMES = ("interview schedule", "interview done", "interview cancel", "log", "reminders")
LONG = "word " * 799 + "stop."  # 4,000 characters


@pytest.fixture
async def rosa(ana: Player) -> Player:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="tomorrow 3pm")
    return ana


def assert_harmless(text: str) -> None:
    """What a member typed is shown, and none of its marks does anything."""
    for mark in ACTIVE:
        assert mark not in text, (mark, text)


async def typed_time(player: Player, command: str, typed: str) -> Reply:
    options: dict[str, dict[str, Any]] = {
        "interview schedule": {"contact": "rosa", "when": typed},
        "interview done": {"contact": "rosa", "when": typed},
        "interview cancel": {"contact": "rosa", "new_time": typed},
        "log": {"what": "thanked", "contact": "rosa", "when": typed, "text": "By the lift"},
        "reminders": {"pause_until": typed},
    }
    return await player.slash(command, **options[command])


@pytest.mark.parametrize("command", TIMES)
async def test_a_time_that_cannot_be_read_comes_back_with_examples(
    rosa: Player, command: str
) -> None:
    asked = await typed_time(rosa, command, "blursday o'clock")
    assert "I can't read \"blursday o'clock\" as a day or time. Try something like" in asked.text
    form = await rosa.press(asked, "Correct it")
    assert "blursday o'clock" in form.held.values()


@pytest.mark.parametrize("command", TIMES)
async def test_a_time_with_two_meanings_is_asked_about_never_guessed(
    rosa: Player, command: str
) -> None:
    typed = {"reminders": "4/5", "log": "2/3", "interview done": "2/3"}.get(command, "4/5 3pm")
    asked = await typed_time(rosa, command, typed)
    assert f'"{typed}"' in asked.text
    offered = [label for label in asked.labels if label != "Correct it"]
    assert len(offered) >= 2, asked.text
    answer = await rosa.press(asked, offered[0])
    assert answer.form or "I can't read" not in answer.text


@pytest.mark.parametrize("command", TIMES)
async def test_marks_in_a_time_are_shown_as_typed(rosa: Player, command: str) -> None:
    asked = await typed_time(rosa, command, MARKS)
    assert "42" in asked.text
    assert_harmless(asked.text)
    assert MARKS in (await rosa.press(asked, "Correct it")).held.values()


async def test_a_time_in_a_form_comes_back_with_all_that_was_typed(rosa: Player) -> None:
    card = await rosa.slash("contact show", contact="rosa")
    form = await rosa.press(await rosa.press(card, "Log"), "I asked to meet")
    refused = await rosa.fill(
        form, {"When?": "blursday", "How?": ["phone"], "Anything to remember?": "By the lift"}
    )
    held = (await rosa.press(refused, "Correct it")).held
    assert (held["When?"], held["How?"]) == ("blursday", "phone")
    assert held["Anything to remember?"] == "By the lift"


async def test_what_was_typed_with_an_unreadable_day_of_a_talk_is_not_lost(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    refused = await ana.slash(
        "log", what="talked", contact="rosa", when="blursday", text="Her rounds"
    )
    form = await ana.press(refused, "Correct it")
    assert "Her rounds" in form.held.values()
    waiting = await ana.fill(form, {"When?": "today"})
    takeaways = await ana.press(waiting, "Write it down")
    assert takeaways.held["What did you enjoy?"] == "Her rounds"


async def test_a_zone_that_does_not_exist_is_said_so_in_every_place(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    refused = await ana.slash(
        "interview schedule", contact="rosa", when="Mar 20 3pm", their_zone="Nowhereville"
    )
    assert 'I don\'t know "Nowhereville" as a time zone' in refused.text
    form = await ana.press(refused, "Correct it")
    assert form.held["Their time zone, if it is another"] == "Nowhereville"
    form = await ana.press(await ana.slash("profile"), "Time zone")
    refused = await ana.fill(form, {"Or type one": "Nowhereville"})
    assert 'I don\'t know "Nowhereville" as a time zone' in refused.text
    assert (await ana.press(refused, "Correct it")).held["Or type one"] == "Nowhereville"


async def test_marks_in_a_zone_are_shown_as_typed(ana: Player) -> None:
    form = await ana.press(await ana.slash("profile"), "Time zone")
    refused = await ana.fill(form, {"Or type one": MARKS})
    assert "42" in refused.text
    assert_harmless(refused.text)


async def test_marks_in_a_person_who_is_not_there_are_shown_as_typed(ana: Player) -> None:
    asked = await ana.draft(contact=MARKS)
    assert "42" in asked.text
    assert_harmless(asked.text)
    assert_harmless((await ana.slash("help", topic=MARKS)).text)
    assert_harmless((await ana.slash("contact ideas", field=MARKS)).text)
    assert_harmless((await ana.slash("contact list", search=MARKS)).text)


async def test_a_link_is_left_whole_and_hides_no_mention(ana: Player) -> None:
    note = "See https://a_b.example/x_y_z and https://c.example/<@42>"
    await ana.slash("contact add", name="Rosa Vega")
    noted = await ana.slash("log", what="note", contact="rosa", text=note)
    assert "https://a_b.example/x_y_z and" in noted.text
    assert "\\<@42\\>" in noted.text


async def long_in(player: Player, form: Reply, label: str) -> None:
    """Fill one box with 4,000 characters; they come back whole, and a short text is then taken."""
    refused = await player.fill(form, {label: LONG})
    assert "4000 characters long" in refused.text, refused.text
    again = await player.press(refused, "Correct it")
    assert again.held[label] == LONG
    taken = await player.fill(again, {label: "Short."})
    assert "characters long" not in taken.text


@pytest.mark.parametrize("what", ["asked", "wrote", "thanked", "news", "note", "yes", "no"])
async def test_4000_characters_about_what_happened_come_back_whole(rosa: Player, what: str) -> None:
    kind = "answered" if what in ("yes", "no") else what
    refused = await rosa.slash("log", what=kind, contact="rosa", text=LONG)
    if kind == "answered" and "Yes" in refused.labels:
        refused = await rosa.press(refused, what.capitalize())
    assert "4000 characters long and" in refused.text
    again = await rosa.press(refused, "Correct it")
    assert LONG in again.held.values()


async def test_more_than_a_form_can_bring_back_cannot_be_typed(rosa: Player) -> None:
    with pytest.raises(OptionError, match="4000"):
        await rosa.slash("log", what="note", contact="rosa", text=LONG + "!")


async def test_4000_characters_about_a_person_come_back_whole(ana: Player) -> None:
    form = await ana.press(await ana.slash("today"), "Add a person")
    refused = await ana.fill(form, {"Name": "Rosa Vega", "Notes": LONG})
    assert "4000 characters long and 1500 fit" in refused.text
    again = await ana.press(refused, "Correct it")
    assert again.held["Notes"] == LONG
    assert again.held["Name"] == "Rosa Vega"
    card = await ana.fill(again, {"Notes": "Short."})
    await long_in(ana, await ana.press(await ana.press(card, "Edit"), "Who"), "Notes")
    await long_in(ana, await ana.press(await ana.press(card, "Edit"), "Reach"), "Address")


async def test_4000_characters_of_names_come_back_whole(ana: Player) -> None:
    form = await ana.press(await ana.slash("contact ideas"), "Note names")
    await long_in(ana, form, "One name a line")


@pytest.mark.parametrize(
    "label", ["What did you enjoy?", "What advice did they give?", "What will you do next?"]
)
async def test_4000_characters_about_a_talk_come_back_whole(ana: Player, label: str) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await long_in(ana, await ana.slash("interview done", contact="rosa"), label)


async def test_4000_characters_in_a_gap_come_back_whole(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    form = await ana.press(await ana.draft(contact="rosa"), "Fill the gaps")
    refused = await ana.fill(form, {"Your name": LONG, "Which field?": "nursing"})
    assert "4000 characters long" in refused.text
    held = (await ana.press(refused, "Correct it")).held
    assert held["your name"] == LONG
    assert held["which field?"] == "nursing"


async def test_4000_characters_of_a_message_come_back_whole(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    form = await ana.press(await ana.draft(contact="rosa"), "Edit")
    refused = await ana.fill(form, {"Message": LONG})
    assert "4000 characters long and 3900 fit" in refused.text
    assert (await ana.press(refused, "Correct it")).held["Message"] == LONG


async def test_a_message_with_long_answers_is_edited_without_losing_its_end(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    draft = await ana.draft(contact="rosa")
    for _ in range(2):
        if "Fill the gaps" not in draft.labels:
            break
        form = await ana.press(draft, "Fill the gaps")
        draft = await ana.fill(form, {label: "long " * 130 + label for label in form.held})
    copied = await ana.press(draft, "As a text file")
    (file,) = copied.message.attachments
    whole = (await file.read()).decode()
    edit = await ana.press(draft, "Edit")
    if edit.form:
        assert edit.held["Message"].strip() == whole.partition("\n\n")[2].strip()
    else:
        assert "too long" in edit.text


@pytest.mark.parametrize(
    "name", ["🦊🌹👩‍👩‍👧‍👦", "רוזה וגא", "روزا فيغا", "李小龍", "Zoë Ó Dálaigh"]
)
async def test_a_name_in_any_writing_works_from_note_to_nudge(
    club: Club, ana: Player, name: str
) -> None:
    added = await ana.slash("contact add", name=name)
    assert f"## {name}" in added.text
    assert await ana.complete("contact show", "contact", name[:2]) == [name]
    assert f"## {name}" in (await ana.slash("contact show", contact=name)).text
    assert name in (await ana.slash("contact list", search=name[:3])).text
    draft = await ana.draft(contact=name)
    assert f"Hi {name.split()[0]}," in (await ana.press(draft, "Copy")).text
    await ana.slash("log", what="asked", contact=name)
    assert name in (await ana.slash("reminders")).text
    await club.pass_days(7)
    assert name.split()[0] in ana.dm.content


async def test_signs_that_turn_the_writing_round_are_taken_out(ana: Player) -> None:
    added = await ana.slash("contact add", name="Rosa \u202eageV\u202c", role="Nur\u2066se\u2069")
    assert "## Rosa ageV\nNurse" in added.text


@pytest.mark.parametrize("name", ["   ", "\u200b\u200b", "\u202e", "\u2800"])
async def test_a_name_that_cannot_be_seen_is_no_name(ana: Player, name: str) -> None:
    refused = await ana.slash("contact add", name=name, role="Nurse")
    assert "Every person needs a name" in refused.text
    assert (await ana.press(refused, "Correct it")).held["What they do"] == "Nurse"

"""Every text that the bot brings along is sound and reads well."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

import bot.content
from bot.content import (
    CHECKLISTS,
    Content,
    NudgeFacts,
    load,
    plain_text,
    render_item,
    render_nudge,
    render_words,
    template_problem,
)
from bot.errors import UserError
from bot.rules.records import Kind, Mode

CONTENT = load()
SHELVES = [f.name for f in fields(Content) if f.name != "problems"]
FOLDER = Path(bot.content.__file__).parent
RULES = [f"R{number:02d}" for number in range(1, 61)]

STEPS = {
    **dict.fromkeys(Kind, 1),
    Kind.CHASE_REPLY: 2,
    Kind.FIND_A_TIME: 2,
    Kind.DEBRIEF: 2,
    Kind.THANK_YOU: 3,
    Kind.CHECK_IN: 2,
    Kind.NEXT_STEP: 3,
}

BUTTONS = {
    Kind.APPROACH_LEAD: ["Draft", "I asked", "Not for me"],
    Kind.CHASE_REPLY: ["I wrote again", "They answered", "Draft", "Let it rest"],
    Kind.FIND_A_TIME: ["Set the date", "I sent it", "Draft", "Let it rest"],
    Kind.ASK_AGAIN: ["Draft", "I asked", "Let it rest"],
    Kind.PREPARE: ["Questions", "Note about me", "Ready"],
    Kind.CONFIRM: ["All set", "Ask them", "It moved"],
    Kind.STARTS_SOON: ["Sheet", "Running late"],
    Kind.DEBRIEF: ["We talked", "It moved", "It did not happen"],
    Kind.THANK_YOU: ["I sent it", "Draft", "Tonight", "Not needed"],
    Kind.PROMISE: ["Done", "Tell them", "Not any more"],
    Kind.CHECK_IN: ["I wrote", "Draft", "Skip this one", "Stop for Rosa"],
    Kind.NEXT_STEP: ["One idea", "Not this month"],
}

ROSA = NudgeFacts(
    first="Rosa",
    name="Rosa Lee",
    organization="St Mary's",
    day="yesterday",
    when="tomorrow at 3:00 pm",
    place="12 Main Street",
    way="tram 4 to Market Square",
    leave="at 2:25 pm",
    mode="in_person",
    referrer="Ana",
    asked="last Tuesday",
    promise="write to the union",
    advice="shadow a nurse first",
)

EMPTY = NudgeFacts(first="Rosa", day="yesterday", when="tomorrow at 3:00 pm", promise="call Jo")

VARIANTS = [
    replace(facts, mode=mode, introduction=flag, cancelled=flag, unlogged=flag)
    for facts in (ROSA, EMPTY)
    for mode in ("", *Mode)
    for flag in (False, True)
]

WORD_VALUES: dict[str, object] = {
    "is_question": False,
    "is_final": False,
    "first": "Rosa",
    "when": "tomorrow at 3:00 pm",
    "day": "on Tuesday",
    "delay": "5 hours",
    "gap": "what did you enjoy most?",
    "note": "How calm she stays",
    "n": 3,
    "name": "Ana Ruiz",
    "line": "a second-year biology student",
    "field": "nursing",
    "referrer": "Sam Lee",
    "advice": "Spend a night on a ward.",
    "question": "How did you come to this work?",
    "title": "Five talks in thirty days",
    "starts": "Monday, 2 March",
    "ends": "Tuesday, 31 March",
    "until": "Friday, 3 April",
}


def telling(facts: NudgeFacts) -> Callable[[frozenset[str]], Mapping[str, object]]:
    return lambda names: {name: asdict(facts)[name] for name in names}


def every_text() -> list[tuple[str, str]]:
    """All strings of the content files, templates included, with where they stand."""
    found: list[tuple[str, str]] = []

    def walk(where: str, value: object) -> None:
        if isinstance(value, str):
            found.append((where, value))
        elif isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{where}.{key}", inner)
        elif isinstance(value, list):
            for inner in value:
                walk(where, inner)

    for path in FOLDER.rglob("*.toml"):
        walk(path.name, tomllib.loads(path.read_text()))
    return found + [(path.name, path.read_text()) for path in FOLDER.rglob("*.j2")]


def test_the_content_that_comes_along_has_no_problems_and_no_shelf_is_empty():
    assert CONTENT.problems == ()
    assert [name for name in SHELVES if not getattr(CONTENT, name)] == []


def test_every_rule_of_the_rule_book_is_carried_by_some_text():
    carried = {
        rule
        for name in SHELVES
        for entry in getattr(CONTENT, name).values()
        for rule in entry.rules
    }
    assert [rule for rule in RULES if rule not in carried] == []


@pytest.mark.parametrize("shelf", SHELVES)
def test_every_template_only_fills_in_facts_that_there_are(shelf):
    problems = {
        entry.id: template_problem(entry)
        for entry in getattr(CONTENT, shelf).values()
        if template_problem(entry)
    }
    assert problems == {}


def test_no_text_shouts_or_carries_two_spaces_in_a_row():
    for where, text in every_text():
        assert "!!" not in text, where
        assert text.count("!") <= 1, where
        assert not re.search(r"(?<=\S)  ", text), where


# --- nudges --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_follow_up_has_words_for_each_of_its_steps(kind):
    steps = sorted(n.step for n in CONTENT.nudges.values() if n.kind is kind)
    assert steps == list(range(1, STEPS[kind] + 1))
    assert all(n.id == f"{n.kind}.{n.step}" for n in CONTENT.nudges.values())


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_shows_the_buttons_of_its_row(kind):
    shown = [press.label for press in render_nudge(CONTENT, kind, 1, ROSA).presses]
    assert shown == BUTTONS[kind]


def test_a_promised_introduction_asks_whether_it_happened():
    promised = render_nudge(CONTENT, Kind.APPROACH_LEAD, 1, replace(ROSA, introduction=True))
    assert promised.text.startswith("Ana promised to introduce you to Rosa. Has it happened?")
    assert [p.label for p in promised.presses][:2] == ["It happened", "Draft"]


def test_the_last_call_does_not_offer_to_wait_until_tonight():
    verbs = [press.verb for press in render_nudge(CONTENT, Kind.THANK_YOU, 3, ROSA).presses]
    assert verbs == ["sent", "draft", "not_needed"]


@pytest.mark.parametrize("nudge", CONTENT.nudges.values(), ids=lambda n: n.id)
def test_a_nudge_is_short_stands_alone_on_a_lock_screen_and_has_known_buttons(nudge):
    assert 2 <= len(nudge.buttons) <= 5
    assert set(nudge.buttons) | set(nudge.introduction_buttons) <= set(CONTENT.buttons)
    assert set(nudge.labels) <= set(nudge.buttons)
    for facts in VARIANTS:
        text = render_nudge(CONTENT, nudge.kind, nudge.step, facts).text
        first_line, *rest = text.split("\n")
        item = render_item(CONTENT, nudge.kind, nudge.step, telling(facts))
        assert len(text) <= 600, text
        assert 20 <= len(first_line) <= 100, first_line
        assert rest, text
        assert all(rest), text
        assert first_line.rstrip()[-1] in ".?:", first_line
        assert 5 <= len(item) <= 100, item
        assert "\n" not in item
        for words in (text, item):
            assert "None" not in words
            assert "  " not in words
            assert "{" not in words
            assert not re.search(r"\s[,.?]|\(\)", words), words


@pytest.mark.parametrize("nudge", CONTENT.nudges.values(), ids=lambda n: n.id)
def test_a_discreet_nudge_names_nobody_and_only_opens(nudge):
    shown = render_nudge(CONTENT, nudge.kind, nudge.step, ROSA, discreet=True)
    assert "Rosa" not in shown.text
    assert "St Mary" not in shown.text
    assert [press.verb for press in shown.presses] == ["open"]


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_thank_you_for_a_talk_that_is_not_logged_does_not_claim_that_it_happened(step):
    unlogged = replace(ROSA, unlogged=True)
    shown = render_nudge(CONTENT, Kind.THANK_YOU, step, unlogged).text
    item = render_item(CONTENT, Kind.THANK_YOU, step, telling(unlogged))
    assert "f you talked to Rosa yesterday" in shown
    assert "f you talked to Rosa yesterday" in item


def test_the_first_thank_you_reads_as_a_friend_would_say_it():
    shown = render_nudge(CONTENT, Kind.THANK_YOU, 1, replace(ROSA, draft="Hi Rosa,\n\nthank you"))
    assert shown.text == (
        "Yesterday you talked to Rosa. A note today stands out, because most people forget it.\n"
        "Here is yours:\n\n> Hi Rosa,\n>\n> thank you"
    )


def test_who_follows_up_by_phone_is_reminded_to_call():
    by_phone = replace(ROSA, by_phone=True, draft="Hello Rosa")
    shown = render_nudge(CONTENT, Kind.CHASE_REPLY, 1, by_phone).text
    assert shown.startswith("No answer from Rosa yet. Today is a good day to call")
    assert "Two lines" not in shown
    item = render_item(CONTENT, Kind.CHASE_REPLY, 1, telling(by_phone))
    assert item == "Call Rosa: no answer yet"


def test_a_nudge_that_comes_late_says_so_first():
    shown = render_nudge(CONTENT, Kind.DEBRIEF, 1, replace(ROSA, late="5 hours")).text
    first, second = shown.split("\n")[:2]
    assert first.startswith("How was it with Rosa?")
    assert second == "This comes 5 hours late: I was offline."


def test_a_draft_too_long_for_a_message_is_left_to_its_button():
    shown = render_nudge(CONTENT, Kind.THANK_YOU, 1, replace(ROSA, draft="word " * 500)).text
    assert "word word" not in shown
    assert "Press Draft" in shown


def test_a_step_beyond_the_written_ones_speaks_like_the_last():
    assert CONTENT.nudge(Kind.CHECK_IN, 9).id == "check_in.2"


def test_markdown_and_mentions_in_a_name_are_shown_as_typed():
    shown = render_nudge(CONTENT, Kind.THANK_YOU, 1, replace(ROSA, first="**<@1>** `x`")).text
    assert "to \\*\\*\\<@1\\>\\*\\* \\`x\\`." in shown
    assert plain_text("see https://a.example/b_c_d now_") == "see https://a.example/b_c_d now\\_"


def test_a_very_long_name_does_not_overflow_a_button():
    shown = render_nudge(CONTENT, Kind.CHECK_IN, 1, replace(ROSA, first="R" * 90))
    assert [p.label for p in shown.presses if p.verb == "stop"] == ["Stop for this person"]


@pytest.mark.parametrize("words", CONTENT.words)
def test_every_sentence_around_the_nudges_can_be_said(words):
    said = render_words(CONTENT, words, **WORD_VALUES)
    assert said
    assert "{" not in said
    assert "None" not in said
    assert len(said.split("\n")[0]) <= 180


def test_the_morning_message_counts_in_words():
    head = [render_words(CONTENT, "morning_head", n=n) for n in (1, 3)]
    assert head == ["Good morning, one thing today:", "Good morning, three things today:"]
    assert render_words(CONTENT, "morning_more", n=4) == "and 4 more: Today"


def test_closed_messages_name_three_remedies():
    assert re.findall(r"^\d", render_words(CONTENT, "closed_dms"), re.MULTILINE) == ["1", "2", "3"]


def test_button_labels_fit_on_a_button():
    assert all(len(button.label) <= 40 for button in CONTENT.buttons.values())


# --- checklists, ideas, guides -------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("name", CHECKLISTS)
def test_every_checklist_has_items_for_every_way_of_talking(name, mode):
    items = CONTENT.checklist(name, mode)
    assert len(items) >= 3
    assert all(not item.modes or mode in item.modes for item in items)


def test_parking_is_for_visits_and_links_are_for_video():
    assert "parking" in str([i.text for i in CONTENT.checklist("confirm", Mode.IN_PERSON)])
    assert "parking" not in str([i.text for i in CONTENT.checklist("confirm", Mode.PHONE)])
    assert "link" in str([i.text for i in CONTENT.checklist("confirm", Mode.VIDEO)])


@pytest.mark.parametrize("group", CONTENT.sourcing.values(), ids=lambda g: g.id)
def test_each_circle_of_people_has_a_concrete_prompt_and_a_label_for_its_box(group):
    sentences = re.findall(r"[.?:”](?=\s|$)", group.prompt)
    assert 2 <= len(sentences) <= 5
    assert len(group.prompt) <= 400


@pytest.mark.parametrize("topic", CONTENT.help.values(), ids=lambda t: t.id)
def test_each_guide_is_a_few_short_lines(topic):
    assert 3 <= len(topic.lines) <= 8
    assert max(map(len, topic.lines)) <= 200


def test_a_guide_is_found_by_id_or_title_and_an_unknown_one_names_what_there_is():
    assert CONTENT.topic("Asking for a talk").id == "asking"
    with pytest.raises(UserError, match="Finding people"):
        CONTENT.topic("cooking")

"""A club's folder adds and rewords texts; what is broken in it is named, not fatal."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from bot.content import load, render_words

CONTENT = load()


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))


GOOD_QUESTION = """
    [[question]]
    id = "club_theatre"
    text = "What does a stage manager notice that the audience never sees?"
    facets = ["day"]
    rules = ["R24"]
"""


def test_a_club_adds_entries_and_rewords_ours(tmp_path):
    write(tmp_path, "questions/club.toml", GOOD_QUESTION)
    write(
        tmp_path,
        "words.toml",
        '[[words]]\nid = "late"\ntext = "Sorry, {{ delay }} late."\nrules = ["R41"]\n',
    )
    content = load(tmp_path)
    assert content.problems == ()
    assert "club_theatre" in content.questions
    assert "path-story" in content.questions
    assert render_words(content, "late", delay="2 hours") == "Sorry, 2 hours late."


def test_a_clubs_broken_entry_is_named_with_file_and_line_and_left_out(tmp_path):
    broken = GOOD_QUESTION + GOOD_QUESTION.replace("club_theatre", "club_two").replace(
        "facets", "facet"
    )
    write(tmp_path, "questions/club.toml", broken)
    content = load(tmp_path)
    assert "club_theatre" in content.questions
    assert "club_two" not in content.questions
    assert [(p.file, p.line) for p in content.problems] == [("questions/club.toml", 8)]


@pytest.mark.parametrize(
    ("name", "text", "line", "says"),
    [
        ("a.toml", '[[question]]\nid = "x\n', 2, "not TOML"),
        ("a.toml", '\n[[riddle]]\nid = "x"\n', 2, "riddle"),
        ("a.toml", "question = 3\n", 1, "question"),
        ("a.toml", GOOD_QUESTION.replace('"day"', '"night"'), 2, "night"),
        ("a.toml", GOOD_QUESTION + 'fields = ["acting"]', 2, "acting"),
        ("a.toml", GOOD_QUESTION + 'stages = ["retired"]', 2, "retired"),
        ("a.toml", GOOD_QUESTION + 'occasion = "never"', 2, "never"),
        ("a.toml", GOOD_QUESTION.replace("R24", "R99"), 2, "rules"),
        ("a.toml", GOOD_QUESTION + GOOD_QUESTION, 8, "stands already in a.toml, line 2"),
        ("a.j2", "Hello", 1, "head"),
        ("a.j2", '---\nkind = "request\n---\nHello', 2, "not TOML"),
        (
            "a.j2",
            '---\nkind = "request"\nchannel = "email"\nalso = "text"\nrules = ["R10"]\n---\nHello',
            1,
            "also: a list",
        ),
        ("a.toml", '[[phrase]]\nid = "closing"\ntext = "{{ open"\nrules = ["R10"]', 1, "closing"),
        ("a.j2", '---\nkind = "poem"\nchannel = "email"\nrules = ["R10"]\n---\nHello', 1, "poem"),
    ],
)
def test_each_mistake_in_a_clubs_file_has_its_sentence(tmp_path, name, text, line, says):
    write(tmp_path, name, text)
    [problem] = load(tmp_path).problems
    assert (problem.file, problem.line) == (name, line)
    assert says in problem.text


@pytest.mark.parametrize(
    "attack",
    [
        "{{ 'a' * 10**9 }}",
        "{{ first.__class__.__mro__ }}",
        "{{ first['__class__'] }}",
        "{% for a in first %}{{ a }}{% endfor %}",
        "{{ range(9) }}",
        "{{ first | attr('x') }}",
        "{% include 'request.email.j2' %}",
        "{% set a = 1 %}{{ a }}",
        "{{ first ~ first }}",
        "{{ stranger }}",
        "{% if %}",
    ],
)
def test_a_clubs_template_can_do_nothing_but_fill_in_facts(tmp_path, attack):
    head = '---\nkind = "request"\nchannel = "email"\nrules = ["R10"]\n---\n'
    write(tmp_path, "request.j2", head + attack)
    content = load(tmp_path)
    assert len(content.problems) == 1
    assert content.templates["request.email"] == CONTENT.templates["request.email"]


def test_a_clubs_nudge_with_an_unknown_button_is_left_out(tmp_path):
    nudge = """
        [[nudge]]
        id = "thank_you.1"
        kind = "thank_you"
        step = 1
        text = "Thank {{ first }}."
        item = "Thank {{ first }}"
        buttons = ["sent", "explode"]
        rules = ["R41"]
    """
    write(tmp_path, "nudges.toml", nudge)
    [problem] = load(tmp_path).problems
    assert "explode" in problem.text


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ('item = "Thank {{ first }}: {{ late }}"', "late"),
        ('item = "Thank {{ first }}"\nlabels = {sent = "Sent to {{ place }}"}', "place"),
    ],
)
def test_a_clubs_nudge_names_in_a_line_or_a_label_only_what_is_known_there(tmp_path, line, fact):
    head = '[[nudge]]\nid = "thank_you.1"\nkind = "thank_you"\nstep = 1\n'
    text = f'text = "Thank {{{{ first }}}}."\n{line}\nbuttons = ["sent"]\nrules = ["R41"]\n'
    write(tmp_path, "nudges.toml", head + text)
    [problem] = load(tmp_path).problems
    assert f"there is no fact “{fact}”" in problem.text


def test_a_clubs_sentence_names_only_what_ours_is_told(tmp_path):
    # Else it would fail in the middle of a message to a member.
    write(
        tmp_path,
        "words.toml",
        '[[words]]\nid = "late"\ntext = "Sorry, {{ hours }} late."\nrules = ["R41"]\n',
    )
    content = load(tmp_path)
    [problem] = content.problems
    assert "there is no fact “hours”" in problem.text
    assert content.words["late"] == CONTENT.words["late"]


def test_a_clubs_folder_that_is_not_there_is_a_problem_not_a_crash(tmp_path):
    [problem] = load(tmp_path / "nowhere").problems
    assert "no such folder" in problem.text

"""Every question of the bank can be said aloud, opens a talk and is there once."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from rapidfuzz import fuzz, utils

import bot.content
from bot.content import FACETS, FIELDS, STAGES, Question, load
from bot.rules.question_review import ASKING, Fault, opens, review_question

BANK = load().questions
FOLDER = Path(bot.content.__file__).parent / "questions"
FILES = {
    path.stem: [BANK[table["id"]] for table in tomllib.loads(path.read_text("utf-8"))["question"]]
    for path in sorted(FOLDER.glob("*.toml"))
}
GENERAL = [q for q in BANK.values() if not (q.fields or q.stages or q.occasion == "later")]


def syllables(word: str) -> int:
    word = word.casefold().replace("é", "ey").strip("'’")
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = re.search(r"([^aeiouyl]e|[^aeiouytd]ed|[^aeiouyscxz]es|[aeiouy]le)$", word)
    return max(1, groups - bool(silent))


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of one spoken sentence."""
    words = re.findall(r"[^\W\d_][\w'’]*", text)
    return 0.39 * len(words) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def ends_otherwise(q: Question) -> bool:
    return not q.text.endswith("?") or q.text.count("?") != 1


def wrong_length(q: Question) -> bool:
    return not 8 <= len(q.text.split()) <= 30


def spoilt(q: Question, fault: Fault) -> bool:
    """What the review of a member's own question finds."""
    return any(one.fault is fault for one in review_question(q.text, probe=q.probe))


def asks_twice(q: Question) -> bool:
    return spoilt(q, Fault.DOUBLE)


def closed(q: Question) -> bool:
    """A yes or no would do, or nothing is asked; no open probe follows it."""
    asks = re.search(rf"\b{ASKING}\b", q.text, re.IGNORECASE)
    return spoilt(q, Fault.CLOSED) or not (asks or opens(q.probe))


def asks_for_a_job(q: Question) -> bool:
    return spoilt(q, Fault.JOB_ASK)


def answered_by_a_search(q: Question) -> bool:
    return not q.searchable and spoilt(q, Fault.SEARCHABLE)


def lacks_a_probe(q: Question) -> bool:
    if q.searchable:
        return False
    return not q.probe.endswith("?") or q.probe.count("?") != 1 or len(q.probe.split()) > 20


def cannot_be_said(q: Question) -> bool:
    return bool(re.search(r"[^\w\s'’,;.?é-]|[\d_]|\betc\b|\be\.g\b", f"{q.text} {q.probe}"))


def too_hard_for_the_ear(q: Question) -> bool:
    return grade(q.text) > 10


def wrong_minutes(q: Question) -> bool:
    return not 2 <= q.minutes <= 5


FAULTS = {
    fault.__name__: fault
    for fault in (
        ends_otherwise,
        wrong_length,
        asks_twice,
        closed,
        asks_for_a_job,
        answered_by_a_search,
        lacks_a_probe,
        cannot_be_said,
        too_hard_for_the_ear,
        wrong_minutes,
    )
}


def near_duplicates(texts: dict[str, str], floor: int = 88) -> list[str]:
    said = {key: utils.default_process(text) for key, text in texts.items()}
    return [
        f"{a} ~ {b}"
        for a, b in combinations(said, 2)
        if fuzz.token_set_ratio(said[a], said[b], score_cutoff=floor)
    ]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_question_has_this_fault(fault):
    faulty = {q.id: q.text for q in BANK.values() if FAULTS[fault](q)}
    assert faulty == {}


@pytest.mark.parametrize(
    ("fault", "text", "probe"),
    [
        ("ends_otherwise", "Tell me how you came to do the work you do.", ""),
        ("ends_otherwise", "What do you do all day? How do you like it?", ""),
        ("wrong_length", "What do you do all day?", ""),
        ("wrong_length", " ".join(["What", *["very"] * 29, "tired?"]), ""),
        ("asks_twice", "What do you read each week, and why do you read it?", ""),
        ("asks_twice", "Which days are long, and do you mind the long days?", ""),
        ("closed", "Do you like the work that you do every day?", "Is it fun?"),
        ("closed", "With all that you know, would you do it again?", ""),
        ("asks_for_a_job", "How would I get an internship at your place this summer?", ""),
        ("asks_for_a_job", "Who on your team decides whom to take on?", "Are you hiring?"),
        ("asks_for_a_job", "Which openings does your team have at the moment?", ""),
        ("answered_by_a_search", "How many people work at the place where you are?", ""),
        ("lacks_a_probe", "What makes a day a good day for you here?", ""),
        ("lacks_a_probe", "What makes a day a good day for you here?", "Say more."),
        ("cannot_be_said", "How do you and/or your team spend a usual day?", ""),
        ("cannot_be_said", "What do you do in the 1st hour of the day?", ""),
        (
            "too_hard_for_the_ear",
            "Which organizational responsibilities necessitate interdisciplinary collaboration?",
            "",
        ),
    ],
)
def test_each_fault_is_seen_where_it_is(fault, text, probe):
    question = Question(id="x", text=text, facets=("day",), rules=("R24",), probe=probe)
    assert FAULTS[fault](question)


def test_a_closed_question_may_stand_when_its_probe_opens_it():
    text = "Would you choose this line of work a second time?"
    question = Question(
        id="x", text=text, facets=("day",), rules=("R24",), probe="What decides it?"
    )
    assert not closed(question)


def test_no_two_questions_are_alike():
    assert near_duplicates({q.id: q.text for q in BANK.values()}) == []


def test_the_same_question_in_another_order_of_words_is_seen():
    one, other = "What do you enjoy most at work?", "At work, what do you most enjoy?"
    assert near_duplicates({"a": one, "b": other, "c": "Who trained you?"}) == ["a ~ b"]


def test_no_reason_and_no_probe_stands_for_the_question_itself():
    assert [q.id for q in BANK.values() if q.probe == q.text or q.why.endswith("?")] == []


# --- where each question stands -------------------------------------------------------


@pytest.mark.parametrize("facet", FACETS)
def test_a_topics_file_holds_general_questions_on_that_topic(facet):
    for question in FILES[f"general_{facet}"]:
        assert question.facets[0] == facet, question.id
        assert question.id.startswith(f"{facet}-")
        assert not question.fields
        assert not question.stages
        assert question.occasion in ("first", "any"), question.id


@pytest.mark.parametrize("field", FIELDS)
def test_a_fields_file_holds_thirteen_questions_of_that_field_on_six_topics(field):
    questions = FILES[f"field_{field}"]
    topics = Counter(q.facets[0] for q in questions)
    assert len(questions) >= 13
    assert len(topics) >= 6
    assert max(topics.values()) <= 3
    for question in questions:
        assert question.fields[0] == field, question.id
        assert question.id.startswith(f"{field}-")


def test_questions_for_a_stage_stand_together():
    assert all(q.stages and q.id.startswith(f"{q.facets[0]}-") for q in FILES["stages"])
    assert all(q in FILES["stages"] for q in BANK.values() if q.stages and not q.fields)


def test_questions_that_speak_of_an_earlier_talk_stand_together():
    assert all(q.occasion == "later" for q in FILES["later_talks"])
    assert all(q.id.startswith(f"{q.facets[0]}-") for q in FILES["later_talks"])


def test_every_file_is_one_of_these():
    known = {f"general_{facet}" for facet in FACETS} | {f"field_{field}" for field in FIELDS}
    assert set(FILES) == known | {"stages", "later_talks"}


def test_each_field_has_a_label_of_its_own_that_fits_in_a_menu():
    assert len({label.casefold() for label in FIELDS.values()}) == len(FIELDS) == 31
    assert max(map(len, FIELDS.values())) <= 40


# --- whether there are enough ---------------------------------------------------------


def test_there_are_at_least_500_questions():
    assert len([q for q in BANK.values() if not q.searchable]) >= 500


@pytest.mark.parametrize("facet", FACETS)
def test_every_topic_has_fifteen_general_questions(facet):
    mains = [q for q in GENERAL if q.facets[0] == facet and not q.searchable]
    assert len(mains) >= 15


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_six_questions_on_several_topics(stage):
    mine = [q for q in BANK.values() if stage in q.stages]
    assert len(mine) >= 6
    assert len({q.facets[0] for q in mine}) >= 5


@pytest.mark.parametrize("rule", ["R42", "R45"])
def test_a_later_talk_comes_back_on_advice_and_goes_on(rule):
    assert len([q for q in FILES["later_talks"] if rule in q.rules]) >= 5


@pytest.mark.parametrize("facet", FACETS)
def test_a_later_talk_has_a_question_on_every_topic(facet):
    assert len(FILES["later_talks"]) >= 18
    assert any(q.facets[0] == facet for q in FILES["later_talks"])


@pytest.mark.parametrize("facet", ["advice", "referral"])
def test_every_talk_can_close_well_at_any_time(facet):
    closers = [q for q in GENERAL if q.facets[0] == facet and q.occasion == "any"]
    assert max(q.weight for q in closers) == 5

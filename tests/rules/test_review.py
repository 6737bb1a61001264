"""A message is reviewed as an adviser would: each fault at its place, good messages in peace."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.review import ENOUGH, HERE, PRECISION, RECALL, read_messages, score
from bot.rules.review import FAULT_WORDS, RULES, About, Fault, review_message

MESSAGES = [one for file in sorted(HERE.glob("messages*.toml")) for one in read_messages(file)]
TO_ROSA = About("request", "email", first="Rosa", name="Rosa Vega", my_name="Ana Kovač")
LONG = 4000


def found(text: str, about: About = TO_ROSA) -> dict[Fault, str]:
    return {one.fault: text[one.start : one.end] for one in review_message(text, about)}


def test_every_rule_is_found_and_nothing_else():
    counts = score(MESSAGES).counts
    judged = {fault: count for fault, count in counts.items() if fault is not Fault.SPELLING}
    assert len(MESSAGES) >= 150
    assert [fault for fault, count in judged.items() if count.labels < ENOUGH] == []
    assert [fault for fault, count in judged.items() if count.precision < PRECISION] == []
    assert [fault for fault, count in judged.items() if count.recall < RECALL] == []


def test_every_fault_has_a_rule_and_a_short_name():
    assert RULES.keys() == FAULT_WORDS.keys() == set(Fault)


def test_findings_point_at_their_places_and_say_how_to_mend():
    text = "Dear Roza,\n\nCould you refer me for a job? I need it it now [your name]."
    findings = review_message(text, TO_ROSA)
    assert found(text)[Fault.WRONG_NAME] == "Roza"
    assert found(text)[Fault.GAP] == "[your name]"
    assert found(text)[Fault.REPEATED_WORD] == "it it"
    assert "refer me" in found(text)[Fault.JOB_ASK]
    assert all(one.remedy.endswith((".", "”", "?")) for one in findings)
    assert not any("R0" in one.remedy or "R1" in one.remedy for one in findings)


def test_errors_come_before_hints():
    text = "Dear Rosa,\n\nCould we talk this week? You must answer me. [your name]"
    hints = [one.is_hint for one in review_message(text, TO_ROSA)]
    assert hints == sorted(hints)


@pytest.mark.parametrize(
    "words",
    [
        "I especially enjoyed how calm you stay when five things happen at once.",
        "I signed up for the course right away.",
        "I immediately wrote down what you said about night shifts.",
    ],
)
def test_what_happened_at_once_is_not_pushy(words):
    assert Fault.DEMANDING not in found(f"Dear Rosa,\n\n{words}")
    assert Fault.DEMANDING in found("Dear Rosa,\n\nPlease let me know at once.")


@pytest.mark.parametrize(
    ("first", "name", "greeting"),
    [
        ("Jelena", "Dr. Jelena Petrović", "Dear Dr. Petrović"),
        ("Jelena", "Dr. Jelena Petrović", "Dear Professor Petrovic"),
        ("Bob", "Robert Osei", "Hi Bob"),
        ("Robert", "Robert Osei", "Hi Bob"),
        ("Alexandra", "Alexandra Kim", "Hey Alex"),
        ("Siobhán", "Siobhán O'Neill-Byrne", "Dear Ms. O’Neill-Byrne"),
        ("李明", "李明", "Dear 李明"),
        ("李明", "李明", "Dear Li Ming"),
        ("Милица", "Милица Петровић", "Dear Milica"),
        ("Rosa", "Rosa Vega", "Aunt Rosa"),
        ("Rosa", "Rosa Vega", "Hi there"),
        ("Rosa", "Rosa Vega", "Dear Dr. Rosa Vega, PhD"),
        ("", "", "Dear Whoever"),
    ],
)
def test_what_they_answer_to_is_their_name(first, name, greeting):
    about = replace(TO_ROSA, first=first, name=name)
    assert Fault.WRONG_NAME not in found(f"{greeting},\n\nthank you for your time.", about)


@pytest.mark.parametrize(
    ("first", "name", "greeting"),
    [
        ("Rosa", "Rosa Vega", "Dear Roza"),
        ("Anna", "Anna Kim", "Dear Ann"),
        ("Rosa", "Rosa Vega", "Dear Ms. Vegas"),
        ("Rosa", "Rosa Vega", "Dear Peter"),
        ("李明", "李明", "Dear 王芳"),
        ("Jelena", "Jelena Petrović", "Dear Dr. Petrovich"),
        ("Rosa", "Rosa Vega", "Dear Sir or Madam"),
        ("Rosa", "Rosa Vega", "To whom it may concern"),
    ],
)
def test_another_name_or_a_misspelt_one_is_found(first, name, greeting):
    about = replace(TO_ROSA, first=first, name=name)
    assert Fault.WRONG_NAME in found(f"{greeting},\n\nthank you for your time.", about)


def test_a_referrers_name_needs_their_word():
    about = replace(TO_ROSA, referrer="Priya Raman")
    text = "Dear Rosa,\n\nPriya told me about your ward."
    assert found(text, about)[Fault.NAME_NOT_PERMITTED] == "Priya"
    permitted = replace(about, may_name_referrer=True)
    assert Fault.NAME_NOT_PERMITTED not in found(text, permitted)


def test_a_name_that_is_a_word_counts_only_as_a_name():
    about = replace(TO_ROSA, referrer="May Summers")
    assert Fault.NAME_NOT_PERMITTED not in found("May I call you in May this summer?", about)
    assert Fault.NAME_NOT_PERMITTED in found("I have your name from May.", about)


def test_a_name_in_the_subject_and_a_gap_there_are_found():
    about = replace(TO_ROSA, referrer="Priya Raman")
    findings = review_message("Dear Rosa", about, subject="Priya sent me [which day?]")
    assert {Fault.NAME_NOT_PERMITTED, Fault.GAP} <= {one.fault for one in findings}


def test_openings_are_an_error_before_the_talk_and_a_hint_after_it():
    text = "Dear Rosa,\n\nif you hear of any openings, please keep me in mind."
    for kind, is_hint in (("request", False), ("thank_you", True)):
        about = replace(TO_ROSA, kind=kind)
        hints = [o.is_hint for o in review_message(text, about) if o.fault is Fault.OPENINGS]
        assert hints == [is_hint]


def test_this_week_is_a_hint():
    text = "Dear Rosa,\n\nCould we talk for 15 minutes this week?"
    hints = [o.is_hint for o in review_message(text, TO_ROSA) if o.fault is Fault.DEMANDING]
    assert hints == [True]


def test_a_gap_is_said_once_and_not_again_as_what_is_missing():
    text = (
        "Dear Rosa,\n\nThank you. What I enjoyed most: [what did you enjoy most?] "
        "What helped: [which advice helped?] Next: [what is your next step?]"
    )
    assert set(found(text, replace(TO_ROSA, kind="thank_you"))) == {Fault.GAP}


def test_whoever_denies_asking_for_a_job_does_not_ask_for_one():
    text = "Dear Rosa,\n\nI'm not asking for a job or an internship at your hospital."
    assert not {Fault.JOB_ASK, Fault.OPENINGS} & set(found(text))


@given(st.text(max_size=400), st.sampled_from(["request", "thank_you", "check_in", ""]))
def test_any_text_is_reviewed_and_places_lie_inside(text, kind):
    about = replace(TO_ROSA, kind=kind, referrer="Leo Park", own_words=(text[:20],))
    for one in review_message(text, about, subject=text[:50]):
        assert 0 <= one.start <= one.end <= len(text)


@pytest.mark.parametrize(
    "piece", ["_", "[", "{{", "a ", "you ", "1", "A.b", "\n", "李", "the the "]
)
def test_no_text_takes_long(piece):
    text = (piece * LONG)[:LONG]
    began = time.process_time()
    review_message(text, replace(TO_ROSA, referrer="Leo Park"))
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "line",
    [
        "I sing in the same choir as you.",
        "I swim on the same relay team as you did.",
        "Like you, I grew up above a bakery in Graz.",
        "I heard you speak about kilns in May.",
        "My old coach thought you'd be the right person to ask.",
        "I know of you through the rowing club.",
        "I go to the same church as you.",
    ],
)
def test_what_two_people_share_is_a_connection(line):
    text = f"Dear Rosa,\n\n{line} Could we talk for 20 minutes?\n\nAna Kovač\nana@example.edu"
    assert Fault.NO_CONNECTION not in found(text)


@pytest.mark.parametrize(
    "line",
    [
        "I want to become a nurse.",
        "I think you could help me a lot with my career.",
        "I feel the same as you do about hard work.",
        "I would like to go through some questions with you.",
    ],
)
def test_a_wish_is_no_connection(line):
    text = f"Dear Rosa,\n\n{line} Could we talk for 20 minutes?\n\nAna Kovač\nana@example.edu"
    assert Fault.NO_CONNECTION in found(text)

"""What spoils a question is found, placed and mended; good questions are left in peace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import load
from bot.rules.question_review import Fault, review_question

BANK = load().questions.values()

JOB_ASKS = [
    "Can you get me a job?",
    "Could you help me find an internship this summer?",
    "Would you refer me?",
    "Could you forward my résumé to your manager?",
    "Would you pass on my resume?",
    "May I send my CV to your boss?",
    "Are you hiring at the moment?",
    "Is your team hiring?",
    "Are there any openings on your team?",
    "Do you have an internship for students?",
    "Which openings does your team have at the moment?",
    "How would I get an internship at your place this summer?",
    "Is there a job for me?",
    "Would you put in a good word for me?",
    "Would you recommend me for the position?",
    "Could you write me a letter of recommendation?",
    "Will you be my reference?",
    "Could I work for you?",
    "Can I apply at your company?",
    "Do you know anybody who is hiring?",
    "What would it take for you to hire me?",
]
SEARCHED = [
    "What does your company do?",
    "What does your organization make?",
    "How many employees do you have?",
    "How many people work at your company?",
    "How big is your firm?",
    "What was your major?",
    "Which university did you go to?",
    "What did you study in college?",
    "When did you graduate?",
    "When was the company founded?",
    "In what year was your organization first founded?",
    "Who founded your company?",
    "Who is your CEO?",
    "Where is your company located?",
    "Where are your headquarters?",
    "What is your mission statement?",
    "What is your job title?",
    "How long have you been at your company?",
    "What is the average salary?",
    "How much do nurses earn?",
    "What degree do I need?",
    "Which license is required?",
    "Which colleges offer this?",
    "What does a paralegal do?",
    "What does UX stand for?",
    "What products does your company sell?",
]
CLOSED = [
    "Do you like your job?",
    "do you like your job",
    "Is it stressful?",
    "Would you do it again?",
    "Have you ever regretted it?",
    "Don’t you miss teaching?",
    "So, do you travel a lot?",
    "I read that you moved to law. Do you miss the lab?",
    "With all that you know, would you do it again?",
    "You like it there?",
]
DOUBLE = [
    "What do you read, and why do you read it?",
    "How did you get here and what would you change?",
    "What is hard? What is easy?",
    "Which days are long, and do you mind the long days?",
    "What do you like, or what keeps you there?",
]
GOOD = [
    "How did you find your way into this work?",
    "What does your company do when a project fails?",
    "What, if anything, would you change about your first year?",
    "Could you tell me how you decided on nursing?",
    "Can you walk me through yesterday?",
    "Do you remember what surprised you most in your first week?",
    "May I ask how you learned to say no?",
    "Tell me about your first week on a ward.",
    "I saw that you moved from law to teaching. How did that come about?",
    "How did you get your position here?",
    "How did you find your first job at a newspaper?",
    "What do you like most about your job at the library?",
    "What do you look for when you hire somebody for your team?",
    "Which books would you recommend to me?",
    "What would your recommendation be for a first course?",
    "How big is the part that luck played?",
    "How many people see your draft before it goes out?",
    "Where is your work going in the next years?",
    "Who else would you suggest I talk to?",
    "What advice do you have for me?",
    "What do you wish you had studied?",
    "¿Qué es lo que más le gusta de su trabajo?",
    "どうしてこの仕事を選びましたか？",
    "Looking back, what would you tell yourself at twenty?",
    "What do you see, hear and smell on a shift?",
]


def faults(text: str, probe: str = "") -> list[Fault]:
    return [finding.fault for finding in review_question(text, probe=probe)]


@pytest.mark.parametrize("text", JOB_ASKS)
def test_asking_for_a_job_is_found_first(text: str):
    assert faults(text)[0] is Fault.JOB_ASK


@pytest.mark.parametrize("text", SEARCHED)
def test_what_a_search_answers_is_found(text: str):
    assert Fault.SEARCHABLE in faults(text)


@pytest.mark.parametrize("text", CLOSED)
def test_what_a_yes_or_no_answers_is_found(text: str):
    assert faults(text) == [Fault.CLOSED]


@pytest.mark.parametrize("text", DOUBLE)
def test_two_questions_in_one_are_found(text: str):
    assert faults(text) == [Fault.DOUBLE]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_question_is_left_in_peace(text: str):
    assert faults(text) == []


@pytest.mark.parametrize("text", ["", " \n ", "⠀"])
def test_nothing_is_nothing(text: str):
    assert faults(text) == [Fault.EMPTY]


@pytest.mark.parametrize("text", ["Your job", "I like dogs.", "…", "42", "?", "42?", "Nursing?"])
def test_what_asks_nothing_is_found(text: str):
    assert faults(text) == [Fault.NOT_A_QUESTION]


@pytest.mark.parametrize("text", ["Why?", "And then?", "为什么？", "¿Por qué?"])
def test_a_short_question_is_one(text: str):
    assert Fault.NOT_A_QUESTION not in faults(text)


def test_one_long_word_is_counted_in_characters():
    (finding, *_) = review_question("x" * 300)
    assert finding.fault is Fault.TOO_LONG
    assert "300 characters" in finding.remedy


def test_thirty_words_pass_and_one_more_is_too_long():
    assert faults(" ".join(["What", *["so"] * 28, "far?"])) == []
    text = " ".join(["What", *["so"] * 29, "far?"])
    (finding,) = review_question(text)
    assert finding.fault is Fault.TOO_LONG
    assert text[finding.start : finding.end] == " far?"
    assert "31 words" in finding.remedy


def test_a_few_very_long_words_are_too_long_as_well():
    assert faults("What " + "a" * 200) == [Fault.TOO_LONG]


def test_a_probe_that_opens_excuses_a_closed_question_and_no_other_fault():
    assert faults("Would you choose it again?", "What decides it?") == []
    assert faults("Would you choose it again?", "Is it fun?") == [Fault.CLOSED]
    assert faults("Are you hiring?", "Who decides?") == [Fault.JOB_ASK]


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ("I like it. Are you hiring now?", "Are you hiring", "R12"),
        ("So, when was it founded, by the way?", "when was it founded", "R22"),
        ("I wonder: do you like it?", "do you", "R25"),
        ("What is hard and what is easy?", "and what", "R21"),
    ],
)
def test_a_finding_names_its_rule_and_its_place(text: str, place: str, rule: str):
    (finding,) = (one for one in review_question(text) if one.rule == rule)
    assert text[finding.start : finding.end] == place
    assert finding.remedy


def test_the_review_agrees_with_the_bank():
    for one in BANK:
        expected = [Fault.SEARCHABLE] if one.searchable else []
        assert faults(one.text, one.probe) == expected, one.id


@given(st.text(max_size=400), st.text(max_size=100))
def test_any_text_is_reviewed_and_every_place_is_in_it(text: str, probe: str):
    found = review_question(text, probe=probe)
    assert all(0 <= one.start <= one.end <= len(text) for one in found)
    assert len({one.fault for one in found}) == len(found)


WORDS = (
    "what",
    "how",
    "do you",
    "and",
    "so,",
    "?",
    "!",
    "get me a job",
    "when was",
    "founded",
    ",",
)


@given(st.lists(st.sampled_from(WORDS), max_size=200))
def test_any_heap_of_telling_words_is_reviewed(words: list[str]):
    text = " ".join(words)
    assert all(text[one.start : one.end] for one in review_question(text) if text.strip())

"""Drafts say what a good message says, mark what is missing, and keep a member's words."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import DRAFT_KINDS, DraftFacts, load, render_draft
from bot.errors import UserError
from bot.rules.records import Mode

CONTENT = load()

SAM = DraftFacts(
    my_name="Sam Lee",
    my_line="a second-year biology student",
    my_school="State College",
    my_field="nursing",
    my_contact="sam@example.edu",
    my_phone="555 0100",
    first="Rosa",
    name="Rosa Lee",
    role="charge nurse",
    organization="St Mary's",
    how_known="we met at the health fair",
    referrer="Ana Diaz",
    may_name_referrer=True,
    follow_up="next week",
    talk_day="on Tuesday",
    talk_time="at 3:00 pm",
    place="12 Main Street",
    enjoyed="your story about the night shift",
    advice="shadow a nurse before choosing",
    promises=("write to the union", "shadow for a day"),
)


@pytest.mark.parametrize("kind", DRAFT_KINDS)
def test_every_kind_of_draft_is_written_for_some_channel(kind):
    assert CONTENT.channels(kind)


def test_a_request_says_who_why_how_long_and_thanks_and_never_asks_for_a_job():
    draft = render_draft(CONTENT, "request", "email", SAM)
    for words in (
        "Hi Rosa,",
        "My name is Sam Lee, a second-year biology student.",
        "Ana Diaz suggested that I write to you.",
        "Your role as charge nurse at St Mary's",
        "20 minutes",
        "Thank you in advance",
        "I will follow up next week",
        "sam@example.edu",
    ):
        assert words in draft.text
    assert draft.gaps == ()
    assert draft.subject == "20 minutes about your work in nursing?"
    assert not re.search(r"\b(job|internship|position|hire|résumé)\b", draft.text)


def test_who_does_not_follow_up_promises_nothing():
    facts = replace(SAM, follow_up="")
    for channel in ("email", "phone"):
        text = render_draft(CONTENT, "request", channel, facts).text
        assert "follow up" not in text
        assert "try again" not in text
    assert "I said that" not in render_draft(CONTENT, "write_again", "email", facts).text


def test_a_referrer_without_permission_is_never_named():
    for template in CONTENT.templates.values():
        facts = replace(SAM, may_name_referrer=False)
        assert "Ana" not in render_draft(CONTENT, template.kind, template.channel, facts).text


def test_an_alum_is_greeted_as_a_fellow():
    facts = replace(SAM, referrer="", connection="alumni")
    assert "among our alumni: I am at State College myself." in (
        render_draft(CONTENT, "request", "email", facts).text
    )


def test_a_thank_you_says_what_was_enjoyed_what_helped_and_what_comes_next():
    draft = render_draft(CONTENT, "thank_you", "email", SAM)
    assert "What I enjoyed most: your story about the night shift." in draft.text
    assert "shadow a nurse before choosing." in draft.text
    assert "- write to the union\n- shadow for a day" in draft.text
    assert draft.gaps == ()


def test_a_missing_fact_becomes_a_gap_that_asks_for_it():
    draft = render_draft(CONTENT, "thank_you", "email", replace(SAM, enjoyed=""))
    assert "What I enjoyed most: [what did you enjoy most?]." in draft.text
    assert draft.gaps == ("what did you enjoy most?",)


def test_a_formal_member_greets_with_the_whole_name():
    facts = replace(SAM, tone="formal")
    assert render_draft(CONTENT, "request", "email", facts).text.startswith("Dear Rosa Lee,")


def test_a_channel_that_is_not_written_takes_the_usual_words():
    draft = render_draft(CONTENT, "running_late", "linkedin", SAM)
    assert draft.channel == "linkedin"
    assert "running [how many minutes?] late" in draft.text
    with pytest.raises(UserError, match="thank you"):
        render_draft(CONTENT, "poem", "email", SAM)


def test_the_words_of_a_member_stay_as_typed_and_are_never_a_template():
    typed = "“that's” {{ my_name }} {% raw %} <b>&amp;</b> \ue000x\ue001 🙂"
    draft = render_draft(CONTENT, "thank_you", "email", replace(SAM, enjoyed=typed))
    assert "most: “that's” {{ my_name }} {% raw %} <b>&amp;</b> x 🙂\n" in draft.text
    assert draft.gaps == ()


def test_a_linkedin_note_drops_sentences_before_names_and_never_cuts_a_word():
    long = replace(SAM, my_line="a student of " + "interdisciplinary " * 9 + "studies")
    text = render_draft(CONTENT, "request", "linkedin", long).text
    assert len(text) <= 300
    assert text.startswith("Hi Rosa, I'm Sam Lee")
    assert text.endswith("Thank you for considering it.")


WORD = st.text(
    alphabet="abcdefghijklmnopqrstuvwxyzÄéñ漢字مرحبا'’-0123456789😀", min_size=1, max_size=12
)
PHRASE = st.lists(WORD, min_size=1, max_size=30).map(" ".join)
MAYBE = st.just("") | PHRASE
RANDOM_FACTS = st.builds(
    DraftFacts,
    **{
        f.name: MAYBE
        for f in fields(DraftFacts)
        if f.type == "str" and f.name not in ("mode", "tone", "relation", "follow_up_by")
    },
    tone=st.sampled_from(["warm", "plain", "formal"]),
    mode=st.sampled_from(["", *Mode]),
    may_name_referrer=st.booleans(),
    cancelled=st.booleans(),
    minutes=st.sampled_from([15, 20, 30]),
    promises=st.lists(MAYBE, max_size=4).map(tuple),
)


CLOSINGS = ("Best wishes,", "With thanks,", "Thank you,", "Thank you again,")


@settings(max_examples=60, deadline=None)
@given(facts=RANDOM_FACTS)
def test_no_facts_make_a_draft_stumble(facts):
    for template in CONTENT.templates.values():
        draft = render_draft(CONTENT, template.kind, template.channel, facts)
        polite = {draft.text.split("\n")[0], *CLOSINGS}
        for text in (draft.subject, draft.text):
            assert "None" not in text
            assert "{" not in text
            assert "}" not in text
            assert "  " not in text
            assert "\n\n\n" not in text
            assert "\ue000" not in text
            assert not re.search(r"\s[,.;?]|,[,.]|\.\.|\n ", text)
            assert [
                line for line in text.split("\n") if line.endswith(",") and line not in polite
            ] == []
        assert draft.text
        assert draft.text == draft.text.strip()
        assert len(re.findall(r"\[[^\]]+\]", f"{draft.subject} {draft.text}")) >= len(draft.gaps)
        assert all(f"[{gap}]" in draft.subject + draft.text for gap in draft.gaps)
        assert ("[" in draft.subject + draft.text) == bool(draft.gaps)
        if template.max_chars:
            assert len(draft.text) <= template.max_chars

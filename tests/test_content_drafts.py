"""Drafts say what a good message says, mark what is missing, and keep a member's words."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import CHANNELS, DRAFT_KINDS, RELATIONS, TONES, DraftFacts, load, render_draft
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
    follow_up="next week",
    follow_up_by="writing",
    talk_day="on Tuesday",
    talk_time="at 3:00 pm",
    place="12 Main Street",
    enjoyed="your story about the night shift",
    advice="shadow a nurse before choosing",
    promises=("write to the union", "shadow for a day"),
    done="shadow for a day",
    delay="10 minutes",
    suggested="Mia Holt",
    news="I start at St Mary's in May",
    question="What does a night on the ward ask of you?",
    asked_day="on Monday",
    asked_by="email",
)
BY_ANA = replace(SAM, relation="referral", referrer="Ana Diaz", may_name_referrer=True)
TEMPLATES = tuple(CONTENT.templates.values())


def text_of(kind: str, channel: str = "", facts: DraftFacts = SAM) -> str:
    return render_draft(CONTENT, kind, channel, facts).text


@pytest.mark.parametrize("kind", DRAFT_KINDS)
def test_every_kind_of_draft_is_written_for_some_channel(kind):
    assert CONTENT.channels(kind)


def test_a_request_can_be_made_in_every_way_but_face_to_face():
    assert CONTENT.channels("request") == tuple(c for c in CHANNELS if c != "in_person")


def test_a_request_says_who_why_how_long_and_thanks_and_never_asks_for_a_job():
    draft = render_draft(CONTENT, "request", "email", BY_ANA)
    for words in (
        "Hi Rosa,",
        "I'm Sam Lee, a second-year biology student.",
        "Ana Diaz told me about you and suggested that we talk.",
        "Your work as charge nurse at St Mary's",
        "20 minutes",
        "Thank you so much",
        "I'll write again next week",
        "sam@example.edu",
    ):
        assert words in draft.text
    assert draft.gaps == ()
    assert draft.subject == "Ana Diaz suggested that I talk to you"
    assert not re.search(r"\b(job|internship|position|hire|résumé)\b", draft.text)


@pytest.mark.parametrize(
    ("by", "said"),
    [("phone", "give you a call next week"), ("writing", "write again next week")],
)
def test_a_request_closes_with_how_the_member_follows_up(by: str, said: str):
    facts = replace(SAM, follow_up_by=by)
    for channel in ("email", "card", "linkedin_message"):
        assert said in text_of("request", channel, facts)


def test_who_does_not_follow_up_promises_nothing():
    facts = replace(SAM, follow_up="", follow_up_by="")
    for channel in CONTENT.channels("request"):
        assert not re.search(
            r"follow up|try again|next week|write again|I'll", text_of("request", channel, facts)
        )


CONNECTIONS = {
    "alumni": "you went to State College: it's my school, too",
    "referral": "Ana Diaz told me about you",
    "mutual": "We both know Ana Diaz",
    "family_friend": "You've known me for a while",
    "colleague": "We know each other from work",
    "professor": "You know me from school",
    "event": "We met [where did you meet?]",
    "stranger": "How I found you: [how did you find this person?].",
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_each_relation_is_worded_in_a_way_of_its_own(relation: str):
    facts = replace(BY_ANA, relation=relation, how_known="")
    assert CONNECTIONS[relation] in text_of("request", "email", facts)
    in_all = {text_of("request", "email", replace(facts, tone=tone)) for tone in TONES}
    assert len(in_all) == len(TONES)


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("we met at the health fair", "We met at the health fair."),
        ("met at the health fair", "We met at the health fair."),
        ("mum's friend from church", "I know you as mum's friend from church."),
        ("through the rowing club", "I found you through the rowing club."),
        ("LinkedIn", "I found you on LinkedIn."),
        ("The alumni directory", "I found you in the alumni directory."),
        ("found on LinkedIn", "I found you on LinkedIn."),
        ("My former boss", "You were my boss."),
        ("my old high school teacher", "You were my high school teacher."),
        ("ex-manager at the diner", "You were my manager at the diner."),
        ("my professor", "I know you as my professor."),
        ("Coach", "I know you as a coach."),
        ("My dentist", "I know you as my dentist."),
        ("one of my mentors", "I know you as one of my mentors."),
        ("Advisor", "I know you as an advisor."),
        ("my coach's brother", "I know you as my coach's brother."),
        ("heard you speak at the fair", "I heard you speak at the fair."),
        ("heard your talk at the fair", "I heard your talk at the fair."),
        ("same choir", "We share the same choir."),
        ("Career fair in March", "I know you from the career fair in March."),
        ("family friend", "I know you as a family friend."),
        ("introduced by my advisor", "We were introduced by my advisor."),
        ("alumni directory", "I found you in the alumni directory."),
        ("Prof. Hale recommended you", "Prof. Hale recommended you."),
        ("soccer", "How I came to you: soccer."),
        ("my aunt told me about you", "My aunt told me about you."),
        ("worked next door for a summer", "We worked next door for a summer."),
        ("I know her from church", "How I found you: [how did you find this person?]."),
    ],
)
def test_a_note_on_how_they_met_is_said_to_them_not_about_them(note: str, said: str):
    assert said in text_of("request", "email", replace(SAM, how_known=note))


@pytest.mark.parametrize(
    "note", ["My aunt", "Uncle", "my grandmother", "sister-in-law", "friend", "My best friend"]
)
def test_who_is_family_or_a_friend_is_not_told_so(note: str):
    facts = replace(SAM, how_known=note, connection="family", relation="family_friend")
    said = text_of("request", "email", facts)
    assert "You've known me for a while" in said
    assert not re.search(r"\b(aunt|uncle|grandmother|sister|friend)\b", said, re.IGNORECASE)
    stranger = text_of("request", "email", replace(SAM, how_known=note))
    assert "How I found you: [how did you find this person?]" in stranger


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("you changed careers too", "value your view because you changed careers too."),
        ("Because I want to teach", "value your view because I want to teach."),
        ("your path into teaching", "What draws me to you in particular: your path into teaching."),
        ("she runs the ward", "value your view because [why this person?]."),
    ],
)
def test_a_reason_is_put_so_that_it_reads_as_a_sentence(note: str, said: str):
    assert said in text_of("request", "email", replace(SAM, why=note, role="", organization=""))


def test_a_student_of_the_family_does_not_introduce_themselves_as_a_stranger():
    facts = replace(SAM, connection="family", relation="family_friend", how_known="")
    for channel in ("email", "text", "phone", "card"):
        assert "second-year" not in text_of("request", channel, facts)


def test_who_said_not_now_is_reminded_of_it():
    facts = replace(SAM, asks_again=True, until="on Monday 4 May")
    assert "You told me to try again on Monday 4 May" in text_of("request", "email", facts)


def test_a_referrer_without_permission_is_never_named():
    for template in TEMPLATES:
        for relation in RELATIONS:
            facts = replace(BY_ANA, relation=relation, may_name_referrer=False)
            draft = render_draft(CONTENT, template.kind, template.channel, facts)
            assert "Ana" not in draft.text + draft.subject


@pytest.mark.parametrize("objective", CONTENT.objectives)
def test_an_objective_is_said_in_the_members_field(objective: str):
    text = text_of("request", "email", replace(SAM, objective=objective))
    assert "[" not in text
    assert not re.search(
        r"\b(job|internship|position)\b|n't|'d ", CONTENT.objectives[objective].text
    )
    assert text != text_of("request", "email")


def test_there_are_eight_objectives_and_one_may_be_ones_own():
    assert len(CONTENT.objectives) >= 8
    own = replace(SAM, objective="I want to know whether nights are for me")
    assert "I want to know whether nights are for me. Your work" in text_of("request", "email", own)


def test_writing_again_says_when_and_how_one_asked_and_the_last_time_that_it_is():
    assert "I sent you an email on Monday" in text_of("write_again", "email")
    letter = replace(SAM, asked_by="letter")
    said = text_of("write_again", "phone", letter)
    assert "I sent you a letter on Monday. Did it reach you?" in said
    assert "my last note about it" in text_of("write_again", "email", replace(SAM, is_last=True))


def test_a_voicemail_leaves_the_number_twice_and_slowly():
    for kind in ("request", "write_again"):
        said = text_of(kind, "voicemail")
        assert said.count("555 0100") == 2
        assert "slowly" in said


@pytest.mark.parametrize("channel", CONTENT.channels("thank_you"))
@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("short", [False, True])
def test_a_thank_you_says_what_was_enjoyed_what_helped_and_what_comes_next(channel, tone, short):
    draft = render_draft(CONTENT, "thank_you", channel, replace(SAM, tone=tone, short=short))
    for words in ("enjoyed your story about the night shift.", "shadow a nurse before choosing."):
        assert words in draft.text
    assert "write to the union" in draft.text
    assert draft.gaps == ()


def test_a_missing_fact_becomes_a_gap_that_asks_for_it():
    draft = render_draft(CONTENT, "thank_you", "email", replace(SAM, enjoyed=""))
    assert "What stays with me most: [what did you enjoy most?]." in draft.text
    assert draft.gaps == ("what did you enjoy most?",)


def test_a_formal_member_greets_with_the_whole_name_or_the_title():
    facts = replace(SAM, tone="formal")
    assert text_of("request", "email", facts).startswith("Dear Rosa Lee,")
    doctor = replace(facts, first="Dr. Vega", name="Dr. Elena Vega")
    assert text_of("request", "email", doctor).startswith("Dear Dr. Vega,")


CONTRACTION = re.compile(
    r"\b(I|we|you|it|that|here|what|there)['’](m|d|ll|ve|re|s)\b|n['’]t\b", re.I
)


@pytest.mark.parametrize("one", TEMPLATES, ids=lambda one: one.id)
def test_the_tones_differ_in_words_contractions_and_length(one):
    def said(tone: str) -> str:
        text = render_draft(CONTENT, one.kind, one.channel, replace(SAM, tone=tone)).text
        return text.split("\n\n", 1)[-1].rsplit("\n\n", 1)[0] if one.channel == "email" else text

    texts = {tone: said(tone) for tone in TONES}
    assert len(set(texts.values())) == len(TONES)
    assert not CONTRACTION.search(texts["formal"])
    assert len(texts["plain"]) < min(len(texts["warm"]), len(texts["formal"])) + 10


@pytest.mark.parametrize("kind", [k for k in DRAFT_KINDS if "email" in CONTENT.channels(k)])
@pytest.mark.parametrize("tone", TONES)
def test_the_short_version_is_shorter_by_a_third(kind: str, tone: str):
    whole, short = (
        len(text_of(kind, "email", replace(SAM, tone=tone, short=flag))) for flag in (False, True)
    )
    most = 2 / 3 if tone != "plain" else 0.9  # plain is short already
    assert short <= whole * most


def test_a_channel_that_is_not_written_takes_the_nearest_words():
    draft = render_draft(CONTENT, "running_late", "linkedin", SAM)
    assert draft.channel == "linkedin"
    assert "running 10 minutes late" in draft.text
    assert CONTENT.channel_for("check_in", "linkedin") == "linkedin_message"
    assert CONTENT.channel_for("check_in", "voicemail") == "email"
    with pytest.raises(UserError, match="thank you"):
        render_draft(CONTENT, "poem", "email", SAM)


def test_the_words_of_a_member_stay_as_typed_and_are_never_a_template():
    typed = "“that’s” {{ my_name }} {% raw %} <b>&amp;</b> \ue000x\ue001 🙂"
    draft = render_draft(CONTENT, "thank_you", "email", replace(SAM, enjoyed=typed))
    assert "most: “that’s” {{ my_name }} {% raw %} <b>&amp;</b> x 🙂\n" in draft.text
    assert draft.gaps == ()


def test_of_a_long_note_the_first_sentences_stay():
    long = "How calm you are. " + "The ward never sleeps. " * 200
    draft = render_draft(CONTENT, "thank_you", "email", replace(SAM, enjoyed=long))
    assert "I especially enjoyed how calm you are. The ward never sleeps." in draft.text
    assert len(draft.text) <= 1400
    unbroken = render_draft(CONTENT, "thank_you", "email", replace(SAM, enjoyed="ward " * 800))
    assert unbroken.gaps == ("what did you enjoy most?",)


def test_the_lines_of_a_note_become_one():
    facts = replace(SAM, advice="- Shadow a nurse\n- Ask about nights.\nRead")
    assert "Shadow a nurse; Ask about nights. Read." in text_of("thank_you", "email", facts)


def test_a_linkedin_note_drops_sentences_before_names_and_never_cuts_a_word():
    long = replace(SAM, my_line="a student of " + "interdisciplinary " * 9 + "studies")
    text = text_of("request", "linkedin", long)
    assert len(text) <= 300
    assert text.startswith("Hi Rosa, I'm Sam Lee")
    assert text.endswith("Thank you for considering it.")


WORD = st.text(
    alphabet="abcdefghijklmnopqrstuvwxyzÄéñ漢字مرحبا'’-0123456789😀", min_size=1, max_size=12
)
PHRASE = st.lists(WORD, min_size=1, max_size=30).map(" ".join)
MAYBE = st.just("") | PHRASE
CHOICES = {
    "tone": TONES,
    "relation": RELATIONS,
    "mode": ("", *Mode),
    "follow_up_by": ("", "phone", "writing"),
    "connection": ("", "family", "alumni", "linkedin", "friend"),
    "asked_by": ("", "email", "letter", "phone"),
    "objective": ("", *CONTENT.objectives),
    "minutes": (15, 20, 30),
}
RANDOM_FACTS = st.builds(
    DraftFacts,
    **{f.name: MAYBE for f in fields(DraftFacts) if f.type == "str"}
    | {f.name: st.booleans() for f in fields(DraftFacts) if f.type == "bool"}
    | {name: st.sampled_from(choices) for name, choices in CHOICES.items()},
    promises=st.lists(MAYBE, max_size=4).map(tuple),
)
CLOSINGS = ("All the best,", "Kind regards,", "Best,")


@settings(max_examples=40, deadline=None)
@given(facts=RANDOM_FACTS)
def test_no_facts_make_a_draft_stumble(facts):
    for template in TEMPLATES:
        draft = render_draft(CONTENT, template.kind, template.channel, facts)
        polite = {draft.text.split("\n")[0], *CLOSINGS}
        for text in (draft.subject, draft.text):
            assert "None" not in text
            assert "{" not in text
            assert "}" not in text
            assert "  " not in text
            assert "\n\n\n" not in text
            assert "\ue000" not in text
            assert not re.search(r"\s[,.;?]|,[,.]|\.\.|\n ", text), template.id
            assert [
                line for line in text.split("\n") if line.endswith(",") and line not in polite
            ] == [], template.id
        assert draft.text
        assert draft.text == draft.text.strip()
        assert all(f"[{gap}]" in draft.subject + draft.text for gap in draft.gaps)
        assert ("[" in draft.subject + draft.text) == bool(draft.gaps)
        if template.max_chars:
            assert len(draft.text) <= template.max_chars


def test_what_to_do_goes_on_with_the_sentence():
    facts = replace(
        SAM,
        advice="Shadow a nurse before choosing",
        promises=("Ask the ward", "Mia Holt first"),
        done="Ask the ward",
    )
    thanks = text_of("thank_you", "text", facts)
    assert "your advice: shadow a nurse before choosing." in thanks
    assert "My next steps: ask the ward; Mia Holt first." in thanks
    assert "- Ask the ward\n" in text_of("thank_you", "email", facts)
    assert "one thing to do: ask the ward. And it's done." in text_of(
        "tell_promise", "email", facts
    )


@pytest.mark.parametrize("channel", CONTENT.channels("talked_to"))
@pytest.mark.parametrize("tone", TONES)
def test_a_talk_that_nobody_noted_is_asked_about(channel: str, tone: str):
    facts = replace(SAM, tone=tone)
    assert "[when did you talk?]" in text_of("talked_to", channel, facts)
    told = replace(facts, suggested_day="on Monday")
    assert " on Monday" in text_of("talked_to", channel, told)


@pytest.mark.parametrize("name", ["how_known", "why", "enjoyed", "advice", "objective"])
def test_a_note_that_names_a_referrer_without_permission_stays_out(name: str):
    note = "Ana told me that nights are long"
    facts = replace(BY_ANA, may_name_referrer=False, **{name: note})
    for template in TEMPLATES:
        draft = render_draft(CONTENT, template.kind, template.channel, facts)
        assert "Ana" not in draft.text + draft.subject
    allowed = replace(facts, may_name_referrer=True)
    kind = "thank_you" if name in ("enjoyed", "advice") else "request"
    assert "Ana" in text_of(kind, "email", allowed)


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("She told me to shadow a night shift", "your advice: shadow a night shift."),
        ("he said I should read more", "your advice: read more."),
        ("They suggested that I wait a year", "your advice: wait a year."),
        ("her way of listening first", "your advice: [which advice helped?]."),
        ("She said that nights are long", "your advice: nights are long."),
        ("They said: read more", "your advice: read more."),
        ("he told me that nobody regrets it", "your advice: nobody regrets it."),
        ("They love their work", "your advice: [which advice helped?]."),
        ("She said her first year was hard", "your advice: [which advice helped?]."),
    ],
)
def test_advice_is_said_to_who_gave_it(note: str, said: str):
    assert said in text_of("thank_you", "email", replace(SAM, advice=note))
    assert "She told" not in text_of("check_in", "email", replace(SAM, advice=note))


@pytest.mark.parametrize("note", ["They stay so calm", "Their story about the night shift"])
def test_a_note_that_begins_with_them_is_about_them(note: str):
    facts = replace(SAM, enjoyed=note, why=note, how_known=note)
    assert "[what did you enjoy most?]" in text_of("thank_you", "email", facts)
    bare = replace(facts, role="", organization="")
    assert "[why this person?]" in text_of("request", "email", bare)
    assert "[how did you find this person?]" in text_of("request", "email", facts)
    told = replace(SAM, enjoyed="how your patients say that they trust you")
    assert "enjoyed how your patients say that they trust you." in text_of(
        "thank_you", "email", told
    )


def test_a_step_that_is_about_them_is_said_to_them():
    facts = replace(SAM, promises=("Send her my notes", "Write to him next week", "ask the ward"))
    said = text_of("thank_you", "email", facts)
    assert "- Send you my notes\n- Write to you next week\n- ask the ward" in said


@pytest.mark.parametrize(
    "step",
    [
        "Read her book",
        "Call her colleague",
        "Visit his lab",
        "Read the article she sent me",
        "Write to them next week",
        "Look at their site",
        "call Mia, ask her first",
    ],
)
def test_a_step_that_speaks_of_somebody_is_asked_for(step: str):
    facts = replace(SAM, promises=(step,), done=step)
    for tone in TONES:
        thanks = render_draft(CONTENT, "thank_you", "email", replace(facts, tone=tone))
        assert step.lower() not in thanks.text.lower()
        assert thanks.gaps == ("what is your next step?",)
        told = render_draft(CONTENT, "tell_promise", "email", replace(facts, tone=tone))
        assert step.lower() not in told.text.lower()
        assert "what did you do?" in told.gaps


def test_of_several_steps_those_about_somebody_are_asked_for_once():
    steps = ("Read her book", "Ask the nurses how they chart", "Visit his lab")
    said = text_of("thank_you", "email", replace(SAM, promises=steps))
    assert "- [what is your next step?]\n- Ask the nurses how they chart\n" in said
    assert said.count("what is your next step?") == 1
    alone = text_of("thank_you", "email", replace(SAM, promises=steps[::2]))
    assert "My next step: [what is your next step?]." in alone

"""Writes docs/drafts.md: every kind of message, by channel and tone (``python -m docs.drafts``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.content import DRAFT_KINDS, RELATIONS, TONES, Content, DraftFacts, load, render_draft
from bot.notebook.drafts.words import KIND_WORDS

PAGE = Path(__file__).with_suffix(".md")
FACTS = DraftFacts(
    my_name="Sam Lee",
    my_line="a second-year biology student",
    my_school="Hill College",
    my_field="nursing",
    my_contact="sam@example.edu · 555 0100",
    my_phone="555 0100",
    first="Rosa",
    name="Rosa Vega",
    role="charge nurse",
    organization="Mercy Hospital",
    relation="referral",
    referrer="Ana Diaz",
    may_name_referrer=True,
    why="you taught before you came to the ward",
    follow_up="next week",
    follow_up_by="phone",
    asked_day="on Tuesday 3 March",
    asked_by="email",
    until="on Monday 4 May",
    talk_day="on Thursday",
    talk_time="at 3:00 pm",
    mode="phone",
    place="Rosa's office line, 555 0199",
    enjoyed="How calm you stay when five things happen at once",
    advice="Shadow a night shift before deciding",
    promises=("Ask the ward about a night shift", "Read the union's report"),
    done="Ask the ward about a night shift",
    delay="ten minutes",
    suggested="Mia Holt",
    suggested_day="on Monday",
    question="What does a night on the ward ask of you?",
    news="I start at Mercy Hospital in May",
)
HEAD = """# Every message, in every tone

Written by `make drafts` from `bot/content/templates` with one student's notebook; a test holds it
to them. What the notebook does not hold stands in brackets, as a question to the student.
"""


_AFTER_A_TALK = ("good_news", "ask_introduction", "check_in")


def write(content: Content) -> str:
    """Give the whole page."""
    connections = ["## How each connection is worded\n", *_relations(content), ""]
    return "\n".join([HEAD, *_kinds(content), *connections])


def _kinds(content: Content) -> Iterator[str]:
    for kind in DRAFT_KINDS:
        yield f"## {KIND_WORDS[kind]}\n"
        facts = replace(FACTS, is_again=kind in _AFTER_A_TALK)
        for channel in content.channels(kind):
            for tone in TONES:
                yield _message(content, kind, channel, replace(facts, tone=tone))
        usual = content.channels(kind)[0]
        yield _message(content, kind, usual, replace(facts, short=True))
    yield _message(content, "write_again", "email", replace(FACTS, is_last=True))
    again = replace(FACTS, is_again=True)
    yield _message(content, "opening", "in_person", again)
    for tone in TONES:
        named = replace(FACTS, tone=tone, suggested_day="")
        yield _message(content, "thanks_anyway", "email", named, "with a name")
        promised = replace(FACTS, tone=tone, offered=True)
        yield _message(content, "ask_introduction", "email", promised, "promised")
        yield _message(content, "request", "email", replace(again, tone=tone), "once more")
        untalked = replace(FACTS, tone=tone)
        yield _message(content, "check_in", "email", untalked, "never talked")


def _message(content: Content, kind: str, channel: str, facts: DraftFacts, case: str = "") -> str:
    draft = render_draft(content, kind, channel, facts)
    length = ", short" if facts.short else ", the last" if facts.is_last else ""
    length += f", {case}" if case else ""
    subject = f"**{draft.subject}**\n\n" if draft.subject else ""
    lines = "\n".join(f"> {line}".rstrip() for line in draft.text.split("\n"))
    quoted = re.sub(r"(?<=[^>\n])\n(?=> )", r"\\\n", lines)  # a break within a paragraph
    return f"### {kind}, {channel}, {facts.tone}{length}\n\n{subject}{quoted}\n"


def _relations(content: Content) -> Iterator[str]:
    for relation in RELATIONS:
        for tone in TONES:
            facts = replace(FACTS, relation=relation, tone=tone)
            text = render_draft(content, "request", "email", facts).text
            yield f"- {relation}, {tone}: {text.split(chr(10) * 2)[1]}"


if __name__ == "__main__":
    PAGE.write_text(write(load()))

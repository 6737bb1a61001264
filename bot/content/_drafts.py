"""Words a message to a contact out of a template and the facts of the notebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from bot.content import _sandbox
from bot.content._draft_words import FREE, gap, kept_short, said_to_them, tidied, without_name
from bot.content._shapes import DRAFT_KINDS, Content, Template
from bot.errors import UserError

ROOM = {4: 350, 3: 220, 2: 130, 1: 70, 0: 0}
"""How many optional sentences a message may keep, and how long a note may be in it, in characters;
at 0 an invitation's note names nobody and always fits."""

CHANNEL_CHARS = {
    "email": 1400,
    "linkedin": 300,
    "linkedin_message": 1200,
    "phone": 2400,
    "voicemail": 700,
    "text": 600,
    "card": 700,
    "in_person": 1000,
}
"""The longest that a message may be, unless its template says less."""

CHANNEL_WORDS = {"email": 170, "linkedin_message": 125, "text": 68, "card": 125, "voicemail": 105}
"""How many words of a message are read to the end (R11); longer notes are shortened to fit."""

_WITH_SUBJECT = frozenset({"email"})
_ONE_LINE = frozenset({"text", "linkedin"})


Filling = tuple[str, str, tuple[str, ...]]
"""Subject, text and gaps."""


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What a draft may say; an empty fact becomes a marked gap or is left out. All words are data.

    ``talk_day``, ``talk_time``, ``follow_up`` are words ("on Tuesday", "at 3:00 pm", "next week").
    """

    my_name: str = ""
    my_line: str = ""  # R08
    my_school: str = ""  # R09
    my_field: str = ""  # R01
    my_contact: str = ""  # email, phone or link: R10
    my_phone: str = ""  # for the voicemail (R17)
    tone: str = "warm"  # one of TONES
    short: bool = False  # the same in two thirds of the words at most
    relation: str = "stranger"  # one of RELATIONS: how the member stands to them (R08 R09)
    first: str = ""
    name: str = ""  # the whole name
    role: str = ""
    organization: str = ""
    connection: str = ""  # the type that is stored (R55): "alumni" greets a fellow alum (R09)
    how_known: str = ""  # R54
    referrer: str = ""
    may_name_referrer: bool = False  # without it the referrer is never named (R58)
    why: str = ""  # why this person (R10)
    objective: str = ""  # the id of an objective, or the member's own sentence (R19)
    minutes: int = 20  # R07
    follow_up: str = ""  # when the member follows up: "next week"; "": not at all (R15)
    follow_up_by: str = ""  # phone, writing, or "" for not at all (R15)
    asked_day: str = ""  # when the member asked: "on Tuesday"
    asked_by: str = ""  # how: a touch's medium ("email", "letter", "linkedin" …)
    is_last: bool = False  # they wrote once already, again or for a date; the last time (R15)
    asks_again: bool = False  # they said "not now" to an earlier request
    until: str = ""  # when the contact said to ask again: "in January"
    talk_day: str = ""
    talk_time: str = ""
    mode: str = ""  # a Mode's value, or empty
    place: str = ""
    who_calls: str = ""  # a note to oneself: it says that nothing is open, and is never quoted
    cancelled: bool = False  # a date is looked for anew
    is_over: bool = False  # the talk's hour has passed
    is_again: bool = False  # they have talked before
    question: str = ""  # the first question of the talk, or its id (R28)
    enjoyed: str = ""  # R42
    advice: str = ""
    keep_in_touch: str = ""  # a KeepInTouch's value: "no" is promised no news (R37)
    promises: tuple[str, ...] = ()  # what the member will do, and has not done yet
    kept: tuple[str, ...] = ()  # … and what is done already
    done: str = ""  # the promise that was kept
    delay: str = ""  # how late: "ten minutes"
    suggested: str = ""  # whom this contact named and the member has talked to (R42)
    suggested_day: str = ""
    offered: bool = False  # they said that they would introduce whom they suggested (R36)
    may_mention: bool = False  # they may be named to whom they suggested (R58)
    news: str = ""  # the member's good news


@dataclass(frozen=True, slots=True)
class Draft:
    """A worded message; ``gaps`` are the questions that its ``[…]`` ask of the member, in order."""

    kind: str
    channel: str
    subject: str
    text: str
    gaps: tuple[str, ...]


PHRASES = (
    "opened",
    "closing",
    "signed",
    "signed_name",
    "intro",
    "relation_line",
    "objective_line",
    "why_line",
    "follow_up_line",
    "asked_line",
    "your_work",
    "enjoyed_line",
    "advice_line",
    "next_line",
)
"""The sentences that messages share, in an order in which each knows those it is made of."""

NAMES = (
    frozenset({f.name for f in fields(DraftFacts)} - {"may_name_referrer"})
    | frozenset(PHRASES)
    | frozenset({"channel", "greeting", "room", "me", "line", "the_field", "times", "several"})
    | frozenset({"how_line", "because", "enjoyed_thing"})
)
"""What a draft's template may name."""


def render_draft(content: Content, kind: str, channel: str, facts: DraftFacts) -> Draft:
    """Word a draft; a channel that the kind is not written for takes the nearest one's words.

    Of notes that are too long for the message, the first sentences stay; where none fits, or a
    fact is missing, there is a gap.
    """
    template = _template(content, kind, channel)
    subject, text, gaps = _fitting(content, template, facts)
    return Draft(kind, channel, subject, text, gaps)


def _fitting(content: Content, template: Template, facts: DraftFacts) -> Filling:
    """Word a draft with the most room that leaves it readable, or else that fits its channel."""
    fitting: Filling | None = None
    filling: Filling = "", "", ()
    for room in ROOM:
        filling = _worded(content, template, facts, room)
        if len(filling[1]) <= _limit(template):
            if _is_readable(template, filling[1]):
                return filling
            fitting = fitting or filling
    return fitting or filling


def _limit(template: Template) -> int:
    return template.max_chars or CHANNEL_CHARS[template.channel]


def _is_readable(template: Template, text: str) -> bool:
    most = CHANNEL_WORDS.get(template.channel)
    return most is None or len(text.split()) <= most


def _template(content: Content, kind: str, channel: str) -> Template:
    if not content.channels(kind):
        kinds = ", ".join(kind.replace("_", " ") for kind in DRAFT_KINDS)
        raise UserError(f"I have no draft of that kind. I can word these: {kinds}.")
    return content.templates[f"{kind}.{content.channel_for(kind, channel)}"]


def _worded(content: Content, template: Template, facts: DraftFacts, room: int) -> Filling:
    """Give subject, text and gaps of a draft with so much room."""
    values = _values(facts, room)
    values["channel"] = template.channel
    values["greeting"] = _greeting(facts, template.channel)
    if facts.question in content.questions:
        values["question"] = content.questions[facts.question].text
    for name in PHRASES:
        if name in template.body or name == "closing":
            values[name] = _clean(_sandbox.render(_phrase(content, name, values), values))
    subject, in_subject = _sandbox.close_gaps(_sandbox.render(template.subject, values))
    text, gaps = _sandbox.close_gaps(_clean(_sandbox.render(template.body, values)))
    if template.channel in _ONE_LINE:
        text = " ".join(text.split())
    if template.channel not in _WITH_SUBJECT:
        return "", text, gaps
    return " ".join(subject.split()), text, tuple(dict.fromkeys(in_subject + gaps))


def _phrase(content: Content, name: str, values: Mapping[str, object]) -> str:
    objective = str(values["objective"])
    if name != "objective_line" or not objective:
        return content.phrases[name].text
    chosen = content.objectives.get(objective)
    return chosen.text if chosen else "{{ objective | sentence }}"


def _clean(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    lines = re.sub(r"\n{2,} +", "\n\n", lines)
    lines = re.sub(r"\n +", " ", lines)  # a line that begins with a space goes on with the last
    lines = re.sub(r"(?<=\S)  +", " ", lines)  # where an optional sentence is missing
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _values(facts: DraftFacts, room: int) -> dict[str, object]:
    values = {f.name: tidied(getattr(facts, f.name)) for f in fields(facts)}
    values |= {name: kept_short(values[name], ROOM[room]) for name in FREE}
    if not facts.may_name_referrer:
        values = without_name(values, facts.referrer)
    values["room"] = room
    return values | said_to_them(values)


_UNCALLED = gap("what do you call them?")
"""In place of who was noted as "my former boss": no message begins with that."""


def _greeting(facts: DraftFacts, channel: str) -> str:
    first, name = (str(tidied(one)) for one in (facts.first, facts.name))
    if facts.tone == "formal":
        called = first if " " in first else name or first  # "Dr. Vega", else the whole name
        return f"Dear {called or _UNCALLED}"
    called = first or name or _UNCALLED
    if channel == "card":
        return f"Dear {called}"
    return f"Hello {called}" if facts.tone == "plain" else f"Hi {called}"

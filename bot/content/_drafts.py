"""Words a message to a contact out of a template and the facts of the notebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from bot.content import _sandbox
from bot.content._shapes import DRAFT_KINDS, Content, Template
from bot.errors import UserError

ROOM = (4, 3, 2, 1, 0)
"""How many optional sentences a short message may keep; at 0 it names nobody and always fits."""


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
    objective: str = ""  # R19
    minutes: int = 20  # R07
    follow_up: str = ""  # when the member follows up: "next week"; "": not at all (R15)
    follow_up_by: str = ""  # phone, writing, or "" for not at all (R15)
    asked_day: str = ""  # when the member asked: "on Tuesday"
    asked_by: str = ""  # how: a touch's medium ("email", "letter", "linkedin" …)
    is_last: bool = False  # they wrote again once already; this is the last time (R15)
    until: str = ""  # when the contact said to ask again: "in January"
    talk_day: str = ""
    talk_time: str = ""
    mode: str = ""  # a Mode's value, or empty
    place: str = ""
    cancelled: bool = False  # a date is looked for anew
    is_again: bool = False  # they have talked before
    question: str = ""  # the first question of the talk (R28)
    enjoyed: str = ""  # R42
    advice: str = ""
    promises: tuple[str, ...] = ()
    done: str = ""  # the promise that was kept
    delay: str = ""  # how late: "ten minutes"
    suggested: str = ""  # whom this contact named and the member has talked to (R42)
    suggested_day: str = ""
    news: str = ""  # the member's good news


@dataclass(frozen=True, slots=True)
class Draft:
    """A worded message; ``gaps`` are the questions that its ``[…]`` ask of the member, in order."""

    kind: str
    channel: str
    subject: str
    text: str
    gaps: tuple[str, ...]


NAMES = frozenset({f.name for f in fields(DraftFacts)} - {"may_name_referrer"}) | {
    "channel",
    "greeting",
    "room",
}
"""What a draft's template may name."""


def render_draft(content: Content, kind: str, channel: str, facts: DraftFacts) -> Draft:
    """Word a draft; a channel that the kind is not written for takes the kind's usual words."""
    template = _template(content, kind, channel)
    values = _values(facts) | {"channel": template.channel}
    fillings = (_fill(template.body, values | {"room": room}) for room in ROOM)
    fitting = (f for f in fillings if not template.max_chars or len(f[0]) <= template.max_chars)
    text, gaps = next(fitting, None) or _fill(template.body, values | {"room": 0})
    subject, in_subject = _fill(template.subject, values | {"room": ROOM[0]})
    gaps = tuple(dict.fromkeys(in_subject + gaps))
    return Draft(kind, channel, " ".join(subject.split()), text, gaps)


def _template(content: Content, kind: str, channel: str) -> Template:
    if not content.channels(kind):
        kinds = ", ".join(kind.replace("_", " ") for kind in DRAFT_KINDS)
        raise UserError(f"I have no draft of that kind. I can word these: {kinds}.")
    return content.templates[f"{kind}.{content.channel_for(kind, channel)}"]


def _fill(source: str, values: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    text, gaps = _sandbox.close_gaps(_sandbox.render(source, values))
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    lines = re.sub(
        r"\n +", " ", lines
    )  # a line that begins with a space goes on with the one before
    return re.sub(r"\n{3,}", "\n\n", lines).strip(), gaps


def _values(facts: DraftFacts) -> dict[str, object]:
    values = {f.name: _plain(getattr(facts, f.name)) for f in fields(facts)}
    if not facts.may_name_referrer:
        values["referrer"] = ""
    formal = facts.tone == "formal"
    called = values["name"] or values["first"] if formal else values["first"] or values["name"]
    values["greeting"] = f"{'Dear' if formal else 'Hi'} {called}" if called else "Hello"
    return values


def _plain(value: object) -> object:
    """Mend only white space, so that a fact fits into a sentence; the words stay theirs."""
    if isinstance(value, str):
        lines = [" ".join(line.split()) for line in value.translate(PRIVATE).splitlines()]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if isinstance(value, tuple):
        return tuple(filter(None, (_plain(v) for v in value)))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] the tuples of DraftFacts hold text
    return value


PRIVATE = {0xE000: None, 0xE001: None}  # the marks of a gap; a fact cannot open one

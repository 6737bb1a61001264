"""Words the DMs that nobody asked for: the nudges, and the sentences around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

from bot.content import _sandbox
from bot.content._shapes import Content, Nudge
from bot.rules.plain import plain_text
from bot.rules.records import Kind

DM_CHARS = 1900
"""A nudge with its draft stays below Discord's 2,000 characters."""


@dataclass(frozen=True, slots=True)
class NudgeFacts:
    """What a nudge may say. Times are words in the member's zone; empty facts are left out."""

    first: str = ""
    name: str = ""
    organization: str = ""
    day: str = ""  # the day of the talk or the touch: "yesterday", "on Tuesday"
    when: str = ""  # the moment of the talk: "tomorrow at 3:00 pm"
    place: str = ""  # place, link or number
    who_calls: str = ""  # who calls whom, as the member noted it
    way: str = ""  # how to get there
    leave: str = ""  # the hour at which to leave, where it is known how long that takes
    mode: str = ""  # a Mode's value
    referrer: str = ""
    introduction: bool = False  # the referrer promised to make it (R36)
    by_phone: bool = False  # the member follows up by phone (R15)
    asked: str = ""  # the day on which the member asked: "last Tuesday"
    cancelled: bool = False
    promise: str = ""
    advice: str = ""
    draft: str = ""  # the draft's text, shown beneath
    asks: str = ""  # what the draft's brackets still ask for, in words, shown beneath that
    unlogged: bool = False  # the talk is not logged: it may not have happened
    debrief: bool = False  # the question how it went comes in the same message (R40)
    late: str = ""  # by how much it comes late: "5 hours"


@dataclass(frozen=True, slots=True)
class Press:
    """One button: its verb and its label."""

    verb: str
    label: str


@dataclass(frozen=True, slots=True)
class NudgeText:
    """A nudge in words: the DM's text, and the buttons of its first row."""

    text: str
    presses: tuple[Press, ...]


NAMES = frozenset(f.name for f in fields(NudgeFacts))
"""What a nudge's templates may name."""

ITEM_NAMES = NAMES - {"draft", "asks", "debrief", "late"}
"""What its one line in a list may name: what is said of the message itself is not of a line."""


def quoted(text: str) -> str:
    """Set a draft apart as a quotation, its words as typed."""
    return "\n".join(f"> {line}".rstrip() for line in plain_text(text).split("\n"))


def render_nudge(
    content: Content, kind: Kind, step: int, facts: NudgeFacts, *, discreet: bool = False
) -> NudgeText:
    """Word a nudge alone in its DM; a draft that does not fit beneath is left to its button."""
    nudge = content.nudge(kind, step)
    if discreet:
        text = nudge.discreet or content.words["discreet"].text
        return NudgeText(text, (Press("open", content.buttons["open"].label),))
    text = _with_draft((nudge.unlogged if facts.unlogged else "") or nudge.text, facts)
    if facts.late:
        # The first line is what a locked phone shows: it stays the one that says what this is.
        first, _, rest = text.partition("\n")
        text = f"{first}\n{render_words(content, 'late', delay=facts.late)}\n{rest}".rstrip()
    return NudgeText(text, _presses(content, nudge, facts))


Tell = Callable[[frozenset[str]], Mapping[str, object]]
"""Gives the facts that are named; some take long to find."""


def render_item(content: Content, kind: Kind, step: int, tell: Tell) -> str:
    """Word a nudge's one line in a morning message of several, of the facts that it asks for."""
    nudge = content.nudge(kind, step)
    names = _sandbox.names_in(nudge.item)
    if nudge.unlogged_item:
        names = names | _sandbox.names_in(nudge.unlogged_item) | {"unlogged"}
    facts = tell(names)
    source = (nudge.unlogged_item if facts.get("unlogged") else "") or nudge.item
    return _sandbox.render(source, _shown(facts, _sandbox.names_in(source)))


def render_words(content: Content, words: str, **values: object) -> str:
    """Say one of the sentences around nudges; a text among the values is shown as typed."""
    shown = {k: plain_text(v) if isinstance(v, str) else v for k, v in values.items()}
    return _sandbox.render(content.words[words].text, shown)


def _with_draft(source: str, facts: NudgeFacts) -> str:
    text = _sandbox.render(source, _values(facts)).strip()
    draft = quoted(facts.draft) if facts.draft else ""
    for beneath in (f"{draft}\n\n{facts.asks}", draft) if facts.asks else (draft,):
        if draft and len(text) + len(beneath) + 2 <= DM_CHARS:
            return f"{text}\n\n{beneath}"
    return _sandbox.render(source, _values(replace(facts, draft=""))).strip()


def _values(facts: NudgeFacts) -> Mapping[str, object]:
    return _shown({name: getattr(facts, name) for name in NAMES}, NAMES)


def _shown(facts: Mapping[str, object], names: frozenset[str]) -> Mapping[str, object]:
    values: dict[str, object] = {}
    for name in names:
        value = facts.get(name, "")
        if isinstance(value, str) and name not in {"mode", "draft", "asks"}:
            value = plain_text(" ".join(value.split()))
        values[name] = value
    return values


def _presses(content: Content, nudge: Nudge, facts: NudgeFacts) -> tuple[Press, ...]:
    def label(verb: str) -> str:
        source = nudge.labels.get(verb) or content.buttons[verb].label
        words = _sandbox.render(source, {"first": facts.first or "this person"})
        return words if len(words) <= 80 else _sandbox.render(source, {"first": "this person"})

    promised = nudge.introduction_buttons if facts.introduction else ()
    return tuple(Press(verb, label(verb)) for verb in promised or nudge.buttons)

"""What settles a follow-up by a member's decision, and the anchors that decisions point at."""

from __future__ import annotations

from datetime import date

from bot.rules.records import ContactNotes, Kind, Talk, Verdict

_SETTLING = frozenset({Verdict.NOT_NEEDED, Verdict.ALL_SET, Verdict.READY})


def talk_anchor(talk: Talk) -> str:
    """Name a talk on its day.

    When the day moves, what was delivered or decided for the old one no longer counts; when only
    the member's clock does, it still counts.
    """
    return f"{talk.key}@{talk.named_on or talk.on:%Y%m%d}"


def named_on(on: date, was: date, was_named: date | None) -> date | None:
    """Tell by which day a talk's anchor goes that moves to ``on``, if it is not that day itself.

    It stays on its day, or goes by one that does not name it already.
    """
    if on == was:
        return was_named
    return was if on == was_named else None


def talk_key(anchor: str) -> str:
    """Give the key of the talk that an anchor names."""
    return anchor.partition("@")[0]


def is_settled(notes: ContactNotes, kind: Kind, anchor: str) -> bool:
    """Tell whether the member decided that this follow-up, or this kind for good, is not needed."""
    return bool(notes.decisions) and any(
        (decision.anchor == anchor and decision.verdict in _SETTLING)
        or decision.verdict is Verdict.STOP
        for decision in notes.decisions
        if decision.kind is kind
    )

"""Why something is planned, in a few words with the rule it comes from."""

from __future__ import annotations

from bot.rules.records import Kind

REASONS: dict[Kind, tuple[str, ...]] = {
    Kind.APPROACH_LEAD: ("a week after you got the name, while the introduction is warm · R05",),
    Kind.CHASE_REPLY: (
        "so that you write again when you said you would · R15",
        "one more friendly line, a week after the first · R15",
    ),
    Kind.FIND_A_TIME: (
        "they said yes, and only the date is missing · R20",
        "a week has gone by, and the date is still missing · R20",
    ),
    Kind.ASK_AGAIN: ("they said not now, so you ask again when it suits them · R16",),
    Kind.PREPARE: ("two days to write your questions and read up on them · R21 R26",),
    Kind.CONFIRM: ("to check time, place and way the evening before · R20 R30",),
    Kind.STARTS_SOON: ("so that you are there on time · R30",),
    Kind.DEBRIEF: (
        "to note what they said while it is fresh · R33 R40",
        "one more chance to note what they said · R33 R40",
    ),
    Kind.THANK_YOU: (
        "so that the note arrives while the talk is fresh · R41",
        "the second morning, still in good time · R41",
        "the last good moment, within three days of the talk · R41",
    ),
    Kind.PROMISE: ("a week for what you said you would do · R42",),
    Kind.CHECK_IN: (
        "a line after some weeks keeps the contact alive · R44 R46",
        "a line every three months keeps a connection going · R45",
    ),
    Kind.NEXT_STEP: ("one small step keeps your network growing · R06",),
}
"""For each kind its reasons by step; later steps share the last."""


def reason(kind: Kind, step: int) -> str:
    """Say in a few words why a step of a kind is planned, with its rule."""
    reasons = REASONS[kind]
    return reasons[min(max(step, 1), len(reasons)) - 1]

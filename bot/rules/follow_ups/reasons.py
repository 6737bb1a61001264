"""Why something is planned, in a few words with the rule it comes from."""

from __future__ import annotations

from bot.rules.records import Kind

REASONS: dict[Kind, tuple[str, ...]] = {
    Kind.APPROACH_LEAD: ("so that the name does not get lost · R05",),
    Kind.CHASE_REPLY: (
        "if they have not answered by then · R15",
        "one last friendly line, if there is no answer · R15",
    ),
    Kind.FIND_A_TIME: (
        "only the date is missing · R20",
        "the date is still missing · R20",
    ),
    Kind.ASK_AGAIN: ("they said “not now”, so you ask when it suits them · R16",),
    Kind.PREPARE: ("to read up on them and write your questions · R21 R26",),
    Kind.CONFIRM: ("time, place and way, the evening before · R20 R30",),
    Kind.STARTS_SOON: ("so that you are there on time · R30",),
    Kind.DEBRIEF: (
        "while it is fresh · R33 R40",
        "if you have no notes by then · R33 R40",
    ),
    Kind.THANK_YOU: (
        "while the talk is fresh, within three days · R41",
        "still in good time · R41",
        "the last good moment within three days · R41",
    ),
    Kind.PROMISE: ("a week after the talk · R42",),
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

"""Why something is planned, in a few words; the rules they rest on stay off the screen."""

from __future__ import annotations

from typing import NamedTuple

from bot.rules.records import Kind


class Reason(NamedTuple):
    """A few words for the member, and the rules that they rest on."""

    words: str
    rules: str


REASONS: dict[Kind, tuple[Reason, ...]] = {
    Kind.APPROACH_LEAD: (Reason("so that the name does not get lost", "R05"),),
    Kind.CHASE_REPLY: (
        Reason("if they have not answered by then", "R15"),
        Reason("one last friendly line, if there is no answer", "R15"),
    ),
    Kind.FIND_A_TIME: (
        Reason("only the date is missing", "R20"),
        Reason("the date is still missing", "R20"),
    ),
    Kind.ASK_AGAIN: (Reason("they said “not now”, so you ask when it suits them", "R16"),),
    Kind.PREPARE: (Reason("to read up on them and write your questions", "R21 R26"),),
    Kind.CONFIRM: (Reason("time, place and way, the evening before", "R20 R30"),),
    Kind.STARTS_SOON: (Reason("so that you are there on time", "R30"),),
    Kind.DEBRIEF: (
        Reason("while it is fresh", "R33 R40"),
        Reason("if you have no notes by then", "R33 R40"),
    ),
    Kind.THANK_YOU: (
        Reason("while the talk is fresh, within three days", "R41"),
        Reason("still in good time", "R41"),
        Reason("the last good moment within three days", "R41"),
    ),
    Kind.PROMISE: (Reason("a week after you noted it", "R42"),),
    Kind.CHECK_IN: (
        Reason("a line after some weeks keeps the contact alive", "R44 R46"),
        Reason("a line every three months keeps a connection going", "R45"),
    ),
    Kind.NEXT_STEP: (Reason("one small step keeps your network growing", "R06"),),
}
"""For each kind its reasons by step; later steps share the last."""


INTRODUCTION = Reason("people mean to introduce you, and get busy", "R36")


def reason(kind: Kind, step: int, *, introduced: bool = False) -> str:
    """Say in a few words why a step is planned; ``introduced``: somebody promised to do that."""
    if introduced and kind is Kind.APPROACH_LEAD:
        return INTRODUCTION.words
    reasons = REASONS[kind]
    return reasons[min(max(step, 1), len(reasons)) - 1].words

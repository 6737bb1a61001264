"""What is planned with somebody, in lines: what, when, again when, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from bot.rules.follow_ups import reason
from bot.rules.records import Kind
from cogs._ui.words import stamp

_DUE_WORDS: dict[Kind, str] = {
    Kind.APPROACH_LEAD: "ask to meet",
    Kind.CHASE_REPLY: "write again",
    Kind.FIND_A_TIME: "find a date",
    Kind.ASK_AGAIN: "ask again",
    Kind.PREPARE: "prepare the talk",
    Kind.CONFIRM: "confirm the talk",
    Kind.STARTS_SOON: "the talk starts",
    Kind.DEBRIEF: "note what they said",
    Kind.THANK_YOU: "say thank you",
    Kind.PROMISE: "do what you said you would",
    Kind.CHECK_IN: "write a friendly line",
    Kind.NEXT_STEP: "one small step",
}
_TO_THE_HOUR = frozenset({Kind.CONFIRM, Kind.STARTS_SOON, Kind.DEBRIEF})
_LAST_CALL = (Kind.THANK_YOU, 3)


def due_words(kind: Kind) -> str:
    """Say what a follow-up asks for, in two or three words."""
    return _DUE_WORDS[kind]


def planned_lines(planned: Iterable[tuple[Kind, int, datetime]], now: datetime) -> list[str]:
    """Say what is planned, given as kind, step and moment: one line a kind, the earliest first."""
    kinds: dict[Kind, list[tuple[int, datetime]]] = defaultdict(list)
    for kind, step, at in sorted(planned, key=lambda one: one[2]):
        kinds[kind].append((step, at))
    return [
        f"- {due_words(kind)}: {_moments(kind, steps, now)} ({reason(kind, steps[0][0])})"
        for kind, steps in kinds.items()
    ]


def _moments(kind: Kind, steps: list[tuple[int, datetime]], now: datetime) -> str:
    past = [at for _, at in steps if at <= now]
    said = [f"due since {stamp(past[0], 'D')}"] if past else []
    ahead = dict.fromkeys((step, at) for step, at in steps if at > now)
    for step, at in ahead:
        is_last = (kind, step) == _LAST_CALL
        when = stamp(at, "f" if is_last or kind in _TO_THE_HOUR else "D")
        if kind is Kind.PROMISE and when in said:  # two promises, one morning
            continue
        lead = "last call " if is_last else "again " if said and kind is not Kind.PROMISE else ""
        said.append(f"{lead}{when}")
    return ", ".join(said)

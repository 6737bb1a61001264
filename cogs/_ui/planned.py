"""What is planned with somebody, in lines: what, when, again when, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from bot.notebook.pages import Page
from bot.rules.follow_ups import reason, talk_anchor
from bot.rules.records import AROUND_A_TALK, FollowUp, Kind
from bot.rules.when.moment import say_day
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
_OF_ONE_TALK = {  # where several are in the book
    Kind.PREPARE: "prepare the talk {}",
    Kind.CONFIRM: "confirm the talk {}",
    Kind.STARTS_SOON: "the talk {} starts",
    Kind.DEBRIEF: "note what they said {}",
    Kind.THANK_YOU: "say thank you for the talk {}",
}
_INTRODUCTION = "ask whether the introduction came"
_TO_THE_HOUR = frozenset({Kind.CONFIRM, Kind.STARTS_SOON, Kind.DEBRIEF})
_LAST_CALL = (Kind.THANK_YOU, 3)


class Planned(NamedTuple):
    """One moment at which something is planned; ``talk`` says of which talk, if that is open."""

    kind: Kind
    step: int
    at: datetime
    talk: str = ""


def due_words(kind: Kind, talk: str = "", *, introduced: bool = False) -> str:
    """Say what a follow-up asks for, in a few words, and which ``talk`` it is about.

    Whom somebody promised to introduce, ``introduced``, is not asked to meet before it is known
    what became of it (R36).
    """
    if introduced and kind is Kind.APPROACH_LEAD:
        return _INTRODUCTION
    return _OF_ONE_TALK[kind].format(talk) if talk else _DUE_WORDS[kind]


def say_which_talk(on: date, today: date) -> str:
    """Tell one of several talks from the others: "on Friday 20 March"."""
    return f"on {say_day(on, today)}"


def which_talks(page: Page, planned: Iterable[FollowUp], today: date) -> dict[str, str]:
    """Say by anchor which talk each follow-up is about, where several talks have some."""
    anchors = {due.anchor for due in planned if due.kind in AROUND_A_TALK}
    if len(anchors) < 2:
        return {}
    days = {talk_anchor(talk): talk.on for talk in page.notes.talks}
    return {one: say_which_talk(days[one], today) for one in anchors if one in days}


def planned_lines(
    planned: Iterable[Planned], now: datetime, *, introduced: bool = False
) -> list[str]:
    """Say what is planned: one line a kind, and a line for each of several talks."""
    matters: dict[tuple[Kind, str], list[tuple[int, datetime]]] = defaultdict(list)
    for kind, step, at, talk in sorted(planned, key=lambda one: one.at):
        matters[kind, talk].append((step, at))
    return [
        f"- {due_words(*matter, introduced=introduced)}: {_moments(matter[0], steps, now)} "
        f"({reason(matter[0], steps[0][0], introduced=introduced)})"
        for matter, steps in matters.items()
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

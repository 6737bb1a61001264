"""What is due with a contact, and when: a pure function of the notebook (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.rules.follow_ups.around_a_talk import (
    plan_confirm,
    plan_debrief,
    plan_prepare,
    plan_starts_soon,
    plan_thank_you,
)
from bot.rules.follow_ups.asking import (
    plan_approach_lead,
    plan_ask_again,
    plan_chase_reply,
    plan_find_a_time,
)
from bot.rules.follow_ups.next_step import plan_next_step
from bot.rules.follow_ups.reasons import REASONS, reason
from bot.rules.follow_ups.settling import talk_anchor, talk_key
from bot.rules.follow_ups.staying_in_touch import plan_check_in, plan_promise
from bot.rules.records import AROUND_A_TALK, ContactNotes, FollowUp, Kind, Rhythm, Sent

__all__ = [
    "PLANNERS",
    "REASONS",
    "is_delivery_dependent",
    "matters_still",
    "plan",
    "plan_next_step",
    "reason",
    "talk_anchor",
    "talk_key",
]

Planner = Callable[[ContactNotes, Rhythm], Iterable[FollowUp]]

PLANNERS: dict[Kind, Planner] = {
    Kind.APPROACH_LEAD: plan_approach_lead,
    Kind.CHASE_REPLY: plan_chase_reply,
    Kind.FIND_A_TIME: plan_find_a_time,
    Kind.ASK_AGAIN: plan_ask_again,
    Kind.PREPARE: plan_prepare,
    Kind.CONFIRM: plan_confirm,
    Kind.STARTS_SOON: plan_starts_soon,
    Kind.DEBRIEF: plan_debrief,
    Kind.THANK_YOU: plan_thank_you,
    Kind.PROMISE: plan_promise,
    Kind.CHECK_IN: plan_check_in,
}
"""Every kind that belongs to one contact; a new kind is one entry here."""

_BEFORE_A_TALK = [
    planner
    for kind, planner in PLANNERS.items()
    if kind not in AROUND_A_TALK and kind is not Kind.PROMISE
]
"""Most contacts never had a talk: they are spared what only follows one."""


def plan(notes: ContactNotes, rhythm: Rhythm) -> tuple[FollowUp, ...]:
    """Plan all follow-ups of one contact, the nearest first.

    Times are absolute and may lie in the past; the dispatcher lapses what has expired. Two steps of
    one matter that fall on one moment are one follow-up, the later step.
    """
    latest_step: dict[tuple[Kind, str, object], FollowUp] = {}
    planners = PLANNERS.values() if notes.talks or notes.promises else _BEFORE_A_TALK
    planned = [due for planner in planners for due in planner(notes, rhythm)]
    if len(planned) < 2:  # as with most
        return tuple(planned)
    for due in sorted(planned, key=lambda one: one.step):
        latest_step[due.kind, due.anchor, due.due_at] = due
    return tuple(sorted(latest_step.values(), key=lambda one: (one.due_at, one.key)))


def matters_still(notes: ContactNotes, rhythm: Rhythm, reminded: Sent) -> bool:
    """Tell whether what a delivered reminder was about is still to be done.

    It is asked as if that reminder had not been sent: that may itself have ended the plan.
    """
    said = (reminded.kind, reminded.anchor, reminded.step)
    others = tuple(one for one in notes.sent if (one.kind, one.anchor, one.step) != said)
    planned = plan(replace(notes, sent=others), rhythm)
    return any((due.kind, due.anchor) == said[:2] for due in planned)


def is_delivery_dependent(kind: Kind) -> bool:
    """Tell whether the next step of a kind is counted from the day the last one was delivered."""
    return kind in (Kind.CHASE_REPLY, Kind.CHECK_IN, Kind.NEXT_STEP)

"""Follow-ups after a talk: what the member promised, and a line now and then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from bot.rules import history
from bot.rules.follow_ups.asking import OPEN_FOR, due_to_write
from bot.rules.follow_ups.settling import is_settled
from bot.rules.hours import morning_on_or_after
from bot.rules.records import (
    Answer,
    ContactNotes,
    Decision,
    FollowUp,
    KeepInTouch,
    Kind,
    Outcome,
    Promise,
    Rhythm,
    Talk,
    TalkState,
    TouchKind,
    Verdict,
)

PROMISE_DAYS = 7  # R42
CONNECTION_DAYS = 90  # R45


def plan_promise(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:
    """Ask about each thing the member said they would do, a week after it was noted (R42 R45)."""
    for promise in notes.promises:
        if promise.settled or is_settled(notes, Kind.PROMISE, promise.key):
            continue
        on = promise.on + timedelta(days=PROMISE_DAYS)
        due = morning_on_or_after(on, rhythm, after=_noted_at(notes, promise))
        yield FollowUp(Kind.PROMISE, notes.key, promise.key, 1, due, due + OPEN_FOR)


def _noted_at(notes: ContactNotes, promise: Promise) -> datetime | None:
    return next((_logged_at(talk) for talk in notes.talks if talk.key == promise.talk), None)


def _logged_at(talk: Talk) -> datetime:
    return talk.logged_at or talk.recorded_at


@dataclass(frozen=True, slots=True)
class _Contacted:
    """The last time the person was reached: what check-ins are counted from."""

    anchor: str
    on: date
    recorded_at: datetime


def plan_check_in(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:
    """Suggest a friendly line weeks after the person was last reached (R44–R46).

    Somebody willing to stay in touch is suggested once, a connection again every 90 days; somebody
    who was not asked, once at all; nobody who said no.
    """
    talk = history.last_held(notes)
    if talk is None or not _may_check_in(notes, talk):
        return
    reached = _last_reached(notes, talk)
    if is_settled(notes, Kind.CHECK_IN, reached.anchor):
        return
    rounds = _rounds(notes, reached.anchor)
    has_written = any(t.kind is TouchKind.WROTE and t.on >= talk.on for t in notes.touches)
    if (rounds or has_written) and not _goes_on(notes):
        return
    if rounds:
        on = rounds[max(rounds)] + timedelta(days=CONNECTION_DAYS)
    else:
        days = CONNECTION_DAYS if has_written else rhythm.check_in_days
        on = _no_earlier_than_planned_talks(notes, reached.on) + timedelta(days=days)
    name = (Kind.CHECK_IN, reached.anchor, max(rounds, default=0) + 1)
    yield due_to_write(notes, rhythm, name=name, on=on, after=reached.recorded_at)


def _may_check_in(notes: ContactNotes, talk: Talk) -> bool:
    willing = _willingness(notes)
    refused = any(
        t.kind is TouchKind.ANSWERED and t.answer is Answer.NO and t.on > talk.on
        for t in notes.touches
    )
    if willing is KeepInTouch.NO or refused:
        return False
    return willing is not KeepInTouch.NOT_ASKED or not _had_a_check_in(notes, talk)


def _willingness(notes: ContactNotes) -> KeepInTouch:
    # A later talk in which it did not come up takes nothing back.
    said = [talk.keep_in_touch for talk in history.talks_in(notes, TalkState.HELD)]
    known = [one for one in said if one is not KeepInTouch.NOT_ASKED]
    return known[-1] if known else KeepInTouch.NOT_ASKED


def _goes_on(notes: ContactNotes) -> bool:
    held = history.talks_in(notes, TalkState.HELD)
    outcomes = [talk.outcome for talk in held if talk.outcome is not None]
    is_connection = bool(outcomes) and outcomes[-1] is Outcome.CONNECTION
    return is_connection and _willingness(notes) is not KeepInTouch.NOT_ASKED


def _had_a_check_in(notes: ContactNotes, talk: Talk) -> bool:
    nudged = [sent.on for sent in notes.sent if sent.kind is Kind.CHECK_IN]
    wrote = [touch.on for touch in notes.touches if touch.kind is TouchKind.WROTE]
    skipped = [skip.on for skip in _skips(notes)]
    return any(on >= talk.on for on in (*nudged, *wrote, *skipped))


def _skips(notes: ContactNotes) -> list[Decision]:
    return [
        decision
        for decision in notes.decisions
        if decision.kind is Kind.CHECK_IN and decision.verdict is Verdict.SKIP
    ]


def _last_reached(notes: ContactNotes, talk: Talk) -> _Contacted:
    touch = history.latest(history.in_order(notes.touches), *history.REACHING)
    if touch is None or touch.on < talk.on:
        return _Contacted(talk.key, talk.on, _logged_at(talk))
    return _Contacted(touch.key, touch.on, touch.recorded_at)


def _no_earlier_than_planned_talks(notes: ContactNotes, on: date) -> date:
    return max([on, *(talk.on for talk in history.talks_in(notes, TalkState.PLANNED))])


def _rounds(notes: ContactNotes, anchor: str) -> dict[int, date]:
    """Tell, for each check-in since the person was reached, the day it was delivered or skipped.

    A skip belongs to the nudge before it; without one it takes the place of the next.
    """
    ends = {
        sent.step: sent.on
        for sent in notes.sent
        if sent.kind is Kind.CHECK_IN and sent.anchor == anchor
    }
    delivered, skipped = dict(ends), set[int]()
    for on in sorted(skip.on for skip in _skips(notes) if skip.anchor == anchor):
        before = max((step for step, day in delivered.items() if day <= on), default=0)
        step = before
        if not before or before in skipped:
            step = next(n for n in count(1) if n not in ends)
        skipped.add(step)
        ends[step] = on
    return ends

"""Follow-ups on the way to a talk: the person to ask, the answer, the date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.rules import history
from bot.rules.follow_ups.settling import is_settled
from bot.rules.hours import morning_on_or_after
from bot.rules.records import (
    Answer,
    ContactNotes,
    FollowUp,
    Kind,
    Rhythm,
    Touch,
    TouchKind,
)

LEAD_DAYS = 7  # R05
SECOND_CHASE_DAYS = 7  # R15
DATE_DAYS = (2, 9)  # R20
ASK_AGAIN_DAYS = 30  # R16
OPEN_FOR = timedelta(days=21)
"""How long a follow-up that makes one write to somebody is worth sending."""

_SILENT = frozenset({TouchKind.NOTE, TouchKind.NEWS})
_SILENT_OR_INTRODUCED = _SILENT | {TouchKind.INTRODUCED}


def due_to_write(
    notes: ContactNotes,
    rhythm: Rhythm,
    *,
    name: tuple[Kind, str, int],
    on: date,
    after: datetime | None,
) -> FollowUp:
    """Plan a follow-up that makes one write: the first morning on a weekday the member writes on.

    ``name`` is its kind, one of ``TO_WRITE``, its anchor and step; ``after`` is when the anchor was
    recorded.
    """
    kind, anchor, step = name
    due = morning_on_or_after(on, rhythm, after=after, weekdays_only=True)
    return FollowUp(kind, notes.key, anchor, step, due, due + OPEN_FOR)


def _may_ask(notes: ContactNotes, kind: Kind, anchor: str) -> bool:
    return not history.is_resting(notes) and not is_settled(notes, kind, anchor)


def plan_approach_lead(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:
    """Remind once, a week after the name was given, to ask for a talk (R05 R36)."""
    name = (Kind.APPROACH_LEAD, notes.key, 1)
    if notes.lead_on is None or _was_approached(notes) or not _may_ask(notes, *name[:2]):
        return
    on = notes.lead_on + timedelta(days=LEAD_DAYS)
    yield due_to_write(notes, rhythm, name=name, on=on, after=notes.recorded_at)


def _was_approached(notes: ContactNotes) -> bool:
    # Who awaits an introduction is asked whether it came; to others it is no request yet.
    silent = _SILENT if notes.they_introduce else _SILENT_OR_INTRODUCED
    return bool(notes.talks) or any(touch.kind not in silent for touch in notes.touches)


def plan_chase_reply(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:
    """Remind to write again on the day that the request promised, and a week after that (R15)."""
    asked = history.open_request(notes)
    if asked is None or not _may_ask(notes, Kind.CHASE_REPLY, asked.key):
        return
    if asked.until is None and rhythm.chase_days == 0:
        return
    chases = history.chases_of(notes, asked)
    nudged = history.nudged_on(notes, Kind.CHASE_REPLY, asked.key, 1)
    if not chases:
        name = (Kind.CHASE_REPLY, asked.key, 1)
        on = asked.until or asked.on + timedelta(days=rhythm.chase_days)
        yield due_to_write(notes, rhythm, name=name, on=on, after=asked.recorded_at)
    sent = max((day for day in (nudged, chases[0].on if chases else None) if day), default=None)
    if sent is not None and len(chases) < 2:
        name = (Kind.CHASE_REPLY, asked.key, 2)
        on = sent + timedelta(days=SECOND_CHASE_DAYS)
        recorded_at = max(touch.recorded_at for touch in (asked, *chases))
        yield due_to_write(notes, rhythm, name=name, on=on, after=recorded_at)


def plan_find_a_time(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:
    """Remind 2 and 9 days after a yes, or a cancelled talk, that no date is set (R20)."""
    yes, talk = history.accepted(notes), history.to_rearrange(notes)
    if yes is not None:
        anchor, on, recorded_at = yes.key, yes.on, yes.recorded_at
    elif talk is not None:
        anchor, on, recorded_at = talk.key, history.agreed_on(talk), talk.recorded_at
    else:
        return
    if not _may_ask(notes, Kind.FIND_A_TIME, anchor):
        return
    for step, days in enumerate(DATE_DAYS, start=1):
        name = (Kind.FIND_A_TIME, anchor, step)
        on_day = on + timedelta(days=days)
        yield due_to_write(notes, rhythm, name=name, on=on_day, after=recorded_at)


def plan_ask_again(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:
    """Remind to ask again on the day they named, else a month after "not now" (R16)."""
    said = history.standing_answer(notes)
    if said is None or said.answer is not Answer.LATER:
        return
    if not _may_ask(notes, Kind.ASK_AGAIN, said.key):
        return
    name = (Kind.ASK_AGAIN, said.key, 1)
    yield due_to_write(notes, rhythm, name=name, on=asked_for(said), after=said.recorded_at)


def asked_for(later: Touch) -> date:
    """Tell the day from which somebody who said "not now" may be asked again."""
    return later.until or later.on + timedelta(days=ASK_AGAIN_DAYS)

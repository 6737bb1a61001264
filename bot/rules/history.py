"""Reading a contact's history: what came after what, and whether the contact rests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from bot.rules.records import (
    Answer,
    ContactNotes,
    Decision,
    Kind,
    Talk,
    TalkState,
    Touch,
    TouchKind,
    Verdict,
)

REACHING = frozenset(TouchKind) - {TouchKind.NOTE}
"""The touches in which member and contact met in words; a note reached nobody."""

_STORY = {kind: place for place, kind in enumerate(TouchKind)}
_FIRST = datetime.min.replace(tzinfo=UTC)


def in_order(touches: Sequence[Touch]) -> tuple[Touch, ...]:
    """Sort touches by what happened first, whatever order they were entered in.

    Days come first. Within a day the hours decide if all are known; else the usual course of
    things (asked, answered, talked, thanked) does.
    """
    if len(touches) < 2:  # asked for a dozen times a plan, and most people have one entry or none
        return tuple(touches)
    untimed = {touch.on for touch in touches if touch.at is None and touch.kind in REACHING}

    def place(touch: Touch) -> tuple[date, datetime, int, datetime, str]:
        at = _FIRST if touch.at is None or touch.on in untimed else touch.at
        return (touch.on, at, _STORY[touch.kind], touch.recorded_at, touch.key)

    return tuple(sorted(touches, key=place))


def latest(touches: Sequence[Touch], *kinds: TouchKind) -> Touch | None:
    """Find the last touch of some kinds among touches already in order."""
    return next((touch for touch in reversed(touches) if touch.kind in kinds), None)


def since(touches: Sequence[Touch], touch: Touch) -> tuple[Touch, ...]:
    """Give what happened after one of the touches, which are already in order."""
    return tuple(touches[touches.index(touch) + 1 :])


def talks_in(notes: ContactNotes, *states: TalkState) -> tuple[Talk, ...]:
    """Give the contact's talks in some states, the earliest first."""
    if not notes.talks:  # with most people there was none
        return ()
    found = [talk for talk in notes.talks if talk.state in states]
    if len(found) < 2:
        return tuple(found)
    return tuple(sorted(found, key=lambda talk: (talk.on, talk.starts_at or _FIRST, talk.key)))


def last_held(notes: ContactNotes) -> Talk | None:
    """Find the latest talk that was held."""
    return next(reversed(talks_in(notes, TalkState.HELD)), None)


def agreed_on(talk: Talk) -> date:
    """Tell the last day for which a talk answers the requests made before it."""
    return talk.cancelled_on or talk.on


def open_request(notes: ContactNotes) -> Touch | None:
    """Find the latest request to meet, if neither an answer nor a talk came since."""
    touches = in_order(notes.touches)
    asked = latest(touches, TouchKind.ASKED)
    if asked is None or any(agreed_on(talk) >= asked.on for talk in notes.talks):
        return None
    answers = (TouchKind.ANSWERED, TouchKind.TALKED, TouchKind.INTRODUCED)
    return None if latest(since(touches, asked), *answers) else asked


def chases_of(notes: ContactNotes, asked: Touch) -> tuple[Touch, ...]:
    """Give the times the member wrote again after a request."""
    after = since(in_order(notes.touches), asked)
    return tuple(touch for touch in after if touch.kind is TouchKind.WROTE)


def nudged_on(notes: ContactNotes, kind: Kind, anchor: str, step: int) -> date | None:
    """Tell the day on which a nudge reached the member, if it did."""
    if not notes.sent:
        return None
    wanted = (kind, anchor, step)
    days = [sent.on for sent in notes.sent if (sent.kind, sent.anchor, sent.step) == wanted]
    return max(days, default=None)


def standing_answer(notes: ContactNotes) -> Touch | None:
    """Find the latest answer, if the member has not asked again and no date came of it."""
    touches = in_order(notes.touches)
    said = latest(touches, TouchKind.ASKED, TouchKind.ANSWERED, TouchKind.TALKED)
    if said is None or said.kind is not TouchKind.ANSWERED:
        return None
    return None if any(_overtakes(talk, said) for talk in notes.talks) else said


def _overtakes(talk: Talk, said: Touch) -> bool:
    # Who cancels and says "later" or "no" on one day means the answer; with a yes, the new date.
    if talk.state is TalkState.CANCELLED and said.answer is not Answer.YES:
        return agreed_on(talk) > said.on
    return agreed_on(talk) >= said.on


def accepted(notes: ContactNotes) -> Touch | None:
    """Find the yes that still waits for a date."""
    said = standing_answer(notes)
    return said if said is not None and said.answer is Answer.YES else None


def to_rearrange(notes: ContactNotes) -> Talk | None:
    """Find the cancelled talk that still waits for a new date, if nothing was said or set since."""
    cancelled = talks_in(notes, TalkState.CANCELLED)
    if not cancelled:
        return None
    talk = max(cancelled, key=lambda one: (agreed_on(one), one.key))
    off = agreed_on(talk)
    others = (other for other in notes.talks if other.state is not TalkState.CANCELLED)
    if any(other.on >= off for other in others) or _was_spoken_since(notes, off):
        return None
    return talk


def _was_spoken_since(notes: ContactNotes, off: date) -> bool:
    # On the day of the cancelling itself, only a refusal or a talk says more than the cancelling.
    for touch in notes.touches:
        if touch.on > off and touch.kind in (TouchKind.ASKED, TouchKind.ANSWERED, TouchKind.TALKED):
            return True
        if touch.on == off and touch.kind is TouchKind.ANSWERED and touch.answer is not Answer.YES:
            return True
    return False


def is_resting(notes: ContactNotes) -> bool:
    """Tell whether the member let the contact rest and nothing new has happened since.

    A touch (not a note) or a talk revives: dated on the day of the decision or later, and recorded
    after it. Where the decision's moment is unknown, only a later day revives.
    """
    if not notes.decisions:  # asked by every planner, and few contacts have any
        return False
    rests = [decision for decision in notes.decisions if decision.verdict is Verdict.REST]
    return any(not _is_revived(notes, rest) for rest in rests)


def _is_revived(notes: ContactNotes, rest: Decision) -> bool:
    touched = ((t.on, t.recorded_at) for t in notes.touches if t.kind in REACHING)
    talked = ((t.on, t.recorded_at) for t in notes.talks if t.state is not TalkState.CANCELLED)
    for on, recorded_at in (*touched, *talked):
        if rest.recorded_at is None:
            if on > rest.on:
                return True
        elif on >= rest.on and recorded_at > rest.recorded_at:
            return True
    return False

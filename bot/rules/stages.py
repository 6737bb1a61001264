"""Where a contact stands, and which of their talks a command means; all computed, never stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from bot.rules import history
from bot.rules.follow_ups.around_a_talk import ends_at
from bot.rules.follow_ups.asking import SECOND_CHASE_DAYS, asked_for
from bot.rules.records import (
    Answer,
    ContactNotes,
    Kind,
    Talk,
    TalkState,
    Touch,
    TouchKind,
)

REST_AFTER_DAYS = 14  # R15: two friendly lines are enough
_USUAL_CHASE_DAYS = 7
_LAST = datetime.max.replace(tzinfo=UTC)


class Stage(StrEnum):
    """Where a contact stands, in the words shown to members, in the order of the path."""

    KNOWN = "Known"
    TO_ASK = "To ask"
    ASKED = "Asked"
    SAID_YES = "Said yes"
    DATE_SET = "Date set"
    TALKED = "Talked"
    THANKED = "Thanked"
    IN_TOUCH = "In touch"
    RESTING = "Resting"
    SAID_NO = "Said no"


_BEFORE_A_TALK = frozenset({Stage.KNOWN, Stage.TO_ASK, Stage.ASKED, Stage.SAID_YES})


def stage(notes: ContactNotes, today: date) -> Stage:
    """Tell where a contact stands on a member's day.

    The latest of requests, answers and talks decides. A request without an answer rests by itself
    after its chases (R15); "not now" rests until the day named, then is to ask (R16).
    """
    reached = _reached(notes, today)
    if reached in _BEFORE_A_TALK and history.is_resting(notes):
        return Stage.RESTING
    return reached


def _reached(notes: ContactNotes, today: date) -> Stage:
    said = _by_words(notes, today)
    talked = _by_talks(notes)
    if said is not None and (talked is None or _is_newer(said, talked)):
        return said[1]
    if talked is not None:
        return _after_thanks(notes, *talked)
    return Stage.KNOWN if notes.lead_on is None else Stage.TO_ASK


def _is_newer(said: tuple[date, Stage], talked: tuple[date, Stage]) -> bool:
    # Who cancels and says "later" or "no" on one day means the answer.
    is_cancelled_with_words = talked[1] is Stage.SAID_YES and said[1] is not Stage.ASKED
    return said[0] > talked[0] or (said[0] == talked[0] and is_cancelled_with_words)


def _by_words(notes: ContactNotes, today: date) -> tuple[date, Stage] | None:
    last = history.latest(
        history.in_order(notes.touches), TouchKind.ASKED, TouchKind.ANSWERED, TouchKind.TALKED
    )
    if last is None:
        return None
    if last.kind is TouchKind.TALKED:
        return last.on, _after_thanks(notes, last.on, Stage.TALKED)
    if last.kind is TouchKind.ASKED:
        return last.on, Stage.RESTING if today >= rests_on(notes, last) else Stage.ASKED
    return last.on, _by_answer(last, today)


def _by_answer(said: Touch, today: date) -> Stage:
    if said.answer is Answer.YES:
        return Stage.SAID_YES
    if said.answer is Answer.LATER:
        return Stage.TO_ASK if today >= asked_for(said) else Stage.RESTING
    return Stage.SAID_NO


def rests_on(notes: ContactNotes, asked: Touch) -> date:
    """Tell from which day a request without an answer rests by itself (R15).

    Counted from the last chase, written or nudged, plus a week for each chase that is still open.
    """
    written = [touch.on for touch in history.chases_of(notes, asked)]
    first = _latest_of(written[:1], history.nudged_on(notes, Kind.CHASE_REPLY, asked.key, 1))
    second = _latest_of(written[1:], history.nudged_on(notes, Kind.CHASE_REPLY, asked.key, 2))
    chase = first or asked.until or asked.on + timedelta(days=_USUAL_CHASE_DAYS)
    last = second or chase + timedelta(days=SECOND_CHASE_DAYS)
    return max(last, chase) + timedelta(days=REST_AFTER_DAYS)


def rested_on(notes: ContactNotes, today: date) -> date | None:
    """Tell since which day a contact rests because a request got no answer (R15), if they do."""
    asked = history.open_request(notes)
    if asked is None or history.is_resting(notes):
        return None
    on = rests_on(notes, asked)
    return on if on <= today else None


def _latest_of(days: list[date], nudged: date | None) -> date | None:
    return max([*days, *([nudged] if nudged else [])], default=None)


_BY_STATE = {
    TalkState.PLANNED: Stage.DATE_SET,
    TalkState.CANCELLED: Stage.SAID_YES,
    TalkState.HELD: Stage.TALKED,
    TalkState.NOT_HELD: Stage.RESTING,
}


def _by_talks(notes: ContactNotes) -> tuple[date, Stage] | None:
    # A talk that did not happen says something only where nothing else does.
    happening = set(TalkState) - {TalkState.NOT_HELD}
    talks = history.talks_in(notes, *happening) or history.talks_in(notes, TalkState.NOT_HELD)
    if not talks:
        return None
    # A date in the book outweighs whatever else happened on that day.
    last = max(talks, key=lambda one: (history.agreed_on(one), one.state is TalkState.PLANNED))
    return history.agreed_on(last), _BY_STATE[last.state]


def _after_thanks(notes: ContactNotes, on: date, reached: Stage) -> Stage:
    if reached not in (Stage.TALKED, Stage.DATE_SET):
        return reached
    later = {touch.kind for touch in notes.touches if touch.on >= on}
    is_held = reached is Stage.TALKED
    if is_held and later & {TouchKind.WROTE, TouchKind.NEWS}:
        return Stage.IN_TOUCH
    return Stage.THANKED if TouchKind.THANKED in later else reached


def open_talks_for_preparing(notes: ContactNotes, now: datetime) -> list[Talk]:
    """List the planned talks that are not over, the next first: for ``prepare`` and ``cancel``."""
    planned = history.talks_in(notes, TalkState.PLANNED)
    return [talk for talk in planned if (ends_at(talk) or _LAST) > now]


def open_talks_for_logging(notes: ContactNotes, now: datetime) -> list[Talk]:
    """List the talks that have begun and were not logged, the latest first: for ``done``."""
    planned = history.talks_in(notes, TalkState.PLANNED)
    return [talk for talk in reversed(planned) if talk.starts_at is None or talk.starts_at <= now]

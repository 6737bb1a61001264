"""Follow-ups around a talk in the book: prepare, confirm, be there, log it, say thank you."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from bot.rules import history, hours
from bot.rules.follow_ups.settling import is_settled, talk_anchor
from bot.rules.records import (
    ContactNotes,
    FollowUp,
    Kind,
    Mode,
    Rhythm,
    Talk,
    TalkState,
    TouchKind,
)

PREPARE_DAYS = 2  # R21 R27: in time to send what they should know before the meeting
CALL_MINUTES = 15  # R30
ARRIVAL_MINUTES = 30  # R30: on time in person means early
EARLY_MINUTES = 10
UNKNOWN_WAY_MINUTES = 90
DEBRIEF_MINUTES = 30  # R33 R40
DEBRIEF_OPEN_FOR = timedelta(days=3)
THANK_WITHIN = timedelta(hours=72)  # R41: two to three days at the latest
LAST_CALL_LEAVES = timedelta(hours=3)


def _follow_up(
    notes: ContactNotes, talk: Talk, kind: Kind, *, step: int, due: datetime, expires: datetime
) -> Iterator[FollowUp]:
    # What had passed when the talk was recorded is asked in the reply instead.
    if due > talk.recorded_at:
        yield FollowUp(kind, notes.key, talk_anchor(talk), step, due, expires)


def _planned(notes: ContactNotes, kind: Kind) -> Iterator[tuple[Talk, datetime]]:
    for talk in history.talks_in(notes, TalkState.PLANNED):
        if talk.starts_at is not None and not is_settled(notes, kind, talk_anchor(talk)):
            yield talk, talk.starts_at


def plan_prepare(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:
    """Offer the prep sheet two mornings before the talk (R21 R26–R28)."""
    for talk, start in _planned(notes, Kind.PREPARE):
        day = hours.local_day(start, rhythm.zone) - timedelta(days=PREPARE_DAYS)
        due = hours.morning(day, rhythm)
        yield from _follow_up(notes, talk, Kind.PREPARE, step=1, due=due, expires=start)


def plan_confirm(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:
    """Ask on the evening before whether time, place and way are clear (R20 R29–R31)."""
    for talk, start in _planned(notes, Kind.CONFIRM):
        day = hours.local_day(start, rhythm.zone) - timedelta(days=1)
        evening = hours.instant(day, hours.EVENING, rhythm.zone)
        due = hours.before_quiet(evening, rhythm)
        yield from _follow_up(notes, talk, Kind.CONFIRM, step=1, due=due, expires=start)


def plan_starts_soon(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:  # noqa: ARG001 - a planner; it passes quiet hours and needs no zone
    """Call the member shortly before the talk, or before they must leave; never silenced (R30)."""
    for talk, start in _planned(notes, Kind.STARTS_SOON):
        due = start - timedelta(minutes=minutes_ahead(talk))
        yield from _follow_up(notes, talk, Kind.STARTS_SOON, step=1, due=due, expires=start)


def minutes_ahead(talk: Talk) -> int:
    """Tell how many minutes before the start a member wants to be called."""
    if talk.mode is not Mode.IN_PERSON:
        return CALL_MINUTES
    return UNKNOWN_WAY_MINUTES if talk.way_minutes is None else talk.way_minutes + ARRIVAL_MINUTES


def ends_at(talk: Talk) -> datetime | None:
    """Tell when a talk is planned to end, if its hour is known."""
    return None if talk.starts_at is None else talk.starts_at + timedelta(minutes=talk.minutes)


def plan_debrief(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:
    """Ask how it went half an hour after the end, and once more the next morning (R33 R40)."""
    for talk, start in _planned(notes, Kind.DEBRIEF):
        end = start + timedelta(minutes=talk.minutes)
        soon = end + timedelta(minutes=DEBRIEF_MINUTES)
        next_day = hours.local_day(start, rhythm.zone) + timedelta(days=1)
        in_the_morning = hours.morning_on_or_after(next_day, rhythm, after=soon)
        expires = end + DEBRIEF_OPEN_FOR
        if not hours.is_quiet(soon, rhythm) or hours.touches_quiet(start, end, rhythm):
            yield from _follow_up(notes, talk, Kind.DEBRIEF, step=1, due=soon, expires=expires)
        yield from _follow_up(
            notes, talk, Kind.DEBRIEF, step=2, due=in_the_morning, expires=expires
        )


def plan_thank_you(notes: ContactNotes, rhythm: Rhythm) -> Iterator[FollowUp]:
    """Remind of the thank-you on the next two mornings, and a last time inside 72 hours (R40 R41).

    It counts on a talk that is only scheduled too: members forget to log before they forget to
    thank.
    """
    for talk in history.talks_in(notes, TalkState.PLANNED, TalkState.HELD):
        if was_thanked(notes, talk) or is_settled(notes, Kind.THANK_YOU, talk_anchor(talk)):
            continue
        expires = thank_by(talk, rhythm)
        for step, due in _thank_you_steps(talk, rhythm):
            yield from _follow_up(notes, talk, Kind.THANK_YOU, step=step, due=due, expires=expires)


def was_thanked(notes: ContactNotes, talk: Talk) -> bool:
    """Tell whether a thank-you was sent on the day of the talk or later (R53)."""
    return any(t.kind is TouchKind.THANKED and t.on >= talk.on for t in notes.touches)


def thank_by(talk: Talk, rhythm: Rhythm) -> datetime:
    """Tell the end of the 72 hours for a thank-you, from the start of the talk or of its day."""
    return _begin(talk, rhythm) + THANK_WITHIN


def _begin(talk: Talk, rhythm: Rhythm) -> datetime:
    return talk.starts_at or hours.instant(talk.on, time.min, rhythm.zone)


def _thank_you_steps(talk: Talk, rhythm: Rhythm) -> list[tuple[int, datetime]]:
    last = last_call(talk, rhythm)
    day = hours.local_day(_begin(talk, rhythm), rhythm.zone)
    mornings = [(n, hours.morning(day + timedelta(days=n), rhythm)) for n in (1, 2)]
    return [(step, due) for step, due in mornings if due < last] + [(3, last)]


def last_call(talk: Talk, rhythm: Rhythm) -> datetime:
    """Give the last morning hour or 18:00, outside quiet hours, that leaves 3 of the 72 hours."""
    latest = thank_by(talk, rhythm) - LAST_CALL_LEAVES
    last_day = hours.local_day(latest, rhythm.zone)
    moments: list[datetime] = []
    for back in range(4):
        day = last_day - timedelta(days=back)
        moments.append(hours.morning(day, rhythm))
        evening = hours.instant(day, hours.EVENING, rhythm.zone)
        if not hours.is_quiet(evening, rhythm):
            moments.append(evening)
    return max(moment for moment in moments if moment <= latest)

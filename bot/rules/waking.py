"""When a reminder comes whose moment was over before it was planned.

A change can move what is due into the past: somebody is restored, an entry undone, a setting or the
zone changed. That is not late, for nobody has missed it: it comes at the next moment that suits it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.rules.follow_ups.around_a_talk import LAST_CALL_LEAVES
from bot.rules.hours import (
    EVENING,
    instant,
    is_quiet,
    local_day,
    morning_on_or_after,
    outside_quiet,
)
from bot.rules.records import TO_WRITE, FollowUp, Kind, Rhythm

TO_THE_MINUTE = frozenset({(Kind.CONFIRM, 1), (Kind.STARTS_SOON, 1), (Kind.DEBRIEF, 1)})
"""The kinds and steps that come with no morning message."""


def next_moment(due: FollowUp, rhythm: Rhythm, *, now: datetime) -> datetime:
    """Give the next moment at which something may come whose own is over.

    What belongs to a minute of a talk comes now; quiet hours are the dispatcher's, who knows which
    of it they let pass. What has expired keeps its moment, and lapses.
    """
    if due.expires_at <= now:
        return due.due_at
    if (due.kind, due.step) in TO_THE_MINUTE:
        return now
    if due.kind is Kind.THANK_YOU:
        return _to_thank(due, rhythm, now)
    return _next_morning(rhythm, now, weekdays_only=due.kind in TO_WRITE)


def _to_thank(due: FollowUp, rhythm: Rhythm, now: datetime) -> datetime:
    """Give the next morning, or where that is no last call any more, what is left of 72 hours."""
    in_the_morning = _next_morning(rhythm, now)
    if in_the_morning + LAST_CALL_LEAVES <= due.expires_at:
        return in_the_morning
    evening = instant(local_day(now, rhythm.zone), EVENING, rhythm.zone)
    left = [in_the_morning]
    if evening > now and not is_quiet(evening, rhythm):
        left.append(evening)
    in_time = [at for at in left if at < due.expires_at]
    return min(in_time) if in_time else outside_quiet(now, rhythm)


def _next_morning(rhythm: Rhythm, now: datetime, *, weekdays_only: bool = False) -> datetime:
    today = local_day(now, rhythm.zone)
    return morning_on_or_after(today, rhythm, after=now, weekdays_only=weekdays_only)


def overtaken(
    planned: Sequence[FollowUp], rhythm: Rhythm, *, now: datetime, spread: timedelta = timedelta()
) -> frozenset[str]:
    """Name what is over and would come no sooner than a later step of the same matter.

    Two mornings of a thank-you that have passed are one message, and none after its last call. A
    morning is not over before the member's ``spread`` of its messages is.
    """
    since = now - spread
    if len(planned) < 2 or planned[0].due_at >= since:  # the nearest comes first: as with most
        return frozenset()
    comes = {
        due.key: due.due_at if due.due_at >= since else next_moment(due, rhythm, now=now)
        for due in planned
    }
    return frozenset(
        due.key
        for due in planned
        if due.due_at < since
        and any(
            (later.kind, later.anchor) == (due.kind, due.anchor)
            and later.step > due.step
            and comes[later.key] <= comes[due.key]
            for later in planned
        )
    )

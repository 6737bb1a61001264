"""The one follow-up that belongs to no contact: an idea when nothing else is planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.rules.hours import local_day, morning
from bot.rules.records import FollowUp, Kind, Rhythm

EMPTY_DAYS = 10
MOST_UNANSWERED = 3
OPEN_FOR = timedelta(days=6)
_MONDAY = 0


def plan_next_step(
    member: str,
    rhythm: Rhythm,
    *,
    quiet_since: date,
    planned: Sequence[FollowUp],
    unanswered: int,
) -> FollowUp | None:
    """Plan one idea for a member who asked for them: a Monday after ten empty days (R06).

    ``quiet_since`` is the last day on which the member noted something or was sent an idea;
    ``planned`` is what waits for any contact, and the ten days begin after it; ``unanswered``
    counts the ideas in a row that got no press: after three there is none.
    """
    if unanswered >= MOST_UNANSWERED:
        return None
    ahead = (local_day(due.due_at, rhythm.zone) for due in planned)
    free_from = max([quiet_since, *ahead]) + timedelta(days=EMPTY_DAYS)
    monday = free_from + timedelta(days=(_MONDAY - free_from.weekday()) % 7)
    due = morning(monday, rhythm)
    anchor = f"{member}@{quiet_since:%Y%m%d}"
    return FollowUp(Kind.NEXT_STEP, member, anchor, unanswered + 1, due, due + OPEN_FOR)

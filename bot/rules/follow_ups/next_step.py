"""The one follow-up that belongs to no contact: an idea when nothing else is planned."""

from __future__ import annotations

from datetime import date, timedelta

from bot.rules.hours import morning
from bot.rules.records import FollowUp, Kind, Rhythm

EMPTY_DAYS = 10
MOST_UNANSWERED = 3
OPEN_FOR = timedelta(days=6)
NOT_THIS_MONTH = timedelta(days=30)
_MONDAY = 0


def plan_next_step(
    member: str,
    rhythm: Rhythm,
    *,
    quiet_since: date,
    unanswered: int,
    planned_until: date | None = None,
    not_before: date | None = None,
) -> FollowUp | None:
    """Plan one idea for a member who asked for them: a Monday after ten empty days (R06).

    ``quiet_since`` is the last day on which the member noted something or was sent anything;
    ``planned_until`` the last day for which anything is planned: the ten days begin after both.
    ``unanswered`` counts the ideas in a row that got no press: after three there is none.
    ``not_before`` is the end of a pause, or of a month without ideas.
    """
    if unanswered >= MOST_UNANSWERED:
        return None
    free_from = max(quiet_since, planned_until or quiet_since) + timedelta(days=EMPTY_DAYS)
    earliest = max(free_from, not_before or free_from)
    monday = earliest + timedelta(days=(_MONDAY - earliest.weekday()) % 7)
    due = morning(monday, rhythm)
    anchor = f"{member}@{quiet_since:%Y%m%d}"
    return FollowUp(Kind.NEXT_STEP, member, anchor, unanswered + 1, due, due + OPEN_FOR)

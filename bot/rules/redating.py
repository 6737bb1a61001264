"""Days on another clock: what is near is dated anew when a member's zone changes.

A day is the member's day then. What lies days back keeps it; of what has just happened, and of what
is ahead, the order of days must be that of the moments, or a thank-you of this evening would come
before the talk of this afternoon.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.rules.hours import local_day

_FURTHEST = timedelta(hours=26)  # no clock is further from another


@dataclass(frozen=True)
class NewClock:
    """A member's zone, which was another until ``now``."""

    was: str
    zone: str
    now: datetime
    since: date = field(init=False)
    """The day before which days stay as they are, on either clock."""
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", local_day(self.now - _FURTHEST, self.was))
        object.__setattr__(self, "today", local_day(self.now, self.zone))

    def day(self, on: date, at: datetime | None, noted_at: datetime) -> date:
        """Tell the new day of what has the day ``on``; ``at`` is None if only that is known.

        What was noted for the day on which it was noted happened about then.
        """
        if on < self.since:
            return on
        if at is None and on == local_day(noted_at, self.was):
            at = noted_at
        if at is None:
            return min(on, self.today)
        return max(local_day(at, self.zone), self.since)

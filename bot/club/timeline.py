"""When a challenge speaks: its opening, weekly boards, half-way, the last 48 hours, its close."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select

from bot.club.settings import Club
from bot.rules.hours import instant, local_day
from bot.rules.scoring import Window
from bot.storage.models import Delivery
from bot.storage.session import Session

OPENS_AT = time(9, 0)
_DAY = timedelta(days=1)
_LAST_DAYS = 2
_LEAST_BEFORE_A_BOARD = 3  # a board of the second day would be empty
_LEAST_FOR_HALF = 10
_LEAST_FOR_LAST = 5
_PREFIX = "challenge:"


class Moment(StrEnum):
    """The posts of a challenge; LAST goes to members' DMs, REPORT to the organisers."""

    OPEN = "open"
    WEEK = "week"
    HALF = "half"
    LAST = "48h"
    CLOSE = "close"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Due:
    """One post and when it is due; ``number`` counts weekly boards from 1."""

    moment: Moment
    at: datetime
    number: int = 0

    @property
    def label(self) -> str:
        """Name it among a challenge's posts: "open", "week:3"."""
        return f"{self.moment}:{self.number}" if self.number else str(self.moment)


def post_name(challenge_key: str, label: str) -> str:
    """Name a post's delivery, unique for all time."""
    return f"{_PREFIX}{challenge_key}:{label}"


async def challenge_of_delivery(session: Session, key: str) -> str | None:
    """Find the challenge whose post a delivery is, or None."""
    name = await session.scalar(select(Delivery.name).where(Delivery.key == key))
    return str(name).split(":")[1] if name and str(name).startswith(_PREFIX) else None


def timeline(window: Window, club: Club, *, created_at: datetime) -> tuple[Due, ...]:
    """List all posts of a challenge in order, for its days and the club's hours.

    A weekly board makes room for the half-way post and for the last two days.
    """
    opens = max(instant(window.starts_on, OPENS_AT, _zone(club)), created_at)
    closes = closes_at(window, club)
    posts = [Due(Moment.OPEN, opens)]
    special: list[Due] = []
    if window.days >= _LEAST_FOR_HALF:
        half = window.starts_on + timedelta(days=window.days // 2)
        special.append(Due(Moment.HALF, _at_board_hour(half, club)))
    if window.days >= _LEAST_FOR_LAST:
        last = window.ends_on - timedelta(days=_LAST_DAYS)
        special.append(Due(Moment.LAST, _at_board_hour(last, club)))
    busy = {local_day(one.at, _zone(club)) for one in special}
    boards = (day for day in _board_days(window, club) if day not in busy)
    posts += [
        Due(Moment.WEEK, _at_board_hour(day, club), number)
        for number, day in enumerate(boards, start=1)
    ]
    posts += [*special, Due(Moment.CLOSE, closes), Due(Moment.REPORT, closes)]
    return tuple(sorted(posts, key=lambda one: one.at))


def closes_at(window: Window, club: Club) -> datetime:
    """Tell when the board is frozen: at the club's hour, once counting is over in every zone."""
    day = window.still_counting_until + _DAY
    everywhere = datetime.combine(day, time(12), tzinfo=UTC)
    return max(_at_board_hour(day, club), everywhere)


def _zone(club: Club) -> str:
    return club.zone or "UTC"


def _at_board_hour(day: date, club: Club) -> datetime:
    return instant(day, time(*divmod(club.board_minute, 60)), _zone(club))


def _board_days(window: Window, club: Club) -> Iterator[date]:
    day = window.starts_on + timedelta(days=_LEAST_BEFORE_A_BOARD)
    while day <= window.ends_on:
        if day.weekday() == club.board_weekday:
            yield day
        day += _DAY

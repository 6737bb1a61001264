"""When a challenge speaks: its opening, weekly boards, half-way, the last 48 hours, its close."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, select, update

from bot.club.settings import Club
from bot.rules.hours import instant
from bot.rules.scoring import Window
from bot.storage.models import Delivery
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import insert_new

OPENS_AT = time(9, 0)
_DAY = timedelta(days=1)
_LAST_DAYS = 2
_APART = timedelta(days=2)  # two boards a day apart would say nearly the same
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
    CHANGED = "changed"  # an organiser's doing, at no hour of its own


BOARDS = (Moment.WEEK, Moment.HALF)
"""The posts that show how it stands, while it runs."""


class Change(StrEnum):
    """What an organiser does to the days of a challenge that was opened."""

    EXTENDED = "extended"
    ENDED = "ended"
    CALLED_OFF = "off"


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


def last_call_of(name: str) -> str | None:
    """Tell of which challenge a delivery is a member's last call, by its name; None: of none."""
    parts = name.split(":")
    is_one = name.startswith(_PREFIX) and parts[2:3] == [Moment.LAST] and len(parts) > 3
    return parts[1] if is_one else None


def timeline(window: Window, club: Club, *, created_at: datetime) -> tuple[Due, ...]:
    """List all posts of a challenge in order, for its days and the club's hours.

    Two days lie between any two posts in the channel from the first board on: half-way is said on
    the day of a board that is a day from the middle, in its place. That board stands before it in
    the list: of two that are due at once only the later is posted, and where half-way was said
    before a new end, the board is. A board of the last call's day makes room for it.

    Boards are numbered by the weeks, so that another end gives none another name.
    """
    closes = closes_at(window, club)
    last = window.ends_on - timedelta(days=_LAST_DAYS)
    has_last_call = window.days >= _LEAST_FOR_LAST
    boards = {
        number: day
        for number, day in enumerate(_board_days(window, club), start=1)
        if not (has_last_call and day == last)
    }
    posts = [Due(Moment.OPEN, opens_at(window, club, created_at=created_at))]
    posts += [Due(Moment.WEEK, _at_board_hour(day, club), one) for one, day in boards.items()]
    if window.days >= _LEAST_FOR_HALF:
        middle = window.starts_on + timedelta(days=window.days // 2)
        half = next((day for day in boards.values() if _is_near(day, middle)), middle)
        posts.append(Due(Moment.HALF, _at_board_hour(half, club)))
    if has_last_call:
        posts.append(Due(Moment.LAST, _at_board_hour(last, club)))
    posts += [Due(Moment.CLOSE, closes), Due(Moment.REPORT, closes)]
    return tuple(sorted(posts, key=lambda one: one.at))


def _is_near(one: date, other: date) -> bool:
    return abs(one - other) < _APART


def opens_at(window: Window, club: Club, *, created_at: datetime) -> datetime:
    """Tell when the opening post is due."""
    return max(instant(window.starts_on, OPENS_AT, _zone(club)), created_at)


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


async def take_back_posts(session: Session, challenge_key: str, *, now: datetime) -> None:
    """Let nothing of a challenge come any more that is not on its way already."""
    await let_lapse(session, Delivery.name.startswith(post_name(challenge_key, "")), now=now)


async def let_lapse(session: Session, posts: ColumnElement[bool], *, now: datetime) -> None:
    """Let lapse those of some posts that wait, and those on their way that do not arrive."""
    await session.execute(update(Delivery).where(posts, _IS_OPEN).values(_lapsed(now)))


def _lapsed(now: datetime) -> dict[str, Any]:
    """Give what lets a post lapse: at once, or when it comes back from its way.

    It is one statement for both: what was on its way may have come back while it waited for the
    row.
    """
    values = {"state": "lapsed", "lease_until": None, "retry_at": None}
    columns = Delivery.__table__.columns
    waiting = {name: case((_WAITS, one), else_=columns[name]) for name, one in values.items()}
    return {**waiting, "expires_at": now}


async def move_posts(
    session: Session, challenge_key: str, posts: Sequence[Due], *, now: datetime
) -> None:
    """Make ready for other days, whose posts these are.

    A board that the new days would have had before now is not made up for. The last call names a
    day that does not hold any more: one that waits lapses, and it is due anew. So does an opening;
    what waits to tell of an earlier change lapses for good. What is on its way is not tried again.
    """
    rows = [
        {
            "key": new_key(),
            "name": post_name(challenge_key, one.label),
            "state": "lapsed",
            "attempts": 0,
            "created_at": now,
        }
        for one in posts
        if one.moment in BOARDS and one.at <= now
    ]
    await insert_new(session, Delivery, rows)
    name = post_name(challenge_key, Moment.LAST)
    is_last_call = (Delivery.name == name) | Delivery.name.startswith(f"{name}:")
    is_opening = (Delivery.name == post_name(challenge_key, Moment.OPEN)) & _IS_OPEN
    is_change = Delivery.name.startswith(post_name(challenge_key, f"{Moment.CHANGED}:")) & _IS_OPEN
    # The name is free again; that of an opening on its way only if it does not arrive.
    freed = case((is_opening & ~_WAITS, Delivery.name), else_=Delivery.name + _freed(new_key()))
    await session.execute(
        update(Delivery)
        .where(is_last_call | is_opening | is_change)
        .values({**_lapsed(now), "name": freed})
    )


def name_of_lapsed(name: str) -> str:
    """Name a delivery that lapsed on its way; an opening's name is free again, for a new one."""
    is_opening = name.startswith(_PREFIX) and name.endswith(f":{Moment.OPEN}")
    return name + _freed(new_key()) if is_opening else name


def _freed(key: str) -> str:
    return f"@{key}"


_WAITS = Delivery.state.in_(("retry", "unreachable"))
_IS_OPEN = Delivery.state.in_(("retry", "unreachable", "sending"))

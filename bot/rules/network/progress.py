"""How it goes: from asking to staying in touch, beside one's own past; and a year of touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from bot.rules import history
from bot.rules.records import ContactNotes, TalkState, Touch, TouchKind

PERIOD_DAYS = 90
_AFTERWARDS = frozenset({TouchKind.WROTE, TouchKind.NEWS})
_ANSWERS = frozenset({TouchKind.ANSWERED, TouchKind.TALKED, TouchKind.INTRODUCED})


@dataclass(frozen=True, slots=True)
class Steps:
    """Of the people first asked within a time: how many came how far."""

    asked: int = 0
    replied: int = 0
    held: int = 0
    thanked: int = 0
    in_touch: int = 0
    days_to_reply: float | None = None  # the median of those who did

    def counts(self) -> tuple[int, ...]:
        """Give the five counts in their order."""
        return self.asked, self.replied, self.held, self.thanked, self.in_touch


@dataclass(frozen=True, slots=True)
class Progress:
    """The last 90 days, and all that went before them."""

    now: Steps
    before: Steps


@dataclass(frozen=True, slots=True)
class _Way:
    """How far one person came, and after how many days they replied."""

    began: date
    replied: bool
    held: bool
    thanked: bool
    in_touch: bool
    days: int | None


def how_it_goes(people: Iterable[ContactNotes], today: date) -> Progress:
    """Count how far people came who were asked in the last 90 days, and in the time before."""
    ways = [way for notes in people if (way := _way(notes, today)) is not None]
    since = today - timedelta(days=PERIOD_DAYS)
    return Progress(
        now=_steps([way for way in ways if way.began > since]),
        before=_steps([way for way in ways if way.began <= since]),
    )


def _steps(ways: Sequence[_Way]) -> Steps:
    days = [way.days for way in ways if way.days is not None]
    return Steps(
        asked=len(ways),
        replied=sum(way.replied for way in ways),
        held=sum(way.held for way in ways),
        thanked=sum(way.thanked for way in ways),
        in_touch=sum(way.in_touch for way in ways),
        days_to_reply=median(days) if days else None,
    )


def _way(notes: ContactNotes, today: date) -> _Way | None:
    touches = [touch for touch in history.in_order(notes.touches) if touch.on <= today]
    asked = next((touch.on for touch in touches if touch.kind is TouchKind.ASKED), None)
    held = [talk.on for talk in history.talks_in(notes, TalkState.HELD) if talk.on <= today]
    days = [on for on in (asked, *held[:1]) if on is not None]
    if not days:
        return None
    began = min(days)
    replied = [touch.on for touch in touches if touch.kind in _ANSWERS and touch.on >= began]
    wait = None if asked is None else _wait(asked, [*replied, *held])
    is_held = bool(held)
    return _Way(
        began=began,
        replied=bool(replied) or is_held,
        held=is_held,
        thanked=is_held and _has(touches, held[0], TouchKind.THANKED),
        in_touch=is_held and _has(touches, held[0] + timedelta(days=1), *_AFTERWARDS),
        days=wait,
    )


def _wait(asked: date, answered: Iterable[date]) -> int | None:
    first = min((on for on in answered if on >= asked), default=None)
    return None if first is None else (first - asked).days


def _has(touches: Iterable[Touch], since: date, *kinds: TouchKind) -> bool:
    return any(touch.kind in kinds and touch.on >= since for touch in touches)


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its first day, and how many touches each of its days has."""

    first: date
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months up to today; a day after today has -1."""

    months: tuple[Month, ...]
    total: int
    active_weeks: int  # with a touch at least, of the 52 up to today
    best_week: int


def year_of_touches(days: Iterable[date], today: date) -> Year:
    """Count touches by the day, in the month of today and the eleven before."""
    count = Counter(days)
    firsts = [today.replace(day=1)]
    while len(firsts) < 12:
        firsts.insert(0, (firsts[0] - timedelta(days=1)).replace(day=1))
    months = tuple(Month(first, _days_of(first, count, today)) for first in firsts)
    weeks = Counter((today - on).days // 7 for on in count.elements() if on <= today)
    return Year(
        months,
        total=sum(number for month in months for number in month.days if number > 0),
        active_weeks=sum(1 for week in weeks if week < 52),
        best_week=max((number for week, number in weeks.items() if week < 52), default=0),
    )


def _days_of(first: date, count: Counter[date], today: date) -> tuple[int, ...]:
    following = (first + timedelta(days=32)).replace(day=1)
    days = [first + timedelta(days=n) for n in range((following - first).days)]
    return tuple(count[day] if day <= today else -1 for day in days)

"""Badges: what a member can be proud of. Computed, never stored, and seen by them alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.notebook.effort import effort_of_member, longest_chain
from bot.rules.scoring import Deeds, Measure, Window, weeks_in_a_row
from bot.storage.session import Session

_YEARS = timedelta(days=3650)
_STREAK_DAYS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge: what it is for, and how far the member is."""

    id: str
    title: str
    text: str
    count: int
    needed: int

    @property
    def is_earned(self) -> bool:
        """Whether the member has it."""
        return self.count >= self.needed


_COUNTED: tuple[tuple[str, str, str, Measure, int], ...] = (
    ("first-talk", "First talk", "You talked to somebody about their work.", Measure.TALKS, 1),
    ("ten-talks", "Ten talks", "Ten people told you about their work.", Measure.TALKS, 10),
    (
        "prepared",
        "Well prepared",
        "Three talks with your questions saved before they began.",
        Measure.PREPARED,
        3,
    ),
    ("thanked", "Thanked in time", "Five thank-yous within three days.", Measure.THANKS, 5),
    ("in-touch", "In touch", "You wrote again to three people.", Measure.CHECK_INS, 3),
    ("curious", "Curious", "People from four fields told you about them.", Measure.FIELDS, 4),
)
_MEASURES = frozenset(row[3] for row in _COUNTED)


async def list_badges(session: Session, member_id: int, *, today: date) -> tuple[Badge, ...]:
    """List a member's badges, the earned ones and those to come; ``today`` is their day."""
    window = Window(today - _YEARS, today)
    deeds = await effort_of_member(session, member_id, window=window, measures=_MEASURES)
    counted = tuple(
        Badge(name, title, text, len(deeds.get(measure, ())), needed)
        for name, title, text, measure, needed in _COUNTED
    )
    chain = await longest_chain(session, member_id)
    return (
        *counted,
        Badge("chain", "Chain of three", "One person led you to the next, twice.", chain, 3),
        Badge("steady", "Steady", "Six weeks in a row.", streak(deeds, today), 6),
    )


def streak(deeds: Deeds, today: date) -> int:
    """Count the active weeks of the last year's best row; one missed week is forgiven (R06)."""
    days = (deed.day for theirs in deeds.values() for deed in theirs)
    return weeks_in_a_row(days, Window(today - _STREAK_DAYS, today))

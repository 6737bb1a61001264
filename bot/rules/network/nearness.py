"""How near a person is: when they were last reached, how long that may be, and how long it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from bot.rules import history
from bot.rules.records import ContactNotes, KeepInTouch, Kind, TalkState, Verdict


@dataclass(frozen=True, slots=True)
class Gap:
    """So many days between two touches: ideally, and at the longest."""

    ideal: int
    longest: int


class Strength(IntEnum):
    """How near somebody is, by the last touch."""

    NEW = 0  # never in touch so far
    FAR = 1  # longer ago than the longest gap
    SOME = 2
    NEAR = 3  # within the ideal gap


@dataclass(frozen=True, slots=True)
class Drift:
    """Somebody to stay in touch with, and how many days it has been."""

    key: str
    days: int
    gap: Gap

    @property
    def strength(self) -> Strength:
        """Where the days stand against the gap."""
        return _strength(self.days, self.gap)

    @property
    def share(self) -> float:
        """Tell how much of the longest gap is over; above 1 it is passed."""
        return self.days / self.gap.longest


def last_reached(notes: ContactNotes, today: date) -> date | None:
    """Tell the last day up to today on which something reached the contact; notes do not count."""
    touched = (touch.on for touch in notes.touches if touch.kind in history.REACHING)
    held = (talk.on for talk in history.talks_in(notes, TalkState.HELD))
    return max((on for on in (*touched, *held) if on <= today), default=None)


def strength_of(notes: ContactNotes, gap: Gap, today: date) -> Strength:
    """Tell how near a contact is."""
    last = last_reached(notes, today)
    return Strength.NEW if last is None else _strength((today - last).days, gap)


def _strength(days: int, gap: Gap) -> Strength:
    if days <= gap.ideal:
        return Strength.NEAR
    return Strength.SOME if days <= gap.longest else Strength.FAR


def gap_for(own: Gap | None, tags: Iterable[str], of_tags: Mapping[str, Gap], usual: Gap) -> Gap:
    """Settle which gap holds: the contact's own, else the shortest of their tags', else the usual.

    Tags are compared as they are given.
    """
    if own is not None:
        return own
    named = [of_tags[tag] for tag in tags if tag in of_tags]
    return min(named, key=lambda gap: (gap.ideal, gap.longest), default=usual)


def list_drifting(
    people: Iterable[tuple[ContactNotes, Gap, bool]], today: date
) -> tuple[Drift, ...]:
    """List those to stay in touch with, who has waited longest for their gap first (R44-R46).

    These are the people talked with, and those for whom a gap was chosen (the third value). Left
    out is who rests, who said no, who has a talk ahead, and of whom the member wants no check-in.
    """
    found: list[Drift] = []
    for notes, gap, is_chosen in people:
        last = last_reached(notes, today)
        if last is not None and _stays(notes, today, is_chosen=is_chosen):
            found.append(Drift(notes.key, (today - last).days, gap))
    return tuple(sorted(found, key=lambda one: (-one.share, one.key)))


def _stays(notes: ContactNotes, today: date, *, is_chosen: bool) -> bool:
    held = history.talks_in(notes, TalkState.HELD)
    if not held and not is_chosen:
        return False
    planned = history.talks_in(notes, TalkState.PLANNED)
    if any(talk.on >= today for talk in planned) or history.is_resting(notes):
        return False
    said = [talk.keep_in_touch for talk in held if talk.keep_in_touch != KeepInTouch.NOT_ASKED]
    return not (said and said[-1] is KeepInTouch.NO) and not _is_stopped(notes)


def _is_stopped(notes: ContactNotes) -> bool:
    return any(one.kind is Kind.CHECK_IN and one.verdict is Verdict.STOP for one in notes.decisions)

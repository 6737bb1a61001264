"""Scores of challenges: pure functions over counts, with caps that make spam pointless.

A *deed* is one countable thing: the member's day on which it happened, and the day on which it was
noted. Each person counts once in a challenge for each measure; whoever counts deeds sees to that,
for here are no people. Every cap is a minimum of sums, so one deed more never takes points away,
one less never gives any, and the order of deeds does not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.errors import UserError

LATE_DAYS = 7
"""A deed counts when it was noted within so many days of happening."""

STILL_COUNTING_DAYS = 3
"""So many days after its end a challenge still counts notes and thank-yous: 72 hours (R41)."""

THANK_DAYS = 3
"""A thank-you within so many days of the talk came in time (R41)."""

CHECK_IN_DAYS = 14
"""Writing again so many days after a talk, or later, is a check-in (R44)."""

_WEEK = 7


class Measure(StrEnum):
    """What can be counted; the text stands in kits and in the database."""

    ASKED = "asked"  # requests for a talk that were sent
    REPLIES = "replies"  # people who answered
    TALKS = "talks"  # talks held
    PREPARED = "prepared"  # talks before which five questions were saved (R21)
    TAKEAWAYS = "takeaways"  # talks whose takeaways were written down (R33)
    THANKS = "thanks"  # thank-yous within three days of the talk (R41)
    CHECK_INS = "check_ins"  # people written to again after a talk (R44)
    REFERRALS = "referrals"  # people who named somebody (R35)
    FOLLOWED = "followed"  # named people who were then asked (R36)
    FIELDS = "fields"  # fields talked about for the first time (R01)
    ALUMNI = "alumni"  # talks with alumni (R03)
    WEEKS = "weeks"  # weeks in a row with any deed of the other terms (R06)


MEANINGS: Mapping[Measure, str] = {
    Measure.ASKED: "people you asked for a talk, three a week at most",
    Measure.REPLIES: "people who answered you",
    Measure.TALKS: "people you talked to",
    Measure.PREPARED: "talks for which you had saved five questions or more before they began",
    Measure.TAKEAWAYS: "talks whose takeaways you wrote down, in a sentence or more",
    Measure.THANKS: "thank-yous sent within three days of the talk",
    Measure.CHECK_INS: "people you wrote to again two weeks or more after a talk",
    Measure.REFERRALS: "people who gave you another name",
    Measure.FOLLOWED: "people named to you whom you then asked",
    Measure.FIELDS: "fields in which you talked to somebody for the first time",
    Measure.ALUMNI: "alumni you talked to",
    Measure.WEEKS: "weeks in a row with anything that counts; one missed week is forgiven",
}
"""What each measure counts, in words for boards, reports and help."""


class Deed(NamedTuple):
    """One countable thing: the days on which it happened and was noted, as day numbers."""

    day: int
    noted: int


class Caps(NamedTuple):
    """How many deeds count at most: of one day, noted on one day, of one week."""

    day: int
    noted: int
    week: int


CAPS: Mapping[Measure, Caps] = {
    Measure.ASKED: Caps(2, 3, 3),  # alumni must not get thirty identical letters
    Measure.REPLIES: Caps(3, 4, 6),
    Measure.TALKS: Caps(2, 3, 4),
    Measure.PREPARED: Caps(2, 3, 4),
    Measure.TAKEAWAYS: Caps(2, 3, 4),
    Measure.THANKS: Caps(2, 3, 4),
    Measure.CHECK_INS: Caps(2, 3, 4),
    Measure.REFERRALS: Caps(2, 3, 4),
    Measure.FOLLOWED: Caps(2, 3, 4),
    Measure.FIELDS: Caps(1, 2, 2),
    Measure.ALUMNI: Caps(2, 3, 4),
}
"""The caps of each measure; they are the same in every challenge."""


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a score: ``points`` for each deed that counts, of ``most`` at most."""

    measure: Measure
    points: int = 1
    most: int = 0  # 0: only the caps of a day and a week hold


@dataclass(frozen=True, slots=True)
class Window:
    """The member's own days in which deeds count: both ends included."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def still_counting_until(self) -> date:
        """The last day on which something can still be noted, and a talk thanked for."""
        return self.ends_on + timedelta(days=STILL_COUNTING_DAYS)

    def since(self, counts_from: date) -> Window:
        """Give the window of one who joined on a day: their own part of it."""
        return Window(max(self.starts_on, counts_from), self.ends_on)

    def last_day_of(self, measure: Measure) -> date:
        """Tell the last day on which a measure's deeds may happen."""
        return self.still_counting_until if measure is Measure.THANKS else self.ends_on


Deeds = Mapping[Measure, Sequence[Deed]]
"""All that counts of one member in a challenge, in no order."""


class Part(NamedTuple):
    """One term of a score: how many deeds counted, and the points that they gave."""

    measure: Measure
    counted: int
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """A member's points, and what they come from."""

    points: int = 0
    parts: tuple[Part, ...] = ()
    is_capped: bool = False  # more was done than counts of a day or a week

    def count(self, measure: Measure) -> int:
        """Tell how many deeds of a measure counted."""
        return sum(part.counted for part in self.parts if part.measure is measure)


def score(terms: Sequence[Term], deeds: Deeds, window: Window) -> Score:
    """Score one member's deeds inside their window, with every cap."""
    start, until = window.starts_on.toordinal(), window.still_counting_until.toordinal()
    counted: dict[Measure, list[Deed]] = {}
    for term in terms:
        theirs = deeds.get(term.measure)
        if theirs:
            last = window.last_day_of(term.measure).toordinal()
            counted[term.measure] = [
                deed
                for deed in theirs
                if start <= deed[0] <= last and deed[1] <= until and deed[1] - deed[0] <= LATE_DAYS
            ]
    counts = [_count(term, counted, window) for term in terms]
    parts = tuple(
        Part(term.measure, count, count * term.points)
        for term, count in zip(terms, counts, strict=True)
    )
    is_capped = any(
        count < len(counted.get(term.measure, ())) and count != term.most
        for term, count in zip(terms, counts, strict=True)
    )
    return Score(sum([part.points for part in parts]), parts, is_capped)


def points_of(terms: Sequence[Term], deeds: Deeds, window: Window) -> int:
    """Give the points alone, of deeds that are known to lie inside the window and in time.

    A board ranks ten thousand members by it, and asks ``score`` for those on the page.
    """
    return sum([_count(term, deeds, window) * term.points for term in terms])


def _count(term: Term, deeds: Deeds, window: Window) -> int:
    if theirs := deeds.get(term.measure):
        caps, count = CAPS[term.measure], len(theirs)
        if count > caps.day:  # the tightest of them
            count = _capped(theirs, caps, window.starts_on.toordinal())
    elif term.measure is Measure.WEEKS:
        days = [deed[0] for theirs in deeds.values() for deed in theirs]
        count = weeks_in_a_row(days, window)
    else:
        return 0
    return term.most if 0 < term.most < count else count


def _capped(deeds: Sequence[Deed], caps: Caps, start: int) -> int:
    if _is_spread(deeds, caps, start):
        return len(deeds)
    by_day: dict[int, int] = {}  # plain dicts: a board counts those of ten thousand members
    noted: dict[int, int] = {}
    for day, noted_on in deeds:
        by_day[day] = by_day.get(day, 0) + 1
        noted[noted_on] = noted.get(noted_on, 0) + 1
    by_week: dict[int, int] = {}
    for day, count in by_day.items():
        week = (day - start) // _WEEK
        by_week[week] = by_week.get(week, 0) + min(count, caps.day)
    return min(
        sum([min(count, caps.week) for count in by_week.values()]),
        sum([min(count, caps.noted) for count in noted.values()]),
    )


def _is_spread(deeds: Sequence[Deed], caps: Caps, start: int) -> bool:
    """Tell quickly of most members that no cap of theirs is reached.

    Of so many deeds on so many days, one day has at most as many as are left for it.
    """
    most = len(deeds) + 1
    return (
        most - len({deed[0] for deed in deeds}) <= caps.day
        and (most <= caps.noted + 1 or most - len({deed[1] for deed in deeds}) <= caps.noted)
        and (
            most <= caps.week + 1
            or most - len({(deed[0] - start) // _WEEK for deed in deeds}) <= caps.week
        )
    )


def weeks_in_a_row(days: Iterable[int], window: Window) -> int:
    """Count the active weeks of the best row; one missed week inside it is forgiven.

    A member's weeks begin on the weekday of their first day.
    """
    start = window.starts_on.toordinal()
    last = (window.ends_on.toordinal() - start) // _WEEK
    active = {week for day in days if 0 <= (week := (day - start) // _WEEK) <= last}
    if len(active) < 2:
        return len(active)
    # Whoever was active the week before had a longer row from there.
    return max(_row_from(week, active) for week in active if week - 1 not in active)


def _row_from(week: int, active: Collection[int]) -> int:
    count, freezes = 0, 1
    while week in active or (freezes and week + 1 in active):
        if week in active:
            count += 1
        else:
            freezes -= 1
        week += 1
    return count


def ranks(points: Sequence[float]) -> list[int]:
    """Give each its rank, the most points first; equal points share one, the next is skipped."""
    ordered = sorted(points, reverse=True)
    first = {one: len(ordered) - number for number, one in enumerate(reversed(ordered))}
    return [first[one] for one in points]


class Share(NamedTuple):
    """What a member brings to a team: their points, and the part of the days they were in."""

    points: int
    part: float


_LEAST_PART = 0.25
"""Who joins for the last days alone must not lift a team's average out of sight."""


def share_of(points: int, own: Window, whole: Window) -> Share:
    """Weigh a member of a team by the part of the challenge's days that they were in."""
    return Share(points, max(own.days / whole.days, _LEAST_PART))


def team_average(shares: Sequence[Share]) -> float:
    """Average a team's points by its members, late joiners in part; size does not win."""
    whole = sum(share.part for share in shares)
    return round(sum(share.points for share in shares) / whole, 1) if whole else 0.0


def goal_reached(points: int, goal: int) -> float:
    """Tell how much of a goal is reached: 0 to 1."""
    return min(points / goal, 1.0) if goal > 0 else 0.0


MOST_TERMS = 5
MOST_POINTS = 20


def check_terms(terms: Sequence[Term]) -> None:
    """Refuse terms that make no score; raises UserError."""
    if not terms:
        raise UserError("A challenge needs something to count. Choose at least one thing.")
    if len(terms) > MOST_TERMS:
        raise UserError(f"Choose at most {MOST_TERMS} things to count, so that people see the aim.")
    measures = [term.measure for term in terms]
    if len(set(measures)) < len(measures):
        raise UserError("One thing is chosen twice. Choose each thing to count once.")
    if set(measures) == {Measure.WEEKS}:
        raise UserError("Weeks in a row need something that is done in them. Choose one more.")
    if not all(1 <= term.points <= MOST_POINTS and term.most >= 0 for term in terms):
        raise UserError(f"Give each thing between 1 and {MOST_POINTS} points.")

"""Which figures may stand beside each other: so that no sum of them tells what fewer than five did.

Two challenges' figures stand beside each other only where they count the very same days. Then
whatever weeks are added up, two sums differ by whole weeks, and those of each week apart by five
members or by nobody. On other days, such as a week that begins on a Tuesday where the others begin
on Mondays, the sums of two challenges would differ by a single day.

Of three challenges each sum and difference of their weeks is looked at; of more, the fourth shows
nothing. Teams stand beside their own challenge's weeks alone, when no choice of teams less any
choice of weeks leaves fewer than five.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from itertools import product
from typing import NamedTuple

from bot.club.challenges import ChallengeFacts
from bot.notebook.effort import Effort
from bot.rules.scoring import Measure, Window
from bot.storage.keys import Keyring

LEAST_MEMBERS = 5
UNPUBLISHED = -1
"""What is stored in place of a figure that may not stand."""

WEEK = timedelta(days=7)
_MOST_BESIDE = 2  # of four and more, sums that count one of them twice would have to be looked at
_MOST_LOOKS = 1000  # at choices of teams; where these are not enough, none is shown

Counts = Mapping[int, int]
"""How often each member did something; who did nothing is not in it."""


class Figure(NamedTuple):
    """What is stored: the figure, and a hash of what stands behind it."""

    value: int
    behind: bytes | None = None


HIDDEN = Figure(UNPUBLISHED)


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a figure; ``counts`` None: it is not what was published."""

    days: range
    counts: Counts | None


@dataclass(frozen=True, slots=True)
class Told:
    """A challenge with what its members did, and what was published of it so far."""

    challenge: ChallengeFacts
    effort: Effort
    teams: Mapping[int, str | None]  # by member
    figures: Mapping[str, Figure]
    ring: Keyring

    def counts(self, measure: Measure, days: range, team: str | None = None) -> Counts:
        """Count each member's deeds on these days; of a team's members alone, if one is named."""
        counted = {
            member: sum(1 for deed in theirs.get(measure, ()) if deed.day in days)
            for member, theirs in self.effort.items()
            if team is None or self.teams.get(member) == team
        }
        return {member: count for member, count in counted.items() if count}

    def sum_up(self, name: str, counts: Counts) -> Figure:
        """Sum counts up to a figure."""
        return Figure(sum(counts.values()), self._hash(name, counts))

    def shown(self, measure: Measure, near: range) -> Iterator[Behind]:
        """Give what stands behind each published figure that shares days with others."""
        for name, figure in self.figures.items():
            what, of, which = name.split(":", 2)
            if of != measure or figure.value == UNPUBLISHED:
                continue
            if what == "week":
                days, team = week_days(self.challenge.window, measure, int(which)), None
            else:
                days, team = whole_days(self.challenge.window, measure), which
            if days.start < near.stop and near.start < days.stop:
                yield Behind(days, self._behind(name, self.counts(measure, days, team)))

    def _behind(self, name: str, counts: Counts) -> Counts | None:
        """Give counts, if they are what was published.

        Else somebody left since, or took a deed back: who that was is not stored, so how few they
        are cannot be told. So too where the hash was dropped, since somebody was erased.
        """
        kept = self.figures[name].behind
        is_same = kept is not None and compare_digest(kept, self._hash(name, counts))
        return counts if is_same else None

    def _hash(self, name: str, counts: Counts) -> bytes:
        lines = sorted(f"{member}:{count}" for member, count in counts.items())
        return self.ring.figure_hash("\n".join((self.challenge.key, name, *lines)))


def weeks_of(window: Window) -> int:
    """Count the weeks of a challenge; the last one may be short."""
    return -(-window.days // 7)


def week_days(window: Window, measure: Measure, number: int) -> range:
    """Give the day numbers of a week; the last one goes on as long as deeds count."""
    start = window.starts_on + number * WEEK
    is_last = start + WEEK > window.ends_on
    after = window.last_day_of(measure) + timedelta(days=1) if is_last else start + WEEK
    return range(start.toordinal(), after.toordinal())


def whole_days(window: Window, measure: Measure) -> range:
    """Give all day numbers of a challenge."""
    return range(window.starts_on.toordinal(), window.last_day_of(measure).toordinal() + 1)


def figure_of_week(ours: Told, others: Iterable[Told], measure: Measure, number: int) -> Figure:
    """Sum a week up, if five stand behind it and behind all that it would tell beside others'."""
    days = week_days(ours.challenge.window, measure, number)
    counts = ours.counts(measure, days)
    beside = [one for other in others for one in other.shown(measure, days)]
    if len(counts) < LEAST_MEMBERS or not _may_stand(Behind(days, counts), beside):
        return HIDDEN
    return ours.sum_up(f"week:{measure}:{number}", counts)


def _may_stand(ours: Behind, beside: Sequence[Behind]) -> bool:
    if ours in beside:
        return True  # the very same is known already
    known: list[Counts] = []
    for one in beside:
        if one.days != ours.days or one.counts is None:
            return False
        if one.counts not in known:
            known.append(one.counts)
    choices = product((-1, 0, 1), repeat=len(known))
    return len(known) <= _MOST_BESIDE and not any(
        _is_few(_apart([ours.counts or {}, *known], (1, *signs))) for signs in choices
    )


def _apart(counts: Sequence[Counts], signs: Sequence[int]) -> set[int]:
    """Give those whose deeds make up a sum of counts, each added, taken away or left out."""
    members = {member for one in counts for member in one}
    return {
        member
        for member in members
        if sum(sign * one.get(member, 0) for sign, one in zip(signs, counts, strict=True))
    }


def _is_few(members: set[int]) -> bool:
    return 0 < len(members) < LEAST_MEMBERS


def figures_of_teams(ours: Told, others: Sequence[Told], measure: Measure) -> dict[str, Figure]:
    """Count whole teams for the whole challenge, as far as no sum of them tells more.

    The weeks are decided before. One hidden team hides a second.
    """
    days = whole_days(ours.challenge.window, measure)
    teams = sorted({team for team in ours.teams.values() if team is not None})
    counts = {team: ours.counts(measure, days, team) for team in teams}
    shown: list[str] = []
    if _stands_alone(list(ours.shown(measure, days)), others, measure, days):
        shown = [team for team in teams if len(counts[team]) >= LEAST_MEMBERS]
        shown.sort(key=lambda team: sum(counts[team].values()))
    weeks, looks = list(_weeks_of(ours, measure)), iter(range(_MOST_LOOKS))
    while shown and (len(shown) == len(teams) - 1 or _do_tell(weeks, shown, looks)):
        del shown[0]
    names = {team: f"team:{measure}:{team}" for team in teams}
    return {
        name: ours.sum_up(name, counts[team]) if team in shown else HIDDEN
        for team, name in names.items()
    }


def _stands_alone(
    ours: Sequence[Behind], others: Iterable[Told], measure: Measure, days: range
) -> bool:
    """Tell whether nothing else is known of these days than our own weeks, as they were."""
    beside = (one for other in others for one in other.shown(measure, days))
    return all(one.counts is not None for one in ours) and all(one in ours for one in beside)


@dataclass(frozen=True, slots=True)
class _Week:
    """Who did something in a week, by team."""

    is_shown: bool
    active: Mapping[str | None, frozenset[int]]

    def few_of(self, teams: Iterable[str | None]) -> frozenset[int] | None:
        """Give who was active of these teams; None: five or more."""
        found = [self.active.get(team, frozenset()) for team in teams]
        is_many = sum(map(len, found)) >= LEAST_MEMBERS
        return None if is_many else frozenset[int]().union(*found)

    def remains(self, inside: Iterable[str], outside: Iterable[str | None]) -> list[frozenset[int]]:
        """Give whom teams less a sum of weeks leave in this one, where these are few.

        The teams' own members where it is not among the weeks, else all the others.
        """
        sides = (inside, outside) if self.is_shown else (inside,)
        return [few for few in map(self.few_of, sides) if few is not None]


def _weeks_of(ours: Told, measure: Measure) -> Iterator[_Week]:
    window = ours.challenge.window
    for number in range(weeks_of(window)):
        active: dict[str | None, set[int]] = {}
        for member in ours.counts(measure, week_days(window, measure, number)):
            active.setdefault(ours.teams.get(member), set()).add(member)
        is_shown = ours.figures.get(f"week:{measure}:{number}", HIDDEN).value != UNPUBLISHED
        yield _Week(is_shown, {team: frozenset(theirs) for team, theirs in active.items()})


def _do_tell(weeks: Sequence[_Week], shown: Sequence[str], looks: Iterator[int]) -> bool:
    """Tell whether some of these teams less some of the weeks leave what fewer than five did."""
    hidden = {team for week in weeks for team in week.active}.difference(shown)

    def is_found(inside: list[str], outside: list[str | None], rest: Sequence[str]) -> bool:
        remains: list[list[frozenset[int]]] = []
        for week in weeks:
            remains.append(week.remains(inside, outside))
            if not remains[-1]:  # five remain, whether it is taken or not
                return False
        if not rest:
            return bool(inside) and _can_be_few(remains, least=1)
        if not _can_be_few(remains, least=0):  # and each team adds more
            return False
        if next(looks, None) is None:
            return True
        one, others = rest[0], rest[1:]
        return is_found([*inside, one], outside, others) or is_found(
            inside, [*outside, one], others
        )

    return is_found([], list(hidden), shown)


def _can_be_few(
    remains: Sequence[Sequence[frozenset[int]]],
    so_far: frozenset[int] = frozenset(),
    *,
    least: int,
) -> bool:
    """Tell whether one choice for each week leaves fewer than five in all, and ``least``."""
    if len(so_far) >= LEAST_MEMBERS:
        return False
    if not remains:
        return len(so_far) >= least
    return any(_can_be_few(remains[1:], so_far | one, least=least) for one in remains[0])

"""Which of the organisers' figures may stand: never one that tells what fewer than five did.

A week's figures are published once, when nothing can be added to them any more, and never change
afterwards: so two reports never differ by what one member did. A figure is published when five
different members stand behind it; else it is "under 5", also in every sum. Nor does a difference
tell less than five apart: not that of two challenges, nor that of all weeks and all teams. Whose
deeds a published figure counts is read again for that, and one keyed hash of them lies beside it:
where they are others by now, since somebody left or took a deed back, even if the sum is the same,
nothing is published that it could be compared to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import func, select

from bot.club.challenges import ChallengeFacts, challenge_facts, select_challenges
from bot.club.settings import Club
from bot.club.timeline import closes_at
from bot.notebook.effort import Effort, gather_effort
from bot.rules.hours import local_day
from bot.rules.scoring import LATE_DAYS, Measure, Window
from bot.storage.keys import Keyring
from bot.storage.models import Challenge, Participation, Tally
from bot.storage.session import Session
from bot.storage.types import keyring_of
from bot.storage.upserts import insert_new

LEAST_MEMBERS = 5
FUNNEL = (Measure.ASKED, Measure.REPLIES, Measure.TALKS, Measure.THANKS, Measure.CHECK_INS)
"""What the report shows, in the order in which it happens."""

UNPUBLISHED = -1
"""What is stored in place of a figure that may not stand."""

WEEK = timedelta(days=7)

Counts = Mapping[int, int]
"""How often each member did something; who did nothing is not in it."""


class _Figure(NamedTuple):
    """What is stored: the figure, and a hash of what stands behind it."""

    value: int
    behind: bytes | None = None


_HIDDEN = _Figure(UNPUBLISHED)


@dataclass(frozen=True, slots=True)
class _Told:
    """A challenge with what its members did, and what was published of it so far."""

    challenge: ChallengeFacts
    effort: Effort
    teams: Mapping[int, str | None]  # by member
    figures: Mapping[str, _Figure]
    ring: Keyring

    def find(self, name: str) -> _Figure:
        """Find a figure; one that is not published is as if hidden."""
        return self.figures.get(name, _HIDDEN)

    def sum_up(self, name: str, counts: Counts) -> _Figure:
        """Sum counts up to a figure."""
        return _Figure(sum(counts.values()), self._hash(name, counts))

    def behind(self, name: str, counts: Counts) -> Counts | None:
        """Give what stands behind a published figure; None: it is not what it was.

        Somebody left since, or took a deed back. Who that was is not stored, so how few they are
        cannot be told. So too where the hash was dropped, since somebody was erased.
        """
        kept = self.find(name).behind
        is_same = kept is not None and compare_digest(kept, self._hash(name, counts))
        return counts if is_same else None

    def _hash(self, name: str, counts: Counts) -> bytes:
        lines = sorted(f"{member}:{count}" for member, count in counts.items())
        return self.ring.figure_hash("\n".join((self.challenge.key, name, *lines)))

    def counts(self, measure: Measure, days: range) -> Counts:
        """Count each member's deeds on these days."""
        counted = {
            member: sum(1 for deed in theirs.get(measure, ()) if deed.day in days)
            for member, theirs in self.effort.items()
        }
        return {member: count for member, count in counted.items() if count}

    def of_week(self, measure: Measure, number: int) -> Counts:
        return self.counts(measure, _week(self.challenge.window, measure, number))

    def of_team(self, measure: Measure, team: str) -> Counts:
        whole = self.counts(measure, _whole(self.challenge.window, measure))
        return {one: count for one, count in whole.items() if self.teams.get(one) == team}


async def publish_figures(
    session: Session, challenge: ChallengeFacts, club: Club, *, today: date
) -> int:
    """Publish the weeks that are over for good; returns how many. Idempotent."""
    done = await session.scalar(
        select(func.count())
        .select_from(Tally)
        .where(Tally.challenge_key == challenge.key, Tally.name.startswith("week:asked:"))
    )
    due = [
        number
        for number in range(done, weeks_of(challenge.window))
        if _is_over(challenge.window, number, club, today)
    ]
    if not due:
        return 0
    ours, *others = await _read_all(session, challenge)
    values = {
        f"week:{measure}:{number}": _of_week(ours, others, measure, number)
        for number in due
        for measure in FUNNEL
    }
    if due[-1] == weeks_of(challenge.window) - 1:
        for measure in FUNNEL:
            told = replace(ours, figures={**ours.figures, **values})
            values |= _of_teams(told, others, measure)
    rows = [
        {"challenge_key": challenge.key, "name": name, **figure._asdict()}
        for name, figure in values.items()
    ]
    await insert_new(session, Tally, rows)
    return len(due)


def weeks_of(window: Window) -> int:
    """Count the weeks of a challenge; the last one may be short."""
    return -(-window.days // 7)


def _is_over(window: Window, number: int, club: Club, today: date) -> bool:
    """Tell whether nothing more can be noted for a week, in any zone."""
    last = window.starts_on + (number + 1) * WEEK
    final = local_day(closes_at(window, club), club.zone or "UTC")
    return today >= min(last + timedelta(days=LATE_DAYS + 1), final)


def _week(window: Window, measure: Measure, number: int) -> range:
    """Give the day numbers of a week; the last one goes on as long as deeds count."""
    start = (window.starts_on + number * WEEK).toordinal()
    if number == weeks_of(window) - 1:
        return range(start, window.last_day_of(measure).toordinal() + 1)
    return range(start, start + 7)


def _whole(window: Window, measure: Measure) -> range:
    return range(window.starts_on.toordinal(), window.last_day_of(measure).toordinal() + 1)


async def _read_all(session: Session, challenge: ChallengeFacts) -> list[_Told]:
    """Read a challenge, and after it the others of its days of which something is published."""
    is_near = (
        (Challenge.guild_id == challenge.guild_id)
        & (Challenge.starts_on <= challenge.window.still_counting_until)
        & (Challenge.ends_on >= challenge.starts_on - timedelta(days=LATE_DAYS))
    )
    rows = await session.execute(select_challenges().where(is_near))
    near = [one for one in map(challenge_facts, rows.all()) if one.key != challenge.key]
    keys = [challenge.key, *(one.key for one in near)]
    figures = await _figures_of(session, keys)
    teams = await _teams_of(session, keys)
    ring = keyring_of(session.get_bind().dialect)
    return [
        _Told(
            one,
            await gather_effort(session, one.key, window=one.window, measures=FUNNEL),
            teams[one.key],
            figures[one.key],
            ring,
        )
        for one in (challenge, *(one for one in near if figures[one.key]))
    ]


async def _figures_of(session: Session, keys: Sequence[str]) -> Mapping[str, Mapping[str, _Figure]]:
    found: defaultdict[str, dict[str, _Figure]] = defaultdict(dict)
    columns = (Tally.challenge_key, Tally.name, Tally.value, Tally.behind)
    rows = await session.execute(select(*columns).where(Tally.challenge_key.in_(keys)))
    for key, name, value, behind in rows.all():
        found[key][name] = _Figure(value, behind and bytes(behind))
    return found


async def _teams_of(
    session: Session, keys: Sequence[str]
) -> Mapping[str, Mapping[int, str | None]]:
    found: defaultdict[str, dict[int, str | None]] = defaultdict(dict)
    columns = (Participation.challenge_key, Participation.owner_id, Participation.team_key)
    rows = await session.execute(select(*columns).where(Participation.challenge_key.in_(keys)))
    for key, member, team in rows.all():
        found[key][member] = team
    return found


def _of_week(ours: _Told, others: Iterable[_Told], measure: Measure, number: int) -> _Figure:
    counts = ours.of_week(measure, number)
    beside = (
        found for other in others for found in _published_beside(ours, other, measure, number)
    )
    is_shown = _may_stand(counts, beside)
    return ours.sum_up(f"week:{measure}:{number}", counts) if is_shown else _HIDDEN


def _published_beside(
    ours: _Told, other: _Told, measure: Measure, number: int
) -> Iterator[Counts | None]:
    """Give what stands behind another challenge's figures of weeks that share days with ours."""
    days, window = _week(ours.challenge.window, measure, number), other.challenge.window
    for one in range(weeks_of(window)):
        theirs = _week(window, measure, one)
        name = f"week:{measure}:{one}"
        is_there = other.find(name).value != UNPUBLISHED
        if is_there and theirs.start < days.stop and days.start < theirs.stop:
            yield other.behind(name, other.of_week(measure, one))


def _may_stand(counts: Counts, beside: Iterable[Counts | None]) -> bool:
    """Tell whether five stand behind counts and behind each difference to what is known."""
    return len(counts) >= LEAST_MEMBERS and not any(
        others is None or _is_few(_apart(counts, others)) for others in beside
    )


def _apart(one: Counts, other: Counts) -> set[int]:
    """Give those whose deeds make the difference."""
    return {member for member in {*one, *other} if one.get(member) != other.get(member)}


def _is_few(members: set[int]) -> bool:
    return 0 < len(members) < LEAST_MEMBERS


def _of_teams(ours: _Told, others: Sequence[_Told], measure: Measure) -> dict[str, _Figure]:
    """Count whole teams for the whole challenge, as far as no sum of them tells more."""
    figures: dict[str, _Figure] = {}
    for team in sorted({team for team in ours.teams.values() if team is not None}):
        name, counts = f"team:{measure}:{team}", ours.of_team(measure, team)
        beside = (
            other.behind(name, other.of_team(measure, team))
            for other in others
            if other.find(name).value != UNPUBLISHED
        )
        figures[name] = ours.sum_up(name, counts) if _may_stand(counts, beside) else _HIDDEN
    return _without_differences(figures, is_sum_telling=_tells_all(ours, measure))


def _tells_all(ours: _Told, measure: Measure) -> bool:
    """Tell whether all teams less all weeks that are shown would tell what few members did."""
    whole = ours.counts(measure, _whole(ours.challenge.window, measure))
    rest = {member for member in whole if ours.teams.get(member) is None}
    for number in range(weeks_of(ours.challenge.window)):
        name, counts = f"week:{measure}:{number}", ours.of_week(measure, number)
        is_hidden = ours.find(name).value == UNPUBLISHED
        if not is_hidden and ours.behind(name, counts) is None:
            return True
        if is_hidden:
            if len(counts) >= LEAST_MEMBERS:  # hidden for its difference to another challenge's
                return True
            rest |= counts.keys()
    return _is_few(rest)


def _without_differences(
    figures: Mapping[str, _Figure], *, is_sum_telling: bool
) -> dict[str, _Figure]:
    """Hide two figures where one is hidden, or where the sum of all would tell too much."""
    hidden = [name for name, figure in figures.items() if figure == _HIDDEN]
    shown = sorted((name for name in figures if name not in hidden), key=figures.__getitem__)
    if len(hidden) == 1 or (is_sum_telling and not hidden):
        hidden += shown[: 2 - len(hidden)]
    return {name: _HIDDEN if name in hidden else figure for name, figure in figures.items()}

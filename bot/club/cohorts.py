"""Groups of a club's members (cohorts), their teams, and who joins and leaves them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from bot.errors import UserError
from bot.storage.models import Cohort, CohortMember, Team
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import upsert

MOST_COHORTS = 25
MOST_TEAMS = 25
CODE_LENGTH = 40
GONE = "That group is not here any more. **/cohort join** lists those there are."


@dataclass(frozen=True, slots=True)
class CohortDraft:
    """A group as an organiser describes it.

    ``team_names`` empty: no teams. ``is_balanced``: the bot puts who joins into the smallest team,
    else organisers do it by hand. ``code`` "": everybody on the server may join.
    """

    name: str
    starts_on: date | None = None
    ends_on: date | None = None
    role_id: int | None = None
    capacity: int | None = None
    code: str = ""
    team_names: tuple[str, ...] = ()
    is_balanced: bool = True


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """A team and how many are in it."""

    key: str
    name: str
    members: int = 0


@dataclass(frozen=True, slots=True)
class CohortFacts:
    """A group as it stands."""

    key: str
    name: str
    starts_on: date | None
    ends_on: date | None
    role_id: int | None
    capacity: int | None
    code: str
    is_balanced: bool
    archived_at: datetime | None
    members: int = 0
    teams: tuple[TeamFacts, ...] = ()

    def goes_on(self, today: date) -> bool:
        """Tell whether it is neither archived nor over on a day of the club's."""
        return self.archived_at is None and not (self.ends_on and self.ends_on < today)

    @property
    def is_open(self) -> bool:
        """Whether anybody on the server may join."""
        return not self.code

    @property
    def is_full(self) -> bool:
        """Whether nobody else can join."""
        return self.capacity is not None and self.members >= self.capacity

    @property
    def without_team(self) -> int:
        """How many of its members are in no team, if it has teams."""
        return self.members - sum(team.members for team in self.teams) if self.teams else 0

    def team(self, key: str | None) -> TeamFacts | None:
        """Find one of its teams."""
        return next((team for team in self.teams if team.key == key), None)


@dataclass(frozen=True, slots=True)
class JoinedCohort:
    """What joining led to; ``was_in`` tells one who had been in it all along."""

    cohort: CohortFacts
    team: TeamFacts | None
    was_in: bool = False


async def list_cohorts(
    session: Session, guild_id: int, *, with_archived: bool = False
) -> list[CohortFacts]:
    """List a club's groups with their teams, the newest first; two statements."""
    here = select(Cohort).where(Cohort.guild_id == guild_id)
    if not with_archived:
        here = here.where(Cohort.archived_at.is_(None))
    rows = (await session.execute(here.order_by(Cohort.created_at.desc()))).all()
    teams = await _teams_of(session, [row.key for row in rows])
    return [_facts(row, teams.get(row.key, [])) for row in rows]


async def access_cohort(session: Session, guild_id: int, key: str) -> CohortFacts:
    """Find one of a club's groups by its key or its name, or raise UserError."""
    for cohort in await list_cohorts(session, guild_id, with_archived=True):
        if cohort.key == key or (
            cohort.archived_at is None and cohort.name.casefold() == key.strip().casefold()
        ):
            return cohort
    raise UserError(GONE)


async def cohorts_of(session: Session, guild_id: int, member_id: int) -> list[CohortFacts]:
    """List the groups of a club that a member is in, archived ones too: those can be left."""
    rows = await session.scalars(
        select(CohortMember.cohort_key).where(
            CohortMember.owner_id == member_id, CohortMember.left_at.is_(None)
        )
    )
    mine = set(rows)
    there = await list_cohorts(session, guild_id, with_archived=True)
    return [one for one in there if one.key in mine]


async def _teams_of(session: Session, cohorts: Sequence[str]) -> dict[str, list[Any]]:
    """Count each group's members by team; None stands for those in no team."""
    members = (
        select(CohortMember.cohort_key, CohortMember.team_key, func.count().label("members"))
        .where(CohortMember.cohort_key.in_(cohorts), CohortMember.left_at.is_(None))
        .group_by(CohortMember.cohort_key, CohortMember.team_key)
    )
    counts: dict[str, Counter[str | None]] = {}
    for cohort, team, count in (await session.execute(members)).all():
        counts.setdefault(cohort, Counter())[team] = count
    named = await session.execute(
        select(Team.cohort_key, Team.key, Team.name)
        .where(Team.cohort_key.in_(cohorts))
        .order_by(Team.place)
    )
    found: dict[str, list[Any]] = {one: [counts.get(one, Counter()).total()] for one in cohorts}
    for cohort, key, name in named.all():
        found[cohort].append(TeamFacts(key, name, counts.get(cohort, Counter())[key]))
    return found


def _facts(row: Any, counted: Sequence[Any]) -> CohortFacts:
    return CohortFacts(
        key=row.key,
        name=row.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        role_id=row.role_id,
        capacity=row.capacity,
        code=row.code or "",
        is_balanced=row.teams == "balanced",
        archived_at=row.archived_at,
        members=counted[0] if counted else 0,
        teams=tuple(counted[1:]),
    )


async def join_cohort(
    session: Session,
    guild_id: int,
    key: str,
    *,
    member_id: int,
    now: datetime,
    today: date,
    code: str = "",
) -> JoinedCohort:
    """Let a member into a group, and into its smallest team if the bot balances them.

    The member's row must be there. ``today`` is the club's day. Raises UserError when it is full,
    over, archived, or the code is another one.
    """
    cohort = await access_cohort(session, guild_id, key)
    mine = await find_membership(session, cohort.key, member_id)
    if mine is not None and mine.left_at is None:
        return JoinedCohort(cohort, cohort.team(mine.team_key), was_in=True)
    _check_joining(cohort, code, today)
    team = cohort.team(mine.team_key) if mine else None
    if team is None and cohort.is_balanced and cohort.teams:
        team = min(cohort.teams, key=lambda one: one.members)
    row: Mapping[str, Any] = {
        "key": mine.key if mine else new_key(),
        "cohort_key": cohort.key,
        "owner_id": member_id,
        "team_key": team.key if team else None,
        "joined_at": now,
        "left_at": None,
    }
    await upsert(session, CohortMember, [row], key=("cohort_key", "owner_id"), keep=("key",))
    return JoinedCohort(replace(cohort, members=cohort.members + 1), team)


def _check_joining(cohort: CohortFacts, code: str, today: date) -> None:
    if not cohort.goes_on(today):
        raise UserError("That group is over. **/cohort join** lists those that go on.")
    if cohort.code and code.strip().casefold() != cohort.code.casefold():
        raise UserError("That code does not open this group. Ask your organisers for it.")
    if cohort.is_full:
        raise UserError(
            f"This group is full: all {cohort.capacity} places are taken. "
            "Ask your organisers to make room."
        )


async def leave_cohort(
    session: Session, guild_id: int, key: str, *, member_id: int, now: datetime
) -> CohortFacts:
    """Take a member out of a group; what they did in its challenges stays on the boards."""
    cohort = await _access_own(session, guild_id, key, member_id)
    await session.execute(
        update(CohortMember)
        .where(CohortMember.cohort_key == cohort.key, CohortMember.owner_id == member_id)
        .values(left_at=now)
    )
    return replace(cohort, members=cohort.members - 1)


async def _access_own(session: Session, guild_id: int, key: str, member_id: int) -> CohortFacts:
    """Find a group that a member is in; of two of one name, the one that goes on."""
    name = key.strip().casefold()
    found = [
        one
        for one in await cohorts_of(session, guild_id, member_id)
        if one.key == key or one.name.casefold() == name
    ]
    if found:
        return min(found, key=lambda one: one.archived_at is not None)
    await access_cohort(session, guild_id, key)
    raise UserError("You are not in that group; nothing was changed.")


async def find_membership(session: Session, cohort: str, member_id: int) -> Any | None:
    """Find the row of who is in a group, or was: its key, the team, and when they left."""
    columns = (CohortMember.key, CohortMember.team_key, CohortMember.left_at)
    found = await session.execute(
        select(*columns).where(
            CohortMember.cohort_key == cohort, CohortMember.owner_id == member_id
        )
    )
    return found.one_or_none()

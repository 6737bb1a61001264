"""Groups of a club's members (cohorts), their teams, and who is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.club.naming import clean_name
from bot.errors import UserError
from bot.storage.models import Challenge, Cohort, CohortMember, Participation, Team
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
    """List the groups of a club that a member is in."""
    rows = await session.scalars(
        select(CohortMember.cohort_key).where(
            CohortMember.owner_id == member_id, CohortMember.left_at.is_(None)
        )
    )
    mine = set(rows)
    return [one for one in await list_cohorts(session, guild_id) if one.key in mine]


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


async def create_cohort(
    session: Session, guild_id: int, draft: CohortDraft, *, by: int, now: datetime
) -> CohortFacts:
    """Create a group with its teams; raises UserError for what makes none."""
    there = await list_cohorts(session, guild_id)
    if len(there) >= MOST_COHORTS:
        raise UserError(
            f"There are {MOST_COHORTS} groups here, and that is all a list can show. "
            "Archive one under **/organise cohort** first."
        )
    values = _checked(draft, taken=[one.name for one in there])
    key = new_key()
    await session.execute(
        insert(Cohort).values(key=key, guild_id=guild_id, created_by=by, created_at=now, **values)
    )
    await _write_teams(session, key, (), draft.team_names)
    return await access_cohort(session, guild_id, key)


async def edit_cohort(session: Session, guild_id: int, key: str, draft: CohortDraft) -> CohortFacts:
    """Change a group. A team keeps its members by its name, or by its line if it is renamed there;
    those of one that goes are in none.
    """
    old = await access_cohort(session, guild_id, key)
    others = [one.name for one in await list_cohorts(session, guild_id) if one.key != old.key]
    values = _checked(draft, taken=others)
    if draft.capacity is not None and draft.capacity < old.members:
        raise UserError(
            f"{old.members} members are in it already. Allow at least that many, or leave it empty."
        )
    await session.execute(update(Cohort).where(Cohort.key == old.key).values(**values))
    await _write_teams(session, old.key, old.teams, draft.team_names)
    return await access_cohort(session, guild_id, old.key)


def draft_of(cohort: CohortFacts) -> CohortDraft:
    """Give a group's description, to edit."""
    return CohortDraft(
        cohort.name,
        cohort.starts_on,
        cohort.ends_on,
        cohort.role_id,
        cohort.capacity,
        cohort.code,
        tuple(team.name for team in cohort.teams),
        cohort.is_balanced,
    )


def _checked(draft: CohortDraft, *, taken: Sequence[str]) -> dict[str, Any]:
    name = clean_name(draft.name, "group", taken=taken)
    if draft.starts_on and draft.ends_on and draft.ends_on < draft.starts_on:
        raise UserError("The group ends before it starts. Please exchange or mend the two dates.")
    if draft.capacity is not None and draft.capacity < 1:
        raise UserError("A group has room for one member at least. Leave it empty for no limit.")
    if len(draft.code) > CODE_LENGTH:
        raise UserError(f"Please keep the code to {CODE_LENGTH} characters.")
    _check_teams(draft.team_names)
    return {
        "name": name,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "role_id": draft.role_id,
        "capacity": draft.capacity,
        "code": draft.code.strip() or None,
        "teams": _mode(draft),
    }


def _mode(draft: CohortDraft) -> str:
    if not draft.team_names:
        return "none"
    return "balanced" if draft.is_balanced else "chosen"


def _check_teams(names: Sequence[str]) -> None:
    if len(names) == 1:
        raise UserError("One team has nobody to play against. Name two at least, or none.")
    if len(names) > MOST_TEAMS:
        raise UserError(
            f"Those are {len(names)} teams, and a board can show {MOST_TEAMS}. "
            "Larger teams also help each other more."
        )
    for number, name in enumerate(names):
        clean_name(name, "team", taken=names[:number])


async def _write_teams(
    session: Session, cohort: str, old: Sequence[TeamFacts], names: Sequence[str]
) -> None:
    rows = [
        {"key": key, "cohort_key": cohort, "name": " ".join(name.split()), "place": place}
        for place, (key, name) in enumerate(zip(_keys(old, names), names, strict=True))
    ]
    kept = {row["key"] for row in rows}
    await session.execute(
        delete(Team).where(Team.cohort_key == cohort, Team.key.not_in(kept or {""}))
    )
    await upsert(session, Team, rows, key=("key",))


def _keys(old: Sequence[TeamFacts], names: Sequence[str]) -> list[str]:
    """Tell which team each line means: the one of that name, else one renamed in its own line."""
    known = {team.name.casefold(): team.key for team in old}
    wanted = {name.casefold() for name in names}
    renamed = [
        team.key if len(old) == len(names) and team.name.casefold() not in wanted else None
        for team in old
    ]
    return [
        known.get(name.casefold()) or was or new_key()
        for name, was in zip_longest(names, renamed)
        if name is not None
    ]


async def archive_cohort(
    session: Session, guild_id: int, key: str, *, now: datetime | None
) -> CohortFacts:
    """Put a group away: nobody joins it, its boards stay. ``now`` None brings it back."""
    cohort = await access_cohort(session, guild_id, key)
    await session.execute(update(Cohort).where(Cohort.key == cohort.key).values(archived_at=now))
    return replace(cohort, archived_at=now)


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
    mine = await _membership(session, cohort.key, member_id)
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
    cohort = await access_cohort(session, guild_id, key)
    mine = await _membership(session, cohort.key, member_id)
    if mine is None or mine.left_at is not None:
        raise UserError("You are not in that group; nothing was changed.")
    await session.execute(
        update(CohortMember).where(CohortMember.key == mine.key).values(left_at=now)
    )
    return replace(cohort, members=cohort.members - 1)


async def put_into_team(
    session: Session, guild_id: int, key: str, *, member_id: int, team_key: str | None, today: date
) -> TeamFacts | None:
    """Put a member of a group into one of its teams (None: into none).

    In challenges that have begun they stay where they were: two averages, before and after, would
    tell their points. ``today`` is the club's day.
    """
    cohort = await access_cohort(session, guild_id, key)
    mine = await _membership(session, cohort.key, member_id)
    if mine is None or mine.left_at is not None:
        raise UserError("They are not in that group. They can join with **/cohort join**.")
    team = cohort.team(team_key)
    if team_key is not None and team is None:
        raise UserError("That team is not there any more. Choose one of those that are.")
    teams = [one.key for one in cohort.teams]
    await session.execute(
        update(CohortMember).where(CohortMember.key == mine.key).values(team_key=team_key)
    )
    await session.execute(
        update(Participation)
        .where(
            Participation.owner_id == member_id,
            Participation.team_key.in_(teams or [""]),
            Participation.challenge_key.in_(
                select(Challenge.key).where(Challenge.starts_on > today)
            ),
        )
        .values(team_key=team_key)
    )
    return team


async def _membership(session: Session, cohort: str, member_id: int) -> Any | None:
    columns = (CohortMember.key, CohortMember.team_key, CohortMember.left_at)
    found = await session.execute(
        select(*columns).where(
            CohortMember.cohort_key == cohort, CohortMember.owner_id == member_id
        )
    )
    return found.one_or_none()

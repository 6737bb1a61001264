"""What organisers do with groups: they make them, change them, deal out teams, put them away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.club.cohorts import (
    CODE_LENGTH,
    GONE,
    MOST_COHORTS,
    MOST_TEAMS,
    CohortDraft,
    CohortFacts,
    TeamFacts,
    access_cohort,
    find_membership,
    list_cohorts,
)
from bot.club.naming import clean_name
from bot.content import plain_text
from bot.errors import UserError
from bot.storage.models import Challenge, Cohort, CohortMember, Participation, Team
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import upsert


async def create_cohort(
    session: Session, guild_id: int, draft: CohortDraft, *, by: int, now: datetime
) -> CohortFacts:
    """Create a group with its teams; raises UserError for what makes none."""
    there = await list_cohorts(session, guild_id)
    _check_room(there)
    values = _checked(draft, taken=[one.name for one in there])
    key = new_key()
    await session.execute(
        insert(Cohort).values(key=key, guild_id=guild_id, created_by=by, created_at=now, **values)
    )
    await _write_teams(session, key, (), draft.team_names)
    return await access_cohort(session, guild_id, key)


def _check_room(there: Sequence[CohortFacts]) -> None:
    if len(there) >= MOST_COHORTS:
        raise UserError(
            f"There are {MOST_COHORTS} groups here, and that is all a list can show. "
            "Archive one under **/organise cohort** first."
        )


async def edit_cohort(session: Session, guild_id: int, key: str, draft: CohortDraft) -> CohortFacts:
    """Change a group. A team keeps its members by its name, or by its line if it is renamed there.

    One that somebody is in, or that plays, cannot go: their points would be no team's any more.
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
    gone = [team for team in old if team.key not in kept]
    if gone:
        await _check_unused(session, gone)
        await session.execute(delete(Team).where(Team.key.in_([team.key for team in gone])))
    await upsert(session, Team, rows, key=("key",))


async def _check_unused(session: Session, gone: Sequence[TeamFacts]) -> None:
    """Raise UserError if somebody is in one of these teams, or plays for it in a challenge."""
    for team in gone:
        if team.members:
            members = "1 member" if team.members == 1 else f"{team.members} members"
            raise UserError(
                f"**{plain_text(team.name)}** has {members}, so its line has to stay. To rename a "
                "team, change its line and add none; to dissolve one, move its members first with "
                "**Put into a team**."
            )
    playing = await session.execute(
        select(Team.name, Challenge.title)
        .join(Participation, Participation.team_key == Team.key)
        .join(Challenge, Challenge.key == Participation.challenge_key)
        .where(
            Team.key.in_([team.key for team in gone]),
            Participation.left_at.is_(None),
            Challenge.closed_at.is_(None),
        )
        .limit(1)
    )
    for name, title in playing.all():
        raise UserError(
            f"**{plain_text(name)}** plays in **{plain_text(title)}**, so its line has to stay "
            "until that is over."
        )


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
    """Put a group away: nobody joins it, its boards stay. ``now`` None brings it back.

    Raises UserError when there is no room for it any more, or another one has its name.
    """
    known = await list_cohorts(session, guild_id, with_archived=True)
    cohort = next((one for one in known if one.key == key), None)
    if cohort is None:
        raise UserError(GONE)
    if now is None and cohort.archived_at is not None:
        there = [one for one in known if one.archived_at is None]
        _check_room(there)
        if cohort.name.casefold() in {one.name.casefold() for one in there}:
            raise UserError(
                f"There is a group **{plain_text(cohort.name)}** already. Give one of the two "
                "another name with **Change**, and bring this one back then."
            )
    await session.execute(update(Cohort).where(Cohort.key == cohort.key).values(archived_at=now))
    return replace(cohort, archived_at=now)


async def put_into_team(
    session: Session, guild_id: int, key: str, *, member_id: int, team_key: str | None, today: date
) -> TeamFacts | None:
    """Put a member of a group into one of its teams (None: into none).

    In challenges that have begun they stay where they were: two averages, before and after, would
    tell their points. ``today`` is the club's day.
    """
    cohort = await access_cohort(session, guild_id, key)
    mine = await find_membership(session, cohort.key, member_id)
    if mine is None or mine.left_at is not None:
        raise UserError("They are not in that group. They can join with **/cohort join**.")
    team = cohort.team(team_key)
    if team_key is not None and team is None:
        raise UserError("That team is not there any more. Choose one of those that are.")
    await _move(session, cohort, [member_id], team_key, today)
    return team


async def deal_out(
    session: Session, cohort: CohortFacts, *, today: date
) -> tuple[CohortFacts, int]:
    """Put who is in no team of a group into the smallest, the first to join first.

    Returns the group as it is then, and how many that were; ``today`` is the club's day.
    """
    without = await session.scalars(
        select(CohortMember.owner_id)
        .where(
            CohortMember.cohort_key == cohort.key,
            CohortMember.left_at.is_(None),
            CohortMember.team_key.is_(None),
        )
        .order_by(CohortMember.joined_at, CohortMember.owner_id)
    )
    sizes = Counter({team.key: team.members for team in cohort.teams})
    dealt: dict[str, list[int]] = {}
    for member in without.all():
        smallest = min(sizes, key=lambda one: sizes[one])
        sizes[smallest] += 1
        dealt.setdefault(smallest, []).append(member)
    for team, members in dealt.items():
        await _move(session, cohort, members, team, today)
    teams = tuple(replace(team, members=sizes[team.key]) for team in cohort.teams)
    return replace(cohort, teams=teams), sum(map(len, dealt.values()))


async def _move(
    session: Session,
    cohort: CohortFacts,
    members: Sequence[int],
    team_key: str | None,
    today: date,
) -> None:
    """Write down who is in a team, in the group and in its challenges that have not begun."""
    await session.execute(
        update(CohortMember)
        .where(CohortMember.cohort_key == cohort.key, CohortMember.owner_id.in_(members))
        .values(team_key=team_key)
    )
    is_ahead = Participation.challenge_key.in_(
        select(Challenge.key).where(Challenge.cohort_key == cohort.key, Challenge.starts_on > today)
    )
    await session.execute(
        update(Participation)
        .where(Participation.owner_id.in_(members), is_ahead)
        .values(team_key=team_key)
    )

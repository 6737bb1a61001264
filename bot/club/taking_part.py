"""Who takes part in a challenge, and how each of them is shown."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, LargeBinary, func, select, type_coerce, update

from bot.club.challenges import (
    GONE,
    ChallengeFacts,
    State,
    access_challenge,
    access_open,
    challenge_facts,
    select_challenges,
)
from bot.errors import UserError
from bot.rules.aliases import new_alias
from bot.rules.hours import local_day
from bot.storage.models import Challenge, CohortMember, Guild, Member, Participation
from bot.storage.session import Session
from bot.storage.types import keyring_of, new_key
from bot.storage.upserts import upsert

_NAME_LENGTH = 60
_CALLED_OFF = (
    "That challenge was called off, so there is no board. What you noted is in your notebook as it "
    "was. **/challenge join** lists the open ones."
)
NOT_IN_IT = "You are not in that challenge; nothing was changed."


class Shown(StrEnum):
    """How a member stands on a board."""

    ALIAS = "alias"  # under a drawn name, as is usual
    NAME = "name"  # under their display name on the server
    HIDDEN = "hidden"  # not at all: only they see their place


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A member's part in a challenge."""

    challenge_key: str
    shown: Shown
    alias: str
    may_dm: bool
    counts_from: date
    team_key: str | None = None
    is_new: bool = True  # False: they had been in it before
    is_excluded: bool = False  # their line was taken off the board by an organiser
    was_named: bool = False  # under their name until this change: some may guess the alias


async def join_challenge(
    session: Session,
    guild_id: int,
    ref: str,
    *,
    member_id: int,
    name: str,
    now: datetime,
) -> tuple[ChallengeFacts, PartFacts]:
    """Let a member into a challenge, under a drawn name until they choose otherwise.

    Their row must be there. What they do counts from their day on. Joining twice changes nothing.
    Raises UserError when it is over, or for a group that they are not in. Who was in it before may
    come back until it is closed, shown as they were; ``name`` "" leaves their name as it was, too.
    """
    challenge = await access_challenge(session, guild_id, ref)
    today = await _today_of(session, member_id, guild_id, now)
    old = await _find(session, challenge.key, member_id)
    _refuse_if_over(challenge, today, is_back=old is not None)
    if old is not None and old.left_at is None:
        return challenge, _facts(old, is_new=False)
    team = await _team_in(session, challenge, member_id)
    counts_from = old.counts_from if old else max(challenge.starts_on, today)
    alias = old.alias if old else new_alias(await _aliases(session, challenge.key), _CHANCE)
    shown = Shown(old.shown) if old else Shown.ALIAS
    row: Mapping[str, Any] = {
        "key": old.key if old else new_key(),
        "challenge_key": challenge.key,
        "owner_id": member_id,
        "team_key": team,
        "counts_from": counts_from,
        "joined_at": now,
        "left_at": None,
        "shown": shown,
        "alias": alias,
        "name": (name[:_NAME_LENGTH] or old.name) if old and shown is Shown.NAME else None,
        "may_dm": bool(old and old.may_dm),
    }
    await upsert(session, Participation, [row], key=("challenge_key", "owner_id"), keep=("key",))
    return challenge, PartFacts(challenge.key, shown, alias, row["may_dm"], counts_from, team)


_CHANCE = secrets.SystemRandom()


def _refuse_if_over(challenge: ChallengeFacts, today: date, *, is_back: bool) -> None:
    state = challenge.state(today)
    if state is State.CANCELLED:
        raise UserError(_CALLED_OFF)
    if state is State.CLOSED or (state is State.COUNTING and not is_back):
        raise UserError(
            "That challenge is over, so nothing new would count. "
            "**/challenge join** lists the open ones."
        )


async def _team_in(session: Session, challenge: ChallengeFacts, member_id: int) -> str | None:
    if challenge.cohort_key is None:
        return None
    found = await session.execute(
        select(CohortMember.team_key).where(
            CohortMember.cohort_key == challenge.cohort_key,
            CohortMember.owner_id == member_id,
            CohortMember.left_at.is_(None),
        )
    )
    row = found.one_or_none()
    if row is None:
        raise UserError(
            f"This challenge is for the group {challenge.cohort_name}. "
            "Join the group first with **/cohort join**, then press **Join** again."
        )
    if challenge.shape == "teams" and row.team_key is None:
        raise UserError("You are in no team yet. Ask an organiser to put you into one.")
    return row.team_key


async def _today_of(session: Session, member_id: int, guild_id: int, now: datetime) -> date:
    own = select(Member.zone).where(Member.id == member_id).scalar_subquery()
    clubs = select(Guild.zone).where(Guild.id == guild_id).scalar_subquery()
    row = (await session.execute(select(own.label("own"), clubs.label("clubs")))).one()
    return local_day(now, row.own or row.clubs or "UTC")


async def _aliases(session: Session, challenge_key: str) -> set[str]:
    sealed = type_coerce(Participation.alias, LargeBinary())
    rows = await session.execute(select(sealed).where(Participation.challenge_key == challenge_key))
    ring = keyring_of(session.get_bind().dialect)
    return set(ring.unseal_texts((bytes(one) for (one,) in rows.all()), "participations.alias"))


async def choose_showing(
    session: Session,
    challenge_key: str,
    *,
    member_id: int,
    shown: Shown | None = None,
    name: str = "",
    may_dm: bool | None = None,
) -> PartFacts:
    """Change how a member is shown, or whether a DM may remind them when 48 hours are left.

    ``name`` is kept with Shown.NAME alone; otherwise the one that was kept is forgotten.
    """
    old = await access_part(session, challenge_key, member_id)
    values: dict[str, Any] = {}
    if shown is not None:
        values["shown"] = shown
        values["name"] = name[:_NAME_LENGTH] if shown is Shown.NAME else None
    if may_dm is not None:
        values["may_dm"] = may_dm
    if values:
        await session.execute(
            update(Participation)
            .where(
                Participation.challenge_key == challenge_key, Participation.owner_id == member_id
            )
            .values(**values)
        )
    return replace(
        old,
        shown=old.shown if shown is None else shown,
        may_dm=old.may_dm if may_dm is None else may_dm,
        was_named=old.shown is Shown.NAME and shown is Shown.ALIAS,
    )


async def access_part(session: Session, challenge_key: str, member_id: int) -> PartFacts:
    """Read a member's part in a challenge, or raise UserError."""
    row = await _find(session, challenge_key, member_id)
    if row is None or row.left_at is not None:
        raise UserError(NOT_IN_IT)
    return _facts(row, is_new=False)


async def find_part(session: Session, challenge_key: str, member_id: int) -> PartFacts | None:
    """Read a member's part in a challenge; None if they are not in it."""
    row = await _find(session, challenge_key, member_id)
    return None if row is None or row.left_at is not None else _facts(row, is_new=False)


async def access_seen(
    session: Session, ref: str, *, guild_id: int | None, member_id: int
) -> ChallengeFacts:
    """Find a challenge of this club; outside of any, one that the member is in, by its key.

    One that was called off is a UserError: it has no board, and nothing of it can be changed.
    """
    if guild_id is not None:
        challenge = await access_challenge(session, guild_id, ref)
    else:
        rows = await session.execute(
            select_challenges()
            .join(Participation, Participation.challenge_key == Challenge.key)
            .where(Challenge.key == ref, Participation.owner_id == member_id)
        )
        row = rows.one_or_none()
        if row is None:
            raise UserError(GONE)
        challenge = challenge_facts(row)
    if challenge.cancelled_at is not None:
        raise UserError(_CALLED_OFF)
    return challenge


async def count_joined(session: Session, challenge_key: str) -> int:
    """Count who takes part in a challenge."""
    is_in = (Participation.challenge_key == challenge_key) & Participation.left_at.is_(None)
    return int(await session.scalar(select(func.count()).select_from(Participation).where(is_in)))


async def leave_challenge(
    session: Session, guild_id: int, ref: str, *, member_id: int, now: datetime
) -> ChallengeFacts:
    """Take a member off a challenge's board; joining again until it is closed brings all back."""
    challenge = await access_challenge(session, guild_id, ref)
    await access_part(session, challenge.key, member_id)
    if challenge.closed_at is not None:
        raise UserError("That challenge is closed. **Hide me** takes you off its board.")
    await session.execute(
        update(Participation)
        .where(Participation.challenge_key == challenge.key, Participation.owner_id == member_id)
        .values(left_at=now)
    )
    return challenge


async def list_joined(session: Session, member_id: int) -> list[str]:
    """List the keys of the open challenges that a member is in."""
    rows = await session.execute(
        select(Participation.challenge_key)
        .join(Challenge, Challenge.key == Participation.challenge_key)
        .where(
            Participation.owner_id == member_id,
            Participation.left_at.is_(None),
            Challenge.closed_at.is_(None),
        )
    )
    return [row.challenge_key for row in rows.all()]


async def renew_name(session: Session, guild_id: int, member_id: int, *, name: str) -> None:
    """Take a member's display name anew for those open boards of a club that show it."""
    here = select(Challenge.key).where(
        Challenge.guild_id == guild_id, Challenge.closed_at.is_(None)
    )
    await session.execute(
        update(Participation)
        .where(
            Participation.owner_id == member_id,
            Participation.challenge_key.in_(here),
            Participation.shown == Shown.NAME,
        )
        .values(name=name[:_NAME_LENGTH])
    )


async def exclude(
    session: Session, guild_id: int, ref: str, *, line: str, now: datetime | None
) -> ChallengeFacts:
    """Take a line off a board by an organiser's decision; ``now`` None puts it back.

    A line, not a member: else the one that is missing would tell who stands behind an alias.
    """
    challenge = await access_open(session, guild_id, ref)
    if challenge.shape != "members":
        raise UserError("Nobody stands on that board alone, so there is nobody to take off it.")
    done = await session.execute(
        update(Participation)
        .where(
            Participation.key == line,
            Participation.challenge_key == challenge.key,
            Participation.left_at.is_(None),
            Participation.shown != Shown.HIDDEN,
        )
        .values(excluded_at=now)
    )
    if not cast("CursorResult[Any]", done).rowcount:
        raise UserError("That line is not on the board any more; nothing was changed.")
    return challenge


async def _find(session: Session, challenge_key: str, member_id: int) -> Any | None:
    found = await session.execute(
        select(Participation).where(
            Participation.challenge_key == challenge_key, Participation.owner_id == member_id
        )
    )
    return found.one_or_none()


def _facts(row: Any, *, is_new: bool) -> PartFacts:
    return PartFacts(
        row.challenge_key,
        Shown(row.shown),
        row.alias,
        row.may_dm,
        row.counts_from,
        row.team_key,
        is_new,
        row.excluded_at is not None,
    )

"""The last call of a challenge: to whom it goes, when, and whether one that waited still holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from bot.club.challenges import ChallengeFacts
from bot.club.timeline import last_call_of
from bot.dispatcher.weighing import Drop, Wait
from bot.notebook.members import MemberFacts, member_facts
from bot.notebook.rhythm import is_paused
from bot.rules.hours import instant, is_quiet, local_day, morning, outside_quiet
from bot.rules.records import ReminderState
from bot.storage.models import Challenge, Guild, Member, Participation
from bot.storage.session import Session

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Call:
    """One member's last call; what it says holds on their day of ``at`` and no longer."""

    member_id: int
    at: datetime
    expires_at: datetime
    is_last_day: bool
    is_silent: bool


async def plan_calls(session: Session, challenge: ChallengeFacts, *, now: datetime) -> list[Call]:
    """Plan the last call for all who allowed it: in the morning of their last day but one.

    It never comes in their quiet hours; where that is after their last day, it does not come.
    """
    allowed = await _who_allowed(session, [challenge.key])
    calls = (_plan(member, challenge, now) for _, member in allowed)
    return [call for call in calls if call is not None]


def _plan(member: MemberFacts, challenge: ChallengeFacts, now: datetime) -> Call | None:
    rhythm = member.rhythm
    at = outside_quiet(max(now, morning(challenge.ends_on - _DAY, rhythm)), rhythm)
    day = local_day(at, rhythm.zone)
    if is_paused(member, at) or day > challenge.ends_on:
        return None
    return Call(
        member_id=member.id,
        at=at,
        expires_at=instant(day + _DAY, time(), rhythm.zone),
        is_last_day=day == challenge.ends_on,
        # Nine in the morning may be the middle of their night.
        is_silent=member.mode == "silent" or member.is_without_zone,
    )


async def weigh_calls(
    session: Session, rows: Sequence[Any], now: datetime
) -> dict[str, Wait | Drop]:
    """Judge the last calls among deliveries that were not sent yet; those that may go are not here.

    Between the evening when they are written and the morning somebody may leave, or want none.
    """
    named = [(row, last_call_of(row.name)) for row in rows]
    calls = [(row, challenge) for row, challenge in named if challenge is not None]
    if not calls:
        return {}
    challenges = {challenge for _, challenge in calls}
    found = await _who_allowed(session, challenges, {row.owner_id for row, _ in calls})
    allowed = {(challenge, member.id): member for challenge, member in found}
    judged = {
        row.key: _weigh(allowed.get((challenge, row.owner_id)), now) for row, challenge in calls
    }
    return {key: verdict for key, verdict in judged.items() if verdict is not None}


def _weigh(member: MemberFacts | None, now: datetime) -> Wait | Drop | None:
    if member is None:
        return Drop(ReminderState.LAPSED)
    if member.paused_until is not None and member.paused_until > now:
        return Wait(member.paused_until)
    if member.is_leaving:  # they may keep the notebook at any time
        return Wait(now + _HOUR)
    return Wait(outside_quiet(now, member.rhythm)) if is_quiet(now, member.rhythm) else None


async def _who_allowed(
    session: Session, challenges: Collection[str], members: Collection[int] | None = None
) -> list[tuple[str, MemberFacts]]:
    """Read who takes part and allowed a message, with the challenge."""
    part = Participation
    statement = (
        select(Member, Guild.zone.label("club_zone"), part.challenge_key)
        .join(part, part.owner_id == Member.id)
        .join(Challenge, Challenge.key == part.challenge_key)
        .outerjoin(Guild, Guild.id == Challenge.guild_id)
        .where(
            part.challenge_key.in_(challenges),
            part.may_dm,
            part.left_at.is_(None),
            part.excluded_at.is_(None),
        )
    )
    if members is not None:
        statement = statement.where(part.owner_id.in_(members))
    rows = await session.execute(statement)
    return [(row.challenge_key, member_facts(row)) for row in rows.all()]

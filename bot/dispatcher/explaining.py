"""Tells a club's organisers, once, what stood in the way of their posts and roles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.club.challenges import ChallengeFacts, challenge_facts, select_challenges
from bot.club.settings import Club, come_back, find_club
from bot.club.timeline import challenge_of_delivery, post_name
from bot.club.troubles import FAILED, NO_CHANNEL, Trouble, say_trouble
from bot.dispatcher.courier import Closed, Gone, Refused, to_body
from bot.dispatcher.settling import Outcome, settle
from bot.storage.models import Challenge, Delivery
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import insert_new


async def settle_all(session: Session, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Store a group of outcomes, and tell organisers which of their posts found no way."""
    await settle(session, outcomes, now=now)
    for one in outcomes:
        code = _trouble_of(one)
        if one.job.message.member_id is None and code is not None:
            await explain_post(session, one.key, one.job.message.channel_id, code, now=now)


def _trouble_of(outcome: Outcome) -> int | None:
    """Tell what kept a message back, as Discord's code; None for what may still arrive."""
    match outcome.answer:
        case Closed(code):
            return code
        case Gone():
            return NO_CHANNEL
        case Refused():
            return FAILED
        case _:
            return FAILED if outcome.is_given_up else None


async def explain_post(
    session: Session, delivery_key: str, channel_id: int | None, code: int, *, now: datetime
) -> None:
    """Tell organisers that a challenge's post found no way into its channel; each reason once.

    A word to the organisers that finds no way itself is explained by **/organise status** alone.
    """
    challenge = await _challenge_of(session, delivery_key)
    if challenge is None:
        return
    await tell_organisers(
        session,
        challenge.guild_id,
        name=f"trouble:{challenge.key}:{channel_id}:{code}",
        text=say_trouble(Trouble(challenge, channel_id, code)),
        now=now,
        not_in=channel_id,
    )


async def _challenge_of(session: Session, delivery_key: str) -> ChallengeFacts | None:
    key = await challenge_of_delivery(session, delivery_key)
    if key is None:
        return None
    rows = await session.execute(select_challenges().where(Challenge.key == key))
    row = rows.one_or_none()
    return None if row is None else challenge_facts(row)


async def tell_organisers(
    session: Session,
    guild_id: int,
    *,
    name: str,
    text: str,
    now: datetime,
    not_in: int | None = None,
) -> None:
    """Write to the organisers' channel, once for all time under this name; none is no trouble."""
    club = await find_club(session, guild_id)
    place = club.organiser_channel_id
    if place is None or place == not_in or club.left_at is not None:
        return
    row: dict[str, Any] = {
        "key": new_key(),
        "name": name,
        "owner_id": None,
        "channel_id": place,
        "body": to_body(text, (), silent=False),
        "state": "retry",
        "attempts": 0,
        "created_at": now,
        "lease_until": now,
        "retry_at": now,
    }
    await insert_new(session, Delivery, [row])


async def note_return(session: Session, guild_id: int, *, now: datetime) -> bool:
    """Take up a club again that had removed the bot: what waited for it comes now, and late."""
    club = await find_club(session, guild_id)
    if not await come_back(session, guild_id):
        return False
    await _wake_posts(session, guild_id, now)
    left = club.left_at
    name = f"back:{guild_id}:{int(left.timestamp()) if left else 0}"
    await tell_organisers(session, guild_id, name=name, text=_welcome_back(club), now=now)
    return True


def _welcome_back(club: Club) -> str:
    since = f" since <t:{int(club.left_at.timestamp())}:f>" if club.left_at else ""
    return (
        f"I am back on this server; I was away{since}. Groups, challenges and boards are as they "
        "were. What fell due meanwhile comes now, and says that it is late."
    )


async def _wake_posts(session: Session, guild_id: int, now: datetime) -> None:
    """Let posts come due that found no channel while the bot was away."""
    keys = await session.scalars(select(Challenge.key).where(Challenge.guild_id == guild_id))
    for key in keys:
        await session.execute(
            update(Delivery)
            .where(
                Delivery.name.startswith(post_name(key, "")),
                Delivery.owner_id.is_(None),
                Delivery.state == "unreachable",
            )
            .values(state="retry", lease_until=now, retry_at=now)
        )

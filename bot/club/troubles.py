"""What stood in the way of a club's posts and roles, in words that tell organisers what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.club.challenges import ChallengeFacts, challenge_facts, select_challenges
from bot.club.timeline import post_name
from bot.content import plain_text
from bot.storage.models import Challenge, Delivery
from bot.storage.session import Session

NO_CHANNEL = 10003
_RECENT = timedelta(days=14)
_WAIT_FOR_ROLES = timedelta(hours=1)
_STUCK = ("unreachable", "failed")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A post that did not arrive, and why: Discord's code."""

    challenge: ChallengeFacts
    channel_id: int | None
    code: int | None


def say_trouble(trouble: Trouble) -> str:
    """Say what could not be posted, why, and what an organiser can do."""
    title, channel = plain_text(trouble.challenge.title), trouble.channel_id
    if trouble.code == NO_CHANNEL:
        return (
            f"The channel for **{title}** was deleted, so I could not post there. Choose another "
            "with **/organise setup**: what is waiting comes at once."
        )
    return (
        f"I may not post about **{title}** in <#{channel}>. Open that channel's Edit Channel → "
        "Permissions, add my role, and allow View Channel, Send Messages, Attach Files and Read "
        "Message History; I try again once a day. Or choose another channel with "
        "**/organise setup**: what is waiting comes at once."
    )


def say_role_deleted(challenge: ChallengeFacts) -> str:
    """Say that the winners' role is not there any more."""
    return (
        f"The winners' role of **{plain_text(challenge.title)}** was deleted, so I gave none. "
        "If you make a new one, please give it by hand; the final board tells to whom."
    )


def say_role_not_allowed(challenge: ChallengeFacts) -> str:
    """Say that the winners' role cannot be given."""
    return (
        f"I may not give <@&{challenge.winners_role_id}> to the winners of "
        f"**{plain_text(challenge.title)}**. Open Server Settings → Roles, allow my role Manage "
        "Roles, and drag it above that one. I try again every hour for two weeks."
    )


async def list_troubles(session: Session, guild_id: int, *, now: datetime) -> list[str]:
    """List in words what stands in the way of a club's posts and roles, for its organisers."""
    rows = await session.execute(
        select_challenges().where(
            Challenge.guild_id == guild_id,
            Challenge.cancelled_at.is_(None),
            Challenge.closed_at.is_(None) | (Challenge.closed_at > now - _RECENT),
        )
    )
    said: dict[str, None] = {}
    for challenge in (challenge_facts(row) for row in rows.all()):
        for trouble in await _stuck_posts(session, challenge):
            said[say_trouble(trouble)] = None
        closed = challenge.closed_at
        is_waiting = challenge.winners_role_id is not None and challenge.roles_given_at is None
        if closed is not None and is_waiting and closed < now - _WAIT_FOR_ROLES:
            said[say_role_not_allowed(challenge)] = None
    return list(said)


async def _stuck_posts(session: Session, challenge: ChallengeFacts) -> list[Trouble]:
    # A range, not a pattern: the unique index on the name answers it.
    start, end = post_name(challenge.key, ""), f"{post_name(challenge.key, '')[:-1]};"
    rows = await session.execute(
        select(Delivery.channel_id, Delivery.code).where(
            Delivery.name >= start,
            Delivery.name < end,
            Delivery.owner_id.is_(None),
            Delivery.state.in_(_STUCK),
        )
    )
    return [Trouble(challenge, row.channel_id, row.code) for row in rows.all()]

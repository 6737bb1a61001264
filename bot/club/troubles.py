"""What stood in the way of a club's posts and roles, in words that tell organisers what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from bot.club.challenges import ChallengeFacts, challenge_facts, select_challenges
from bot.club.timeline import Moment, post_name
from bot.content import plain_text
from bot.storage.models import Challenge, Delivery
from bot.storage.session import Session
from bot.storage.types import KEY_LENGTH

NO_CHANNEL = 10003
FAILED = -1
"""In place of Discord's code: it is not tried any more."""

_RECENT = timedelta(days=14)
_WAIT_FOR_ROLES = timedelta(hours=1)
_POST = post_name("", "")[:-1]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A post that did not arrive, and why: Discord's code."""

    challenge: ChallengeFacts
    channel_id: int | None
    code: int | None


def say_trouble(trouble: Trouble) -> str:
    """Say what could not be posted, why, and what an organiser can do."""
    title, channel = plain_text(trouble.challenge.title), trouble.channel_id
    if trouble.code == FAILED:
        return (
            f"I tried to post about **{title}** in <#{channel}> and could not make sure that it "
            "arrived; I don't try it again. Please look there, and if something is missing, say "
            "it in your own words. What comes next, I post as planned."
        )
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


def say_ping_deleted(challenge: ChallengeFacts) -> str:
    """Say that the role to ping is not there any more."""
    return (
        f"The role to ping for **{plain_text(challenge.title)}** was deleted, so its opening post "
        "pings nobody. Please tell the members yourself when it is there."
    )


def say_role_not_allowed(challenge: ChallengeFacts) -> str:
    """Say that the winners' role cannot be given."""
    return (
        f"I may not give <@&{challenge.winners_role_id}> to the winners of "
        f"**{plain_text(challenge.title)}**. Open Server Settings → Roles, allow my role Manage "
        "Roles, and drag it above that one. I try again every hour for two weeks."
    )


async def list_troubles(
    session: Session, guild_id: int, *, now: datetime, roles: Collection[int] | None = None
) -> list[str]:
    """List in words what stands in the way of a club's posts and roles; a statement or two.

    ``roles`` are those that the server has; None: not known.
    """
    # A post is named "challenge:<key>:…"; what is nobody's and not delivered is few.
    is_stuck = (
        Delivery.state.in_(("unreachable", "failed"))
        & Delivery.owner_id.is_(None)
        & Delivery.delivered_at.is_(None)
        & (func.substr(Delivery.name, len(_POST) + 1, KEY_LENGTH) == Challenge.key)
    )
    rows = await session.execute(
        select_challenges()
        .add_columns(
            Delivery.key.label("post"),
            Delivery.channel_id.label("place"),
            case((Delivery.state == "failed", FAILED), else_=Delivery.code).label("code"),
        )
        .outerjoin(Delivery, is_stuck)
        .where(
            Challenge.guild_id == guild_id,
            Challenge.cancelled_at.is_(None),
            Challenge.closed_at.is_(None) | (Challenge.closed_at > now - _RECENT),
        )
    )
    said: dict[str, None] = {}
    unheard: dict[str, str] = {}
    for row in rows.all():
        challenge = challenge_facts(row)
        if row.post is not None:
            said[say_trouble(Trouble(challenge, row.place, row.code))] = None
        if _lacks_ping(challenge, roles):
            unheard[post_name(challenge.key, Moment.OPEN)] = say_ping_deleted(challenge)
        if _waits_for_roles(challenge, now):
            said[say_role_not_allowed(challenge)] = None
    return [*said, *await _of_unsaid(session, unheard)]


async def _of_unsaid(session: Session, lines: Mapping[str, str]) -> list[str]:
    """Give the lines about posts, by their name, that are not written yet."""
    if not lines:
        return []
    written = await session.scalars(select(Delivery.name).where(Delivery.name.in_(list(lines))))
    there = set(written)
    return [line for name, line in lines.items() if name not in there]


def _lacks_ping(challenge: ChallengeFacts, roles: Collection[int] | None) -> bool:
    role = challenge.ping_role_id
    is_open = challenge.closed_at is None
    return is_open and roles is not None and role is not None and role not in roles


def _waits_for_roles(challenge: ChallengeFacts, now: datetime) -> bool:
    closed = challenge.closed_at
    is_waiting = challenge.winners_role_id is not None and challenge.roles_given_at is None
    return is_waiting and closed is not None and closed < now - _WAIT_FOR_ROLES

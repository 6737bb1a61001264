"""Lets the challenges of all clubs speak: their posts, who has left, and the winners' roles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.club.boards import list_winners
from bot.club.challenges import (
    ChallengeFacts,
    challenge_facts,
    note_roles_given,
    select_challenges,
)
from bot.club.troubles import say_role_deleted, say_role_not_allowed
from bot.content import Content
from bot.dispatcher import announcing
from bot.dispatcher.courier import Courier, RoleGiven
from bot.dispatcher.explaining import tell_organisers
from bot.storage.db import Database
from bot.storage.models import Challenge, Guild
from bot.storage.session import Session

_log = structlog.get_logger()
_AGAIN = timedelta(hours=1)
_GIVE_UP = timedelta(days=14)
_ENDS = {RoleGiven.GIVEN, RoleGiven.LEFT}


class Clubs:
    """What the clubs' challenges do by themselves; all that is done is in the database."""

    def __init__(self, db: Database, content: Content) -> None:
        self._db = db
        self._content = content
        self._asked_again: dict[str, datetime] = {}

    async def speak(self, courier: Courier | None, now: datetime) -> int:
        """Write down what challenges have to say now; returns how many posts."""
        count = 0
        for challenge in await self._db.load(announcing.list_open):
            try:
                left = await self._who_left(courier, challenge, now)
                count += await self._db.store(
                    announcing.announce,
                    self._content,
                    challenge.key,
                    now=now,
                    left=left,
                    is_ping_gone=_is_ping_gone(courier, challenge),
                )
            except Exception:  # one that breaks must not silence the others
                _log.exception("challenge_failed", reference=challenge.key)
        if courier is not None:
            await self._award(courier, now)
        return count

    async def _who_left(
        self, courier: Courier | None, challenge: ChallengeFacts, now: datetime
    ) -> frozenset[int]:
        """Ask Discord about those whom a board that is due shows by name."""
        if courier is None:
            return frozenset()
        shown = await self._db.load(announcing.list_to_look_for, challenge, now=now)
        answers = {one: await courier.is_member(challenge.guild_id, one) for one in shown}
        return frozenset(one for one, is_there in answers.items() if is_there is False)

    async def _award(self, courier: Courier, now: datetime) -> None:
        """Give winners their role where a challenge has one; again later where it failed."""
        for challenge in await self._db.load(_list_to_award):
            if self._asked_again.get(challenge.key, now) > now:
                continue
            answers = await self._give(courier, challenge)
            if answers <= _ENDS or RoleGiven.NO_ROLE in answers or _is_old(challenge, now):
                await self._db.store(note_roles_given, challenge.key, now=now)
            else:
                self._asked_again[challenge.key] = now + _AGAIN
            if answers - _ENDS:
                await self._db.store(_explain_role, challenge, answers, now=now)

    async def _give(self, courier: Courier, challenge: ChallengeFacts) -> set[RoleGiven]:
        role = challenge.winners_role_id or 0
        winners = await self._db.load(list_winners, challenge.key)
        return {await courier.give_role(challenge.guild_id, one, role) for one in winners}


def _is_ping_gone(courier: Courier | None, challenge: ChallengeFacts) -> bool:
    role = challenge.ping_role_id
    if courier is None or role is None:
        return False
    return courier.has_role(challenge.guild_id, role) is False


def _is_old(challenge: ChallengeFacts, now: datetime) -> bool:
    return challenge.closed_at is not None and now - challenge.closed_at > _GIVE_UP


async def _list_to_award(session: Session) -> Sequence[ChallengeFacts]:
    rows = await session.execute(
        select_challenges()
        .outerjoin(Guild, Guild.id == Challenge.guild_id)
        .where(
            Challenge.winners_role_id.is_not(None),
            Challenge.closed_at.is_not(None),
            Challenge.cancelled_at.is_(None),
            Challenge.roles_given_at.is_(None),
            Guild.left_at.is_(None),
        )
    )
    return [challenge_facts(row) for row in rows.all()]


async def _explain_role(
    session: Session, challenge: ChallengeFacts, answers: set[RoleGiven], *, now: datetime
) -> None:
    if RoleGiven.NO_ROLE in answers:
        text, why = say_role_deleted(challenge), RoleGiven.NO_ROLE
    elif RoleGiven.NOT_ALLOWED in answers:
        text, why = say_role_not_allowed(challenge), RoleGiven.NOT_ALLOWED
    else:
        return
    name = f"trouble:{challenge.key}:role:{why}"
    await tell_organisers(session, challenge.guild_id, name=name, text=text, now=now)

"""Erases members for good, and has their DMs cleared: those who say so now, and those whose week
is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, text, update

from bot.clock import Clock
from bot.dispatcher.courier import TooFast, Unauthorized, Uncertain
from bot.dispatcher.dispatching import Dispatcher
from bot.dispatcher.retaining import is_being_told
from bot.dispatcher.sweeping import begin_sweep
from bot.errors import UserError
from bot.logs import new_reference
from bot.storage.db import Database
from bot.storage.models import Member, Sweep
from bot.storage.session import Session
from bot.upkeep.erase import erase_member

_log = structlog.get_logger()
_A_MOMENT = timedelta(seconds=30)  # for the answer that must stay, where it goes to the same DM
_PATIENCE = timedelta(days=1)
_AT_A_TIME = 20
# Written as in the models: SQLite takes a partial index only for the very same condition.
_IS_LEAVING = text("erase_at IS NOT NULL")


class NotNow(UserError):
    """Nothing was erased: Discord does not tell which DM is to be cleared with it."""

    def __init__(self) -> None:
        super().__init__(
            "Discord does not answer me at the moment, so I can't clear your DM, and nothing was "
            "erased yet. Please try again in some minutes."
        )


async def erase_due(db: Database, clock: Clock, dispatcher: Dispatcher) -> int:
    """Erase everybody whose time has come; returns how many. One that breaks waits for the next.

    So does one whose DM cannot be found now, but for a day at most.
    """
    count, now = 0, clock.now()
    for row in await db.load(_list_due, now=now):
        try:
            dm = await _dm_to_clear(dispatcher, row.id) if row.erases_messages else None
            if isinstance(dm, Uncertain) and now - row.erase_at < _PATIENCE:
                continue
            erased, _ = await db.store(_erase, row.id, dm if isinstance(dm, int) else None, now=now)
            count += erased > 0
        except Exception:
            _log.exception("erasing failed", reference=new_reference())
    return count


async def erase_now(
    db: Database, dispatcher: Dispatcher, member_id: int, *, clears_dm: bool, now: datetime
) -> tuple[int, str | None]:
    """Erase a member at once; gives the number of rows, and the key of the sweep of their DM.

    NotNow where their DM is to be cleared and cannot be found now: nobody could do so later.
    """
    dm = await _dm_to_clear(dispatcher, member_id) if clears_dm else None
    if isinstance(dm, Uncertain):
        raise NotNow
    return await db.store(_erase, member_id, dm, now=now)


async def _dm_to_clear(dispatcher: Dispatcher, member_id: int) -> int | Uncertain | None:
    """Find a member's DM: its channel, None where there is none, or that it cannot be told now."""
    answer = await dispatcher.dm_of(member_id)
    if isinstance(answer, int):
        return answer
    return Uncertain() if isinstance(answer, Uncertain | TooFast | Unauthorized) else None


async def spare(db: Database, sweep: str, message_id: int) -> None:
    """Leave one message in a DM that is cleared: the one that says what was done."""
    await db.store(_spare, sweep, message_id)


async def _list_due(session: Session, *, now: datetime) -> list[Any]:
    rows = await session.execute(
        select(Member.id, Member.erases_messages, Member.erase_at)
        .where(_IS_LEAVING, Member.erase_at <= now, ~is_being_told(now))
        .limit(_AT_A_TIME)
    )
    return list(rows.all())


async def _erase(
    session: Session, member_id: int, channel: int | None, *, now: datetime
) -> tuple[int, str | None]:
    # Which DM is to be cleared is known before the member is not: nothing is lost in between.
    gone = await erase_member(session, member_id)
    if not gone or channel is None:
        return gone, None
    return gone, await begin_sweep(session, channel, at=now + _A_MOMENT)


async def _spare(session: Session, sweep: str, message_id: int) -> None:
    await session.execute(update(Sweep).where(Sweep.key == sweep).values(but_id=message_id))

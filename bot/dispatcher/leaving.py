"""Erases members for good, and has their DMs cleared: those who say so now, and those whose week
is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, text, update

from bot.clock import Clock
from bot.dispatcher.dispatching import Dispatcher
from bot.dispatcher.retaining import is_being_told
from bot.dispatcher.sweeping import begin_sweep
from bot.logs import new_reference
from bot.storage.db import Database
from bot.storage.models import Member, Sweep
from bot.storage.session import Session
from bot.upkeep.erase import erase_member

_log = structlog.get_logger()
_A_MOMENT = timedelta(seconds=30)  # for the answer that must stay, where it goes to the same DM
_AT_A_TIME = 20
# Written as in the models: SQLite takes a partial index only for the very same condition.
_IS_LEAVING = text("erase_at IS NOT NULL")


async def erase_due(db: Database, clock: Clock, dispatcher: Dispatcher) -> int:
    """Erase everybody whose time has come; returns how many. One that breaks waits for the next."""
    count = 0
    for row in await db.load(_list_due, now=clock.now()):
        try:
            erased, _ = await erase_now(
                db, dispatcher, row.id, clears_dm=row.erases_messages, now=clock.now()
            )
            count += erased > 0
        except Exception:
            _log.exception("erasing failed", reference=new_reference())
    return count


async def erase_now(
    db: Database, dispatcher: Dispatcher, member_id: int, *, clears_dm: bool, now: datetime
) -> tuple[int, str | None]:
    """Erase a member at once; gives the number of rows, and the key of the sweep of their DM."""
    channel = await dispatcher.dm_of(member_id) if clears_dm else None
    return await db.store(_erase, member_id, channel, now=now)


async def spare(db: Database, sweep: str, message_id: int) -> None:
    """Leave one message in a DM that is cleared: the one that says what was done."""
    await db.store(_spare, sweep, message_id)


async def _list_due(session: Session, *, now: datetime) -> list[Any]:
    rows = await session.execute(
        select(Member.id, Member.erases_messages)
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

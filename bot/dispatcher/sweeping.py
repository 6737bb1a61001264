"""Clears DMs of erased members: the bot's own messages, slowly, and on where it was cut off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, insert, select, update

from bot.clock import Clock
from bot.dispatcher.courier import (
    Answer,
    Closed,
    Courier,
    Gone,
    MessagePage,
    Refused,
    TooFast,
    Unauthorized,
    Uncertain,
)
from bot.dispatcher.lanes import Pacer
from bot.logs import new_reference
from bot.storage.db import DATABASE_ERRORS, Database
from bot.storage.models import Sweep
from bot.storage.session import Session
from bot.storage.types import new_key

_log = structlog.get_logger()

PACE = 1.0
"""Seconds between two requests; Discord takes some five a second of a whole channel."""

MOST_AT_ONCE = 25
"""So many are looked at in one run; the next goes on."""

_AT_A_TIME = 3
_MOST_TRIES = 48
_TRY_AGAIN = timedelta(hours=1)


async def begin_sweep(session: Session, channel_id: int, *, at: datetime) -> str:
    """Note that the bot's messages in a DM are to be deleted from a moment on; gives the key."""
    key = new_key()
    values = {"key": key, "channel_id": channel_id, "tries": 0, "next_at": at}
    await session.execute(insert(Sweep).values(values))
    return key


class Sweeper:
    """Deletes the messages of the DMs that are noted, a few in each run."""

    def __init__(
        self, db: Database, clock: Clock, pacer: Pacer, courier: Callable[[], Courier | None]
    ) -> None:
        self._db = db
        self._clock = clock
        self._pacer = pacer
        self._courier = courier

    async def run(self) -> int:
        """Delete some more; returns how many messages."""
        courier = self._courier()
        if courier is None:
            return 0
        count = 0
        for sweep in await self._db.load(_list_due, now=self._clock.now()):
            try:
                count += await self._sweep(courier, sweep)
            except DATABASE_ERRORS:
                raise
            except Exception:  # one that breaks comes again later, and the others go on
                _log.exception("sweep failed", reference=new_reference())
                await self._stop(sweep, Uncertain(), tries=sweep.tries)
        return count

    async def _sweep(self, courier: Courier, sweep: Any) -> int:
        count, looked_at, before = 0, 0, sweep.before_id
        while looked_at < MOST_AT_ONCE:
            page = await courier.own_messages(sweep.channel_id, before)
            if not isinstance(page, MessagePage):
                await self._stop(sweep, page, tries=0 if count else sweep.tries)
                return count
            part = page.own[: MOST_AT_ONCE - looked_at]
            deleted, answer = await self._delete(courier, sweep, part)
            count += deleted
            if answer is not None:
                await self._stop(sweep, answer, tries=0 if count else sweep.tries)
                return count
            if len(part) < len(page.own):
                return count  # the next run goes on below the last of this part
            if page.last is None:
                await self._db.store(_finish, sweep.key)
                return count
            looked_at += len(part) or 1
            before = page.last
            await self._go_on(sweep.key, before_id=before)
            await self._pacer.sleep(PACE)
        return count

    async def _delete(
        self, courier: Courier, sweep: Any, messages: Sequence[int]
    ) -> tuple[int, Answer | None]:
        """Delete some messages; gives how many, and what Discord answered if it was not done."""
        count = 0
        for message in messages:
            if message != sweep.but_id:
                await self._pacer.sleep(PACE)
                answer = await courier.delete(sweep.channel_id, message)
                # What is refused cannot be deleted at all, such as a note of Discord's own.
                if answer is not None and not isinstance(answer, Refused):
                    return count, answer
                count += answer is None
            await self._go_on(sweep.key, before_id=message, tries=0)
        return count, None

    async def _stop(self, sweep: Any, answer: Answer, *, tries: int) -> None:
        """Come again later, or never when the channel can be reached no more."""
        is_over = isinstance(answer, Closed | Gone | Refused) or tries >= _MOST_TRIES
        if is_over:
            await self._db.store(_finish, sweep.key)
            return
        now = self._clock.now()
        if isinstance(answer, TooFast):
            await self._go_on(sweep.key, next_at=now + timedelta(seconds=answer.retry_after))
            return
        counts = not isinstance(answer, Unauthorized)
        await self._go_on(sweep.key, next_at=now + _TRY_AGAIN, tries=tries + counts)

    async def _go_on(self, key: str, **values: Any) -> None:
        await self._db.store(_note, key, values)


async def _list_due(session: Session, *, now: datetime) -> list[Any]:
    rows = await session.execute(
        select(Sweep).where(Sweep.next_at <= now).order_by(Sweep.next_at).limit(_AT_A_TIME)
    )
    return list(rows.all())


async def _note(session: Session, key: str, values: dict[str, Any]) -> None:
    await session.execute(update(Sweep).where(Sweep.key == key).values(**values))


async def _finish(session: Session, key: str) -> None:
    await session.execute(delete(Sweep).where(Sweep.key == key))

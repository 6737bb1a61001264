"""Keeps one row that cannot be read from stopping all others.

What is due is claimed, and what was sent is settled, many at a time in one transaction. Where that
breaks, each goes by itself, and what breaks alone has failed: it is logged by its key and no more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy import select, update

from bot.club.troubles import FAILED
from bot.content import Content
from bot.dispatcher.claiming import claim_members
from bot.dispatcher.explaining import explain_post, settle_all
from bot.dispatcher.finding import IS_WAITING, Job, Waiting
from bot.dispatcher.resuming import claim_deliveries
from bot.dispatcher.settling import Outcome
from bot.rules.records import ReminderState
from bot.storage.db import DATABASE_ERRORS, Database
from bot.storage.models import Delivery, Reminder
from bot.storage.session import Session

_log = structlog.get_logger()
T = TypeVar("T")


async def claim(db: Database, content: Content, due: Waiting, *, now: datetime) -> list[Job]:
    """Claim what is due; what cannot be read has failed afterwards, and is not due any more."""
    claimed = await _try(db.store(_claim_all, content, due, now=now))
    if not isinstance(claimed, Exception):
        return claimed
    _log.error("claimed_one_by_one", error=type(claimed).__name__)
    jobs: list[Job] = []
    for key in due.deliveries:
        jobs += await _claim_delivery(db, key, now)
    for owner_id in due.members:
        jobs += await _claim_member(db, content, owner_id, now)
    return jobs


async def settle(db: Database, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Store a group of outcomes; what breaks in it has failed."""
    error = await _try(db.store(settle_all, outcomes, now=now))
    if error is None:
        return
    _log.error("settled_one_by_one", error=type(error).__name__)
    for one in outcomes:
        error = await _try(db.store(settle_all, [one], now=now))
        if error is not None:
            await _give_up_delivery(db, one.key, error, now)


async def _try(work: Awaitable[T]) -> T | Exception:
    """Give what broke in place of a result, but raise what no row is to blame for.

    Then all rows stay as they are: they wait for the next tick, or for the end of their leases.
    """
    try:
        return await work
    except DATABASE_ERRORS:
        raise
    except Exception as error:
        return error


async def _claim_all(
    session: Session, content: Content, due: Waiting, *, now: datetime
) -> list[Job]:
    jobs: list[Job] = []
    if due.deliveries:
        jobs += await claim_deliveries(session, due.deliveries, now=now)
    if due.members:
        jobs += await claim_members(session, content, due.members, now=now)
    return jobs


async def _claim_delivery(db: Database, key: str, now: datetime) -> list[Job]:
    jobs = await _try(db.store(claim_deliveries, [key], now=now))
    if not isinstance(jobs, Exception):
        return jobs
    await _give_up_delivery(db, key, jobs, now)
    return []


async def _claim_member(db: Database, content: Content, owner_id: int, now: datetime) -> list[Job]:
    """Claim a member's reminders together, or each by itself when one of them breaks."""
    together = await _try(db.store(claim_members, content, [owner_id], now=now))
    if not isinstance(together, Exception):
        return together
    jobs: list[Job] = []
    for key in await db.load(_list_due, owner_id, now=now):
        of_one = await _try(db.store(claim_members, content, [owner_id], now=now, only=key))
        if isinstance(of_one, Exception):
            _log.error("reminder_failed", reference=key, error=type(of_one).__name__)
            await db.store(_give_up_reminder, key)
        else:
            jobs += of_one
    return jobs


async def _list_due(session: Session, owner_id: int, *, now: datetime) -> list[str]:
    keys = await session.scalars(
        select(Reminder.key)
        .where(IS_WAITING, Reminder.wake_at <= now, Reminder.owner_id == owner_id)
        .order_by(Reminder.wake_at, Reminder.key)
    )
    return list(keys)


async def _give_up_reminder(session: Session, key: str) -> None:
    await session.execute(
        update(Reminder).where(Reminder.key == key).values(state=ReminderState.FAILED)
    )


async def _give_up_delivery(db: Database, key: str, error: Exception, now: datetime) -> None:
    _log.error("delivery_failed", reference=key, error=type(error).__name__)
    await db.store(_fail_delivery, key, now=now)


async def _fail_delivery(session: Session, key: str, *, now: datetime) -> None:
    failed = {"state": "failed", "lease_until": None, "retry_at": None}
    found = await session.execute(
        update(Delivery)
        .where(Delivery.key == key)
        .values(**failed)
        .returning(Delivery.owner_id, Delivery.channel_id)
    )
    row = found.one_or_none()
    theirs = (Reminder.delivery_key == key) & (Reminder.state == ReminderState.SENDING)
    await session.execute(update(Reminder).where(theirs).values(state=ReminderState.FAILED))
    if row is not None and row.owner_id is None:
        await explain_post(session, key, row.channel_id, FAILED, now=now)

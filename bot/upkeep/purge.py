"""Throws away what is kept for a while only: undo bins, removed people, unfinished forms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update, delete, exists, null, update
from sqlalchemy.orm import aliased

from bot.notebook.changes import KEPT_DAYS
from bot.notebook.unfinished import KEPT
from bot.storage.models import Change, Contact, Unfinished
from bot.storage.session import Session

_newer = aliased(Change)


async def purge(session: Session, *, now: datetime) -> int:
    """Delete what nobody can take up again; returns how many rows were concerned.

    A member's latest change stays without its contents: it tells when they were last here.
    """
    old = now - timedelta(days=KEPT_DAYS)
    is_outdone = exists().where(_newer.owner_id == Change.owner_id, _newer.at > Change.at)
    statements = (
        delete(Change).where(Change.at < old, is_outdone),
        update(Change).where(Change.at < old, Change.before.is_not(None)).values(before=null()),
        delete(Contact).where(Contact.removed_at < old),
        delete(Unfinished).where(Unfinished.at < now - KEPT),
    )
    return sum([await _count(session, statement) for statement in statements])


async def _count(session: Session, statement: Delete | Update) -> int:
    done = cast("CursorResult[Any]", await session.execute(statement))
    return done.rowcount

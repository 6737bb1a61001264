"""Unfinished forms: what somebody typed into a form that failed, kept for a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.errors import UserError
from bot.notebook.access import delete_mine, find_mine, mine
from bot.storage.models import Change, Unfinished
from bot.storage.session import Session
from bot.storage.types import new_key

KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class UnfinishedForm:
    """Which form, what it is about, and what it held."""

    form: str
    subject: str
    values: dict[str, Any]


async def keep_unfinished(
    session: Session,
    owner_id: int,
    *,
    form: str,
    subject: str,
    values: Mapping[str, Any],
    now: datetime,
) -> str:
    """Keep what a failed form held; returns the key under which it can be taken up."""
    key = new_key()
    await session.execute(
        insert(Unfinished).values(
            key=key, owner_id=owner_id, form=form, subject=subject, values=dict(values), at=now
        )
    )
    return key


async def access_unfinished(
    session: Session, owner_id: int, key: str, *, now: datetime
) -> UnfinishedForm:
    """Take up a failed form; raises UserError when it is gone or older than a day."""
    row = await find_mine(
        session,
        owner_id,
        Unfinished,
        key,
        Unfinished.form,
        Unfinished.subject,
        Unfinished.values,
        Unfinished.at,
    )
    if row is None or now - row.at > KEPT:
        raise UserError(
            "That one is finished, or older than a day: I don't keep it any more. "
            "**/today** shows where you stand."
        )
    return UnfinishedForm(row.form, row.subject, row.values)


async def drop_unfinished(session: Session, owner_id: int, key: str) -> None:
    """Forget a form that has been finished."""
    await session.execute(delete_mine(owner_id, Unfinished).where(Unfinished.key == key))


async def drop_unfinished_of(session: Session, owner_id: int, form: str) -> None:
    """Forget all that a form held whenever it failed."""
    await session.execute(delete_mine(owner_id, Unfinished).where(Unfinished.form == form))


async def drop_if_stored(session: Session, owner_id: int, key: str, *, interaction_id: int) -> None:
    """Forget a form if what it held was stored by this interaction, whatever came after."""
    found = await session.execute(
        mine(owner_id, Change, Change.key).where(Change.interaction_id == interaction_id)
    )
    if found.first() is not None:
        await drop_unfinished(session, owner_id, key)

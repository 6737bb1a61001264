"""Throws away what is kept for a while only: undo bins, removed people, old texts, forms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update, delete, exists, null, select, text, update

from bot.notebook.access import UNSEEN
from bot.notebook.changes import KEPT_DAYS
from bot.notebook.unfinished import KEPT
from bot.storage.models import (
    Challenge,
    Change,
    Cohort,
    Contact,
    Delivery,
    Guild,
    Pack,
    Unfinished,
    aliased,
)
from bot.storage.session import Session

ABANDONED = timedelta(hours=1)
"""An import takes seconds; one that is not seen after this has ended with its process."""

_newer = aliased(Change)
_ENDED = ("delivered", "failed", "lapsed", "unreachable")
# Written as in the models: SQLite takes a partial index only for the very same condition.
_IS_WORDED = text("body IS NOT NULL")


async def purge(session: Session, *, now: datetime) -> int:
    """Delete what nobody can take up again; returns how many rows were concerned.

    A member's latest change stays without its contents: it tells when they were last here.
    """
    old = now - timedelta(days=KEPT_DAYS)
    is_outdone = exists().where(_newer.owner_id == Change.owner_id, _newer.at > Change.at)
    statements = (
        delete(Change).where(Change.at < old, is_outdone),
        update(Change).where(Change.at < old, Change.before.is_not(None)).values(before=null()),
        delete(Contact).where(Contact.removed_at < old, Contact.removed_at > UNSEEN),
        delete(Contact).where(Contact.removed_at == UNSEEN, Contact.added_at < now - ABANDONED),
        update(Delivery)
        .where(_IS_WORDED, Delivery.created_at < old, Delivery.state.in_(_ENDED))
        .values(body=null()),
        delete(Unfinished).where(Unfinished.at < now - KEPT),
        *_of_clubs_left(old),
    )
    return sum([await _count(session, statement) for statement in statements])


def _of_clubs_left(before: datetime) -> tuple[Delete, ...]:
    """Erase clubs whose server removed the bot; the notebooks are their members', and stay."""
    left = select(Guild.id).where(Guild.left_at < before)
    return (
        *(delete(model).where(model.guild_id.in_(left)) for model in (Challenge, Cohort, Pack)),
        delete(Guild).where(Guild.left_at < before),
    )


async def _count(session: Session, statement: Delete | Update) -> int:
    done = cast("CursorResult[Any]", await session.execute(statement))
    return done.rowcount

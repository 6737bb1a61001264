"""Throws away what is kept for a while only: undo bins, removed people, old texts, forms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    CursorResult,
    Delete,
    Update,
    delete,
    exists,
    func,
    null,
    select,
    text,
    update,
)

from bot.notebook.access import UNSEEN
from bot.notebook.changes import KEPT_DAYS
from bot.notebook.unfinished import KEPT
from bot.rules.scoring import STILL_COUNTING_DAYS
from bot.storage.models import (
    Challenge,
    Change,
    Cohort,
    Contact,
    Delivery,
    Guild,
    Pack,
    Tally,
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
    gone = sum([await _count(session, statement) for statement in statements])
    return gone + await _forget_figures(session, now)


async def _forget_figures(session: Session, now: datetime) -> int:
    """Drop the hashes behind figures to which no challenge can be compared any more.

    A challenge that begins later shares no days with them, and none can begin in the past.
    """
    counts = timedelta(days=STILL_COUNTING_DAYS)
    long_ago = now.date() - counts - timedelta(days=1)  # by the clock of any club
    kept = select(Tally.challenge_key).where(Tally.behind.is_not(None))
    columns = (Challenge.key, Challenge.guild_id, Challenge.ends_on)
    is_over = Challenge.closed_at.is_not(None) & (Challenge.ends_on < long_ago)
    over = (await session.execute(select(*columns).where(is_over, Challenge.key.in_(kept)))).all()
    if not over:
        return 0
    first = select(Challenge.guild_id, func.min(Challenge.starts_on).label("day"))
    still = first.where(Challenge.closed_at.is_(None)).group_by(Challenge.guild_id)
    begun = {row.guild_id: row.day for row in (await session.execute(still)).all()}
    done = [
        row.key
        for row in over
        if row.guild_id not in begun or begun[row.guild_id] > row.ends_on + counts
    ]
    theirs = Tally.challenge_key.in_(done) & Tally.behind.is_not(None)
    return await _count(session, update(Tally).where(theirs).values(behind=null()))


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

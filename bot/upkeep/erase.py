"""Erases a member: no row is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    URL,
    ColumnElement,
    CursorResult,
    FromClause,
    LargeBinary,
    Table,
    delete,
    null,
    select,
    type_coerce,
    update,
)

from bot.clock import Clock
from bot.errors import ConfigError
from bot.storage.blocking import reachable
from bot.storage.models import (
    Base,
    Challenge,
    Cohort,
    Guild,
    Member,
    Pack,
    Participation,
    Standing,
    Tally,
)
from bot.storage.opening import open_database
from bot.storage.session import Session
from bot.storage.types import Encrypted
from bot.upkeep.undisturbed import undisturbed

_MADE_BY = tuple(
    model.__table__.c[name]
    for model, name in (
        (Guild, "set_up_by"),
        (Pack, "published_by"),
        (Cohort, "created_by"),
        (Challenge, "created_by"),
    )
)
"""Who made what belongs to a club: it stays, without their name."""

NOBODY = "Somebody who left"
"""How a closed board calls members who are erased."""


async def erase_member(session: Session, owner_id: int) -> int:
    """Delete every row of a member, what they half finished and what was on its way to them too.

    Gives the number of rows. Backups made before keep theirs until they are replaced.
    """
    await _make_anonymous(session, owner_id)
    await _forget_figures(session, owner_id)
    gone = 0
    for table in reversed(Base.metadata.sorted_tables):
        if "owner_id" in table.columns:
            gone += await _delete(session, table, table.c.owner_id == owner_id)
    gone += await _delete(session, Member.__table__, Member.id == owner_id)
    for column in _MADE_BY:
        made = update(column.table).where(column == owner_id)
        await session.execute(made.values({column: None}))
    return gone


async def _make_anonymous(session: Session, owner_id: int) -> None:
    """Leave a member's lines on closed boards, where they are others' too, without a name.

    One that cannot be read keeps its owner, and goes with the rest of theirs.
    """
    sealed = type_coerce(Standing.line, LargeBinary).label("sealed")
    theirs = select(Standing.key, sealed).where(Standing.owner_id == owner_id)
    for row in (await session.execute(theirs)).all():
        line = _opened(session, row.sealed)
        if line.get("kind") == "member":
            line = {**line, "name": NOBODY, "is_named": False}
            kept = update(Standing).where(Standing.key == row.key)
            await session.execute(kept.values(owner_id=None, line=line))


def _opened(session: Session, sealed: bytes) -> dict[str, Any]:
    kind = cast("Encrypted", Standing.__table__.c.line.type)
    try:
        return kind.process_result_value(sealed, session.get_bind().dialect)
    except ConfigError:
        return {}


async def _forget_figures(session: Session, owner_id: int) -> None:
    """Drop the hashes of what stood behind a challenge's figures: theirs is in them."""
    theirs = select(Participation.challenge_key).where(Participation.owner_id == owner_id)
    forgotten = update(Tally).where(Tally.challenge_key.in_(theirs)).values(behind=null())
    await session.execute(forgotten)


async def erase_offline(url: URL, owner_id: int, *, key_file: Path, clock: Clock) -> int:
    """Erase a member of a database that no bot is at work on; ConfigError while it runs."""
    with undisturbed(url, clock), reachable(url):
        database = open_database(url, key_file)
        try:
            async with database.write() as session:
                return await erase_member(session, owner_id)
        finally:
            await database.close()


async def _delete(session: Session, table: FromClause, theirs: ColumnElement[bool]) -> int:
    done = await session.execute(delete(cast(Table, table)).where(theirs))
    return cast("CursorResult[Any]", done).rowcount

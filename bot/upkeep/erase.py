"""Erases a member: no row is left."""

from __future__ import annotations

from typing import cast

from sqlalchemy import ColumnElement, FromClause, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.models import Base, Guild, Member


async def erase_member(session: AsyncSession, owner_id: int) -> int:
    """Delete every row of a member, what they half finished and what was on its way to them too.

    Gives the number of rows. Backups made before keep theirs until they are replaced.
    """
    gone = 0
    for table in reversed(Base.metadata.sorted_tables):
        if "owner_id" in table.columns:
            gone += await _delete(session, table, table.c.owner_id == owner_id)
    gone += await _delete(session, Member.__table__, Member.id == owner_id)
    await session.execute(update(Guild).where(Guild.set_up_by == owner_id).values(set_up_by=None))
    return gone


async def _delete(session: AsyncSession, table: FromClause, theirs: ColumnElement[bool]) -> int:
    rows = await session.scalar(select(func.count()).select_from(table).where(theirs))
    await session.execute(delete(cast(Table, table)).where(theirs))
    return rows or 0

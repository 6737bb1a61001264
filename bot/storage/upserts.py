"""INSERT … ON CONFLICT for both databases, many rows in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import sqlite

from bot.storage.models import Base
from bot.storage.session import Session


def _insert(session: Session, model: type[Base]) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(model)
    from sqlalchemy.dialects import postgresql  # 2 MB, of no use to SQLite

    return postgresql.insert(model)


async def insert_new(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows; those that are there already stay as they are."""
    if rows:
        await session.execute(_insert(session, model).on_conflict_do_nothing(), list(rows))


async def upsert(
    session: Session,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str],
    keep: Sequence[str] = (),
) -> None:
    """Insert rows, or overwrite those with the same ``key`` columns but for the ``keep`` ones."""
    if not rows:
        return
    statement = _insert(session, model)
    fresh = {
        name: statement.excluded[name] for name in rows[0] if name not in key and name not in keep
    }
    await session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=fresh), list(rows)
    )

"""INSERT … ON CONFLICT for both databases, many rows in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy.dialects import sqlite

from bot.storage.models import Base
from bot.storage.prepared import PreparedWrite
from bot.storage.session import Session


async def insert_new(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows; those that are there already stay as they are."""
    if rows:
        statement = _insert(session.get_bind().dialect.name, model).on_conflict_do_nothing()
        await session.execute(statement, list(rows))


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
    fresh = tuple(name for name in rows[0] if name not in key and name not in keep)
    dialect, columns = session.get_bind().dialect.name, tuple(rows[0])
    await session.put(_upserting(dialect, model, columns, tuple(key), fresh), *rows)


@cache
def _upserting(
    dialect: str,
    model: type[Base],
    columns: tuple[str, ...],
    key: tuple[str, ...],
    fresh: tuple[str, ...],
) -> PreparedWrite:
    statement = _insert(dialect, model)
    values = {name: statement.excluded[name] for name in fresh}
    whole = statement.on_conflict_do_update(index_elements=list(key), set_=values)
    return PreparedWrite(whole, columns)


def _insert(dialect: str, model: type[Base]) -> Any:
    if dialect == "sqlite":
        return sqlite.insert(model)
    from sqlalchemy.dialects import postgresql  # 2 MB, of no use to SQLite

    return postgresql.insert(model)

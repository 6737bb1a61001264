"""Fills every table that the models have, so that a new one is in these tests by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    LargeBinary,
    Table,
    UniqueConstraint,
    insert,
)

from bot.storage.models import Base
from bot.storage.types import Encrypted, UtcDateTime, new_key

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
SECRET = "Rosa Marković"
APART = ("key_fingerprints", "leases")


class FixedClock:
    def now(self) -> datetime:
        return NOW


def fill(connection: Connection, owner_id: int) -> None:
    """Write two rows into each of a member's tables, the second pointing at the first."""
    keys: dict[str, Any] = {"members": owner_id}
    for table in Base.metadata.sorted_tables:
        if table.name in APART:
            continue
        for turn in range(1 if _is_alone(table) else 2):
            row = {
                column.name: _value(column, owner_id + turn, keys)
                for column in table.columns
                if turn or not _points_inside(column)
            }
            if "owner_id" in row:
                row["owner_id"] = owner_id
            connection.execute(insert(table).values(row))
            primary = next(iter(table.primary_key.columns)).name
            keys[table.name] = row[primary]


def _is_alone(table: Table) -> bool:
    """Whether a member has one row in a table: their own, or one for each thing they join."""
    pairs = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return table.name == "members" or any(
        "owner_id" in one.columns for one in pairs if _all_point(one)
    )


def _all_point(constraint: UniqueConstraint) -> bool:
    return all(column.foreign_keys for column in constraint.columns)


def _points_inside(column: Column[Any]) -> bool:
    return any(key.column.table is column.table for key in column.foreign_keys)


def _value(column: Column[Any], number: int, keys: dict[str, Any]) -> Any:
    for key in column.foreign_keys:
        return keys[key.column.table.name]
    if isinstance(column.type, Encrypted):
        return {"name": SECRET} if column.type.as_json else SECRET
    plain = {
        UtcDateTime: NOW,
        Date: date(2026, 10, 1),
        Boolean: True,
        BigInteger: number,
        LargeBinary: f"hash {number}".encode(),
    }
    return plain.get(type(column.type)) or new_key()

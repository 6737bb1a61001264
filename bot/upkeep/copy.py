"""Moves everything to another database: what it takes to go from SQLite to PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnClause,
    Connection,
    LargeBinary,
    Table,
    TableClause,
    bindparam,
    column,
    insert,
    select,
    table,
    update,
)

from bot.clock import Clock
from bot.errors import ConfigError
from bot.storage.blocking import alone, blocking_engine, reachable, reading
from bot.storage.keys import read_keyring
from bot.storage.migrate import ensure_schema
from bot.storage.models import Base
from bot.storage.opening import mismatches, stored_fingerprints
from bot.storage.types import Encrypted
from bot.upkeep.restore import count_rows
from bot.upkeep.undisturbed import undisturbed

_BATCH = 1_000


def copy_database(source: URL, target: URL, *, key_file: Path, clock: Clock) -> dict[str, int]:
    """Copy every row into an empty database and count both sides; gives the rows by table.

    What is encrypted travels as it is. Raises ConfigError while the bot runs, for a target that
    holds anything, and when the counts differ; then the target is as empty as before.
    """
    if source == target:
        raise ConfigError(["The database cannot be copied onto itself."])
    with undisturbed(source, clock) as giver:
        with reachable(target):
            ensure_schema(target)
        with alone(blocking_engine(target)) as new:
            with reading(giver.engine) as old:
                _check(old, new, target, key_file)
            for each in _tables():
                with reading(giver.engine) as old:
                    _copy_table(old, new, each)
                giver.renew()
            with reading(giver.engine) as old:
                return _counted(old, new)


def raw_table(real: Table) -> TableClause:
    """Give a table whose encrypted columns are plain bytes."""
    columns: list[ColumnClause[Any]] = [
        column(each.name, LargeBinary() if isinstance(each.type, Encrypted) else each.type)
        for each in real.columns
    ]
    return table(real.name, *columns)


def _tables() -> list[Table]:
    return [each for each in Base.metadata.sorted_tables if each.name != "leases"]


def _check(old: Connection, new: Connection, target: URL, key_file: Path) -> None:
    if problems := mismatches(read_keyring(key_file), stored_fingerprints(old), key_file):
        raise ConfigError(problems)
    if any(count_rows(new).values()):
        name = target.render_as_string(hide_password=True)
        raise ConfigError([f"{name} is not empty: name a fresh database."])


def _copy_table(old: Connection, new: Connection, real: Table) -> None:
    raw, inner = raw_table(real), _inner_reference(real)
    links: list[dict[str, Any]] = []
    for batch in (
        old.execution_options(yield_per=_BATCH).execute(select(raw)).mappings().partitions()
    ):
        rows = [dict(row) for row in batch]
        for row in rows:
            # A row may point at one that comes later: those arrows are drawn when all are there.
            if inner and row[inner] is not None:
                links.append({"its_key": row["key"], "points_at": row[inner]})
                row[inner] = None
        new.execute(insert(raw), rows)
    if links and inner:
        pointed = update(raw).where(raw.c.key == bindparam("its_key"))
        new.execute(pointed.values({inner: bindparam("points_at")}), links)


def _inner_reference(real: Table) -> str | None:
    return next((key.parent.name for key in real.foreign_keys if key.column.table is real), None)


def _counted(old: Connection, new: Connection) -> dict[str, int]:
    before, after = count_rows(old), count_rows(new)
    names = [each.name for each in _tables()]
    if different := [name for name in names if before[name] != after[name]]:
        raise ConfigError([f"The counts of {', '.join(different)} differ: nothing was copied."])
    return {name: after[name] for name in names}

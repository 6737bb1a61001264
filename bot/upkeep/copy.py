"""Moves everything to another database: what it takes to go from SQLite to PostgreSQL."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnClause,
    Connection,
    Engine,
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
        old = _Giver(source, giver.engine)
        _check_keys(old, key_file)
        with reachable(target):
            ensure_schema(target)
            with alone(blocking_engine(target)) as new:
                _refuse_rows(new, target)
                for each in _tables():
                    _copy_table(old.rows(raw_table(each)), new, each)
                    giver.renew()
                return _counted(old.counts(), count_rows(new))


@dataclass(frozen=True)
class _Giver:
    """The database that is copied; what goes wrong with it is told under its own name."""

    url: URL
    engine: Engine

    @contextmanager
    def reading(self) -> Generator[Connection]:
        with reachable(self.url), reading(self.engine) as connection:
            yield connection

    def rows(self, raw: TableClause) -> Iterator[list[dict[str, Any]]]:
        with self.reading() as old:
            found = old.execution_options(yield_per=_BATCH).execute(select(raw)).mappings()
            for batch in found.partitions():
                yield [dict(row) for row in batch]

    def counts(self) -> dict[str, int]:
        with self.reading() as old:
            return count_rows(old)


def raw_table(real: Table) -> TableClause:
    """Give a table whose encrypted columns are plain bytes."""
    columns: list[ColumnClause[Any]] = [
        column(each.name, LargeBinary() if isinstance(each.type, Encrypted) else each.type)
        for each in real.columns
    ]
    return table(real.name, *columns)


def _tables() -> list[Table]:
    return [each for each in Base.metadata.sorted_tables if each.name != "leases"]


def _check_keys(old: _Giver, key_file: Path) -> None:
    with old.reading() as connection:
        stored = stored_fingerprints(connection)
    if problems := mismatches(read_keyring(key_file), stored, key_file):
        raise ConfigError(problems)


def _refuse_rows(new: Connection, target: URL) -> None:
    if any(count_rows(new).values()):
        name = target.render_as_string(hide_password=True)
        raise ConfigError([f"{name} is not empty: name a fresh database."])


def _copy_table(batches: Iterator[list[dict[str, Any]]], new: Connection, real: Table) -> None:
    raw, inner = raw_table(real), _inner_reference(real)
    links: list[dict[str, Any]] = []
    for rows in batches:
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


def _counted(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    names = [each.name for each in _tables()]
    if different := [name for name in names if before[name] != after[name]]:
        raise ConfigError([f"The counts of {', '.join(different)} differ: nothing was copied."])
    return {name: after[name] for name in names}

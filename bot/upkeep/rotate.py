"""Changes the key: everything that is encrypted is written anew, and the old key is forgotten."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    Table,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from bot.clock import Clock
from bot.storage.blocking import alone, reachable
from bot.storage.db import is_sqlite
from bot.storage.keys import Keyring, write_keyring
from bot.storage.models import Base, KeyFingerprint
from bot.storage.opening import match_keys
from bot.storage.types import Encrypted
from bot.upkeep.copy import raw_table
from bot.upkeep.undisturbed import Undisturbed, undisturbed

_BATCH = 500


def rotate_key(url: URL, *, key_file: Path, clock: Clock) -> int:
    """Re-encrypt every value with a new key, then drop the old one; gives the rows written.

    Both keys read until the last value is done, so a run that was cut short is simply run again.
    Raises ConfigError while the bot runs. Older backups stay readable only with the old key file.
    """
    with undisturbed(url, clock) as database, reachable(url):
        ring = _with_new_key(url, key_file)
        rows = sum(_rewrite(database, table, ring) for table in _encrypted_tables())
        _forget_old_keys(database.engine, ring, key_file)
        if is_sqlite(url):
            database.renew()
            _scrub(Path(url.database or ""))  # long: a bot that waits would find it locked
    return rows


def _with_new_key(url: URL, key_file: Path) -> Keyring:
    ring = match_keys(url, key_file)
    if len(ring.keys) > 1:
        return ring  # an earlier run was cut short: go on with its new key
    write_keyring(key_file, ring.with_new_key())
    return match_keys(url, key_file)


def _encrypted_tables() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if _encrypted(table)]


def _encrypted(table: Table) -> dict[str, str]:
    """Name a table's encrypted columns and the place that each is bound to."""
    return {
        column.name: column.type.place
        for column in table.columns
        if isinstance(column.type, Encrypted)
    }


def _rewrite(database: Undisturbed, table: Table, ring: Keyring) -> int:
    key = next(iter(table.primary_key.columns)).name
    places = _encrypted(table)
    done, last = 0, None
    while True:
        with alone(database.engine) as connection:
            rows = _next_rows(connection, table, ring.current, last)
            if not rows:
                return done
            fresh = [_resealed(row, ring, places) | {"its_key": row[key]} for row in rows]
            _write(connection, table, key, fresh)
        done, last = done + len(rows), rows[-1][key]
        database.renew()


def _next_rows(
    connection: Connection, table: Table, current: int, last: Any
) -> list[dict[str, Any]]:
    raw, key = raw_table(table), next(iter(table.primary_key.columns)).name
    names = _encrypted(table)
    query = select(raw.c[key], *(raw.c[name] for name in names)).where(
        or_(*(_is_older(raw.c[name], current) for name in names))
    )
    if last is not None:
        query = query.where(raw.c[key] > last)
    rows = connection.execute(query.order_by(raw.c[key]).limit(_BATCH))
    return [dict(row) for row in rows.mappings()]


def _is_older(column: ColumnElement[Any], current: int) -> ColumnElement[bool]:
    # A value's second byte is the number of its key.
    return func.substr(column, 2, 1, type_=LargeBinary()) != literal(
        bytes([current]), LargeBinary()
    )


def _resealed(row: dict[str, Any], ring: Keyring, places: dict[str, str]) -> dict[str, Any]:
    return {
        f"new_{name}": None if row[name] is None else _reseal(bytes(row[name]), ring, place)
        for name, place in places.items()
    }


def _reseal(blob: bytes, ring: Keyring, place: str) -> bytes:
    return blob if blob[1] == ring.current else ring.seal(ring.unseal(blob, place), place)


def _write(connection: Connection, table: Table, key: str, rows: list[dict[str, Any]]) -> None:
    raw = raw_table(table)
    ours = update(raw).where(raw.c[key] == bindparam("its_key"))
    values = {name: bindparam(f"new_{name}", type_=LargeBinary()) for name in _encrypted(table)}
    connection.execute(ours.values(values), rows)


def _forget_old_keys(engine: Engine, ring: Keyring, key_file: Path) -> None:
    # The fingerprint goes first: a key file with one key too many opens, one too few does not.
    with alone(engine) as connection:
        connection.execute(
            delete(KeyFingerprint).where(KeyFingerprint.number.not_in([0, ring.current]))
        )
    write_keyring(key_file, ring.only_current())


def _scrub(file: Path) -> None:
    # Freed pages and the log would still hold what the old key reads.
    with closing(sqlite3.connect(file, isolation_level=None, timeout=5)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

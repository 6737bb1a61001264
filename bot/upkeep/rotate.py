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
    and_,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from bot.clock import Clock
from bot.errors import ConfigError
from bot.storage.blocking import alone, reachable
from bot.storage.db import is_sqlite
from bot.storage.keys import Keyring, write_keyring
from bot.storage.models import Base, KeyFingerprint
from bot.storage.opening import match_keys
from bot.storage.types import Encrypted
from bot.upkeep.copy import raw_table
from bot.upkeep.undisturbed import Undisturbed, undisturbed

_BATCH = 500
_NAMED = 20
_SCRUB_SECONDS = 5.0


def rotate_key(url: URL, *, key_file: Path, clock: Clock) -> int:
    """Re-encrypt every value with a new key, then drop the old one; gives the rows written.

    Both keys read until the last value is done, so a run that was cut short is simply run again.
    Raises ConfigError while the bot runs, and when all is done but what cannot be read; then the
    old key stays. Older backups stay readable only with the old key file.
    """
    with undisturbed(url, clock) as database, reachable(url):
        ring = _with_new_key(url, key_file)
        unread: list[str] = []
        rows = sum(_rewrite(database, table, ring, unread) for table in _encrypted_tables())
        if unread:
            raise ConfigError([*unread[:_NAMED], _left_over(len(unread))])
        _forget_old_keys(database.engine, ring, key_file)
        if is_sqlite(url):
            database.renew()
            _scrub(Path(url.database or ""))  # long: a bot that waits would find it locked
    return rows


def _left_over(count: int) -> str:
    what = f"{count} value{'s' if count > 1 else ''} could not be read, so the old key is kept"
    how = "Restore a backup in which they can be read, or delete those rows"
    return f"{what}; all others have the new one. {how}; then run rotate-key again."


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


def _rewrite(database: Undisturbed, table: Table, ring: Keyring, unread: list[str]) -> int:
    """Give a table's values the new key; what cannot be read stays as it is, and is told."""
    key = next(iter(table.primary_key.columns)).name
    places = _encrypted(table)
    done, last = 0, None
    while True:
        with alone(database.engine) as connection:
            rows = _next_rows(connection, table, ring.current, last)
            if not rows:
                return done
            fresh: list[dict[str, Any]] = []
            for row in rows:
                values, broken = _resealed(row, ring, places)
                fresh.append(values | {"its_key": row[key]})
                unread += [_unreadable(name, row[key], table) for name in broken]
                done += not broken
            _write(connection, table, key, fresh)
        last = rows[-1][key]
        database.renew()


def _unreadable(name: str, key: Any, table: Table) -> str:
    return f"{name} in row {key} of {table.name} cannot be read with this key file."


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
    # A value's second byte is the number of its key; of an empty one SQLite gives none.
    number = func.coalesce(func.substr(column, 2, 1), literal(b"", LargeBinary()))
    is_other = number != literal(bytes([current]), LargeBinary())
    return and_(column.is_not(None), is_other)


def _resealed(
    row: dict[str, Any], ring: Keyring, places: dict[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """Encrypt a row's values anew; gives the names of those that cannot be read, too."""
    fresh, unread = dict[str, Any](), list[str]()
    for name, place in places.items():
        blob = None if row[name] is None else bytes(row[name])
        try:
            fresh[f"new_{name}"] = blob if blob is None else _reseal(blob, ring, place)
        except ConfigError:
            fresh[f"new_{name}"] = blob
            unread.append(name)
    return fresh, unread


def _reseal(blob: bytes, ring: Keyring, place: str) -> bytes:
    return (
        blob if blob[1:2] == bytes([ring.current]) else ring.seal(ring.unseal(blob, place), place)
    )


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
    try:
        with closing(sqlite3.connect(file, isolation_level=None, timeout=_SCRUB_SECONDS)) as here:
            here.execute("VACUUM")
            here.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        what = f"Every value has the new key, but {file} still holds old pages, which could not"
        how = "Make room on the disk, close what reads the file, and run it again."
        raise ConfigError([f"{what} be cleared: {error}. {how}"]) from error

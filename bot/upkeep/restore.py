"""Puts a copy back in the database's place."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, delete, func, inspect, select
from sqlalchemy.exc import DatabaseError, OperationalError

from bot.clock import Clock
from bot.errors import ConfigError
from bot.storage import migrations
from bot.storage.blocking import alone, blocking_engine, reading
from bot.storage.db import is_sqlite, parse_url
from bot.storage.keys import read_keyring
from bot.storage.leases import leading
from bot.storage.migrate import stored_revision
from bot.storage.models import Base, Lease
from bot.storage.opening import mismatches, stored_fingerprints


@dataclass(frozen=True, slots=True)
class Restored:
    """What the copy holds, rows by table, and where the replaced database lies now."""

    rows: dict[str, int]
    replaced: Path | None


def restore(file: Path, url: URL, *, key_file: Path, clock: Clock) -> Restored:
    """Check the copy and its key, set the present database aside, and put the copy in its place.

    Raises ConfigError while the bot runs, and for a copy that is damaged, not ours, or of
    another key; then nothing was touched.
    """
    if not is_sqlite(url):
        raise ConfigError(["A PostgreSQL database is restored with pg_restore."])
    rows = check_copy(file, key_file)
    present = Path(url.database or "")
    engine = blocking_engine(url)
    in_use = present.exists() and _has_leases(url)
    with leading(engine, clock) if in_use else nullcontext():
        fresh = present.with_name(present.name + ".restoring")
        _prepare(file, fresh)
        replaced = _set_aside(present, clock) if present.exists() else None
        fresh.replace(present)
    return Restored(rows, replaced)


def check_copy(file: Path, key_file: Path) -> dict[str, int]:
    """Count the rows of a copy by table; raises ConfigError when it cannot serve with this key."""
    if not file.is_file():
        raise ConfigError([f"There is no file {file}."])
    ring = read_keyring(key_file)
    _check_pages(file)
    with reading(blocking_engine(parse_url(f"sqlite:///{file}"))) as connection:
        if not inspect(connection).has_table("key_fingerprints"):
            raise ConfigError([f"{file} is not a copy of a Rapport database."])
        if problems := mismatches(ring, stored_fingerprints(connection), key_file):
            raise ConfigError(problems)
        if (stored_revision(connection) or "") > migrations.HEAD:
            raise ConfigError([f"{file} was made by a newer Rapport: install that one first."])
        return count_rows(connection)


def count_rows(connection: Connection) -> dict[str, int]:
    """Count the rows of each table that the database has."""
    present = set(inspect(connection).get_table_names())
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
        if table.name in present
    }


def _check_pages(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            (answer,) = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise ConfigError([f"{file} is damaged or no SQLite file: {error}."]) from error
    if answer != "ok":
        raise ConfigError([f"{file} is damaged: {answer}."])


def _has_leases(url: URL) -> bool:
    try:
        with reading(blocking_engine(url)) as connection:
            return inspect(connection).has_table("leases")
    except OperationalError:
        raise
    except DatabaseError:
        return False  # what is to be replaced is broken, and no bot could use it either


def _prepare(file: Path, fresh: Path) -> None:
    shutil.copyfile(file, fresh)
    fresh.chmod(0o600)
    with alone(blocking_engine(parse_url(f"sqlite:///{fresh}"))) as connection:
        # The bot was running when the copy was made; that lease is history.
        connection.execute(delete(Lease))


def _set_aside(present: Path, clock: Clock) -> Path:
    # Writes the log into the file and removes it, so that one rename moves everything.
    with suppress(sqlite3.Error), closing(sqlite3.connect(present)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    replaced = present.with_name(f"{present.name}.replaced-{clock.now():%Y%m%dT%H%M%SZ}")
    for suffix in ("-wal", "-shm", ""):
        part = present.with_name(present.name + suffix)
        if part.exists():
            part.replace(replaced.with_name(replaced.name + suffix))
    return replaced

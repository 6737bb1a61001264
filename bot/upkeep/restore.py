"""Puts a copy back in the database's place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, delete, func, inspect, select
from sqlalchemy.exc import DatabaseError, OperationalError

from bot.clock import Clock
from bot.errors import ConfigError
from bot.storage import migrations
from bot.storage.blocking import alone, blocking_engine, reachable, reading
from bot.storage.db import file_url, is_sqlite
from bot.storage.keys import read_keyring
from bot.storage.leases import leading
from bot.storage.migrate import stored_revision
from bot.storage.models import Base, Lease
from bot.storage.opening import mismatches, stored_fingerprints

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite would read into whatever file lies there, though it was written for another."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in place now, rows by table, and under which name what lay there before is kept.

    ``is_whole`` is False when that is only the log of a database that was gone itself.
    """

    rows: dict[str, int]
    replaced: Path | None
    is_whole: bool = True


def restore(file: Path, url: URL, *, key_file: Path, clock: Clock) -> Restored:
    """Check the copy and its key, set the present database aside, and put the copy in its place.

    Raises ConfigError while the bot runs, and for a copy that is damaged, not ours, or of
    another key; then nothing was touched. What is in place in the end is checked once more.
    """
    if not is_sqlite(url):
        raise ConfigError(["A PostgreSQL database is restored with pg_restore."])
    check_copy(file, key_file)
    present = Path(url.database or "")
    is_whole = present.exists()
    with ExitStack() as held:
        with reachable(url):
            if is_whole and _has_leases(url):
                held.enter_context(leading(blocking_engine(url), clock))
        try:
            replaced = _put_in_place(file, present, clock)
        except (OSError, sqlite3.Error, DatabaseError) as error:
            reason = getattr(error, "orig", None) or error
            raise ConfigError([f"{file} could not be put at {present}: {reason}."]) from error
        return Restored(_check_in_place(present, replaced), replaced, is_whole)


def check_copy(file: Path, key_file: Path) -> dict[str, int]:
    """Count the rows of a copy by table; raises ConfigError when it cannot serve with this key."""
    try:
        if not file.is_file():
            raise ConfigError([f"There is no file {file}."])
    except OSError as error:
        raise ConfigError([f"{file} cannot be read: {error.strerror}."]) from error
    ring = read_keyring(key_file)
    _check_pages(file)
    with reading(blocking_engine(file_url(file))) as connection:
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
        with closing(_only_read(file)) as connection:
            (answer,) = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise ConfigError([f"{file} is damaged or no SQLite file: {error}."]) from error
    if answer != "ok":
        raise ConfigError([f"{file} is damaged: {answer}."])


def _only_read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _check_in_place(present: Path, replaced: Path | None) -> dict[str, int]:
    try:
        _check_pages(present)
        with reading(blocking_engine(file_url(present))) as connection:
            return count_rows(connection)
    except (ConfigError, DatabaseError) as error:
        kept = f" What lay there before is kept as {replaced}." if replaced else ""
        what = f"The copy did not arrive whole at {present}: {error}"
        raise ConfigError([f"{what} Check the disk, then restore once more.{kept}"]) from error


def _has_leases(url: URL) -> bool:
    try:
        with reading(blocking_engine(url)) as connection:
            return inspect(connection).has_table("leases")
    except OperationalError:
        raise
    except DatabaseError:
        return False  # what is to be replaced is broken, and no bot could use it either


def _put_in_place(file: Path, present: Path, clock: Clock) -> Path | None:
    present.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = present.with_name(present.name + ".restoring")
    _prepare(file, fresh)
    replaced = _set_aside(present, clock)
    fresh.replace(present)
    return replaced


def _prepare(file: Path, fresh: Path) -> None:
    for suffix in ("", *_BESIDE):  # of a run that was cut short
        fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    # Not as a file: a copy that was made by hand may have its log beside it.
    with closing(_only_read(file)) as source, closing(sqlite3.connect(fresh)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    with alone(blocking_engine(file_url(fresh))) as connection:
        # The bot was running when the copy was made; that lease is history.
        connection.execute(delete(Lease))


def _set_aside(present: Path, clock: Clock) -> Path | None:
    """Move what lies there, a log without its database too; gives the name it is kept under."""
    if present.exists():
        # Writes the log into the file and removes it.
        with suppress(sqlite3.Error), closing(sqlite3.connect(present)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    replaced = present.with_name(f"{present.name}.replaced-{clock.now():%Y%m%dT%H%M%SZ}")
    moved: list[Path] = []
    for suffix in _BESIDE:
        part, kept = (one.with_name(one.name + suffix) for one in (present, replaced))
        if part.exists():
            part.replace(kept)
            moved.append(kept)
    if present.exists():
        _rename(present, replaced)
        return replaced
    return moved[0] if moved else None


def _rename(present: Path, replaced: Path) -> None:
    # A bot that starts in between must find the one or the other, and make no new database.
    with suppress(OSError):
        replaced.hardlink_to(present)
        return
    present.replace(replaced)

"""Copies of an SQLite database, made while the bot runs."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import URL

from bot.errors import ConfigError
from bot.storage.db import is_sqlite

_NAME = re.compile(r"rapport-\d{8}T\d{6}Z\.db")
_DAY = 86_400
_STAMP = "rapport-%Y%m%dT%H%M%SZ.db"


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy: where it is, when it was made, its size in bytes."""

    file: Path
    made_at: datetime
    size: int


def back_up(
    url: URL, folder: Path, *, keep: int, now: datetime, oldest: datetime | None = None
) -> Backup:
    """Copy the database into ``folder`` and keep the copies of ``keep`` days (0: delete none).

    Of a day that is over the newest is kept, of the present one all. Those made before ``oldest``
    go too: what is erased is in no copy after as many days as members are told, also where none was
    made for months. Blocks while it copies; the bot may go on writing. The key is never in it.
    Raises ConfigError for PostgreSQL, which has its own tools, and when the folder cannot be
    written.
    """
    source = _database_file(url)
    file = folder / now.strftime(_STAMP)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear_halves(folder, now)
        _copy(source, file)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError([f"The backup could not be written to {folder}: {error}."]) from error
    there = list_backups(folder) if keep else []
    kept = _daily(there, keep)
    for made in there:
        if made not in kept or (oldest is not None and made.made_at <= oldest):
            made.file.unlink(missing_ok=True)
    return Backup(file, now, file.stat().st_size)


def list_backups(folder: Path) -> list[Backup]:
    """List the copies in a folder, the newest first."""
    files = sorted(folder.glob("rapport-*.db"), reverse=True) if folder.is_dir() else []
    return [
        Backup(file, made_at, file.stat().st_size)
        for file in files
        if (made_at := _time_in(file.name)) is not None
    ]


def _daily(there: list[Backup], keep: int) -> list[Backup]:
    # By hand one may make ten within an hour: they must not push out the days before.
    days: dict[date, list[Backup]] = {}
    for made in there:
        days.setdefault(made.made_at.date(), []).append(made)
    counted = list(days.values())[:keep]
    today = counted[0] if counted else []
    return [*today, *(made[0] for made in counted[1:])]


def _time_in(name: str) -> datetime | None:
    if not _NAME.fullmatch(name):
        return None
    try:
        return datetime.strptime(name, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None  # digits that are no time: none of ours


def _database_file(url: URL) -> Path:
    if not is_sqlite(url):
        raise ConfigError(["A PostgreSQL database is backed up with pg_dump --format=custom."])
    file = Path(url.database or "")
    if not file.exists():
        raise ConfigError([f"There is no database at {file} yet."])
    return file


def _clear_halves(folder: Path, now: datetime) -> None:
    # What a crash left; a younger one may be another process's, still growing.
    for half in folder.glob("rapport-*.part"):
        if now.timestamp() - half.stat().st_mtime > _DAY:
            half.unlink(missing_ok=True)


def _copy(source: Path, file: Path) -> None:
    half = file.with_suffix(".part")
    half.unlink(missing_ok=True)
    # Made empty first, so that nobody else can read it even while it grows.
    os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(source, isolation_level=None, timeout=5)) as connection:
        connection.execute("VACUUM INTO ?", (str(half),))
    with half.open("rb") as written:
        os.fsync(written.fileno())
    half.replace(file)

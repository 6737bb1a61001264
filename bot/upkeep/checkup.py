"""Looks at everything that the bot rests on, on this machine and at Discord."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import URL, Connection, inspect, select

from bot.clock import Clock
from bot.config import Settings
from bot.content import load as load_content
from bot.errors import ConfigError
from bot.storage import migrations
from bot.storage.blocking import blocking_engine, reachable, reading
from bot.storage.db import is_sqlite, parse_url
from bot.storage.holders import name_of
from bot.storage.keys import find_keyring
from bot.storage.leases import LEADER
from bot.storage.migrate import stored_revision
from bot.storage.models import Lease
from bot.storage.opening import mismatches, stored_fingerprints
from bot.upkeep.assistant import check_assistant
from bot.upkeep.backup import list_backups
from bot.upkeep.findings import Finding
from bot.upkeep.online import check_discord
from bot.upkeep.web import check_web

_MB = 1024 * 1024
_RECENT = "America/Ciudad_Juarez"  # a zone of 2022: old data does not know it
_RESTORE = "Restore the key file from where you keep it apart from the backups."


async def check_up(settings: Settings, clock: Clock) -> list[Finding]:
    """Check what this machine holds, then what others answer; changes nothing."""
    return [
        *check_machine(settings, clock.now()),
        *await check_discord(settings, clock),
        *await check_assistant(settings.assistant),
        *await check_web(settings.web),
    ]


def check_machine(settings: Settings, now: datetime) -> list[Finding]:
    """Check the database, its keys, the copies, and what the machine has left."""
    try:
        url = parse_url(settings.database_url)
    except ConfigError as error:
        return [Finding("bad", str(error))]
    return [
        *check_database(url, settings.key_file, now),
        *check_key_mode(settings.key_file),
        *check_sqlite(url, sqlite3.sqlite_version_info),
        *check_backups(url, settings.backup_dir, now),
        *check_content(settings.content.dir),
        check_zones(),
        check_disk(settings.data_dir),
        *check_memory(Path("/proc/meminfo")),
    ]


def check_database(url: URL, key_file: Path, now: datetime) -> list[Finding]:
    """Check that the database opens, its schema, its keys, and who works on it."""
    name = url.render_as_string(hide_password=True)
    try:
        with reachable(url):
            is_new = is_sqlite(url) and not Path(url.database or "").exists()
        if is_new:
            made = Finding("ok", f"Database {name}: not there yet, the first start makes it.")
            return [_shut(url) or made, _keys({}, key_file)]
        with reachable(url), reading(blocking_engine(url)) as connection:
            opens = Finding("ok", f"Database {name}: opens.")
            found = [_shut(url) or opens, _schema(connection)]
            if found[1].level == "ok":
                stored = stored_fingerprints(connection)
                found += [_keys(stored, key_file), _holder(connection, now)]
            return found
    except ConfigError as error:
        return [Finding("bad", str(error), "Check [database] url, and that the server runs.")]


def _shut(url: URL) -> Finding | None:
    """Name the file or the folder that a start could not write, though it can be read."""
    if not is_sqlite(url):
        return None
    file = Path(url.database or "")
    folder = _nearest(file.parent)
    what = f"Database {url.render_as_string()}: "
    if not folder.is_dir():
        return Finding("bad", f"{what}{folder} is no folder.", "Check data_dir and [database] url.")
    for place in (file, folder):
        if _is_there(place) and not os.access(place, os.W_OK):
            how = "Make it that user's own: chown, then chmod u+w."
            return Finding("bad", f"{what}this user may not write {place}.", how)
    return None


def _schema(connection: Connection) -> Finding:
    revision = stored_revision(connection)
    if revision == migrations.HEAD:
        return Finding("ok", f"Schema: {revision}, as this version wants it.")
    if revision is None or revision < migrations.HEAD:
        how = "The next start migrates it, or `rapport migrate` while none runs. Back it up first."
        return Finding("warn", f"Schema: {revision or 'none yet'}; this version has more.", how)
    how = "Install the newer Rapport that wrote it, or restore a backup."
    return Finding("bad", f"Schema: {revision} is of a newer version.", how)


def _keys(stored: dict[int, str], key_file: Path) -> Finding:
    try:
        ring = find_keyring(key_file)
    except ConfigError as error:
        return Finding("bad", str(error))  # it says how to mend it
    if ring is None and stored:
        return Finding("bad", f"Keys: the key file {key_file} is missing.", _RESTORE)
    if not stored:
        whose = f"takes those of {key_file}" if ring else "makes them"
        return Finding("ok", f"Keys: the first start {whose}.")
    if ring and (problems := mismatches(ring, stored, key_file)):
        return Finding("bad", problems[0], _RESTORE)
    return Finding("ok", f"Keys: {key_file} belongs to this database. Keep a copy elsewhere.")


def _holder(connection: Connection, now: datetime) -> Finding:
    if not inspect(connection).has_table("leases"):
        return Finding("ok", "Nobody is at work on the database.")
    row = connection.execute(select(Lease.holder, Lease.until).where(Lease.name == LEADER)).first()
    if row is None or row.until <= now:
        return Finding("ok", "Nobody is at work on the database.")
    return Finding("ok", f"The bot is at work: {name_of(row.holder)}.")


def check_key_mode(key_file: Path) -> list[Finding]:
    """Check that nobody but the owner reads the key file."""
    try:
        told = key_file.stat().st_mode
    except OSError:
        return []  # missing or out of reach, which the check of the keys says
    if not stat.S_ISREG(told):
        return []
    mode = stat.S_IMODE(told)
    if mode & 0o077:
        how = f"Run: chmod 600 {key_file}"
        return [Finding("bad", f"Key file: others on this machine can read it ({mode:o}).", how)]
    return [Finding("ok", f"Key file: readable by its owner alone ({mode:o}).")]


def check_sqlite(url: URL, found: tuple[int, int, int]) -> list[Finding]:
    """Name an SQLite that can corrupt its log when two connections write; ours is one writer."""
    if not is_sqlite(url):
        return []
    text = ".".join(map(str, found))
    mended = found >= (3, 51, 3) or (found[:2] == (3, 44) and found >= (3, 44, 6))
    mended = mended or (found[:2] == (3, 50) and found >= (3, 50, 7))
    if mended or found < (3, 7, 0):
        return [Finding("ok", f"SQLite {text}.")]
    what = (
        f"SQLite {text} can damage a database that two programs write at once (mended in 3.51.3)."
        " The bot is one writer, so this does not touch it."
    )
    return [Finding("ok", what, "Do not write to the file with other tools while the bot runs.")]


def check_backups(url: URL, folder: Path, now: datetime) -> list[Finding]:
    """Check the age and the place of the newest copy."""
    if not is_sqlite(url):
        return [Finding("ok", "Backups: yours to make with pg_dump. The key file is not in them.")]
    try:
        if not Path(url.database or "").exists():
            return []
        made = list_backups(folder)
    except OSError as error:
        how = "Let the user that runs Rapport read it."
        return [Finding("bad", f"Backups: {folder} cannot be looked at: {error.strerror}.", how)]
    if not made:
        return [Finding("warn", f"Backups: none in {folder}.", "Run: rapport backup")]
    newest = made[0]
    what = f"Backups: {len(made)}, the newest {_age(now - newest.made_at)} old: {newest.file}."
    if now - newest.made_at > timedelta(days=2):
        return [Finding("warn", what, "The bot makes one a day while it runs; or: rapport backup")]
    return [Finding("ok", what, "Copy them to another machine, and the key file to a third place.")]


def check_content(folder: Path | None) -> list[Finding]:
    """Name every entry of the club's folder that is left out, with its file and line."""
    if folder is None:
        return []
    ours, club = load_content(), load_content(folder)
    how = "Mend it there; all the rest is in use. A start reads the folder anew."
    broken = [Finding("warn", f"Club content: {one}", how) for one in club.problems]
    fresh = len(club.questions) - len(ours.questions)
    what = f"Club content {folder}: {fresh} questions of its own are in use."
    return [*broken, Finding("ok", what)]


def check_zones() -> Finding:
    """Check that the time zones are there and recent."""
    try:
        ZoneInfo(_RECENT)
        return Finding("ok", f"Time zones: tzdata {version('tzdata')}.")
    except (ZoneInfoNotFoundError, PackageNotFoundError):
        return Finding("bad", "Time zones: missing or old.", "Run: pip install --upgrade tzdata")


def check_disk(folder: Path) -> Finding:
    """Check the room that is left where the data lies."""
    place = _nearest(folder)
    free = shutil.disk_usage(place).free // _MB
    what = f"Disk: {free:,} MB free at {place}."
    if free < 200:
        return Finding("bad", what, "Make room: the database cannot grow.")
    return Finding("warn", what, "Make room soon.") if free < 1000 else Finding("ok", what)


def _nearest(folder: Path) -> Path:
    """Give the folder, or the nearest one above it that is there."""
    whole = folder.absolute()
    return next(each for each in (whole, *whole.parents) if _is_there(each))


def _is_there(place: Path) -> bool:
    try:
        return place.exists()
    except OSError:
        return False  # nor may we look


def check_memory(meminfo: Path) -> list[Finding]:
    """Check the memory that is left, where the system tells."""
    if not meminfo.exists():
        return []
    lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
    free = int(lines.get("MemAvailable", "0 kB").split()[0]) // 1024
    what = f"Memory: {free:,} MB available."
    if free < 150:
        return [Finding("warn", what, "The bot wants about 150 MB: stop something or add memory.")]
    return [Finding("ok", what)]


def _age(delta: timedelta) -> str:
    seconds = int(delta.total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{max(seconds, 0)} seconds"

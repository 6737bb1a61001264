"""Opens the database with its keys, and refuses a pair that does not belong together."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, func, insert, select
from sqlalchemy.exc import DBAPIError

from bot.errors import ConfigError
from bot.storage import migrations
from bot.storage.blocking import alone, blocking_engine, reachable, reading
from bot.storage.db import Database, is_sqlite
from bot.storage.keys import Keyring, find_keyring, new_keyring, write_keyring
from bot.storage.leases import LEADER, LEADER_SECONDS, UPKEEP_SECONDS, claim, give_back
from bot.storage.migrate import ensure_schema, stored_revision
from bot.storage.models import Base, KeyFingerprint
from bot.storage.types import Encrypted


def open_database(url: URL, key_file: Path) -> Database:
    """Migrate, match the keys with the database, and open it.

    Blocks for a moment: call it before the loop is busy. An empty database gets new keys;
    raises ConfigError that says what to restore when a key is missing or another database's.
    """
    with reachable(url):
        ensure_schema(url)
        return Database(url, match_keys(url, key_file))


def lead_database(url: URL, key_file: Path, *, holder: str, now: datetime) -> Database | None:
    """Take the leader lease, and only then migrate, match the keys and open the database.

    None while another process has it. That one may be about to change the schema, the keys or the
    very file, so whoever waits keeps nothing of the database, neither open nor in mind.
    """
    engine = blocking_engine(url)
    # Open to the end: whenever its last connection closes, SQLite tidies its log away.
    with reachable(url), reading(engine) as connection:
        if not _take_the_lead(connection, url, holder, now):
            return None
        try:
            return open_database(url, key_file)
        except BaseException:
            with suppress(DBAPIError):
                give_back(engine, LEADER, holder=holder)
            raise


def _take_the_lead(connection: Connection, url: URL, holder: str, now: datetime) -> bool:
    revision = stored_revision(connection)
    if revision is None:
        connection.rollback()
        ensure_schema(url)  # nobody can be at work on a database without tables
        revision = migrations.HEAD
    seconds = LEADER_SECONDS if revision == migrations.HEAD else UPKEEP_SECONDS
    return claim(connection, LEADER, holder=holder, now=now, seconds=seconds)


def demand_database(url: URL) -> str:
    """Give the revision of the database's schema; raises ConfigError where there is none of ours.

    What works on a database calls it first: elsewhere it would make one, and find nothing to do.
    """
    file = Path(url.database or "") if is_sqlite(url) else None
    with reachable(url):
        revision = _revision_at(url) if file is None or file.exists() else None
    if revision is None:
        name = file or url.render_as_string(hide_password=True)
        how = "Run this where Rapport runs, or name its settings with --config."
        raise ConfigError([f"There is no database at {name}. {how}"])
    return revision


def _revision_at(url: URL) -> str | None:
    with reading(blocking_engine(url)) as connection:
        return stored_revision(connection)


def open_beside(url: URL, key_file: Path) -> Database:
    """Open a database that a bot may be at work on; raises ConfigError rather than migrate it."""
    revision = demand_database(url)
    if revision != migrations.HEAD:
        what = f"The database has schema {revision}, not this version's"
        raise ConfigError([f"{what}: run `rapport migrate` first."])
    return open_database(url, key_file)


def match_keys(url: URL, key_file: Path) -> Keyring:
    """Read the key file and hold it against the fingerprints that the database keeps."""
    engine = blocking_engine(url)
    with reading(engine) as connection:
        stored = stored_fingerprints(connection)
    if stored and (ring := find_keyring(key_file)):
        problems = mismatches(ring, stored, key_file)
        if problems:
            raise ConfigError(problems)
        if set(stored) == set(ring.fingerprints()):
            return ring
    with alone(engine) as connection:
        return _settle_keys(connection, key_file)


def stored_fingerprints(connection: Connection) -> dict[int, str]:
    """Read which keys the database was written with, by number; 0 is the look-up key."""
    rows = connection.execute(select(KeyFingerprint.number, KeyFingerprint.fingerprint))
    return {row.number: row.fingerprint for row in rows}


def mismatches(ring: Keyring, stored: dict[int, str], key_file: Path) -> list[str]:
    """Say what to restore when the key file lacks one of the database's keys or has another."""
    have = ring.fingerprints()
    return [
        f"The key file {key_file} "
        + ("belongs to another database" if number in have else f"lacks key number {number}")
        + f": restore the one with the key {fingerprint}, kept with this database's backups."
        for number, fingerprint in stored.items()
        if have.get(number) != fingerprint
    ][:1]


def _settle_keys(connection: Connection, key_file: Path) -> Keyring:
    stored = stored_fingerprints(connection)
    ring = find_keyring(key_file)
    if ring is None:
        _refuse_new_keys(connection, stored, key_file)
        ring = new_keyring()
        write_keyring(key_file, ring)
    if problems := mismatches(ring, stored, key_file):
        raise ConfigError(problems)
    # An older number that the database no longer names was rotated out: it stays forgotten.
    fresh = {n: text for n, text in ring.fingerprints().items() if n > max(stored, default=-1)}
    for number, fingerprint in fresh.items():
        connection.execute(insert(KeyFingerprint).values(number=number, fingerprint=fingerprint))
    return ring


def _refuse_new_keys(connection: Connection, stored: dict[int, str], key_file: Path) -> None:
    if stored or holds_secrets(connection):
        named = f" (key {stored[max(stored)]})" if stored else ""
        raise ConfigError(
            [
                f"The key file {key_file} is missing, and the database has notebooks that only it"
                f" can read{named}: restore it from where you keep it apart from the backups."
            ]
        )


def holds_secrets(connection: Connection) -> bool:
    """Tell whether any table with an encrypted column has a row."""
    return any(
        connection.execute(select(func.count()).select_from(table)).scalar()
        for table in Base.metadata.sorted_tables
        if any(isinstance(column.type, Encrypted) for column in table.columns)
    )

"""Opens the database with its keys, and refuses a pair that does not belong together."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Connection, func, insert, select

from bot.errors import ConfigError
from bot.storage.blocking import alone, blocking_engine, reachable, reading
from bot.storage.db import Database
from bot.storage.keys import Keyring, new_keyring, read_keyring, write_keyring
from bot.storage.migrate import ensure_schema
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


def match_keys(url: URL, key_file: Path) -> Keyring:
    """Read the key file and hold it against the fingerprints that the database keeps."""
    engine = blocking_engine(url)
    with reading(engine) as connection:
        stored = stored_fingerprints(connection)
    if stored and key_file.exists():
        ring = read_keyring(key_file)
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
    if not key_file.exists():
        _refuse_new_keys(connection, stored, key_file)
        write_keyring(key_file, new_keyring())
    ring = read_keyring(key_file)
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

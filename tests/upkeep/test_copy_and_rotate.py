from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, insert, select, text

from bot.errors import ConfigError
from bot.storage.blocking import alone, blocking_engine, reading
from bot.storage.db import Database, parse_url
from bot.storage.keys import Keyring, read_keyring, write_keyring
from bot.storage.migrate import ensure_schema
from bot.storage.models import Base
from bot.storage.opening import match_keys, stored_fingerprints
from bot.upkeep import rotate
from bot.upkeep.backup import back_up
from bot.upkeep.copy import copy_database, raw_table
from bot.upkeep.restore import restore
from bot.upkeep.rotate import rotate_key
from bot.upkeep.undisturbed import undisturbed
from tests.databases import take_lead
from tests.storage.rows import member_values
from tests.upkeep.notebooks import NOW, SECRET, FixedClock, fill

CLOCK = FixedClock()


@pytest.fixture
def own_key_file(key_file: Path, tmp_path: Path) -> Path:
    write_keyring(tmp_path / "own.key", read_keyring(key_file))
    return tmp_path / "own.key"


@pytest.fixture
def full_url(db_url: URL, key_file: Path) -> URL:
    with alone(blocking_engine(db_url, read_keyring(key_file))) as connection:
        fill(connection, 1000)
    return db_url


def everything(url: URL, ring: Keyring) -> dict[str, list[dict[str, Any]]]:
    with reading(blocking_engine(url, ring)) as connection:
        return {
            table.name: sorted(
                (dict(row) for row in connection.execute(select(table)).mappings()),
                key=lambda row: str(next(iter(row.values()))),
            )
            for table in Base.metadata.sorted_tables
            if table.name not in ("leases", "key_fingerprints")
        }


def sealed_values(url: URL) -> list[bytes]:
    with reading(blocking_engine(url)) as connection:
        return [
            bytes(row[name])
            for table in rotate._encrypted_tables()
            for row in connection.execute(select(raw_table(table))).mappings()
            for name in rotate._encrypted(table)
        ]


def test_a_move_to_postgresql_and_back_loses_nothing(
    sqlite_url: URL, new_postgres: Callable[[], URL], key_file: Path, tmp_path: Path
):
    ring = read_keyring(key_file)
    with alone(blocking_engine(sqlite_url, ring)) as connection:
        fill(connection, 1000)
        fill_many(connection, 2500)
    server, back = new_postgres(), parse_url(f"sqlite:///{tmp_path}/back.db")
    counts = copy_database(sqlite_url, server, key_file=key_file, clock=CLOCK)
    copy_database(server, back, key_file=key_file, clock=CLOCK)
    assert counts["contacts"] == 2502
    assert everything(sqlite_url, ring) == everything(server, ring) == everything(back, ring)
    assert sorted(sealed_values(sqlite_url)) == sorted(sealed_values(back))
    assert match_keys(server, key_file) == ring


def fill_many(connection, count: int) -> None:
    """Contacts of one member, each referred by the one with the next key."""
    table = Base.metadata.tables["contacts"]
    plain = {"label": SECRET, "details": {}, "added_at": NOW, "last_at": NOW, "owner_id": 1000}
    rows = [plain | {"key": f"{n:013}", "may_use_name": "no"} for n in range(count)]
    connection.execute(insert(table), rows)
    connection.execute(
        table.update().where(table.c.key == "0000000000001").values(referred_by="0000000002400")
    )


def test_a_copy_onto_anything_that_holds_rows_is_refused(
    sqlite_url: URL, full_url: URL, key_file: Path
):
    if sqlite_url == full_url:
        with pytest.raises(ConfigError, match="onto itself"):
            copy_database(sqlite_url, full_url, key_file=key_file, clock=CLOCK)
        return
    with pytest.raises(ConfigError, match="is not empty: name a fresh database"):
        copy_database(sqlite_url, full_url, key_file=key_file, clock=CLOCK)


def test_a_copy_that_fails_names_the_database_that_failed(
    sqlite_url: URL, key_file: Path, tmp_path: Path
):
    nowhere = parse_url("postgresql://bot:secret@127.0.0.1:1/rapport")
    with pytest.raises(ConfigError, match=r"bot:\*+@127\.0\.0\.1:1/rapport cannot be opened"):
        copy_database(sqlite_url, nowhere, key_file=key_file, clock=CLOCK)
    shut = parse_url(f"sqlite:///{tmp_path}/shut.db")
    ensure_schema(shut)
    with sqlite3.connect(tmp_path / "shut.db") as writing:
        writing.execute("PRAGMA journal_mode=WAL")
        writing.execute("BEGIN IMMEDIATE")
        with pytest.raises(ConfigError, match=r"shut\.db cannot be opened: database is locked"):
            copy_database(sqlite_url, shut, key_file=key_file, clock=CLOCK)
    writing.close()


async def test_no_upkeep_while_the_bot_runs(db: Database, own_key_file: Path, tmp_path: Path):
    take_lead(db.url, "elsewhere:1:x", NOW)
    before = read_keyring(own_key_file)
    target = parse_url(f"sqlite:///{tmp_path}/target.db")
    with pytest.raises(ConfigError, match="The bot is running"):
        copy_database(db.url, target, key_file=own_key_file, clock=CLOCK)
    with pytest.raises(ConfigError, match="The bot is running"):
        rotate_key(db.url, key_file=own_key_file, clock=CLOCK)
    with pytest.raises(ConfigError, match="The bot is running"), undisturbed(db.url, CLOCK):
        pytest.fail("the bot runs")
    assert read_keyring(own_key_file) == before


def test_a_new_key_reads_everything_and_the_old_one_nothing(full_url: URL, own_key_file: Path):
    old = read_keyring(own_key_file)
    before = everything(full_url, old)
    assert rotate_key(full_url, key_file=own_key_file, clock=CLOCK) > 10
    new = read_keyring(own_key_file)
    assert set(new.keys) == {2}
    assert everything(full_url, new) == before
    assert {blob[1] for blob in sealed_values(full_url)} == {2}
    with reading(blocking_engine(full_url)) as connection:
        assert set(stored_fingerprints(connection)) == {0, 2}
    assert match_keys(full_url, own_key_file) == new


def test_nothing_of_the_old_key_is_left_in_the_file(sqlite_url: URL, own_key_file: Path):
    with alone(blocking_engine(sqlite_url, read_keyring(own_key_file))) as connection:
        fill(connection, 1000)
    old = sealed_values(sqlite_url)
    rotate_key(sqlite_url, key_file=own_key_file, clock=CLOCK)
    content = Path(sqlite_url.database or "").read_bytes()
    assert not any(blob in content for blob in old)


@pytest.mark.parametrize("stop_at", ["_with_new_key", "_write", "_forget_old_keys"])
def test_a_run_that_was_cut_short_is_finished_by_the_next(
    full_url: URL, own_key_file: Path, monkeypatch: pytest.MonkeyPatch, stop_at: str
):
    before = everything(full_url, read_keyring(own_key_file))
    real, calls = getattr(rotate, stop_at), []

    def cut_short(*arguments: Any) -> Any:
        done = real(*arguments)
        calls.append(done)
        # The second batch is where some values have the new key and some the old.
        if stop_at != "_write" or len(calls) == 2:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(rotate, stop_at, cut_short)
    with pytest.raises(KeyboardInterrupt):
        rotate_key(full_url, key_file=own_key_file, clock=CLOCK)
    monkeypatch.undo()
    both = match_keys(full_url, own_key_file)
    assert everything(full_url, both) == before
    rotate_key(full_url, key_file=own_key_file, clock=CLOCK)
    new = read_keyring(own_key_file)
    assert len(new.keys) == 1
    assert everything(full_url, new) == before


@pytest.mark.parametrize("broken", [b"", b"\x01\x01" + b"x" * 40, b"\x01\x09" + b"x" * 40])
def test_a_value_that_cannot_be_read_is_named_and_keeps_the_old_key(
    full_url: URL, own_key_file: Path, broken: bytes
):
    engine = blocking_engine(full_url)
    with alone(engine) as connection:
        key = connection.scalar(text("SELECT min(key) FROM promises"))
        spoil = text("UPDATE promises SET text = :broken WHERE key = :key")
        connection.execute(spoil, {"broken": broken, "key": key})
    for _ in range(2):
        with pytest.raises(ConfigError, match=f"row {key} of promises") as refused:
            rotate_key(full_url, key_file=own_key_file, clock=CLOCK)
        assert "the old key is kept" in str(refused.value)
        assert set(read_keyring(own_key_file).keys) == {1, 2}
    assert sorted(blob[1] for blob in sealed_values(full_url) if blob != broken)[:1] == [2]
    with alone(engine) as connection:
        connection.execute(text("DELETE FROM promises WHERE key = :key"), {"key": key})
    assert rotate_key(full_url, key_file=own_key_file, clock=CLOCK) == 0
    assert set(read_keyring(own_key_file).keys) == {2}


def test_what_could_not_be_scrubbed_is_scrubbed_by_the_next_run(
    sqlite_url: URL, own_key_file: Path, monkeypatch: pytest.MonkeyPatch
):
    with alone(blocking_engine(sqlite_url, read_keyring(own_key_file))) as connection:
        fill(connection, 1000)
    old = sealed_values(sqlite_url)
    monkeypatch.setattr(rotate, "_SCRUB_SECONDS", 0.01)
    with sqlite3.connect(sqlite_url.database or "") as reader:
        # Whoever holds the file keeps it from being written anew, as a full disk does.
        scrub = rotate._scrub

        def hindered(file: Path) -> None:
            reader.execute("BEGIN IMMEDIATE")
            try:
                scrub(file)
            finally:
                reader.rollback()

        monkeypatch.setattr(rotate, "_scrub", hindered)
        with pytest.raises(ConfigError, match=r"has the new key.*run it again"):
            rotate_key(sqlite_url, key_file=own_key_file, clock=CLOCK)
    reader.close()
    monkeypatch.undo()
    rotate_key(sqlite_url, key_file=own_key_file, clock=CLOCK)
    content = Path(sqlite_url.database or "").read_bytes()
    assert not any(blob in content for blob in old)


def test_many_rows_are_rewritten_in_batches(sqlite_url: URL, own_key_file: Path):
    with alone(blocking_engine(sqlite_url, read_keyring(own_key_file))) as connection:
        connection.execute(
            insert(Base.metadata.tables["members"]),
            [member_values(number) for number in range(1, 1203)],
        )
    assert rotate_key(sqlite_url, key_file=own_key_file, clock=CLOCK) == 1202


def test_a_backup_from_before_the_change_asks_for_the_old_key_file(
    sqlite_url: URL, own_key_file: Path, tmp_path: Path
):
    made = back_up(sqlite_url, tmp_path / "copies", keep=7, now=NOW)
    rotate_key(sqlite_url, key_file=own_key_file, clock=CLOCK)
    with pytest.raises(ConfigError, match="lacks key number 1: restore the one with the key"):
        restore(made.file, sqlite_url, key_file=own_key_file, clock=CLOCK)

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import URL, insert, select

from bot.errors import ConfigError
from bot.storage.blocking import alone, blocking_engine
from bot.storage.db import parse_url
from bot.storage.keys import new_keyring, read_keyring, write_keyring
from bot.storage.models import Member
from bot.storage.opening import open_database
from tests.storage.rows import member_values


def test_an_empty_database_gets_keys_that_only_the_owner_reads(tmp_path: Path):
    url, key_file = parse_url(f"sqlite:///{tmp_path}/new.db"), tmp_path / "new.key"
    open_database(url, key_file)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    first = key_file.read_text()
    open_database(url, key_file)
    assert key_file.read_text() == first


def test_a_missing_key_stops_the_start_and_makes_no_other(db_url: URL, tmp_path: Path):
    with pytest.raises(ConfigError, match=r"gone\.key is missing.*restore it"):
        open_database(db_url, tmp_path / "gone.key")
    assert not (tmp_path / "gone.key").exists()


def test_another_databases_key_stops_the_start(db_url: URL, tmp_path: Path):
    write_keyring(tmp_path / "other.key", new_keyring())
    with pytest.raises(ConfigError, match="belongs to another database: restore the one"):
        open_database(db_url, tmp_path / "other.key")


def test_a_key_file_that_lost_one_of_two_keys_stops_the_start(
    db_url: URL, tmp_path: Path, key_file: Path
):
    ring = read_keyring(key_file).with_new_key()
    write_keyring(tmp_path / "both.key", ring)
    open_database(db_url, tmp_path / "both.key")
    with pytest.raises(ConfigError, match="lacks key number 2"):
        open_database(db_url, key_file)


def test_notebooks_without_fingerprints_get_no_new_key(db_url: URL, tmp_path: Path, key_file: Path):
    ring = read_keyring(key_file)
    with alone(blocking_engine(db_url, ring)) as connection:
        connection.exec_driver_sql("DELETE FROM key_fingerprints")
        connection.execute(insert(Member).values(**member_values(1)))
    with pytest.raises(ConfigError, match="is missing, and the database has notebooks"):
        open_database(db_url, tmp_path / "gone.key")


def test_a_database_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path):
    url = parse_url("postgresql://bot:secret@127.0.0.1:1/rapport")
    with pytest.raises(ConfigError, match="cannot be opened") as caught:
        open_database(url, tmp_path / "any.key")
    assert "secret" not in str(caught.value)


async def test_the_opened_database_reads_what_it_wrote(db_url: URL, key_file: Path):
    db = open_database(db_url, key_file)
    async with db.write() as session:
        await session.execute(insert(Member), member_values(7))
    async with db.read() as session:
        profile = await session.scalar(select(Member.profile).where(Member.id == 7))
    assert profile == {"name": "Ada"}
    await db.close()

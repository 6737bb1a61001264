from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL, insert, inspect, select, text

from bot.errors import ConfigError
from bot.storage.blocking import alone, blocking_engine, reading
from bot.storage.db import parse_url
from bot.storage.keys import new_keyring, read_keyring, write_keyring
from bot.storage.leases import LEADER, give_back
from bot.storage.models import Member
from bot.storage.opening import lead_database, open_beside, open_database
from bot.upkeep.backup import back_up
from bot.upkeep.checkup import check_database
from bot.upkeep.restore import restore
from bot.upkeep.rotate import rotate_key
from bot.upkeep.undisturbed import undisturbed
from tests.databases import take_lead
from tests.storage.rows import member_values
from tests.upkeep.notebooks import NOW, FixedClock


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


def test_a_key_file_that_is_a_folder_is_named_with_what_made_it(db_url: URL, tmp_path: Path):
    (tmp_path / "rapport.key").mkdir()
    with pytest.raises(ConfigError, match=r"rapport\.key is a folder.*Docker.*remove it"):
        open_database(db_url, tmp_path / "rapport.key")


def test_a_key_file_that_cannot_be_read_is_named_and_not_the_database(db_url: URL, tmp_path: Path):
    (tmp_path / "loop.key").symlink_to("loop.key")  # as good as one of another user, and for root
    with pytest.raises(ConfigError, match=r"key file .*loop\.key cannot be read: .*chmod 600"):
        open_database(db_url, tmp_path / "loop.key")


def test_a_key_file_that_cannot_be_written_is_named_and_leaves_nothing(tmp_path: Path):
    url = parse_url(f"sqlite:///{tmp_path}/new.db")
    (tmp_path / "in the way").write_text("")
    with pytest.raises(ConfigError, match=r"in the way/new\.key cannot be .*Name a place in a fol"):
        open_database(url, tmp_path / "in the way" / "new.key")
    (tmp_path / "mounted.key").mkdir()
    with pytest.raises(ConfigError, match=r"mounted\.key cannot be written: .*mount the folder"):
        write_keyring(tmp_path / "mounted.key", new_keyring())
    assert not (tmp_path / "mounted.key.new").exists()


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


@pytest.mark.parametrize("query", ["foo=bar", "connect_timeout=abc", "sslmode=odd"])
def test_a_wrong_option_in_the_address_is_said_in_a_sentence(tmp_path: Path, query: str):
    url = parse_url(f"postgresql://bot@127.0.0.1:1/rapport?{query}")
    said = f"cannot be opened: .*{query.partition('=')[0]}"
    with pytest.raises(ConfigError, match=said):
        open_database(url, tmp_path / "any.key")
    with pytest.raises(ConfigError, match=said), undisturbed(url, FixedClock(), or_new=True):
        pytest.fail("it cannot be opened")
    assert check_database(url, tmp_path / "any.key", NOW)[0].level == "bad"


def test_what_works_on_a_database_makes_none_of_an_empty_one(
    new_postgres: Callable[[], URL], tmp_path: Path
):
    (tmp_path / "empty.db").touch()
    for url in (new_postgres(), parse_url(f"sqlite:///{tmp_path}/empty.db")):
        with pytest.raises(ConfigError, match="There is no database at "):
            open_beside(url, tmp_path / "new.key")
        with (
            pytest.raises(ConfigError, match="There is no database at "),
            undisturbed(url, FixedClock()),
        ):
            pytest.fail("there is none")
        with reading(blocking_engine(url)) as connection:
            assert inspect(connection).get_table_names() == []
    assert not (tmp_path / "new.key").exists()


async def test_the_opened_database_reads_what_it_wrote(db_url: URL, key_file: Path):
    db = open_database(db_url, key_file)
    async with db.write() as session:
        await session.execute(insert(Member), member_values(7))
    async with db.read() as session:
        profile = await session.scalar(select(Member.profile).where(Member.id == 7))
    assert profile == {"name": "Ada"}
    await db.close()


def test_who_waits_for_the_lease_opens_with_the_keys_that_hold_when_it_leads(
    db_url: URL, key_file: Path, tmp_path: Path
):
    own = tmp_path / "own.key"
    write_keyring(own, read_keyring(key_file))
    assert take_lead(db_url, "elsewhere:1:x", NOW)
    assert lead_database(db_url, own, holder="here:1:x", now=NOW) is None
    give_back(blocking_engine(db_url), LEADER, holder="elsewhere:1:x")
    rotate_key(db_url, key_file=own, clock=FixedClock())
    db = lead_database(db_url, own, holder="here:1:x", now=NOW)
    assert db is not None
    assert db.keyring == read_keyring(own)
    assert db.keyring.current == 2


async def test_who_waits_for_the_lease_writes_into_the_file_that_is_there_when_it_leads(
    sqlite_url: URL, key_file: Path, tmp_path: Path
):
    made = back_up(sqlite_url, tmp_path / "copies", keep=7, now=NOW)
    assert take_lead(sqlite_url, "elsewhere:1:x", NOW)
    assert lead_database(sqlite_url, key_file, holder="here:1:x", now=NOW) is None
    give_back(blocking_engine(sqlite_url), LEADER, holder="elsewhere:1:x")
    restore(made.file, sqlite_url, key_file=key_file, clock=FixedClock())
    db = lead_database(sqlite_url, key_file, holder="here:1:x", now=NOW)
    assert db is not None
    async with db.write() as session:
        await session.execute(insert(Member), member_values(7))
    await db.close()
    with sqlite3.connect(sqlite_url.database or "") as connection:
        assert connection.execute("SELECT count(*) FROM members").fetchone() == (1,)


def test_nothing_is_migrated_while_another_process_leads(db_url: URL, key_file: Path):
    set_revision(db_url, "0000")
    assert take_lead(db_url, "elsewhere:1:x", NOW)
    assert lead_database(db_url, key_file, holder="here:1:x", now=NOW) is None


def test_who_cannot_open_what_it_leads_keeps_nobody_waiting(db_url: URL, tmp_path: Path):
    with pytest.raises(ConfigError, match=r"gone\.key is missing"):
        lead_database(db_url, tmp_path / "gone.key", holder="here:1:x", now=NOW)
    assert take_lead(db_url, "elsewhere:1:x", NOW)


def test_the_first_start_makes_the_database_and_leads_it(tmp_path: Path):
    url = parse_url(f"sqlite:///{tmp_path}/new.db")
    assert lead_database(url, tmp_path / "new.key", holder="here:1:x", now=NOW) is not None
    assert lead_database(url, tmp_path / "new.key", holder="there:1:x", now=NOW) is None


def set_revision(url: URL, revision: str) -> None:
    with alone(blocking_engine(url)) as connection:
        stamp = text("UPDATE alembic_version SET version_num = :revision")
        connection.execute(stamp, {"revision": revision})

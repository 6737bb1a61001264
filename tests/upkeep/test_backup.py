from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, delete, insert, select

from bot.errors import ConfigError
from bot.storage.blocking import alone, blocking_engine, reading
from bot.storage.db import Database, parse_url
from bot.storage.keys import new_keyring, read_keyring, write_keyring
from bot.storage.models import Fact, Member
from bot.storage.opening import open_database
from bot.upkeep.backup import back_up, list_backups
from bot.upkeep.restore import check_copy, count_rows, restore
from tests.databases import take_lead
from tests.upkeep.notebooks import NOW, SECRET, FixedClock, fill


@pytest.fixture
def full_url(sqlite_url: URL, key_file: Path) -> URL:
    with alone(blocking_engine(sqlite_url, read_keyring(key_file))) as connection:
        fill(connection, 1000)
    return sqlite_url


async def test_a_backup_is_whole_private_and_made_while_the_bot_writes(
    full_url: URL, key_file: Path, tmp_path: Path
):
    db = open_database(full_url, key_file)
    async with db.write() as session:
        await session.execute(insert(Fact), {"name": "later", "value": "not in the copy"})
        made = back_up(full_url, tmp_path / "copies", keep=7, now=NOW)
    await db.close()
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert made.file.name == "rapport-20261001T120000Z.db"
    rows = check_copy(made.file, key_file)
    assert rows["contacts"] == 2
    assert rows["facts"] == 2
    assert SECRET.encode() not in made.file.read_bytes()


def test_only_the_newest_copies_are_kept_and_other_files_left_alone(full_url: URL, tmp_path: Path):
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "rapport-before-term.db").write_text("mine")
    for day in range(4):
        back_up(full_url, tmp_path / "copies", keep=2, now=NOW + timedelta(days=day))
    assert [each.made_at.day for each in list_backups(tmp_path / "copies")] == [4, 3]
    assert (tmp_path / "copies" / "rapport-before-term.db").exists()


def test_copies_made_by_hand_push_out_no_other_day(full_url: URL, tmp_path: Path):
    for hours in (0, 24, 48, 49, 50):
        back_up(full_url, tmp_path / "copies", keep=2, now=NOW + timedelta(hours=hours))
    made = [(each.made_at.day, each.made_at.hour) for each in list_backups(tmp_path / "copies")]
    assert made == [(3, 14), (3, 13), (3, 12), (2, 12)]
    back_up(full_url, tmp_path / "copies", keep=2, now=NOW + timedelta(days=3))
    made = [(each.made_at.day, each.made_at.hour) for each in list_backups(tmp_path / "copies")]
    assert made == [(4, 12), (3, 14)], "of a day that is over the newest is enough"


def test_a_name_that_is_no_time_is_no_backup(full_url: URL, tmp_path: Path):
    (tmp_path / "rapport-00000000T000000Z.db").touch()
    made = back_up(full_url, tmp_path, keep=1, now=NOW)
    assert list_backups(tmp_path) == [made]


def test_after_a_break_no_copy_is_older_than_members_are_told(full_url: URL, tmp_path: Path):
    for day in (0, 1, 80):
        now = NOW + timedelta(days=day)
        oldest = now - timedelta(days=7)
        back_up(full_url, tmp_path / "copies", keep=7, now=now, oldest=oldest)
    (left,) = list_backups(tmp_path / "copies")
    assert left.made_at == NOW + timedelta(days=80)


def test_what_a_crash_left_of_an_old_backup_is_cleared(full_url: URL, tmp_path: Path):
    old, young = tmp_path / "rapport-1.part", tmp_path / "rapport-2.part"
    for file, hours in ((old, 25), (young, 1)):
        file.touch()
        at = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(file, (at, at))
    back_up(full_url, tmp_path, keep=7, now=NOW)
    assert (old.exists(), young.exists()) == (False, True)


def test_keeping_none_deletes_none(full_url: URL, tmp_path: Path):
    for day in range(3):
        back_up(full_url, tmp_path / "copies", keep=0, now=NOW + timedelta(days=day))
    assert len(list_backups(tmp_path / "copies")) == 3


def test_postgresql_is_left_to_its_own_tools(postgres_url: URL, key_file: Path, tmp_path: Path):
    with pytest.raises(ConfigError, match="pg_dump"):
        back_up(postgres_url, tmp_path, keep=7, now=NOW)
    with pytest.raises(ConfigError, match="pg_restore"):
        restore(tmp_path / "x", postgres_url, key_file=key_file, clock=FixedClock())


def test_a_folder_that_cannot_be_written_is_named(full_url: URL, tmp_path: Path):
    (tmp_path / "copies").write_text("a file")
    with pytest.raises(ConfigError, match=r"could not be written to .*copies"):
        back_up(full_url, tmp_path / "copies", keep=7, now=NOW)


async def test_a_restored_database_is_as_it_was_and_the_replaced_one_is_kept(
    full_url: URL, key_file: Path, tmp_path: Path
):
    made = back_up(full_url, tmp_path / "copies", keep=7, now=NOW)
    db = open_database(full_url, key_file)
    async with db.write() as session:
        await session.execute(delete(Member).where(Member.id == 1000))
    await db.close()
    done = restore(made.file, full_url, key_file=key_file, clock=FixedClock())
    assert done.rows["members"] == 1
    db = open_database(full_url, key_file)
    async with db.read() as session:
        profile = await session.scalar(select(Member.profile).where(Member.id == 1000))
    assert profile == {"name": SECRET}
    await db.close()
    assert done.replaced is not None
    with reading(blocking_engine(parse_url(f"sqlite:///{done.replaced}"))) as connection:
        assert count_rows(connection)["members"] == 0


async def test_a_restore_is_refused_while_the_bot_runs(
    sqlite_db: Database, key_file: Path, tmp_path: Path
):
    take_lead(sqlite_db.url, "elsewhere:1:x", NOW)
    made = back_up(sqlite_db.url, tmp_path / "copies", keep=7, now=NOW)
    with pytest.raises(ConfigError, match="The bot is running"):
        restore(made.file, sqlite_db.url, key_file=key_file, clock=FixedClock())


async def test_a_copy_made_while_the_bot_ran_lets_it_start_again_at_once(
    sqlite_db: Database, key_file: Path, tmp_path: Path
):
    take_lead(sqlite_db.url, "elsewhere:1:x", NOW)
    made = back_up(sqlite_db.url, tmp_path / "copies", keep=7, now=NOW)
    fresh = parse_url(f"sqlite:///{tmp_path}/fresh.db")
    assert restore(made.file, fresh, key_file=key_file, clock=FixedClock()).replaced is None
    db = open_database(fresh, key_file)
    assert take_lead(db.url, "other:1:x", NOW)
    await db.close()


def test_a_copy_of_another_key_changes_nothing(full_url: URL, tmp_path: Path):
    made = back_up(full_url, tmp_path / "copies", keep=7, now=NOW)
    write_keyring(tmp_path / "other.key", new_keyring())
    before = Path(full_url.database or "").read_bytes()
    with pytest.raises(ConfigError, match="belongs to another database"):
        restore(made.file, full_url, key_file=tmp_path / "other.key", clock=FixedClock())
    assert Path(full_url.database or "").read_bytes() == before


def test_what_is_no_copy_of_ours_is_refused(full_url: URL, key_file: Path, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("not a database, though long enough" * 100)
    sqlite3.connect(tmp_path / "alien.db").execute("CREATE TABLE t (x)").connection.close()
    for name, words in {
        "notes.txt": "damaged",
        "alien.db": "not a copy",
        "no.db": "no file",
    }.items():
        with pytest.raises(ConfigError, match=words):
            restore(tmp_path / name, full_url, key_file=key_file, clock=FixedClock())


def test_a_broken_database_can_be_replaced(full_url: URL, key_file: Path, tmp_path: Path):
    made = back_up(full_url, tmp_path / "copies", keep=7, now=NOW)
    Path(full_url.database or "").write_bytes(b"broken" * 1000)
    done = restore(made.file, full_url, key_file=key_file, clock=FixedClock())
    assert done.rows["contacts"] == 2
    open_database(full_url, key_file)


def test_a_log_of_a_database_that_was_moved_away_does_not_get_into_the_copy(
    full_url: URL, key_file: Path, tmp_path: Path
):
    made = back_up(full_url, tmp_path / "copies", keep=7, now=NOW)
    present = Path(full_url.database or "")
    write_and_crash(full_url, key_file)
    present.rename(tmp_path / "damaged.db")
    done = restore(made.file, full_url, key_file=key_file, clock=FixedClock())
    assert done.rows["members"] == 1
    assert not done.is_whole
    assert done.replaced is not None
    assert done.replaced.name.endswith("-wal")
    check_copy(present, key_file)
    with reading(blocking_engine(full_url)) as connection:
        assert count_rows(connection)["members"] == 1


def test_what_a_crash_left_beside_the_replaced_database_stays_with_it(
    full_url: URL, key_file: Path, tmp_path: Path
):
    made = back_up(full_url, tmp_path / "copies", keep=7, now=NOW)
    write_and_crash(full_url, key_file)
    done = restore(made.file, full_url, key_file=key_file, clock=FixedClock())
    assert done.rows["members"] == 1
    assert done.replaced is not None
    with reading(blocking_engine(parse_url(f"sqlite:///{done.replaced}"))) as connection:
        assert count_rows(connection)["members"] == 301


def test_what_a_restore_that_was_cut_short_left_is_not_read_into_the_next(
    full_url: URL, key_file: Path, tmp_path: Path
):
    made = back_up(full_url, tmp_path / "copies", keep=7, now=NOW)
    for suffix in ("", "-wal", "-journal"):
        Path(f"{full_url.database}.restoring{suffix}").write_bytes(b"half" * 5000)
    done = restore(made.file, full_url, key_file=key_file, clock=FixedClock())
    assert done.rows["contacts"] == 2
    assert not list(tmp_path.glob("*.restoring*"))


def test_a_copy_made_by_hand_brings_its_log_along(full_url: URL, key_file: Path, tmp_path: Path):
    write_and_crash(full_url, key_file)
    (tmp_path / "by #hand").mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{full_url.database}{suffix}", tmp_path / "by #hand" / f"copy.db{suffix}")
    fresh = parse_url(f"sqlite:///{tmp_path}/new/fresh.db")
    copy = tmp_path / "by #hand" / "copy.db"
    assert restore(copy, fresh, key_file=key_file, clock=FixedClock()).rows["members"] == 301
    assert Path(fresh.database or "").stat().st_mode & 0o777 == 0o600


def test_a_place_that_cannot_be_written_is_named(full_url: URL, key_file: Path, tmp_path: Path):
    made = back_up(full_url, tmp_path / "copies", keep=7, now=NOW)
    (tmp_path / "in the way").write_text("")
    there = parse_url(f"sqlite:///{tmp_path}/in the way/rapport.db")
    with pytest.raises(ConfigError, match=r"could not be put at .*in the way/rapport\.db"):
        restore(made.file, there, key_file=key_file, clock=FixedClock())


_CRASH = """
import asyncio, os, sys
from pathlib import Path
from sqlalchemy import insert
from bot.storage.db import parse_url
from bot.storage.models import Member
from bot.storage.opening import open_database
from tests.storage.rows import member_values

async def write():
    db = open_database(parse_url(sys.argv[1]), Path(sys.argv[2]))
    async with db.write() as session:
        await session.execute(insert(Member), [member_values(n) for n in range(1, 301)])
    os._exit(9)

asyncio.run(write())
"""


def write_and_crash(url: URL, key_file: Path) -> None:
    """Leave the log that a process leaves which is killed after it wrote three hundred members."""
    arguments = (url.render_as_string(), str(key_file))
    killed = subprocess.run([sys.executable, "-c", _CRASH, *arguments], check=False)
    assert killed.returncode == 9
    assert Path(f"{url.database}-wal").stat().st_size > 0

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, func, insert, select, text

from bot.errors import UserError
from bot.storage.db import Database
from bot.storage.models import Fact
from bot.storage.prepared import Prepared, as_it_is
from bot.storage.session import Session


async def write_fact(session: Session, name: str, *, and_fail: bool = False) -> str:
    await session.execute(insert(Fact), {"name": name, "value": "v"})
    if and_fail:
        raise UserError("no")
    return name


async def count_facts(session: Session) -> int:
    return await session.scalar(select(func.count()).select_from(Fact))


async def test_a_function_reads_and_writes_in_one_trip(db: Database):
    before = await db.load(count_facts)
    assert await db.store(write_fact, "one") == "one"
    assert await db.load(count_facts) == before + 1


async def test_what_fails_is_taken_back_as_a_whole(db: Database):
    before = await db.load(count_facts)
    with pytest.raises(UserError):
        await db.store(write_fact, "one", and_fail=True)
    with pytest.raises(UserError):
        async with db.write() as session:
            await write_fact(session, "two", and_fail=True)
    assert await db.load(count_facts) == before
    await db.store(write_fact, "one")


async def test_work_in_the_thread_may_await_only_its_session(db: Database):
    async def sleepy(session: Session) -> None:
        await session.execute(select(Fact.name))
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="awaited something else"):
        await db.load(sleepy)
    await db.load(count_facts)


async def test_who_is_cancelled_keeps_no_connection_and_no_turn(db: Database):
    async def read_one_by_one() -> None:
        async with db.read() as session:
            await count_facts(session)

    async def write_one_by_one() -> None:
        async with db.write() as session:
            await write_fact(session, "cut off")

    before = await db.load(count_facts)
    for work in (read_one_by_one, write_one_by_one) * 4:
        task = asyncio.create_task(work())
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
    await asyncio.gather(*(db.load(count_facts) for _ in range(8)))
    assert await db.load(count_facts) == before
    await db.store(write_fact, "after")


async def test_a_checkpoint_brings_what_was_written_into_the_file(
    sqlite_db: Database, tmp_path: Path
):
    def in_the_file_alone() -> list[tuple[str]]:
        alone = shutil.copy(sqlite_db.url.database, tmp_path / "alone.db")
        with contextlib.closing(sqlite3.connect(f"file:{alone}?immutable=1", uri=True)) as raw:
            return raw.execute("SELECT name FROM facts WHERE name = 'kept'").fetchall()

    await sqlite_db.store(write_fact, "kept")
    assert in_the_file_alone() == []
    await sqlite_db.checkpoint()
    assert in_the_file_alone() == [("kept",)]


async def test_readers_cannot_write(sqlite_db: Database):
    with pytest.raises(Exception, match="readonly"):
        async with sqlite_db.read() as session:
            await session.execute(text("DELETE FROM facts"))


async def test_what_stays_open_for_reading_sees_what_was_written_since(db: Database):
    before = [await db.load(count_facts) for _ in range(4)]
    await db.store(write_fact, "new")
    async with db.read() as session:  # on the same lanes
        assert await count_facts(session) == before[0] + 1
    assert [await db.load(count_facts) for _ in range(4)] == [one + 1 for one in before]


async def test_reads_go_on_after_one_that_failed(db: Database):
    async def missing(session: Session) -> None:
        await session.execute(text("SELECT * FROM nowhere"))

    before = await db.load(count_facts)
    for _ in range(4):
        with pytest.raises(Exception, match="nowhere"):
            await db.load(missing)
        assert await db.load(count_facts) == before


NAMED: Prepared[Any] = Prepared(select(Fact.value).where(Fact.name == bindparam("name")), as_it_is)


async def test_reads_that_may_run_beside_each_other_give_the_rows_of_each(db: Database):
    for name in ("one", "two", "three"):
        await db.store(write_fact, name)

    async def each(session: Session, *names: str) -> list[int]:
        asked = [(NAMED, {"name": name}) for name in names]
        return [len(rows) for rows in await session.rows_of_each(*asked)]

    assert await db.load(each, "one", "none", "two", "three") == [1, 0, 1, 1]
    assert await asyncio.gather(*(db.load(each, "none", "one") for _ in range(8))) == [[0, 1]] * 8
    assert await db.load(each, "one") == [1]
    assert await db.load(each) == []


async def test_a_write_reads_what_it_wrote_itself(db: Database):
    async def write_and_read(session: Session) -> int:
        await write_fact(session, "mine")
        found = await session.rows_of_each((NAMED, {"name": "none"}), (NAMED, {"name": "mine"}))
        return len(found[1])

    assert await db.store(write_and_read) == 1


async def test_what_fails_beside_a_read_fails_it_and_the_next_goes_on(db: Database):
    nowhere: Prepared[Any] = Prepared(select(func.nowhere()), as_it_is)

    async def both(session: Session) -> None:
        await session.rows_of_each((NAMED, {"name": "one"}), (nowhere, {}))

    async def fine(session: Session) -> int:
        return len(await session.rows_of_each((NAMED, {"name": "x"}), (NAMED, {"name": "y"})))

    for _ in range(3):
        with pytest.raises(Exception, match="nowhere"):
            await db.load(both)
        assert await db.load(fine) == 2

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import BigInteger, bindparam, event, insert, select, union_all, update
from sqlalchemy.exc import IntegrityError

from bot.storage.db import Database
from bot.storage.models import Guild, Member
from bot.storage.prepared import Prepared, PreparedWrite
from bot.storage.session import Session
from bot.storage.types import UtcDateTime

NOW = datetime(2026, 3, 3, 15, 0, 0, 123_456, tzinfo=UTC)
ROW = {
    "id": 7,
    "profile": {"name": "Zoë"},
    "zone": "Europe/Belgrade",
    "discreet": True,
    "hello_at": NOW,
    "voice_on": date(2026, 3, 3),
    "created_at": NOW,
}
WHO = bindparam("who", type_=BigInteger())
BY_ID = select(Member).where(Member.id == WHO)


def named(statement: Any) -> Prepared[SimpleNamespace]:
    names = statement.selected_columns.keys()
    return Prepared(statement, lambda row: SimpleNamespace(**dict(zip(names, row, strict=True))))


async def add_member(session: Session) -> None:
    await session.execute(insert(Member), [ROW])


async def test_rows_are_what_sqlalchemy_makes_of_them(db: Database):
    await db.store(add_member)

    async def both(session: Session) -> tuple[Any, Any]:
        ours = await session.rows(named(BY_ID), {"who": 7})
        theirs = (await session.execute(BY_ID, {"who": 7})).one()
        return ours, theirs._asdict()

    (ours,), theirs = await db.load(both)
    assert vars(ours) == theirs
    assert ours.profile == ROW["profile"]
    assert (ours.discreet, ours.hello_at, ours.voice_on) == (True, NOW, date(2026, 3, 3))


async def test_what_is_given_is_converted_as_its_column_says(db: Database):
    await db.store(add_member)
    until = bindparam("until", type_=UtcDateTime())
    statement = union_all(
        select(Member.id).where(Member.hello_at <= until, Member.zone == "Europe/Belgrade"),
        select(Guild.id).where(Guild.id == WHO),
    )
    prepared = Prepared(statement, tuple)
    async with db.read() as session:
        assert await session.rows(prepared, {"until": NOW, "who": 1}) == [(7,)]
        assert await session.rows(prepared, {"until": NOW.replace(year=2025), "who": 1}) == []


async def test_it_reads_within_the_transaction_of_a_write(db: Database):
    await db.store(add_member)

    async def change(session: Session, *, fails: bool) -> str:
        await session.rows(named(BY_ID), {"who": 7})  # the first statement of all
        await session.execute(update(Member).values(zone="Asia/Tokyo"))
        (row,) = await session.rows(named(BY_ID), {"who": 7})
        if fails:
            raise LookupError
        return row.zone

    with pytest.raises(LookupError):
        await db.store(change, fails=True)
    async with db.read() as session:
        assert (await session.scalar(select(Member.zone))) == "Europe/Belgrade"
    assert await db.store(change, fails=False) == "Asia/Tokyo"
    async with db.read() as session:
        assert (await session.scalar(select(Member.zone))) == "Asia/Tokyo"


async def test_whoever_watches_statements_sees_it(sqlite_db: Database):
    seen: list[str] = []
    _, reader = sqlite_db.engines
    for name in ("before_cursor_execute", "after_cursor_execute"):
        event.listen(reader, name, lambda *parts: seen.append(parts[2]))
    async with sqlite_db.read() as session:
        await session.rows(named(BY_ID), {"who": 7})
    assert len(seen) == 2
    assert all("FROM members" in one for one in seen)


async def test_what_is_not_given_is_named(sqlite_db: Database):
    async with sqlite_db.read() as session:
        with pytest.raises(KeyError, match="who"):
            await session.rows(named(BY_ID), {})


async def all_of(db: Database, model: Any) -> list[Any]:
    async with db.read() as session:
        return [row._asdict() for row in await session.execute(select(model).order_by(model.id))]


async def test_what_is_written_is_what_sqlalchemy_writes_defaults_too(db: Database):
    one, other = ROW, {**ROW, "id": 8, "zone": None}
    by_hand = PreparedWrite(insert(Member), tuple(ROW))

    async def write(session: Session) -> None:
        await session.put(by_hand, one)
        await session.execute(insert(Member), [{**other, "id": 9}])
        await session.put(by_hand, other, {**other, "id": 10})

    await db.store(write)
    rows = await all_of(db, Member)
    assert [row.pop("id") for row in rows] == [7, 8, 9, 10]
    assert rows[0].pop("zone") == "Europe/Belgrade"
    assert rows[1] == rows[2] == rows[3]
    assert rows[0] == {name: value for name, value in rows[1].items() if name != "zone"}
    assert rows[1]["morning"] > 0  # a column's default


async def test_a_written_value_is_converted_as_its_column_says(db: Database):
    await db.store(add_member)
    at = bindparam("at", type_=UtcDateTime())
    moved = PreparedWrite(update(Member).where(Member.id == WHO).values(hello_at=at))

    async def move(session: Session) -> None:
        await session.put(moved, {"who": 7, "at": NOW.replace(year=2027)})

    await db.store(move)
    (row,) = await all_of(db, Member)
    assert row["hello_at"] == NOW.replace(year=2027)


async def test_what_is_refused_says_so_as_sqlalchemy_does_and_is_taken_back(db: Database):
    await db.store(add_member)

    async def add_again(session: Session) -> None:
        await session.put(PreparedWrite(insert(Member), tuple(ROW)), {**ROW, "id": 8})
        await session.put(PreparedWrite(insert(Member), tuple(ROW)), ROW)

    with pytest.raises(IntegrityError) as caught:
        await db.store(add_again)
    assert "Zoë" not in str(caught.value)
    assert [row["id"] for row in await all_of(db, Member)] == [7]


async def test_a_write_of_no_rows_writes_nothing(db: Database):
    rename = update(Member).where(Member.id == WHO).values(zone=bindparam("new_zone"))
    await db.store(add_member)

    async def rename_none(session: Session) -> str:
        await session.put(PreparedWrite(rename))
        return await session.scalar(select(Member.zone))

    assert await db.store(rename_none) == ROW["zone"]

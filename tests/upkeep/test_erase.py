from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Connection, func, select, text, update

from bot.storage.blocking import alone, blocking_engine
from bot.storage.db import Database
from bot.storage.keys import read_keyring
from bot.storage.models import Base, Standing
from bot.upkeep.erase import NOBODY, erase_member
from tests.upkeep.notebooks import fill

# Numbers that are no member of ours; whoever adds a column of numbers decides here or in erase.py.
NOT_A_PERSON = {
    *("members.guild_id", "members.morning", "members.quiet_from", "members.quiet_to"),
    *("members.chase_days", "members.check_in_days", "members.dm_channel_id"),
    *("interviews.minutes", "interviews.way_minutes", "interviews.sequence", "reminders.step"),
    *("deliveries.channel_id", "deliveries.attempts", "deliveries.message_id", "deliveries.code"),
    *("changes.interaction_id", "guilds.id", "guilds.start_channel_id"),
    *("guilds.start_message_id", "key_fingerprints.number", "packs.guild_id"),
    *("guilds.news_channel_id", "guilds.organiser_channel_id", "guilds.board_weekday"),
    *("guilds.board_minute", "touches.late_days", "interviews.question_count"),
    "interviews.late_days",
    *("cohorts.guild_id", "cohorts.role_id", "cohorts.capacity", "teams.place"),
    *("challenges.guild_id", "challenges.goal", "challenges.channel_id"),
    *("sweeps.channel_id", "sweeps.before_id", "sweeps.but_id", "sweeps.tries"),
    *("challenges.ping_role_id", "challenges.winners_role_id", "tallies.value"),
}


def rows_with(connection: Connection, owner_id: int) -> list[str]:
    return [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, BigInteger) and f"{table.name}.{column.name}" not in NOT_A_PERSON
        for _ in connection.execute(select(column).where(column == owner_id))
    ]


async def test_no_row_of_an_erased_member_is_left_and_others_keep_theirs(
    db: Database, key_file: Path
):
    engine = blocking_engine(db.url, read_keyring(key_file))
    with alone(engine) as connection:
        fill(connection, 1000)
        fill(connection, 2000)
        before = rows_with(connection, 2000)
        assert set(rows_with(connection, 1000)) == set(before)
    async with db.write() as session:
        assert await erase_member(session, 1000) > 10
    with alone(engine) as connection:
        assert rows_with(connection, 1000) == []
        assert rows_with(connection, 2000) == before


@pytest.mark.parametrize("kind", ["member", "hidden"])
async def test_a_closed_board_keeps_its_line_without_the_name(
    db: Database, key_file: Path, kind: str
):
    line = {"kind": kind, "name": "Rosa", "is_named": True, "rank": 1, "points": 7}
    engine = blocking_engine(db.url, read_keyring(key_file))
    with alone(engine) as connection:
        fill(connection, 1000)
        connection.execute(update(Standing).where(Standing.owner_id == 1000).values(line=line))
    async with db.write() as session:
        await erase_member(session, 1000)
    with alone(engine) as connection:
        rows = connection.execute(select(Standing.owner_id, Standing.line)).all()
    kept = (None, {**line, "name": NOBODY, "is_named": False})
    assert rows == ([kept] if kind == "member" else [])


@pytest.mark.parametrize("line", [b"", b"\x01\x01" + b"x" * 40, b"\x01\x09" + b"x" * 40])
async def test_a_line_that_cannot_be_read_keeps_nobody_from_being_erased(
    db: Database, key_file: Path, line: bytes
):
    engine = blocking_engine(db.url, read_keyring(key_file))
    with alone(engine) as connection:
        fill(connection, 1000)
        connection.execute(text("UPDATE standings SET line = :line"), {"line": line})
    async with db.write() as session:
        assert await erase_member(session, 1000) > 10
    with alone(engine) as connection:
        assert rows_with(connection, 1000) == []
        assert connection.scalar(select(func.count()).select_from(Standing)) == 0


async def test_erasing_somebody_unknown_erases_nothing(db: Database):
    async with db.write() as session:
        assert await erase_member(session, 5) == 0

"""Small facts of the installation that outlive a restart."""

from __future__ import annotations

from sqlalchemy import select

from bot.storage.db import Database
from bot.storage.models import Fact
from bot.storage.upserts import upsert


async def read_fact(db: Database, name: str) -> str | None:
    """Read one fact, None if it was never written."""
    async with db.read() as session:
        return await session.scalar(select(Fact.value).where(Fact.name == name))


async def write_fact(db: Database, name: str, value: str) -> None:
    """Write one fact over the last."""
    async with db.write() as session:
        await upsert(session, Fact, [{"name": name, "value": value}], key=("name",))

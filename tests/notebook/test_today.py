from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact
from bot.notebook.members import change_settings, ensure_member
from bot.notebook.today import load_today
from bot.storage.db import Database

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday; a lead is asked about a week later
ANA = 7


@pytest.fixture
async def ten_leads(sqlite_db: Database) -> list[str]:
    """Ten people to ask, one noted each day."""
    keys: list[str] = []
    async with sqlite_db.write() as session:
        await ensure_member(session, ANA, now=START)
        await change_settings(session, ANA, zone="UTC", hello_at=START)
        for day in range(10):
            by = Actor(ANA, START + timedelta(days=day / 10))
            keys += (await add_contact(session, by=by, values={"name": f"Rosa {day}"})).pages
    return keys


async def test_a_quiet_day_reads_two_pages_however_much_is_planned(
    sqlite_db: Database, ten_leads: list[str]
) -> None:
    today = await sqlite_db.load(load_today, ANA, now=START + timedelta(days=1))
    assert len(today.pages) == 2
    assert today.day.items == ()
    assert today.day.best is not None
    assert today.day.coming is not None
    assert {today.day.best.contact, today.day.coming.contact} <= set(ten_leads)


@pytest.mark.usefixtures("ten_leads")
async def test_what_is_due_is_read_up_to_eight_pages(sqlite_db: Database) -> None:
    today = await sqlite_db.load(load_today, ANA, now=START + timedelta(days=8))
    assert len(today.pages) == 8
    assert today.more == 2
    assert len(today.day.items) == 8

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from structlog.testing import capture_logs

from bot.clock import Clock, SystemClock
from bot.config import DeliveryTable, Settings
from bot.content import load
from bot.dispatcher import Dispatcher, NoPacer
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact, remove_contact
from bot.scheduler import Scheduler
from bot.storage.db import Database
from bot.storage.leases import LEADER, release_lease
from bot.storage.models import Change, Contact, Unfinished
from bot.upkeep.backup import list_backups
from tests.databases import take_lead

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
HOLDER = "club-pc:42:x"


class HandClock:
    at = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
async def scheduler(sqlite_db: Database, clock: HandClock, settings: Settings) -> Scheduler:
    return make(sqlite_db, clock, settings)


def make(db: Database, clock: Clock, settings: Settings) -> Scheduler:
    dispatcher = Dispatcher(db, clock, load(), DeliveryTable(), pacer=NoPacer())
    return Scheduler(db=db, clock=clock, dispatcher=dispatcher, settings=settings, holder=HOLDER)


async def count(db: Database, model: type[Change | Contact | Unfinished]) -> int:
    async with db.read() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_a_backup_is_made_once_a_day_however_often_the_job_runs(
    scheduler: Scheduler, clock: HandClock, settings: Settings
):
    assert [await scheduler.run("backup") for _ in range(3)] == [1, 0, 0]
    clock.at += timedelta(days=1)
    assert [await scheduler.run("backup") for _ in range(2)] == [1, 0]
    assert len(list_backups(settings.backup_dir)) == 2
    clock.at += timedelta(days=60)
    assert await scheduler.run("backup") == 1
    assert len(list_backups(settings.backup_dir)) == 1, "/privacy says for how many days"


async def test_the_purge_keeps_thirty_days_of_undo_and_one_day_of_forms(
    scheduler: Scheduler, sqlite_db: Database, clock: HandClock
):
    async with sqlite_db.write() as session:
        by = Actor(7, NOW)
        stored = await add_contact(session, by=by, values={"name": "Rosa"})
        await add_contact(session, by=by, values={"name": "Omar"})
        (key,) = stored.pages
        await remove_contact(session, by=Actor(7, NOW), key=key)
        await session.execute(
            insert(Unfinished).values(
                key="a" * 13, owner_id=7, form="f", subject="", values={}, at=NOW
            )
        )
    clock.at = NOW + timedelta(hours=23)
    assert await scheduler.run("purge") == 0
    clock.at = NOW + timedelta(hours=25)
    assert await scheduler.run("purge") == 1
    assert await count(sqlite_db, Contact) == 2
    clock.at = NOW + timedelta(days=31)
    assert await scheduler.run("purge") > 0
    assert await count(sqlite_db, Contact) == 1
    async with sqlite_db.read() as session:
        kept = (await session.execute(select(Change.before))).scalars().all()
    assert [before for before in kept if before is not None] == []
    assert await scheduler.run("purge") == 0


async def test_only_the_holder_of_the_lease_sends_and_writes_that_it_is_well(
    scheduler: Scheduler, sqlite_db: Database, clock: HandClock, settings: Settings
):
    take_lead(sqlite_db.url, HOLDER, clock.at)
    await scheduler.run("lease")
    assert settings.health_file.exists()
    assert not scheduler.lost.is_set()
    settings.health_file.unlink()
    clock.at += timedelta(seconds=61)
    take_lead(sqlite_db.url, "elsewhere:1:x", clock.at)
    await scheduler.run("lease")
    assert (scheduler.is_leading, scheduler.lost.is_set()) == (False, True)
    assert await scheduler.run("drain") == 0
    assert not settings.health_file.exists()


async def test_a_lease_that_ran_out_and_was_not_taken_is_kept(
    scheduler: Scheduler, sqlite_db: Database, clock: HandClock
):
    take_lead(sqlite_db.url, HOLDER, clock.at)
    clock.at += timedelta(hours=1)
    await scheduler.run("lease")
    assert scheduler.is_leading
    assert not take_lead(sqlite_db.url, "elsewhere:1:x", clock.at)


async def test_a_lease_that_was_another_process_in_between_is_not_taken_anew(
    scheduler: Scheduler, sqlite_db: Database, clock: HandClock
):
    take_lead(sqlite_db.url, HOLDER, clock.at)
    clock.at += timedelta(hours=1)  # as on a machine that slept, while the operator changed keys
    take_lead(sqlite_db.url, "elsewhere:1:x", clock.at)
    await release_lease(sqlite_db, LEADER, holder="elsewhere:1:x")
    await scheduler.run("lease")
    assert scheduler.lost.is_set()


async def test_every_job_runs_at_start(sqlite_db: Database, settings: Settings):
    scheduler = make(sqlite_db, SystemClock(), settings)
    take_lead(sqlite_db.url, HOLDER, SystemClock().now())
    scheduler.start()
    async with asyncio.timeout(5):
        while not list_backups(settings.backup_dir):  # noqa: ASYNC110 - a file, not an event
            await asyncio.sleep(0.01)
    scheduler.silence()
    await scheduler.end()
    assert settings.health_file.exists()


async def test_a_run_is_one_line_of_the_log_and_a_quiet_one_if_nothing_was_done(
    scheduler: Scheduler,
):
    with capture_logs() as lines:
        for _ in range(2):
            await scheduler.run("backup")
    assert [(one["event"], one["job"], one["log_level"]) for one in lines] == [
        ("job ran", "backup", "info"),
        ("job ran", "backup", "debug"),
    ]
    assert [one["count"] for one in lines] == [1, 0]
    assert all(one["took_ms"] >= 0 for one in lines)


async def test_a_job_that_fails_leaves_the_next_run_alone(scheduler: Scheduler, settings: Settings):
    settings.backup_dir.parent.mkdir(parents=True)
    settings.backup_dir.write_text("in the way")
    assert await scheduler.run("backup") == 0
    settings.backup_dir.unlink()
    assert await scheduler.run("backup") == 1

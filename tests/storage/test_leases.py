from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.storage.blocking import blocking_engine
from bot.storage.db import Database
from bot.storage.holders import new_holder
from bot.storage.leases import (
    find_lease,
    leading,
    release_lease,
    renew_lease,
)
from tests.databases import take_lead

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
ELSEWHERE = "another-host:7:aaaa"
HOST, _, BOOT, NAMESPACE, START, _ = range(6)
NAME_ITSELF = "from bot.storage.holders import new_holder; print(new_holder())"
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/ns/pid").is_symlink(), reason="this system does not tell who lives"
)


class FixedClock:
    def now(self) -> datetime:
        return NOW


async def holder_of_the_dead() -> str:
    dead = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NAME_ITSELF, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await dead.communicate()
    return told.decode().strip()


def changed(holder: str, part: int, text: str) -> str:
    parts = holder.split(":")
    parts[part] = text
    return ":".join(parts)


async def test_a_lease_is_taken_renewed_and_given_back(db: Database):
    assert take_lead(db.url, "a:1:x", NOW)
    assert not take_lead(db.url, "b:1:x", NOW)
    later = NOW + timedelta(seconds=59)
    assert await renew_lease(db, "leader", holder="a:1:x", now=later)
    assert not take_lead(db.url, "b:1:x", NOW + timedelta(seconds=100))
    await release_lease(db, "leader", holder="a:1:x")
    assert take_lead(db.url, "b:1:x", later)


async def test_a_lease_that_ran_out_goes_to_the_next_and_the_old_holder_learns_it(db: Database):
    take_lead(db.url, ELSEWHERE, NOW)
    assert not take_lead(db.url, "b:1:x", NOW + timedelta(seconds=59))
    assert take_lead(db.url, "b:1:x", NOW + timedelta(seconds=60))
    assert not await renew_lease(db, "leader", holder=ELSEWHERE, now=NOW + timedelta(seconds=61))
    await release_lease(db, "leader", holder=ELSEWHERE)
    held = await find_lease(db, "leader")
    assert held is not None
    assert held.holder == "b:1:x"


async def test_of_many_claims_at_once_one_wins(db: Database):
    claims = [asyncio.to_thread(take_lead, db.url, f"h{n}:1:x", NOW) for n in range(12)]
    assert sorted(await asyncio.gather(*claims)) == [False] * 11 + [True]


@needs_proc
async def test_a_process_that_crashed_here_is_replaced_at_once(db: Database):
    take_lead(db.url, await holder_of_the_dead(), NOW)
    assert take_lead(db.url, new_holder(), NOW)


@needs_proc
async def test_a_number_that_was_given_out_again_is_another_process(db: Database):
    take_lead(db.url, changed(new_holder(), START, "1"), NOW)
    assert take_lead(db.url, new_holder(), NOW)


@pytest.mark.parametrize("part", [HOST, BOOT, NAMESPACE])
async def test_a_process_elsewhere_keeps_its_lease_whatever_its_number_means_here(
    db: Database, part: int
):
    for holder in (new_holder(), await holder_of_the_dead()):
        there = changed(holder, part, "another")
        take_lead(db.url, there, NOW)
        assert not take_lead(db.url, new_holder(), NOW)
        await release_lease(db, "leader", holder=there)


async def test_where_the_system_tells_nothing_a_lease_is_waited_for(db: Database):
    unknown = await holder_of_the_dead()
    for part in (BOOT, NAMESPACE, START):
        unknown = changed(unknown, part, "")
    take_lead(db.url, unknown, NOW)
    assert not take_lead(db.url, new_holder(), NOW)


async def test_a_living_process_of_this_machine_keeps_its_lease(db: Database):
    take_lead(db.url, new_holder(), NOW)
    assert not take_lead(db.url, new_holder(), NOW)


async def test_upkeep_is_refused_while_the_bot_runs_and_keeps_the_bot_out_meanwhile(db: Database):
    engine = blocking_engine(db.url)
    with leading(engine, FixedClock()):
        assert not take_lead(db.url, ELSEWHERE, NOW)
    assert take_lead(db.url, ELSEWHERE, NOW)
    with (
        pytest.raises(
            ConfigError, match=r"\(another-host, process 7\): stop it first.*in 60 seconds"
        ),
        leading(engine, FixedClock()),
    ):
        pytest.fail("the bot runs")

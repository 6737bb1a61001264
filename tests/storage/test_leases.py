from __future__ import annotations

import asyncio
import os
import socket
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ConfigError
from bot.storage.blocking import blocking_engine
from bot.storage.db import Database
from bot.storage.leases import (
    find_lease,
    leading,
    new_holder,
    release_lease,
    renew_lease,
    take_lease,
)

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
ELSEWHERE = "another-host:7:aaaa"


class FixedClock:
    def now(self) -> datetime:
        return NOW


async def test_a_lease_is_taken_renewed_and_given_back(db: Database):
    assert await take_lease(db, "leader", holder="a:1:x", now=NOW)
    assert not await take_lease(db, "leader", holder="b:1:x", now=NOW)
    later = NOW + timedelta(seconds=59)
    assert await renew_lease(db, "leader", holder="a:1:x", now=later)
    assert not await take_lease(db, "leader", holder="b:1:x", now=NOW + timedelta(seconds=100))
    await release_lease(db, "leader", holder="a:1:x")
    assert await take_lease(db, "leader", holder="b:1:x", now=later)


async def test_a_lease_that_ran_out_goes_to_the_next_and_the_old_holder_learns_it(db: Database):
    await take_lease(db, "leader", holder=ELSEWHERE, now=NOW)
    assert not await take_lease(db, "leader", holder="b:1:x", now=NOW + timedelta(seconds=59))
    assert await take_lease(db, "leader", holder="b:1:x", now=NOW + timedelta(seconds=60))
    assert not await renew_lease(db, "leader", holder=ELSEWHERE, now=NOW + timedelta(seconds=61))
    await release_lease(db, "leader", holder=ELSEWHERE)
    held = await find_lease(db, "leader")
    assert held is not None
    assert held.holder == "b:1:x"


async def test_of_many_claims_at_once_one_wins(db: Database):
    claims = [take_lease(db, "leader", holder=f"h{n}:1:x", now=NOW) for n in range(12)]
    assert sorted(await asyncio.gather(*claims)) == [False] * 11 + [True]


async def test_a_crashed_process_of_this_machine_is_replaced_at_once(db: Database):
    crashed = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await crashed.wait()
    await take_lease(db, "leader", holder=f"{socket.gethostname()}:{crashed.pid}:x", now=NOW)
    assert await take_lease(db, "leader", holder=new_holder(), now=NOW)


async def test_a_restarted_container_replaces_its_own_process_number(db: Database):
    await take_lease(db, "leader", holder=f"{socket.gethostname()}:{os.getpid()}:x", now=NOW)
    assert await take_lease(db, "leader", holder=new_holder(), now=NOW)


async def test_a_living_process_of_this_machine_keeps_its_lease(db: Database):
    await take_lease(db, "leader", holder=f"{socket.gethostname()}:{os.getppid()}:x", now=NOW)
    assert not await take_lease(db, "leader", holder=new_holder(), now=NOW)


async def test_upkeep_is_refused_while_the_bot_runs_and_keeps_the_bot_out_meanwhile(db: Database):
    engine = blocking_engine(db.url)
    with leading(engine, FixedClock()):
        assert not await take_lease(db, "leader", holder=ELSEWHERE, now=NOW)
    assert await take_lease(db, "leader", holder=ELSEWHERE, now=NOW)
    with (
        pytest.raises(ConfigError, match=r"running \(another-host, process 7\): stop it first"),
        leading(engine, FixedClock()),
    ):
        pytest.fail("the bot runs")

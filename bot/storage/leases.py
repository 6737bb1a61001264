"""Leases: what only one process may do at a time, and until when it may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine, Executable, Select, bindparam, delete, select, text, update

from bot.clock import Clock
from bot.errors import ConfigError
from bot.storage.blocking import alone
from bot.storage.db import Database
from bot.storage.holders import is_gone, name_of, new_holder
from bot.storage.models import Lease
from bot.storage.types import UtcDateTime

LEADER = "leader"
_SECONDS = 60
_UPKEEP_SECONDS = 600
_WAIT_SECONDS = 5.0
_log = structlog.get_logger("bot.storage.leases")

# One statement, so that two claims at once cannot both win; the same on both databases.
_CLAIM = text(
    """
    INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE leases.until <= :now OR leases.holder = :holder OR leases.holder = :gone
    RETURNING holder
    """
).bindparams(bindparam("until", type_=UtcDateTime()), bindparam("now", type_=UtcDateTime()))


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds a lease and until when."""

    holder: str
    until: datetime


async def take_lease(
    db: Database, name: str, *, holder: str, now: datetime, seconds: float = _SECONDS
) -> bool:
    """Claim the lease for ``holder``, or say that somebody else has it.

    A holder that crashed beside this process is replaced at once, any other when its time is up.
    """
    held = await find_lease(db, name)
    claim = _claim(name, holder=holder, now=now, seconds=seconds, held=held)
    async with db.write() as session:
        return (await session.execute(_CLAIM, claim)).first() is not None


async def wait_for_lease(db: Database, name: str, *, holder: str, clock: Clock) -> None:
    """Wait until the lease is ours: one process at a time serves a database."""
    while not await take_lease(db, name, holder=holder, now=clock.now()):
        _log.warning("waiting for the other process to end")
        await asyncio.sleep(_WAIT_SECONDS)


async def renew_lease(
    db: Database, name: str, *, holder: str, now: datetime, seconds: float = _SECONDS
) -> bool:
    """Keep the lease; False when somebody else has taken it in the meantime."""
    async with db.write() as session:
        renewed = await session.execute(_renewal(name, holder, now, seconds))
        return renewed.first() is not None


async def release_lease(db: Database, name: str, *, holder: str) -> None:
    """Give the lease back, if it is still ours."""
    async with db.write() as session:
        await session.execute(_release(name, holder))


async def find_lease(db: Database, name: str) -> Held | None:
    """Read who holds a lease, if anybody ever did."""
    async with db.read() as session:
        row = (await session.execute(_read(name))).first()
    return Held(row.holder, row.until) if row else None


@contextmanager
def leading(engine: Engine, clock: Clock) -> Generator[Callable[[], None]]:
    """Hold the leader lease while the operator mends something; gives a function that renews it.

    Raises ConfigError while the bot runs.
    """
    holder = new_holder()
    with alone(engine) as connection:
        row = connection.execute(_read(LEADER)).first()
        held = Held(row.holder, row.until) if row else None
        claim = _claim(LEADER, holder=holder, now=clock.now(), seconds=_UPKEEP_SECONDS, held=held)
        if connection.execute(_CLAIM, claim).first() is None:
            raise ConfigError([_refusal(held, clock.now())])

    def renew() -> None:
        with alone(engine) as connection:
            connection.execute(_renewal(LEADER, holder, clock.now(), _UPKEEP_SECONDS))

    try:
        yield renew
    finally:
        with alone(engine) as connection:
            connection.execute(_release(LEADER, holder))


def _claim(
    name: str, *, holder: str, now: datetime, seconds: float, held: Held | None
) -> dict[str, object]:
    gone = held.holder if held and is_gone(held.holder) else holder
    until = now + timedelta(seconds=seconds)
    return {"name": name, "holder": holder, "now": now, "until": until, "gone": gone}


def _renewal(name: str, holder: str, now: datetime, seconds: float) -> Executable:
    until = now + timedelta(seconds=seconds)
    ours = update(Lease).where(Lease.name == name, Lease.holder == holder)
    return ours.values(until=until).returning(Lease.holder)


def _release(name: str, holder: str) -> Executable:
    return delete(Lease).where(Lease.name == name, Lease.holder == holder)


def _read(name: str) -> Select[str, datetime]:
    return select(Lease.holder, Lease.until).where(Lease.name == name)


def _refusal(held: Held | None, now: datetime) -> str:
    if held is None:
        return "The bot is running elsewhere: stop it first."
    left = max(1, round((held.until - now).total_seconds()))
    stop = f"The bot is running ({name_of(held.holder)}): stop it first."
    return f"{stop} If it has crashed, try again in {left} seconds."

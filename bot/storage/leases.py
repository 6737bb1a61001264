"""Leases: what only one process may do at a time, and until when it may."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Select,
    bindparam,
    delete,
    select,
    text,
    update,
)

from bot.clock import Clock
from bot.errors import ConfigError
from bot.storage.blocking import alone, reading, turn_to_writing
from bot.storage.db import Database
from bot.storage.holders import is_gone, name_of, new_holder
from bot.storage.models import Lease
from bot.storage.types import UtcDateTime

LEADER = "leader"
LEADER_SECONDS = 60
UPKEEP_SECONDS = 600
"""For what may take long before it renews: a migration, a batch of rows."""

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


def claim(
    connection: Connection,
    name: str,
    *,
    holder: str,
    now: datetime,
    seconds: float = LEADER_SECONDS,
) -> bool:
    """Claim the lease for ``holder`` and commit, or say that somebody else has it.

    ``connection`` is one of ``reading``: who only waits keeps nobody from writing. A holder that
    crashed beside this process is replaced at once, any other when its time is up.
    """
    held = _find(connection, name)
    gone = held.holder if held and is_gone(held.holder) else holder
    if held and held.until > now and held.holder not in (holder, gone):
        return False
    turn_to_writing(connection)
    until = now + timedelta(seconds=seconds)
    values = {"name": name, "holder": holder, "now": now, "until": until, "gone": gone}
    is_ours = connection.execute(_CLAIM, values).first() is not None
    connection.commit()
    return is_ours


async def renew_lease(
    db: Database, name: str, *, holder: str, now: datetime, seconds: float = LEADER_SECONDS
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

    Raises ConfigError while the bot runs; renewing does when another process has taken the lease.
    """
    holder = new_holder()
    with reading(engine) as connection:
        now = clock.now()
        if not claim(connection, LEADER, holder=holder, now=now, seconds=UPKEEP_SECONDS):
            raise ConfigError([_refusal(_find(connection, LEADER), now)])

    def renew() -> None:
        with alone(engine) as connection:
            renewal = _renewal(LEADER, holder, clock.now(), UPKEEP_SECONDS)
            if connection.execute(renewal).first() is None:
                raise ConfigError(["A bot has started meanwhile: stop it, and begin once more."])

    try:
        yield renew
    finally:
        give_back(engine, LEADER, holder=holder)


def give_back(engine: Engine, name: str, *, holder: str) -> None:
    """Give the lease back, if it is still ours."""
    with alone(engine) as connection:
        connection.execute(_release(name, holder))


def _renewal(name: str, holder: str, now: datetime, seconds: float) -> Executable:
    until = now + timedelta(seconds=seconds)
    ours = update(Lease).where(Lease.name == name, Lease.holder == holder)
    return ours.values(until=until).returning(Lease.holder)


def _release(name: str, holder: str) -> Executable:
    return delete(Lease).where(Lease.name == name, Lease.holder == holder)


def _find(connection: Connection, name: str) -> Held | None:
    row = connection.execute(_read(name)).first()
    return Held(row.holder, row.until) if row else None


def _read(name: str) -> Select[str, datetime]:
    return select(Lease.holder, Lease.until).where(Lease.name == name)


def _refusal(held: Held | None, now: datetime) -> str:
    if held is None:
        return "The bot is running elsewhere: stop it first."
    left = max(1, round((held.until - now).total_seconds()))
    stop = f"The bot is running ({name_of(held.holder)}): stop it first."
    return f"{stop} If it has crashed, try again in {left} seconds."

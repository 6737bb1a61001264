"""What every verb that writes does first: makes sure that no bot is at work on the database."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import URL, Engine, inspect

from bot.clock import Clock
from bot.storage.blocking import blocking_engine, reachable, reading
from bot.storage.leases import leading
from bot.storage.migrate import ensure_schema


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A database in this version's schema that nobody else works on; long work calls ``renew``."""

    engine: Engine
    renew: Callable[[], None]
    migrated: bool


@contextmanager
def undisturbed(url: URL, clock: Clock) -> Generator[Undisturbed]:
    """Hold the leader lease, migrate, and hand over the engine; ConfigError while the bot runs."""
    with reachable(url):
        engine = blocking_engine(url)
        with reading(engine) as connection:
            is_new = not inspect(connection).has_table("leases")
        # Nobody can be at work on a database without tables.
        migrated = ensure_schema(url) if is_new else False
        with leading(engine, clock) as renew:
            yield Undisturbed(engine, renew, ensure_schema(url) or migrated)

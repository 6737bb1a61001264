"""What every verb that writes does first: makes sure that no bot is at work on the database."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import URL, Engine, inspect

from bot.clock import Clock
from bot.storage.blocking import blocking_engine, reachable, reading
from bot.storage.leases import leading
from bot.storage.migrate import ensure_schema
from bot.storage.opening import demand_database


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A database in this version's schema that nobody else works on; long work calls ``renew``."""

    engine: Engine
    renew: Callable[[], None]
    migrated: bool


@contextmanager
def undisturbed(url: URL, clock: Clock, *, or_new: bool = False) -> Generator[Undisturbed]:
    """Hold the leader lease, migrate, and hand over the engine; ConfigError while the bot runs.

    Where there is no database, ConfigError too, unless ``or_new`` has it made. What goes wrong
    with the database until then is told under its name; after that, it is the caller's to say
    whose trouble it is.
    """
    if not or_new:
        demand_database(url)
    engine = blocking_engine(url)
    with ExitStack() as held:
        with reachable(url):
            with reading(engine) as connection:
                is_new = not inspect(connection).has_table("leases")
            # Nobody can be at work on a database without tables.
            migrated = ensure_schema(url) if is_new else False
            renew_lease = held.enter_context(leading(engine, clock))
            migrated = ensure_schema(url) or migrated

        def renew() -> None:
            with reachable(url):
                renew_lease()

        yield Undisturbed(engine, renew, migrated)

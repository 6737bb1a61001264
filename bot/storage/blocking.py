"""Blocking connections, for what runs before the loop or without one: migrations, copies, keys."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import ConfigError
from bot.storage.db import foreign_keys_off, is_sqlite
from bot.storage.keys import Keyring

_CONNECT_SECONDS = 10
_LOCK = 0x52617070  # one number for PostgreSQL's advisory lock: "Rapp"


def blocking_engine(url: URL, keyring: Keyring | None = None) -> Engine:
    """Make an engine that keeps no connection open; with ``keyring`` encrypted columns can be read.

    SQLite's foreign keys are off: what copies and rebuilds whole tables must not cascade.
    """
    if not is_sqlite(url):
        # The driver would wait for two minutes, and a start that is told to end with it.
        patience = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_SECONDS}
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=patience)
    else:
        engine = create_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"isolation_level": None, "timeout": 5},
        )
        event.listen(engine, "do_connect", partial(_make_folder, Path(url.database or "").parent))
        event.listen(engine, "connect", foreign_keys_off)
        event.listen(engine, "begin", _begin)
    if keyring is not None:
        engine.dialect.rapport_keyring = keyring  # type: ignore[attr-defined] - types.keyring_of reads it
    return engine


def _make_folder(folder: Path, *_: object) -> None:
    # Not before: where it cannot be made, the database cannot be opened.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _begin(connection: Connection) -> None:
    # The driver would leave DDL outside the transaction.
    reads = connection.get_execution_options().get("rapport_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """Open a connection that sees one moment of the database and keeps nobody from writing."""
    with engine.connect() as connection:
        yield connection.execution_options(rapport_reads=True)


def turn_to_writing(connection: Connection) -> None:
    """Let a connection of ``reading`` write from its next statement on; say commit at the end."""
    connection.rollback()
    connection.execution_options(rapport_reads=False)


@contextmanager
def alone(engine: Engine) -> Generator[Connection]:
    """Open the one transaction that no other process holds at the same time; commits at the end."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        yield connection


@contextmanager
def reachable(url: URL) -> Generator[None]:
    """Turn a database that cannot be opened into a ConfigError that names it."""
    try:
        yield
    except (DBAPIError, OSError) as error:
        # A driver that is given a wrong option says so by many names, before any statement.
        began = isinstance(error, DBAPIError) and error.statement is not None
        if began and not isinstance(error, OperationalError):
            raise
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        name = url.render_as_string(hide_password=True)
        raise ConfigError([f"The database {name} cannot be opened: {reason}"]) from error

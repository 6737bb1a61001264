"""The database: one writer, a few readers, SQLite or PostgreSQL by its URL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import ConfigError
from bot.storage.keys import Keyring
from bot.storage.one_hop import connector

_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON")
_READERS = 2  # more only take turns on the one loop, and keep the writer waiting


def parse_url(text: str) -> URL:
    """Read a database URL and settle its driver; raises ConfigError for what is not supported."""
    try:
        url = make_url(text)
    except Exception as error:
        raise ConfigError(
            ["[database] url cannot be read: write sqlite:///file.db or postgresql://…"]
        ) from error
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case _:
            raise ConfigError(
                ["[database] url must be sqlite:///file.db or postgresql://user@host/name"]
            )


def is_sqlite(url: URL) -> bool:
    """Tell the embedded default from a server."""
    return url.get_backend_name() == "sqlite"


class Database:
    """Opens reads and writes. Discord is never awaited inside either."""

    def __init__(self, url: URL, keyring: Keyring) -> None:
        self.url = url
        self.keyring = keyring
        self._writer = _engine(url, readers=0)
        self._reader = _engine(url, readers=_READERS)
        # First come, first served: who waits on a pool can be overtaken again and again.
        self._read_turns = asyncio.Semaphore(_READERS)
        self._write_turn = asyncio.Lock()
        for engine in (self._writer, self._reader):
            engine.dialect.rapport_keyring = keyring  # type: ignore[attr-defined] - types.keyring_of reads it

    @property
    def engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """The writer's and the readers' engine, for those who count statements."""
        return self._writer, self._reader

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """Open a session that only reads; no transaction is held."""
        async with (
            self._read_turns,
            AsyncSession(self._reader, expire_on_commit=False, autoflush=False) as session,
        ):
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """Open the one write transaction: commits when the block ends, rolls back on any error."""
        async with (
            self._write_turn,
            AsyncSession(self._writer, expire_on_commit=False, autoflush=False) as session,
            session.begin(),
        ):
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        await self._reader.dispose()


def _engine(url: URL, *, readers: int) -> AsyncEngine:
    if not is_sqlite(url):
        options = {"isolation_level": "AUTOCOMMIT"} if readers else {}
        return create_async_engine(
            url,
            pool_size=readers or 1,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
            **options,
        )
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    pragmas = (*_PRAGMAS, "query_only=ON") if readers else _PRAGMAS
    engine = create_async_engine(
        url,
        async_creator=connector(path, pragmas),
        pool_size=readers or 1,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
    )
    if not readers:
        event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _begin_immediate(connection: Connection) -> None:
    # A deferred BEGIN fails with "database is locked" when it turns from reading to writing.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def sync_url(url: URL) -> URL:
    """Give the URL for a blocking driver: migrations, backups, copies."""
    return url.set(drivername="sqlite") if is_sqlite(url) else url


def foreign_keys_off(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Turn foreign keys off on a migrating connection: a batch rebuild would delete child rows."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()

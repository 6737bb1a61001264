"""The database: one writer, a few readers, SQLite or PostgreSQL by its URL."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    QueuePool,
    SingletonThreadPool,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import ConfigError
from bot.storage.keys import Keyring
from bot.storage.lanes import Lane, SqliteLane, ThreadLane
from bot.storage.prepared import Prepared
from bot.storage.session import Beside, Session

P = ParamSpec("P")
T = TypeVar("T")
Work = Coroutine[Any, Any, T]

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "wal_autocheckpoint=8000",  # pages: only a net beneath Database.checkpoint
)
_READING = (*_PRAGMAS, "query_only=ON")
_here = threading.local()
"""Holds the SQLite connection of each lane's thread."""

DATABASE_ERRORS = (SQLAlchemyError, sqlite3.Error, OSError, MemoryError)
"""What breaks with the database or the machine, whatever the rows say."""

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
            return url.set(drivername="sqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case _:
            raise ConfigError(
                ["[database] url must be sqlite:///file.db or postgresql://user@host/name"]
            )


def file_url(file: Path) -> URL:
    """Name an SQLite file, whatever signs its path has; in a text some would mean a query."""
    return URL.create("sqlite", database=str(file))


def is_sqlite(url: URL) -> bool:
    """Tell the embedded default from a server."""
    return url.get_backend_name() == "sqlite"


class Database:
    """Opens reads and writes. Discord is never awaited inside either.

    ``load`` and ``store`` run a whole function of the notebook in one trip to the database's
    thread; ``read`` and ``write`` make a trip for each statement.
    """

    def __init__(self, url: URL, keyring: Keyring) -> None:
        self.url = url
        self.keyring = keyring
        self._writer = _engine(url, readers=0)
        self._reader = _engine(url, readers=_READERS)
        # First come, first served: who waits on a pool can be overtaken again and again.
        self._read_turns = asyncio.Semaphore(_READERS)
        self._write_turn = asyncio.Lock()
        self._idle = [_lane(url, f"reader {number}", _READING) for number in range(_READERS)]
        self._readers = tuple(self._idle)
        self._writing = _lane(url, "writer", _PRAGMAS)
        self._spare = ThreadPoolExecutor(1, "spare reader")  # begins with the first large read
        self._begin_beside = self._beside if is_sqlite(url) else None
        for engine in self.engines:
            engine.dialect.rapport_keyring = keyring  # type: ignore[attr-defined] - types.keyring_of reads it

    @property
    def engines(self) -> tuple[Engine, Engine]:
        """The writer's and the readers' engine, for those who count statements."""
        return self._writer, self._reader

    async def load(
        self, work: Callable[Concatenate[Session, P], Work[T]], *given: P.args, **named: P.kwargs
    ) -> T:
        """Read in one trip: ``work(session, ...)`` may await nothing but its session."""
        async with self._read_turns:
            lane = self._idle.pop()
            try:
                engine, beside = self._reader, self._begin_beside
                return await lane.run(_in_one_go, engine, beside, work, given, named)
            finally:
                self._idle.append(lane)

    async def store(
        self, work: Callable[Concatenate[Session, P], Work[T]], *given: P.args, **named: P.kwargs
    ) -> T:
        """Write in one trip and one transaction; taken back as a whole on any error."""
        async with self._write_turn:
            return await self._writing.run(_write_in_one_go, self._writer, work, given, named)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Session]:
        """Open a session that only reads; no transaction is held."""
        async with self._read_turns:
            lane = self._idle.pop()
            session = Session(self._reader, lane.run, is_away=True)
            try:
                try:
                    yield session
                finally:
                    await session.end(is_kept=False)
            finally:
                self._idle.append(lane)

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[Session]:
        """Open the one write transaction: commits when the block ends, rolls back on any error."""
        async with self._write_turn:
            session = Session(self._writer, self._writing.run, is_away=True)
            try:
                yield session
            except BaseException:
                await session.end(is_kept=False)
                raise
            await session.end(is_kept=True)

    def _beside(self, prepared: Prepared[T], values: Mapping[str, Any]) -> Future[list[T]]:
        """Begin a read on a connection of its own; called in a reader's thread."""
        file = Path(self.url.database or "")
        return self._spare.submit(_read_beside, file, self._reader, prepared, values)

    async def checkpoint(self) -> int:
        """Move what was written from SQLite's log into its file: between writes, not within one.

        Left to SQLite, every fortieth or so waits ten milliseconds for the disk.
        """
        if is_sqlite(self.url):
            async with self._write_turn:
                await self._writing.run(_move_log)
        return 0

    async def close(self) -> None:
        """Close every connection, once what is under way is done."""
        for lane, engine in (
            *((lane, self._reader) for lane in self._readers),
            (self._writing, self._writer),
        ):
            # SQLite's connections are the lanes' own, and closed with them.
            await lane.end(_end_reading if is_sqlite(self.url) else engine.dispose)
        with suppress(RuntimeError):  # it was closed before
            self._spare.submit(_close_own)
        self._spare.shutdown()


def _in_one_go(
    engine: Engine,
    beside: Beside | None,
    work: Callable[..., Work[T]],
    given: tuple[Any, ...],
    named: dict[str, Any],
) -> T:
    # SQLite's readers hold no transaction: to leave theirs open saves a tenth of a small read.
    session: Session | None = getattr(_here, "reading", None)
    if session is None:
        session = Session(engine, _at_once, is_away=False, beside=beside)
    try:
        result = _finish(work(session, *given, **named))
    except BaseException:
        _end_reading()
        _finish(session.end(is_kept=False))
        raise
    if engine.dialect.name == "sqlite":
        _here.reading = session
    else:
        _finish(session.end(is_kept=False))
    return result


def _read_beside(
    file: Path, engine: Engine, prepared: Prepared[T], values: Mapping[str, Any]
) -> list[T]:
    if getattr(_here, "connection", None) is None:
        _open(file, _READING)
    return _in_one_go(engine, None, Session.rows, (prepared, values), {})


def _write_in_one_go(
    engine: Engine,
    work: Callable[..., Work[T]],
    given: tuple[Any, ...],
    named: dict[str, Any],
) -> T:
    session = Session(engine, _at_once, is_away=False)
    try:
        result = _finish(work(session, *given, **named))
    except BaseException:
        _finish(session.end(is_kept=False))
        raise
    _finish(session.end(is_kept=True))
    return result


def _end_reading() -> None:
    session: Session | None = _here.__dict__.pop("reading", None)
    if session is not None:
        _finish(session.end(is_kept=False))


async def _at_once(function: Callable[..., T], *arguments: Any) -> T:
    return function(*arguments)


def _finish(work: Work[T]) -> T:
    # A coroutine that awaits nothing but its like needs no loop to reach its end.
    try:
        work.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    work.close()
    raise RuntimeError("work in the database's thread awaited something else than its session")


def _engine(url: URL, *, readers: int) -> Engine:
    if is_sqlite(url):
        # Each lane's thread has one connection, opened by aiosqlite: see _lane.
        engine = create_engine(
            url,
            creator=_own_connection,
            poolclass=SingletonThreadPool,
            pool_size=readers + 1,  # one to spare
            hide_parameters=True,
        )
        if not readers:
            event.listen(engine, "begin", _begin_immediate)
        return engine
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if readers else {}
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=readers or 1,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        **options,
    )


def _lane(url: URL, name: str, pragmas: Sequence[str]) -> Lane:
    if not is_sqlite(url):
        return ThreadLane(name)
    file = Path(url.database or "")
    file.parent.mkdir(parents=True, exist_ok=True)
    return SqliteLane(partial(_open, file, pragmas))


def _open(file: Path, pragmas: Sequence[str]) -> sqlite3.Connection:
    # SQLAlchemy says BEGIN itself. Whoever closes last may do so from another thread.
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").close()
    _here.connection = connection
    return connection


def _close_own() -> None:
    _end_reading()
    connection: sqlite3.Connection | None = getattr(_here, "connection", None)
    if connection is not None:
        connection.close()


def _own_connection() -> sqlite3.Connection:
    return cast("sqlite3.Connection", _here.connection)


def _move_log() -> None:
    _own_connection().execute("PRAGMA wal_checkpoint(PASSIVE)").close()


def _begin_immediate(_connection: Connection) -> None:
    # A deferred BEGIN fails with "database is locked" when it turns from reading to writing.
    _own_connection().execute("BEGIN IMMEDIATE").close()


def foreign_keys_off(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Turn foreign keys off on a migrating connection: a batch rebuild would delete child rows."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()

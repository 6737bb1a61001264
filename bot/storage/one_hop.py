"""aiosqlite with one thread hop a statement instead of four.

SQLAlchemy drives aiosqlite through a cursor: open, execute, fetch, close, each a trip to the
connection's thread and back (0.1–0.4 ms a trip on a busy loop). Rows are always fetched whole here,
so all four are done in one trip. A commit or rollback outside a transaction makes none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import aiosqlite


class OneHopCursor:
    """What SQLAlchemy asks of an async cursor; the rows are here as soon as it has executed."""

    arraysize = 1

    def __init__(self, connection: OneHopConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> OneHopCursor:
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement and keep its rows."""
        await self._run("execute", operation, parameters)

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each set of parameters."""
        await self._run("executemany", operation, parameters)

    async def fetchall(self) -> list[Any]:
        """Hand over the rows."""
        return self._rows

    async def close(self) -> None:
        """Nothing is left open: the cursor was closed in the trip that filled it."""

    async def _run(self, method: str, operation: str, parameters: Any) -> None:
        done = await self._connection.in_thread(_run, method, operation, parameters)
        self.description, self.rowcount, self.lastrowid, self._rows = done


def _run(raw: sqlite3.Connection, method: str, operation: str, parameters: Any) -> tuple[Any, ...]:
    cursor = raw.cursor()
    try:
        getattr(cursor, method)(operation, parameters)
        rows = cursor.fetchall() if cursor.description else []
        return cursor.description, cursor.rowcount, cursor.lastrowid, rows
    finally:
        cursor.close()


class OneHopConnection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors make one trip."""

    async def in_thread(self, function: Any, *arguments: Any) -> Any:
        """Run ``function(sqlite3 connection, *arguments)`` in the connection's own thread."""
        run = cast("Any", self._execute)  # pyright: ignore[reportUnknownMemberType] - untyped
        return await run(function, self._conn, *arguments)

    def cursor(self) -> OneHopCursor:  # type: ignore[override] - SQLAlchemy enters it, as it does aiosqlite's
        """Give a cursor for SQLAlchemy."""
        return OneHopCursor(self)

    async def commit(self) -> None:
        """Commit, when there is something to commit."""
        if self._conn.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """Roll back, when there is something to roll back."""
        if self._conn.in_transaction:
            await super().rollback()


def connector(path: Path | str, pragmas: Sequence[str]) -> Any:
    """Make an engine's ``async_creator``: opens ``path``, sets pragmas, sends no BEGIN."""

    def open_raw() -> sqlite3.Connection:
        raw = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False, uri=False)
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}").close()
        return raw

    async def connect() -> OneHopConnection:
        connection = OneHopConnection(open_raw, iter_chunk_size=64)
        connection._thread.daemon = True  # pyright: ignore[reportPrivateUsage] - a crash must not hang on it
        await connection
        return connection

    return connect

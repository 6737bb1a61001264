"""What a use case is given to reach the database with: it runs statements, and that is all."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar, TypeVarTuple, overload

from sqlalchemy import Connection, Engine, Executable, Result, ScalarResult
from sqlalchemy.sql.selectable import TypedReturnsRows

from bot.storage.prepared import Prepared, PreparedWrite

R = TypeVar("R")
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Run = Callable[..., Coroutine[Any, Any, Any]]
Beside = Callable[[Prepared[Any], Mapping[str, Any]], Future[Any]]
_Columns = TypeVarTuple("_Columns")


class Session:
    """Runs statements on one connection, which is opened with the first of them.

    ``run`` says where: it awaits a trip to the database's thread, or calls at once in that thread.
    ``beside`` begins a read on another connection, where there is one to spare.
    """

    def __init__(
        self, engine: Engine, run: Run, *, is_away: bool, beside: Beside | None = None
    ) -> None:
        self._engine = engine
        self._run = run
        self._beside = beside
        self._is_away = is_away  # its caller is on the loop: rows are fetched before they go there
        self._connection: Connection | None = None
        self._is_used = False

    @overload
    async def execute(
        self, statement: TypedReturnsRows[*_Columns], values: Values | None = None
    ) -> Result[*_Columns]: ...

    @overload
    async def execute(
        self, statement: Executable, values: Values | None = None
    ) -> Result[*tuple[Any, ...]]: ...

    async def execute(self, statement: Executable, values: Values | None = None) -> Any:
        """Run one statement, once or for each of several sets of values."""
        self._is_used = True
        return await self._run(self._execute, statement, values)

    async def rows(self, prepared: Prepared[R], values: Mapping[str, Any]) -> list[R]:
        """Run a prepared statement and give its rows."""
        self._is_used = True
        return await self._run(self._rows, prepared, values)

    async def rows_of_each(self, *asked: tuple[Prepared[R], Mapping[str, Any]]) -> list[list[R]]:
        """Run prepared reads and give the rows of each; on SQLite one beside the other.

        Each may see what was written while another ran: not for what must fit together to the row.
        """
        if self._beside is None or len(asked) < 2:
            return [await self.rows(*one) for one in asked]
        later = [self._beside(*one) for one in asked[1:]]
        return [await self.rows(*asked[0]), *(one.result() for one in later)]

    async def put(self, prepared: PreparedWrite, *rows: Mapping[str, Any]) -> None:
        """Run a prepared write for each of some rows."""
        self._is_used = True
        await self._run(self._put, prepared, rows)

    async def scalars(
        self, statement: Executable, values: Values | None = None
    ) -> ScalarResult[Any]:
        """Run one statement and give the first column of its rows."""
        return (await self.execute(statement, values)).scalars()

    async def scalar(self, statement: Executable, values: Values | None = None) -> Any:
        """Run one statement and give the first column of its first row, or None."""
        return (await self.execute(statement, values)).scalar()

    def get_bind(self) -> Engine:
        """Give the engine, whose dialect knows the keys."""
        return self._engine

    async def end(self, *, is_kept: bool) -> None:
        """Commit or take back what was done, and give the connection back."""
        if self._is_used:  # perhaps only just now: whoever was cancelled may be opening it still
            await self._run(self._end, is_kept)

    def _execute(self, statement: Executable, values: Values | None) -> Result[Any]:
        result = self._connected().execute(statement, values)
        return result.freeze()() if self._is_away and result.returns_rows else result

    def _rows(self, prepared: Prepared[R], values: Mapping[str, Any]) -> list[R]:
        return prepared.rows(self._connected(), values)

    def _put(self, prepared: PreparedWrite, rows: Sequence[Mapping[str, Any]]) -> None:
        prepared.run(self._connected(), rows)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._connection.begin()
        return self._connection

    def _end(self, is_kept: bool) -> None:
        if self._connection is None:
            return
        try:
            if is_kept:
                self._connection.commit()
        finally:
            self._connection.close()
            self._connection = None

"""Threads of the database's own: each does one thing after the other, and the loop never waits.

A trip to a thread and back costs 0.1 ms, and more on a busy loop, so what belongs together is best
done in one trip. On SQLite a lane is aiosqlite's thread with its connection, on PostgreSQL one of
ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from sqlite3 import Connection
from threading import Thread
from typing import Any, Protocol, TypeVar, cast

import aiosqlite

T = TypeVar("T")
_Task = tuple[asyncio.AbstractEventLoop, asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]]


class Lane(Protocol):
    """One thread, started when it is first needed; what is given to it is done in order."""

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call ``function(*arguments)`` there; if the caller is cancelled, it is still finished."""
        ...

    async def end(self, last: Callable[[], None]) -> None:
        """Call ``last()`` there, if the thread ever started, and let it end."""


class SqliteLane:
    """The thread of an aiosqlite connection; what runs there speaks to SQLite without a hop."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._opening: asyncio.Future[_InThread] | None = None

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call ``function(*arguments)`` there; if the caller is cancelled, it is still finished."""
        if self._opening is None or (self._opening.done() and self._opening.exception()):
            self._opening = asyncio.ensure_future(self._open())
        connection = await asyncio.shield(self._opening)
        return await connection.in_thread(function, *arguments)

    async def end(self, last: Callable[[], None]) -> None:
        """Call ``last()`` there, close the connection and let the thread end."""
        opening, self._opening = self._opening, None
        if opening is not None and not (opening.done() and opening.exception()):
            connection = await opening
            await connection.in_thread(last)
            await connection.close()

    async def _open(self) -> _InThread:
        connection = _InThread(self._connect, iter_chunk_size=64)
        # A daemon: a crash must not hang on it.
        connection._thread.daemon = True  # pyright: ignore[reportPrivateUsage] - no other way to say it
        return cast("_InThread", await connection)


class _InThread(aiosqlite.Connection):
    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        # Every method of aiosqlite's goes through this one.
        run = cast("Any", self._execute)  # pyright: ignore[reportUnknownMemberType] - untyped
        return await run(function, *arguments)


class ThreadLane:
    """One thread of ours."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call ``function(*arguments)`` there; if the caller is cancelled, it is still finished."""
        if self._thread is None:
            # A daemon: a crash must not hang on it.
            self._thread = Thread(target=_work, args=(self._tasks,), name=self._name, daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._tasks.put((loop, done, function, arguments))
        return await done

    async def end(self, last: Callable[[], None]) -> None:
        """Call ``last()`` there, if the thread ever started, and let it end."""
        if self._thread is not None:
            await self.run(last)
            self._tasks.put(None)
            self._thread = None


def _work(tasks: SimpleQueue[_Task | None]) -> None:
    while (task := tasks.get()) is not None:
        loop, done, function, arguments = task
        result: Any = None
        failure: BaseException | None = None
        try:
            result = function(*arguments)
        except BaseException as error:
            failure = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, done, result, failure)
        del task, done, function, arguments, result, failure  # else they live until the next task


def _settle(done: asyncio.Future[Any], result: Any, failure: BaseException | None) -> None:
    if done.cancelled():
        return
    if failure is None:
        done.set_result(result)
    else:
        done.set_exception(failure)

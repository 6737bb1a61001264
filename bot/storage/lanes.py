"""Threads of the database's own: each does one thing after the other, and the loop never waits.

A trip to a thread and back costs 0.1 ms, and more on a busy loop, so what belongs together is best
done in one trip.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
_Task = tuple[asyncio.AbstractEventLoop, asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]]


class Lane:
    """One thread, started when it is first needed; what is given to it is done in order."""

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

    def end(self) -> None:
        """Let the thread end once everything given to it is done."""
        if self._thread is not None:
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

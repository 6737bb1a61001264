"""Reading once for many who ask at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Lets all who ask for the same thing while it is being read share the next reading.

    Each gets what was read after they asked, so nothing is ever out of date, and however many ask
    at once, two readings serve them.
    """

    def __init__(self) -> None:
        self._next: dict[Hashable, asyncio.Task[T]] = {}
        self._turns: dict[Hashable, asyncio.Lock] = {}

    async def read(self, key: Hashable, begin: Callable[[], Awaitable[T]]) -> T:
        """Give what ``begin`` reads, or what another's does that has not begun yet."""
        reading = self._next.get(key)
        if reading is None:
            reading = self._next[key] = asyncio.create_task(self._in_turn(key, begin))
        return await asyncio.shield(reading)  # who gives up takes it from nobody else

    async def _in_turn(self, key: Hashable, begin: Callable[[], Awaitable[Any]]) -> Any:
        async with self._turns.setdefault(key, asyncio.Lock()):
            del self._next[key]  # whoever asks from here on may know of something newer
            try:
                return await begin()
            finally:
                if key not in self._next:
                    del self._turns[key]

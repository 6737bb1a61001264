"""How fast messages leave: one lane for open channels, a slow one for channels to be opened."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Protocol

_EASE_FOR = timedelta(minutes=10)
_ONE_COMPLAINT = timedelta(seconds=10)  # what is on its way at the old pace complains together
_CATCH_UP = 0.2  # seconds of the pace that a claim may cost; made up, it stays under the limit
_SLOWEST = 1.0  # a second: slower than this, a claim would outlive its leases
_BURST = 2  # channels at once after a pause; the tick is longer than the slow lane's step


class Pacer(Protocol):
    """Tells and passes the seconds between two sends."""

    def seconds(self) -> float:
        """Read a clock that only goes forward."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...


class LoopPacer:
    """Paces in real time."""

    def seconds(self) -> float:
        """Read the event loop's clock."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class NoPacer:
    """For a simulated clock: it stands still while messages leave, so nothing is waited for."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def seconds(self) -> float:
        """Read how much was slept."""
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        """Count the seconds instead of waiting for them."""
        self._seconds += seconds


class FastLane:
    """Gives one turn after another at an even pace; Discord's complaints halve it for a while."""

    def __init__(self, per_second: float, pacer: Pacer) -> None:
        self._per_second = per_second
        self._pacer = pacer
        self._next = 0.0
        self._eased: list[datetime] = []

    def pace(self, now: datetime) -> float:
        """Tell the messages a second that may leave at present."""
        self._eased = [until for until in self._eased if until > now]
        return max(self._per_second / 2 ** len(self._eased), min(_SLOWEST, self._per_second))

    def ease(self, now: datetime) -> None:
        """Halve the pace for ten minutes; complaints about one burst are one complaint."""
        if not self._eased or now >= self._eased[-1] - _EASE_FOR + _ONE_COMPLAINT:
            self._eased.append(now + _EASE_FOR)

    async def turn(self, now: datetime) -> None:
        """Wait until the next message may leave."""
        present = self._pacer.seconds()
        self._next = max(self._next, present - _CATCH_UP)
        wait = self._next - present
        self._next += 1 / self.pace(now)
        if wait > 0:
            await self._pacer.sleep(wait)


class SlowLane:
    """Gives turns to open channels; who gets none is told when to come back."""

    def __init__(self, per_minute: float) -> None:
        self._step = timedelta(minutes=1) / per_minute
        self._free_at: datetime | None = None
        self._eased_until: datetime | None = None
        self._queued = 0

    def start_run(self) -> None:
        """Forget who was sent away in the last run: they come back by themselves."""
        self._queued = 0

    def ease(self, now: datetime) -> None:
        """Halve the pace for ten minutes."""
        self._eased_until = now + _EASE_FOR

    def turn(self, now: datetime) -> datetime | None:
        """Take a turn now (None), or learn when to ask again."""
        step = self._step * 2 if self._eased_until and now < self._eased_until else self._step
        earliest = now - step * (_BURST - 1)
        free_at = max(self._free_at or earliest, earliest)
        if free_at <= now:
            self._free_at = free_at + step
            return None
        self._queued += 1
        return free_at + step * (self._queued - 1)

"""The alarm clock: one table of intervals, each asking the database what is due and not done.

No job depends on being awake at an hour, and each runs at start too, so a restart at any moment
skips nothing; what a job does is recorded in the database, so nothing is done twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.clock import Clock
from bot.config import Settings
from bot.dispatcher import Dispatcher
from bot.dispatcher.leaving import erase_due
from bot.dispatcher.retaining import tell_unused
from bot.logs import new_reference
from bot.storage.db import Database, is_sqlite
from bot.storage.leases import LEADER, renew_lease
from bot.upkeep.backup import back_up, list_backups
from bot.upkeep.purge import purge

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import (  # pyright: ignore[reportMissingTypeStubs] - it has none
        AsyncIOScheduler,
    )

_log = structlog.get_logger("bot.scheduler")
_HOUR = 3600.0
_MINUTE = 60.0
_RENEW_SECONDS = 20.0
_TIDY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Job:
    """One interval: what it is called, how often it runs, and what it does; it returns how many."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[int]]


class Scheduler:
    """Runs the jobs of the process that leads; ``lost`` is set when another has its lease."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        dispatcher: Dispatcher,
        settings: Settings,
        holder: str,
    ) -> None:
        self._db = db
        self._clock = clock
        self._dispatcher = dispatcher
        self._settings = settings
        self._holder = holder
        self._alarm: AsyncIOScheduler | None = None
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.lost = asyncio.Event()
        self.jobs = {
            job.name: job
            for job in (
                Job("lease", _RENEW_SECONDS, self._renew),
                Job("drain", settings.delivery.every_seconds, self._drain),
                Job("checkpoint", _TIDY_SECONDS, db.checkpoint),
                Job("retry_unreachable", _HOUR, dispatcher.retry_unreachable),
                Job("challenges", _MINUTE, self._announce),
                Job("purge", _HOUR, self._purge),
                Job("unused", _HOUR, self._tell_unused),
                Job("erase", _HOUR, self._erase),
                Job("sweep", _MINUTE, self._sweep),
                Job("backup", _HOUR, self._back_up),
            )
        }

    @property
    def is_leading(self) -> bool:
        """Whether nobody else is known to have the lease."""
        return not self.lost.is_set()

    def start(self) -> None:
        """Set the alarms; every job runs now for the first time."""
        # After the gateway is there: members wait for the one, nobody for the other.
        from apscheduler.schedulers.asyncio import (  # pyright: ignore[reportMissingTypeStubs] - it has none
            AsyncIOScheduler,
        )

        alarm = AsyncIOScheduler(timezone="UTC")
        for job in self.jobs.values():
            alarm.add_job(  # pyright: ignore[reportUnknownMemberType] - untyped
                self.run,
                "interval",
                args=(job.name,),
                seconds=job.seconds,
                id=job.name,
                next_run_time=self._clock.now(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        alarm.start()  # pyright: ignore[reportUnknownMemberType] - untyped
        self._alarm = alarm

    def silence(self) -> None:
        """Ring no more; a job that runs goes on to its end."""
        if self._alarm is not None:
            self._alarm.pause()  # shutting down would cut off a job in the middle of its writing

    async def end(self, grace: float = 2.0) -> None:
        """Let the jobs that run come to their end, for ``grace`` seconds at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._idle.wait()
        if self._alarm is not None:
            self._alarm.shutdown(wait=False)  # pyright: ignore[reportUnknownMemberType] - untyped
            self._alarm = None

    async def run(self, name: str) -> int:
        """Run one job by its name; returns how many things it did. A failure waits for the next."""
        started = time.monotonic()
        self._busy += 1
        self._idle.clear()
        try:
            count = await self.jobs[name].run()
        except Exception:
            _log.exception("job failed", job=name, reference=new_reference())
            return 0
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()
        took = round((time.monotonic() - started) * 1000)
        say = _log.info if count else _log.debug  # most ticks find nothing to do
        say("job ran", job=name, took_ms=took, count=count)
        return count

    async def _renew(self) -> int:
        # Never taken anew: while it was another's, keys and schema may have changed beneath us.
        now = self._clock.now()
        if not await renew_lease(self._db, LEADER, holder=self._holder, now=now):
            self.lost.set()
        if self.is_leading and self._dispatcher.is_authorized:
            await asyncio.to_thread(self._write_health)
        return 0

    async def _drain(self) -> int:
        if not self.is_leading:
            return 0
        return await self._dispatcher.run_due()

    async def _announce(self) -> int:
        return await self._dispatcher.announce() if self.is_leading else 0

    def _write_health(self) -> None:
        file = self._settings.health_file
        file.parent.mkdir(parents=True, exist_ok=True)
        state = {"at": self._clock.now().isoformat(), "messages": self._dispatcher.counts}
        file.write_text(json.dumps(state))

    async def _purge(self) -> int:
        async with self._db.write() as session:
            return await purge(session, now=self._clock.now())

    async def _tell_unused(self) -> int:
        if not self.is_leading:
            return 0
        return await self._db.store(tell_unused, now=self._clock.now())

    async def _erase(self) -> int:
        if not self.is_leading:
            return 0
        return await erase_due(self._db, self._clock, self._dispatcher)

    async def _sweep(self) -> int:
        return await self._dispatcher.sweeper.run() if self.is_leading else 0

    async def _back_up(self) -> int:
        keep, folder, now = self._settings.backup.keep, self._settings.backup_dir, self._clock.now()
        if not keep or not is_sqlite(self._db.url):
            return 0
        made = await asyncio.to_thread(list_backups, folder)
        if any(backup.made_at.date() == now.date() for backup in made):
            return 0
        oldest = now - timedelta(days=keep)
        await asyncio.to_thread(back_up, self._db.url, folder, keep=keep, now=now, oldest=oldest)
        return 1

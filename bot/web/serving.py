"""Answers ``GET /calendar/<secret>.ics`` and ``GET /healthz``, and logs nothing of who asked."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.clock import Clock
from bot.config import WebTable
from bot.content import Content
from bot.errors import ConfigError
from bot.logs import new_reference
from bot.notebook.calendars import hash_of, read_feed
from bot.rules.calendar import write_calendar
from bot.storage.db import Database
from bot.web.limits import Limiter, network_of

_log = structlog.get_logger("bot.web")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

NAME = "Rapport"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Server": NAME,
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
_TYPE = "text/calendar"
_HEALTH = "/healthz"


class WebServer:
    """Listens on one port, in the bot's own loop."""

    def __init__(
        self,
        *,
        table: WebTable,
        db: Database,
        content: Content,
        clock: Clock,
        is_well: Callable[[], bool],
    ) -> None:
        self._table = table
        self._db = db
        self._content = content
        self._clock = clock
        self._is_well = is_well
        # Calendar programs ask a few times a day, some every quarter of an hour.
        self._of_an_address = Limiter(most=10, per_second=1 / 60)
        self._of_a_place = Limiter(most=120, per_second=2)
        self._turn = asyncio.Semaphore(1)  # commands go first: readers of the database are few
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen; raises ConfigError when the port cannot be had."""
        app = web.Application(middlewares=[self._guarded], client_max_size=1024)
        app.router.add_get(_HEALTH, self._health)
        if self._table.has_calendars:
            app.router.add_get("/calendar/{secret:[A-Za-z0-9_-]{20,80}}.ics", self._calendar)
        # Its own logs would hold addresses, and an address is all that it takes to read.
        mute = logging.Logger("bot.web.wire", level=logging.CRITICAL + 1)
        self._runner = web.AppRunner(
            app, access_log=None, logger=mute, keepalive_timeout=15, shutdown_timeout=2
        )
        await self._runner.setup()
        place = web.TCPSite(self._runner, self._table.host, self._table.port)
        try:
            await place.start()
        except OSError as error:
            await self.stop()
            where = f"{self._table.host}:{self._table.port}"
            raise ConfigError(
                [f"The web server cannot listen at {where}: {error.strerror}. See [web]."]
            ) from error
        _log.info(f"web server listens at port {self.port}")

    @property
    def port(self) -> int:
        """The port it listens at; 0 before it does."""
        addresses = self._runner.addresses if self._runner else []
        return int(addresses[0][1]) if addresses else 0

    async def stop(self) -> None:
        """Answer what is under way, and listen no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Count who asks, and let no error out, nor anything of what was asked into the log."""
        wait = self._wait_of(request)
        try:
            answer = _later(wait) if wait else await handler(request)
        except web.HTTPException as refusal:
            answer = _plainly(refusal.status)
        except Exception as error:
            _log.error("web request failed", reference=new_reference(), exc_info=error)
            answer = _plainly(500)
        answer.headers.update(_HEADERS)
        return answer

    def _wait_of(self, request: web.Request) -> float:
        # A probe can guess nothing and reads no row: refused, it would take a well bot for dead.
        if request.path == _HEALTH:
            return 0.0
        return self._of_a_place.take(self._asker(request), self._clock.now().timestamp())

    def _asker(self, request: web.Request) -> str:
        told = request.headers.get("X-Forwarded-For", "") if self._table.behind_proxy else ""
        # The last entry is the proxy's own; whatever stands before it, anybody can have written.
        return network_of(told.rpartition(",")[2].strip() or request.remote or "")

    async def _health(self, _: web.Request) -> web.Response:
        return _plainly(200 if self._is_well() else 503)

    async def _calendar(self, request: web.Request) -> web.Response:
        secret, now = request.match_info["secret"], self._clock.now()
        if wait := self._of_an_address.take(hash_of(secret), now.timestamp()):
            return _later(wait)
        async with self._turn:
            events = await self._db.load(read_feed, secret, content=self._content, now=now)
            if events is None:
                return _plainly(404)
            data = await asyncio.to_thread(
                write_calendar, events, now=now, name=NAME, is_sent=False
            )
        return web.Response(body=data, content_type=_TYPE, charset="utf-8")


_WORDS = {200: "well", 404: "not found", 429: "too often", 503: "not well"}


def _plainly(status: int) -> web.Response:
    return web.Response(status=status, text=_WORDS.get(status, "no"))


def _later(seconds: float) -> web.Response:
    answer = _plainly(429)
    answer.headers["Retry-After"] = str(math.ceil(seconds))
    return answer

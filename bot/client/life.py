"""One process of the bot, from its lease to its end."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import discord
import structlog
from discord.backoff import ExponentialBackoff
from discord.http import Route

from bot.client import RapportBot, invite_link
from bot.clock import SystemClock
from bot.errors import ConfigError
from bot.logs import set_up_logs
from bot.storage.db import Database, parse_url
from bot.storage.holders import name_of, new_holder
from bot.storage.leases import LEADER, find_lease, release_lease, renew_lease
from bot.storage.opening import lead_database

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bot.config import Settings
    from bot.scheduler import Scheduler
    from bot.web.serving import WebServer

log = structlog.get_logger("bot.client.life")
_REFUSED = "Discord does not accept the token: copy it anew from the developer portal."
_TOKEN_WAS_RESET = 4004
_UNANSWERED = (OSError, aiohttp.ClientError, discord.HTTPException, discord.RateLimited)
_TOO_MANY = 429
_WAIT_SECONDS = 5.0
_LONGEST_PAUSE = 30.0  # half as long as the lease lasts, which is renewed with each try
_LEAVE_SECONDS = 2.0  # a dead network must not keep the lease beyond what a container waits


def run(settings: Settings) -> None:
    """Run the bot until it is stopped; raises ConfigError for what the operator must mend."""
    set_up_logs(settings.log)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it never speaks
    token = settings.token().reveal()
    if settings.discord.api_base_url:
        Route.BASE = settings.discord.api_base_url.rstrip("/")
    url = parse_url(settings.database_url)
    try:
        asyncio.run(_serve(settings, url, token))
    except discord.LoginFailure as error:
        raise ConfigError([_REFUSED]) from error
    except discord.ConnectionClosed as error:
        if error.code != _TOKEN_WAS_RESET:
            raise
        raise ConfigError([_REFUSED]) from error


async def _serve(settings: Settings, url: URL, token: str) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    clock, holder = SystemClock(), new_holder()

    def lead() -> Database | None:
        return lead_database(url, settings.key_file, holder=holder, now=clock.now())

    db = await _first(lead, stopped)
    if db is not None:
        bot = RapportBot(settings=settings, db=db, clock=clock)
        await _live(Life(bot, holder), token, stopped)


async def _first(lead: Callable[[], Database | None], stopped: asyncio.Event) -> Database | None:
    """Wait until the lease is ours: one process at a time serves a database. None when stopped."""
    while not stopped.is_set():
        # Never cut short: it may be taking the lease, and somebody has to give it back.
        if (db := await asyncio.to_thread(lead)) is not None:
            return db
        log.warning("waiting for the other process to end")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), _WAIT_SECONDS)
    return None


async def _live(life: Life, token: str, stopped: asyncio.Event) -> None:
    work = asyncio.create_task(life.live(token))
    stopping = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if life.scheduler is None:
            work.cancel()  # what has not begun to send need not end it either
            await asyncio.wait((work,))
        await life.end()
        work.cancel()
        await asyncio.gather(work, stopping, return_exceptions=True)
    if not work.cancelled() and (error := work.exception()):
        raise error


class Life:
    """One process from its lease to its end."""

    def __init__(
        self,
        bot: RapportBot,
        holder: str,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.bot = bot
        self.scheduler: Scheduler | None = None
        self._server: WebServer | None = None
        self._holder = holder
        self._pause = pause
        self._began = time.monotonic()

    async def live(self, token: str) -> None:
        """Connect, and load meanwhile; then send what is due, until the gateway is left.

        Raises ConfigError when another process has taken the lease.
        """
        bot = self.bot
        loading = bot.load_meanwhile()
        try:
            if bot.settings.web.is_on:
                await loading
                await self._serve_pages()
            await self._log_in(token)
            print(f"Invite the bot to a server: {invite_link(bot)}", flush=True)
            connecting = asyncio.create_task(bot.connect())
            await asyncio.wait((loading, connecting), return_when=asyncio.FIRST_COMPLETED)
            if connecting.done():
                await connecting  # says why Discord does not want us; a plain loss is retried
            await loading
        finally:
            loading.cancel()
        log.info("answering", after_s=round(time.monotonic() - self._began, 2))
        gc.freeze()  # else each full collection stops the loop for 0.1 s, to find modules stay
        gc.enable()
        await self._patiently(bot.sync_commands)
        await self._keep_lease()  # it took long to get here
        await bot.dispatcher.take_over()
        # Who waits for an answer comes first; what is due is sent a second later, gateway or not.
        await asyncio.wait((connecting,), timeout=1)
        await self._send(connecting)

    async def _log_in(self, token: str) -> None:
        try:
            await self._patiently(partial(self._try_to_log_in, token))
        except discord.HTTPException as error:
            how = "Check [discord] api_base_url, and whether this network may reach Discord."
            raise ConfigError([f"Discord refuses this bot ({error}). {how}"]) from error

    async def _try_to_log_in(self, token: str) -> None:
        http = self.bot.http
        try:
            await self.bot.login(token)
        except BaseException:
            # The next try opens a session of its own, and wants a connector that is open.
            await http.close()
            http.connector = discord.utils.MISSING
            raise

    async def _patiently(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask Discord until it answers: a machine may be up before its network, or outlast it."""
        backoff = ExponentialBackoff()
        while True:
            try:
                return await ask()
            except _UNANSWERED as error:
                if not _may_pass(error):
                    raise
                seconds = getattr(error, "retry_after", min(backoff.delay(), _LONGEST_PAUSE))
                reason = str(error) or type(error).__name__
                log.warning("Discord cannot be reached", reason=reason, again_in_s=round(seconds))
            await self._keep_lease()
            await self._pause(seconds)

    async def _keep_lease(self) -> None:
        bot = self.bot
        if not await renew_lease(bot.db, LEADER, holder=self._holder, now=bot.clock.now()):
            raise await self._replaced()

    async def _send(self, connecting: asyncio.Task[None]) -> None:
        scheduler = self._schedule()
        scheduler.start()
        lost = asyncio.create_task(scheduler.lost.wait())
        try:
            await asyncio.wait((connecting, lost), return_when=asyncio.FIRST_COMPLETED)
        finally:
            lost.cancel()
        if not scheduler.is_leading:
            raise await self._replaced()
        await connecting

    async def _replaced(self) -> ConfigError:
        held = await find_lease(self.bot.db, LEADER)
        who = name_of(held.holder) if held else "another process"
        return ConfigError(
            [
                f"The database is now served by {who}, so this process ends:"
                " two would answer everybody twice. Run one bot for each database."
            ]
        )

    async def end(self) -> None:
        """Stop what runs, in the order in which one thing rests on the other.

        What cannot be stopped in order, as when the database is lost, keeps nothing else running.
        """
        try:
            if self._server is not None:
                await self._server.stop()
        finally:
            try:
                await self._stop_sending()
            finally:
                await self._leave()

    async def _stop_sending(self) -> None:
        if self.scheduler is None:
            return
        self.scheduler.silence()
        try:
            await self.bot.dispatcher.stop()
        finally:
            await self.scheduler.end()

    async def _leave(self) -> None:
        bot = self.bot
        # The next one begins when it has the lease: by then nobody may be answered from here.
        leaving = asyncio.create_task(bot.leave())
        await asyncio.wait((leaving,), timeout=_LEAVE_SECONDS)
        try:
            await release_lease(bot.db, LEADER, holder=self._holder)
            await leaving
        finally:
            await bot.db.close()

    def _schedule(self) -> Scheduler:
        from bot.scheduler import Scheduler

        bot = self.bot
        self.scheduler = Scheduler(
            db=bot.db,
            clock=bot.clock,
            dispatcher=bot.dispatcher,
            settings=bot.settings,
            holder=self._holder,
        )
        return self.scheduler

    async def _serve_pages(self) -> None:
        from bot.web.serving import WebServer  # off for most: it would be there at each start

        bot = self.bot
        self._server = WebServer(
            table=bot.settings.web,
            db=bot.db,
            content=bot.content,
            clock=bot.clock,
            is_well=self._is_well,
        )
        await self._server.start()

    def _is_well(self) -> bool:
        return (
            self.scheduler is not None
            and self.scheduler.is_leading
            and self.bot.is_ready()
            and self.bot.dispatcher.is_authorized
        )


def _may_pass(error: Exception) -> bool:
    """Whether asking later may help: not when Discord has understood, and says no."""
    if not isinstance(error, discord.HTTPException):
        return True
    return error.status >= 500 or error.status == _TOO_MANY

"""One process of the bot, from its lease to its end."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import discord
import structlog
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
_WAIT_SECONDS = 5.0
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
        raise ConfigError(
            ["Discord does not accept the token: copy it anew from the developer portal."]
        ) from error


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

    def __init__(self, bot: RapportBot, holder: str) -> None:
        self.bot = bot
        self.scheduler: Scheduler | None = None
        self._server: WebServer | None = None
        self._holder = holder
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
            await bot.login(token)
            print(f"Invite the bot to a server: {invite_link(bot)}", flush=True)
            connecting = asyncio.create_task(bot.connect())
            await loading
        finally:
            loading.cancel()
        log.info("answering", after_s=round(time.monotonic() - self._began, 2))
        gc.freeze()  # else each full collection stops the loop for 0.1 s, to find modules stay
        gc.enable()
        await bot.sync_commands()
        now = bot.clock.now()
        if not await renew_lease(bot.db, LEADER, holder=self._holder, now=now):
            raise await self._replaced()  # it took long to get here
        await bot.dispatcher.take_over()
        # Who waits for an answer comes first; what is due is sent a second later, gateway or not.
        await asyncio.wait((connecting,), timeout=1)
        await self._send(connecting)

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
        """Stop what runs, in the order in which one thing rests on the other."""
        bot = self.bot
        if self._server is not None:
            await self._server.stop()
        if self.scheduler is not None:
            self.scheduler.silence()
            await bot.dispatcher.stop()
            await self.scheduler.end()
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

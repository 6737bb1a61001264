"""One process of the bot, from its lease to its end."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from typing import TYPE_CHECKING

import discord
import structlog
from discord.http import Route

from bot.client import RapportBot, invite_link
from bot.clock import SystemClock
from bot.errors import ConfigError
from bot.logs import set_up_logs
from bot.storage.db import Database, parse_url
from bot.storage.holders import new_holder
from bot.storage.leases import LEADER, release_lease, wait_for_lease
from bot.storage.opening import open_database

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.scheduler import Scheduler
    from bot.web.serving import WebServer

log = structlog.get_logger("bot.client.life")


def run(settings: Settings) -> None:
    """Run the bot until it is stopped; raises ConfigError for what the operator must mend."""
    set_up_logs(settings.log)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it never speaks
    token = settings.token().reveal()
    if settings.discord.api_base_url:
        Route.BASE = settings.discord.api_base_url.rstrip("/")
    db = open_database(parse_url(settings.database_url), settings.key_file)
    try:
        asyncio.run(_serve(settings, db, token))
    except discord.LoginFailure as error:
        raise ConfigError(
            ["Discord does not accept the token: copy it anew from the developer portal."]
        ) from error


async def _serve(settings: Settings, db: Database, token: str) -> None:
    life = Life(RapportBot(settings=settings, db=db, clock=SystemClock()))
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
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

    def __init__(self, bot: RapportBot) -> None:
        self.bot = bot
        self.scheduler: Scheduler | None = None
        self._server: WebServer | None = None
        self._holder = new_holder()
        self._began = time.monotonic()

    async def live(self, token: str) -> None:
        """Connect, and load meanwhile; then send what is due, until the gateway is left."""
        bot = self.bot
        await wait_for_lease(bot.db, LEADER, holder=self._holder, clock=bot.clock)
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
        await bot.dispatcher.take_over()
        # Who waits for an answer comes first; what is due is sent a second later, gateway or not.
        await asyncio.wait((connecting,), timeout=1)
        self._schedule().start()
        await connecting

    async def end(self) -> None:
        """Stop what runs, in the order in which one thing rests on the other."""
        if self._server is not None:
            await self._server.stop()
        if self.scheduler is None:
            await release_lease(self.bot.db, LEADER, holder=self._holder)
        else:
            self.scheduler.silence()
            await self.bot.dispatcher.stop()
            await self.scheduler.release()
        await self.bot.close()

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

"""Discord: the client that loads the cogs, and the one error handler."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import signal
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands
from discord.http import Route

from bot import proofreading
from bot.clock import Clock, SystemClock
from bot.club.packs import PackShelf
from bot.content import Content
from bot.content import load as load_content
from bot.dispatcher import Dispatcher, LoopPacer, NoPacer
from bot.errors import AlreadyDone, ConfigError, UserError
from bot.logs import new_reference, set_up_logs
from bot.scheduler import Scheduler
from bot.storage.db import Database, parse_url
from bot.storage.facts import read_fact, write_fact
from bot.storage.opening import open_database

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.web.serving import WebServer

log = structlog.get_logger("bot.client")

COGS = (
    "cogs.assistant",
    "cogs.calendar",
    "cogs.challenges",
    "cogs.cohorts",
    "cogs.contacts",
    "cogs.drafts",
    "cogs.follow_ups",
    "cogs.forms",
    "cogs.importing",
    "cogs.inbox",
    "cogs.interviews",
    "cogs.joining",
    "cogs.leaving",
    "cogs.log",
    "cogs.members",
    "cogs.network",
    "cogs.organise",
    "cogs.own_questions",
    "cogs.privacy",
    "cogs.questions",
    "cogs.reminders",
    "cogs.shortcuts",
    "cogs.tags",
    "cogs.today",
    "cogs.wishes",
)
_TOO_LATE = {10062, 10015, 50027, 40060}  # unknown or expired interaction, answered already
_TROUBLE = (
    "Something went wrong on my side. Nothing you noted before is lost. "
    "Please try again; if it happens twice, tell your organisers this reference: `{reference}`"
)


class RapportBot(commands.Bot):
    """The bot: what it is made of is handed in, nothing is looked up."""

    def __init__(
        self,
        *,
        settings: Settings,
        db: Database,
        clock: Clock,
        content: Content,
        dispatcher: Dispatcher,
    ) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        intents.dm_messages = True
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            max_ratelimit_timeout=60,
        )
        self.settings = settings
        self.db = db
        self.clock = clock
        self.content = content
        self.packs = PackShelf(db, content)
        self.dispatcher = dispatcher
        self.forms: dict[str, tuple[Any, Callable[..., Awaitable[None]]]] = {}
        self.presses: dict[tuple[str, str], Callable[..., Awaitable[None]]] = {}
        self.tree.error(self._explain_command)

    async def setup_hook(self) -> None:
        """Load every cog, or do not start; send Discord the commands when they have changed."""
        await self.packs.look_through()
        for name in COGS:
            await self.load_extension(name)
        await self.sync_commands()

    async def close(self) -> None:
        """Stop sending, leave Discord, end the proofreader, close the database."""
        await self.dispatcher.stop()
        await super().close()
        await proofreading.close()
        await self.db.close()

    async def sync_commands(self) -> None:
        """Sync the commands when their hash differs from the one stored."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        whole = json.dumps([self.application_id, payload], sort_keys=True, default=str)
        digest = hashlib.sha256(whole.encode()).hexdigest()
        if await read_fact(self.db, "commands") != digest:
            await self.tree.sync()
            await write_fact(self.db, "commands", digest)
            log.info("commands synced", count=len(payload))

    async def explain(self, interaction: discord.Interaction, error: BaseException) -> None:
        """Tell the member what an error means for them: one sentence, never a trace.

        A UserError speaks for itself. Anything else is logged with a short reference, which the
        member is given. What Discord no longer lets us answer is left: what was stored stands.
        """
        error = getattr(error, "original", error)
        if isinstance(error, AlreadyDone) or getattr(error, "code", None) in _TOO_LATE:
            log.info("answered already or too late", error=type(error).__name__)
            return
        if isinstance(error, UserError):
            await self._answer(interaction, error.text)
            return
        if isinstance(error, app_commands.CheckFailure):
            await self._answer(interaction, _refusal(error))
            return
        reference = new_reference()
        log.error("interaction failed", reference=reference, exc_info=error)
        await self._answer(interaction, _TROUBLE.format(reference=reference))

    async def _answer(self, interaction: discord.Interaction, text: str) -> None:
        private = is_private(interaction)
        try:
            if interaction.response.is_done():
                await interaction.followup.send(text, ephemeral=private)
            else:
                await interaction.response.send_message(text, ephemeral=private)
        except discord.HTTPException as error:
            log.info("no answer could be sent", error=type(error).__name__, code=error.code)

    async def _explain_command(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        await self.explain(interaction, error)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """Log what went wrong in a listener, by reference."""
        log.exception("listener failed", reference=new_reference(), listener=event_method)


def is_private(interaction: discord.Interaction) -> bool:
    """Tell whether a reply must be ephemeral: everywhere but in the bot's own DM."""
    return not interaction.context.dm_channel


def _refusal(error: app_commands.CheckFailure) -> str:
    if isinstance(error, app_commands.NoPrivateMessage):
        return "That one works on your club's server. Please run it there."
    return "That one is for the club's organisers. Ask one of them for help."


def create_bot(
    settings: Settings, *, db: Database, clock: Clock, is_paced: bool = True
) -> RapportBot:
    """Put the bot together: the composition root's last step.

    ``is_paced`` False sends as fast as it can, for a simulated clock that nothing can wait on.
    """
    content = load_content(settings.content.dir)
    for problem in content.problems:
        log.warning("club content left out", problem=str(problem))
    dispatcher = Dispatcher(
        db, clock, content, settings.delivery, pacer=LoopPacer() if is_paced else NoPacer()
    )
    return RapportBot(settings=settings, db=db, clock=clock, content=content, dispatcher=dispatcher)


PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    pin_messages=True,
    read_message_history=True,
)
"""What the bot asks for on a server: to post and pin the Start post, and to post boards once."""


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
    clock = SystemClock()
    bot = create_bot(settings, db=db, clock=clock)
    scheduler = Scheduler(db=db, clock=clock, dispatcher=bot.dispatcher, settings=settings)
    server = _web_server(bot, scheduler) if settings.web.is_on else None
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    work = asyncio.create_task(_work(bot, scheduler, server, token))
    stopping = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if server is not None:
            await server.stop()
        scheduler.silence()
        await bot.dispatcher.stop()
        await scheduler.release()
        await bot.close()
        work.cancel()
        await asyncio.gather(work, stopping, return_exceptions=True)
    if not work.cancelled() and (error := work.exception()):
        raise error


def _web_server(bot: RapportBot, scheduler: Scheduler) -> WebServer:
    from bot.web.serving import WebServer  # off for most: it would be there at each start

    return WebServer(
        table=bot.settings.web,
        db=bot.db,
        content=bot.content,
        clock=bot.clock,
        is_well=lambda: scheduler.is_leading and bot.is_ready() and bot.dispatcher.is_authorized,
    )


async def _work(
    bot: RapportBot, scheduler: Scheduler, server: WebServer | None, token: str
) -> None:
    gc.freeze()  # else each full collection stops the loop for 0.1 s, to find that modules stay
    gc.enable()
    await scheduler.lead()
    if server is not None:
        await server.start()
    await bot.dispatcher.take_over()
    await bot.login(token)
    print(f"Invite the bot to a server: {invite_link(bot)}", flush=True)
    connecting = asyncio.create_task(bot.connect())
    # Who waits for an answer comes first; what is due is sent a second later, gateway or not.
    await asyncio.wait((connecting,), timeout=1)
    scheduler.start()
    await connecting


def invite_link(bot: RapportBot) -> str:
    """Give the link that adds the bot to a server with exactly the permissions it needs."""
    return discord.utils.oauth_url(
        bot.application_id or 0,
        permissions=PERMISSIONS,
        scopes=("bot", "applications.commands"),
    )

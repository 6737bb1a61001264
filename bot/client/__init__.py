"""Discord: the client that loads the cogs, and the one error handler.

What it answers with is imported while it connects: whoever runs it waits for the longer of the two.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.clock import Clock
from bot.errors import AlreadyDone, UserError
from bot.logs import new_reference
from bot.storage.db import Database
from bot.storage.facts import read_fact, write_fact

if TYPE_CHECKING:
    from bot.club.packs import PackShelf
    from bot.config import Settings
    from bot.content import Content
    from bot.dispatcher import Dispatcher

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
    "cogs.servers",
    "cogs.shortcuts",
    "cogs.tags",
    "cogs.today",
    "cogs.wishes",
)
_TOO_LATE = {10062, 10015, 50027, 40060}  # unknown or expired interaction, answered already
# Heard by listeners of cogs alone; ready may come before them on a slow machine.
_ANSWERED = {"interaction", "message", "ready", "guild_join", "guild_remove"}
_TROUBLE = (
    "Something went wrong on my side. Nothing you noted before is lost. "
    "Please try again; if it happens twice, tell your organisers this reference: `{reference}`"
)


class _Tree(app_commands.CommandTree["RapportBot"]):
    async def interaction_check(self, interaction: discord.Interaction[RapportBot], /) -> bool:
        """Let a command that came early wait until its cog is there; all are let through."""
        await interaction.client.is_loaded.wait()
        return True


class RapportBot(commands.Bot):
    """The bot: what it is made of is handed in or fitted, nothing is looked up."""

    content: Content
    packs: PackShelf
    dispatcher: Dispatcher

    def __init__(
        self, *, settings: Settings, db: Database, clock: Clock, is_paced: bool = True
    ) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        intents.dm_messages = True
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=_Tree,
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
        self.forms: dict[str, tuple[Any, Callable[..., Awaitable[None]]]] = {}
        self.presses: dict[tuple[str, str], Callable[..., Awaitable[None]]] = {}
        self.is_loaded = asyncio.Event()
        self._is_paced = is_paced
        self._loading: asyncio.Task[None] | None = None
        self.waiting: list[tuple[str, tuple[Any, ...]]] = []
        self.tree.error(self._explain_command)

    def fit(self) -> None:
        """Import what answers, read the content and make what sends; takes half a second."""
        # Not at the top of the module: all of it can wait until the gateway is being connected.
        from bot.club.packs import PackShelf
        from bot.content import load
        from bot.dispatcher import Dispatcher, LoopPacer, NoPacer

        self.content = load(self.settings.content.dir)
        for problem in self.content.problems:
            log.warning("club content left out", problem=str(problem))
        self.packs = PackShelf(self.db, self.content)
        pacer = LoopPacer() if self._is_paced else NoPacer()
        self.dispatcher = Dispatcher(
            self.db, self.clock, self.content, self.settings.delivery, pacer=pacer
        )
        for name in COGS:
            importlib.import_module(name)

    async def load(self) -> None:
        """Load every cog or raise, then answer what came before."""
        await self.packs.look_through()
        for name in COGS:  # imported already; load_extension would run each module once more
            await importlib.import_module(name).setup(self)
        self.answer_waiting()

    def answer_waiting(self) -> None:
        """Hand on what came before the cogs were there."""
        self.is_loaded.set()
        for event, arguments in self.waiting:
            super().dispatch(event, *arguments)
        self.waiting.clear()

    def load_meanwhile(self) -> asyncio.Task[None]:
        """Begin to fit and load, in a thread as far as it goes; the task ends when it answers."""

        async def load() -> None:
            await asyncio.to_thread(self.fit)
            await self.load()

        self._loading = asyncio.create_task(load())
        return self._loading

    async def setup_hook(self) -> None:
        """Load before the gateway is connected, unless that is under way already."""
        if self._loading is None:
            await self.load()
            await self.sync_commands()

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Hand on an event; one that comes early waits for the cog that hears it."""
        if event_name in _ANSWERED and not self.is_loaded.is_set():
            self.waiting.append((event_name, args))
        else:
            super().dispatch(event_name, *args, **kwargs)

    async def leave(self) -> None:
        """Stop sending, leave Discord, end the proofreader."""
        if self.is_loaded.is_set():
            await self.dispatcher.stop()
        await super().close()
        if self.is_loaded.is_set():
            from bot import proofreading

            await proofreading.close()

    async def close(self) -> None:
        """Leave, and close the database."""
        await self.leave()
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
        await self._answer(interaction, self.own_up(error, "interaction failed"))

    def own_up(self, error: BaseException, event: str) -> str:
        """Log what went wrong by a short reference; returns the sentence that gives it."""
        reference = new_reference()
        log.error(event, reference=reference, exc_info=error)
        return _TROUBLE.format(reference=reference)

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
    """Put a bot together that loads before it connects.

    ``is_paced`` False sends as fast as it can, for a simulated clock that nothing can wait on.
    """
    bot = RapportBot(settings=settings, db=db, clock=clock, is_paced=is_paced)
    bot.fit()
    return bot


PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    pin_messages=True,
    read_message_history=True,
)
"""What the bot asks for on a server: to post and pin the Start post, and to post boards once."""

GIVING_ROLES = discord.Permissions(manage_roles=True)
"""What it asks for beside them, of those who choose a role that it shall give."""


def invite_link(bot: RapportBot) -> str:
    """Give the link that adds the bot to a server with exactly the permissions it needs."""
    return discord.utils.oauth_url(
        bot.application_id or 0,
        permissions=PERMISSIONS,
        scopes=("bot", "applications.commands"),
    )


def roles_link(bot: RapportBot, guild: discord.Guild) -> str:
    """Give the link by which an organiser lets the bot give roles, on this server alone."""
    return discord.utils.oauth_url(
        bot.application_id or 0,
        permissions=PERMISSIONS | GIVING_ROLES,
        guild=guild,
        disable_guild_select=True,
        scopes=("bot", "applications.commands"),
    )

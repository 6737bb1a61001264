"""The courier: carries the dispatcher's messages over Discord, and knows no feature."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import discord
import structlog
from discord.ext import commands

from bot.dispatcher import (
    Answer,
    Closed,
    Gone,
    Message,
    MessagePage,
    Refused,
    RoleGiven,
    Sent,
    TooFast,
    Unauthorized,
    Uncertain,
)
from bot.dispatcher.retaining import NOTEBOOK
from bot.notebook.exchange import gather_export
from bot.pictures.rasterising import Rasteriser
from cogs._ui.cards import buttons
from cogs._ui.drawing import drawn_file
from cogs._ui.exporting import notebook_file
from cogs._ui.recognising import is_same

if TYPE_CHECKING:
    from bot.client import RapportBot

_log = structlog.get_logger("cogs.reminders")

SECONDS = 20.0
"""How long one request may take; the lease of a delivery outlives two of them."""

# 10013: the account does not exist any more; 50013: a channel in which the bot may not write.
_CLOSED = frozenset({50007, 50278, 50001, 10013, 50013})
_GONE = 10003
_TOO_FAST = 40003
_NOT_ALLOWED = 50013
_WAIT = 60.0
_SECONDS_TO_DRAW = 15.0
_NO_MEMBER = frozenset({10007, 10013})
_ROLE_ANSWERS = {
    10007: RoleGiven.LEFT,
    10013: RoleGiven.LEFT,
    10011: RoleGiven.NO_ROLE,
    50001: RoleGiven.NOT_ALLOWED,
    50013: RoleGiven.NOT_ALLOWED,
}
_WINNER = "Winner of a challenge"
_PAGE = 100
_SKEW = timedelta(minutes=1)


class DiscordCourier:
    """Sends through discord.py's own HTTP client, one request a message."""

    def __init__(
        self,
        client: discord.Client,
        *,
        seconds: float = SECONDS,
        notebook_of: Callable[[int], Awaitable[discord.File]] | None = None,
    ) -> None:
        self._client = client
        self._notebook_of = notebook_of
        self._seconds = seconds
        self._rasteriser = Rasteriser()

    async def send(self, message: Message) -> Answer:
        """Send to the message's channel, once, under its key.

        Where files may not be attached, the message goes without: its words say the same.
        """
        file = await self._draw(message)
        answer = await self._send(message, file)
        if file is not None and answer == Closed(_NOT_ALLOWED):
            answer = await self._send(message, None)
        return answer

    async def _draw(self, message: Message) -> discord.File | None:
        picture = message.picture
        if picture is None:
            return None
        try:
            async with asyncio.timeout(_SECONDS_TO_DRAW):
                if picture.name == NOTEBOOK:
                    return await self._write_notebook(message.member_id)
                return await drawn_file(self._rasteriser, picture.name, picture.data)
        except Exception as error:  # a message is never held up by its picture
            _log.warning("picture_not_drawn", picture=picture.name, error=type(error).__name__)
            return None

    async def _write_notebook(self, member_id: int | None) -> discord.File | None:
        if self._notebook_of is None or member_id is None:
            return None
        return await self._notebook_of(member_id)

    async def _send(self, message: Message, file: discord.File | None) -> Answer:
        channel = self._client.get_partial_messageable(message.channel_id or 0)
        try:
            async with asyncio.timeout(self._seconds):
                # With a nonce, discord.py also sends enforce_nonce: a repeated one is not posted.
                sent = await channel.send(
                    message.content,
                    nonce=message.key,
                    view=buttons(message.buttons) if message.buttons else None,  # type: ignore[arg-type] - None is its default
                    silent=message.silent,
                    file=file,  # type: ignore[arg-type] - None is its default
                    allowed_mentions=_mentions(message),
                )
        except _FAILURES as error:
            return self._answer(error)
        return Sent(sent.id, channel.id)

    async def find(self, message: Message, after: datetime) -> int | Answer | None:
        """Look for a message in its channel's history: its id, None, or why it cannot be read."""
        channel_id, me = message.channel_id or 0, self._client.user
        place = discord.utils.time_snowflake(after - _SKEW)
        try:
            if me is None or not self._may_look_back(channel_id):
                return Closed(_NOT_ALLOWED)
            while True:
                async with asyncio.timeout(self._seconds):
                    page = await self._client.http.logs_from(channel_id, _PAGE, after=place)
                found = next((one for one in page if is_same(one, message, by=me.id)), None)
                if found is not None:
                    return int(found["id"])
                if len(page) < _PAGE:
                    return None
                place = max(int(one["id"]) for one in page)
        except _FAILURES as error:
            return self._answer(error)

    def _may_look_back(self, channel_id: int) -> bool:
        """Tell whether a history shows anything: without the permission it is empty, no error."""
        channel = self._client.get_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return True
        return channel.permissions_for(channel.guild.me).read_message_history

    async def open(self, member_id: int) -> int | Answer:
        """Open the DM channel with a member: its id, or why not."""
        try:
            async with asyncio.timeout(self._seconds):
                channel = await self._client.http.start_private_message(member_id)
        except _FAILURES as error:
            return self._answer(error)
        return int(channel["id"])

    async def is_member(self, guild_id: int, member_id: int) -> bool | None:
        """Tell whether somebody is on a server; None when that cannot be learned now."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._client.http.get_member(guild_id, member_id)
        except _FAILURES as error:
            return False if getattr(error, "code", None) in _NO_MEMBER else None
        return True

    async def give_role(self, guild_id: int, member_id: int, role_id: int) -> RoleGiven:
        """Give a member a role; they have it once, however often this is asked."""
        http = self._client.http
        try:
            async with asyncio.timeout(self._seconds):
                await http.add_role(guild_id, member_id, role_id, reason=_WINNER)
        except _FAILURES as error:
            self._answer(error)
            return _ROLE_ANSWERS.get(getattr(error, "code", 0), RoleGiven.LATER)
        return RoleGiven.GIVEN

    def has_role(self, guild_id: int, role_id: int) -> bool | None:
        """Tell whether a server has a role; None when I don't know that server now."""
        guild = self._client.get_guild(guild_id)
        return None if guild is None or guild.unavailable else guild.get_role(role_id) is not None

    async def own_messages(self, channel_id: int, before: int | None) -> MessagePage | Answer:
        """Look through the messages before one (None: the latest), or say why it cannot."""
        me = self._client.user.id if self._client.user else 0
        try:
            async with asyncio.timeout(self._seconds):
                page = await self._client.http.logs_from(channel_id, _PAGE, before=before)
        except _FAILURES as error:
            return self._answer(error)
        own = tuple(int(one["id"]) for one in page if int(one["author"]["id"]) == me)
        last = int(page[-1]["id"]) if len(page) == _PAGE else None
        return MessagePage(own, last)

    async def delete(self, channel_id: int, message_id: int) -> Answer | None:
        """Delete one of the bot's own messages: None when it is gone, or why not."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._client.http.delete_message(channel_id, message_id)
        except discord.NotFound as error:
            return Gone() if error.code == _GONE else None
        except _FAILURES as error:
            return self._answer(error)
        return None

    def _answer(self, error: Exception) -> Answer:
        if isinstance(error, TimeoutError):
            # discord.py shuts this gate while it waits out a global limit; cut off, it stays shut.
            self._client.http._global_over.set()
        return _meaning(error)


_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, RuntimeError)


def _mentions(message: Message) -> discord.AllowedMentions:
    """Let nobody be pinged, save the one role that an organiser chose."""
    if message.ping_role_id is None:
        return discord.AllowedMentions.none()
    role = discord.Object(message.ping_role_id)
    return discord.AllowedMentions(everyone=False, users=False, replied_user=False, roles=[role])


def _meaning(error: Exception) -> Answer:
    """Translate what discord.py raised (DESIGN §6, the table)."""
    if isinstance(error, discord.RateLimited):
        return TooFast(error.retry_after)
    if not isinstance(error, discord.HTTPException) or error.status >= 500:
        return Uncertain()
    if error.status == 401:
        return Unauthorized()
    if error.status == 429 or error.code == _TOO_FAST:
        return TooFast(_WAIT)
    if error.code in _CLOSED:
        return Closed(error.code)
    return Gone() if error.code == _GONE else Refused(error.status, error.code)


class RemindersCog(commands.Cog):
    """Hands the courier to the dispatcher."""

    def __init__(self, bot: RapportBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """From here on, what is due can be sent."""
        await self.bot.dispatcher.remember_unreached()
        self.bot.dispatcher.attach(DiscordCourier(self.bot, notebook_of=self._notebook))

    async def _notebook(self, member_id: int) -> discord.File:
        now = self.bot.clock.now()
        whole = await self.bot.db.load(gather_export, member_id, now=now)
        return await asyncio.to_thread(notebook_file, whole, f"{now:%Y-%m-%d}")


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(RemindersCog(bot))

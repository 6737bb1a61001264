"""Notes which servers the bot is on: a club that removed it rests, and is taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import structlog
from discord.ext import commands

from bot.club.settings import leave_club, list_clubs

if TYPE_CHECKING:
    from bot.client import RapportBot

_log = structlog.get_logger("cogs.servers")


class Servers(commands.Cog):
    """Listens for coming and going."""

    def __init__(self, bot: RapportBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Let a club rest from here on; what it has here is erased 30 days later."""
        await self._leave(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Take up a club again, if it had removed the bot."""
        await self.bot.dispatcher.came_back_to(guild.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Learn what happened while the bot was not there to see it."""
        here = {guild.id for guild in self.bot.guilds}
        for club in await self.bot.db.load(list_clubs):
            if club.guild_id in here and club.left_at is not None:
                await self.bot.dispatcher.came_back_to(club.guild_id)
            elif club.guild_id not in here and club.left_at is None:
                await self._leave(club.guild_id)

    async def _leave(self, guild_id: int) -> None:
        await self.bot.db.store(leave_club, guild_id, now=self.bot.clock.now())
        _log.info("removed from a server")


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Servers(bot))

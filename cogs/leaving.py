"""Leaving: everything of a member's is erased, a week after they typed the word, or now."""

from __future__ import annotations

import discord

from bot.client import RapportBot
from bot.dispatcher.leaving import erase_now, spare
from bot.errors import UserError
from bot.notebook.leaving import ask_to_leave, find_leaver, stay
from bot.rules.presses import Press, menu
from cogs._ui.cards import Card
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.leaving_cards import ERASE, WORD, erased_card, leaving_card
from cogs._ui.replies import show

_NOTHING = "There was nothing of yours here to erase."


class Leaving(FeatureCog):
    """The way out."""

    @on_press("m", "erase")
    async def menu_erase(self, interaction: discord.Interaction, _: Press) -> None:
        """Ask for a typed word first."""
        await open_form(interaction, ERASE)

    @on_form(ERASE)
    async def erase_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Let everything go in a week; nothing but a form that failed goes at once."""
        if filled.get("confirm").strip('"“”.').upper() != WORD:
            raise UserError(
                f"Nothing was erased. To erase everything, type {WORD} in the first field."
            )
        clears = filled.get("messages") != "keep"
        now = self.bot.clock.now()
        member = await self.bot.db.store(
            ask_to_leave, interaction.user.id, clears_dm=clears, now=now
        )
        if member.erase_at is None:
            await self._erase(interaction, clears_dm=clears)
        else:
            await show(interaction, leaving_card(member.erase_at, clears_dm=clears))

    @on_press("m", "keep_notebook")
    async def menu_keep(self, interaction: discord.Interaction, _: Press) -> None:
        """Let the notebook stay."""
        await self.bot.db.store(stay, interaction.user.id)
        text = "Your notebook stays, with everything in it. I remind you as before."
        await show(interaction, Card(text, rows=((menu("today", "Today"),),)))

    @on_press("m", "erase_now")
    async def menu_erase_now(self, interaction: discord.Interaction, _: Press) -> None:
        """Do not wait for the week to pass."""
        clears = await self.bot.db.load(find_leaver, interaction.user.id)
        await self._erase(interaction, clears_dm=clears)

    async def _erase(self, interaction: discord.Interaction, *, clears_dm: bool) -> None:
        bot, now = self.bot, self.bot.clock.now()
        count, sweep = await erase_now(
            bot.db, bot.dispatcher, interaction.user.id, clears_dm=clears_dm, now=now
        )
        if not count:
            raise UserError(_NOTHING)
        keep = bot.settings.backup.keep
        await show(interaction, erased_card(clears_dm=clears_dm, keep_days=keep))
        if sweep and interaction.context.dm_channel:
            answer = await interaction.original_response()
            await spare(bot.db, sweep, answer.id)


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Leaving(bot))

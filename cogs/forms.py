"""Forms and changes: submitted forms, forms that come back, Undo and Keep in my DM."""

from __future__ import annotations

import asyncio

import discord
from discord.ext import commands

from bot.client import RapportBot, is_private
from bot.notebook.calendars import gone_event
from bot.notebook.changes import undo
from bot.rules.calendar import write_calendar
from bot.rules.presses import Press
from cogs._ui.calendar_cards import undone_card
from cogs._ui.cards import LONG
from cogs._ui.feature import FeatureCog, on_press, run_press
from cogs._ui.forms import read_submit
from cogs._ui.keeping import keep_copy
from cogs._ui.replies import show
from cogs._ui.running import answer, reopen, rerun, run_form


class Forms(FeatureCog):
    """What every feature's replies share."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer every press and every submitted form, also of before a restart, by its id."""
        if interaction.type is discord.InteractionType.component:
            await answer(self.bot, interaction, run_press(self.bot, interaction))
        elif interaction.type is discord.InteractionType.modal_submit:
            filled = read_submit(interaction.data or {})
            if filled is not None:
                await answer(self.bot, interaction, run_form(self.bot, interaction, filled))

    @on_press("u", "correct")
    async def unfinished_correct(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the form again, filled in."""
        await reopen(self.bot, interaction, press.key)

    @on_press("u", "pick")
    async def unfinished_pick(self, interaction: discord.Interaction, press: Press) -> None:
        """Go on with the answer that was picked."""
        await rerun(self.bot, interaction, press.key, int(press.arg))

    @on_press("x", "undo")
    async def change_undo(self, interaction: discord.Interaction, press: Press) -> None:
        """Take back one change."""
        if press.arg == LONG:  # Discord waits three seconds for an answer
            await interaction.response.defer(ephemeral=is_private(interaction), thinking=True)
        by = self.by(interaction)
        undone = await self.bot.db.store(undo, by, press.key)
        event = gone_event(undone)
        data = await asyncio.to_thread(write_calendar, [event], now=by.now) if event else b""
        await show(interaction, undone_card(undone, event, data))

    @on_press("m", "keep")
    async def menu_keep(self, interaction: discord.Interaction, _: Press) -> None:
        """Send the member a copy of this reply in their DM, where it stays."""
        await keep_copy(interaction)


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Forms(bot))

"""Today: what is due, what is overdue, and the one next best step."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.errors import UserError
from bot.notebook.nudges import Due, compose
from bot.notebook.pressed import Pressed, access_pressed, refuse_if_settled
from bot.notebook.today import is_unreached, load_today
from bot.rules.presses import Press
from cogs._ui.cards import Card
from cogs._ui.contact_card import contact_card
from cogs._ui.feature import FeatureCog, on_press
from cogs._ui.replies import show
from cogs._ui.today_card import today_card


class Today(FeatureCog):
    """The one place to look at: never an empty screen."""

    @app_commands.command(name="today", description="See what is due, and your next best step")
    async def today(self, interaction: discord.Interaction) -> None:
        """Show the member's day."""
        await self._show_today(interaction)

    @on_press("m", "today")
    async def menu_today(self, interaction: discord.Interaction, _: Press) -> None:
        """Show the member's day from a button."""
        await self._show_today(interaction)

    @on_press("d", "today", "open")
    async def delivery_today(self, interaction: discord.Interaction, _: Press) -> None:
        """Show the member's day from a message."""
        await self._show_today(interaction)

    async def _show_today(self, interaction: discord.Interaction) -> None:
        now, owner_id = self.bot.clock.now(), interaction.user.id
        today = await self.bot.db.load(load_today, owner_id, now=now)
        card = today_card(self.bot.content, today, now=now, is_unreached=is_unreached(today))
        await show(interaction, card)

    @on_press("r", "open")
    async def reminder_open(self, interaction: discord.Interaction, press: Press) -> None:
        """Show in full what a list or a discreet message only hinted at."""
        now = self.bot.clock.now()
        pressed = await self.bot.db.load(
            access_pressed, self.bot.content, interaction.user.id, press.key
        )
        try:
            refuse_if_settled(self.bot.content, pressed, now=now)
            card = self._nudge_card(pressed)
        except UserError as settled:
            if pressed.page is None:
                raise
            card = contact_card(pressed.page, pressed.member, now=now, head=settled.text)
        await show(interaction, card)

    def _nudge_card(self, pressed: Pressed) -> Card:
        content, now = self.bot.content, self.bot.clock.now()
        due = Due(
            key=pressed.key,
            kind=pressed.kind,
            anchor=pressed.anchor,
            step=pressed.step,
            wake_at=now,
            expires_at=pressed.expires_at,
            page=pressed.page,
        )
        member = replace(pressed.member, discreet=False)
        nudge = compose(content, member, (due,), key="-", now=now)
        row = nudge.buttons[0]
        if pressed.page is None:
            return Card(nudge.content, rows=(row,), keep=True)
        card = Press("c", pressed.page.key, "open", "Card")
        return Card(nudge.content, rows=(row, (card,)), keep=True)


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Today(bot))

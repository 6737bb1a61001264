"""Joining: two cards of one person become one."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.client import RapportBot
from bot.errors import UserError
from bot.notebook.joining import choose_fields, join_contacts, open_joining
from bot.rules.presses import Press
from cogs._ui.contact_card import contact_card
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.joining_cards import JOIN, joining_card
from cogs._ui.people import pick_contact
from cogs._ui.replies import show


class Joining(FeatureCog):
    """Makes one card of two."""

    @on_press("c", "join")
    async def contact_join(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask whose card the other one is."""
        await open_form(interaction, JOIN, subject=press.key)

    @on_form(JOIN)
    async def join_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Show both cards side by side."""
        ref = await pick_contact(self.bot, interaction, filled.get("contact"))
        if ref.startswith("+"):
            raise UserError(
                "There is no such card. Press **Join with another card** again and pick a name "
                "from your notebook."
            )
        both = await self.bot.db.store(
            open_joining,
            interaction.user.id,
            keep=filled.subject,
            gone=ref[1:],
            now=self.bot.clock.now(),
        )
        await show(interaction, joining_card(both))

    @on_press("u", "join_fields")
    async def choose(self, interaction: discord.Interaction, press: Press) -> None:
        """Choose what comes from the other card."""
        taken = [name for name in press.arg.split(",") if name]
        now = self.bot.clock.now()
        both = await self.bot.db.store(
            choose_fields, interaction.user.id, press.key, taken=taken, now=now
        )
        await show(interaction, joining_card(both), in_place=True)

    @on_press("u", "join")
    async def join(self, interaction: discord.Interaction, press: Press) -> None:
        """Join them."""
        stored = await self.bot.db.store(join_contacts, by=self.by(interaction), key=press.key)
        page = next(iter(stored.pages.values()))
        card = contact_card(page, stored.member, now=self.bot.clock.now(), head="Joined.")
        await show(interaction, replace(card, change=stored.change))


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Joining(bot))

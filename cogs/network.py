"""The network as a whole: its map, how it goes, who drifts away, a year of touches."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands

from bot.client import RapportBot, is_private
from bot.errors import UserError
from bot.notebook.network import load_network
from bot.pictures.rasterising import Rasteriser
from bot.rules.presses import OUTDATED, Press
from cogs._ui.cards import Card
from cogs._ui.feature import FeatureCog, on_press
from cogs._ui.network_cards import PLACES, VIEWS, Look, look_at
from cogs._ui.replies import show


class Network(FeatureCog):
    """Pictures of a member's network, for their eyes alone."""

    def __init__(self, bot: RapportBot) -> None:
        super().__init__(bot)
        self._rasteriser = Rasteriser()

    @app_commands.command(name="network", description="Look at your network as a picture")
    @app_commands.describe(view="The map, if you leave it out")
    @app_commands.choices(
        view=[app_commands.Choice(name=label, value=value) for value, label in VIEWS]
    )
    async def network(
        self, interaction: discord.Interaction, view: app_commands.Choice[str] | None = None
    ) -> None:
        """Show one look at the network."""
        await self._show(interaction, view.value if view else VIEWS[0][0])

    @on_press("m", "network")
    async def menu_network(self, interaction: discord.Interaction, press: Press) -> None:
        """Show another look."""
        view = press.arg or VIEWS[0][0]
        if view not in {PLACES, *(value for value, _ in VIEWS)}:
            raise UserError(OUTDATED)
        await self._show(interaction, view)

    async def _show(self, interaction: discord.Interaction, view: str) -> None:
        # Drawing may take longer than the three seconds that Discord waits for an answer.
        await interaction.response.defer(ephemeral=is_private(interaction), thinking=True)
        network = await self.bot.db.load(
            load_network, interaction.user.id, now=self.bot.clock.now()
        )
        look = await asyncio.to_thread(look_at, network, view)
        await show(interaction, await self._drawn(look))

    async def _drawn(self, look: Look) -> Card:
        if look.picture is None:
            return look.card
        try:
            png = await self._rasteriser.png(
                look.picture.svg, with_system_fonts=look.picture.needs_other_fonts
            )
        except UserError:  # the card says the same in words
            return look.card
        return look.with_picture(png)


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Network(bot))

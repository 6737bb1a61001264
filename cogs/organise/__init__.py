"""Organise: what a club's organisers set up, and the Start post."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.club.settings import find_club
from cogs._ui.forms import open_form
from cogs.organise.groups import Groups
from cogs.organise.managing import Managing
from cogs.organise.packs import Packs
from cogs.organise.places import place, without_gone
from cogs.organise.reporting import Reporting
from cogs.organise.setting_up import CLUB, SettingUp, held_boards
from cogs.organise.starting import Starting
from cogs.organise.status import Status


class Organise(SettingUp, Status, Packs, Starting, Managing, Groups, Reporting):
    """What organisers do on their server."""

    organise = app_commands.Group(
        name="organise",
        description="For the club's organisers",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=False, private_channel=False
        ),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @organise.command(
        name="setup", description="The club's clock, its channels, and the Start post"
    )
    async def organise_setup(self, interaction: discord.Interaction) -> None:
        """Check what I may do in this channel, then ask for the zone."""
        guild_id = place(interaction)
        club = without_gone(interaction, await self.bot.db.load(find_club, guild_id))
        await open_form(interaction, CLUB, values={"zone": club.zone or "", **held_boards(club)})

    @organise.command(name="post", description="Post the Start post in this channel again")
    async def organise_post(self, interaction: discord.Interaction) -> None:
        """Put up a fresh Start post here; the old one goes."""
        await self.post_here(interaction)

    @organise.command(name="status", description="How the bot does on this server, in counts")
    async def organise_status(self, interaction: discord.Interaction) -> None:
        """Show counts and settings, never names."""
        await self.show_status(interaction)

    @organise.command(name="challenge", description="Start a challenge, or change one")
    async def organise_challenge(self, interaction: discord.Interaction) -> None:
        """Offer the ready-made challenges, and list those that are open."""
        await self.show_challenges(interaction)

    @organise.command(name="cohort", description="Groups of members: create, change, archive")
    async def organise_cohort(self, interaction: discord.Interaction) -> None:
        """List the groups, and offer a new one."""
        await self.show_cohorts(interaction)

    @organise.command(name="report", description="What members did together, in counts")
    @app_commands.describe(challenge="Of which challenge")
    async def organise_report(
        self, interaction: discord.Interaction, challenge: str | None = None
    ) -> None:
        """Show the report of a challenge, with a file."""
        await self.show_report(interaction, challenge)

    @organise_report.autocomplete("challenge")
    async def complete_challenge(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the challenges of this server, those that are over too."""
        wanted = current.casefold()
        return [
            app_commands.Choice(name=f"{one.title} ({one.starts_on:%d %b %Y})", value=one.key)
            for one in await self.list_all(interaction)
            if wanted in one.title.casefold()
        ][:25]

    @organise.command(name="pack", description="Questions of your own for this server's members")
    @app_commands.describe(file="A .toml file; without one I list the packs that are here")
    async def organise_pack(
        self, interaction: discord.Interaction, file: discord.Attachment | None = None
    ) -> None:
        """Check an uploaded pack and show what it would bring; without one, list the packs."""
        await self.look_at_pack(interaction, file)


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Organise(bot))

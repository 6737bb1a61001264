"""Questions: the set for a talk, which is the member's to change, keep and tick."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import RapportBot
from cogs._ui.people import complete_contact
from cogs._ui.question_forms import MINUTES, QUESTIONS, complete_focus
from cogs.questions.changing import Changing
from cogs.questions.keeping import Keeping
from cogs.questions.showing import Showing


class Questions(Showing, Changing, Keeping):
    """Sets of questions."""

    @app_commands.command(name="questions", description="Five to seven good questions for a talk")
    @app_commands.describe(
        contact="For whom (nobody: for the field you are curious about)",
        focus="A field of work, or a topic",
        minutes="How long you talk",
    )
    @app_commands.autocomplete(contact=complete_contact)
    @app_commands.choices(
        minutes=[app_commands.Choice(name=f"{one} minutes", value=one) for one in MINUTES]
    )
    async def questions(
        self,
        interaction: discord.Interaction,
        contact: str | None = None,
        focus: str | None = None,
        minutes: app_commands.Choice[int] | None = None,
    ) -> None:
        """Show the questions for a talk."""
        length = str(minutes.value) if minutes else None
        values = {"contact": contact, "focus": focus, "minutes": length}
        await self.submit(interaction, QUESTIONS, values)

    @questions.autocomplete("focus")
    async def complete_focus(
        self, _: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest fields and topics."""
        return [
            app_commands.Choice(name=label, value=value) for label, value in complete_focus(current)
        ]


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Questions(bot))

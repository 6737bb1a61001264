"""Interviews: a talk gets its date, is prepared, moves, is held, and leaves its takeaways."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import RapportBot
from cogs._ui.interview_forms import CANCEL, DONE, MODES, PREPARE, SCHEDULE
from cogs._ui.people import complete_contact
from cogs.interviews.booking import Booking
from cogs.interviews.holding import Holding
from cogs.interviews.preparing import Preparing


class Interviews(Booking, Preparing, Holding):
    """Talks, from their date to their takeaways."""

    interview = app_commands.Group(name="interview", description="Your talks")

    @interview.command(name="schedule", description="Put a talk in your book")
    @app_commands.describe(
        contact="With whom",
        when="Day and hour, as you say it: tomorrow 3pm, Oct 3 14:30",
        minutes="How long (20 unless you say so)",
        mode="How you talk (by video unless you say so)",
        their_zone="A city in their time zone, if it is not yours",
    )
    @app_commands.autocomplete(contact=complete_contact)
    @app_commands.choices(
        mode=[app_commands.Choice(name=label, value=value) for value, label in MODES]
    )
    async def interview_schedule(
        self,
        interaction: discord.Interaction,
        contact: str,
        when: str,
        minutes: int | None = None,
        mode: app_commands.Choice[str] | None = None,
        their_zone: str | None = None,
    ) -> None:
        """Put a talk in the book."""
        values = {
            "contact": contact,
            "when": when,
            "minutes": None if minutes is None else str(minutes),
            "mode": mode.value if mode else None,
            "their_zone": their_zone,
        }
        await self.submit(interaction, SCHEDULE, values)

    @interview.command(name="prepare", description="What to read, bring and ask for your next talk")
    @app_commands.describe(contact="With whom you talk")
    @app_commands.autocomplete(contact=complete_contact)
    async def interview_prepare(self, interaction: discord.Interaction, contact: str) -> None:
        """Show the prep sheet of the next talk."""
        await self.submit(interaction, PREPARE, {"contact": contact})

    @interview.command(name="done", description="Note what a talk brought, and get your thank-you")
    @app_commands.describe(contact="Whom you talked to", when="When it was, if not as planned")
    @app_commands.autocomplete(contact=complete_contact)
    async def interview_held(
        self, interaction: discord.Interaction, contact: str, when: str | None = None
    ) -> None:
        """Note a talk that was held."""
        await self.submit(interaction, DONE, {"contact": contact, "when": when})

    @interview.command(name="cancel", description="A talk moved, or is off")
    @app_commands.describe(contact="Whose talk", new_time="When it is now, if it moved")
    @app_commands.autocomplete(contact=complete_contact)
    async def interview_off(
        self, interaction: discord.Interaction, contact: str, new_time: str | None = None
    ) -> None:
        """Move the next talk, or call it off."""
        await self.submit(interaction, CANCEL, {"contact": contact, "new_time": new_time})


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Interviews(bot))

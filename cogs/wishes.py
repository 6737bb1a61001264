"""Wishes of people who are in a notebook: that what is noted about them be deleted."""

from __future__ import annotations

import discord

from bot.client import RapportBot
from bot.content import plain_text
from bot.notebook.forgetting import forget_contact
from bot.notebook.log import TEXT_LENGTH, Happened, log_touch
from bot.notebook.pages import access_card
from bot.rules.hours import local_day
from bot.rules.presses import Press, menu
from bot.rules.records import TouchKind
from cogs._ui.cards import Card
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, Form, TextField, open_form
from cogs._ui.replies import show

_ROOM = TEXT_LENGTH - 100
KEEP = Form(
    "keep_notes",
    "Why you keep these notes",
    (
        TextField(
            "why",
            "Why do you keep them?",
            "It stands on the card; tell the person yourself if you can",
            max_length=_ROOM,
            long=True,
            required=True,
        ),
    ),
)


class Wishes(FeatureCog):
    """Answers to somebody who asked to be forgotten."""

    @on_press("c", "forget")
    async def contact_forget(self, interaction: discord.Interaction, press: Press) -> None:
        """Delete the person for good; there is no Undo, for it would have to keep them."""
        name = await self.bot.db.store(forget_contact, interaction.user.id, press.key)
        text = (
            f"{plain_text(name)} is deleted, with everything that you noted about them, and there "
            "is no Undo. Messages that name them stay in our DM until you delete them, and "
            "backups hold them until newer ones take their place. Thank you."
        )
        await show(interaction, Card(text, rows=((menu("today", "Today"),),)))

    @on_press("c", "keep_notes")
    async def contact_keep(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask why the notes stay."""
        await open_form(interaction, KEEP, subject=press.key)

    @on_form(KEEP)
    async def keep_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Keep the reason on the card."""
        owner_id, now = interaction.user.id, self.bot.clock.now()
        member, page = await self.bot.db.load(access_card, owner_id, filled.subject)
        happened = Happened(
            TouchKind.NOTE,
            local_day(now, member.zone_or_club),
            now,
            text=f"They asked that these notes be deleted; kept, because: {filled.get('why')}",
        )
        logged = await self.bot.db.store(
            log_touch, by=self.by(interaction, member), contact=f"#{page.key}", happened=happened
        )
        text = (
            f"Your notes about {plain_text(page.name)} stay, with your reason on the card. They "
            "are not told; a word from you would be kind."
        )
        row = (Press("c", page.key, "open", "Card"),)
        await show(interaction, Card(text, rows=(row,), change=logged.stored.change))


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Wishes(bot))

"""Drafts: what to write to a person, to copy, fill in and send."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.content import CHANNELS, DRAFT_KINDS, plain_text
from bot.notebook.contacts import add_contact
from bot.notebook.drafts import KIND_WORDS, Wanted
from cogs._ui.draft_card import other_channel
from cogs._ui.draft_forms import DRAFT
from cogs._ui.draft_words import CHANNEL_CHOICES
from cogs._ui.feature import on_form
from cogs._ui.forms import Filled
from cogs._ui.people import complete_contact, pick_contact
from cogs.drafts.changing import Changing
from cogs.drafts.sending import Sending
from cogs.drafts.showing import Showing


class Drafts(Showing, Changing, Sending):
    """Messages worded from the notebook."""

    @app_commands.command(name="draft", description="Word a message to somebody in your notebook")
    @app_commands.describe(
        contact="To whom",
        kind="Which message; without it, what comes next with them",
        channel="How it travels",
    )
    @app_commands.choices(
        kind=[app_commands.Choice(name=KIND_WORDS[one], value=one) for one in DRAFT_KINDS],
        channel=[app_commands.Choice(name=label, value=one) for one, label in CHANNEL_CHOICES],
    )
    @app_commands.autocomplete(contact=complete_contact)
    async def draft(
        self,
        interaction: discord.Interaction,
        contact: str,
        kind: app_commands.Choice[str] | None = None,
        channel: app_commands.Choice[str] | None = None,
    ) -> None:
        """Show the message that was asked for, or the one that the stage calls for."""
        values = {
            "contact": contact,
            "kind": kind.value if kind else None,
            "channel": channel.value if channel else None,
        }
        await self.submit(interaction, DRAFT, values)

    @on_form(DRAFT)
    async def draft_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Show the message; somebody who is not in the notebook yet is added first."""
        ref = await pick_contact(self.bot, interaction, filled.get("contact"))
        wanted, change, head, key = _wanted(filled), "", "", ref[1:]
        if ref.startswith("+"):
            async with self.bot.db.write() as session:
                by = self.by(interaction)
                stored = await add_contact(session, by=by, values={"name": ref[1:]})
            (key,) = stored.pages
            change, head = stored.change, f"Noted {plain_text(ref[1:])} as a person to ask."
        draft = await self.read(interaction, key, wanted)
        head = head or other_channel(draft, wanted.channel)
        await self.show_first(interaction, draft, head=head, change=change)


def _wanted(filled: Filled) -> Wanted:
    kind, channel = filled.get("kind"), filled.get("channel")
    is_known = kind in ("", *DRAFT_KINDS) and channel in ("", *CHANNELS)
    return Wanted(kind, channel) if is_known else Wanted("", "")


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Drafts(bot))

"""What a right click offers: a member of the server as a person to ask, a message as a note."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.errors import UserError
from bot.notebook.contacts import find_contact
from cogs._ui.contact_forms import ADD
from cogs._ui.feature import FeatureCog
from cogs._ui.forms import Form, open_form
from cogs._ui.log_forms import TEXT, WITH_NAME
from cogs._ui.running import answer

_NAME, *_OTHERS = ADD.fields
_ASKED_FIRST = Form(
    ADD.name,
    "Add them to your notebook?",
    (replace(_NAME, about="Their display name, nothing more; they are not told"), *_OTHERS),
)
_NOT_THEM = "That is a bot: there is nobody to talk with."
_NOT_YOU = "That is you. Choose somebody whom you would like to talk with."
_NO_TEXT = "That message has no text to keep. With **/log** you can write the note yourself."


class Shortcuts(FeatureCog):
    """The commands of Discord's own menus on members and messages."""

    async def cog_load(self) -> None:
        """Add both menus; a cog does not find them by itself."""
        await super().cog_load()
        for name, callback in (
            ("Log as contact", self.log_as_contact),
            ("Save as note", self.save_as_note),
        ):
            self.bot.tree.add_command(app_commands.ContextMenu(name=name, callback=callback))

    async def log_as_contact(
        self, interaction: discord.Interaction, user: discord.User | discord.Member
    ) -> None:
        """Open the form for a new person with their display name: nothing is noted before that."""
        await answer(self.bot, interaction, self._ask_to_add(interaction, user))

    async def _ask_to_add(
        self, interaction: discord.Interaction, user: discord.User | discord.Member
    ) -> None:
        if user.bot:
            raise UserError(_NOT_THEM)
        if user.id == interaction.user.id:
            raise UserError(_NOT_YOU)
        await open_form(interaction, _ASKED_FIRST, values={"name": user.display_name})

    async def save_as_note(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Open the form of a note with the message's text and its address."""
        await answer(self.bot, interaction, self._ask_about_note(interaction, message))

    async def _ask_about_note(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        text = message.content.strip()
        if not text:
            raise UserError(_NO_TEXT)
        room = TEXT - len(message.jump_url) - 1
        shown = text if len(text) <= room else f"{text[: room - 1].rstrip()}…"
        values = {"text": f"{shown}\n{message.jump_url}"}
        name = message.author.display_name
        known = await self.bot.db.load(find_contact, interaction.user.id, name)
        if known.key is not None and message.author.id != interaction.user.id:
            values["contact"] = name
        await open_form(interaction, WITH_NAME["note"], values=values)


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Shortcuts(bot))

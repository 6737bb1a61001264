"""Privacy: what is kept, who could read it, all of it as a file, and erasing it."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot.client import RapportBot, is_private
from bot.content import plain_text
from bot.notebook.exchange import gather_export
from bot.rules.presses import Press, menu
from cogs._ui.cards import Card
from cogs._ui.exporting import notebook_file, people_files
from cogs._ui.feature import FeatureCog, on_press
from cogs._ui.leaving_cards import leaving_buttons, leaving_line
from cogs._ui.replies import show

_TAKEN_ALONG = (
    "**notebook…json** is all that I keep of you, and can be brought back here. **people…csv** "
    "opens in any spreadsheet, **people…vcf** in a phone's address book.\n"
    "They hold other people's details in plain words: keep them where only you can open them."
)
_KEPT = (
    "## What I keep\n"
    "- **About you**: your profile, your time zone, how you like your messages.\n"
    "- **About people**: what you note, what happened with them, your talks, and what I plan to "
    "remind you of.\n"
    "- **Groups and challenges**: which of them you are or were in, and how you stand on a board: "
    "under a drawn name, or your own if you chose to show it.\n"
    "- Of a server what you pick by a right click alone: a message's text and link, or a name.\n"
    "- For a while only: 30 days of what Undo can take back, a day of a form that failed, of a "
    "message or a list that you send, and of a search.\n\n"
    "**Who could read it**\n"
    "- You. My replies about people are shown to you alone, or come as a DM.\n"
    "- No other member, and no organiser: a server never sees your contacts. It sees how many "
    "members began there, and no names.\n"
    "- What you write is stored encrypted; dates and settings are not. The key is with whoever "
    "hosts me, so they could read it, and nobody else. Ask your organisers who that is.\n"
    "- Discord carries our messages and keeps those in your DM.\n"
    "- A backup is a copy of the same encrypted rows, without the key. {backups}\n\n"
    "{assistant}"
    "Write about people as if they might read it one day."
)
_ASSISTANT = (
    "**What leaves me**\n"
    "- Only when you press **In my voice** under a draft, and only after you agreed: that draft "
    "and the messages you pasted as a sample. It goes to **{host}**, with names and addresses "
    "taken out before. Nothing else ever goes there.\n\n"
)
_BACKUPS = "I make one a day and keep {keep}, so what you erase is gone from all after {keep} days."
_NO_BACKUPS = "I make none myself; ask who hosts me what they do."


class Privacy(FeatureCog):
    """A member's hold on what is kept of them."""

    @app_commands.command(name="privacy", description="What I keep, your file, erase everything")
    async def privacy(self, interaction: discord.Interaction) -> None:
        """Say what is kept and who could read it."""
        await self._show(interaction)

    @on_press("m", "privacy")
    async def menu_privacy(self, interaction: discord.Interaction, _: Press) -> None:
        """Do the same from a button."""
        await self._show(interaction)

    async def _show(self, interaction: discord.Interaction) -> None:
        member = await self.read_member(interaction)
        keep = self.bot.settings.backup.keep
        backups = _BACKUPS.format(keep=keep) if keep else _NO_BACKUPS
        erase = (menu("erase", "Erase everything", style="danger"),)
        leaving = leaving_buttons() if member.is_leaving else erase
        row = (menu("export", "Give me my file"), *leaving, menu("today", "Today"))
        table = self.bot.settings.assistant
        assistant = _ASSISTANT.format(host=plain_text(table.host)) if table.is_on else ""
        kept = _KEPT.format(backups=backups, assistant=assistant)
        text = "\n".join(part for part in (leaving_line(member), kept) if part)
        has_calendars = self.bot.settings.web.has_calendars
        calendar = (menu("calendar", "Calendar address"),) if has_calendars else ()
        await show(interaction, Card(text, rows=(row, calendar)))

    @on_press("m", "export")
    async def menu_export(self, interaction: discord.Interaction, _: Press) -> None:
        """Answer with everything of the member's, and with the people for other programs."""
        # Thousands of people take seconds to read, and their files seconds to send.
        await interaction.response.defer(ephemeral=is_private(interaction), thinking=True)
        now = self.bot.clock.now()
        whole = await self.bot.db.load(gather_export, interaction.user.id, now=now)
        files = await asyncio.to_thread(_files, whole, f"{now:%Y-%m-%d}")
        await show(interaction, Card(_TAKEN_ALONG, files=files))


def _files(whole: dict[str, Any], day: str) -> tuple[discord.File, ...]:
    return (notebook_file(whole, day), *people_files(whole, day))


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Privacy(bot))

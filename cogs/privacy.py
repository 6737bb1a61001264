"""Privacy: what is kept, who could read it, all of it as a file, and erasing it."""

from __future__ import annotations

import asyncio
import gzip
import io
from typing import Any

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.content import plain_text
from bot.errors import UserError
from bot.exchange.outgoing import write_address_cards, write_spreadsheet
from bot.notebook.contacts import FIELD_LENGTHS
from bot.notebook.exchange import gather_export, list_exported, write_export
from bot.rules.presses import Press, menu
from bot.upkeep.erase import erase_member
from cogs._ui.cards import Card
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import ChoiceField, Filled, Form, TextField, open_form
from cogs._ui.replies import show

WORD = "ERASE"
ERASE = Form(
    "erase",
    "Erase everything of mine",
    (
        TextField(
            "confirm",
            f"Type {WORD} to go on",
            "Everything you noted goes at once, and nobody can bring it back",
            max_length=40,
        ),
        ChoiceField(
            "messages",
            "My messages in your DM",
            (("keep", "Leave them there"), ("delete", "Delete them too")),
        ),
    ),
)
_ROOM = 3_000_000  # bytes; Discord takes 10 MiB, and there are three files
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
    "- For a while only: 30 days of what Undo can take back, a day of a form that failed.\n\n"
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
        keep = self.bot.settings.backup.keep
        backups = _BACKUPS.format(keep=keep) if keep else _NO_BACKUPS
        row = (
            menu("export", "Give me my file"),
            menu("erase", "Erase everything", style="danger"),
            menu("today", "Today"),
        )
        table = self.bot.settings.assistant
        assistant = _ASSISTANT.format(host=plain_text(table.host)) if table.is_on else ""
        text = _KEPT.format(backups=backups, assistant=assistant)
        has_calendars = self.bot.settings.web.has_calendars
        calendar = (menu("calendar", "Calendar address"),) if has_calendars else ()
        await show(interaction, Card(text, rows=(row, calendar)))

    @on_press("m", "export")
    async def menu_export(self, interaction: discord.Interaction, _: Press) -> None:
        """Answer with everything of the member's, and with the people for other programs."""
        now = self.bot.clock.now()
        whole = await self.bot.db.load(gather_export, interaction.user.id, now=now)
        files = await asyncio.to_thread(_files, whole, f"{now:%Y-%m-%d}")
        await show(interaction, Card(_TAKEN_ALONG, files=files))

    @on_press("m", "erase")
    async def menu_erase(self, interaction: discord.Interaction, _: Press) -> None:
        """Ask for a typed word first."""
        await open_form(interaction, ERASE)

    @on_form(ERASE)
    async def erase_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Erase every row; on request the bot's messages in the DM as well."""
        if filled.get("confirm").strip('"“”.').upper() != WORD:
            raise UserError(
                f"Nothing was erased. To erase everything, type {WORD} in the first field."
            )
        member_id = interaction.user.id
        count = await self.bot.db.store(erase_member, member_id)
        if not count:
            raise UserError("There was nothing of yours here to erase.")
        clears = filled.get("messages") == "delete"
        text = (
            "Everything of yours is erased; I don't know you any more. "
            f"{self._backup_line()}\n"
            f"{_CLEARING if clears else _LEFT}"
            "Should you come back one day, **/start** begins anew."
        )
        try:
            await show(interaction, Card(text))
        finally:  # the reply may come too late for Discord; what was asked for is done all the same
            if clears:
                await self.bot.dispatcher.clear(member_id, but=await _answer_in_dm(interaction))

    def _backup_line(self) -> str:
        keep = self.bot.settings.backup.keep
        return f"Backups made before forget you within {keep} days." if keep else ""


_CLEARING = "I am deleting my messages in your DM; that can take some minutes.\n"
_LEFT = "My messages in your DM stay until you delete them.\n"


async def _answer_in_dm(interaction: discord.Interaction) -> int | None:
    """Give the id of the reply that must stay: the one that says what was done."""
    if not interaction.context.dm_channel or not interaction.response.is_done():
        return None
    return (await interaction.original_response()).id


def _files(whole: dict[str, Any], day: str) -> tuple[discord.File, ...]:
    people = list_exported(whole)
    written = {f"notebook-{day}.json": write_export(whole)}
    if people:
        written[f"people-{day}.csv"] = write_spreadsheet(people, tuple(FIELD_LENGTHS))
        written[f"people-{day}.vcf"] = write_address_cards(people)
    return tuple(_packed(data, name) for name, data in written.items())


def _packed(data: bytes, name: str) -> discord.File:
    if len(data) > _ROOM:
        data, name = gzip.compress(data), f"{name}.gz"
    return discord.File(io.BytesIO(data), filename=name)


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Privacy(bot))

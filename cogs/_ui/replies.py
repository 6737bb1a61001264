"""Answering: the one place that decides who can see a reply, and how it is sent."""

from __future__ import annotations

import contextlib

import discord

from bot.client import is_private
from bot.errors import UserError
from cogs._ui.cards import Card, layout

CLOSED_DMS = (
    "I can't write to you. Three things help: allow direct messages from members of your club's "
    "server (server name → Privacy Settings), unblock me if you blocked me, and stay on one "
    "server that I am on too. Then press the button again."
)


async def show(interaction: discord.Interaction, card: Card, *, in_place: bool = False) -> None:
    """Answer with a card; ``in_place`` replaces the card whose button was pressed."""
    private = is_private(interaction)
    view = layout(card, private=private)
    files = list(card.files)
    if interaction.response.is_done():
        await interaction.followup.send(view=view, ephemeral=private, files=files)
    elif in_place and interaction.message is not None and interaction.message.flags.components_v2:
        await interaction.response.edit_message(view=view, attachments=files)
    else:
        await interaction.response.send_message(view=view, ephemeral=private, files=files)


async def replace_card(interaction: discord.Interaction, card: Card) -> None:
    """Draw anew the card that was just shown; one that is gone meanwhile is left alone."""
    view = layout(card, private=is_private(interaction))
    with contextlib.suppress(discord.HTTPException):
        await interaction.edit_original_response(view=view)


async def say(
    interaction: discord.Interaction, text: str, *, file: discord.File | None = None
) -> None:
    """Answer with one plain message, so that it can be copied on a phone; or with a file."""
    private = is_private(interaction)
    files = [file] if file else []
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=private, files=files)
    else:
        await interaction.response.send_message(text, ephemeral=private, files=files)


async def send_dm(interaction: discord.Interaction, card: Card) -> None:
    """Send the member a card in their DM because they asked for it."""
    try:
        await interaction.user.send(view=layout(card, private=False))
    except discord.Forbidden as error:
        raise UserError(CLOSED_DMS) from error

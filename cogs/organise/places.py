"""Where an organiser is: on which server, with which rights, and what I may do there."""

from __future__ import annotations

import discord

from bot.errors import UserError

NEEDED = (
    ("view_channel", "View Channel"),
    ("send_messages", "Send Messages"),
    ("pin_messages", "Pin Messages"),
)
NOT_ORGANISER = "That one is for the club's organisers. Ask one of them for help."


def guild_of(interaction: discord.Interaction) -> int:
    """Give the server's id; a server without me, or none, is a UserError."""
    if interaction.guild_id is None or interaction.client.get_guild(interaction.guild_id) is None:
        raise UserError("That one works on a server that I was added to. Please run it there.")
    return interaction.guild_id


def may_organise(interaction: discord.Interaction) -> bool:
    """Tell whether a press comes from somebody who may organise here."""
    # Who was given the command by Integrations has no Manage Server; what I answered them alone
    # can be pressed by nobody else.
    is_own_reply = interaction.message is not None and interaction.message.flags.ephemeral
    return interaction.permissions.manage_guild or is_own_reply


def organised(interaction: discord.Interaction) -> int:
    """Give the server's id to who may organise there; others are told who to ask."""
    guild_id = guild_of(interaction)
    if not may_organise(interaction):
        raise UserError(NOT_ORGANISER)
    return guild_id


def missing(interaction: discord.Interaction) -> list[str]:
    """Name what I may not do in this channel, of what the Start post needs."""
    mine = interaction.app_permissions
    if mine.administrator:
        return []
    return [f"**{label}**" for name, label in NEEDED if not getattr(mine, name)]


def place(interaction: discord.Interaction) -> int:
    """Give the server's id, or say what I may not do in this channel."""
    guild_id = guild_of(interaction)
    lacking = missing(interaction)
    if lacking:
        raise UserError(
            f"In this channel I lack {', '.join(lacking)}. Open Edit Channel → Permissions, "
            "add my role, allow that, and run this again."
        )
    return guild_id

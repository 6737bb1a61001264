"""Where an organiser is: on which server, with which rights, and what I may do there."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.club.settings import Club
from bot.errors import UserError
from cogs._ui.clubs import guild_of

NEEDED = (
    ("view_channel", "View Channel"),
    ("send_messages", "Send Messages"),
    ("pin_messages", "Pin Messages"),
)
IN_NEWS = (
    ("view_channel", "View Channel"),
    ("send_messages", "Send Messages"),
    ("attach_files", "Attach Files"),
    ("read_message_history", "Read Message History"),
)
# Without the history I could not tell whether a post arrived whose answer was lost.
IN_ORGANISERS = tuple(one for one in IN_NEWS if one[0] != "attach_files")
NOT_ORGANISER = "That one is for the club's organisers. Ask one of them for help."


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


def is_gone(interaction: discord.Interaction, channel_id: int | None) -> bool:
    """Tell whether a channel of this server was deleted; a hidden one I know all the same."""
    guild = interaction.guild
    return bool(channel_id and guild and not guild.get_channel_or_thread(channel_id))


def without_gone(interaction: discord.Interaction, club: Club) -> Club:
    """Leave out those of a club's channels that were deleted."""
    news, desk = club.news_channel_id, club.organiser_channel_id
    return replace(
        club,
        news_channel_id=None if is_gone(interaction, news) else news,
        organiser_channel_id=None if is_gone(interaction, desk) else desk,
    )


def missing_in(
    interaction: discord.Interaction, channel_id: int, needed: tuple[tuple[str, str], ...]
) -> list[str]:
    """Name what I may not do in a channel of this server, of what is needed there."""
    guild = interaction.guild
    channel = guild and guild.get_channel_or_thread(channel_id)
    if guild is None or channel is None:
        return ["**View Channel**"]
    mine = channel.permissions_for(guild.me)
    return [f"**{label}**" for name, label in needed if not getattr(mine, name)]


def check_channel(
    interaction: discord.Interaction, channel_id: int, needed: tuple[tuple[str, str], ...]
) -> None:
    """Raise UserError with what I may not do in a channel, or that it is gone."""
    if is_gone(interaction, channel_id):
        raise UserError("That channel was deleted. Choose another one with **/organise setup**.")
    lacking = missing_in(interaction, channel_id, needed)
    if lacking:
        raise UserError(
            f"In <#{channel_id}> I lack {', '.join(lacking)}. Open that channel's Edit Channel → "
            "Permissions, add my role, allow that, and send this again; or choose another channel."
        )


def say_lacking(
    interaction: discord.Interaction, channel_id: int, needed: tuple[tuple[str, str], ...]
) -> str:
    """Say what I may not do in a channel that was chosen earlier; "" if I may do all."""
    lacking = missing_in(interaction, channel_id, needed)
    return f"In <#{channel_id}> I lack {', '.join(lacking)}" if lacking else ""


def picked_role(interaction: discord.Interaction, picked: str) -> int | None:
    """Read which role was picked, if any; @everyone is a UserError."""
    if picked and int(picked) == interaction.guild_id:
        raise UserError("Choose a role of your own; I never ping or give @everyone.")
    return int(picked) if picked else None

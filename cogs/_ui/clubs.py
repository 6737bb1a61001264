"""What features of a club share: which server, and which day it is there."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

import discord

from bot.club.settings import Club
from bot.errors import UserError
from bot.rules.hours import local_day


def guild_of(interaction: discord.Interaction) -> int:
    """Give the server's id; a server without me, or none, is a UserError."""
    if interaction.guild_id is None or interaction.client.get_guild(interaction.guild_id) is None:
        raise UserError("That one works on a server that I was added to. Please run it there.")
    return interaction.guild_id


def club_day(club: Club, now: datetime) -> date:
    """Tell which day it is for a club."""
    return local_day(now, club.zone or "UTC")


def cannot_give(guild: discord.Guild, role_id: int, *, link: str = "") -> str:
    """Say why I cannot give a role to somebody; "" if I can. ``link`` would allow it."""
    role = guild.get_role(role_id)
    if role is None:
        return "The role that I should give is not there any more. Choose another."
    if not guild.me.guild_permissions.manage_roles:
        way = "in Server Settings → Roles → my role"
        allow = f"[Allow it]({link}), or {way}" if link else f"Allow it {way}"
        return f"To give <@&{role_id}> I need Manage Roles. {allow}; then drag my role above it."
    if role.managed or role >= guild.me.top_role:
        return f"I can't give <@&{role_id}>: in Server Settings → Roles, drag my role above it."
    return ""


async def give_role(interaction: discord.Interaction, role_id: int | None) -> str:
    """Give who is here a role; says what came of it, "" when there is none to give."""
    guild, member = interaction.guild, interaction.user
    if role_id is None or guild is None or not isinstance(member, discord.Member):
        return ""
    try:
        await member.add_roles(discord.Object(role_id), reason="joined a group")
    except discord.NotFound:
        return "The role that goes with it is not there any more; your organisers can choose one."
    except discord.HTTPException:
        why = cannot_give(guild, role_id) or "Discord did not let me give it."
        return (
            f"<@&{role_id}> goes with it, but I may not give it to you. You are in all the same; "
            f"please tell an organiser this: {why}"
        )
    return f"You have <@&{role_id}> now."


async def take_role(interaction: discord.Interaction, role_id: int | None) -> None:
    """Take a role from who is here; one that cannot be taken is left to the organisers."""
    if role_id is not None and isinstance(interaction.user, discord.Member):
        with contextlib.suppress(discord.HTTPException):
            await interaction.user.remove_roles(discord.Object(role_id), reason="left a group")

"""What features of a club share: which server, and which day it is there."""

from __future__ import annotations

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

"""Setting up a club: its time zone, and the Start post in this channel."""

from __future__ import annotations

from datetime import datetime

import discord

from bot.club.settings import set_up_club
from bot.errors import UserError
from bot.notebook.profile import list_on_club_zone, plan_all_anew
from bot.rules.zones import COMMON_ZONES, find_zone, say_zone
from cogs._ui.cards import Card
from cogs._ui.feature import on_form
from cogs._ui.forms import ChoiceField, Filled, Form, TextField
from cogs._ui.replies import show
from cogs.organise.places import place
from cogs.organise.posting import BUTTONS, ROLES, PostCog

CLUB = Form(
    "club",
    "Set up your club",
    (
        ChoiceField(
            "zone",
            "The club's time zone",
            tuple((zone, cities) for cities, zone in COMMON_ZONES),
            "It holds for each member until they give their own",
        ),
        TextField("city", "Or type a city", "The nearest big one, if yours is not in the list"),
    ),
)


class SettingUp(PostCog):
    """What sets up a club."""

    @on_form(CLUB)
    async def club_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store the zone, put up the Start post, and say how others get this command."""
        guild_id = place(interaction)
        typed = filled.get("city") or filled.get("zone")
        if not typed:
            raise UserError("Pick the club's time zone from the list, or type a big city in it.")
        zone = find_zone(typed, field_name="city")
        await interaction.response.defer(ephemeral=True, thinking=True)
        by = self.by(interaction)
        before = await self.bot.db.store(
            set_up_club, guild_id, zone=zone, set_up_by=by.member_id, now=by.now
        )
        if before.zone != zone:
            await self._plan_members(guild_id, by.now)
        link = await self.put_up(interaction, before)
        text = (
            f"{link} stands in this channel, pinned. Members press **Start** on it; I answer each "
            f"of them privately.\nThe club's clock is {say_zone(zone)}, until a member gives "
            f"their own.\n{ROLES}"
        )
        await show(interaction, Card(text, rows=(BUTTONS,)))

    async def _plan_members(self, guild_id: int, now: datetime) -> None:
        members = await self.bot.db.load(list_on_club_zone, guild_id)
        for member_id in members:
            await self.bot.db.store(plan_all_anew, member_id, now=now)

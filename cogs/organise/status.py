"""How the bot does on a server: counts and settings, never names."""

from __future__ import annotations

from datetime import timedelta

import discord

from bot.club.settings import Boards, Club, find_club
from bot.club.troubles import list_troubles
from bot.errors import UserError
from bot.notebook.effort import MemberCount, count_members
from bot.rules.presses import Press
from bot.rules.zones import say_zone
from cogs._ui.cards import Card
from cogs._ui.feature import on_press
from cogs._ui.replies import show
from cogs.organise.places import (
    NOT_ORGANISER,
    guild_of,
    may_organise,
    missing,
    without_gone,
)
from cogs.organise.posting import BUTTONS, ROLES, PostCog, post_url
from cogs.organise.setting_up import say_boards, say_closed, say_gone

_LATE = timedelta(minutes=15)


class Status(PostCog):
    """What tells organisers how it goes."""

    @on_press("m", "organise")
    async def menu_organise(self, interaction: discord.Interaction, press: Press) -> None:
        """Do the same from the buttons under an organiser's reply."""
        if not may_organise(interaction):
            raise UserError(NOT_ORGANISER)
        await (self.post_here if press.arg == "post" else self.show_status)(interaction)

    async def show_status(self, interaction: discord.Interaction) -> None:
        """Show counts and settings."""
        guild_id, guild = guild_of(interaction), interaction.guild
        roles = [role.id for role in guild.roles] if guild else None
        async with self.bot.db.read() as session:
            club = await find_club(session, guild_id)
            count = await count_members(session, guild_id)
            troubles = await list_troubles(session, guild_id, now=self.bot.clock.now(), roles=roles)
        lines = (
            "## How it goes here",
            _count_line(count),
            f"Club's clock: {say_zone(club.zone)}" if club.zone else "Club's clock: not set yet",
            _post_line(club),
            *_board_lines(interaction, club),
            _permission_line(interaction),
            await self._health_line(),
            *(f"⚠ {trouble}" for trouble in troubles),
            ROLES,
        )
        await show(interaction, Card("\n".join(lines), rows=(BUTTONS,)))

    async def _health_line(self) -> str:
        due, now = await self.bot.dispatcher.next_due(), self.bot.clock.now()
        if not self.bot.dispatcher.is_authorized:
            return "Discord does not accept my token: please tell who hosts me"
        if due is not None and now - due > _LATE:
            minutes = int((now - due) / timedelta(minutes=1))
            return f"My messages run {minutes} minutes late: please tell who hosts me"
        return "I am well: nothing is late"


def _count_line(count: MemberCount) -> str:
    if not count.began:
        return "Nobody has begun yet"
    people = "1 member has" if count.began == 1 else f"{count.began} members have"
    return f"{people} begun here; {count.reached} confirmed that my messages arrive"


def _post_line(club: Club) -> str:
    if club.start_message_id is None:
        return "Start post: not up yet, **/organise setup** puts it up"
    where = post_url(club.guild_id, club.start_channel_id, club.start_message_id)
    return f"Start post: [here]({where})"


def _board_lines(interaction: discord.Interaction, club: Club) -> list[str]:
    there = without_gone(interaction, club)
    boards = Boards(
        there.news_channel_id, there.organiser_channel_id, club.board_weekday, club.board_minute
    )
    gone = [f"⚠ {line}" for line in say_gone(interaction, club)]
    return [say_boards(boards), *gone, *say_closed(interaction, boards)]


def _permission_line(interaction: discord.Interaction) -> str:
    lacking = missing(interaction)
    if lacking:
        return f"In this channel I lack {', '.join(lacking)}"
    return "In this channel I may do all that I need"

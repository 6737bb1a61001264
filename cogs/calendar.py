"""Calendars: a talk as a file, and an address that a member's calendar program follows."""

from __future__ import annotations

import asyncio

import discord

from bot.client import RapportBot
from bot.errors import UserError
from bot.notebook.calendars import close_feed, find_feed, name_in_feed, open_feed
from bot.rules.calendar import write_calendar
from bot.rules.presses import Press
from cogs._ui.calendar_cards import address_card, event_of, feed_card, file_card
from cogs._ui.feature import on_press
from cogs._ui.replies import say, show
from cogs._ui.talking import TalkCog

_NO_ADDRESSES = (
    "Here, calendars cannot follow an address. Each talk has a **Calendar file** instead: "
    "**/interview prepare** shows it."
)


class Calendars(TalkCog):
    """Brings talks to the calendars that members use."""

    @on_press("i", "calendar")
    async def interview_calendar(self, interaction: discord.Interaction, press: Press) -> None:
        """Give a talk as a calendar file; one that is off takes its entry away."""
        member, on = await self.read_talk(interaction, press.key)
        now = self.bot.clock.now()
        event = event_of(self.bot.content, on, member, now)
        data = await asyncio.to_thread(write_calendar, [event], now=now)
        await show(interaction, file_card(event, data))

    @on_press("m", "calendar")
    async def menu_calendar(self, interaction: discord.Interaction, _: Press) -> None:
        """Say what a calendar address is, and whether the member has one."""
        self._refuse_without_web()
        await self._show(interaction)

    @on_press("m", "calendar_new")
    async def menu_new(self, interaction: discord.Interaction, _: Press) -> None:
        """Make an address; one from before leads nowhere from now on."""
        self._refuse_without_web()
        by = self.by(interaction)
        secret = await self.bot.db.store(open_feed, by.member_id, now=by.now, guild_id=by.guild_id)
        feed = await self.bot.db.load(find_feed, by.member_id)
        await say(interaction, self.bot.settings.web.calendar(secret))
        await show(interaction, address_card(feed))

    @on_press("m", "calendar_names")
    async def menu_names(self, interaction: discord.Interaction, press: Press) -> None:
        """Let names stand in the calendar, or initials alone."""
        await self.bot.db.store(name_in_feed, interaction.user.id, has_names=press.arg == "yes")
        await self._show(interaction, in_place=True)

    @on_press("m", "calendar_off")
    async def menu_off(self, interaction: discord.Interaction, _: Press) -> None:
        """Take the address away, also when no new one could be made."""
        await self.bot.db.store(close_feed, interaction.user.id)
        head = "Done: that address leads nowhere. Delete the calendar in your program, too."
        await self._show(interaction, head, in_place=True)

    async def _show(
        self, interaction: discord.Interaction, head: str = "", *, in_place: bool = False
    ) -> None:
        feed = await self.bot.db.load(find_feed, interaction.user.id)
        await show(interaction, feed_card(feed, head), in_place=in_place)

    def _refuse_without_web(self) -> None:
        if not self.bot.settings.web.has_calendars:
            raise UserError(_NO_ADDRESSES)


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Calendars(bot))

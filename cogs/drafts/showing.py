"""Showing a message: from a card, a nudge, in another wording, and alone to be copied."""

from __future__ import annotations

import discord

from bot.content import render_words
from bot.errors import UserError
from bot.notebook.drafts import Wanted, list_drafts, read_spec
from bot.notebook.members import find_member
from bot.rules.hours import local_day
from bot.rules.presses import Press
from cogs._ui.draft_card import AT_ONCE, LATE, draft_card, draft_file, late_card
from cogs._ui.draft_list import begun_card
from cogs._ui.draft_why import why_card
from cogs._ui.feature import on_press
from cogs._ui.replies import say, show
from cogs.drafts.reading import DraftCog

_MESSAGE = 2000


class Showing(DraftCog):
    """Messages as they stand."""

    @on_press("c", "draft")
    async def contact_draft(self, interaction: discord.Interaction, press: Press) -> None:
        """Show what the stage of the contact calls for; an argument names another message."""
        may_ask = press.arg != AT_ONCE
        wanted = Wanted("", "")
        if press.arg and may_ask:
            wanted = read_spec(self.bot.content, press.arg)
        draft = await self.read(interaction, press.key, wanted)
        await self.show_first(interaction, draft, may_ask=may_ask)

    @on_press("r", "draft", "ask_them", "about_me", "tell_them")
    async def reminder_draft(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the message that a nudge is about."""
        await self.show_first(interaction, await self.read_of_reminder(interaction, press.key))

    @on_press("r", "running_late")
    async def reminder_late(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask how late, then give the message alone: somebody in a hurry has no time for more."""
        draft = await self.read_of_reminder(interaction, press.key, press.arg)
        if press.arg not in LATE:
            await show(interaction, late_card(press.key, draft.page.first))
            return
        await say(interaction, draft.text)
        if draft.gaps:
            await say(interaction, render_words(self.bot.content, "gaps_open_here"))

    @on_press("w", "other", "way", "tone", "length", "own")
    async def draft_other(self, interaction: discord.Interaction, press: Press) -> None:
        """Show another message, channel, tone or length in the card's place."""
        draft = await self.read_of(interaction, press)
        card = draft_card(self.bot.content, draft, has_voice=self.has_voice)
        await show(interaction, card, in_place=True)

    @on_press("m", "drafts")
    async def menu_drafts(self, interaction: discord.Interaction, _: Press) -> None:
        """List the messages that were begun."""
        async with self.bot.db.read() as session:
            member = await find_member(
                session, interaction.user.id, guild_id=self.club_of(interaction)
            )
            begun = await list_drafts(session, interaction.user.id)
        zone = member.zone_or_club
        today = local_day(self.bot.clock.now(), zone)
        await show(interaction, begun_card(begun, today=today, zone=zone))

    @on_press("w", "why")
    async def draft_why(self, interaction: discord.Interaction, press: Press) -> None:
        """Explain the message."""
        draft = await self.read_of(interaction, press)
        await show(interaction, why_card(self.bot.content, draft))

    @on_press("w", "copy")
    async def draft_copy(self, interaction: discord.Interaction, press: Press) -> None:
        """Give the message alone; one that Discord cannot hold comes as a file."""
        draft = await self.read_of(interaction, press)
        if len(draft.text) <= _MESSAGE:
            await say(interaction, draft.text)
            return
        text = f"It is longer than the {_MESSAGE:,} characters of a Discord message, so here it is:"
        await say(interaction, text, file=draft_file(draft))

    @on_press("w", "subject")
    async def draft_subject(self, interaction: discord.Interaction, press: Press) -> None:
        """Give the subject alone."""
        draft = await self.read_of(interaction, press)
        if not draft.subject:
            raise UserError("This message has no subject any more. **Edit** gives it one.")
        await say(interaction, draft.subject)

    @on_press("w", "file")
    async def draft_as_file(self, interaction: discord.Interaction, press: Press) -> None:
        """Give the message as a text file."""
        draft = await self.read_of(interaction, press)
        await say(interaction, "Your message:", file=draft_file(draft))

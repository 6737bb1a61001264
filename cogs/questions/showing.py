"""Showing a set: by the command, from a card, from a talk, under a nudge."""

from __future__ import annotations

import discord

from bot.notebook.interviews import TalkPage, nudged_talk
from bot.notebook.profile import asks_for
from bot.notebook.question_sets import (
    OpenSet,
    next_talk,
    set_of_contact,
    set_of_talk,
)
from bot.notebook.questions import bank_of
from bot.rules.presses import Press
from cogs._ui.feature import on_form, on_press
from cogs._ui.forms import Filled
from cogs._ui.question_forms import QUESTIONS, read_focus, read_minutes
from cogs._ui.talking import know_fields
from cogs.questions.opening import SetCog


class Showing(SetCog):
    """Sets as they are opened."""

    @on_form(QUESTIONS)
    async def questions_wanted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Show the set that is kept for a contact, or choose one as it was asked for."""
        await know_fields()
        focus = read_focus(filled.get("focus"))
        minutes = read_minutes(filled.get("minutes"))
        contact = filled.subject
        if not contact and filled.get("contact"):
            contact = await self.pick_known(interaction, filled.get("contact"))
        opened = await self._wanted(interaction, contact, focus, minutes)
        await self.show_set(interaction, opened, in_place=False)

    async def _wanted(
        self, interaction: discord.Interaction, contact: str, focus: str, minutes: int | None
    ) -> OpenSet:
        if not contact:
            member = await self.read_member(interaction)
            page = None
        else:
            member, page = await self.read_page(interaction, contact)
        talk = next_talk(page, self.bot.clock.now()) if page else None
        bank = bank_of(self.bot.content)
        if page and not focus and minutes is None:
            if talk is not None:
                kept = set_of_talk(member, TalkPage(page, talk), bank)
                return await self.filled(interaction, kept)
            kept = set_of_contact(member, page, bank)
            if kept.kept.questions:
                return kept
        usual = talk.row.n1 if talk else asks_for(member.profile)
        return await self.begin_set(
            interaction, member, page, focus=focus, minutes=minutes or usual
        )

    @on_press("c", "questions")
    async def contact_questions(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the questions for a contact."""
        await self.submit(interaction, QUESTIONS, {}, subject=press.key)

    @on_press("m", "questions")
    async def menu_questions(self, interaction: discord.Interaction, _: Press) -> None:
        """Show a set for the member's own field."""
        await self.submit(interaction, QUESTIONS, {})

    @on_press("i", "questions")
    async def interview_questions(self, interaction: discord.Interaction, press: Press) -> None:
        """Show a talk's questions."""
        opened = await self.filled(interaction, await self.open_pressed(interaction, press))
        await self.show_set(interaction, opened, in_place=False)

    @on_press("r", "questions")
    async def reminder_questions(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the questions for the talk that a nudge is about."""
        pressed = await self.read_pressed(interaction, press.key, is_only_shown=True)
        bank = bank_of(self.bot.content)
        opened = set_of_talk(pressed.member, nudged_talk(pressed), bank)
        await self.show_set(interaction, await self.filled(interaction, opened), in_place=False)

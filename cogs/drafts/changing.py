"""Changing a message: its gaps, the member's own words."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.errors import UserError
from bot.notebook.drafts import (
    TEXT_LENGTH,
    Drafted,
    Wanted,
    choose_objective,
    edit_draft,
    fill_gaps,
    note_asked,
    read_spec,
)
from bot.notebook.inbox import read_kind
from bot.notebook.unfinished import access_unfinished
from bot.rules.presses import Press
from cogs._ui.draft_forms import EDIT, FIRST_GAPS, GAPS, PASTE, check_answers
from cogs._ui.feature import on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs.drafts.reading import DraftCog, subject


class Changing(DraftCog):
    """Messages that become the member's own."""

    @on_press("w", "gaps")
    async def draft_gaps(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask for what the draft cannot know."""
        draft = await self.read_of(interaction, press)
        if not draft.gaps:
            raise UserError("There are no gaps left. Press **Copy**.")
        await self.ask_gaps(interaction, draft)

    @on_form(GAPS)
    @on_form(FIRST_GAPS)
    async def gaps_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Keep the answers and show the message with them in it."""
        check_answers(filled.values)
        key, wanted = self.subject_of(filled)
        if not any(filled.get(gap) for gap in filled.values):
            await self._leave_open(interaction, filled)
            return
        async with self.bot.db.write() as session:
            stored = await fill_gaps(
                session,
                by=self.by(interaction),
                contact=key,
                wanted=wanted,
                answers=filled.values,
            )
        in_place = filled.form == GAPS.name
        await self.show_changed(interaction, key, wanted, stored.change, in_place=in_place)

    async def _leave_open(self, interaction: discord.Interaction, filled: Filled) -> None:
        key, wanted = self.subject_of(filled)
        async with self.bot.db.write() as session:
            now, owner_id = self.bot.clock.now(), interaction.user.id
            await note_asked(session, owner_id, contact=key, wanted=wanted, now=now)
        in_place = filled.form == GAPS.name
        await self.show_changed(interaction, key, wanted, "", in_place=in_place)

    @on_press("w", "objective")
    async def draft_objective(self, interaction: discord.Interaction, press: Press) -> None:
        """Put in what the member wants to find out, as they chose it."""
        objective, _, text = press.arg.partition(":")
        wanted = read_spec(self.bot.content, text)
        if objective not in self.bot.content.objectives:
            raise UserError("That sentence is not there any more. Please choose another one.")
        async with self.bot.db.write() as session:
            by = self.by(interaction)
            stored = await choose_objective(session, by=by, contact=press.key, objective=objective)
        await self.show_changed(interaction, press.key, wanted, stored.change)

    @on_press("w", "edit")
    async def draft_edit(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the message to be changed by hand."""
        draft = await self.read_of(interaction, press)
        if len(draft.text) > TEXT_LENGTH:
            raise UserError(
                f"This message is {len(draft.text):,} characters long, too long to be edited here. "
                "Press **As a text file** and shorten it where you send it from."
            )
        values = {"subject": draft.subject, "text": draft.text}
        await open_form(interaction, EDIT, subject=subject(draft), values=values)

    @on_form(EDIT)
    async def edit_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Keep the member's own words."""
        key, wanted = self.subject_of(filled)
        async with self.bot.db.write() as session:
            stored = await edit_draft(
                session,
                by=self.by(interaction),
                contact=key,
                wanted=wanted,
                subject=filled.get("subject"),
                text=filled.get("text"),
            )
        await self.show_changed(interaction, key, wanted, stored.change)

    @on_press("w", "paste")
    async def draft_paste(self, interaction: discord.Interaction, press: Press) -> None:
        """Open an empty box for words that were written elsewhere."""
        draft = await self.read_of(interaction, press)
        title = f"Your words to {draft.page.first}"
        await open_form(interaction, PASTE, subject=subject(draft), title=title)

    @on_form(PASTE)
    async def paste_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Keep words that were written elsewhere, and look them over."""
        key, wanted = self.subject_of(filled)
        text = filled.get("text")
        if not text:
            raise UserError("There is nothing in it yet. Paste your message into the box.")
        draft = await self.read(interaction, key, wanted)
        await self._keep_own(interaction, draft, text, in_place=True)

    @on_press("u", "check")
    async def unfinished_check(self, interaction: discord.Interaction, press: Press) -> None:
        """Look a plain message over as one to the person who was chosen."""
        now, owner_id = self.bot.clock.now(), interaction.user.id
        async with self.bot.db.read() as session:
            kept = await access_unfinished(session, owner_id, press.key, now=now)
        text = str(kept.values.get("text", "")).strip()
        if not text:
            raise UserError("There are no words in that message. Send me the message itself.")
        draft = await self.read(interaction, press.arg, Wanted(read_kind(text), ""))
        await self._keep_own(interaction, draft, text, in_place=False)

    async def _keep_own(
        self, interaction: discord.Interaction, draft: Drafted, text: str, *, in_place: bool
    ) -> None:
        async with self.bot.db.write() as session:
            stored = await edit_draft(
                session,
                by=self.by(interaction),
                contact=draft.page.key,
                wanted=draft.wanted,
                subject=draft.subject,
                text=text,
            )
        own = replace(draft, text=text, gaps=(), is_edited=True, is_begun=True)
        await self.show_own(interaction, own, stored.change, in_place=in_place)

"""Changing a set: one question, the rest, the field, the member's own words."""

from __future__ import annotations

import discord

from bot.content import FIELDS
from bot.errors import UserError
from bot.notebook import questions as sets
from bot.notebook.question_sets import OpenSet, choose_field
from bot.notebook.questions import NO_FIELD, Kept
from bot.rules.presses import Press
from cogs._ui.feature import on_form
from cogs._ui.forms import Filled, open_form
from cogs._ui.question_cards import field_card, subject
from cogs._ui.question_forms import ADD, REWORD, review
from cogs._ui.replies import show
from cogs.questions.opening import SetCog, on_set


class Changing(SetCog):
    """Sets as members change them."""

    @on_set("q_show", "q_pick")
    async def set_pick(self, interaction: discord.Interaction, press: Press) -> None:
        """Show a set, with the buttons for one question when it was picked."""
        opened = await self.open_pressed(interaction, press)
        picked = opened.kept.find(press.arg).tag if press.arg else ""
        await self.show_set(interaction, opened, picked=picked)

    @on_set("q_swap")
    async def set_swap(self, interaction: discord.Interaction, press: Press) -> None:
        """Put another question of its sort in a question's place."""
        opened = await self.open_pressed(interaction, press)
        bank = await self.bank_for(opened.member, interaction)
        now = opened.situation(bank)
        kept, tag = sets.swap(bank, now, opened.kept, press.arg, seed=interaction.id)
        await self._keep_and_show(interaction, opened, kept, "swapping a question", tag)

    @on_set("q_lock", "q_unlock")
    async def set_lock(self, interaction: discord.Interaction, press: Press) -> None:
        """Hold a question in its place, or let it go."""
        opened = await self.open_pressed(interaction, press)
        is_locked = press.verb == "q_lock"
        kept = sets.lock(opened.kept, press.arg, is_locked=is_locked)
        verb = "locking a question" if is_locked else "unlocking a question"
        await self._keep_and_show(interaction, opened, kept, verb, press.arg)

    @on_set("q_up", "q_down")
    async def set_move(self, interaction: discord.Interaction, press: Press) -> None:
        """Move a question one place."""
        opened = await self.open_pressed(interaction, press)
        kept = sets.move(opened.kept, press.arg, -1 if press.verb == "q_up" else 1)
        await self._keep_and_show(interaction, opened, kept, "moving a question", press.arg)

    @on_set("q_remove")
    async def set_remove(self, interaction: discord.Interaction, press: Press) -> None:
        """Take a question out."""
        opened = await self.open_pressed(interaction, press)
        kept = sets.remove(opened.kept, press.arg)
        await self._keep_and_show(interaction, opened, kept, "removing a question")

    @on_set("q_anew")
    async def set_anew(self, interaction: discord.Interaction, press: Press) -> None:
        """Choose anew all but the locked ones and the member's own."""
        opened = await self.open_pressed(interaction, press)
        kept = await self._rest(interaction, opened)
        await self._keep_and_show(interaction, opened, kept, "choosing other questions")

    async def _rest(
        self, interaction: discord.Interaction, opened: OpenSet, field: str | None = None
    ) -> Kept:
        bank = await self.bank_for(opened.member, interaction)
        now = opened.situation(bank, field=field)
        return sets.choose_rest(bank, now, opened.kept, seed=interaction.id)

    async def _keep_and_show(
        self,
        interaction: discord.Interaction,
        opened: OpenSet,
        kept: Kept,
        verb: str,
        picked: str = "",
    ) -> None:
        if kept != opened.kept:
            opened = await self.keep(interaction, opened, kept, verb)
        await self.show_set(interaction, opened, picked=picked)

    @on_set("q_edit")
    async def set_edit(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the wording of a question."""
        opened = await self.open_pressed(interaction, press)
        asked = opened.kept.find(press.arg)
        named = subject(opened, asked.tag)
        await open_form(interaction, REWORD, subject=named, values={"text": asked.text})

    @on_form(REWORD)
    async def reworded(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Take the new wording."""
        opened, tag = await self.open_subject(interaction, filled.subject)
        review(filled)
        kept, fresh = sets.reword(opened.kept, tag, filled.get("text"))
        await self._keep_and_show(interaction, opened, kept, "wording a question", fresh)

    @on_set("q_add")
    async def set_add(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask for a question of the member's own."""
        opened = await self.open_pressed(interaction, press)
        await open_form(interaction, ADD, subject=subject(opened))

    @on_form(ADD)
    async def added(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Put it in, before the closing ones."""
        opened, _ = await self.open_subject(interaction, filled.subject)
        review(filled)
        kept, tag = sets.add(opened.kept, filled.get("text"))
        await self._keep_and_show(interaction, opened, kept, "adding a question", tag)

    @on_set("q_field")
    async def set_field(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask for the field, in the place of the set."""
        opened = await self.open_pressed(interaction, press)
        await show(interaction, field_card(opened), in_place=True)

    @on_set("q_in_field")
    async def field_chosen(self, interaction: discord.Interaction, press: Press) -> None:
        """Keep the field with the contact, and choose the rest of the set for it."""
        opened = await self.open_pressed(interaction, press)
        if press.arg not in FIELDS and press.arg != NO_FIELD:
            raise UserError("I don't know that field any more. Press **Change field** again.")
        field = "" if press.arg == NO_FIELD else press.arg
        kept = await self._rest(interaction, opened, field)
        by = self.by(interaction, opened.member)
        opened = await self.bot.db.store(choose_field, by=by, opened=opened, field=field, kept=kept)
        await self.show_set(interaction, opened)

"""Keeping a set: saved for a talk, a step back, and ticked after the talk."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.content import plain_text
from bot.errors import UserError
from bot.notebook.pages import Page
from bot.notebook.question_sets import (
    WITH_TALK,
    OpenSet,
    keep_set,
    note_answer,
    save_set,
    tick_asked,
)
from bot.notebook.questions import GONE
from bot.rules.presses import Press
from bot.rules.records import TalkState
from cogs._ui.feature import on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.people import is_new_person
from cogs._ui.question_cards import asked_card, subject
from cogs._ui.question_forms import ANSWERED, SAVE_FOR
from cogs._ui.replies import show
from cogs.questions.opening import SetCog, on_set

_AHEAD = "That talk is still ahead. Tick what you asked when you have talked."


class Keeping(SetCog):
    """Sets as they are kept and used."""

    @on_set("q_save")
    async def set_save(self, interaction: discord.Interaction, press: Press) -> None:
        """Keep a set with its contact or talk; ask for whom it is when it is for nobody yet."""
        opened = await self.open_pressed(interaction, press)
        if opened.page is None:
            await open_form(interaction, SAVE_FOR, subject=subject(opened))
            return
        await self._save(interaction, opened, opened.page)

    @on_form(SAVE_FOR)
    async def save_for(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Keep a set with the person it is for."""
        opened, _ = await self.open_subject(interaction, filled.subject)
        typed = filled.get("contact")
        _, page = await self.read_page(interaction, await self.pick_known(interaction, typed))
        await self._save(interaction, opened, page, is_second=is_new_person(typed))

    async def _save(
        self,
        interaction: discord.Interaction,
        opened: OpenSet,
        page: Page,
        *,
        is_second: bool = False,
    ) -> None:
        if not opened.kept.questions:
            raise UserError("There is no question in the set. Add your own, or choose new ones.")
        by = self.by(interaction, opened.member)
        if is_second:  # somebody new was added by this very interaction: its change is that one
            by = replace(by, interaction_id=None)
        saved = await self.bot.db.store(save_set, by=by, opened=opened, page=page)
        head = f"Saved for **{plain_text(page.first)}**."
        if saved.scope == WITH_TALK:
            head += " Your preparation is done; the sheet has them too."
        await self.show_set(interaction, saved, head=head)

    @on_press("q", "q_back")
    async def set_back(self, interaction: discord.Interaction, press: Press) -> None:
        """Bring back the set as it was a step before."""
        opened = await self.open_pressed(interaction, press)
        if opened.before is None:
            raise UserError(GONE)
        kept = opened.before
        by = self.by(interaction, opened.member)
        opened = await self.bot.db.store(keep_set, by=by, opened=opened, kept=kept, verb="")
        await self.show_set(interaction, opened)

    @on_press("i", "q_asked")
    async def talk_asked(self, interaction: discord.Interaction, press: Press) -> None:
        """Offer to tick what was asked."""
        opened = await self._held(interaction, press)
        await show(interaction, asked_card(opened))

    async def _held(self, interaction: discord.Interaction, press: Press) -> OpenSet:
        opened = await self.open_pressed(interaction, press)
        return self._refuse_ahead(opened)

    def _refuse_ahead(self, opened: OpenSet) -> OpenSet:
        row = opened.talk.row if opened.talk else None
        if row is None or (row.s1 != TalkState.HELD and row.t1 and row.t1 > self.bot.clock.now()):
            raise UserError(_AHEAD)
        if not opened.kept.questions:
            raise UserError("No questions were kept with that talk. **/log** takes a note instead.")
        return opened

    @on_press("i", "q_tick")
    async def talk_ticked(self, interaction: discord.Interaction, press: Press) -> None:
        """Note which were asked."""
        opened = await self._held(interaction, press)
        tags = frozenset(press.arg.split(",")) - {""}
        by = self.by(interaction, opened.member)
        opened = await self.bot.db.store(tick_asked, by=by, opened=opened, tags=tags)
        await show(interaction, asked_card(opened), in_place=True)

    @on_press("i", "q_answer")
    async def talk_answer(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask what the contact answered to one question."""
        opened = await self._held(interaction, press)
        asked = opened.kept.find(press.arg)
        title = f"{asked.text}"
        named, values = subject(opened, asked.tag), {"answer": asked.answer}
        await open_form(interaction, ANSWERED, subject=named, values=values, title=title)

    @on_form(ANSWERED)
    async def answered(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Note the answer in the timeline, and tick the question."""
        opened, tag = await self.open_subject(interaction, filled.subject)
        self._refuse_ahead(opened)
        by = self.by(interaction, opened.member)
        opened = await self.bot.db.store(
            note_answer, by=by, opened=opened, tag=tag, text=filled.get("answer")
        )
        await show(interaction, asked_card(opened, head="Noted."), in_place=True)

"""Preparing a talk: the sheet, ready, all set."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.content import plain_text
from bot.notebook.interviews import (
    TalkPage,
    decide_about_talk,
    nudged_talk,
)
from bot.notebook.prep_sheets import note_why, tick_items
from bot.notebook.pressed import Pressed
from bot.rules.presses import Press
from bot.rules.records import Kind, Verdict
from cogs._ui.feature import on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.interview_cards import settled_card, unbooked_card
from cogs._ui.interview_forms import PREPARE
from cogs._ui.replies import show
from cogs._ui.sheet_cards import AT_THE_TALK, WHY, sheet_card
from cogs.interviews.choosing import on_page, which_ahead
from cogs.interviews.sheets import SheetCog


@dataclass(frozen=True)
class _Settling:
    kind: Kind
    verdict: Verdict
    words: str


_SETTLING = {
    "ready": _Settling(
        Kind.PREPARE, Verdict.READY, "You are ready for **{first}**. Enjoy the talk."
    ),
    "all_set": _Settling(
        Kind.CONFIRM, Verdict.ALL_SET, "All set for **{first}**. I call you in time."
    ),
}


class Preparing(SheetCog):
    """Prep sheets."""

    @on_form(PREPARE)
    async def prepare_chosen(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Show the sheet of the next talk with a contact; two are asked about."""
        contact = filled.subject or await self.pick_known(interaction, filled.get("contact"))
        now = self.bot.clock.now()
        member, page = await self.read_page(interaction, contact)
        key = filled.get("which") or which_ahead(page, member, now)
        if not key:
            await show(interaction, unbooked_card(page, None, member, now))
            return
        await self.show_sheet(interaction, member, on_page(page, key))

    @on_press("c", "prepare")
    async def contact_prepare(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the sheet of the next talk with a contact."""
        await self.submit(interaction, PREPARE, {}, subject=press.key)

    @on_press("i", "sheet")
    async def interview_sheet(self, interaction: discord.Interaction, press: Press) -> None:
        """Show a talk's sheet."""
        await self.show_sheet(interaction, *await self.read_talk(interaction, press.key))

    @on_press("r", "sheet")
    async def reminder_sheet(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the sheet of the talk that a nudge is about."""
        pressed = await self.read_pressed(interaction, press.key, is_only_shown=True)
        side = AT_THE_TALK if pressed.kind is Kind.STARTS_SOON else ""
        await self.show_sheet(interaction, pressed.member, nudged_talk(pressed), side=side)

    @on_press("i", "side")
    async def interview_side(self, interaction: discord.Interaction, press: Press) -> None:
        """Turn the sheet over."""
        member, on = await self.read_talk(interaction, press.key)
        await self.show_sheet(interaction, member, on, side=press.arg, in_place=True)

    @on_press("i", "picture")
    async def interview_picture(self, interaction: discord.Interaction, press: Press) -> None:
        """Give the sheet as a picture."""
        await self.show_picture(interaction, *await self.read_talk(interaction, press.key))

    @on_press("i", "tick")
    async def interview_tick(self, interaction: discord.Interaction, press: Press) -> None:
        """Remember which lines of the sheet are done."""
        member, on = await self.read_talk(interaction, press.key)
        ids = frozenset(press.arg.split(",")) & self.bot.content.checklists.keys()
        by = self.by(interaction, member)
        at = await self.bot.db.store(tick_items, by=by, on=on, ids=ids)
        card = sheet_card(self.bot.content, at.on, member, by.now, change=at.stored.change)
        await show(interaction, card, in_place=True)

    @on_press("i", "why")
    async def interview_why(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask why this person's view helps."""
        _, on = await self.read_talk(interaction, press.key)
        values = {"why": str(on.page.contact.details.get("why", ""))}
        title = f"Why {on.page.first}?"
        await open_form(interaction, WHY, subject=press.key, values=values, title=title)

    @on_form(WHY)
    async def why_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Note it with the contact."""
        member, on = await self.read_talk(interaction, filled.subject)
        by = self.by(interaction, member)
        at = await self.bot.db.store(note_why, by=by, on=on, text=filled.get("why"))
        card = sheet_card(self.bot.content, at.on, member, by.now, change=at.stored.change)
        await show(interaction, card, in_place=True)

    @on_press("i", "ready", "all_set")
    async def interview_settled(self, interaction: discord.Interaction, press: Press) -> None:
        """Settle the preparation or the confirmation of a talk."""
        _, on = await self.read_talk(interaction, press.key)
        await self._settle(interaction, on, _SETTLING[press.verb], None)

    @on_press("r", "ready", "all_set")
    async def reminder_settled(self, interaction: discord.Interaction, press: Press) -> None:
        """Settle it under the nudge that asked."""
        pressed = await self.read_pressed(interaction, press.key)
        await self._settle(interaction, nudged_talk(pressed), _SETTLING[press.verb], pressed)

    async def _settle(
        self,
        interaction: discord.Interaction,
        on: TalkPage,
        settling: _Settling,
        pressed: Pressed | None,
    ) -> None:
        self.refuse_if_begun(on)
        at = await self.bot.db.store(
            decide_about_talk,
            by=self.by(interaction),
            on=on,
            kind=settling.kind,
            verdict=settling.verdict,
            pressed=pressed,
        )
        head = settling.words.format(first=plain_text(on.page.first))
        await show(interaction, settled_card(at, self.bot.clock.now(), head))

"""Showing the prep sheet, with questions chosen where none are kept yet."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import discord

from bot.client import RapportBot, is_private
from bot.notebook.interviews import TalkPage
from bot.notebook.members import MemberFacts
from bot.notebook.question_sets import fill_set, set_of_talk
from bot.pictures.prep_sheet import draw_prep_sheet
from bot.pictures.rasterising import Rasteriser
from cogs._ui.replies import say, show
from cogs._ui.sheet_cards import sheet_card, sheet_file, sheet_text
from cogs._ui.talking import TalkCog

_PAGE = "One page to print, or to keep on your phone."


class SheetCog(TalkCog):
    """Shows prep sheets."""

    def __init__(self, bot: RapportBot) -> None:
        super().__init__(bot)
        self._rasteriser = Rasteriser()

    async def with_questions(
        self, interaction: discord.Interaction, member: MemberFacts, on: TalkPage
    ) -> TalkPage:
        """Give a talk with the questions that are kept with it, chosen now where there are none."""
        bank = await self.bank_for(member, interaction)
        opened = set_of_talk(member, on, bank)
        if opened.kept.questions:
            return on
        # A talk may have been booked by this very interaction: its change is that one alone.
        by = replace(self.by(interaction, member), interaction_id=None)
        opened = await self.bot.db.store(
            fill_set, by=by, opened=opened, bank=bank, seed=interaction.id
        )
        return opened.on or on

    async def show_sheet(
        self,
        interaction: discord.Interaction,
        member: MemberFacts,
        on: TalkPage,
        *,
        side: str = "",
        in_place: bool = False,
    ) -> None:
        """Show one side of a talk's sheet."""
        on = await self.with_questions(interaction, member, on)
        now = self.bot.clock.now()
        card = sheet_card(self.bot.content, on, member, now, side=side)
        await show(interaction, card, in_place=in_place)

    async def show_picture(
        self, interaction: discord.Interaction, member: MemberFacts, on: TalkPage
    ) -> None:
        """Give a talk's sheet as one page to print or to keep on the phone."""
        # Drawing may take longer than the three seconds that Discord waits for an answer.
        await interaction.response.defer(ephemeral=is_private(interaction), thinking=True)
        on = await self.with_questions(interaction, member, on)
        text = sheet_text(self.bot.content, on, member, self.bot.clock.now())
        drawn = await asyncio.to_thread(draw_prep_sheet, text)
        png = await self._rasteriser.png(drawn.svg, with_system_fonts=drawn.needs_other_fonts)
        await say(interaction, _PAGE, file=sheet_file(text, png))

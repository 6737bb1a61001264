"""A message was sent."""

from __future__ import annotations

import discord

from bot.content import plain_text
from bot.notebook.drafts import KIND_WORDS, Drafted, log_sent
from bot.rules.presses import Press
from cogs._ui.cards import Card
from cogs._ui.coming import next_words, zone_row
from cogs._ui.draft_card import draft_press
from cogs._ui.feature import on_press
from cogs._ui.replies import show
from cogs.drafts.reading import DraftCog


class Sending(DraftCog):
    """Messages that were sent."""

    @on_press("w", "sent")
    async def draft_sent(self, interaction: discord.Interaction, press: Press) -> None:
        """Note that it was sent; a message with gaps is asked about first."""
        draft = await self.read_of(interaction, press)
        if draft.gaps:
            gaps = ", ".join(f"“{gap}”" for gap in draft.gaps)
            row = (
                draft_press(draft, "sure", "Yes, I filled them in", "primary"),
                draft_press(draft, "gaps", "Fill the gaps"),
            )
            text = f"My draft still had gaps: {gaps}. Did you fill them in before you sent it?"
            await show(interaction, Card(text, rows=(row,)))
            return
        await self._log(interaction, draft)

    @on_press("w", "sure")
    async def draft_surely_sent(self, interaction: discord.Interaction, press: Press) -> None:
        """Note that it was sent, gaps filled in elsewhere."""
        await self._log(interaction, await self.read_of(interaction, press))

    async def _log(self, interaction: discord.Interaction, draft: Drafted) -> None:
        page = draft.page
        async with self.bot.db.write() as session:
            logged = await log_sent(
                session, by=self.by(interaction), page=page, wanted=draft.wanted
            )
        stored = logged.stored
        coming = next_words(stored, page.key, now=self.bot.clock.now())
        row = (
            Press("c", page.key, "open", "Open the card"),
            Press("t", logged.entry or "", "fix", "It was another day"),
        )
        kind = KIND_WORDS[draft.wanted.kind]
        text = f"Noted as sent today: {kind}, {plain_text(page.name)}.\n{coming}"
        await show(interaction, Card(text, rows=(zone_row(stored), row), change=stored.change))

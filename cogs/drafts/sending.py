"""A message was sent."""

from __future__ import annotations

import discord

from bot.content import plain_text
from bot.notebook.drafts import KIND_WORDS, UNNOTICED, Drafted, log_sent, review_draft
from bot.rules.presses import Press
from bot.rules.review import Finding
from cogs._ui.cards import Card
from cogs._ui.coming import next_words, zone_row
from cogs._ui.draft_card import draft_press
from cogs._ui.draft_findings import finding_line
from cogs._ui.feature import on_press
from cogs._ui.replies import show
from cogs.drafts.reading import DraftCog


class Sending(DraftCog):
    """Messages that were sent."""

    @on_press("w", "sent")
    async def draft_sent(self, interaction: discord.Interaction, press: Press) -> None:
        """Note that it was sent; gaps, and a name that should not be there, are asked about."""
        draft = await self.read_of(interaction, press)
        grave = [one for one in review_draft(draft) if one.fault in UNNOTICED]
        if draft.gaps or grave:
            await show(interaction, _unmended_card(draft, grave))
        else:
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


def _unmended_card(draft: Drafted, grave: list[Finding]) -> Card:
    """Ask about what may have gone out as it stood."""
    lines: list[str] = []
    if draft.gaps:
        gaps = ", ".join(f"“{plain_text(gap)}”" for gap in draft.gaps)
        lines.append(f"My draft still had gaps: {gaps}. Did you fill them in before you sent it?")
    if grave:
        lines.append("Here it still says this. Did you mend it before you sent it?")
        lines += [f"- {finding_line(draft, one)}" for one in grave]
    yes = "Yes, I mended it" if grave else "Yes, I filled them in"
    row = [draft_press(draft, "sure", yes, "primary"), draft_press(draft, "edit", "Edit")]
    if draft.gaps:
        row.insert(1, draft_press(draft, "gaps", "Fill the gaps"))
    return Card("\n".join(lines), rows=(tuple(row),))

"""What the parts of drafting share: reading the message that a press or a form is about."""

from __future__ import annotations

import discord

from bot.notebook.drafts import (
    Drafted,
    Wanted,
    draft_message,
    kind_of_nudge,
    names_in,
    notes_for_gaps,
    read_spec,
    spec,
)
from bot.notebook.good_news import load_news
from bot.notebook.members import find_member
from bot.notebook.pages import access_page
from bot.notebook.pressed import access_pressed
from bot.proofreading import proofread
from bot.rules.hours import local_day
from bot.rules.presses import Press
from cogs._ui.draft_card import draft_card
from cogs._ui.draft_findings import Looked
from cogs._ui.draft_forms import gaps_form, notes_that_fit
from cogs._ui.feature import FeatureCog
from cogs._ui.forms import Filled, open_form
from cogs._ui.replies import replace_card, show


class DraftCog(FeatureCog):
    """Reads messages, and shows them."""

    async def read(self, interaction: discord.Interaction, key: str, wanted: Wanted) -> Drafted:
        """Word a message to a contact."""
        async with self.bot.db.read() as session:
            member = await find_member(
                session, interaction.user.id, guild_id=self.club_of(interaction)
            )
            page = await access_page(session, interaction.user.id, key)
        now = self.bot.clock.now()
        return draft_message(self.bot.content, page, member, now=now, wanted=wanted)

    async def read_of(self, interaction: discord.Interaction, press: Press) -> Drafted:
        """Word the message that a button under it means."""
        return await self.read(interaction, press.key, read_spec(self.bot.content, press.arg))

    async def read_of_reminder(
        self, interaction: discord.Interaction, key: str, minutes: str = ""
    ) -> Drafted:
        """Word the message that a nudge is about."""
        content = self.bot.content
        async with self.bot.db.read() as session:
            pressed = await access_pressed(session, content, interaction.user.id, key)
            now = self.bot.clock.now()
            today = local_day(now, pressed.member.zone_or_club)
            kind = kind_of_nudge(pressed.contact, pressed.kind, today)
            page, about = pressed.contact, pressed.anchor
            if kind == "ask_introduction" and page.referrer is not None:
                about = page.key
                page = await access_page(session, interaction.user.id, page.referrer.key)
        wanted = Wanted(kind, "", minutes if kind == "running_late" else about)
        return draft_message(content, page, pressed.member, now=now, wanted=wanted)

    def subject_of(self, filled: Filled) -> tuple[str, Wanted]:
        """Tell the contact and the message that a form is about."""
        key, _, text = filled.subject.partition(".")
        return key, read_spec(self.bot.content, text)

    async def show_first(
        self,
        interaction: discord.Interaction,
        draft: Drafted,
        *,
        head: str = "",
        change: str = "",
        may_ask: bool = True,
    ) -> None:
        """Show a message; what it would be empty without is asked before, once, if it may be."""
        # Discord opens no form from a form.
        is_form = interaction.type is discord.InteractionType.modal_submit
        if draft.asks_first and may_ask and not is_form and not change:
            await self.ask_gaps(interaction, draft, before=True)
            return
        card = draft_card(
            self.bot.content, draft, head=head, change=change, has_voice=self.has_voice
        )
        await show(interaction, card)

    async def ask_gaps(
        self, interaction: discord.Interaction, draft: Drafted, *, before: bool = False
    ) -> None:
        """Open the form of a message's gaps, filled in with notes that it had to leave out."""
        notes = notes_that_fit(notes_for_gaps(draft))
        if draft.wanted.kind == "good_news" and draft.wanted.about:
            news = await self.bot.db.load(load_news, interaction.user.id, draft.wanted.about)
            notes |= notes_that_fit({"what is your news?": news}) if news else {}
        form = gaps_form(draft, notes, before=before)
        title = f"Your message to {draft.page.first}" if before else ""
        await open_form(interaction, form, subject=subject(draft), values=notes, title=title)

    async def show_changed(
        self,
        interaction: discord.Interaction,
        key: str,
        wanted: Wanted,
        change: str,
        *,
        in_place: bool = True,
    ) -> None:
        """Show a message as it is now, in the place of the card that was changed."""
        draft = await self.read(interaction, key, wanted)
        await self.show_own(interaction, draft, change, in_place=in_place)

    async def show_own(
        self,
        interaction: discord.Interaction,
        draft: Drafted,
        change: str,
        *,
        in_place: bool = True,
    ) -> None:
        """Show a message that the member changed, then look for slips of spelling in it."""
        card = draft_card(self.bot.content, draft, change=change, has_voice=self.has_voice)
        await show(interaction, card, in_place=in_place)
        if draft.is_edited:
            await self._look_for_slips(interaction, draft, change)

    async def _look_for_slips(
        self, interaction: discord.Interaction, draft: Drafted, change: str
    ) -> None:
        # It takes up to three seconds, which is all the time there is for an answer.
        slips = await proofread(draft.text, names=names_in(draft))
        if slips == ():
            return
        looked = Looked(slips, is_over=True)
        card = draft_card(
            self.bot.content, draft, change=change, looked=looked, has_voice=self.has_voice
        )
        await replace_card(interaction, card)


def subject(draft: Drafted) -> str:
    """Say in a form's id which message it is about."""
    return f"{draft.page.key}.{spec(draft.wanted)}"

"""Drafts: what to write to a person, to copy, fill in and send."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.content import CHANNELS, DRAFT_KINDS, plain_text
from bot.errors import UserError
from bot.notebook.contacts import add_contact
from bot.notebook.drafts import (
    KIND_OF_REMINDER,
    TEXT_LENGTH,
    Drafted,
    Wanted,
    draft_message,
    edit_draft,
    fill_gaps,
    log_sent,
    read_spec,
    spec,
)
from bot.notebook.members import find_member
from bot.notebook.pages import access_page
from bot.notebook.pressed import access_pressed
from bot.rules.presses import Press
from cogs._ui.cards import Card
from cogs._ui.coming import next_words, zone_row
from cogs._ui.draft_card import (
    CHANNEL_LABELS,
    DRAFT,
    EDIT,
    GAPS,
    KIND_WORDS,
    LATE,
    check_answers,
    draft_card,
    draft_file,
    draft_press,
    gaps_form,
    late_card,
    other_channel,
)
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.people import complete_contact, pick_contact
from cogs._ui.replies import say, show

_MESSAGE = 2000


class Drafts(FeatureCog):
    """Messages worded from the notebook."""

    @app_commands.command(name="draft", description="Word a message to somebody in your notebook")
    @app_commands.describe(
        contact="To whom",
        kind="Which message; without it, what comes next with them",
        channel="How it travels",
    )
    @app_commands.choices(
        kind=[app_commands.Choice(name=KIND_WORDS[one], value=one) for one in DRAFT_KINDS],
        channel=[app_commands.Choice(name=label, value=one) for one, label in CHANNEL_LABELS],
    )
    @app_commands.autocomplete(contact=complete_contact)
    async def draft(
        self,
        interaction: discord.Interaction,
        contact: str,
        kind: app_commands.Choice[str] | None = None,
        channel: app_commands.Choice[str] | None = None,
    ) -> None:
        """Show the message that was asked for, or the one that the stage calls for."""
        values = {
            "contact": contact,
            "kind": kind.value if kind else None,
            "channel": channel.value if channel else None,
        }
        await self.submit(interaction, DRAFT, values)

    @on_form(DRAFT)
    async def draft_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Show the message; somebody who is not in the notebook yet is added first."""
        ref = await pick_contact(self.bot, interaction, filled.get("contact"))
        wanted, change, head, key = _wanted(filled), "", "", ref[1:]
        if ref.startswith("+"):
            async with self.bot.db.write() as session:
                by = self.by(interaction)
                stored = await add_contact(session, by=by, values={"name": ref[1:]})
            (key,) = stored.pages
            change, head = stored.change, f"Noted {plain_text(ref[1:])} as a person to ask."
        draft = await self._read(interaction, key, wanted)
        head = head or other_channel(draft, wanted.channel)
        await show(interaction, draft_card(self.bot.content, draft, head=head, change=change))

    @on_press("c", "draft")
    async def contact_draft(self, interaction: discord.Interaction, press: Press) -> None:
        """Show what the stage of the contact calls for; an argument names another message."""
        wanted = read_spec(self.bot.content, press.arg) if press.arg else Wanted("", "")
        draft = await self._read(interaction, press.key, wanted)
        await show(interaction, draft_card(self.bot.content, draft))

    @on_press("r", "draft", "ask_them", "about_me", "tell_them")
    async def reminder_draft(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the message that a nudge is about."""
        draft = await self._read_of_reminder(interaction, press.key)
        await show(interaction, draft_card(self.bot.content, draft))

    @on_press("r", "running_late")
    async def reminder_late(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask how late, then give the message alone: somebody in a hurry has no time for more."""
        draft = await self._read_of_reminder(interaction, press.key, press.arg)
        if press.arg not in LATE:
            await show(interaction, late_card(press.key, draft.page.first))
            return
        await say(interaction, draft.text)

    @on_press("w", "other")
    async def draft_other(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the same for another channel, or another message, in the card's place."""
        draft = await self._read_of(interaction, press)
        await show(interaction, draft_card(self.bot.content, draft), in_place=True)

    @on_press("w", "copy")
    async def draft_copy(self, interaction: discord.Interaction, press: Press) -> None:
        """Give the message alone; one that Discord cannot hold comes as a file."""
        draft = await self._read_of(interaction, press)
        if len(draft.text) <= _MESSAGE:
            await say(interaction, draft.text)
            return
        text = f"It is longer than the {_MESSAGE:,} characters of a Discord message, so here it is:"
        await say(interaction, text, file=draft_file(draft))

    @on_press("w", "subject")
    async def draft_subject(self, interaction: discord.Interaction, press: Press) -> None:
        """Give the subject alone."""
        draft = await self._read_of(interaction, press)
        if not draft.subject:
            raise UserError("This message has no subject any more. **Edit** gives it one.")
        await say(interaction, draft.subject)

    @on_press("w", "file")
    async def draft_as_file(self, interaction: discord.Interaction, press: Press) -> None:
        """Give the message as a text file."""
        draft = await self._read_of(interaction, press)
        await say(interaction, "Your message:", file=draft_file(draft))

    @on_press("w", "gaps")
    async def draft_gaps(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask for what the draft cannot know."""
        draft = await self._read_of(interaction, press)
        if not draft.gaps:
            raise UserError("There are no gaps left. Press **Copy**.")
        await open_form(interaction, gaps_form(draft), subject=_subject(draft))

    @on_form(GAPS)
    async def gaps_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Keep the answers and show the message with them in it."""
        check_answers(filled.values)
        key, _, text = filled.subject.partition(".")
        wanted = read_spec(self.bot.content, text)
        by = self.by(interaction)
        async with self.bot.db.write() as session:
            stored = await fill_gaps(
                session, by=by, contact=key, wanted=wanted, answers=filled.values
            )
        await self._show_changed(interaction, key, wanted, stored.change)

    @on_press("w", "edit")
    async def draft_edit(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the message to be changed by hand."""
        draft = await self._read_of(interaction, press)
        if len(draft.text) > TEXT_LENGTH:
            raise UserError(
                f"This message is {len(draft.text):,} characters long, too long to be edited here. "
                "Press **As a text file** and shorten it where you send it from."
            )
        values = {"subject": draft.subject, "text": draft.text}
        await open_form(interaction, EDIT, subject=_subject(draft), values=values)

    @on_form(EDIT)
    async def edit_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Keep the member's own words."""
        key, _, text = filled.subject.partition(".")
        wanted = read_spec(self.bot.content, text)
        async with self.bot.db.write() as session:
            stored = await edit_draft(
                session,
                by=self.by(interaction),
                contact=key,
                wanted=wanted,
                subject=filled.get("subject"),
                text=filled.get("text"),
            )
        await self._show_changed(interaction, key, wanted, stored.change)

    @on_press("w", "sent")
    async def draft_sent(self, interaction: discord.Interaction, press: Press) -> None:
        """Note that it was sent; a message with gaps is asked about first."""
        draft = await self._read_of(interaction, press)
        if draft.gaps:
            gaps = ", ".join(f"“{gap}”" for gap in draft.gaps)
            row = (
                draft_press(draft, "sure", "Yes, I filled them in", "primary"),
                draft_press(draft, "gaps", "Fill the gaps"),
            )
            text = f"My draft still had gaps: {gaps}. Did you fill them in before you sent it?"
            await show(interaction, Card(text, rows=(row,)))
            return
        await self._log_sent(interaction, draft)

    @on_press("w", "sure")
    async def draft_surely_sent(self, interaction: discord.Interaction, press: Press) -> None:
        """Note that it was sent, gaps filled in elsewhere."""
        await self._log_sent(interaction, await self._read_of(interaction, press))

    async def _log_sent(self, interaction: discord.Interaction, draft: Drafted) -> None:
        words = KIND_WORDS[draft.wanted.kind]
        async with self.bot.db.write() as session:
            stored = await log_sent(
                session,
                by=self.by(interaction),
                page=draft.page,
                wanted=draft.wanted,
                text=f"Sent: {words}",
            )
        page = draft.page
        coming = next_words(stored, page.key, now=self.bot.clock.now())
        row = (
            Press("c", page.key, "open", "Open the card"),
            Press("c", page.key, "fix", "It was another day"),
        )
        text = f"Noted as sent today: {words}, {plain_text(page.name)}.\n{coming}"
        await show(interaction, Card(text, rows=(zone_row(stored), row), change=stored.change))

    async def _show_changed(
        self, interaction: discord.Interaction, key: str, wanted: Wanted, change: str
    ) -> None:
        draft = await self._read(interaction, key, wanted)
        await show(interaction, draft_card(self.bot.content, draft, change=change), in_place=True)

    async def _read_of(self, interaction: discord.Interaction, press: Press) -> Drafted:
        return await self._read(interaction, press.key, read_spec(self.bot.content, press.arg))

    async def _read_of_reminder(
        self, interaction: discord.Interaction, key: str, minutes: str = ""
    ) -> Drafted:
        content = self.bot.content
        async with self.bot.db.read() as session:
            pressed = await access_pressed(session, content, interaction.user.id, key)
        kind = KIND_OF_REMINDER.get(pressed.kind, "")
        wanted = Wanted(kind, "", minutes if kind == "running_late" else pressed.anchor)
        now = self.bot.clock.now()
        return draft_message(content, pressed.contact, pressed.member, now=now, wanted=wanted)

    async def _read(self, interaction: discord.Interaction, key: str, wanted: Wanted) -> Drafted:
        async with self.bot.db.read() as session:
            member = await find_member(session, interaction.user.id)
            page = await access_page(session, interaction.user.id, key)
        now = self.bot.clock.now()
        return draft_message(self.bot.content, page, member, now=now, wanted=wanted)


def _wanted(filled: Filled) -> Wanted:
    kind, channel = filled.get("kind"), filled.get("channel")
    is_known = kind in ("", *DRAFT_KINDS) and channel in ("", *CHANNELS)
    return Wanted(kind, channel) if is_known else Wanted("", "")


def _subject(draft: Drafted) -> str:
    return f"{draft.page.key}.{spec(draft.wanted)}"


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Drafts(bot))

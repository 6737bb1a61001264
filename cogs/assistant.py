"""In my voice: a draft said by a language model as its member would say it, where there is one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.assistant.rewriting import Task, rewrite
from bot.client import RapportBot, is_private
from bot.errors import ConfigError, UserError
from bot.notebook.changes import Actor
from bot.notebook.drafts import Drafted, draft_message, edit_draft, names_in, read_spec
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.pages import access_page
from bot.notebook.voice import allow_host, keep_sample, list_names, take_turn, task_of, voice_of
from bot.proofreading import proofread
from bot.rules.presses import Press
from cogs._ui.draft_card import draft_card
from cogs._ui.draft_findings import Looked
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.replies import show
from cogs._ui.voice_cards import (
    IN_YOUR_VOICE,
    SAMPLE,
    UNCHANGED,
    Assistant,
    agree_card,
    kept_card,
    stands_words,
    subject_of,
)

_OFF = "**In my voice** is not on offer here any more. Your draft is as it was."
_BROKEN = "**In my voice** does not work just now: please tell your organisers to check its key."


@dataclass(frozen=True)
class _Read:
    """A message with all that rewriting it takes."""

    draft: Drafted
    member: MemberFacts
    task: Task


class Assisting(FeatureCog):
    """The optional assistant."""

    @on_press("w", "voice")
    async def draft_voice(self, interaction: discord.Interaction, press: Press) -> None:
        """Say what goes out and ask for a yes; then for a sample; then say the draft anew."""
        assistant = self._assistant()
        read = await self._read(interaction, press.key, press.arg)
        if voice_of(read.member).host != assistant.host:
            await show(interaction, agree_card(read.draft, read.task, assistant))
            return
        await self._go_on(interaction, read, by=self.by(interaction, read.member))

    @on_press("w", "voice_yes")
    async def voice_agreed(self, interaction: discord.Interaction, press: Press) -> None:
        """Keep the yes, for this host."""
        host = self._assistant().host
        by = self.by(interaction)
        async with self.bot.db.write() as session:
            await allow_host(session, by=by, host=host)
        read = await self._read(interaction, press.key, press.arg)
        await self._go_on(interaction, read, by=_once_more(by))

    @on_press("m", "voice")
    async def menu_voice(self, interaction: discord.Interaction, _: Press) -> None:
        """Show the sample, to be changed or taken out."""
        member = await self.read_member(interaction)
        await open_form(interaction, SAMPLE, values={"sample": voice_of(member).sample})

    @on_form(SAMPLE)
    async def sample_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Keep the sample; what it was asked for goes on."""
        sample = filled.get("sample")
        key, _, text = filled.subject.partition(".")
        if key and not sample:
            raise UserError("There is nothing in it yet. Paste a message or two that you wrote.")
        by = self.by(interaction)
        async with self.bot.db.write() as session:
            stored = await keep_sample(session, by=by, text=sample)
        if not key or voice_of(stored.member).host != self._assistant().host:
            await show(interaction, kept_card(sample, stored.change))
            return
        await self._rewrite(interaction, await self._read(interaction, key, text), _once_more(by))

    async def _go_on(self, interaction: discord.Interaction, read: _Read, *, by: Actor) -> None:
        if voice_of(read.member).sample:
            await self._rewrite(interaction, read, by)
        else:
            await open_form(interaction, SAMPLE, subject=subject_of(read.draft))

    async def _rewrite(self, interaction: discord.Interaction, read: _Read, by: Actor) -> None:
        table, draft = self.bot.settings.assistant, read.draft
        try:
            key = table.key()
        except ConfigError as error:
            raise UserError(_BROKEN) from error
        async with self.bot.db.write() as session:
            await take_turn(session, read.member, now=by.now, per_day=table.per_day)
        await interaction.response.defer(ephemeral=is_private(interaction), thinking=True)
        done = await rewrite(table, key, read.task)
        if not done.text or done.text == draft.text:
            head = UNCHANGED if done.text else stands_words(done.problem)
            await self._show(interaction, draft, head)
            return
        async with self.bot.db.write() as session:
            stored = await edit_draft(
                session,
                by=replace(by, now=self.bot.clock.now()),
                contact=draft.page.key,
                wanted=draft.wanted,
                subject=draft.subject,
                text=done.text,
                seen=draft.page,
            )
        said = replace(draft, text=done.text, is_edited=True, is_begun=True)
        looked = Looked(await proofread(said.text, names=names_in(said)), is_over=True)
        await self._show(interaction, said, IN_YOUR_VOICE, change=stored.change, looked=looked)

    async def _show(
        self, interaction: discord.Interaction, draft: Drafted, head: str, **more: Any
    ) -> None:
        card = draft_card(self.bot.content, draft, head=head, has_voice=self.has_voice, **more)
        await show(interaction, card)

    async def _read(self, interaction: discord.Interaction, key: str, text: str) -> _Read:
        content, member_id = self.bot.content, interaction.user.id
        wanted = read_spec(content, text)
        async with self.bot.db.read() as session:
            member = await find_member(session, member_id, guild_id=self.club_of(interaction))
            page = await access_page(session, member_id, key)
            names = await list_names(session, member_id)
        now = self.bot.clock.now()
        draft = draft_message(content, page, member, now=now, wanted=wanted)
        return _Read(draft, member, task_of(draft, member, names))

    def _assistant(self) -> Assistant:
        table = self.bot.settings.assistant
        if not table.is_on:
            raise UserError(_OFF)
        return Assistant(table.host, table.model or "", table.per_day)


def _once_more(by: Actor) -> Actor:
    """Let an interaction that has stored one change store another; the first guards both."""
    return replace(by, interaction_id=None, known=None)


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Assisting(bot))

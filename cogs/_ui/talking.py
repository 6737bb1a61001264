"""What features about talks share: reading a talk, a contact, a pressed nudge."""

from __future__ import annotations

import asyncio

import discord

from bot.content import render_words
from bot.errors import UserError
from bot.notebook.contacts import add_contact
from bot.notebook.interviews import TalkPage, access_talk
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.pages import Page, access_card
from bot.notebook.pressed import Pressed, access_pressed, refuse_if_settled
from bot.notebook.questions import Bank, bank_of
from bot.rules import fields
from cogs._ui.feature import FeatureCog
from cogs._ui.people import pick_contact


async def know_fields() -> None:
    """Read the words by which fields are told, once and beside the loop, before they are needed."""
    if not fields.is_warm():
        await asyncio.to_thread(fields.warm)


class TalkCog(FeatureCog):
    """Reads what a command, a button or a form of a talk is about."""

    async def bank_for(self, member: MemberFacts, interaction: discord.Interaction) -> Bank:
        """Give what a member's questions are chosen from: the bot's, and their club's packs."""
        await know_fields()
        club = self.by(interaction).guild_id if member.is_new else member.guild_id
        return bank_of(await self.bot.packs.content_for(club))

    async def read_talk(
        self, interaction: discord.Interaction, key: str
    ) -> tuple[MemberFacts, TalkPage]:
        """Read a talk by its key, and its member."""
        async with self.bot.db.read() as session:
            member = await find_member(
                session, interaction.user.id, guild_id=self.club_of(interaction)
            )
            return member, await access_talk(session, interaction.user.id, key)

    async def read_page(
        self, interaction: discord.Interaction, key: str
    ) -> tuple[MemberFacts, Page]:
        """Read a contact by its key, and its member."""
        return await self.bot.db.load(access_card, interaction.user.id, key)

    async def read_pressed(
        self, interaction: discord.Interaction, key: str, *, is_only_shown: bool = False
    ) -> Pressed:
        """Read what a pressed nudge is about; one that is settled already says so."""
        async with self.bot.db.read() as session:
            user_id = interaction.user.id
            pressed = await access_pressed(session, self.bot.content, user_id, key)
        if not is_only_shown:
            refuse_if_settled(self.bot.content, pressed, now=self.bot.clock.now())
        return pressed

    def refuse_if_begun(self, on: TalkPage) -> None:
        """Refuse what only makes sense before a talk."""
        starts_at = on.talk.row.t1
        if starts_at is not None and starts_at <= self.bot.clock.now():
            raise UserError(render_words(self.bot.content, "expired"))

    async def pick_known(self, interaction: discord.Interaction, typed: str) -> str:
        """Say whom typed text means, by key; somebody new was confirmed and is added now."""
        ref = await pick_contact(self.bot, interaction, typed)
        if ref.startswith("#"):
            return ref[1:]
        stored = await self.bot.db.store(
            add_contact, by=self.by(interaction), values={"name": ref[1:]}
        )
        return next(iter(stored.pages))

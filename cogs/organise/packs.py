"""A server's own questions: looked at, published, listed, taken down."""

from __future__ import annotations

import asyncio
from typing import Any

import discord

from bot.club.packs import list_packs, pack_name, publish_pack, remove_pack
from bot.content import PACK_BYTES, plain_text, read_pack, read_questions, write_questions
from bot.errors import NotYours, UserError
from bot.notebook.unfinished import access_unfinished, keep_unfinished
from bot.rules.presses import Press
from cogs._ui.cards import Card
from cogs._ui.feature import FeatureCog, on_press
from cogs._ui.pack_cards import (
    LIST_PACKS,
    example_card,
    packs_card,
    preview_card,
    refused_card,
)
from cogs._ui.replies import show
from cogs.organise.places import guild_of, organised

_PACK = "pack"


class Packs(FeatureCog):
    """What organisers do with packs of questions."""

    async def look_at_pack(
        self, interaction: discord.Interaction, file: discord.Attachment | None
    ) -> None:
        """Check an uploaded pack and show what it would bring; without one, list the packs."""
        guild_id = guild_of(interaction)
        if file is None:
            await self._list_packs(interaction)
            return
        if file.size > PACK_BYTES:  # it is not even fetched
            raise UserError(
                f"That file has {file.size // 1024:,} KB, and a pack has at most "
                f"{PACK_BYTES // 1024} KB. Split it, or check whether it is the right file."
            )
        await interaction.response.defer(ephemeral=True, thinking=True)
        pack = await asyncio.to_thread(read_pack, await _fetched(file), file.filename)
        if not pack.questions:
            await show(interaction, refused_card(pack.problems))
            return
        name = pack_name(file.filename)
        async with self.bot.db.write() as session:
            there = await list_packs(session, guild_id)
            key = await self._hold(session, interaction, name, write_questions(pack.questions))
        publish = Press("k", key, "publish", "Publish", style="primary")
        before = next((one for one in there if one.name == name), None)
        await show(interaction, preview_card(name, pack, before, publish))

    async def _hold(
        self, session: Any, interaction: discord.Interaction, name: str, body: str
    ) -> str:
        """Keep a pack that is not published for a day; gives the key of its Publish."""
        return await keep_unfinished(
            session,
            interaction.user.id,
            form=_PACK,
            subject=str(interaction.guild_id),
            values={"name": name, "body": body},
            now=self.bot.clock.now(),
        )

    @on_press("k", "publish")
    async def pack_publish(self, interaction: discord.Interaction, press: Press) -> None:
        """Publish a pack that was looked at."""
        guild_id, now = organised(interaction), self.bot.clock.now()
        async with self.bot.db.write() as session:
            held = await access_unfinished(session, interaction.user.id, press.key, now=now)
            if held.form != _PACK or held.subject != str(guild_id):
                raise NotYours
            questions = read_questions(str(held.values["body"]))
            name = str(held.values["name"])
            await publish_pack(
                session,
                guild_id,
                name=name,
                questions=questions,
                published_by=interaction.user.id,
                now=now,
            )
        self.bot.packs.forget(guild_id)
        text = (
            f"**{plain_text(name)}** is published. From now on members who began on this server "
            "get these questions beside mine, where they fit the talk."
        )
        await show(interaction, Card(text, rows=((LIST_PACKS,),)))

    @on_press("k", "remove_pack")
    async def pack_remove(self, interaction: discord.Interaction, press: Press) -> None:
        """Take a pack down; for a day it can be published again."""
        guild_id = organised(interaction)
        async with self.bot.db.write() as session:
            name, body = await remove_pack(session, guild_id, press.key)
            key = await self._hold(session, interaction, name, body)
        self.bot.packs.forget(guild_id)
        text = (
            f"**{plain_text(name)}** is removed. Sets that members have saved keep their "
            "questions. For a day you can publish it again here."
        )
        again = Press("k", key, "publish", "Publish again")
        await show(interaction, Card(text, rows=((again, LIST_PACKS),)))

    @on_press("m", "packs")
    async def menu_packs(self, interaction: discord.Interaction, press: Press) -> None:
        """List the packs of this server, or give an example of one."""
        organised(interaction)
        if press.arg == "example":
            await show(interaction, example_card())
        else:
            await self._list_packs(interaction)

    async def _list_packs(self, interaction: discord.Interaction) -> None:
        packs = await self.bot.db.load(list_packs, guild_of(interaction))
        await show(interaction, packs_card(packs))


async def _fetched(file: discord.Attachment) -> bytes:
    try:
        return await file.read()
    except discord.HTTPException as error:
        raise UserError(
            "Discord did not give me the file. Please run **/organise pack** with it once more."
        ) from error

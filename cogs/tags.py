"""Tags and own fields of a person, and how often to be in touch with all of a tag."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.client import RapportBot
from bot.content import plain_text
from bot.errors import UserError
from bot.notebook.pages import access_page
from bot.notebook.tags import change_gap_of_tag, change_tags, list_field_names, list_tags
from bot.rules.network.often import read_gap_of
from bot.rules.presses import Press, menu
from cogs._ui.cards import Card
from cogs._ui.contact_card import contact_card
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.replies import show
from cogs._ui.tag_forms import OFTEN, TAGS, held_values, often_form, tags_form


class Tags(FeatureCog):
    """A member's own words for the people they know."""

    @on_press("c", "tags")
    async def contact_tags(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the form of a person's tags and own fields, filled in."""
        async with self.bot.db.read() as session:
            page = await access_page(session, interaction.user.id, press.key)
            tags = await list_tags(session, interaction.user.id)
            names = await list_field_names(session, interaction.user.id)
        values = held_values(page.contact.details, names)
        await open_form(interaction, tags_form(tags), subject=press.key, values=values)

    @on_form(TAGS)
    async def tags_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store them in place of what was there."""
        stored = await self.bot.db.store(
            change_tags,
            by=self.by(interaction),
            key=filled.subject,
            tags=filled.get("tags"),
            fields=filled.get("fields"),
            gap=read_gap_of(filled.get("ideal"), filled.get("longest")),
        )
        (page,) = stored.pages.values()
        card = contact_card(page, stored.member, now=self.bot.clock.now(), head="Changed.")
        await show(interaction, replace(card, change=stored.change))

    @on_press("m", "often_by_tag")
    async def menu_often(self, interaction: discord.Interaction, _: Press) -> None:
        """Open the form that says how often for all who have a tag."""
        tags = await self.bot.db.load(list_tags, interaction.user.id)
        if not tags:
            raise UserError(
                "You have no tags yet. Give somebody one first: open their card, then **More** and "
                "**Tags**."
            )
        await open_form(interaction, often_form(tags))

    @on_form(OFTEN)
    async def often_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store how often; empty goes back to the usual."""
        tag, gap = filled.get("tag"), read_gap_of(filled.get("ideal"), filled.get("longest"))
        stored = await self.bot.db.store(
            change_gap_of_tag, by=self.by(interaction), tag=tag, gap=gap
        )
        said = (
            f"ideally every {gap.ideal} days, at the longest {gap.longest}" if gap else "as usual"
        )
        row = (menu("network", "Losing touch", arg="losing"),)
        text = f"With everybody tagged **{plain_text(tag)}**: {said}."
        await show(interaction, Card(text, rows=(row,), change=stored.change))


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Tags(bot))

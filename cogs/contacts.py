"""Contacts: add, show, edit, remove and find people."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.content import plain_text
from bot.errors import Choice, NotYours, Unclear, UserError
from bot.notebook.changes import Stored
from bot.notebook.contacts import (
    FIELD_LENGTHS,
    add_contact,
    add_people,
    edit_contact,
    find_duplicate,
    list_removed,
    remove_contact,
    restore_contact,
)
from bot.notebook.joining import open_joining
from bot.notebook.known_people import find_known
from bot.notebook.pages import access_card, access_page
from bot.notebook.people import People, keep_found, list_people, turn_found
from bot.notebook.tags import tag_sign
from bot.rules.presses import Press, menu
from bot.rules.records import TalkState
from bot.rules.stages import Stage
from cogs._ui.cards import Card
from cogs._ui.contact_card import contact_card
from cogs._ui.contact_forms import (
    ADD,
    ADD_NAMED,
    EDIT_HOW,
    EDIT_REACH,
    EDIT_WHO,
    EDITS,
    NAMES,
    SHOW,
    added_card,
    edit_form,
    people_card,
    removed_card,
)
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.idea_cards import idea_card, with_known
from cogs._ui.joining_cards import joining_card
from cogs._ui.people import complete_contact, complete_tag, known_member, pick_contact, picked_key
from cogs._ui.replies import show
from cogs._ui.talking import know_fields

_READ_YES = {"yes": True, "no": False}


class Contacts(FeatureCog):
    """The people in a member's notebook."""

    contact = app_commands.Group(name="contact", description="The people in your notebook")

    @contact.command(name="add", description="Note a person you could ask")
    @app_commands.describe(
        name="Their name",
        role="What they do",
        organization="Where they work",
        referred_by="Who gave you the name",
    )
    @app_commands.autocomplete(referred_by=complete_contact)
    async def contact_add(
        self,
        interaction: discord.Interaction,
        name: str | None = None,
        role: str | None = None,
        organization: str | None = None,
        referred_by: str | None = None,
    ) -> None:
        """Note a person: with a name at once, else by a form."""
        if name is None and role is None and organization is None and referred_by is None:
            await open_form(interaction, ADD)
            return
        values = {
            "name": name,
            "role": role,
            "organization": organization,
            "referred_by": referred_by,
        }
        await self.submit(interaction, ADD_NAMED, values)

    @on_press("m", "add")
    async def menu_add(self, interaction: discord.Interaction, _: Press) -> None:
        """Open the form for a new person."""
        await open_form(interaction, ADD)

    @on_form(ADD)
    @on_form(ADD_NAMED)
    async def add_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Note the person; somebody who looks the same is asked about first."""
        twin = filled.get("twin")
        if twin.startswith("#"):
            await self._show_card(interaction, twin[1:])
            return
        ref = typed = filled.get("referred_by")
        if typed:
            ref = await pick_contact(self.bot, interaction, typed, field_name="referred_by")
        if not twin:
            await self._ask_about_twin(interaction, filled)
        values = {name: filled.get(name) for name in filled.values if name in FIELD_LENGTHS}
        if twin.startswith("+"):
            await self._join_typed(interaction, twin[1:], values, ref)
            return
        stored = await self.bot.db.store(
            add_contact, by=self.by(interaction), values=values, referred_by=ref or None
        )
        await self._show_stored(interaction, stored, "Noted. You can ask them whenever you like.")

    async def _ask_about_twin(self, interaction: discord.Interaction, filled: Filled) -> None:
        twin = await self.bot.db.load(find_duplicate, interaction.user.id, filled.get("name"))
        if twin is None:
            return
        raise Unclear(
            f"You already have **{plain_text(twin.text)}**. Is it the same person?",
            field_name="twin",
            choices=(
                Choice("Yes, open the card", f"#{twin.key}"),
                Choice("Yes, join what I typed to it", f"+{twin.key}"),
                Choice("No, add another", "no"),
            ),
        )

    async def _join_typed(
        self, interaction: discord.Interaction, keep: str, typed: dict[str, str], giver: str
    ) -> None:
        both = await self.bot.db.store(
            open_joining,
            interaction.user.id,
            keep=keep,
            typed=typed,
            giver=giver,
            now=self.bot.clock.now(),
        )
        await show(interaction, joining_card(both))

    @contact.command(name="show", description="Show what you noted about a person")
    @app_commands.describe(contact="Whom")
    @app_commands.autocomplete(contact=complete_contact)
    async def contact_show(self, interaction: discord.Interaction, contact: str) -> None:
        """Show a person's card."""
        await self.submit(interaction, SHOW, {"contact": contact})

    @on_form(SHOW)
    async def show_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Show the card of whoever was meant, adding somebody new if that was the answer."""
        typed = filled.get("contact")
        if key := picked_key(typed):
            with suppress(NotYours):  # then it is asked below whom they mean
                await self._show_card(interaction, key)
                return
        ref = await pick_contact(self.bot, interaction, typed)
        if ref.startswith("+"):
            await self.submit(interaction, ADD, {"name": ref[1:]})
            return
        await self._show_card(interaction, ref[1:])

    @on_press("c", "open")
    async def contact_open(self, interaction: discord.Interaction, press: Press) -> None:
        """Open a card from a list, a nudge or a reply."""
        await self._show_card(interaction, press.key)

    async def _show_card(self, interaction: discord.Interaction, key: str) -> None:
        owner_id, member = interaction.user.id, known_member(interaction)
        if member is None:
            member, page = await self.bot.db.load(access_card, owner_id, key)
        else:
            page = await self.bot.db.load(access_page, owner_id, key)
        await show(interaction, contact_card(page, member, now=self.bot.clock.now()))

    async def _show_stored(
        self, interaction: discord.Interaction, stored: Stored, head: str
    ) -> None:
        page = list(stored.pages.values())[-1]  # a referrer who is new comes first
        now = self.bot.clock.now()
        card = contact_card(page, stored.member, now=now, head=head)
        await show(interaction, replace(card, change=stored.change))

    @contact.command(name="list", description="Show the people in your notebook")
    @app_commands.describe(
        stage="Only those at this stage",
        tag="Only those with this tag",
        search="Part of a name, a workplace, or what you noted in your own fields",
    )
    @app_commands.autocomplete(tag=complete_tag)
    @app_commands.choices(
        stage=[app_commands.Choice(name=one.value, value=one.name) for one in Stage]
    )
    async def contact_list(
        self,
        interaction: discord.Interaction,
        stage: app_commands.Choice[str] | None = None,
        tag: str | None = None,
        search: str | None = None,
    ) -> None:
        """List people, eight at a time, the latest first."""
        wanted = f"{stage.value if stage else ''}.{tag_sign(tag) if tag else ''}"
        found = await self._people(interaction, f"0.{wanted}", search or "")
        if found.search and found.has_more:  # too long for a button, and nobody else's business
            now, owner_id = self.bot.clock.now(), interaction.user.id
            key = await self.bot.db.store(keep_found, owner_id, found, now=now)
            found = replace(found, key=key)
        await show(interaction, people_card(found, wanted.rstrip(".")))

    @on_press("m", "people")
    async def menu_people(self, interaction: discord.Interaction, press: Press) -> None:
        """Turn a page of the list."""
        found = await self._people(interaction, press.arg, "")
        card = people_card(found, press.arg.partition(".")[2])
        await show(interaction, card, in_place=bool(press.arg))

    @on_press("u", "people")
    async def unfinished_people(self, interaction: discord.Interaction, press: Press) -> None:
        """Turn a page of what a search found."""
        now, owner_id = self.bot.clock.now(), interaction.user.id
        page = int(press.arg or 0)
        found = await self.bot.db.load(turn_found, owner_id, press.key, page=page, now=now)
        await show(interaction, people_card(found), in_place=True)

    async def _people(self, interaction: discord.Interaction, arg: str, search: str) -> People:
        number, stage, tag = (*arg.split("."), "", "")[:3]
        if stage and stage not in Stage.__members__:
            raise UserError("That list is from an older version. Open **/contact list** again.")
        return await self.bot.db.load(
            list_people,
            interaction.user.id,
            stage=Stage[stage] if stage else None,
            search=search,
            tag=tag,
            page=int(number or 0),
            now=self.bot.clock.now(),
        )

    @on_press("c", "edit")
    async def contact_edit(self, interaction: discord.Interaction, press: Press) -> None:
        """Offer the three forms of a card."""
        page = await self.bot.db.load(access_page, interaction.user.id, press.key)
        row = tuple(
            Press("c", press.key, "form", label, arg=name)
            for name, label in (
                (EDIT_WHO.name, "Who"),
                (EDIT_REACH.name, "Reach"),
                (EDIT_HOW.name, "How we know each other"),
            )
        )
        text = f"What would you like to change about {plain_text(page.name)}?"
        await show(interaction, Card(text, rows=(row,)))

    @on_press("c", "form")
    async def contact_form(self, interaction: discord.Interaction, press: Press) -> None:
        """Open one of the three forms, filled in."""
        page = await self.bot.db.load(access_page, interaction.user.id, press.key)
        held = [entry for entry in page.interviews if entry.row.s1 == TalkState.HELD]
        values = {name: str(text) for name, text in page.contact.details.items()}
        values["may_use_name"] = page.contact.row.s1
        values["they_introduce"] = "yes" if page.notes.they_introduce else "no"
        values["keep_in_touch"] = held[-1].row.s3 if held else ""
        form = edit_form(press.arg, page.first)
        await open_form(interaction, form, subject=press.key, values=values)

    @on_form(EDIT_WHO)
    @on_form(EDIT_REACH)
    @on_form(EDIT_HOW)
    async def edit_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store what was changed; fields of the other forms stay as they are."""
        names = {part.name for part in EDITS[filled.form].fields}
        values = {name: filled.get(name) for name in names & FIELD_LENGTHS.keys()}
        stored = await self.bot.db.store(
            edit_contact,
            by=self.by(interaction),
            key=filled.subject,
            values=values,
            may_use_name=filled.get("may_use_name") or None,
            they_introduce=_READ_YES.get(filled.get("they_introduce")),
            keep_in_touch=filled.get("keep_in_touch") or None,
        )
        await self._show_stored(interaction, stored, "Changed.")

    @on_press("c", "more")
    async def contact_more(self, interaction: discord.Interaction, press: Press) -> None:
        """Offer what is needed seldom."""
        page = await self.bot.db.load(access_page, interaction.user.id, press.key)
        row = (
            Press("c", press.key, "fix", "Fix an entry"),
            Press("c", press.key, "tags", "Tags"),
            Press("c", press.key, "join", "Join with another card"),
            menu("drafts", "My drafts"),
            Press("c", press.key, "remove", "Remove", style="danger"),
        )
        await show(interaction, Card(f"More about {plain_text(page.name)}:", rows=(row,)))

    @on_press("c", "remove")
    async def contact_remove(self, interaction: discord.Interaction, press: Press) -> None:
        """Take the person out of the notebook; Undo and the list bring them back."""
        stored = await self.bot.db.store(remove_contact, by=self.by(interaction), key=press.key)
        (page,) = stored.pages.values()
        await show(
            interaction,
            Card(
                f"{plain_text(page.name)} is removed, and nothing of theirs will remind you. "
                "For 30 days you can bring them back here or from **/contact list**.",
                change=stored.change,
            ),
        )

    @on_press("m", "removed")
    async def menu_removed(self, interaction: discord.Interaction, press: Press) -> None:
        """List who was removed in the last 30 days."""
        removed = await self.bot.db.load(list_removed, interaction.user.id)
        card = removed_card(removed, int(press.arg or 0))
        await show(interaction, card, in_place=bool(press.arg))

    @on_press("c", "restore")
    async def contact_restore(self, interaction: discord.Interaction, press: Press) -> None:
        """Bring a removed person back."""
        stored = await self.bot.db.store(restore_contact, by=self.by(interaction), key=press.key)
        await self._show_stored(interaction, stored, "Welcome back.")

    @contact.command(name="ideas", description="Find people to talk to, one circle at a time")
    @app_commands.describe(field="The field you are curious about")
    async def contact_ideas(
        self, interaction: discord.Interaction, field: str | None = None
    ) -> None:
        """Walk through the circles in which people find contacts (R02-R05)."""
        await self._show_idea(interaction, next(iter(self.bot.content.sourcing)), field or "")

    @on_press("m", "ideas")
    async def menu_ideas(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the next circle."""
        first = next(iter(self.bot.content.sourcing))
        await self._show_idea(interaction, press.arg or first, "", in_place=bool(press.arg))

    async def _show_idea(
        self, interaction: discord.Interaction, group_id: str, field: str, *, in_place: bool = False
    ) -> None:
        card = idea_card(list(self.bot.content.sourcing.values()), group_id, field)
        if not in_place:
            known = await self.bot.db.load(find_known, interaction.user.id, field)
            card = with_known(card, known)
        await show(interaction, card, in_place=in_place)

    @on_press("m", "names")
    async def menu_names(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the box for names of one circle."""
        group = self.bot.content.sourcing.get(press.arg)
        title = group.title if group else NAMES.title
        await open_form(interaction, NAMES, subject=press.arg, title=title)

    @on_form(NAMES)
    async def names_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Each line becomes a person to ask."""
        group = self.bot.content.sourcing.get(filled.subject)
        await know_fields()  # a role is told from a workplace
        stored = await self.bot.db.store(
            add_people,
            by=self.by(interaction),
            lines=filled.get("names").splitlines(),
            connection=group.connection if group else "",
        )
        await show(interaction, added_card(stored, filled.subject))


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Contacts(bot))

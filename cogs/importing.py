"""Importing: people from LinkedIn, an address book or any table, looked at before they come in."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import discord
from discord import app_commands

from bot.client import RapportBot, is_private
from bot.errors import UserError
from bot.exchange import MOST_BYTES, Table, guess_columns, read_table, too_large
from bot.notebook.bringing_back import read_whole, take_back
from bot.notebook.importing import (
    Upload,
    access_upload,
    change_upload,
    forget_uploads,
    keep_people,
    keep_table,
    look_for,
    name_columns,
    people_at,
    take_in,
)
from bot.rules.presses import Press
from cogs._ui.cards import Card
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.import_cards import (
    COLUMNS,
    LOOK_FOR,
    brought_back_card,
    columns_card,
    columns_form,
    looked_for_in,
    named_columns,
    pick_card,
    places_of,
    preview_card,
    shown_places,
    steps_card,
    taken_card,
    under_way_card,
)
from cogs._ui.replies import replace_card, show
from cogs._ui.running import answer

_GUIDE = "importing"
_TOLD_EVERY = 5_000  # people, about half a second: Discord takes an edit a second
_WAIT = (
    "Your other import is still under way. It takes a few seconds: please wait until it says "
    "that it is done, and try again."
)


class Importing(FeatureCog):
    """Bringing in the people one knows."""

    def __init__(self, bot: RapportBot) -> None:
        super().__init__(bot)
        self._busy: set[int] = set()

    @app_commands.describe(file="From LinkedIn, Google, Outlook or a phone; without one I say how")
    async def contact_import(
        self, interaction: discord.Interaction, file: discord.Attachment | None = None
    ) -> None:
        """Look through an upload; without one, say how to get it on a phone."""
        await answer(self.bot, interaction, self._begin(interaction, file))

    async def _begin(
        self, interaction: discord.Interaction, file: discord.Attachment | None
    ) -> None:
        if file is None:
            await self._show_steps(interaction)
            return
        if file.size > MOST_BYTES:  # it is not even fetched
            raise UserError(too_large(file.size))
        with self._alone(interaction):
            await interaction.response.defer(ephemeral=is_private(interaction), thinking=True)
            data = await _fetched(file)
            whole = await asyncio.to_thread(read_whole, data, self.bot.db.keyring)
            if whole is not None:
                card = await self._bring_back(interaction, whole)
            else:
                table = await asyncio.to_thread(read_table, data)
                card = await self._kept(interaction.user.id, table, file.filename)
        await show(interaction, card)

    async def _bring_back(self, interaction: discord.Interaction, whole: dict[str, Any]) -> Card:
        stored, counts = await take_back(self.bot.db, by=self.by(interaction), whole=whole)
        return brought_back_card(counts, stored.change)

    @on_press("m", "import")
    async def menu_import(self, interaction: discord.Interaction, _: Press) -> None:
        """Say how to get a list, from a button."""
        await self._show_steps(interaction)

    async def _show_steps(self, interaction: discord.Interaction) -> None:
        guide = self.bot.content.help[_GUIDE]
        await show(interaction, steps_card(guide.title, guide.lines))

    async def _kept(self, member_id: int, table: Table, filename: str) -> Card:
        read_as, now = guess_columns(table.columns), self.bot.clock.now()
        if table.kind != "CSV":
            upload = Upload(filename[:100], table.kind, read_as=read_as)
            upload = await keep_people(self.bot.db, member_id, table, upload=upload, now=now)
            return preview_card(upload)
        upload = Upload(filename[:100], table.kind, list(table.columns), read_as)
        upload = await keep_table(self.bot.db, member_id, table, upload=upload, now=now)
        return columns_card(upload, read_as)

    @contextmanager
    def _alone(self, interaction: discord.Interaction) -> Iterator[None]:
        member_id = interaction.user.id
        if member_id in self._busy:
            raise UserError(_WAIT)
        self._busy.add(member_id)
        try:
            yield
        finally:
            self._busy.discard(member_id)

    async def _upload(self, interaction: discord.Interaction, key: str) -> Upload:
        now = self.bot.clock.now()
        return await self.bot.db.load(access_upload, interaction.user.id, key, now=now)

    async def _change(
        self, interaction: discord.Interaction, upload: Upload, **values: Any
    ) -> Upload:
        return await self.bot.db.store(change_upload, interaction.user.id, upload, values)

    @on_press("u", "import_columns")
    async def ask_columns(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask which column is which."""
        form, values = columns_form(await self._upload(interaction, press.key))
        await open_form(interaction, form, subject=press.key, values=values)

    @on_form(COLUMNS)
    async def columns_named(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Read the table by the columns that were named."""
        upload = await self._upload(interaction, filled.subject)
        await self._read(interaction, upload, named_columns(upload, filled.values))

    @on_press("u", "import_go_on")
    async def columns_right(self, interaction: discord.Interaction, press: Press) -> None:
        """Read the table by the names of its columns."""
        upload = await self._upload(interaction, press.key)
        await self._read(interaction, upload, upload.read_as)

    async def _read(
        self, interaction: discord.Interaction, upload: Upload, read_as: dict[str, list[int]]
    ) -> None:
        with self._alone(interaction):
            await interaction.response.defer(ephemeral=is_private(interaction), thinking=True)
            now = self.bot.clock.now()
            upload = await name_columns(
                self.bot.db, interaction.user.id, upload, read_as=read_as, now=now
            )
        await show(interaction, preview_card(upload))

    @on_press("u", "import_pick")
    async def pick(self, interaction: discord.Interaction, press: Press) -> None:
        """Turn to a page of people to tick."""
        upload = await self._upload(interaction, press.key)
        upload = await self._change(interaction, upload, page=int(press.arg))
        await self._show_page(interaction, upload)

    async def _show_page(self, interaction: discord.Interaction, upload: Upload) -> None:
        places = shown_places(upload)
        shown = await people_at(self.bot.db, interaction.user.id, upload, places)
        await show(interaction, pick_card(upload, shown), in_place=True)

    @on_press("u", "import_back")
    async def back(self, interaction: discord.Interaction, press: Press) -> None:
        """Show again who is in the upload."""
        upload = await self._upload(interaction, press.key)
        await show(interaction, preview_card(upload), in_place=True)

    @on_press("u", "import_tick")
    async def tick(self, interaction: discord.Interaction, press: Press) -> None:
        """Tick those who were chosen on this page, and nobody else on it."""
        upload = await self._upload(interaction, press.key)
        chosen = {int(text) for text in press.arg.split(",") if text} & {*range(upload.new)}
        ticked = set(upload.ticked) - set(shown_places(upload)) | chosen
        upload = await self._change(interaction, upload, ticked=sorted(ticked))
        await self._show_page(interaction, upload)

    @on_press("u", "import_tick_all")
    async def tick_all(self, interaction: discord.Interaction, press: Press) -> None:
        """Tick all who fit."""
        upload = await self._upload(interaction, press.key)
        ticked = sorted({*upload.ticked, *places_of(upload)})
        upload = await self._change(interaction, upload, ticked=ticked)
        await self._show_page(interaction, upload)

    @on_press("u", "import_look_for")
    async def ask_whom(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask whom to look for."""
        upload = await self._upload(interaction, press.key)
        await open_form(interaction, LOOK_FOR, subject=press.key, values=upload.looked_for)

    @on_form(LOOK_FOR)
    async def looked_for(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Show only those who fit."""
        upload = await self._upload(interaction, filled.subject)
        sought, now = looked_for_in(filled.values), self.bot.clock.now()
        upload = await look_for(
            self.bot.db, interaction.user.id, upload, looked_for=sought, now=now
        )
        await self._show_page(interaction, upload)

    @on_press("u", "import_drop")
    async def drop(self, interaction: discord.Interaction, press: Press) -> None:
        """Forget an upload."""
        with self._alone(interaction):
            await self._upload(interaction, press.key)
            await self.bot.db.store(forget_uploads, interaction.user.id)
        text = "Nothing was imported, and I have forgotten the list."
        await show(interaction, Card(text), in_place=True)

    @on_press("u", "import_take")
    async def take(self, interaction: discord.Interaction, press: Press) -> None:
        """Take people in, saying how far it has come."""
        with self._alone(interaction):
            upload = await self._upload(interaction, press.key)
            places = _wanted(upload, press.arg)
            await show(interaction, under_way_card(0, len(places)), in_place=True)
            try:
                stored, count = await take_in(
                    self.bot.db,
                    upload,
                    by=self.by(interaction),
                    places=places,
                    tell=_teller(interaction),
                )
            except BaseException:
                await replace_card(interaction, preview_card(upload))
                raise
        await replace_card(interaction, taken_card(stored, count))


def _wanted(upload: Upload, what: str) -> Collection[int]:
    if what == "ticked":
        return upload.ticked
    everybody = range(upload.new)
    return sorted({*everybody} - {*upload.namesakes}) if what == "others" else everybody


def _teller(interaction: discord.Interaction) -> Any:
    told = 0

    async def tell(done: int, total: int) -> None:
        nonlocal told
        if done - told >= _TOLD_EVERY and done < total:
            told = done
            await replace_card(interaction, under_way_card(done, total))

    return tell


async def _fetched(file: discord.Attachment) -> bytes:
    try:
        return await file.read()
    except discord.HTTPException as error:
        raise UserError(
            "Discord did not give me the file. Please run **/contact import** with it once more."
        ) from error


async def setup(bot: RapportBot) -> None:
    """Load the cog; its command stands in the group of the people's commands."""
    cog = Importing(bot)
    await bot.add_cog(cog)
    group = bot.tree.get_command("contact")
    assert isinstance(group, app_commands.Group)  # noqa: S101 - it is loaded before
    group.add_command(
        app_commands.Command(
            name="import",
            description="Bring in people you know: LinkedIn, address book, any CSV",
            callback=cog.contact_import,  # type: ignore[arg-type] - a bound method is taken, too
        )
    )

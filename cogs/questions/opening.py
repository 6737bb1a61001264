"""What the parts of this feature share: opening a set, choosing one, drawing it."""

from __future__ import annotations

from collections.abc import Callable

import discord

from bot.errors import UserError
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.notebook.question_sets import (
    LOOSE,
    WITH_CONTACT,
    WITH_TALK,
    OpenSet,
    fill_set,
    keep_set,
    open_set,
    start_set,
)
from bot.notebook.questions import Kept, bank_of
from bot.rules.presses import Press
from cogs._ui.feature import Callback, on_press
from cogs._ui.question_cards import set_card
from cogs._ui.replies import show
from cogs._ui.talking import TalkCog, know_fields

_SCOPES = (LOOSE, WITH_TALK, WITH_CONTACT)


def on_set(*verbs: str) -> Callable[[Callback], Callback]:
    """Mark the method that answers these buttons of a set, wherever the set lies."""

    def mark(method: Callback) -> Callback:
        for scope in _SCOPES:
            on_press(scope, *verbs)(method)
        return method

    return mark


class SetCog(TalkCog):
    """Opens sets of questions."""

    async def open_pressed(self, interaction: discord.Interaction, press: Press) -> OpenSet:
        """Open the set that a button is about."""
        return await self._open(interaction, press.scope, press.key)

    async def open_subject(
        self, interaction: discord.Interaction, subject: str
    ) -> tuple[OpenSet, str]:
        """Open the set that a form is about; gives the tag of the question, too."""
        scope, _, rest = subject.partition(".")
        key, _, tag = rest.partition(".")
        if scope not in _SCOPES:
            raise UserError("That form is from an older version. Please open it again.")
        return await self._open(interaction, scope, key), tag

    async def _open(self, interaction: discord.Interaction, scope: str, key: str) -> OpenSet:
        now, bank = self.bot.clock.now(), bank_of(self.bot.content)
        return await self.bot.db.load(
            open_set, interaction.user.id, scope=scope, key=key, bank=bank, now=now
        )

    async def begin_set(
        self,
        interaction: discord.Interaction,
        member: MemberFacts,
        page: Page | None,
        *,
        focus: str,
        minutes: int,
    ) -> OpenSet:
        """Choose a set and lay it by itself for a day."""
        empty = OpenSet(LOOSE, "", member, page, None, Kept((), minutes, focus))
        by, bank = self.by(interaction, member), await self.bank_for(member, interaction)
        return await self.bot.db.store(
            start_set, by=by, opened=empty, bank=bank, seed=interaction.id
        )

    async def filled(self, interaction: discord.Interaction, opened: OpenSet) -> OpenSet:
        """Choose the questions of an empty set and keep them with it."""
        if opened.kept.questions:
            return opened
        by = self.by(interaction, opened.member)
        bank = await self.bank_for(opened.member, interaction)
        return await self.bot.db.store(
            fill_set, by=by, opened=opened, bank=bank, seed=interaction.id
        )

    async def keep(
        self, interaction: discord.Interaction, opened: OpenSet, kept: Kept, verb: str
    ) -> OpenSet:
        """Store a changed set where it lies."""
        by = self.by(interaction, opened.member)
        return await self.bot.db.store(keep_set, by=by, opened=opened, kept=kept, verb=verb)

    async def show_set(
        self,
        interaction: discord.Interaction,
        opened: OpenSet,
        *,
        head: str = "",
        picked: str = "",
        in_place: bool = True,
    ) -> None:
        """Show a set, in the place of the card whose button was pressed."""
        await know_fields()
        card = set_card(opened, self.bot.clock.now(), head=head, picked=picked)
        await show(interaction, card, in_place=in_place)

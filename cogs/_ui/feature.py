"""The base of every cog: commands, buttons and forms of one feature, each a method.

A method marked ``@on_press("r", "sent")`` answers that button wherever and whenever it is pressed;
one marked ``@on_form(FORM)`` runs when the form is submitted, or when a slash command gave the
same values. Whatever goes wrong in any of them is explained by the client's one error handler.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.errors import UserError
from bot.notebook.changes import Actor
from bot.notebook.members import MemberFacts, find_member
from bot.rules.presses import OUTDATED, Press, read
from cogs._ui.forms import Filled, Form
from cogs._ui.running import answer, run_form

if TYPE_CHECKING:
    from bot.client import RapportBot

Callback = Callable[..., Awaitable[None]]
_PRESS = "__rapport_presses__"
_FORM = "__rapport_forms__"
_OF_A_DM = "rd"  # the scopes of buttons under a message that the bot sent unasked


def on_press(scope: str, *verbs: str) -> Callable[[Callback], Callback]:
    """Mark the method that answers the buttons of these verbs: ``(interaction, press)``.

    For a menu the chosen value is the press's argument; several are joined by commas.
    """

    def mark(method: Callback) -> Callback:
        setattr(method, _PRESS, [*getattr(method, _PRESS, []), (scope, verbs)])
        return method

    return mark


def on_form(form: Form) -> Callable[[Callback], Callback]:
    """Mark the method that takes what was filled in: ``(interaction, filled)``."""

    def mark(method: Callback) -> Callback:
        setattr(method, _FORM, [*getattr(method, _FORM, []), form])
        return method

    return mark


class FeatureCog(commands.Cog):
    """One feature as Discord sees it."""

    def __init__(self, bot: RapportBot) -> None:
        self.bot = bot

    @property
    def has_voice(self) -> bool:
        """Whether there is an assistant that says a draft in the member's voice."""
        return self.bot.settings.assistant.is_on

    async def cog_load(self) -> None:
        """Register the buttons and forms, and let the one error handler see every command."""
        for command in self.walk_app_commands():
            if isinstance(command, discord.app_commands.Command):
                # The tree's own handler would mark an answered question as a failed command.
                command._callback = _explained(self.bot, command._callback)
        for name in dir(self):
            method: Any = getattr(self, name, None)
            for scope, verbs in getattr(method, _PRESS, ()):
                self.bot.presses.update({(scope, verb): method for verb in verbs})
            for form in getattr(method, _FORM, ()):
                self.bot.forms[form.name] = (form, method)

    def by(self, interaction: discord.Interaction, known: MemberFacts | None = None) -> Actor:
        """Say who acts, when, by which interaction, and on which server that I am on too.

        ``known`` is the member as read a moment ago, which saves a statement.
        """
        return Actor(
            member_id=interaction.user.id,
            now=self.bot.clock.now(),
            interaction_id=interaction.id,
            guild_id=self.club_of(interaction),
            known=known,
        )

    def club_of(self, interaction: discord.Interaction) -> int | None:
        """Say on which server somebody acts, if I am on it too."""
        guild_id = interaction.guild_id
        return guild_id if guild_id and self.bot.get_guild(guild_id) else None

    async def read_member(self, interaction: discord.Interaction) -> MemberFacts:
        """Read the member who acts; whoever is new is on the clock of the club where they are."""
        club = self.club_of(interaction)
        return await self.bot.db.load(find_member, interaction.user.id, guild_id=club)

    async def submit(
        self,
        interaction: discord.Interaction,
        form: Form,
        values: Mapping[str, str | None],
        *,
        subject: str = "",
    ) -> None:
        """Run a form's code with values that came otherwise: from slash options or a button."""
        given = {name: text for name, text in values.items() if text}
        await run_form(self.bot, interaction, Filled(form.name, subject, given))


def _explained(bot: RapportBot, callback: Any) -> Any:
    @functools.wraps(callback)
    async def run(*arguments: Any, **options: Any) -> None:
        interaction = next(one for one in arguments if isinstance(one, discord.Interaction))
        await answer(bot, interaction, callback(*arguments, **options))

    return run


async def run_press(bot: RapportBot, interaction: discord.Interaction) -> None:
    """Hand the press of a button or menu to the cog of its verb."""
    press = _press(interaction)
    method = bot.presses.get((press.scope, press.verb))
    if method is None:
        raise UserError(OUTDATED)
    if press.scope in _OF_A_DM:
        await _prove(bot, interaction, press)
    await method(interaction, press)


async def _prove(bot: RapportBot, interaction: discord.Interaction, press: Press) -> None:
    # A pressed button shows that its message arrived, whatever the reply to sending it was.
    async with bot.db.write() as session:
        await bot.dispatcher.pressed(
            session,
            owner_id=interaction.user.id,
            now=bot.clock.now(),
            delivery_key=press.key if press.scope == "d" else None,
            reminder_key=press.key if press.scope == "r" else None,
        )


def _press(interaction: discord.Interaction) -> Press:
    data: Mapping[str, Any] = interaction.data or {}  # type: ignore[assignment] - a component's data
    press = read(str(data.get("custom_id", "")))
    chosen = data.get("values")
    return press if chosen is None else replace(press, arg=",".join(map(str, chosen)))

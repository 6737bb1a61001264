"""Running a form's code, wherever its values came from, and bringing back a form that failed."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import TYPE_CHECKING

import discord

from bot.errors import Choice, Unclear, UserError
from bot.notebook.unfinished import (
    access_unfinished,
    drop_if_stored,
    drop_unfinished,
    keep_unfinished,
)
from bot.rules.presses import Press
from cogs._ui.cards import WARNING, Card
from cogs._ui.forms import Filled, Form, TextField, open_form
from cogs._ui.people import shown_as_picked
from cogs._ui.replies import show

if TYPE_CHECKING:
    from bot.client import RapportBot

_CHOICES = "$choices"
_FIELD = "$field"


async def answer(bot: RapportBot, interaction: discord.Interaction, work: Awaitable[None]) -> None:
    """Do what answers an interaction; whatever goes wrong is explained.

    The member is here, so what could not reach them before is tried again afterwards.
    """
    try:
        await work
        is_ours = interaction.context.dm_channel
        await bot.dispatcher.came_back(
            interaction.user.id, interaction.channel_id if is_ours else None
        )
    except Exception as error:
        await bot.explain(interaction, error)


async def run_form(bot: RapportBot, interaction: discord.Interaction, filled: Filled) -> None:
    """Run the method of a form; what it cannot take comes back with the problem and the values.

    What was kept of it goes once it is taken, or kept anew with what was typed this time.
    """
    if filled.form not in bot.forms:
        raise UserError("That form is from an older version. Please open it again.")
    form, method = bot.forms[filled.form]
    try:
        _check_lengths(form, filled)
        await method(interaction, filled)
    except Unclear as error:
        await _bring_back(bot, interaction, filled, error, error.choices, error.field_name)
    except UserError as error:
        await _bring_back(bot, interaction, filled, error)
    except discord.HTTPException:  # the reply came too late; a second press must not store again
        if filled.kept:
            await bot.db.store(
                drop_if_stored,
                interaction.user.id,
                filled.kept,
                interaction_id=interaction.id,
            )
        raise
    if filled.kept:
        await bot.db.store(drop_unfinished, interaction.user.id, filled.kept)


def _check_lengths(form: Form, filled: Filled) -> None:
    for part in form.fields:
        limit: int = getattr(part, "max_length", 0)
        length = len(filled.get(part.name))
        if limit and length > limit:
            raise UserError(
                f"“{part.label}” is {length} characters long and {limit} fit. "
                "Please shorten it: press **Correct it**, your text is still there."
            )


async def _bring_back(
    bot: RapportBot,
    interaction: discord.Interaction,
    filled: Filled,
    error: UserError,
    choices: tuple[Choice, ...] = (),
    field_name: str = "",
) -> None:
    key = await bot.db.store(
        keep_unfinished,
        interaction.user.id,
        form=filled.form,
        subject=filled.subject,
        values={
            **filled.values,
            _CHOICES: [choice.value for choice in choices],
            _FIELD: field_name,
        },
        now=bot.clock.now(),
    )
    picks = tuple(
        Press("u", key, "pick", choice.label, style="primary", arg=str(number))
        for number, choice in enumerate(choices[:5])
    )
    correct = Press("u", key, "correct", "Correct it")
    await show(interaction, Card(error.text, rows=(picks, (correct,)), colour=WARNING))


async def reopen(bot: RapportBot, interaction: discord.Interaction, key: str) -> None:
    """Open a failed form again, filled in."""
    kept = await bot.db.load(access_unfinished, interaction.user.id, key, now=bot.clock.now())
    form, _ = bot.forms[kept.form]
    if not form.fields:  # a form whose questions are those of one draft
        asked = tuple(name for name in kept.values if not name.startswith("$"))
        form = replace(form, fields=tuple(TextField(name, name, long=True) for name in asked))
    picked = await shown_as_picked(bot, interaction, kept.values)
    shown = {picked.box: picked.name} if picked else {}
    values = {**kept.values, **shown}
    await open_form(interaction, form, subject=kept.subject, values=values, picked=picked, kept=key)


async def rerun(bot: RapportBot, interaction: discord.Interaction, key: str, number: int) -> None:
    """Run a failed form again with the answer that was picked for the unclear field."""
    kept = await bot.db.load(access_unfinished, interaction.user.id, key, now=bot.clock.now())
    values = {name: text for name, text in kept.values.items() if not name.startswith("$")}
    values[str(kept.values[_FIELD])] = str(kept.values[_CHOICES][number])
    await run_form(bot, interaction, Filled(kept.form, kept.subject, values, key))

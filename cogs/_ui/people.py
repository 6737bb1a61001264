"""Picking a person: autocomplete, and what typed text means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.content import plain_text
from bot.errors import Choice, Unclear
from bot.notebook.contacts import (
    Label,
    find_contact,
    find_latest,
    find_names,
    suggest_contacts,
)
from bot.notebook.members import MemberFacts, find_key
from bot.notebook.tags import list_tags
from bot.rules.search import best_matches
from cogs._ui.forms import PICKED, Picked

if TYPE_CHECKING:
    from bot.client import RapportBot

_CHOICE_LENGTH = 100
_BOXES = ("contact", "referred_by")  # the fields of forms in which somebody is named
_OFFERED = 5
_GONE = (
    "That person is not in your notebook any more. Type a name, or pick somebody else; "
    "**/contact list** brings removed people back for 30 days."
)
_MEMBER = "member"  # where an interaction's extras hold them
_KEY = re.compile("#[a-z2-7]{13}")


async def complete_contact(
    interaction: discord.Interaction[RapportBot], current: str
) -> list[app_commands.Choice[str]]:
    """Suggest the member's own contacts; nothing typed: who has something due, then the latest."""
    bot = interaction.client
    found = await bot.db.load(suggest_contacts, interaction.user.id, current, now=bot.clock.now())
    return [
        app_commands.Choice(name=one.text[:_CHOICE_LENGTH], value=f"#{one.key}") for one in found
    ]


async def complete_tag(
    interaction: discord.Interaction[RapportBot], current: str
) -> list[app_commands.Choice[str]]:
    """Suggest the member's own tags, those that begin with what is typed first."""
    tags = await interaction.client.db.load(list_tags, interaction.user.id)
    found = best_matches(current, tags, limit=25) if current.strip() else range(len(tags))
    return [app_commands.Choice(name=tags[n], value=tags[n]) for n in found][:25]


async def pick_contact(
    bot: RapportBot,
    interaction: discord.Interaction,
    typed: str,
    *,
    is_added: bool = False,
    field_name: str = "contact",
) -> str:
    """Say whom typed text means: "#key", or "+name" for somebody new when ``is_added``.

    Several matches, or none, raise Unclear with the people (or adding one) as answers for the
    field that was typed into.
    """
    typed = " ".join(typed.split())
    if typed.startswith(PICKED):
        return typed.removeprefix(PICKED)  # a key is looked up where its page is read
    if key := await key_of(bot, interaction, typed):
        return f"#{key}"
    if picked_key(typed):  # nobody has that for a name: it is not offered for adding
        latest = await bot.db.load(find_latest, interaction.user.id, count=_OFFERED)
        people = tuple(_choice(one) for one in latest)
        raise Unclear(_GONE, field_name=field_name, choices=people)
    found = await bot.db.load(find_contact, interaction.user.id, typed)
    if found.key:
        return f"#{found.key}"
    if is_added and not found.several:
        return f"+{typed}"
    raise _ask(typed, found.several, field_name)


def picked_key(typed: str) -> str:
    """Give the key in what was picked from the list, whose ever it is; "" for words."""
    return typed[1:] if _KEY.fullmatch(typed) else ""


async def key_of(bot: RapportBot, interaction: discord.Interaction, typed: str) -> str | None:
    """Give the key that was picked from the list; None for words, whatever they look like."""
    picked = picked_key(typed)
    if not picked:
        return None
    member, key = await bot.db.load(find_key, interaction.user.id, picked)
    interaction.extras[_MEMBER] = member
    return key


def known_member(interaction: discord.Interaction) -> MemberFacts | None:
    """Give the member who acts if they were read with the key a moment ago: one trip less."""
    return interaction.extras.get(_MEMBER)


def is_new_person(value: str) -> bool:
    """Tell whether a field's value is the pressed answer that adds somebody."""
    return value.startswith(f"{PICKED}+")


def _add(typed: str) -> Choice:
    return Choice(f"Add “{typed[:50]}”", f"{PICKED}+{typed}")


def _choice(one: Label) -> Choice:
    return Choice(one.text[:80], f"{PICKED}#{one.key}")


async def shown_as_picked(
    bot: RapportBot, interaction: discord.Interaction, values: Mapping[str, str]
) -> Picked | None:
    """Say who was picked in a form that comes back: a box shows their name, not their key."""
    for box in _BOXES:
        ref = values.get(box, "").removeprefix(PICKED)
        if picked_key(ref):
            names = await bot.db.load(find_names, interaction.user.id, [ref[1:]])
            name = names.get(ref[1:], "")  # "" once they are removed
            return Picked(box, name, ref[1:])
        if is_new_person(values.get(box, "")):
            return Picked(box, ref[1:])
    return None


def _ask(typed: str, several: Sequence[Label], field_name: str) -> Unclear:
    add = _add(typed)
    shown = plain_text(typed[:100])
    if not several:
        return Unclear(
            f"“{shown}” is not in your notebook yet. Add them?",
            field_name=field_name,
            choices=(add,),
        )
    people = tuple(_choice(one) for one in several[:4])
    return Unclear(f"Whom do you mean by “{shown}”?", field_name=field_name, choices=(*people, add))

"""Keep in my DM: a private reply vanishes from a phone, its copy in the DM does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord

from bot.rules.presses import Press, link, menu, read
from cogs._ui.cards import Card, Item, Menu
from cogs._ui.replies import send_dm, show


async def keep_copy(interaction: discord.Interaction) -> None:
    """Send what the pressed message shows to the member's DM, buttons and menus included."""
    message = interaction.message
    await send_dm(interaction, _copied(message) if message else Card(""))
    await show(interaction, Card("It is in your DM now.", rows=((menu("today", "Today"),),)))


def _copied(message: discord.Message) -> Card:
    """Read a card back from the message that it was drawn as."""
    texts: list[str] = []
    items: list[Item] = []
    menus: list[Menu] = []
    rows: list[tuple[Press, ...]] = []
    for part in _parts(message.components):
        if isinstance(part, discord.TextDisplay):
            texts.append(part.content)
        elif isinstance(part, discord.SectionComponent):
            line = "\n".join(text.content for text in part.children)
            items += [Item(line, press) for press in _presses([part.accessory])]
        elif isinstance(part, discord.ActionRow):
            menus += [_menu(one) for one in part.children if isinstance(one, discord.SelectMenu)]
            rows.append(_presses(part.children))
    head, last = texts[:1] or [message.content], texts[1:]  # a second text is the footer
    footer = "\n".join(text.removeprefix("-# ") for text in last)
    return Card(head[0], tuple(rows), tuple(items), tuple(menus), footer)


def _parts(components: Any) -> Iterator[Any]:
    for component in components:
        if isinstance(component, discord.Container):
            yield from component.children
        else:
            yield component


def _presses(parts: Any) -> tuple[Press, ...]:
    found = (_press(part) for part in parts if isinstance(part, discord.Button))
    return tuple(press for press in found if press is not None)


def _press(part: discord.Button) -> Press | None:
    if part.url:
        return link(part.label or "", part.url)
    if not part.custom_id:
        return None
    press = read(part.custom_id)
    if press.verb == "keep":
        return None
    return Press(press.scope, press.key, press.verb, part.label or "", part.style.name, press.arg)


def _menu(part: discord.SelectMenu) -> Menu:
    options = tuple((one.value, one.label, one.description or "") for one in part.options)
    ticked = frozenset(one.value for one in part.options if one.default)
    return Menu(
        read(part.custom_id), options, part.placeholder or "", None if part.min_values else ticked
    )

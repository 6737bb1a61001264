"""Keep in my DM: a private reply vanishes from a phone, its copy in the DM does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord

from bot.rules.presses import Press, link, menu, read
from cogs._ui.cards import Card
from cogs._ui.replies import send_dm, show


async def keep_copy(interaction: discord.Interaction) -> None:
    """Send what the pressed message shows to the member's DM, buttons included."""
    message = interaction.message
    parts = list(_walk(message.components)) if message else []
    texts = [part.content for part in parts if isinstance(part, discord.TextDisplay)]
    presses = [press for part in parts if (press := _press_of(part)) is not None]
    rows = tuple(tuple(presses[at : at + 5]) for at in range(0, len(presses), 5))
    await send_dm(interaction, Card("\n".join(texts) or (message.content if message else ""), rows))
    await show(interaction, Card("It is in your DM now.", rows=((menu("today", "Today"),),)))


def _walk(components: Any) -> Iterator[Any]:
    for component in components:
        yield component
        yield from _walk(getattr(component, "children", ()))


def _press_of(part: Any) -> Press | None:
    if not isinstance(part, discord.Button):
        return None
    if part.url:
        return link(part.label or "", part.url)
    if not part.custom_id:
        return None
    press = read(part.custom_id)
    if press.verb == "keep":
        return None
    return Press(press.scope, press.key, press.verb, part.label or "", part.style.name, press.arg)

"""A drop-down of people."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules.presses import Press
from cogs._ui.cards import Menu


def people_menu(press: Press, people: Sequence[tuple[str, str]], placeholder: str) -> Menu:
    """Offer up to 25 people by key and label; what follows the name is shown beneath it."""
    options: list[tuple[str, str, str]] = []
    for key, text in people[:25]:
        name, _, about = text.partition(" · ")
        options.append((key, name or text, about))
    return Menu(press, tuple(options), placeholder)

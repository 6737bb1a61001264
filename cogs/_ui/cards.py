"""Cards: what a reply looks like. Text, lines with a button each, a menu, rows of buttons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import discord

from bot.rules.presses import Ids, Press

ACCENT = 0x2F7D6D
WARNING = 0xC8791E
LONG = "long"
"""Says in an Undo's id that Discord has to be told to wait."""

_TEXT_LIMIT = 3900  # Discord takes 4,000 characters in a whole message of this kind
_ROW = 5
_Option = TypeVar("_Option", bound=tuple[str, ...])  # its value comes first


@dataclass(frozen=True)
class Menu:
    """A drop-down: the chosen value arrives as the press's argument.

    With ``ticked``, any number can be chosen: these are, and those chosen arrive with commas.
    """

    press: Press
    options: tuple[tuple[str, str, str], ...]  # value, label, description
    placeholder: str = ""
    ticked: frozenset[str] | None = None


@dataclass(frozen=True)
class Item:
    """A line with its own button."""

    text: str
    press: Press


@dataclass(frozen=True)
class Card:
    """One reply. ``change`` adds Undo; ``keep`` adds Keep in my DM where the reply is private."""

    text: str
    rows: tuple[tuple[Press, ...], ...] = ()
    items: tuple[Item, ...] = ()
    menus: tuple[Menu, ...] = ()
    footer: str = ""
    change: str = ""
    takes_long: bool = False  # to take the change back: it may have brought thousands
    keep: bool = False
    colour: int = ACCENT
    files: tuple[discord.File, ...] = field(default=(), compare=False)

    def with_rows(self, *rows: tuple[Press, ...]) -> Card:
        """Add rows of buttons below."""
        return replace(self, rows=(*self.rows, *rows))


def _button(press: Press, ids: Ids) -> discord.ui.Button[Any]:
    if press.url:
        return discord.ui.Button(label=press.label, url=press.url)
    style = discord.ButtonStyle[press.style]
    return discord.ui.Button(label=press.label[:80], style=style, custom_id=ids.write(press))


def buttons(rows: tuple[tuple[Press, ...], ...]) -> discord.ui.View:
    """Draw rows of buttons for a classic message; the view keeps nothing in memory."""
    view = discord.ui.View(timeout=None)
    ids = Ids()
    for number, row in enumerate(rows):
        for press in row:
            drawn = _button(press, ids)
            drawn.row = number
            view.add_item(drawn)
    view.stop()
    return view


def layout(card: Card, *, private: bool) -> discord.ui.LayoutView:
    """Draw a card; the view keeps nothing in memory."""
    ids = Ids()
    box: discord.ui.Container[Any] = discord.ui.Container(accent_colour=card.colour)
    box.add_item(discord.ui.TextDisplay(_fitting(card)))
    for item in card.items:
        text = discord.ui.TextDisplay(item.text)
        box.add_item(discord.ui.Section(text, accessory=_button(item.press, ids)))
    for menu in card.menus:
        box.add_item(discord.ui.ActionRow(_select(menu, ids)))
    for file in card.files:  # such a message shows only the files that it names
        box.add_item(_attached(file))
    for row in _rows(card, private=private):
        box.add_item(discord.ui.ActionRow(*(_button(press, ids) for press in row)))
    if card.footer:
        box.add_item(discord.ui.TextDisplay(f"-# {card.footer}"))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(box)
    view.stop()
    return view


def _attached(file: discord.File) -> discord.ui.Item[Any]:
    address = f"attachment://{file.filename}"
    if not file.filename.endswith(".png"):
        return discord.ui.File(address)
    shown = discord.MediaGalleryItem(address, description=file.description)
    return discord.ui.MediaGallery(shown)


def _fitting(card: Card) -> str:
    room = _TEXT_LIMIT - sum(len(item.text) for item in card.items) - len(card.footer)
    return card.text if len(card.text) <= room else card.text[: room - 1].rstrip() + "…"


def _rows(card: Card, *, private: bool) -> list[tuple[Press, ...]]:
    last: list[Press] = []
    if card.change:
        arg = LONG if card.takes_long else ""
        last.append(Press("x", card.change, "undo", "Undo", arg=arg))
    if card.keep and private:
        last.append(Press("m", "-", "keep", "Keep in my DM"))
    rows = [row for row in card.rows if row]
    if last and rows and len(rows[-1]) + len(last) <= _ROW:
        rows[-1] = (*rows[-1], *last)
    elif last:
        rows.append(tuple(last))
    return rows


def each_once(options: Iterable[_Option]) -> tuple[_Option, ...]:
    """Give a drop-down's options, those of one value once: Discord refuses a message otherwise."""
    first: dict[str, _Option] = {}
    for option in options:
        first.setdefault(option[0], option)
    return tuple(first.values())


def _select(menu: Menu, ids: Ids) -> discord.ui.Select[Any]:
    shown = each_once(menu.options)[:25]
    return discord.ui.Select(
        custom_id=ids.write(menu.press),
        placeholder=menu.placeholder or None,
        min_values=1 if menu.ticked is None else 0,
        max_values=1 if menu.ticked is None else len(shown),
        options=[
            discord.SelectOption(
                label=label[:100],
                value=value,
                description=about[:100] or None,
                default=value in (menu.ticked or ()),
            )
            for value, label, about in shown
        ],
    )

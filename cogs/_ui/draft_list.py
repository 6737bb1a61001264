"""The way to a message: a button for a kind, and the list of those that were begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.content import plain_text
from bot.notebook.drafts import KIND_WORDS, Begun, Wanted, spec
from bot.rules.hours import local_day
from bot.rules.presses import Press, menu
from cogs._ui.cards import Card, Item
from cogs._ui.words import day_words

_LISTED = 8


def begun_press(begun: Begun, label: str) -> Press:
    """Make the button that takes up a message."""
    return draft_press(begun.page.key, begun.kind, label, about=begun.about)


def draft_press(
    key: str, kind: str, label: str, *, about: str = "", style: str = "secondary"
) -> Press:
    """Make a button that words a message of a kind to a contact, in their usual channel."""
    return Press("c", key, "draft", label, style, spec(Wanted(kind, "", about)))


def begun_card(begun: Sequence[Begun], *, today: date, zone: str) -> Card:
    """List the messages that were begun and not sent."""
    items = tuple(
        Item(
            f"{KIND_WORDS[one.kind]}: {plain_text(one.page.name)} · "
            f"{day_words(local_day(one.at, zone), today)}",
            begun_press(one, "Go on"),
        )
        for one in begun[:_LISTED]
    )
    if not items:
        text = "No message is begun. What you change or fill in under a draft waits here."
        return Card(text, rows=((menu("whom", "Draft", style="primary"),),))
    more = len(begun) - _LISTED
    footer = f"and {more} more: they are on the cards of these people" if more > 0 else ""
    return Card("## My drafts\nBegun, and not sent yet:", items=items, footer=footer)

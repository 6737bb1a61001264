"""How ideas look: one circle of people after the other, and those one knows already before them."""

from __future__ import annotations

from dataclasses import replace

from bot.content import SourceGroup, plain_text
from bot.notebook.known_people import KnownPeople
from bot.rules.presses import menu
from cogs._ui.cards import Card
from cogs._ui.people_menu import people_menu

_LINKEDIN = "linkedin"


def idea_card(groups: list[SourceGroup], group_id: str, field: str) -> Card:
    """Draw one circle in which people are found, with the way to the next."""
    at = next((n for n, one in enumerate(groups) if one.id == group_id), 0)
    following = groups[(at + 1) % len(groups)]
    heading = f" in {plain_text(field[:100])}" if field else ""
    row = (
        menu("names", "Note names", style="primary", arg=groups[at].id),
        menu("ideas", f"Next: {following.title}", arg=following.id),
        *((menu("import", "Bring a list"),) if groups[at].connection == _LINKEDIN else ()),
    )
    return Card(
        f"## {groups[at].title}{heading}\n{groups[at].prompt}",
        rows=(row,),
        footer=f"{at + 1} of {len(groups)}",
    )


def with_known(card: Card, known: KnownPeople | None) -> Card:
    """Put before a circle whom the member knows in their field already."""
    if known is None:
        return card
    count = len(known.people)
    whom = "**somebody**" if count == 1 else f"**{count:,} people**"
    whom = whom if known.is_whole else f"at least {whom}"
    start = "Start with them?" if count == 1 else "Start with one?"
    text = f"You know {whom} in {known.field.lower()}. {start}\n\n{card.text}"
    chooser = people_menu(menu("whom", ""), known.people, "Somebody you know")
    return replace(card, text=text, menus=(chooser,))

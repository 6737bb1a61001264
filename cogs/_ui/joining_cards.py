"""Cards about joining two cards of one person."""

from __future__ import annotations

from bot.content import plain_text
from bot.notebook.joining import GIVER, Both
from bot.rules.presses import Press
from cogs._ui.cards import Card, Menu
from cogs._ui.forms import Form, TextField
from cogs._ui.words import shortened

JOIN = Form(
    "contact_join",
    "The same person twice?",
    (
        TextField(
            "contact",
            "Whose card is the other one?",
            "Their name as it stands there; you see both before anything is joined",
            required=True,
        ),
    ),
)
_WORDS = {
    "name": "Name",
    "role": "What they do",
    "organization": "Where they work",
    "how_known": "How you know them",
    "linkedin": "LinkedIn",
    "connection": "What connects you",
    GIVER: "Who named them",
}
_SHOWN = 80


def joining_card(both: Both) -> Card:
    """Show what becomes of two cards, and let the member choose where both have something."""
    name, other = plain_text(both.keep.name), plain_text(both.other)
    parts = [f"## Join {name} and {other}?", _moves(both)]
    if both.differ:
        parts += ["**Where both have something, this stays:**", *_lines(both)]
    key = both.joining.key
    row = (
        Press("u", key, "join", "Join them", style="primary"),
        Press("c", both.keep.key, "open", "Leave them as they are"),
    )
    return Card("\n".join(parts), rows=(row,), menus=_menu(both))


def _moves(both: Both) -> str:
    if both.gone is None:
        return "What you typed goes onto the card that is there; empty fields are filled."
    page = both.gone
    named = [entry for entry in page.referrals if entry.key != both.keep.key]
    counts = (
        (len(page.touches), "entry", "entries"),
        (len(page.interviews), "talk", "talks"),
        (len(page.promises), "promise", "promises"),
        (len(named), "person they named", "people they named"),
    )
    told = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    what = f"{', '.join(told)} of the other card move" if told else "Everything moves"
    return f"{what} to this one; notes and messages of both are kept. Undo takes them apart again."


def _lines(both: Both) -> list[str]:
    lines: list[str] = []
    for name, (ours, theirs) in both.differ.items():
        stays, goes = (theirs, ours) if name in both.joining.taken else (ours, theirs)
        lines.append(
            f"- {_label(name)}: **{shortened(stays, _SHOWN)}**, not {shortened(goes, _SHOWN)}"
        )
    return lines


def _menu(both: Both) -> tuple[Menu, ...]:
    if not both.differ:
        return ()
    options = tuple(
        (name, f"{_label(name)}: {theirs}", f"instead of {ours}")
        for name, (ours, theirs) in both.differ.items()
    )
    press = Press("u", both.joining.key, "join_fields")
    placeholder = "Take from the other card"
    return (Menu(press, options, placeholder, frozenset(both.joining.taken)),)


def _label(name: str) -> str:
    return _WORDS.get(name, name.capitalize())

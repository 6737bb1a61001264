"""Filling in a card that is there with what was typed about the same person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.notebook.contacts import FIELD_LENGTHS, clean_details
from bot.rules.profiles import profile_of
from bot.rules.search import folded


@dataclass(frozen=True)
class FilledIn:
    """A card's fields after what was typed: what is new on it, and what it says otherwise.

    ``clashing`` stands in the notes, or is ``left`` over, if they have no room.
    """

    details: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    new: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    clashing: tuple[str, ...] = field(default=(), repr=False)
    left: str = field(default="", repr=False)


def fill_in(card: Mapping[str, Any], typed: Mapping[str, str]) -> FilledIn:
    """Fill the empty fields of a card; what is typed where something stands goes to the notes."""
    details, new, lines = dict(card), dict[str, str](), list[str]()
    for name, text in clean_details(typed).items():
        ours = str(card.get(name) or "")
        if name == "name" or not text or _is_same(name, ours, text):
            continue
        if not ours:
            details[name] = new[name] = text
        else:
            said = say_field(name)
            lines.append(text if name == "notes" else f"{said[:1].upper()}{said[1:]}: {text}")
    notes = str(details.get("notes") or "")
    fresh = [line for line in lines if line not in notes]
    both = "\n".join(part for part in (notes, *fresh) if part)
    if not fresh or len(both) > FIELD_LENGTHS["notes"]:
        return FilledIn(details, new, tuple(fresh), "\n".join(fresh))
    return FilledIn({**details, "notes": both}, new, tuple(fresh))


def say_field(name: str) -> str:
    """Say what a field is called: "email", "LinkedIn"."""
    return "LinkedIn" if name == "linkedin" else name.replace("_", " ")


def _is_same(name: str, ours: str, theirs: str) -> bool:
    if name == "linkedin":
        return profile_of(ours) == profile_of(theirs)
    if name == "phone":
        return _digits(ours) == _digits(theirs)
    return folded(ours) == folded(theirs)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))

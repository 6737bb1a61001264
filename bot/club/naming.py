"""What organisers call things: one clear line, and no two alike."""

from __future__ import annotations

from collections.abc import Iterable

from bot.errors import UserError
from bot.rules.plain import is_blank, straight

NAME_LENGTH = 60
TEXT_LENGTH = 1000


def clean_name(typed: str, what: str, *, taken: Iterable[str] = ()) -> str:
    """Tidy a name into one line; raises UserError if it is empty, too long or taken.

    ``what`` is the thing in plain words: "group", "challenge", "team". Marks and mentions may stay:
    they are shown as typed.
    """
    name = straight(" ".join(typed.split()))
    if is_blank(name):
        raise UserError(f"The {what} needs a name. A few words will do.")
    if len(name) > NAME_LENGTH:
        raise UserError(
            f"That name is {len(name)} characters long. Please keep it to {NAME_LENGTH}."
        )
    if name.casefold() in {one.casefold() for one in taken}:
        raise UserError(f"There is a {what} of that name already. Choose another name.")
    return name


def clean_text(typed: str) -> str:
    """Tidy an announcement; raises UserError if it is too long for a post."""
    text = straight(typed.strip())
    if len(text) > TEXT_LENGTH:
        raise UserError(
            f"That text is {len(text)} characters long and {TEXT_LENGTH} fit. Please shorten it."
        )
    return text

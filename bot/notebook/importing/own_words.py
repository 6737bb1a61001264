"""Tags and own fields of people who are imported, as a contact keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.exchange import OWN, TAGS
from bot.notebook.contacts import FIELD_LENGTHS
from bot.notebook.tags import (
    FIELD_LENGTH,
    MOST_FIELDS,
    MOST_TAGS,
    TAG_LENGTH,
    VALUE_LENGTH,
    Described,
    all_names,
    all_tags,
)
from bot.rules.search import folded

LENGTHS = {**FIELD_LENGTHS, TAGS: MOST_TAGS * (TAG_LENGTH + 2), OWN: VALUE_LENGTH}
"""How many characters each field of somebody who is imported may have."""


def has_own_words(columns: Iterable[str]) -> bool:
    """Tell whether tags or own fields are among the columns."""
    return any(name == TAGS or name.startswith(OWN) for name in columns)


def with_own_words(
    people: Iterable[Mapping[str, str]], known: Sequence[Described]
) -> list[dict[str, Any]]:
    """Give people their tags and own fields, spelled as the member has them already.

    A member has ten fields of their own; for what is beyond them there are the notes.
    """
    tags = {folded(tag): tag for tag in all_tags(known)}
    names = {folded(name): name for name in all_names(known)}
    return [_with_own_words(person, tags, names) for person in people]


def _with_own_words(
    person: Mapping[str, str], tags: dict[str, str], names: dict[str, str]
) -> dict[str, Any]:
    details: dict[str, Any] = {
        name: text for name, text in person.items() if not has_own_words([name])
    }
    fields: dict[str, str] = {}
    left: list[str] = []
    for column, text in person.items():
        if column.startswith(OWN):
            name = _spelled(column.removeprefix(OWN)[:FIELD_LENGTH], names, MOST_FIELDS)
            if name is None:
                left.append(f"{column.removeprefix(OWN)}: {text}")
            else:
                fields[name] = text
    if left:
        notes = "\n".join([*filter(None, [details.get("notes", "")]), *left])
        details["notes"] = notes[: FIELD_LENGTHS["notes"]]
    more = {"tags": _read_tags(person.get(TAGS, ""), tags), "fields": fields}
    return details | {name: value for name, value in more.items() if value}


def _spelled(name: str, known: dict[str, str], most: int) -> str | None:
    """Give a name as it is known, or take it among the known ones; None if there is no room."""
    if folded(name) not in known and len(known) >= most:
        return None
    return known.setdefault(folded(name), name)


def _read_tags(text: str, known: dict[str, str]) -> list[str]:
    parts = text.replace(";", ",").split(",")
    typed = (part.strip().lstrip("#").strip()[:TAG_LENGTH].strip() for part in parts)
    tags = (known.setdefault(folded(tag), tag) for tag in typed if tag)
    return list(dict.fromkeys(tags))[:MOST_TAGS]

"""Our own export: the people in a notebook's file."""

from __future__ import annotations

import json
from typing import Any, cast

from bot.errors import UserError
from bot.exchange.tables import MOST_ROWS, Row, Table, Unreadable

_FORMAT = "rapport-notebook"
_FIELDS = (
    "name",
    "role",
    "organization",
    "field",
    "school",
    "email",
    "phone",
    "linkedin",
    "address",
    "how_known",
    "connection",
    "notes",
)
_NOT_OURS = (
    "That is JSON, and no notebook of mine. I read the file that **/privacy** gives, CSV and vCard."
)


def read_notebook(text: str) -> Table:
    """Read the people of an exported notebook, but for those who were removed.

    Raises UserError for any other JSON.
    """
    try:
        whole: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(
            "That file breaks off, or is no JSON. Get a fresh one with **/privacy**."
        ) from error
    if not isinstance(whole, dict) or cast("dict[str, Any]", whole).get("format") != _FORMAT:
        raise UserError(_NOT_OURS)
    contacts = cast("dict[str, Any]", whole).get("contacts")
    if not isinstance(contacts, list):
        raise UserError(_NOT_OURS)
    rows: list[Row] = []
    unreadable: list[Unreadable] = []
    for number, one in enumerate(cast("list[Any]", contacts)[: MOST_ROWS + 1], 1):
        cells = _cells(one)
        if cells is None:
            unreadable.append(Unreadable(number, "it is not a person as I write them"))
        elif any(cells):
            rows.append(Row(number, cells))
    if not rows or len(rows) > MOST_ROWS:
        raise UserError(
            f"I read between one and {MOST_ROWS:,} people, and there are {len(rows):,}."
        )
    return Table("Rapport", _FIELDS, tuple(rows), tuple(unreadable))


def _cells(contact: Any) -> tuple[str, ...] | None:
    """Give a person's cells; none of them for somebody removed, None for what is no person."""
    if not isinstance(contact, dict):
        return None
    row = cast("dict[str, Any]", contact)
    details: Any = row.get("details")
    if not isinstance(details, dict):
        return None
    if row.get("removed_at"):
        return ()
    known = cast("dict[str, Any]", details)
    return tuple(text if isinstance(text := known.get(name), str) else "" for name in _FIELDS)

"""Our own export: the people in a notebook's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from bot.errors import UserError
from bot.exchange.columns import OWN, TAGS
from bot.exchange.tables import MOST_ROWS, Row, Table, Unreadable

FORMAT = "rapport-notebook"
KIND = "Rapport notebook"
"""What a notebook is called that is read for its people alone."""

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
_MOST_OWN = 100  # fields of one's own; a member has ten
_NOT_OURS = (
    "That is JSON, and no notebook of mine. I read the file that **/privacy** gives, CSV and vCard."
)
_BROKEN = "That file breaks off, or is no JSON. Get a fresh one with **/privacy**."


class _Notebook(msgspec.Struct):
    format: str
    contacts: list[msgspec.Raw]


class _Contact(msgspec.Struct):
    details: dict[str, Any]
    removed_at: str | None = None


def read_notebook(text: str) -> Table:
    """Read the people of an exported notebook, but for those who were removed.

    Raises UserError for any other JSON.
    """
    people: list[tuple[int, dict[str, str]]] = []
    unreadable: list[Unreadable] = []
    for number, one in enumerate(_contacts(text), 1):
        # One by one: to read all of them in one go would keep everybody waiting.
        try:
            contact = msgspec.json.decode(one, type=_Contact)
        except (msgspec.MsgspecError, RecursionError):
            unreadable.append(Unreadable(number, "it is not a person as I write them"))
            continue
        if contact.removed_at is None:
            people.append((number, _told(contact.details)))
    if not people or len(people) > MOST_ROWS:
        raise UserError(
            f"I read between one and {MOST_ROWS:,} people, and there are {len(people):,}."
        )
    own = dict.fromkeys(name for _, told in people for name in told if name.startswith(OWN))
    columns = (*_FIELDS, TAGS, *list(own)[:_MOST_OWN])
    rows = (Row(number, tuple(told.get(name, "") for name in columns)) for number, told in people)
    return Table(KIND, columns, tuple(rows), tuple(unreadable))


def _told(details: Mapping[str, Any]) -> dict[str, str]:
    tags, own = details.get("tags"), details.get("fields")
    named = cast("dict[str, Any]", own) if isinstance(own, dict) else {}
    listed = cast("list[Any]", tags) if isinstance(tags, list) else []
    return {
        **{name: _text(details.get(name)) for name in _FIELDS},
        TAGS: ", ".join(text for tag in listed if (text := _text(tag))),
        **{f"{OWN}{name}": _text(value) for name, value in named.items()},
    }


def _contacts(text: str) -> list[msgspec.Raw]:
    try:
        whole = msgspec.json.decode(text, type=_Notebook)
    except msgspec.ValidationError as error:
        raise UserError(_NOT_OURS) from error
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise UserError(_BROKEN) from error
    if whole.format != FORMAT:
        raise UserError(_NOT_OURS)
    return whole.contacts


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

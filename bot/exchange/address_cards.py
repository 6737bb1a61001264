"""Address cards: vCard 2.1, 3.0 and 4.0, each read by itself, so that one cannot spoil the rest."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any, cast

from bot.errors import UserError
from bot.exchange.tables import Row, Table, Unreadable

MOST_CARDS = 5_000
_LONGEST = 40_000  # characters of one card, its pictures aside
_COLUMNS = (
    "name",
    "organization",
    "role",
    "email",
    "phone",
    "linkedin",
    "website",
    "address",
    "notes",
)
_BULKY = re.compile(
    r"^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|X-[\w-]*IMAGE[\w-]*)[;:]", re.IGNORECASE
)
_BEGIN, _END = "BEGIN:VCARD", "END:VCARD"
_NEVER_ENDS = "the card never ends"


def read_address_cards(text: str) -> Table:
    """Read address cards; a card that cannot be read is named by its number, and the rest stand.

    Raises UserError where reading them was not installed, and for too many.
    """
    reader = _reader()
    rows: list[Row] = []
    unreadable: list[Unreadable] = []
    for number, card in enumerate(_cards(text), 1):
        if number > MOST_CARDS:
            raise UserError(
                f"There are more than {MOST_CARDS:,} cards in that file. Split it, or export CSV."
            )
        found = _read(reader, card)
        if isinstance(found, str):
            unreadable.append(Unreadable(number, found))
        else:
            rows.append(Row(number, found))
    return Table("vCard", _COLUMNS, tuple(rows), tuple(unreadable))


def _reader() -> Any:
    try:
        import vobject  # an extra, and slow to load
    except ImportError as error:
        raise UserError(
            "Address cards cannot be read on this bot. Export your contacts as CSV instead."
        ) from error
    # It logs the lines that it cannot read: what people wrote has no place in a log.
    logging.getLogger("vobject").setLevel(logging.CRITICAL + 1)
    logging.getLogger("vobject.base").setLevel(logging.CRITICAL + 1)
    return cast("Any", vobject)


def _cards(text: str) -> Iterator[list[str] | None]:
    """Cut a file into its cards, without pictures; None for one that never ends."""
    card: list[str] | None = None
    is_bulky = False
    for line in text.split("\n"):
        sign = line.strip().upper()
        if sign == _BEGIN:
            if card is not None:
                yield None
            card = [line]
        elif card is not None and sign == _END:
            yield [*card, line]
            card = None
        elif card is not None:
            is_bulky = bool(_BULKY.match(line)) or (is_bulky and line[:1] in (" ", "\t", ""))
            if not is_bulky:
                card.append(line)
    if card is not None:
        yield None


def _read(reader: Any, card: list[str] | None) -> tuple[str, ...] | str:
    """Read one card: its cells, or why it cannot be read."""
    if card is None:
        return _NEVER_ENDS
    text = "\n".join(line for line in card if line.strip())
    if len(text) > _LONGEST:
        return "the card is longer than any address card"
    try:
        return _cells(reader.readOne(text, ignoreUnreadable=True, allowQP=True))
    except Exception:  # the library raises whatever a strange line leads to
        return "the card is damaged"


def _cells(card: Any) -> tuple[str, ...]:
    def values(kind: str) -> list[Any]:
        return [one.value for one in cast("list[Any]", card.contents.get(kind, []))]

    def first(kind: str) -> str:
        return next((text for one in values(kind) if (text := _text(one))), "")

    web = " ".join(map(_text, [*values("url"), *values("x-socialprofile")]))
    return (
        first("fn") or _name(values("n")),
        first("org"),
        first("title") or first("role"),
        first("email"),
        first("tel").removeprefix("tel:"),
        first("x-linkedin"),
        web,
        " ".join(first("adr").split()),
        first("note"),
    )


def _name(names: list[Any]) -> str:
    if not names:
        return ""
    parts = (_text(getattr(names[0], part, "")) for part in ("given", "additional", "family"))
    return " ".join(part for part in parts if part)


def _text(value: Any) -> str:
    if isinstance(value, list):
        several = [_text(one) for one in cast("list[Any]", value)]
        return ", ".join(text for text in several if text)
    return str(value).strip()

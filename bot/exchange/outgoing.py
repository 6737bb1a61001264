"""People as other programs take them: a table that a spreadsheet opens safely, address cards."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

GUARDED = frozenset("=+-@\t\r\n＝＋－＠'")
"""What a spreadsheet may take for the beginning of a formula; and the guard itself."""

_OCTETS = 75  # of one line of an address card; what is longer goes on in the next
_ESCAPES = str.maketrans(
    {"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": None, "\0": None}
)
_IN_AN_ADDRESS = str.maketrans({",": "%2C", ";": "%3B", "\\": "%5C"})
_IN_A_CARD = (("role", "TITLE"), ("organization", "ORG"), ("email", "EMAIL"))


def guarded(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run; ``people.unguarded`` takes it off."""
    return f"'{cell}" if cell[:1] in GUARDED and cell else cell


def write_spreadsheet(people: Iterable[Mapping[str, str]], columns: Sequence[str]) -> bytes:
    """Write people as CSV, one column for each field: UTF-8 with the mark that Excel looks for."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for person in people:
        writer.writerow([guarded(str(person.get(name) or "")) for name in columns])
    return text.getvalue().encode("utf-8-sig")


def write_address_cards(people: Iterable[Mapping[str, str]]) -> bytes:
    """Write people as vCard 4.0 (RFC 6350): what a phone's address book has a place for."""
    lines = [line for person in people for line in _card(person)]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _card(person: Mapping[str, str]) -> list[str]:
    def text(name: str) -> str:
        return str(person.get(name) or "").translate(_ESCAPES)

    lines = ["BEGIN:VCARD", "VERSION:4.0", f"FN:{text('name')}", f"N:;{text('name')};;;"]
    lines += (f"{sign}:{text(name)}" for name, sign in _IN_A_CARD if text(name))
    if text("phone"):
        lines.append(f"TEL;VALUE=text:{text('phone')}")
    if text("linkedin"):
        lines.append(f"URL:{_as_address(str(person['linkedin']))}")
    if text("address"):
        lines.append(f"ADR:;;{text('address')};;;;")
    if person.get("tags"):
        tags = (tag.strip().translate(_ESCAPES) for tag in person["tags"].split(","))
        lines.append(f"CATEGORIES:{','.join(tags)}")
    if text("notes"):
        lines.append(f"NOTE:{text('notes')}")
    return [*lines, "END:VCARD"]


def _as_address(text: str) -> str:
    plain = "".join(text.split()).translate(_IN_AN_ADDRESS)
    return plain if "://" in plain else f"https://{plain}"


def _folded(line: str) -> list[str]:
    """Cut a line into pieces of at most 75 octets, never within a character."""
    pieces: list[str] = []
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > _OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    return [*pieces, piece]

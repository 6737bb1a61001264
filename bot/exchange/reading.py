"""Finding out what an upload is, by its content alone, and reading it."""

from __future__ import annotations

import codecs

from bot.errors import UserError
from bot.exchange.address_cards import read_address_cards
from bot.exchange.archives import unpacked
from bot.exchange.notebooks import read_notebook
from bot.exchange.spreadsheets import read_spreadsheet
from bot.exchange.tables import Table

MOST_BYTES = 10_000_000
"""Beyond this an upload is not even fetched."""

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture or a sound"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "a file of an old Office program"),
    (b"SQLite format 3", "a database"),
)
_READ = "I read **Connections.csv** from LinkedIn, CSV, vCard (.vcf) and my own export."
_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read_table(data: bytes) -> Table:
    """Read an upload: a CSV of any kind, vCards, our own export, packed or not.

    Raises UserError that says what to do for anything else. Takes a while: not for the loop.
    """
    if len(data) > MOST_BYTES:
        raise UserError(too_large(len(data)))
    text = _decoded(unpacked(data))
    start = text[:2000].lstrip("\ufeff \t\n")
    if not start:
        raise UserError(f"That file is empty. {_READ}")
    if start.startswith(("{", "[")):
        return read_notebook(text.lstrip("\ufeff \t\n"))
    if start.upper().startswith("BEGIN:VCARD"):
        return read_address_cards(text)
    return read_spreadsheet(text)


def too_large(size: int) -> str:
    """Say that a file of so many bytes is too large."""
    return (
        f"That file has {size / 1_000_000:.0f} MB, and I take {MOST_BYTES // 1_000_000}. "
        "A list of people is far smaller: is it the right file? A large notebook of mine fits as "
        "it came, packed."
    )


def _decoded(data: bytes) -> str:
    """Give the text with plain line ends; what is no text is refused by name."""
    for sign, what in _OTHERS:
        if data.startswith(sign):
            raise UserError(f"That is {what}, whatever its name says. {_READ}")
    wide = _WIDE.get(data[:2])
    if wide is None and b"\0" in data[:1000]:
        raise UserError(f"That is no text. {_READ}")
    text = data.decode(wide, "replace") if wide else _narrow(data)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _narrow(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:  # one line from another program, or cut short, spoils no other
        return "".join(map(_line, data.splitlines(keepends=True)))


def _line(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    try:  # what Windows programs write in the West
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")

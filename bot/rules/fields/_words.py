"""Takes a text apart into the words by which roles and titles are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_](?:[\w&+]*)")
_PARTING = frozenset(
    {"for", "to", "at", "in", "on", "with", "who", "from"} | {"specializing", "focusing"}
)
PART = re.compile(rf"[,;:()|•–—.\n]+|\s-\s|\b(?:{'|'.join(_PARTING)})\b", re.IGNORECASE)
_EMPTY = frozenset(
    _WORD.findall(
        "a an and of the to or i my is she he they their her his as by other all including"
    )
)
_SAYS_NOTHING = _EMPTY | _PARTING
_SPELT = {
    "theatre": "theater",
    "counsellor": "counselor",
    "jewellery": "jewelry",
    "exec": "executive",
    "mgr": "manager",
    "eng": "engineer",
    "asst": "assistant",
    "dir": "director",
    "rep": "representative",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word in its plainest form, and the part of the text it stands in."""

    text: str
    part: int
    is_capital: bool


def split(text: str) -> list[Word]:
    """Split a text into plain words without the empty ones; commas and "for", "at" part it."""
    plain = _without_apostrophes(unicodedata.normalize("NFKC", text))
    return [
        Word(_plain(said.casefold()), part, is_capital=said.isupper())
        for part, piece in enumerate(PART.split(plain))
        for said in _WORD.findall(piece)
        if said.casefold() not in _EMPTY
    ]


def plain_words(text: str) -> tuple[str, ...]:
    """Give the plain words of one title or phrase."""
    said = _WORD.findall(_without_apostrophes(text).casefold())
    return tuple(_plain(word) for word in said if word not in _SAYS_NOTHING)


def _without_apostrophes(text: str) -> str:
    return text.replace("’", "").replace("'", "")


def _plain(word: str) -> str:
    """Make a word singular, spelt the American way."""
    if word.endswith("ies") and len(word) > 4:
        word = f"{word[:-3]}y"
    elif word.endswith("s") and len(word) > 3 and word[-2] not in "sui":
        word = word[:-1]
    return _SPELT.get(word, word)

"""What to call somebody in a sentence: "Rosa", "Aunt Rosa", "Dr. Vega"."""

from __future__ import annotations

import re
import unicodedata

_TITLES = re.compile(r"dr|doctor|prof|professor|mr|mrs|ms|mx|miss|sir|madam|dean|judge")
_KNOWN_AS = re.compile(
    r"aunt|auntie|uncle|cousin|grand(ma|pa|mother|father)|t[ií][ao]|father|sister|brother"
    r"|coach|pastor|rabbi|imam|reverend|rev|chef|captain|nurse"
)
_OF_THE_FAMILY_NAME = re.compile(r"de[lnr]?|d[aiou]|dos|l[ae]|van|von|bin|ibn|[ae]l")
_AFTER_THE_NAME = re.compile(r"jr|sr|i[iv]|iii|phd|md|rn|mba|esq")


def called(name: str) -> str:
    """Give what to call somebody: the first name; with a title, the title and the family name.

    A name that cannot be taken apart, such as one of initials, stays whole.
    """
    words = _without_letters(name.split())
    if len(words) < 2:
        return words[0] if words else name
    if _TITLES.fullmatch(_bare(words[0])):
        rest = [word for word in words[1:] if not _TITLES.fullmatch(_bare(word))]
        return f"{words[0]} {_family_name(rest)}" if rest else name
    if _KNOWN_AS.fullmatch(_bare(words[0])):
        return f"{words[0]} {words[1]}"
    is_apart = len(_bare(words[0])) > 1 or not words[0].isascii()
    return words[0] if is_apart and not words[0].endswith(",") else name


def _without_letters(words: list[str]) -> list[str]:
    kept = [word for word in words[1:] if not _AFTER_THE_NAME.fullmatch(_bare(word))]
    return [*words[:1], *kept]


def _family_name(words: list[str]) -> str:
    first = len(words) - 1
    while first > 0 and _OF_THE_FAMILY_NAME.fullmatch(words[first - 1].casefold()):
        first -= 1
    return " ".join(words[first:]).rstrip(",")


def _bare(word: str) -> str:
    return word.strip(".,").casefold()


def without_surname(name: str) -> str:
    """Give what to call somebody where others may look on: no family name, "Dr. V." at the most."""
    words = _without_letters(name.split())
    if len(words) < 2:
        return words[0] if words else name
    if _TITLES.fullmatch(_bare(words[0])):
        rest = [word for word in words[1:] if not _TITLES.fullmatch(_bare(word))]
        return f"{words[0]} {initials(_family_name(rest))}" if rest else name
    if _KNOWN_AS.fullmatch(_bare(words[0])):
        return called(name)
    short = called(name)
    return initials(name) if short == name else short


def initials(name: str) -> str:
    """Give the first letter of each part of a name: "R. V."; one without letters stays as it is."""
    words = [word for word in _without_letters(name.split()) if not _TITLES.fullmatch(_bare(word))]
    letters = [letter for word in words if (letter := _first_letter(word))]
    return " ".join(f"{letter}." for letter in letters) or name


def _first_letter(word: str) -> str:
    whole = unicodedata.normalize("NFC", word)
    return next((sign.upper() for sign in whole if sign.isalnum()), "")

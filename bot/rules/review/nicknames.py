"""Whether two names call the same person: accents, short names, scripts that do not compare."""

from __future__ import annotations

import unicodedata

from bot.rules.review.patterns import same_names

_SHORTEST, _LONGEST, _LEFT_OUT = 2, 5, 2  # "Alex" for Alexandra; "Ann" for Anna is a slip


def are_one_name(said: str, name: str) -> bool:
    """Tell whether a name as said is one somebody with this name answers to."""
    said, name = plain(said), plain(name)
    if said == name or _script(said) != _script(name):
        return True
    if not said.isascii() and _script(said) == "CJK":
        return said[0] == name[0]
    if any({said, name} <= called for called in same_names()):
        return True
    is_short = _SHORTEST <= len(said) <= _LONGEST and len(name) - len(said) >= _LEFT_OUT
    return is_short and name.startswith(said)


def plain(name: str) -> str:
    """Write a name without accents, marks and capitals."""
    apart = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return "".join(sign for sign in apart if sign.isalnum())


_LETTERS = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe"})


def _script(name: str) -> str:
    letter = next((sign for sign in name if sign.isalpha()), "a")
    return unicodedata.name(letter, "LATIN").split()[0]

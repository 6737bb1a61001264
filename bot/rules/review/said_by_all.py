"""Words that every message has: what is left without them is what this one says of its own."""

from __future__ import annotations

import re
from functools import cache

from bot.rules.review.patterns import word_list

_ENDINGS = re.compile(r"(?:ingly|edly|fulness|ings?|ed|ly|ies|ness|s|e|y)$")
_SHORTEST = 3


@cache
def _known() -> frozenset[str]:
    known = word_list("everywhere") | word_list("polite")
    bare = ("".join(sign for sign in one if sign.isalnum()) for one in known)
    return frozenset(form for one in bare for form in (one, _root(one)))


def is_said_by_all(word: str) -> bool:
    """Tell whether a plain word (no capitals, accents or marks) is one of every message."""
    return word in _known() or _root(word) in _known()


def _root(word: str) -> str:
    root = _ENDINGS.sub("", word)
    return root if len(root) >= _SHORTEST else word

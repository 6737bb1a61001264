"""Words that every message has: what is left without them is what this one says of its own."""

from __future__ import annotations

from functools import cache

from bot.rules.review.patterns import word_list


@cache
def _known() -> frozenset[str]:
    known = word_list("everywhere") | word_list("polite")
    return frozenset("".join(sign for sign in one if sign.isalnum()) for one in known)


def is_said_by_all(word: str) -> bool:
    """Tell whether a plain word (no capitals, accents or marks) is one of every message."""
    return word in _known() or word.removesuffix("s") in _known()

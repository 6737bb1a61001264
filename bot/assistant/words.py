"""The words that a message may use of its own accord, and those that always claim something."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?")
"""A word with its apostrophes and hyphens: "don't", "twenty-minute"."""

_I = re.compile(r"I(['’](m|d|ll|ve))?")
_ENDINGS = re.compile(r"(?:ations?|ments?|ings?|edly|ed|ers?|ies|ied|ly|es|s|y|e)$")
_ENDS = frozenset('.!?…:\n•-–—*"“”(')


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in _ordered().items()}


@cache
def _ordered() -> dict[str, list[str]]:
    text = files("bot.assistant").joinpath("words.toml").read_text(encoding="utf-8")
    return {name: words.split() for name, words in tomllib.loads(text).items()}


def is_ordinary(word: str) -> bool:
    """Tell whether a word says nothing about anybody: "the", "really", "glad"."""
    return plain(word) in _lists()["ordinary"]


def is_telling(word: str) -> bool:
    """Tell whether a word claims something about somebody: "cousin", "graduated", "scholarship"."""
    return plain(word) in _lists()["telling"] or stem(word) in _stems_of_telling()


def is_title(word: str) -> bool:
    """Tell whether a word stands before names: "Dr", "Ms"."""
    return plain(word) in _lists()["titles"]


def is_of_calendar(word: str) -> bool:
    """Tell whether a word is a day of the week or a month."""
    return plain(word) in _lists()["days"] | _lists()["months"]


def is_about_time(word: str) -> bool:
    """Tell whether a word says when: "tomorrow", "friday", "weekend"."""
    lower = plain(word)
    # "may" and "march" are verbs as well: with a capital they count as names.
    return lower in _lists()["time"] or (is_of_calendar(lower) and lower not in ("may", "march"))


def is_amount(word: str) -> bool:
    """Tell whether a word is a number of its own: "half", "dozen"."""
    return plain(word) in _lists()["amounts"]


@cache
def in_digits() -> dict[str, str]:
    """Give the words for numbers up to ninety with their digits."""
    small = {word: str(number) for number, word in enumerate(_ordered()["numbers"])}
    return small | {word: f"{number}0" for number, word in enumerate(_ordered()["tens"], 2)}


@cache
def _stems_of_telling() -> frozenset[str]:
    return frozenset(stem(word) for word in _lists()["telling"])


def plain(word: str) -> str:
    """Give a word in lower case, with a plain apostrophe and without a possessive."""
    return word.casefold().replace("’", "'").removesuffix("'s")


def stem(word: str) -> str:
    """Cut a word to what its forms share: "enjoyed" and "enjoying" are one."""
    lower = plain(word)
    short = _ENDINGS.sub("", lower)
    return short if len(short) > 2 else lower


def is_name_like(word: str) -> bool:
    """Tell whether a word is written as names are: with a capital, or in a script without any."""
    if _I.fullmatch(word):
        return False
    return any(sign.isupper() or (sign.isalpha() and not sign.islower()) for sign in word)


def begins_sentence(text: str, at: int) -> bool:
    """Tell whether what stands at this place begins a sentence or a line."""
    before = text[:at].rstrip(" \t’'")
    return not before or before[-1] in _ENDS

"""Tells what somebody does from where they work, if only one of the two was typed."""

from __future__ import annotations

import re

from bot.rules.fields._reading import RANKS, Index
from bot.rules.fields._words import PART, plain_words

_AT = re.compile(r"\s+(?:at(?! large\b)|@)\s+", re.IGNORECASE)
_OF = re.compile(rf"{PART.pattern}|\bof\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_][\w'’]*")
_WHOSE = re.compile(r"(the|my|our|her|his|their)\b", re.IGNORECASE)
"""What begins so may be a paper or a relation: "The Economist", "my professor"."""
_NOBODYS_NAME = 5.3  # so common are words for work alone: "Nurse"; a house may be called "Baker"


def parted(text: str, there: Index) -> tuple[str, str]:
    """Part what was typed into role and organization; what may be either is an organization."""
    said = _AT.split(text.strip(), maxsplit=1)
    if len(said) > 1 and all(said) and (is_role(said[0], there) or _is_rank(said[0])):
        return said[0], said[1]
    return (text, "") if is_role(text, there) else ("", text)


def is_role(text: str, there: Index) -> bool:
    """Tell whether the word that all the others belong to is one for people: "level designer".

    Names of houses are written with capitals, so a role in capitals has to be known word by word.
    """
    words = _head_words(text)
    if not words or words[-1].casefold() not in there.people or _WHOSE.match(text.strip()):
        return False
    return words[-1].islower() or _is_known(text, there)


def _head_words(text: str) -> list[str]:
    """Give the words before "of", "for", "in": the last of them is the head."""
    return _WORD.findall(_OF.split(text.strip(), maxsplit=1)[0])


def _is_rank(text: str) -> bool:
    words = _head_words(text)
    return bool(words) and words[-1] in RANKS and not _WHOSE.match(text)


def _is_known(text: str, there: Index) -> bool:
    words = plain_words(text)
    if len(words) == 1:
        return there.rarity.get(words[0], _NOBODYS_NAME + 1) <= _NOBODYS_NAME
    return any(words[start:] in there.whole for start in range(len(words) - 1))

"""Checks what a language model made of a draft: it may say it otherwise, and say nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.assistant.hiding import PLACEHOLDER, Hidden
from bot.assistant.words import (
    WORD,
    begins_sentence,
    in_digits,
    is_about_time,
    is_amount,
    is_name_like,
    is_ordinary,
    is_telling,
    plain,
    stem,
)

LONGEST = 3900
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_OF_A_NUMBER = re.compile(
    r"(\d+(?:[.,:]\d+)*)[\s-]*(minute|hour|day|week|month|year|am\b|pm\b|a\.m|p\.m)", re.I
)
_ADDRESS = re.compile(r"\S*(?:@|://|www\.)\S*|(?:[\w-]+\.)+[a-z]{2,}\b", re.I)
_SIGNS = frozenset(" \n.,;:!?'’\"“”-–—()…")
_KEPT = 0.6  # of what the draft says in words of its own
_FEW_WORDS = 4
_ROOM = 200  # characters that a short draft may grow by


class Flaw(StrEnum):
    """What is wrong with an answer."""

    EMPTY = "empty"
    LENGTH = "length"
    LOST = "lost"
    GAP = "gap"
    SIGN = "sign"
    ADDRESS = "address"
    NUMBER = "number"
    TIME = "time"
    NAME = "name"
    CLAIM = "claim"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class _Words:
    """A text without its placeholders, and its words."""

    text: str
    words: tuple[tuple[str, bool], ...]  # each with whether it begins a sentence

    @property
    def plain(self) -> frozenset[str]:
        return frozenset(plain(word) for word, _ in self.words)

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all words and of their parts: "second-year" has "year" in it."""
        parts = (part for word, _ in self.words for part in (word, *word.split("-")) if part)
        return frozenset(map(stem, parts))

    @property
    def own(self) -> Counter[str]:
        """The stems of the words that are not everybody's."""
        found = (plain(word) for word, _ in self.words)
        return Counter(stem(word) for word in found if not is_ordinary(word))


def first_flaw(answer: str, hidden: Hidden, *, max_chars: int = 0) -> Flaw | None:
    """Find what speaks against an answer, placeholders and all; None: it says what the draft says.

    ``max_chars`` is what the message may have once its names are back; 0 is any length.
    """
    if not answer.strip():
        return Flaw.EMPTY
    if _is_of_wrong_length(hidden.restore(answer), hidden.restore(hidden.text), max_chars):
        return Flaw.LENGTH
    if flaw := _flaw_of_placeholders(answer, hidden):
        return flaw
    said, source = _words_of(answer), _words_of(hidden.text)
    looks = (
        (Flaw.ADDRESS, _has_new_address),
        (Flaw.SIGN, _has_new_sign),
        (Flaw.NUMBER, _has_new_number),
        (Flaw.TIME, _has_new_time),
        (Flaw.NAME, _has_new_name),
        (Flaw.CLAIM, _has_new_claim),
        (Flaw.LOST, _has_lost_much),
    )
    return next((flaw for flaw, look in looks if look(said, source)), None)


def _is_of_wrong_length(answer: str, draft: str, max_chars: int) -> bool:
    most = min(LONGEST, max_chars or LONGEST, max(len(draft) * 3 // 2, len(draft) + _ROOM))
    return not len(draft) * 2 // 5 <= len(answer) <= most


def _flaw_of_placeholders(answer: str, hidden: Hidden) -> Flaw | None:
    """Every placeholder stands in the answer, gaps exactly as often as before, and no others."""
    used, given = (Counter(PLACEHOLDER.findall(text)) for text in (answer, hidden.text))
    if any(used[gap] != given[gap] for gap in hidden.gaps):
        return Flaw.GAP
    if not used.keys() <= given.keys():
        return Flaw.NAME
    if given.keys() - used.keys():
        return Flaw.LOST
    return Flaw.NAME if any(used[name] > given[name] + 1 for name in used) else None


def _words_of(text: str) -> _Words:
    bare = PLACEHOLDER.sub(" _ ", text)  # not a letter, and no end of a sentence either
    found = ((match[0], begins_sentence(bare, match.start())) for match in WORD.finditer(bare))
    return _Words(bare.replace(" _ ", " "), tuple(found))


def _has_new_sign(said: _Words, source: _Words) -> bool:
    signs = {sign for sign in said.text if not (sign.isascii() and sign.isalnum())}
    return bool(signs - _SIGNS - set(source.text))


def _has_new_address(said: _Words, source: _Words) -> bool:
    return any(found[0] not in source.text for found in _ADDRESS.finditer(said.text))


def _has_new_number(said: _Words, source: _Words) -> bool:
    new = Counter(_numbers(said)) - Counter(_numbers(source))
    spans = set(_spans(said)) - set(_spans(source))
    return bool(new.keys() - set(_numbers(source)) or spans)


def _numbers(of: _Words) -> Iterator[str]:
    yield from _NUMBER.findall(of.text)
    for word, _ in of.words:
        for part in plain(word).split("-"):
            if is_amount(part) or (part in in_digits() and part not in ("one", "zero")):
                yield in_digits().get(part, part)


def _spans(of: _Words) -> Iterator[str]:
    text = WORD.sub(lambda match: _digits(match[0]), of.text)
    for number, unit in _OF_A_NUMBER.findall(text):
        yield f"{number} {unit.casefold().rstrip('.')[:6]}"


def _digits(word: str) -> str:
    return "-".join(in_digits().get(part.casefold(), part) for part in word.split("-"))


def _has_new_time(said: _Words, source: _Words) -> bool:
    known = source.stems
    return any(
        stem(part) not in known
        for word, _ in said.words
        for part in plain(word).split("-")
        if is_about_time(part)
    )


def _has_new_name(said: _Words, source: _Words) -> bool:
    written = {word for word, _ in source.words}
    for word, is_first in said.words:
        is_fine = is_first and (is_ordinary(word) or stem(word) in source.stems)
        if is_name_like(word) and word not in written and not is_fine:
            return True
    return False


def _has_new_claim(said: _Words, source: _Words) -> bool:
    known = source.stems
    new = [
        word
        for word, _ in said.words
        if stem(word) not in known and not is_ordinary(word) and plain(word) not in in_digits()
    ]
    if any(is_telling(word) for word in new):
        return True
    return any(word.isascii() is False for word in new) or len(new) > max(2, len(said.words) // 16)


def _has_lost_much(said: _Words, source: _Words) -> bool:
    own = source.own
    if len(own) < _FEW_WORDS:
        return False
    known = said.stems
    return sum(word in known for word in own) < _KEPT * len(own)

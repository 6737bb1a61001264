"""A message taken apart: whom it greets, its sentences, where it is signed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.rules.review.patterns import each, search
from bot.rules.review.records import Span

_BREAK = re.compile(r"[.!?…？！。]+[”\"’')\]]*(?=\s|$)|\n")
_SHORTENED = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|mx|prof|st|jr|sr|vs|etc|e\.g|i\.e|no|approx|inc|dept|tel|ext)"
    r"|\b[A-Z]|\b[ap]\.m)\.$",
    re.IGNORECASE,
)
_WRAPPED = 55  # a line that long, without an end, goes on in the next
_EARLY = 240  # a greeting stands at the top
_WORD = re.compile(r"[^\W\d_][\w'’]*(?:-\w+)*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands in the message."""

    start: int
    text: str

    @property
    def place(self) -> Span:
        """Its place in the message."""
        return self.start, self.start + len(self.text)

    def at(self, place: Span) -> Span:
        """Give the place in the message of a place in this sentence."""
        return self.start + place[0], self.start + place[1]


@dataclass(frozen=True, slots=True)
class Message:
    """A message: ``greeted`` is the place of the name it opens with, ``sentences`` its body's."""

    text: str
    subject: str
    greeted: Span | None
    body: Span
    sentences: tuple[Sentence, ...]

    @property
    def said(self) -> str:
        """The body alone, without greeting and signature."""
        return self.text[slice(*self.body)]


def take_apart(text: str, subject: str = "") -> Message:
    """Find a message's greeting, body and sentences."""
    greeting = search("greeting", text[:_EARLY]) or search("called_only", text[:_EARLY])
    greeted = _trimmed(text, *greeting.span("name")) if greeting else None
    start = greeting.end() if greeting else 0
    ends = [found.start() for found in each("sign_off", text) if found.start() > start]
    body = (start, ends[-1] if ends else len(text))
    return Message(text, subject, greeted, body, tuple(_sentences(text, *body)))


def _trimmed(text: str, start: int, end: int) -> Span:
    found = text[start:end]
    return start + len(found) - len(found.lstrip()), end - len(found) + len(found.rstrip())


def _sentences(text: str, start: int, end: int) -> Iterator[Sentence]:
    first = start
    for found in _BREAK.finditer(text, start, end):
        if _goes_on(text, first, found):
            continue
        if sentence := text[first : found.end()].strip(" \t\n,;-–—•*>"):
            yield Sentence(text.index(sentence, first), sentence)
        first = found.end()
    if rest := text[first:end].strip(" \t\n,;-–—•*>"):
        yield Sentence(text.index(rest, first), rest)


def _goes_on(text: str, first: int, found: re.Match[str]) -> bool:
    so_far = text[first : found.end()]
    if found[0] != "\n":
        return bool(_SHORTENED.search(so_far)) and found.end() < len(text)
    line = so_far.rstrip()
    following = text[found.end() : found.end() + 1]
    is_list = bool(re.match(r"[ \t]*(?:[-•*]|\d+[.)])[ \t]", text[found.end() :]))
    is_wrapped = len(line.rpartition("\n")[2]) >= _WRAPPED and following.islower() and not is_list
    return is_wrapped or line.endswith(":")


def words(text: str) -> list[str]:
    """Give the words of a text, numbers left out."""
    return _WORD.findall(text)

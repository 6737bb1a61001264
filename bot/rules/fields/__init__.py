"""Reads the field of work out of what a member typed about somebody's role.

``titles.tsv`` holds the titles of the US Bureau of Labor Statistics with our field of each;
``words.toml`` what people say beside them. Both are read when the first role is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.rules.fields._reading import Index, Known, index
from bot.rules.fields._words import Word, split

__all__ = ["Guess", "guess_field"]

LONGEST = 300
"""So many characters of a role are looked at."""

_ALIKE = 86.0  # from so much likeness on, an unknown word is taken for a misspelt one
_SHORTEST_MISSPELT = 5
_MENDED = 3  # so many words of one role
_HEAD = 2.0  # a title that ends its part of the sentence is the head of it: "sales engineer"
_FADES = 0.6  # what comes after the first title says where, for whom, with whom
_SURE, _LIKELY, _UNSURE = 100.0, 60.0, 50.0
_LEVEL = 0.2  # what a word of rank weighs beside a hint


@dataclass(frozen=True, slots=True)
class Guess:
    """The likely field of a role: an id or None, a score of 0 to 100, and the title it is from."""

    field: str | None = None
    score: float = 0.0
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Match:
    known: Known
    places: tuple[int, ...]
    worth: float


def guess_field(role: str, organization: str = "") -> Guess:
    """Guess the field of a role (R24 R26); what says nothing gives a guess without a field.

    A title in the role decides; without one, what its words and the organisation's name lean to.
    Any text is fine. A score up to 50 is a leaning, worth asking about.
    """
    there = index()
    words = split(role[:LONGEST])
    matches = _matches(words, there)
    if matches:
        return _best(matches, words, there)
    mended = _mended(words, there)
    matches = _matches(mended, there) if mended != words else []
    if matches:
        return _best(matches, mended, there)
    return _leaning(words, split(organization[:LONGEST]), there)


def _matches(words: list[Word], there: Index) -> list[_Match]:
    return [*_phrases(words, there.role, there), *_titles(words, there)]


def _mended(words: list[Word], there: Index) -> list[Word]:
    """Take the first words that nobody knows for the known ones that they are nearly like."""
    unknown = [
        word
        for word in words
        if len(word.text) >= _SHORTEST_MISSPELT and word.text not in there.rarity
    ][:_MENDED]
    if not unknown:
        return words
    likely = {word.text: _like(word.text, there) for word in unknown}
    return [replace(word, text=likely.get(word.text, word.text)) for word in words]


def _like(text: str, there: Index) -> str:
    from rapidfuzz import fuzz, process  # 3 MB, for typos alone

    found = process.extractOne(text, there.vocabulary, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found[0] if found and found[0][0] == text[0] else text


def _phrases(
    words: list[Word], shelf: dict[tuple[str, ...], Known], there: Index
) -> Iterator[_Match]:
    """Find the phrases that stand in the role word by word."""
    texts = [word.text for word in words]
    for start in range(len(texts)):
        for end in range(start + 1, min(len(texts), start + there.longest) + 1):
            known = shelf.get(tuple(texts[start:end]))
            if known and _is_meant(words[start:end], len(words)):
                places = tuple(range(start, end))
                yield _Match(known, places, there.worth(known.words) * 1.1)


def _is_meant(said: list[Word], length: int) -> bool:
    """Tell "IT" from "it": it counts in capitals, or when nothing else is said."""
    return len(said) > 1 or said[0].text != "it" or said[0].is_capital or length == 1


def _titles(words: list[Word], there: Index) -> Iterator[_Match]:
    """Find the titles all of whose words stand in one part of the role, in any order."""
    parts: dict[int, dict[str, int]] = defaultdict(dict)
    for place, word in enumerate(words):
        parts[word.part].setdefault(word.text, place)
    for said in parts.values():
        for text in said:
            for known in there.titles.get(text, ()):
                if known.words not in there.level and all(one in said for one in known.words):
                    places = tuple(said[one] for one in known.words)
                    yield _Match(known, places, there.worth(known.words))


def _best(matches: list[_Match], words: list[Word], there: Index) -> Guess:
    ends = {word.part: place for place, word in enumerate(words)}
    first = min(words[match.places[0]].part for match in matches)

    def worth(match: _Match) -> float:
        part = words[match.places[0]].part
        is_head = ends[part] in match.places
        return match.worth * (_HEAD if is_head else 1) * _FADES ** (part - first)

    best = max(matches, key=lambda match: (worth(match), match.known.title))
    part = words[best.places[0]].part
    said = there.worth([word.text for word in words if word.part == part])
    share = min(1.0, there.worth(best.known.words) / said) if said else 1.0
    return Guess(best.known.field, _LIKELY + (_SURE - _LIKELY) * share, best.known.title)


def _leaning(words: list[Word], organization: list[Word], there: Index) -> Guess:
    """Add up what hints, single words, ranks and the organisation lean to."""
    worth: dict[str, float] = defaultdict(float)
    titles: dict[str, str] = {}
    for known, weight in _leans(words, organization, there):
        worth[known.field] += weight
        titles.setdefault(known.field, known.title)
    if not worth:
        return Guess()
    field = max(worth, key=lambda one: worth[one])
    return Guess(field, _UNSURE * worth[field] / sum(worth.values()), titles[field])


def _leans(
    words: list[Word], organization: list[Word], there: Index
) -> Iterator[tuple[Known, float]]:
    for match in _phrases(words, there.hint, there):
        yield match.known, match.worth
    for match in _phrases(organization, there.organization, there):
        yield match.known, match.worth
    for match in _phrases(words, there.level, there):
        yield match.known, match.worth * _LEVEL
    for word in words:
        leaning = there.leanings.get(word.text)
        if leaning and (word.text,) not in there.level:
            yield Known(word.text, (word.text,), leaning.field), leaning.worth

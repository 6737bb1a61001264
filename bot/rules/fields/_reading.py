"""Reads titles and words once, into what the guess looks up."""

from __future__ import annotations

import tomllib
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import Path
from sys import intern

from bot.rules.fields._words import plain_words

_HERE = Path(__file__).parent
_TEACHING_TITLES = frozenset({"professor", "instructor", "teacher"})  # of any subject there is
_TELLING_ALONE = 6  # letters: a longer word of a single title is seldom a word for all sorts
_SHORTEST_STEM, _OF_STEM = 6, 0.7
_OTHERS = 0.6
_ENDING, _OF_ENDING = 3, 0.4  # so many titles end with a word for people, of all that hold it
RANKS = frozenset(
    {"professional", "specialist", "worker", "staff", "expert", "practitioner", "guy", "member"}
    | {"team", "intern", "trainee", "associate", "officer", "student", "crew", "rep"}
    | {"representative", "executive", "supervisor"}
)
_NO_TOPIC = frozenset({"work", "working", "home", "company", "person", "people", "part", "full"})
_MANY_MEANINGS = frozenset({("model",), ("justice",), ("comic",), ("groom",), ("set",), ("tech",)})


@dataclass(frozen=True, slots=True)
class Known:
    """A title or a phrase, its plain words and its field."""

    title: str
    words: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class Leaning:
    """The field that more than half of the titles with a word are of, and what that is worth."""

    field: str
    worth: float


@dataclass(frozen=True, slots=True)
class Index:
    """Titles by their rarest word, phrases by their words, and how rare each word is."""

    titles: dict[str, list[Known]]
    role: dict[tuple[str, ...], Known]
    heading: dict[tuple[str, ...], Known]
    hint: dict[tuple[str, ...], Known]
    level: dict[tuple[str, ...], Known]
    organization: dict[tuple[str, ...], Known]
    rarity: dict[str, float]
    leanings: dict[str, Leaning]
    ranks: frozenset[str]
    stems: tuple[tuple[str, Known], ...]
    vocabulary: tuple[str, ...]
    longest: int
    people: frozenset[str]  # "nurse", "designer": what somebody is, never where they work
    whole: frozenset[tuple[str, ...]]

    def worth(self, words: Iterable[str]) -> float:
        """Tell how much the words say: the rarer, the more; the rarest counts in full."""
        said = [self.rarity.get(word, 0.0) for word in words]
        return max(said) + _OTHERS * (sum(said) - max(said)) if said else 0.0

    def kin(self, word: str) -> Known | None:
        """Find the known word that begins the longest as this one does; most of it must agree."""
        if len(word) < _SHORTEST_STEM or word in _NO_TOPIC or word in self.ranks:
            return None
        place = bisect(self.stems, word, key=lambda stem: stem[0])
        beside = self.stems[max(place - 1, 0) : place + 1]
        shared, text, known = max(
            ((_shared(word, text), text, known) for text, known in beside),
            key=lambda found: found[0],
        )
        most = _OF_STEM * max(len(word), len(text))
        return known if shared >= _SHORTEST_STEM and shared > most else None


@cache
def index() -> Index:
    """Read both files; later calls give the same index."""
    shelves = {name: _shelf(fields) for name, fields in _sections().items()}
    ours = {words for name in ("role", "heading", "hint", "level") for words in shelves[name]}
    official = list(_titles())
    titles = [known for known in official if known.words not in ours]
    every = [*titles, *(known for shelf in shelves.values() for known in shelf.values())]
    counted = Counter(word for known in every for word in set(known.words))
    rarity = {word: log(1 + len(every) / count) for word, count in counted.items()}
    by_rarest: dict[str, list[Known]] = defaultdict(list)
    for known in titles:
        by_rarest[max(known.words, key=lambda word: rarity[word])].append(known)
    longest = max(len(words) for shelf in shelves.values() for words in shelf)
    return Index(
        titles=dict(by_rarest),
        rarity=rarity,
        leanings=_leanings(titles, rarity),
        ranks=RANKS.union(*(words for words in shelves["level"] if len(words) == 1)),
        stems=tuple(sorted(_stems(shelves), key=lambda stem: stem[0])),
        vocabulary=tuple(rarity),
        longest=longest,
        people=_people(official, frozenset(ours)),
        whole=frozenset(known.words for known in every),
        **shelves,
    )


def _shared(one: str, other: str) -> int:
    """Count the letters with which both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _stems(shelves: dict[str, dict[tuple[str, ...], Known]]) -> Iterator[tuple[str, Known]]:
    """Pick the phrases of one long word."""
    for name in ("role", "heading", "hint"):
        for words, known in shelves[name].items():
            if len(words) == 1 and len(words[0]) >= _SHORTEST_STEM:
                yield words[0], known


def _leanings(titles: Iterable[Known], rarity: dict[str, float]) -> dict[str, Leaning]:
    """Learn from the titles which field a word speaks of when no title is complete."""
    fields: dict[str, Counter[str]] = defaultdict(Counter)
    for known in titles:
        if known.words[-1] in _TEACHING_TITLES and len(known.words) > 1:
            continue
        for word in known.words:
            fields[word][known.field] += 1
    found: dict[str, Leaning] = {}
    for word, counted in fields.items():
        field, count = counted.most_common(1)[0]
        is_long = len(word) > (3 if count > 1 else _TELLING_ALONE)
        is_telling = is_long and word not in _NO_TOPIC
        if is_telling and count * 2 > counted.total():
            found[word] = Leaning(field, rarity[word] * count / counted.total())
    return found


def _people(titles: Iterable[Known], ours: frozenset[tuple[str, ...]]) -> frozenset[str]:
    """Pick the words that titles end with, of those that say so often enough or by themselves."""
    held = Counter(word for known in titles for word in set(known.words))
    ending = Counter(known.words[-1] for known in titles)
    alone = ours | {known.words for known in titles}
    return frozenset(
        word
        for word, count in ending.items()
        if count >= _OF_ENDING * held[word] and (count >= _ENDING or (word,) in alone)
    )


def _titles() -> Iterator[Known]:
    for line in (_HERE / "titles.tsv").read_text("utf-8").splitlines():
        title, _, field = line.partition("\t")
        words = _plain(title)
        if words and words not in _MANY_MEANINGS:
            yield Known(title, words, intern(field))


def _sections() -> dict[str, dict[str, str]]:
    return tomllib.loads((_HERE / "words.toml").read_text("utf-8"))


def _shelf(fields: dict[str, str]) -> dict[tuple[str, ...], Known]:
    return {
        words: Known(phrase, words, intern(field))
        for field, phrases in fields.items()
        for phrase in map(str.strip, phrases.split(";"))
        if (words := _plain(phrase))
    }


def _plain(text: str) -> tuple[str, ...]:
    return tuple(map(intern, plain_words(text)))

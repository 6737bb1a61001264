"""Reads the field of work out of what a member typed about somebody's role.

``titles.tsv`` holds the titles of the US Bureau of Labor Statistics with our field of each;
``words.toml`` what people say beside them; ``wide.toml`` the names of several fields at once. All
are read by ``warm``, or when first needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.rules.fields._reading import Index, Known, index
from bot.rules.fields._roles import parted
from bot.rules.fields._wide import exactly, wide, within
from bot.rules.fields._words import Word, split

__all__ = ["Guess", "Wish", "guess_field", "guess_wish", "is_warm", "read_work", "warm"]

LONGEST = 300
"""So many characters of a role are looked at."""

_ALIKE = 86.0  # from so much likeness on, an unknown word is taken for a misspelt one
_SHORTEST_MISSPELT = 5
_MENDED = 3  # so many words of one role
_HEAD = 1.6  # a title that ends its part of the sentence is the head of it: "sales engineer"
_FADES = 0.4  # what comes after the first part that settles says where, for whom, with whom
_SURE, _LIKELY, _UNSURE = 100.0, 60.0, 50.0
_ROLE, _TITLE, _HEADING, _HINT, _PLACE, _LEANS, _RANK = 1.4, 0.9, 0.6, 0.4, 0.4, 0.4, 0.13
_SHORT = 2  # words before a comma that may name a rank or a trade: "Director, Marketing"
_LEAST = 7.0  # what settles by itself says so much, however common its words are
_SETTLES = 0.5  # so much of all that was said must speak for the field that is taken as said


@dataclass(frozen=True, slots=True)
class Guess:
    """The likely field of a role: an id or None, a score of 0 to 100, and the title it is from."""

    field: str | None = None
    score: float = 0.0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """The fields that somebody may mean by what they are curious about.

    ``name`` is what several of them are called together; one field has its own.
    """

    fields: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Sign:
    """One thing that speaks for a field, where it stands, how much it says, whether it settles."""

    known: Known
    places: frozenset[int]
    worth: float
    settles: bool = False


def warm() -> None:
    """Read titles and words, which takes a tenth of a second; any thread may."""
    index()
    wide()


def is_warm() -> bool:
    """Tell whether titles and words are read already."""
    return index.cache_info().currsize > 0


def guess_field(role: str, organization: str = "") -> Guess:
    """Guess the field of a role (R24 R26); what says nothing gives a guess without a field.

    Titles and phrases in the role speak loudest, its single words and the organisation's name
    softly. Any text is fine. A score up to 50 is a leaning, worth asking about.
    """
    there = index()
    words = split(role[:LONGEST])
    signs = _signs(words, there)
    if not any(sign.settles for sign in signs):
        words = _mended(words, there)
        signs = _signs(words, there)
    places = split(organization[:LONGEST])
    return _best([*signs, *_of_place(places, there)])


def guess_wish(text: str) -> Wish:
    """Guess the fields that a wish is about (R01): "nursing" is one, "health care" are several.

    A name of several is taken so if it is all that is said, or if nothing narrower settles one.
    """
    text = text[:LONGEST]
    guess = guess_field(text)
    named = exactly(text) or (within(text) if guess.score <= _UNSURE else exactly(guess.title))
    if named is not None:
        return Wish(named.fields, named.name)
    return Wish((guess.field,)) if guess.field else Wish()


def read_work(text: str) -> tuple[str, str]:
    """Tell role and organization of what was typed as one: "nurse", "nurse at Mercy Hospital".

    What may be either is taken for the organization.
    """
    return parted(text, index())


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


def _signs(words: list[Word], there: Index) -> list[_Sign]:
    """Find all that speaks for a field; what stands within something longer says nothing."""
    found = [
        *_phrases(words, there.role, there, weight=_ROLE, settles=True),
        *_titles(words, there),
        *_phrases(words, there.heading, there, weight=_HEADING, settles=True),
        *_phrases(words, there.hint, there, weight=_HINT),
        *_phrases(words, there.level, there, weight=_RANK),
    ]
    longest = [one for one in found if not any(one.places < other.places for other in found)]
    taken = frozenset[int]().union(*(one.places for one in longest))
    loose = _single(words, taken, there)
    return _weighed(words, (*longest, *loose), there)


def _weighed(words: list[Word], signs: Iterable[_Sign], there: Index) -> list[_Sign]:
    """Let heads count for more, and what comes after the first part for less."""
    signs = list(signs)
    said = [(place, word) for place, word in enumerate(words) if word.text not in there.ranks]
    ends = {word.part: place for place, word in (*enumerate(words), *said)}
    first = min((words[min(one.places)].part for one in signs if one.settles), default=0)

    def weight(sign: _Sign) -> float:
        start, end = words[min(sign.places)], words[max(sign.places)]
        head = _HEAD if sign.settles and ends[end.part] in sign.places else 1.0
        return head * (_FADES if start.part > first else 1.0)

    return [replace(one, worth=one.worth * weight(one)) for one in signs]


def _phrases(
    words: list[Word],
    shelf: dict[tuple[str, ...], Known],
    there: Index,
    *,
    weight: float,
    settles: bool = False,
) -> Iterator[_Sign]:
    """Find the phrases that stand in the role word by word."""
    for order, ends in _orders(words):
        texts = [words[place].text for place in order]
        for end in ends:
            for start in range(max(0, end - there.longest), end):
                known = shelf.get(tuple(texts[start:end]))
                if known and _is_meant([words[one] for one in order[start:end]], len(words)):
                    worth = max(there.worth(known.words), _LEAST if settles else 0.0)
                    yield _Sign(known, frozenset(order[start:end]), worth * weight, settles)


def _orders(words: list[Word]) -> Iterator[tuple[list[int], Iterable[int]]]:
    """Read "Nurse, mental health" as it stands and the other way round; say where phrases end."""
    places = list(range(len(words)))
    yield places, range(1, len(words) + 1)
    first = [place for place in places if words[place].part == words[0].part]
    second = [place for place in places[len(first) :] if words[place].part == words[0].part + 1]
    if second and len(first) <= _SHORT:
        yield [*second, *first], (len(first) + len(second),)


def _is_meant(said: list[Word], length: int) -> bool:
    """Tell "IT" from "it": it counts in capitals, or when nothing else is said."""
    return len(said) > 1 or said[0].text != "it" or said[0].is_capital or length == 1


def _titles(words: list[Word], there: Index) -> Iterator[_Sign]:
    """Find the titles all of whose words stand in one part of the role, in any order."""
    parts: dict[int, dict[str, int]] = defaultdict(dict)
    for place, word in enumerate(words):
        parts[word.part].setdefault(word.text, place)
    for said in parts.values():
        for text in said:
            for known in there.titles.get(text, ()):
                if all(one in said for one in known.words):
                    places = frozenset(said[one] for one in known.words)
                    yield _Sign(known, places, there.worth(known.words) * _TITLE, settles=True)


def _single(words: list[Word], taken: frozenset[int], there: Index) -> Iterator[_Sign]:
    """Find what single words lean to, be it by a word of their kin: "audiological"."""
    for place, word in enumerate(words):
        if place in taken:
            continue
        if leaning := there.leanings.get(word.text):
            known = Known(word.text, (word.text,), leaning.field)
            yield _Sign(known, frozenset({place}), leaning.worth * _LEANS)
        elif kin := there.kin(word.text):
            yield _Sign(kin, frozenset({place}), there.worth(kin.words) * _LEANS)


def _of_place(organization: list[Word], there: Index) -> Iterator[_Sign]:
    yield from _phrases(organization, there.organization, there, weight=_PLACE)


def _best(signs: list[_Sign]) -> Guess:
    """Add up what speaks for each field."""
    worth: dict[str, float] = defaultdict(float)
    for sign in signs:
        worth[sign.known.field] += sign.worth
    if not worth:
        return Guess()
    field = max(worth, key=lambda one: worth[one])
    loudest = max(
        (sign for sign in signs if sign.known.field == field),
        key=lambda sign: (sign.settles, sign.worth),
    )
    share = worth[field] / sum(worth.values())
    if loudest.settles and share >= _SETTLES:
        return Guess(field, _LIKELY + (_SURE - _LIKELY) * share, loudest.known.title)
    return Guess(field, _UNSURE * share, loudest.known.title)

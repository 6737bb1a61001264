"""Finding a person by a few typed letters: by name, organization or role, typos forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_ACCENTS = re.compile("[\u0300-\u036f]")
_NEXT = " · "  # parts a name from what follows
_FLOOR = 72.0
_CLEAR_LEAD = 12.0


def folded(text: str) -> str:
    """Fold case and accents away, so that "jose" finds "José"."""
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def _all_folded(labels: Sequence[str]) -> list[str]:
    # One pass over all of them: two thousand short calls would take longer than the search.
    return folded("\n".join(label.replace("\n", " ") for label in labels)).split("\n")


def best_matches(typed: str, labels: Sequence[str], *, limit: int) -> list[int]:
    """Rank labels for what was typed: indices, best first; those that begin a word with it lead.

    A label begins with a name: who has exactly that name comes first, then whose name it begins,
    then those who have it as a later word of their name.
    """
    query = folded(" ".join(typed.split()))
    if not query or not labels:
        return []
    texts = _all_folded(labels)
    exact = [i for i, text in enumerate(texts) if _begins_words(query, text)]
    exact.sort(key=lambda i: (_apart(query, texts[i]), len(texts[i])))
    if exact:  # typed right: nothing to forgive
        return exact[:limit]
    from rapidfuzz import fuzz, process  # 3 MB, for typos alone

    close = process.extract(query, texts, scorer=fuzz.WRatio, score_cutoff=_FLOOR, limit=limit)
    return [index for _, _, index in close]


def is_clear_match(typed: str, ranked: Sequence[str]) -> bool:
    """Tell whether the first of the ranked labels is meant beyond doubt."""
    query = folded(" ".join(typed.split()))
    names = [_name(folded(label)) for label in ranked]
    same = [name for name in names if name == query]
    if same:
        return len(same) == 1 and names[0] == query
    begin = [name for name in names if _begins_words(query, name)]
    if begin:
        return len(begin) == 1 and _begins_words(query, names[0])
    from rapidfuzz import fuzz

    scores = [fuzz.ratio(query, name) for name in names]
    return (
        bool(scores)
        and scores[0] >= _FLOOR
        and all(scores[0] - score >= _CLEAR_LEAD for score in scores[1:])
    )


def _apart(query: str, text: str) -> int:
    """Say how far a label that holds the query is from being the one that it names."""
    if text.startswith(query):
        return 0 if len(text) == len(query) or text.startswith(_NEXT, len(query)) else 1
    return 2 if _begins_words(query, _name(text)) else 3


def _name(label: str) -> str:
    return label.partition(_NEXT)[0]


def _begins_words(query: str, text: str) -> bool:
    at = text.find(query)
    while at > 0 and _is_in_word(text[at - 1]):
        at = text.find(query, at + 1)
    return at >= 0


def _is_in_word(sign: str) -> bool:
    # The vowel signs of many scripts are marks, which no pattern of letters and digits holds.
    return sign.isalnum() or unicodedata.category(sign).startswith("M")

"""Chooses the questions for one talk: pure, and the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

CLOSERS = ("advice", "referral")
"""The topics that end every talk, in this order (R35)."""

SIZES = ((30, 7), (20, 6), (0, 5))
"""From so many minutes on, so many questions (R07 R21)."""

REASONS = {
    "path": "People like to tell their story, and it shows you ways in.",
    "day": "It shows what the work is like on an ordinary day.",
    "satisfactions": "It tells you whether you would be happy there.",
    "skills": "It tells you what to learn next.",
    "organisation": "It tells you how places differ from each other.",
    "field": "It shows where the field is going.",
    "start": "It tells you how to get a foot in the door.",
    "advice": "It invites what you did not think of asking.",
    "referral": "It turns one talk into two.",
}


class Askable(Protocol):
    """A question of the bank, as far as the choice looks at it."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def facets(self) -> tuple[str, ...]:
        """Its topics, the main one first."""
        ...

    @property
    def weight(self) -> int:
        """How important it is, 1 to 5."""
        ...

    @property
    def searchable(self) -> bool:
        """Whether a search answers it (R22)."""
        ...

    @property
    def why(self) -> str:
        """Its own reason, or empty."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """One question of a set, and why it is in it."""

    id: str
    why: str


def set_size(minutes: int) -> int:
    """Say how many questions a talk of so many minutes holds: five to seven (R21)."""
    return next(size for least, size in SIZES if minutes >= least)


def choose(
    questions: Sequence[Askable],
    *,
    minutes: int,
    seen_ids: Collection[str] = (),
    asked_facets: Collection[str] = (),
    seed: int,
) -> tuple[Chosen, ...]:
    """Pick a set: spread over the topics, important ones first (R23), the closers last (R35).

    ``seen_ids`` were answered by this contact and never come again; ``asked_facets`` were covered
    already and wait behind the others. None is searchable (R22). A used-up bank gives fewer.
    """
    shuffled = sorted(questions, key=lambda q: q.id)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 a choice, not a secret
    open_ = [q for q in shuffled if not q.searchable and q.id not in seen_ids]
    closers = [q for facet in CLOSERS if (q := _heaviest(open_, facet))]
    rest = [q for q in open_ if q.facets[0] not in CLOSERS]
    body = _spread(rest, count=set_size(minutes) - len(closers), asked=asked_facets)
    body.sort(key=lambda q: -q.weight)
    return tuple(Chosen(q.id, q.why or REASONS.get(q.facets[0], "")) for q in (*body, *closers))


def _heaviest(questions: Sequence[Askable], facet: str) -> Askable | None:
    of_facet = [q for q in questions if q.facets[0] == facet]
    return max(of_facet, key=lambda q: q.weight, default=None)


def _spread(questions: Sequence[Askable], *, count: int, asked: Collection[str]) -> list[Askable]:
    """Take from the topic used least so far, and the weightiest of it, until there are enough."""
    used = Counter(asked)
    chosen: list[Askable] = []
    left = list(questions)
    while left and len(chosen) < count:
        best = min(left, key=lambda q: (used[q.facets[0]], -q.weight))
        chosen.append(best)
        left.remove(best)
        used[best.facets[0]] += 1
    return chosen

"""Chooses the questions for one talk: pure, and the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

CLOSERS = ("advice", "referral")
"""The topics that end every talk, in this order (R35)."""

SIZES = ((30, 7), (20, 6), (0, 5))
"""From so many minutes on, so many questions (R07 R21)."""

MOST = 7
"""More questions than these no talk holds (R21)."""

FOR_THE_FIELD = {5: 2, 6: 2, 7: 3}
"""How many of a set of so many are about the contact's own field; one more for the curious."""

MOST_FOR_THE_FIELD = 4

LUCK = 1.5
"""So much may lift a question when the body is chosen: the same weightiest ones bore everybody."""

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

STAGE_REASONS = {
    "first_years": "It fits the first years, while all is open.",
    "final_year": "It fits your last year, with the next step in sight.",
    "career_changer": "It fits somebody who brings along another life.",
}

ADVICE_REASON = "It shows that their advice was not lost on you."
LATER_REASON = "It builds on what you two talked about before."
OWN_REASON = "It is your own question."


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
    def fields(self) -> tuple[str, ...]:
        """The fields it is about; none for every field."""
        ...

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of members it suits; none for all."""
        ...

    @property
    def occasion(self) -> str:
        """Which talk with a person it suits: "first", "later" or "any"."""
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

    @property
    def probe(self) -> str:
        """What to ask when the answer is short, or empty."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """One question of a set, why it is in it, and what to ask when the answer is short."""

    id: str
    why: str
    probe: str = ""


QuestionSet = tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when questions are chosen; all but the minutes may be unknown."""

    minutes: int
    field: str = ""  # the contact's field of work
    curious: frozenset[str] = frozenset()  # the fields that the member's goals name
    stage: str = ""  # where the member stands
    is_later: bool = False  # they talked before
    answered: frozenset[str] = frozenset()  # ids that this contact answered: they never come again
    covered: tuple[str, ...] = ()  # topics of those: they wait behind the others
    put_aside: frozenset[str] = frozenset()  # ids that the member did not want: the last resort


def set_size(minutes: int) -> int:
    """Say how many questions a talk of so many minutes holds: five to seven (R21)."""
    return next(size for least, size in SIZES if minutes >= least)


def reason(question: Askable) -> str:
    """Say in one sentence why a question is worth asking."""
    if question.why:
        return question.why
    main = question.facets[0]
    if question.occasion == "later":
        return ADVICE_REASON if main == "advice" else LATER_REASON
    if question.stages:
        return STAGE_REASONS.get(question.stages[0], REASONS.get(main, ""))
    usual = REASONS.get(main, "")
    if question.fields and usual:
        return f"For their field: {usual[0].lower()}{usual[1:]}"
    return usual


def choose(
    bank: Sequence[Askable], situation: Situation, *, seed: int, own: Sequence[str] = ()
) -> QuestionSet:
    """Choose a set: 2-4 for the contact's field, the rest over the topics, closers last (R35).

    What matters most comes first (R23), in a later talk what comes back on the first (R42).
    ``own`` are ids of the member's own questions; they open the set. A used-up bank gives fewer.
    """
    kept = {place: Chosen(one, OWN_REASON) for place, one in enumerate(own)}
    return _Choice(bank, situation, seed).fill(kept)


def regenerate(
    chosen: QuestionSet,
    locked: Collection[str],
    bank: Sequence[Askable],
    situation: Situation,
    *,
    seed: int,
) -> QuestionSet:
    """Choose anew all but the locked ones, which stay in their places; the old ones rest."""
    kept = {place: one for place, one in enumerate(chosen) if one.id in locked}
    return _Choice(bank, _aside(situation, chosen), seed).fill(kept)


def swap(
    chosen: QuestionSet, unwanted: str, bank: Sequence[Askable], situation: Situation, *, seed: int
) -> QuestionSet:
    """Put another question of the same sort in one's place; the same set when there is none."""
    kept = {place: one for place, one in enumerate(chosen) if one.id != unwanted}
    out = next((one for one in bank if one.id == unwanted), None)
    if len(kept) == len(chosen):
        return chosen
    choice = _Choice(bank, _aside(situation, chosen), seed)
    choice.keep(kept)
    fresh = choice.another(out, unwanted)
    return tuple(fresh if one.id == unwanted and fresh else one for one in chosen)


def move(chosen: QuestionSet, moved: str, step: int) -> QuestionSet:
    """Move a question so many places down, or up when negative; the ends hold it."""
    ids = [one.id for one in chosen]
    if moved not in ids:
        return chosen
    place = ids.index(moved)
    rest = [one for one in chosen if one.id != moved]
    rest.insert(max(0, min(len(rest), place + step)), chosen[place])
    return tuple(rest)


def _aside(situation: Situation, chosen: QuestionSet) -> Situation:
    return replace(situation, put_aside=situation.put_aside | {one.id for one in chosen})


class _Choice:
    """One choosing: what may be asked, in the order of chance, and what is in the set so far."""

    def __init__(self, bank: Sequence[Askable], situation: Situation, seed: int) -> None:
        self._now = situation
        self._bank = {one.id: one for one in bank}
        self._left = sorted((one for one in bank if self._may(one)), key=lambda one: one.id)
        chance = random.Random(seed)  # noqa: S311 a choice, not a secret
        chance.shuffle(self._left)
        self._luck = {one.id: chance.random() * LUCK for one in self._left}
        self._used = Counter(situation.covered)
        self._for_the_field = 0

    def fill(self, kept: Mapping[int, Chosen]) -> QuestionSet:
        """Fill the places between the kept ones; in a used-up bank these move up."""
        self.keep(kept)
        topics = {self._bank[one.id].facets[0] for one in kept.values() if one.id in self._bank}
        closers = [one for topic in CLOSERS if topic not in topics and (one := self._closer(topic))]
        size = max(set_size(self._now.minutes), len(kept), min(MOST, len(kept) + len(closers)))
        closers = closers[: size - len(kept)]
        body = self._body(size, room=size - len(kept) - len(closers))
        fresh = [_chosen(one) for one in (*body, *closers)]
        return tuple(_laid_out(kept, fresh))

    def keep(self, kept: Mapping[int, Chosen]) -> None:
        """Count what is in the set already, and choose none of it again."""
        ids = {one.id for one in kept.values()}
        self._left = [one for one in self._left if one.id not in ids]
        for one in ids & self._bank.keys():
            self._count(self._bank[one])

    def another(self, out: Askable | None, unwanted: str) -> Chosen | None:
        """Take one of the same sort as ``out``, or of the rest; a closer gives way to its like."""
        pool = [one for one in self._left if one.id != unwanted]
        if out is not None and _closes(out):
            alike = [one for one in pool if _closes(one) and one.facets[0] == out.facets[0]]
            return _chosen(min(alike, key=self._rank_of_closer)) if alike else None
        body = [one for one in pool if not _closes(one) and self._has_room_for(one)]
        alike = [one for one in body if out is not None and _sort(one) == _sort(out)]
        return _chosen(min(alike or body, key=self._rank)) if alike or body else None

    def _may(self, one: Askable) -> bool:
        now = self._now
        return (
            not one.searchable
            and one.id not in now.answered
            and (not one.fields or now.field in one.fields)
            and (not one.stages or now.stage in one.stages)
            and (one.occasion != "later" or now.is_later)
        )

    def _closer(self, topic: str) -> Askable | None:
        of_topic = [one for one in self._left if _closes(one) and one.facets[0] == topic]
        return min(of_topic, key=self._rank_of_closer, default=None)

    def _body(self, size: int, *, room: int) -> list[Askable]:
        """Take first what is theirs alone, then the rest; the most important first (R23)."""
        now = self._now
        for_field = min(FOR_THE_FIELD.get(size, 3) + (now.field in now.curious), room - 1 or 1)
        body = self._take(min(1, room), {"advice"})
        again = 2 if size == MOST else 1
        wanted = {"later": again - len(body), "field": for_field - self._for_the_field}
        if room - for_field > 1 and not now.is_later:
            wanted["stage"] = 1
        for sort, count in wanted.items():
            body += self._take(min(count, room - len(body)), {sort})
        body += self._take(room - len(body), {"general"})
        body += self._take(room - len(body), {"general", "field", "stage", "later", "advice"})
        return sorted(body, key=_order)

    def _take(self, count: int, sorts: Collection[str]) -> list[Askable]:
        taken: list[Askable] = []
        while len(taken) < count:
            pool = [
                one
                for one in self._left
                if _sort(one) in sorts and not _closes(one) and self._has_room_for(one)
            ]
            if not pool:
                break
            best = min(pool, key=self._rank)
            self._left.remove(best)
            self._count(best)
            taken.append(best)
        return taken

    def _count(self, one: Askable) -> None:
        self._used[one.facets[0]] += 1
        self._for_the_field += bool(one.fields)

    def _has_room_for(self, one: Askable) -> bool:
        return not one.fields or self._for_the_field < MOST_FOR_THE_FIELD

    def _rank(self, one: Askable) -> tuple[bool, int, bool, float]:
        """The lowest is taken: the topic used least so far, and a weighty one of it."""
        return (
            one.id in self._now.put_aside,
            self._used[one.facets[0]],
            self._now.is_later and one.occasion == "first",
            -one.weight - self._luck[one.id],
        )

    def _rank_of_closer(self, one: Askable) -> tuple[bool, bool, bool, int]:
        return (
            one.id in self._now.put_aside,
            bool(one.fields),
            self._now.is_later and one.occasion == "first",
            -one.weight,
        )


def _closes(one: Askable) -> bool:
    """Tell whether a question belongs at the end; what comes back on advice opens a later talk."""
    main = one.facets[0]
    return main in CLOSERS and not (main == "advice" and one.occasion == "later")


def _sort(one: Askable) -> str:
    if one.occasion == "later":
        return "advice" if one.facets[0] == "advice" else "later"
    if one.fields:
        return "field"
    return "stage" if one.stages else "general"


def _order(one: Askable) -> tuple[int, int, int]:
    """What comes back on the last talk opens, the advice first (R42); then by weight (R23)."""
    opening = {"advice": 0, "later": 1}.get(_sort(one), 2)
    return opening, -one.weight, _talked_of(one)


def _talked_of(one: Askable) -> int:
    """Give the place of a question's topic in a talk, for those that are as important."""
    topics = list(REASONS)
    main = one.facets[0]
    return topics.index(main) if main in topics else len(topics)


def _chosen(one: Askable) -> Chosen:
    return Chosen(one.id, reason(one), one.probe)


def _laid_out(kept: Mapping[int, Chosen], fresh: list[Chosen]) -> list[Chosen]:
    laid: list[Chosen] = []
    waiting = list(reversed(fresh))
    places = max([*kept, len(kept) + len(fresh) - 1]) + 1
    for place in range(places):
        if place in kept:
            laid.append(kept[place])
        elif waiting:
            laid.append(waiting.pop())
    return laid

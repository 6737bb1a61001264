"""Questions for one talk: a first set, another one, and the set that is kept with the talk."""

from __future__ import annotations

from dataclasses import dataclass

from bot.content import Content, Question
from bot.notebook.interviews import TalkPage
from bot.notebook.pages import Page
from bot.rules.question_choice import REASONS, choose, set_size
from bot.rules.records import TalkState


@dataclass(frozen=True)
class Asked:
    """One question of a set, and why it is in it."""

    question: Question
    why: str


def first_set(content: Content, page: Page | None, minutes: int, *, seed: int) -> tuple[str, ...]:
    """Choose the ids of five to seven questions for a talk of so many minutes (R21-R24 R35).

    What was kept with earlier talks of the same contact does not come again.
    """
    seen = _asked_before(page) if page else set[str]()
    return _choose(content, seen, minutes=minutes, seed=seed)


def another_set(content: Content, on: TalkPage, *, seed: int) -> tuple[str, ...]:
    """Choose other questions than the kept ones; a used-up bank begins anew."""
    minutes = on.talk.row.n1
    seen = _asked_before(on.page)
    fresh = _choose(content, seen | set(_kept(on)), minutes=minutes, seed=seed)
    if len(fresh) >= set_size(minutes):
        return fresh
    return _choose(content, seen, minutes=minutes, seed=seed)


def kept_set(content: Content, on: TalkPage) -> tuple[Asked, ...]:
    """Give the questions kept with a talk; those that the content no longer has are left out."""
    found = (content.questions.get(one) for one in _kept(on))
    return tuple(
        Asked(question, question.why or REASONS.get(question.facets[0], ""))
        for question in found
        if question is not None
    )


def _kept(on: TalkPage) -> list[str]:
    return [str(one) for one in on.talk.details.get("questions", ())]


def _asked_before(page: Page) -> set[str]:
    held = (entry for entry in page.interviews if entry.row.s1 == TalkState.HELD)
    return {str(one) for entry in held for one in entry.details.get("questions", ())}


def _choose(content: Content, seen: set[str], *, minutes: int, seed: int) -> tuple[str, ...]:
    bank = content.questions
    covered = {bank[one].facets[0] for one in seen if one in bank}
    for_all = tuple(q for q in bank.values() if not q.fields and not q.stages)
    fitting = tuple(q for q in for_all if q.occasion != "later")
    chosen = choose(fitting, minutes=minutes, seen_ids=seen, asked_facets=covered, seed=seed)
    return tuple(one.id for one in chosen)

"""Questions for one talk: a first set, another one, and the set that is kept with the talk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from bot.content import FIELDS, Content, Question
from bot.notebook.interviews import TalkPage
from bot.notebook.pages import Page
from bot.rules.fields import guess_field
from bot.rules.question_choice import QuestionSet, Situation, choose, reason
from bot.rules.records import TalkState


@dataclass(frozen=True)
class Asked:
    """One question of a set, and why it is in it."""

    question: Question
    why: str


def first_set(
    content: Content,
    page: Page | None,
    minutes: int,
    *,
    seed: int,
    profile: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Choose the ids of five to seven questions for a talk of so many minutes (R21-R24 R35).

    What was kept with earlier talks of the same contact does not come again.
    """
    now = situation(content, page, minutes, profile=profile)
    return _ids(choose(tuple(content.questions.values()), now, seed=seed))


def another_set(
    content: Content,
    on: TalkPage,
    *,
    seed: int,
    profile: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Choose other questions than the kept ones, which come back only in a used-up bank."""
    before = replace(
        on.page, interviews=tuple(one for one in on.page.interviews if one.key != on.talk.key)
    )
    now = situation(content, before, on.talk.row.n1, profile=profile)
    now = replace(now, put_aside=frozenset(_kept(on)))
    return _ids(choose(tuple(content.questions.values()), now, seed=seed))


def situation(
    content: Content,
    page: Page | None,
    minutes: int,
    *,
    profile: Mapping[str, Any] = MappingProxyType({}),
) -> Situation:
    """Gather what a choice of questions depends on, from a contact's page and one's own profile.

    The talks on the page count as those before; without a page nothing is known of the contact.
    """
    held = page is not None and any(one.row.s1 == TalkState.HELD for one in page.interviews)
    answered = _asked_before(page) if page else frozenset[str]()
    bank = content.questions
    curious = guess_field(str(profile.get("field", ""))).field
    return Situation(
        minutes=minutes,
        field=field_of(page) if page else "",
        curious=frozenset({curious} if curious else ()),
        stage=str(profile.get("stage", "")),
        is_later=held,
        answered=answered,
        covered=tuple(sorted({bank[one].facets[0] for one in answered if one in bank})),
    )


def field_of(page: Page) -> str:
    """Tell a contact's field: what the member chose, else what their role speaks of, or ""."""
    details = page.contact.details
    chosen = str(details.get("field", ""))
    if chosen in FIELDS:
        return chosen
    role, organization = str(details.get("role", "")), str(details.get("organization", ""))
    return guess_field(role, organization).field or ""


def kept_set(content: Content, on: TalkPage) -> tuple[Asked, ...]:
    """Give the questions kept with a talk; those that the content no longer has are left out."""
    found = (content.questions.get(one) for one in _kept(on))
    return tuple(Asked(question, reason(question)) for question in found if question is not None)


def _kept(on: TalkPage) -> list[str]:
    return [str(one) for one in on.talk.details.get("questions", ())]


def _asked_before(page: Page) -> frozenset[str]:
    held = (entry for entry in page.interviews if entry.row.s1 == TalkState.HELD)
    return frozenset(str(one) for entry in held for one in entry.details.get("questions", ()))


def _ids(chosen: QuestionSet) -> tuple[str, ...]:
    return tuple(one.id for one in chosen)

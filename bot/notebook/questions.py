"""Sets of questions: chosen for a person and a talk, then the member's own to change."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, cast

from bot.content import FACETS, FIELDS, Content, Question
from bot.errors import UserError
from bot.notebook.own_questions import clean_own
from bot.notebook.pages import Page
from bot.rules import question_choice as choice
from bot.rules.fields import guess_field
from bot.rules.question_choice import OWN_REASON, Chosen, Situation
from bot.rules.records import TalkState
from bot.rules.standing import standing_in

ANSWER_LENGTH = 700
MOST_IN_A_SET = 10
NO_FIELD = "none"
"""What is stored when a member says that no field fits: general questions alone."""

GONE = "That question is not in the set any more. Press **Questions** for the set as it is now."
_SURE = 50  # guesses below are worth asking about
_OWN = "own:"
_OWN_AT_ONCE = 3
_CLOSING = 4  # so many at the end of a set are looked at
_OF_THE_TOPIC = 3  # so many of a set are about a topic that was asked for


@dataclass(frozen=True)
class Bank:
    """What a member's questions are chosen from; ``own`` holds the texts of their own by id."""

    questions: Mapping[str, Question]
    own: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


def bank_of(content: Content) -> Bank:
    """Give the questions that the bot and its club bring along."""
    return Bank(content.questions)


@dataclass(frozen=True)
class Prepared:
    """One question of a set. ``id`` is "" for one that the member wrote into it.

    ``entry`` is the key of the note in the timeline that holds the answer.
    """

    text: str = field(repr=False)
    id: str = ""
    why: str = ""
    probe: str = ""
    is_locked: bool = False
    is_asked: bool = False
    answer: str = field(default="", repr=False)
    entry: str = ""

    @property
    def tag(self) -> str:
        """Name the question in buttons: eight hexadecimal digits, another one for other words."""
        return f"{zlib.crc32(self.text.encode()):08x}"

    @property
    def name(self) -> str:
        """Name the question for the choice."""
        return self.id or f"{_OWN}{self.tag}"


@dataclass(frozen=True)
class Kept:
    """A set as it is kept. ``focus`` is "field:<id>", "topic:<facet>" or "".

    ``aside`` are the ids that the member did not want: they come back last.
    """

    questions: tuple[Prepared, ...] = ()
    minutes: int = 20
    focus: str = ""
    aside: tuple[str, ...] = ()

    def find(self, tag: str) -> Prepared:
        """Find a question by its tag; one that is gone raises UserError."""
        found = next((one for one in self.questions if one.tag == tag), None)
        if found is None:
            raise UserError(GONE)
        return found


@dataclass(frozen=True)
class FieldOf:
    """Whose field a set is for: an id or "", and whether that was said or is guessed well."""

    id: str = ""
    is_said: bool = False
    is_sure: bool = False

    @property
    def label(self) -> str:
        """The field in words; "" for none."""
        return FIELDS.get(self.id, "")


def field_of(page: Page) -> FieldOf:
    """Tell a contact's field: what the member chose, else what their role speaks of (R24)."""
    return field_in(page.contact.details)


def field_in(details: Mapping[str, Any]) -> FieldOf:
    """Tell, as ``field_of``, the field that somebody's details speak of."""
    chosen = str(details.get("field_id", ""))
    if chosen:
        return FieldOf(chosen if chosen in FIELDS else "", is_said=True, is_sure=True)
    role, organization = str(details.get("role", "")), str(details.get("organization", ""))
    by_role = guess_field(role, organization)
    by_field = guess_field(str(details.get("field", "")))
    best = by_field if by_role.score < _SURE <= by_field.score else by_role
    return FieldOf(best.field or "", is_sure=best.score >= _SURE)


def field_of_member(profile: Mapping[str, Any]) -> FieldOf:
    """Tell the field that a member is curious about (R01)."""
    guess = guess_field(str(profile.get("field", "")))
    return FieldOf(guess.field or "", is_sure=guess.score >= _SURE)


def situation(
    bank: Bank,
    page: Page | None,
    kept: Kept,
    *,
    profile: Mapping[str, Any] = MappingProxyType({}),
    talk: str = "",
) -> Situation:
    """Gather what a choice depends on: the contact's page, the member's profile, the set so far.

    ``talk`` is the key of the talk that the set is for; the others on the page count as before it.
    Without a page the set is for the field that the member is curious about.
    """
    before = [
        one
        for one in (page.interviews if page else ())
        if one.row.s1 == TalkState.HELD and one.key != talk
    ]
    answered = frozenset(
        name for one in before for name in _answered(read_rows(one.details.get("questions"), bank))
    )
    curious = field_of_member(profile).id
    now = Situation(
        minutes=kept.minutes,
        field=field_of(page).id if page else curious,
        curious=frozenset({curious} if curious else ()),
        stage=standing_in(str(profile.get("line", ""))),
        is_later=bool(before),
        answered=answered,
        covered=tuple(sorted(_topics(bank, answered))),
        put_aside=frozenset(kept.aside),
    )
    return _focused(now, kept.focus)


def _topics(bank: Bank, ids: frozenset[str]) -> set[str]:
    return {bank.questions[one].facets[0] for one in ids if one in bank.questions}


def _focused(now: Situation, focus: str) -> Situation:
    kind, _, name = focus.partition(":")
    if kind == "field":
        return replace(now, field=name)
    if kind == "topic":  # the other topics count as talked over
        others = tuple(one for one in FACETS if one != name)
        return replace(now, covered=now.covered + others * _OF_THE_TOPIC)
    return now


def _answered(questions: Sequence[Prepared]) -> set[str]:
    """Give what a contact has answered: the ticked ones; without any tick, all of them."""
    ticked = {one.id for one in questions if one.is_asked and one.id}
    is_ticked = any(one.is_asked for one in questions)
    return ticked if is_ticked else {one.id for one in questions if one.id}


def choose_set(bank: Bank, now: Situation, kept: Kept, *, seed: int) -> Kept:
    """Choose the whole set (R21-R24 R35); the newest of the member's own questions open it."""
    ids = [one for one in bank.own if one not in now.answered][:_OWN_AT_ONCE]
    chosen = choice.choose(_worded_otherwise(bank, ()), now, seed=seed, own=ids)
    return replace(kept, questions=_prepared(bank, chosen, ()))


def choose_rest(bank: Bank, now: Situation, kept: Kept, *, seed: int) -> Kept:
    """Choose anew all but the locked ones and the member's own, which stay in their places."""
    staying = [one for one in kept.questions if one.is_locked or one.is_asked or not one.id]
    stay = {one.name for one in staying}
    pool = _worded_otherwise(bank, staying)
    chosen = choice.regenerate(_chosen(kept), stay, pool, now, seed=seed)
    fresh = _closing_well(bank, _prepared(bank, chosen, kept.questions))
    return _set_aside(replace(kept, questions=fresh), kept)


def _worded_otherwise(bank: Bank, beside: Sequence[Prepared]) -> list[Question]:
    """Give the bank with each wording once, and none that is also one of the member's own.

    ``beside`` are what the set holds anyway: they stay in the bank, what is worded alike does not.
    """
    names = {one.name for one in beside}
    words = {text.casefold() for text in (*bank.own.values(), *(one.text for one in beside))}
    fresh: list[Question] = []
    for one in bank.questions.values():
        if one.id in names or one.text.casefold() not in words:
            words.add(one.text.casefold())
            fresh.append(one)
    return fresh


def _closing_well(bank: Bank, questions: tuple[Prepared, ...]) -> tuple[Prepared, ...]:
    """Move the closing questions behind the member's own, where a set became shorter (R35)."""
    closing = [one for one in questions[-_CLOSING:] if _closes(bank, one)]
    return (*(one for one in questions if one not in closing), *closing)


def _closes(bank: Bank, one: Prepared) -> bool:
    known = bank.questions.get(one.id)
    return (
        known is not None
        and known.facets[0] in choice.CLOSERS
        and known.occasion != "later"
        and not one.is_locked
    )


def swap(bank: Bank, now: Situation, kept: Kept, tag: str, *, seed: int) -> tuple[Kept, str]:
    """Put another question of its sort in a question's place; returns the new one's tag too."""
    place = kept.questions.index(kept.find(tag))
    old = _chosen(kept)
    pool = _worded_otherwise(bank, kept.questions)
    chosen = choice.swap(old, kept.questions[place].name, pool, now, seed=seed)
    if chosen == old:
        raise UserError("I have no other question of that sort. Edit its wording, or add your own.")
    fresh = replace(kept, questions=_prepared(bank, chosen, kept.questions))
    return _set_aside(fresh, kept), fresh.questions[place].tag


def move(kept: Kept, tag: str, step: int) -> Kept:
    """Move a question up (-1) or down (1); the ends hold it."""
    moved = choice.move(_chosen(kept), kept.find(tag).name, step)
    by_name = {one.name: one for one in kept.questions}
    return replace(kept, questions=tuple(by_name[one.id] for one in moved))


def lock(kept: Kept, tag: str, *, is_locked: bool) -> Kept:
    """Hold a question in its place when the rest is chosen anew, or let it go."""
    return change(kept, tag, is_locked=is_locked)


def reword(kept: Kept, tag: str, text: str) -> tuple[Kept, str]:
    """Change a question's wording; returns its new tag too."""
    tidy = clean_own(text)
    if tidy == kept.find(tag).text:
        return kept, tag
    _refuse_twin((one for one in kept.questions if one.tag != tag), tidy)
    changed = change(kept, tag, text=tidy)
    return changed, Prepared(tidy).tag


def remove(kept: Kept, tag: str) -> Kept:
    """Take a question out of the set; it comes back last."""
    kept.find(tag)
    rest = tuple(one for one in kept.questions if one.tag != tag)
    return _set_aside(replace(kept, questions=rest), kept)


def add(kept: Kept, text: str) -> tuple[Kept, str]:
    """Put a question of the member's own in, before the closing ones; returns its tag too."""
    tidy = clean_own(text)
    _refuse_twin(kept.questions, tidy)
    if len(kept.questions) >= MOST_IN_A_SET:
        raise UserError(
            f"There are {len(kept.questions)} questions in the set already, and a talk holds five "
            "to seven. Remove one first; your text is still here."
        )
    mine = Prepared(tidy, why=OWN_REASON, is_locked=True)
    place = max(0, len(kept.questions) - len(choice.CLOSERS))
    questions = (*kept.questions[:place], mine, *kept.questions[place:])
    return replace(kept, questions=questions), mine.tag


def change(kept: Kept, tag: str, **values: Any) -> Kept:
    """Change one question of a set."""
    found = kept.find(tag)
    changed = tuple(replace(one, **values) if one is found else one for one in kept.questions)
    return replace(kept, questions=changed)


def _refuse_twin(others: Iterable[Prepared], text: str) -> None:
    if any(one.text.casefold() == text.casefold() for one in others):
        raise UserError("That question is in the set already. Word it differently, or leave it.")


def _chosen(kept: Kept) -> choice.QuestionSet:
    return tuple(Chosen(one.name, one.why, one.probe) for one in kept.questions)


def _prepared(
    bank: Bank, chosen: choice.QuestionSet, before: Sequence[Prepared]
) -> tuple[Prepared, ...]:
    """Turn a choice into a set; what was in it before keeps its wording, its lock and its ticks."""
    known = {one.name: one for one in before}
    return tuple(known.get(one.id) or _fresh(bank, one) for one in chosen)


def _fresh(bank: Bank, one: Chosen) -> Prepared:
    if one.id in bank.own:
        return Prepared(bank.own[one.id], one.id, one.why)
    return Prepared(bank.questions[one.id].text, one.id, one.why, one.probe)


def _set_aside(fresh: Kept, before: Kept) -> Kept:
    stay = {one.name for one in fresh.questions}
    out = (one.id for one in before.questions if one.id and one.name not in stay)
    return replace(fresh, aside=tuple(dict.fromkeys((*before.aside, *out))))


_MOVING = ("questions", "put_aside")
_NAMES = {"is_locked": "locked", "is_asked": "asked"}


def to_rows(questions: Sequence[Prepared]) -> list[dict[str, Any]]:
    """Write a set as plain rows: id, text, and what else is there of why, probe, locked, asked,
    answer and entry.
    """
    return [
        {"id": one.id or None}
        | {
            _NAMES.get(name, name): value
            for name, value in vars(one).items()
            if name != "id" and value
        }
        for one in questions
    ]


def has_set(details: Mapping[str, Any]) -> bool:
    """Tell whether a set is kept in the details of a talk or a contact."""
    return bool(details.get("questions"))


def moving_set(details: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of a contact's details that move to a talk; none without a set."""
    return {name: details[name] for name in _MOVING if name in details}


def set_columns(kept: Kept) -> dict[str, Any]:
    """Write a set as fields of the details of a talk or a contact."""
    return {"questions": to_rows(kept.questions), "put_aside": list(kept.aside)}


def read_set(details: Mapping[str, Any], bank: Bank, minutes: int) -> Kept:
    """Read a set out of the details of a talk or a contact; it may be empty."""
    aside = tuple(str(one) for one in details.get("put_aside", ()))
    return Kept(read_rows(details.get("questions"), bank), minutes, aside=aside)


def without_set(details: Mapping[str, Any]) -> dict[str, Any]:
    """Give a contact's details without a set: it has moved to a talk."""
    gone = (*_MOVING, "question_minutes")
    return {name: value for name, value in details.items() if name not in gone}


def read_rows(rows: Any, bank: Bank) -> tuple[Prepared, ...]:
    """Read a set back; a bare id is a question of the bank, left out when it is there no more.

    Of two with the same words the first is read: buttons could not tell them apart.
    """
    by_tag: dict[str, Prepared] = {}
    for row in cast("Sequence[Any]", rows or ()):
        if (one := _read_row(row, bank)) is not None:
            by_tag.setdefault(one.tag, one)
    return tuple(by_tag.values())


def _read_row(row: Any, bank: Bank) -> Prepared | None:
    if isinstance(row, str):
        known = bank.questions.get(row)
        return Prepared(known.text, row, choice.reason(known), known.probe) if known else None
    told = cast("Mapping[str, Any]", row)
    return Prepared(
        text=str(told["text"]),
        id=str(told.get("id") or ""),
        why=str(told.get("why", "")),
        probe=str(told.get("probe", "")),
        is_locked=bool(told.get("locked")),
        is_asked=bool(told.get("asked")),
        answer=str(told.get("answer", "")),
        entry=str(told.get("entry", "")),
    )

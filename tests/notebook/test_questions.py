"""A set never holds the same words twice, whosever question they are."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from msgspec import structs

from bot.content import Content, Question, load
from bot.errors import UserError
from bot.notebook.own_questions import Own, fitting
from bot.notebook.questions import (
    Bank,
    Kept,
    add,
    bank_of,
    choose_rest,
    choose_set,
    read_rows,
    remove,
    swap,
    to_rows,
)
from bot.rules.question_choice import Situation

NOW = Situation(minutes=30)
SEEDS = range(12)


@pytest.fixture(scope="module")
def content() -> Content:
    return load()


@pytest.fixture
def general(content: Content) -> dict[str, Question]:
    """The questions for any field: few enough that one of them comes soon."""
    few = [one for one in content.questions.values() if not one.fields and not one.stages]
    return {one.id: one for one in few if not one.searchable and one.occasion != "later"}


def words(kept: Kept) -> list[str]:
    return [one.text.casefold() for one in kept.questions]


def is_each_once(kept: Kept) -> bool:
    return len(set(words(kept))) == len(kept.questions)


def test_a_question_of_ones_own_takes_the_place_of_its_twin_in_the_bank(
    content: Content, general: dict[str, Question]
) -> None:
    usual = choose_set(bank_of(content), NOW, Kept((), 30), seed=1)
    for one in usual.questions:
        own = fitting([Own("a", one.text.upper()), Own("b", one.text)], "")
        for seed in SEEDS:
            kept = choose_set(Bank(general, own), NOW, Kept((), 30), seed=seed)
            assert is_each_once(kept)
            assert kept.questions[0].id == "own-a"


def test_a_removed_question_that_was_typed_again_does_not_come_back_beside_it(
    general: dict[str, Question],
) -> None:
    few = Bank(dict(list(general.items())[:8]))  # so few that what was put aside comes again
    kept = choose_set(few, NOW, Kept((), 30), seed=1)
    first = kept.questions[0]
    kept, _ = add(remove(kept, first.tag), first.text.lower())
    for seed in SEEDS:
        assert is_each_once(choose_rest(few, NOW, kept, seed=seed))
        for one in kept.questions:
            with suppress(UserError):  # none of its sort is left
                assert is_each_once(swap(few, NOW, kept, one.tag, seed=seed)[0])


def test_two_packs_with_the_same_question_ask_it_once(general: dict[str, Question]) -> None:
    few = {one.id: one for one in general.values() if one.facets[0] == "path"}
    few = dict(list(few.items())[:5])
    twins = [structs.replace(one, id=f"club_{name}") for name, one in few.items()]
    bank = Bank(few | {one.id: one for one in twins})
    for seed in SEEDS:
        kept = choose_set(bank, NOW, Kept((), 30), seed=seed)
        assert is_each_once(kept)
        assert is_each_once(choose_rest(bank, NOW, kept, seed=seed))


def test_a_stored_set_with_the_same_words_twice_is_read_without_the_second(
    content: Content,
) -> None:
    bank = bank_of(content)
    kept = choose_set(bank, NOW, Kept((), 30), seed=1)
    noted = replace(kept.questions[2], answer="yes", is_asked=True)
    rows = to_rows((*kept.questions[:2], noted, *kept.questions[3:]))
    assert read_rows([*rows, {"text": noted.text}], bank) == read_rows(rows, bank)
    assert read_rows(rows, bank)[2].answer == "yes"

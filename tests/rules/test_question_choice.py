"""A set of questions is the right size, fits the talk, is important first, and closes well."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import FACETS, FIELDS, STAGES, Question, load
from bot.rules.question_choice import (
    ADVICE_REASON,
    CLOSERS,
    LATER_REASON,
    OWN_REASON,
    QuestionSet,
    Situation,
    choose,
    move,
    reason,
    regenerate,
    set_size,
    swap,
)

BANK = load().questions
QUESTIONS = list(BANK.values())
IDS = sorted(BANK)
ADVICE_TO_COME_BACK_ON = {
    one.id for one in QUESTIONS if one.occasion == "later" and one.facets[0] == "advice"
}

SEEDS = st.integers(0, 10_000)
OWN = st.lists(st.sampled_from(["own-1", "own-2", "own-3", "own-4"]), unique=True, max_size=4)


@st.composite
def situations(draw) -> Situation:
    """Any member, contact and history."""
    answered = draw(st.frozensets(st.sampled_from(IDS), max_size=60))
    field = draw(st.sampled_from(["", *FIELDS]))
    return Situation(
        minutes=draw(st.sampled_from([15, 20, 30])),
        field=field,
        curious=draw(st.frozensets(st.sampled_from([*FIELDS, field]), max_size=2)),
        stage=draw(st.sampled_from(["", *STAGES])),
        is_later=draw(st.booleans()),
        answered=answered,
        covered=tuple(sorted({BANK[one].facets[0] for one in answered})),
        put_aside=draw(st.frozensets(st.sampled_from(IDS), max_size=10)),
    )


def question(name: str, facet: str, weight: int = 3, **more) -> Question:
    return Question(id=name, text="What?", facets=(facet,), rules=("R24",), weight=weight, **more)


def asked(chosen: QuestionSet) -> list[Question]:
    return [BANK[one.id] for one in chosen if one.id in BANK]


def closes(one: Question) -> bool:
    return one.facets[0] in CLOSERS and one.id not in ADVICE_TO_COME_BACK_ON


@pytest.mark.parametrize(
    ("minutes", "size"), [(10, 5), (15, 5), (20, 6), (29, 6), (30, 7), (60, 7)]
)
def test_a_longer_talk_holds_more_questions_but_never_more_than_seven(minutes, size):
    assert set_size(minutes) == size


@given(situations(), SEEDS)
def test_the_bank_is_wide_enough_for_a_whole_set_of_different_questions(now, seed):
    chosen = choose(QUESTIONS, now, seed=seed)
    assert len({one.id for one in chosen}) == len(chosen) == set_size(now.minutes)


@given(situations(), SEEDS)
def test_nothing_was_answered_before_or_is_answered_by_a_search(now, seed):
    chosen = asked(choose(QUESTIONS, now, seed=seed))
    assert not {one.id for one in chosen} & now.answered
    assert not any(one.searchable for one in chosen)


@given(situations(), SEEDS)
def test_each_question_suits_the_contact_the_member_and_the_talk(now, seed):
    for one in asked(choose(QUESTIONS, now, seed=seed)):
        assert not one.fields or now.field in one.fields
        assert not one.stages or now.stage in one.stages
        assert one.occasion != "later" or now.is_later


@given(situations(), SEEDS)
def test_two_to_four_are_for_the_field_as_long_as_there_are_some(now, seed):
    count = sum(bool(one.fields) for one in asked(choose(QUESTIONS, now, seed=seed)))
    left = [
        one
        for one in QUESTIONS
        if now.field in one.fields and one.id not in now.answered and not closes(one)
    ]
    assert min(2, len(left)) <= count <= 4 if now.field else count == 0


@given(st.sampled_from(list(FIELDS)), SEEDS)
def test_who_is_curious_about_the_field_gets_one_more_for_it(field, seed):
    def count(curious: frozenset[str]) -> int:
        chosen = choose(QUESTIONS, Situation(30, field, curious), seed=seed)
        return sum(bool(one.fields) for one in asked(chosen))

    assert (count(frozenset()), count(frozenset({field}))) == (3, 4)


@given(situations(), SEEDS)
def test_the_important_ones_come_first_and_advice_and_a_name_come_last(now, seed):
    chosen = asked(choose(QUESTIONS, now, seed=seed))
    body = [one for one in chosen if not closes(one)]
    order = [
        (one.id not in ADVICE_TO_COME_BACK_ON, one.occasion != "later", -one.weight) for one in body
    ]
    assert order == sorted(order)
    assert [one.facets[0] for one in chosen[len(body) :]] == list(CLOSERS)


@given(situations(), SEEDS)
def test_a_later_talk_opens_by_coming_back_on_their_advice(now, seed):
    chosen = choose(QUESTIONS, now, seed=seed)
    can_come_back = now.is_later and ADVICE_TO_COME_BACK_ON - now.answered
    assert (chosen[0].id in ADVICE_TO_COME_BACK_ON) == bool(can_come_back)


@given(st.sampled_from(["", *FIELDS]), st.sampled_from([15, 20, 30]), SEEDS)
def test_a_first_set_visits_no_topic_twice(field, minutes, seed):
    topics = [
        one.facets[0] for one in asked(choose(QUESTIONS, Situation(minutes, field), seed=seed))
    ]
    assert len(set(topics)) == len(topics)


@given(st.sampled_from(STAGES), st.sampled_from([20, 30]), SEEDS)
def test_a_talk_of_some_length_has_a_question_for_where_the_member_stands(stage, minutes, seed):
    chosen = asked(choose(QUESTIONS, Situation(minutes, "law", stage=stage), seed=seed))
    assert any(one.stages for one in chosen)


@given(situations(), SEEDS)
def test_each_says_why_it_is_in_the_set_and_how_to_go_on(now, seed):
    for one in choose(QUESTIONS, now, seed=seed):
        assert one.why.endswith(".")
        assert one.why[0].isupper()
        assert one.probe == BANK[one.id].probe


@given(situations(), SEEDS, SEEDS)
def test_the_same_seed_gives_the_same_set_whatever_the_order_of_the_bank(now, seed, other):
    order = Random(other).sample(QUESTIONS, len(QUESTIONS))
    assert choose(order, now, seed=seed) == choose(QUESTIONS, now, seed=seed)


def test_another_seed_can_give_another_set():
    assert len({choose(QUESTIONS, Situation(20), seed=seed) for seed in range(20)}) > 10


def test_topics_that_were_covered_wait_behind_the_others():
    bank = [question("a", "path", 5), question("b", "day", 1), question("c", "referral", 5)]
    bank += [question(f"f{number}", "field", 2) for number in range(3)]
    few = choose(bank, Situation(15, covered=("path",) * 4), seed=1)
    assert "a" not in {one.id for one in few}
    assert "a" in {one.id for one in choose(bank, Situation(15), seed=1)}


def test_what_was_put_aside_comes_back_only_when_nothing_else_is_left():
    bank = [question("unwanted", "path", 5), *(question(f"q{n}", "path", 1) for n in range(5))]
    aside = frozenset({"unwanted"})
    assert "unwanted" not in {
        one.id for one in choose(bank, Situation(15, put_aside=aside), seed=1)
    }
    few = choose(bank[:3], Situation(15, put_aside=aside), seed=1)
    assert "unwanted" in {one.id for one in few}


def test_a_bank_that_is_used_up_gives_fewer_and_does_not_fail():
    assert choose(QUESTIONS, Situation(20, answered=frozenset(IDS)), seed=1) == ()
    assert choose([], Situation(20, "law"), seed=1) == ()
    assert set(FACETS) >= set(CLOSERS)


@given(situations(), SEEDS, OWN)
def test_own_questions_open_the_set_and_it_still_closes_well(now, seed, own):
    chosen = choose(QUESTIONS, now, seed=seed, own=own)
    assert [one.id for one in chosen[: len(own)]] == own
    assert all(one.why == OWN_REASON for one in chosen[: len(own)])
    assert [one.facets[0] for one in asked(chosen[-2:])] == list(CLOSERS)
    assert 5 <= len(chosen) <= 7


def test_more_own_questions_than_a_talk_holds_are_all_kept():
    own = [f"own-{number}" for number in range(9)]
    assert [one.id for one in choose(QUESTIONS, Situation(15), seed=1, own=own)] == own


@given(situations(), SEEDS, st.data())
def test_locked_ones_stay_in_their_places_and_the_rest_is_new(now, seed, data):
    first = choose(QUESTIONS, now, seed=seed)
    locked = data.draw(st.sets(st.sampled_from([one.id for one in first]), max_size=5))
    second = regenerate(first, locked, QUESTIONS, now, seed=seed + 1)
    assert len({one.id for one in second}) == len(second) == len(first)
    for place, one in enumerate(first):
        assert (second[place] == one) == (one.id in locked)
    assert not {one.id for one in second if one.id not in locked} & now.answered


@given(situations(), SEEDS, st.data())
def test_a_swap_changes_one_question_for_another_of_its_sort(now, seed, data):
    first = choose(QUESTIONS, now, seed=seed, own=["own-1"])
    place = data.draw(st.integers(0, len(first) - 1))
    second = swap(first, first[place].id, QUESTIONS, now, seed=seed)
    assert [one for one in second if one in first] == [
        one for number, one in enumerate(first) if number != place
    ]
    fresh = second[place].id
    assert fresh not in now.answered
    out = BANK.get(first[place].id)
    if out is not None:
        assert closes(BANK[fresh]) == closes(out)
        assert not closes(out) or BANK[fresh].facets[0] == out.facets[0]


def test_a_swap_without_another_question_leaves_the_set_as_it_is():
    bank = [question("a", "path"), question("b", "advice"), question("c", "referral")]
    only = choose(bank, Situation(15), seed=1)
    for one in only:
        assert swap(only, one.id, bank, Situation(15), seed=1) == only
    assert swap(only, "unknown", bank, Situation(15), seed=1) == only


@given(SEEDS, st.integers(0, 5), st.integers(-9, 9))
def test_a_moved_question_stops_at_the_ends_and_the_others_keep_their_order(seed, place, step):
    first = choose(QUESTIONS, Situation(20), seed=seed)
    moved = first[place]
    second = move(first, moved.id, step)
    assert second.index(moved) == max(0, min(5, place + step))
    assert [one for one in second if one != moved] == [one for one in first if one != moved]
    assert Counter(second) == Counter(first)
    assert move(first, "unknown", step) == first


def test_a_question_without_a_reason_of_its_own_gets_one():
    assert reason(question("a", "day")).startswith("It shows what the work")
    assert reason(question("a", "day", fields=("law",))).startswith("For their field: it shows")
    assert reason(question("a", "day", stages=("final_year",))).startswith("It fits your last year")
    assert reason(question("a", "advice", occasion="later")) == ADVICE_REASON
    assert reason(question("a", "day", occasion="later")) == LATER_REASON
    assert reason(question("a", "day", why="Because.")) == "Because."

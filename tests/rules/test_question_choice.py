"""A set of questions is the right size, spread, important first, and closes well."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import FACETS, Question, load
from bot.rules.question_choice import choose, set_size

BANK = load().questions
QUESTIONS = list(BANK.values())
IDS = sorted(BANK)

SEEDS = st.integers(0, 10_000)
SEEN = st.sets(st.sampled_from(IDS), max_size=40)
MINUTES = st.sampled_from([15, 20, 30])


def question(name: str, facet: str, weight: int = 3) -> Question:
    return Question(id=name, text="What?", facets=(facet,), rules=("R24",), weight=weight)


@pytest.mark.parametrize(
    ("minutes", "size"), [(10, 5), (15, 5), (20, 6), (29, 6), (30, 7), (60, 7)]
)
def test_a_longer_talk_holds_more_questions_but_never_more_than_seven(minutes, size):
    assert set_size(minutes) == size
    assert len(choose(QUESTIONS, minutes=minutes, seed=1)) == size


@given(minutes=MINUTES, seen=SEEN, seed=SEEDS)
def test_no_question_comes_twice_or_was_answered_or_is_answered_by_a_search(minutes, seen, seed):
    chosen = [c.id for c in choose(QUESTIONS, minutes=minutes, seen_ids=seen, seed=seed)]
    assert len(chosen) == len(set(chosen)) <= set_size(minutes)
    assert not set(chosen) & seen
    assert not any(BANK[name].searchable for name in chosen)


@given(minutes=MINUTES, seen=SEEN, seed=SEEDS)
def test_the_important_ones_come_first_and_advice_and_a_name_come_last(minutes, seen, seed):
    chosen = [BANK[c.id] for c in choose(QUESTIONS, minutes=minutes, seen_ids=seen, seed=seed)]
    topics = [q.facets[0] for q in chosen]
    weights = [q.weight for q in chosen if q.facets[0] not in ("advice", "referral")]
    assert weights == sorted(weights, reverse=True)
    assert topics.count("advice") <= 1
    assert topics.count("referral") <= 1
    closers = [topic for topic in topics if topic in ("advice", "referral")]
    assert topics[len(topics) - len(closers) :] == closers == sorted(closers)


@given(minutes=MINUTES, seed=SEEDS)
def test_a_fresh_set_visits_no_topic_twice_and_says_why_each_is_in_it(minutes, seed):
    chosen = choose(QUESTIONS, minutes=minutes, seed=seed)
    topics = [BANK[c.id].facets[0] for c in chosen]
    assert len(set(topics)) == len(topics)
    assert topics[-2:] == ["advice", "referral"]
    assert all(c.why.endswith(".") for c in chosen)


@given(seen=SEEN, seed=SEEDS, order=st.permutations(QUESTIONS))
def test_the_same_seed_gives_the_same_set_whatever_the_order_of_the_bank(seen, seed, order):
    first = choose(QUESTIONS, minutes=20, seen_ids=seen, seed=seed)
    assert choose(order, minutes=20, seen_ids=seen, seed=seed) == first


def test_another_seed_can_give_another_set():
    assert len({choose(QUESTIONS, minutes=20, seed=seed) for seed in range(20)}) > 1


def test_topics_that_were_covered_wait_behind_the_others():
    bank = [question("a", "path", 5), question("b", "day", 1), question("c", "referral", 5)]
    bank += [question(f"f{i}", "field", 2) for i in range(3)]
    chosen = choose(bank[:3] + bank[3:4], minutes=15, asked_facets=["path"], seed=1)
    assert {c.id for c in chosen} == {"a", "b", "c", "f0"}
    few = choose([replace(q) for q in bank], minutes=15, asked_facets=["path"] * 3, seed=1)
    assert "a" not in {c.id for c in few}


def test_a_bank_that_is_used_up_gives_fewer_and_does_not_fail():
    assert choose(QUESTIONS, minutes=20, seen_ids=IDS, seed=1) == ()
    assert set(FACETS) >= {"advice", "referral"}

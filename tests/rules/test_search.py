"""What is typed finds whoever has a word that begins with it, whatever stands before the word."""

from __future__ import annotations

import pytest

from bot.rules.search import best_matches, is_clear_match


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("physio", "Rosa Vega · Nursing/physiotherapy"),
        ("maria", "Anna-Maria Kunz"),
        ("otto", "Rosa Vega (Otto's owner)"),
        ("otto", "Rosa Vega · dogs:Otto,Rex"),
        ("rex", "Rosa Vega · dogs:Otto,Rex"),
        ("oncology", "Rosa Vega · ICU–oncology"),
        ("otto", "Rosa Vega · “Otto”"),
        ("ecole", "Rosa Vega · lycée/École normale"),
        ("école", "Rosa Vega · lycée/École normale"),
        ("ozturk", "Ayşe Şahin-Öztürk"),
        ("физика", "Роза Вега · химия/физика"),
        ("αθήνα", "Ρόζα Βέγα · (Αθήνα)"),
        ("上海", "王芳 · 北京/上海"),
        ("김", "이-김 지우"),
        ("दिल्ली", "रोज़ा · मुंबई/दिल्ली"),
        ("c++", "Rosa Vega · Rust/C++"),
    ],
)
def test_a_word_begins_after_any_sign(typed: str, label: str) -> None:
    lead = f"{typed} begins this one"  # as long as another does, typos are not forgiven
    assert best_matches(typed, [lead, label], limit=5) == [0, 1]


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("ana", "Susana Vega"),
        ("ana", "Hernández-Lozanaga"),
        ("лог", "Роза · биолог"),
        ("न", "हिन्दी"),  # after a vowel sign, which is no letter by itself
        ("द", "हिन्दी"),
        ("수", "김철수"),
        ("5", "Room 205"),
    ],
)
def test_no_word_begins_within_a_word(typed: str, label: str) -> None:
    lead = f"{typed} begins this one"
    assert best_matches(typed, [lead, label], limit=5) == [0]


def test_a_later_word_counts_where_the_same_letters_stood_within_one_before() -> None:
    assert best_matches("ana", ["ana", "Susana de-Ana"], limit=5) == [0, 1]


def test_who_is_meant_is_asked_when_both_halves_of_a_name_could_be() -> None:
    assert not is_clear_match("maria", ["Maria Lopez · Nurse", "Anna-Maria Kunz"])
    assert is_clear_match("maria", ["Anna-Maria Kunz", "Rosa Vega"])


_FIVE = [f"{name} · Vega" for name in ("Al", "Bo", "Cy", "Di", "Ed")]


def test_who_has_exactly_that_name_comes_first_however_long_their_line_is() -> None:
    people = ["Rosa Diaz", "Rosa · BigCorp International · Director"]
    assert best_matches("rosa", people, limit=5) == [1, 0]
    assert best_matches("rosa", [*[f"Rosa {n}" for n in "ABCDE"], people[1]], limit=5)[0] == 5


def test_a_line_is_the_clear_one_only_where_it_stands_first() -> None:
    assert is_clear_match("rosa", ["Rosa · BigCorp International", "Rosa Diaz"])
    assert not is_clear_match("rosa", ["Rosa Diaz", "Rosa · BigCorp International"])


def test_a_name_counts_before_a_workplace_so_that_nobody_meant_is_cut_off() -> None:
    people = ["Al Vega", *_FIVE, "Bo Vega · the longest line of all"]
    found = best_matches("vega", people, limit=5)
    assert found[:2] == [0, 6]
    assert not is_clear_match("vega", [people[index] for index in found])

"""What to call somebody in a sentence, whatever their name is typed like."""

from __future__ import annotations

import pytest

from bot.rules.names import called, initials, without_surname


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Rosa Vega", "Rosa"),
        ("Rosa", "Rosa"),
        ("  Rosa   Vega ", "Rosa"),
        ("María José Fernández", "María"),
        ("山田", "山田"),
    ],
)
def test_most_people_are_called_by_their_first_name(name: str, wanted: str) -> None:
    assert called(name) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Dr. Meyer", "Dr. Meyer"),
        ("dr Leo Meyer", "dr Meyer"),
        ("Prof. Kim", "Prof. Kim"),
        ("Prof. Dr. Ada Kim", "Prof. Kim"),
        ("Mr. Leo Meyer", "Mr. Meyer"),
        ("Ms Ana Lucía de la Vega", "Ms de la Vega"),
        ("Dr. Leo van der Berg", "Dr. van der Berg"),
        ("Dr. Ada Kim, PhD", "Dr. Kim"),
        ("Mrs. Ann Lee Jr.", "Mrs. Lee"),
    ],
)
def test_who_has_a_title_is_called_by_title_and_family_name(name: str, wanted: str) -> None:
    assert called(name) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Aunt Rosa", "Aunt Rosa"),
        ("uncle Bob Lee", "uncle Bob"),
        ("Grandma", "Grandma"),
        ("Coach Lee Park", "Coach Lee"),
        ("Pastor Kim", "Pastor Kim"),
    ],
)
def test_family_and_people_one_knows_by_what_they_are_keep_both(name: str, wanted: str) -> None:
    assert called(name) == wanted


@pytest.mark.parametrize("name", ["R. Vega", "J. R. Lee", "J R", "Vega, Rosa", "Dr.", ""])
def test_a_name_that_cannot_be_taken_apart_stays_whole(name: str) -> None:
    assert called(name) == name


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Rosa Vega", "Rosa"),
        ("Rosa", "Rosa"),
        ("Aunt Rosa", "Aunt Rosa"),
        ("Dr. Ana Vega", "Dr. V."),
        ("Prof. Dr. Jan van Dijk", "Prof. V. D."),
        ("Vega, Rosa", "V. R."),
        ("J. K. Rowling", "J. K. R."),
        ("✨", "✨"),
    ],
)
def test_where_others_look_on_nobody_is_called_by_a_family_name(name: str, wanted: str) -> None:
    assert without_surname(name) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Rosa Vega", "R. V."),
        ("Dr. Ana Vega, PhD", "A. V."),
        ("e\u0301va straße", "É. S."),
        ("李 雷", "李. 雷."),
        ("✨", "✨"),
        ("", ""),
    ],
)
def test_initials_are_the_first_letters_of_a_name(name: str, wanted: str) -> None:
    assert initials(name) == wanted

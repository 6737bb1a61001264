"""What to call somebody in a sentence, whatever their name is typed like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.names import addressed, called, initials, without_surname


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


@pytest.mark.parametrize(
    ("name", "to_them", "to_me"),
    [
        ("my aunt, Mercy Hospital", "", "your aunt"),
        ("My mom", "Mom", "Mom"),
        ("our grandma", "Grandma", "Grandma"),
        ("the lady next door", "", "the lady next door"),
        ("The Boss", "", "the Boss"),
        ("my former boss", "", "your former boss"),
        ("My former boss at Mercy", "", "your former boss at Mercy"),
        ("former boss", "", "your former boss"),
        ("an old friend", "", "an old friend"),
        ("my Spanish teacher", "", "your Spanish teacher"),
        ("mum's friend", "", "mum's friend"),
        ("mum's friend Leo", "Leo", "Leo"),
        ("my friend Rosa Vega", "Rosa", "Rosa"),
        ("my friend Rosa Vega from church", "Rosa", "Rosa"),
        ("my Aunt Rosa", "Aunt Rosa", "Aunt Rosa"),
        ("my cousin Leo Park", "Cousin Leo", "Cousin Leo"),
        ("my dentist Dr. Ana Vega", "Dr. Vega", "Dr. Vega"),
        ("my old boss Ana de la Cruz", "Ana", "Ana"),
        ("My Nguyen", "My", "My"),
        ("An Tran", "An", "An"),
        ("A. Vega", "A. Vega", "A. Vega"),
    ],
)
def test_a_description_is_not_what_somebody_is_called(name: str, to_them: str, to_me: str) -> None:
    assert addressed(name) == to_them
    assert called(name) == to_me


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("my friend Rosa Vega", "Rosa"),
        ("my dentist Dr. Ana Vega", "Dr. V."),
        ("my former boss", "your former boss"),
    ],
)
def test_a_description_shows_no_family_name_to_others_either(name: str, wanted: str) -> None:
    assert without_surname(name) == wanted


@pytest.mark.parametrize(
    ("name", "to_me", "to_others", "letters"),
    [
        ("🚀 Rosa Vega", "Rosa", "Rosa", "R. V."),
        ("🦊 ד״ר רוזה כהן 🦊", "ד״ר", "ד״ר", "ד. ר. כ."),
        ("✨ Dr. Ana Vega 🩺", "Dr. Vega", "Dr. V.", "A. V."),
        ("1️⃣ Rosa Vega", "Rosa", "Rosa", "R. V."),
        ("⭐ Aunt Rosa", "Aunt Rosa", "Aunt Rosa", "A. R."),
        ("🚀 R. Vega", "R. Vega", "R. V.", "R. V."),
        ("- my friend Rosa Vega 🌹", "Rosa", "Rosa", "M. F. R. V."),
        ("🦷 my dentist", "your dentist", "your dentist", "M. D."),
        ("7 of 9", "7 of 9", "7. O. 9.", "7. O. 9."),
        ("2 Chainz", "2 Chainz", "2. C.", "2. C."),
        ("🚀 🦊", "🚀 🦊", "🚀 🦊", "🚀 🦊"),
    ],
)
def test_signs_around_a_name_are_no_part_of_it(
    name: str, to_me: str, to_others: str, letters: str
) -> None:
    assert (called(name), without_surname(name), initials(name)) == (to_me, to_others, letters)


_SIGNS = st.lists(st.sampled_from(["🚀", "🦊", "☎️", "✨", "-", "•", "…", "👩🏽‍⚕️", "3️⃣"]), max_size=3)


@given(
    st.sampled_from(
        ["Rosa Vega", "Dr. Ana Vega", "Aunt Rosa", "李 雷", "my friend Leo", "my boss"]
    ),
    _SIGNS,
    _SIGNS,
)
def test_however_many_signs_stand_around_a_name(
    name: str, before: list[str], after: list[str]
) -> None:
    signed = " ".join((*before, name, *after))
    for say in (called, addressed, without_surname, initials):
        assert say(signed) == say(name)

"""The field of a role is found where it says one, and never guessed out of nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import FIELDS
from bot.rules.fields import Guess, Wish, guess_field, guess_wish, is_warm, read_work, warm
from bot.rules.fields._reading import index
from bot.rules.fields._wide import wide

ANY_TEXT = st.text(max_size=400)


def test_every_title_and_every_word_leads_to_a_field_that_there_is():
    there = index()
    shelves = (there.role, there.hint, there.level, there.organization)
    named = {known.field for shelf in shelves for known in shelf.values()}
    named |= {known.field for titles in there.titles.values() for known in titles}
    assert named == set(FIELDS)


def test_every_name_of_several_fields_leads_to_fields_that_there_are():
    for words, named in wide().items():
        assert words
        assert set(named.fields) <= set(FIELDS)
        assert 1 < len(named.fields) == len(set(named.fields))


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("health care", "Health care"),
        ("the healthcare industry", "Health care"),
        ("Health Care (hospital)", "Health care"),
        ("something medical", "Health care"),
        ("STEM", "Science and technology"),
        ("digital art", "The arts"),
        ("international business", "Business"),
    ],
)
def test_a_wish_may_name_several_fields_at_once(wish, name):
    assert guess_wish(wish).name == name
    assert len(guess_wish(wish).fields) > 1


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ("nursing", "medicine_and_nursing"),
        ("hospital pharmacist", "allied_health"),
        ("medical sales", "sales"),
        ("nurse practitioner in health care", "medicine_and_nursing"),
        ("social work", "counseling_and_social_work"),
        ("business law", "law"),
        ("art therapy", "counseling_and_social_work"),
        ("public policy", "social_science_and_policy"),
    ],
)
def test_a_narrower_wish_stays_as_narrow_as_it_is(wish, field):
    assert guess_wish(wish) == Wish((field,))


@pytest.mark.parametrize("wish", ["", "work", "xyzzy", "😀"])
def test_a_wish_that_says_nothing_is_for_no_field(wish):
    assert guess_wish(wish) == Wish()


@given(ANY_TEXT)
def test_any_wish_gives_fields_that_there_are(wish):
    assert set(guess_wish(wish).fields) <= set(FIELDS)


@pytest.mark.parametrize(
    ("role", "field"),
    [
        ("Registered nurse", "medicine_and_nursing"),
        ("RN", "medicine_and_nursing"),
        ("stage manager", "performing_arts"),
        ("Theatre director", "performing_arts"),
        ("SRE", "software_and_it"),
        ("an accountant for a hospital", "finance_and_accounting"),
        ("Sales engineer", "sales"),
        ("senior software engineers (payments)", "software_and_it"),
        ("case manager, housing", "counseling_and_social_work"),
    ],
)
def test_a_role_that_names_its_work_gives_its_field(role, field):
    guess = guess_field(role)
    assert guess.field == field
    assert guess.score >= 60
    assert guess.title


@pytest.mark.parametrize("role", ["sofware enginer", "Jurnalist", "ELECTRICAN"])
def test_a_slip_of_the_finger_does_no_harm(role):
    assert guess_field(role).field in {
        "software_and_it",
        "writing_and_journalism",
        "construction_and_trades",
    }


@pytest.mark.parametrize(
    "role", ["", "   ", "friend of my mother", "Sachbearbeiterin", "人事", "😀", "x" * 300]
)
def test_what_says_nothing_gives_no_field(role):
    assert guess_field(role) == Guess()


def test_it_is_no_department_unless_in_capitals():
    assert guess_field("I like it there").field is None
    assert guess_field("I work in IT there").field == "software_and_it"


@pytest.mark.parametrize(
    ("role", "field"),
    [
        ("therapist at a high school", "counseling_and_social_work"),
        ("apprentice at a landscape architecture practice", "architecture"),
        ("auto body shop owner", "production_and_repair"),
        ("software sales, calls on banks", "sales"),
        ("sports broadcaster", "film_and_media"),
        ("food safety auditor", "agriculture_and_food"),
        ("vice president of compliance", "law"),
    ],
)
def test_a_place_a_rank_or_a_common_head_gives_way_to_what_the_work_is(role, field):
    assert guess_field(role).field == field


def test_a_trade_may_stand_before_or_after_what_it_is_about():
    for role in ("Nurse, mental health", "mental health nurse"):
        assert guess_field(role).field == "medicine_and_nursing"


def test_a_word_of_the_kin_of_a_known_one_leans_as_that_does():
    guess = guess_field("something audiological")
    assert guess.field == "allied_health"
    assert guess.score <= 50


@pytest.mark.parametrize(
    ("role", "field"),
    [
        ("Lehrerin", "teaching"),
        ("ingeniero de software", "software_and_it"),
        ("infirmière", "medicine_and_nursing"),
    ],
)
def test_common_work_is_known_in_other_languages(role, field):
    assert guess_field(role).field == field


def test_the_first_guess_is_quick_once_the_words_were_read_ahead():
    index.cache_clear()
    assert not is_warm()
    warm()
    assert is_warm()
    began = time.process_time()
    guess_field("staff nurse")
    assert time.process_time() - began < 0.02


def test_the_organisation_decides_only_where_the_role_says_nothing():
    assert guess_field("associate", "Smith & Jones LLP").field == "law"
    assert guess_field("accountant", "Smith & Jones LLP").field == "finance_and_accounting"
    assert guess_field("associate", "Smith & Jones LLP").score <= 50


@pytest.mark.parametrize(
    "role",
    [
        "nurse",
        "level designer",
        "teacher",
        "software engineer",
        "accountant",
        "dermatologist",
        "nanny",
        "a nurse",
        "pediatric nurse in the ER",
        "professor of biology",
        "writer and editor",
        "editor at large",
        "R&D engineer",
        "traffic planner",
        "Nurse",
        "Level Designer",
        "Registered Nurse",
        "Senior Product Designer",
        "Professor of Biology",
        "Flight Attendant",
    ],
)
def test_a_role_alone_is_no_workplace(role: str):
    assert read_work(role) == (role, "")


@pytest.mark.parametrize(
    "name",
    [
        "Mercy Hospital",
        "Baker Street Books",
        "Nurse Family Partnership",
        "Google",
        "hospital",
        "law firm",
        "mercy hospital",
        "baker street books",
        "Carpenter & Sons",
        "Teachers College",
        "Engineers Without Borders",
        "Chef's Warehouse",
        "American Nurses Association",
        "Designer Brands",
        "Trader Joe's",
        "Hunter College",
        "Potter",
        "Coach",
        "Baker",
        "Barnes & Potter",
        "Ann Taylor",
        "The Economist",
        "the economist",
        "The Examiner",
        "American Institute of Architects",
        "House of Representatives",
        "penn state at erie",
        "my professor",
        "University of Texas at Austin",
        "the city of Potsdam",
        "Law office of Jane Baker",
        "Teach For America",
        "dollar general",
        "chicago police",
        "Charité",
    ],
)
def test_a_workplace_whose_name_holds_a_role_stays_one(name: str):
    assert read_work(name) == ("", name)


@pytest.mark.parametrize(
    ("said", "role", "organization"),
    [
        ("traffic planner at the city of Potsdam", "traffic planner", "the city of Potsdam"),
        ("Software Engineer at Baker Hughes", "Software Engineer", "Baker Hughes"),
        ("nurse @ Mercy", "nurse", "Mercy"),
        ("intern at Google", "intern", "Google"),
        ("professor of biology at Hill College", "professor of biology", "Hill College"),
    ],
)
def test_a_role_at_a_workplace_is_both(said: str, role: str, organization: str):
    assert read_work(said) == (role, organization)


@given(ANY_TEXT)
def test_what_was_typed_of_somebodys_work_is_never_lost(text: str):
    role, organization = read_work(text)
    assert (role or organization) in text
    assert set(text.split()) - set(f"{role} {organization}".split()) <= {
        "at",
        "At",
        "AT",
        "aT",
        "@",
    }


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_whatever_gives_a_guess_and_the_same_each_time(role, organization):
    guess = guess_field(role, organization)
    assert guess == guess_field(role, organization)
    assert guess.field is None or guess.field in FIELDS
    assert 0 <= guess.score <= 100


def test_only_the_beginning_of_a_very_long_role_is_looked_at():
    guess_field("")
    began = time.process_time()
    for _ in range(20):
        guess_field("unheardofness " * 10_000)
    assert (time.process_time() - began) / 20 < 0.02

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.rules.scoring import (
    CAPS,
    LATE_DAYS,
    MEANINGS,
    Deed,
    Measure,
    Share,
    Term,
    Window,
    check_terms,
    goal_reached,
    points_of,
    ranks,
    score,
    share_of,
    team_average,
    weeks_in_a_row,
)

START = date(2026, 3, 2)  # a Monday; the clocks change in the US on the 8th
WINDOW = Window(START, START + timedelta(days=29))
DAY = START.toordinal()
TERMS = (Term(Measure.TALKS, 2, 5), Term(Measure.THANKS, 3), Term(Measure.WEEKS, 1))

deeds_of_one = st.builds(
    lambda day, late: Deed(DAY + day, DAY + day + late), st.integers(-9, 45), st.integers(0, 12)
)
all_deeds = st.dictionaries(
    st.sampled_from([one for one in Measure if one is not Measure.WEEKS]),
    st.lists(deeds_of_one, max_size=25),
)
every_term = tuple(Term(measure, 1 + number) for number, measure in enumerate(Measure))


def on(*days: int, late: int = 0) -> list[Deed]:
    return [Deed(DAY + day, DAY + day + late) for day in days]


@given(all_deeds, st.sampled_from(sorted(CAPS)), deeds_of_one)
def test_one_deed_more_never_takes_points_and_removing_it_takes_its_own_back(deeds, measure, more):
    before = score(every_term, deeds, WINDOW)
    after = score(every_term, {**deeds, measure: [*deeds.get(measure, []), more]}, WINDOW)
    assert after.points >= before.points
    assert score(every_term, deeds, WINDOW) == before


@given(st.lists(deeds_of_one, max_size=12), st.sampled_from(list(CAPS)))
def test_a_measure_counts_as_the_caps_say_one_by_one(deeds, measure):
    last = DAY + (32 if measure is Measure.THANKS else 29)  # a talk of the last day is thanked for
    in_time = [deed for deed in deeds if DAY <= deed.day <= last and deed.noted <= deed.day + 7]
    in_time = [deed for deed in in_time if deed.noted <= DAY + 32]
    caps = CAPS[measure]
    days = Counter(deed.day for deed in in_time)
    weeks = Counter[int]()
    for day, count in days.items():
        weeks[(day - DAY) // 7] += min(count, caps.day)
    noted = Counter(deed.noted for deed in in_time)
    counted = min(
        sum(min(count, caps.week) for count in weeks.values()),
        sum(min(count, caps.noted) for count in noted.values()),
    )
    assert score((Term(measure),), {measure: deeds}, WINDOW).points == counted


@pytest.mark.parametrize(
    ("days", "most", "is_capped"),
    [
        ((0, 0, 3), 0, False),
        ((0, 0, 0), 0, True),  # three on one day
        ((0, 1, 2, 3, 4), 0, True),  # five in one week
        ((0, 7, 14), 2, False),  # the challenge's own limit, which its terms tell
        ((0, 0, 0), 2, False),
        ((0, 0, 0, 7), 5, True),
    ],
)
def test_more_than_counts_of_a_day_or_a_week_is_told_from_the_most_of_a_challenge(
    days, most, is_capped
):
    terms = (Term(Measure.TALKS, 3, most),)
    assert score(terms, {Measure.TALKS: on(*days)}, WINDOW).is_capped == is_capped


@given(all_deeds, st.integers(0, 29))
def test_the_points_of_deeds_in_time_are_those_of_their_score(deeds, day):
    own = WINDOW.since(START + timedelta(days=day))
    start, until = own.starts_on.toordinal(), own.still_counting_until.toordinal()
    in_time = {
        measure: [
            deed
            for deed in theirs
            if start <= deed.day <= own.last_day_of(measure).toordinal()
            and deed.noted <= min(until, deed.day + LATE_DAYS)
        ]
        for measure, theirs in deeds.items()
    }
    assert points_of(every_term, in_time, own) == score(every_term, deeds, own).points


@given(all_deeds, st.randoms())
def test_the_order_in_which_things_were_noted_does_not_matter(deeds, chance):
    shuffled = {measure: chance.sample(theirs, len(theirs)) for measure, theirs in deeds.items()}
    assert score(every_term, shuffled, WINDOW) == score(every_term, deeds, WINDOW)


@given(all_deeds)
def test_no_measure_passes_its_cap_of_a_day_or_a_week(deeds):
    weeks = -(-WINDOW.days // 7) + 1  # thank-yous may come three days later
    for part in score(every_term, deeds, WINDOW).parts:
        if part.measure is Measure.WEEKS:
            assert part.counted <= weeks
        else:
            assert part.counted <= CAPS[part.measure].week * weeks
            days = {deed.day for deed in deeds.get(part.measure, ())}
            assert part.counted <= CAPS[part.measure].day * len(days)


@given(all_deeds, st.integers(0, 29))
def test_who_joins_later_never_has_more_than_from_the_start(deeds, day):
    talks = {Measure.TALKS: deeds.get(Measure.TALKS, [])}
    late = WINDOW.since(START + timedelta(days=day // 7 * 7))
    terms = (Term(Measure.TALKS),)
    assert score(terms, talks, late).points <= score(terms, talks, WINDOW).points


@settings(max_examples=30)
@given(st.integers(10, 800), st.integers(0, 29))
def test_any_number_of_people_noted_on_one_day_is_worth_a_few(many, day):
    spam = {measure: on(*[day] * many) for measure in CAPS}
    for part in score(tuple(Term(measure) for measure in CAPS), spam, WINDOW).parts:
        assert part.counted <= 3


def test_a_deed_counts_when_noted_within_seven_days():
    assert score(TERMS, {Measure.TALKS: on(3, late=7)}, WINDOW).count(Measure.TALKS) == 1
    assert score(TERMS, {Measure.TALKS: on(3, late=8)}, WINDOW).points == 0


def test_after_the_end_talks_are_over_but_thank_yous_and_notes_have_three_days():
    last = WINDOW.days - 1
    assert score(TERMS, {Measure.TALKS: on(last + 1)}, WINDOW).points == 0
    assert score(TERMS, {Measure.TALKS: on(last, late=3)}, WINDOW).count(Measure.TALKS) == 1
    assert score(TERMS, {Measure.TALKS: on(last, late=4)}, WINDOW).points == 0
    assert score(TERMS, {Measure.THANKS: on(last + 3)}, WINDOW).count(Measure.THANKS) == 1
    assert score(TERMS, {Measure.THANKS: on(last + 4)}, WINDOW).points == 0
    assert WINDOW.still_counting_until == date(2026, 4, 3)


def test_what_came_before_a_late_joiner_does_not_count():
    own = WINDOW.since(START + timedelta(days=10))
    assert score(TERMS, {Measure.TALKS: on(9, 10)}, own).count(Measure.TALKS) == 1


def test_points_are_deeds_times_their_weight_up_to_the_most():
    result = score(TERMS, {Measure.TALKS: on(0, 3, 8, 12, 16, 20, 25)}, WINDOW)
    assert (result.count(Measure.TALKS), result.parts[0].points) == (5, 10)


@pytest.mark.parametrize(
    ("days", "weeks"),
    [
        ((), 0),
        ((0,), 1),
        ((0, 6), 1),
        ((0, 7, 14, 21, 28), 5),
        ((0, 14, 21), 3),  # the second week was missed, and is forgiven
        ((0, 14, 28), 2),  # only one is
        ((7, 21), 2),
        ((40,), 0),
    ],
)
def test_one_missed_week_is_forgiven(days, weeks):
    assert weeks_in_a_row([DAY + day for day in days], WINDOW) == weeks


def test_equal_points_share_a_rank():
    assert ranks([5, 9, 5, 1]) == [2, 1, 2, 4]
    assert ranks([]) == []


def test_the_average_makes_a_small_team_equal_and_counts_late_joiners_in_part():
    assert team_average([Share(10, 1)] * 2) == team_average([Share(10, 1)] * 20) == 10
    half = WINDOW.since(START + timedelta(days=15))
    assert team_average([share_of(10, WINDOW, WINDOW), share_of(5, half, WINDOW)]) == 10
    assert team_average([]) == 0


def test_who_joins_on_the_last_day_does_not_lift_a_team_out_of_sight():
    last = WINDOW.since(WINDOW.ends_on)
    assert team_average([share_of(5, last, WINDOW)]) == 20


def test_a_goal_is_reached_at_most_once():
    assert (goal_reached(25, 100), goal_reached(300, 100), goal_reached(3, 0)) == (0.25, 1, 0)


def test_everything_that_can_be_counted_has_a_meaning_and_caps():
    assert set(MEANINGS) == set(Measure)
    assert set(CAPS) == set(Measure) - {Measure.WEEKS}


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ((), "something to count"),
        ((Term(Measure.WEEKS),), "done in them"),
        ((Term(Measure.TALKS), Term(Measure.TALKS)), "twice"),
        ((Term(Measure.TALKS, 0),), "between 1 and"),
        (tuple(Term(one) for one in Measure), "at most 5"),
    ],
)
def test_terms_that_make_no_score_are_refused_in_a_sentence(terms, words):
    with pytest.raises(UserError, match=words):
        check_terms(terms)

"""Which figures stand beside each other, held to all that could be reckoned from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.club.challenges import ChallengeFacts
from bot.club.comparing import (
    LEAST_MEMBERS,
    UNPUBLISHED,
    Figure,
    Told,
    figure_of_week,
    figures_of_teams,
    week_days,
    whole_days,
)
from bot.rules.scoring import Deed, Measure
from bot.storage.keys import new_keyring

FIRST = date(2026, 3, 2)
RING = new_keyring()
MOST_FIGURES = 7  # all sums and differences of them are 2187


@dataclass(frozen=True)
class Drawn:
    """A challenge: its days from the first one on, from which day each is in it, their teams."""

    start: int
    days: int
    since: Mapping[int, int]
    teams: Mapping[int, str]


Days = Mapping[int, Sequence[int]]
"""On which days each member did something, counted from the first one on."""


def told(number: int, drawn: Drawn, did: Days, measure: Measure) -> Told:
    first = FIRST + timedelta(days=drawn.start)
    last = first + timedelta(days=drawn.days - 1)
    made = datetime(2026, 3, 1, tzinfo=UTC)
    none = (None, None, None)
    facts = ChallengeFacts(
        f"challenge{number}", 77, None, None, "", "", "", "members", None, (), first, last,
        *none, False, made, *none,
    )  # fmt: skip
    days = whole_days(facts.window, measure)
    effort = {
        member: {measure: tuple(Deed(day, day) for day in theirs)}
        for member, since in drawn.since.items()
        if (theirs := [day for day in at(did[member]) if day in days and day >= at([since])[0]])
    }
    teams = {member: drawn.teams.get(member) for member in drawn.since}
    return Told(facts, effort, teams, {}, RING)


def at(days: Sequence[int]) -> list[int]:
    return [FIRST.toordinal() + day for day in days]


def publish(told: Sequence[Told], measure: Measure) -> list[Told]:
    """Publish week by week, as they end; the teams with the last one."""
    found = list(told)
    ends = sorted(
        (week_days(one.challenge.window, measure, week).stop, which, week)
        for which, one in enumerate(told)
        for week in range(-(-one.challenge.window.days // 7))
    )
    for _, which, week in ends:
        one, others = found[which], [*found[:which], *found[which + 1 :]]
        figures = {f"week:{measure}:{week}": figure_of_week(one, others, measure, week)}
        one = replace(one, figures={**one.figures, **figures})
        if week == -(-one.challenge.window.days // 7) - 1:
            figures = figures_of_teams(one, others, measure)
            one = replace(one, figures={**one.figures, **figures})
        found[which] = one
    return found


def tells_of_few(told: Sequence[Told], measure: Measure) -> str:
    """Try every sum and difference of what is shown; says which one fewer than five make up."""
    shown = {
        f"{one.challenge.key} {name}": cells(one, name, measure)
        for one in told
        for name, figure in one.figures.items()
        if figure.value != UNPUBLISHED
    }
    marks = sorted({mark for days, _ in shown.values() for mark in (days.start, days.stop)})
    blocks = [range(*ends) for ends in pairwise(marks)]
    for signs in product((-1, 0, 1), repeat=min(len(shown), MOST_FIGURES)):
        sums: dict[tuple[int, int], int] = {}
        for sign, (_, deeds) in zip(signs, shown.values(), strict=False):
            for member, day in deeds if sign else ():
                block = next(number for number, one in enumerate(blocks) if day in one)
                sums[member, block] = sums.get((member, block), 0) + sign
        members = {member for (member, _), count in sums.items() if count}
        if 0 < len(members) < LEAST_MEMBERS:
            chosen = [f"{sign:+} {name}" for sign, name in zip(signs, shown, strict=False) if sign]
            return f"{' '.join(chosen)} is what {members} did"
    return ""


def cells(one: Told, name: str, measure: Measure) -> tuple[range, list[tuple[int, int]]]:
    what, _, which = name.split(":")
    window = one.challenge.window
    is_week = what == "week"
    days = week_days(window, measure, int(which)) if is_week else whole_days(window, measure)
    return days, [
        (member, deed.day)
        for member, theirs in one.effort.items()
        for deed in theirs[measure]
        if deed.day in days and (is_week or one.teams[member] == which)
    ]


MEMBERS = range(1, 13)


@st.composite
def challenges(draw: st.DrawFn) -> Drawn:
    start = draw(st.sampled_from([0, 0, 0, 1, 7]))
    who = draw(st.sets(st.sampled_from(MEMBERS), min_size=5))
    since = {one: draw(st.sampled_from([0, 0, 0, 9])) for one in sorted(who)}
    names = draw(st.sampled_from([(), ("red", "blue"), ("red", "blue", "gold")]))
    teams = {one: draw(st.sampled_from(names)) for one in sorted(who)} if names else {}
    return Drawn(start, draw(st.sampled_from([7, 14, 14, 10])), since, teams)


A_DAY = st.sampled_from([0, 1, 4, 8, 9, 13, 14, 16])
DEEDS = st.fixed_dictionaries({one: st.lists(A_DAY, max_size=3) for one in MEMBERS})
MEASURES = st.sampled_from([Measure.TALKS, Measure.THANKS])
EVERYBODY = dict.fromkeys(MEMBERS, 0)
STAGGERED = [Drawn(0, 14, EVERYBODY, {}), Drawn(1, 13, EVERYBODY, {})]
ALONE_ON_MONDAY = {one: [0, 0, 3] if one == 8 else [7, 2, 3, 9] for one in MEMBERS}
PARTED = [
    Drawn(0, 7, dict.fromkeys(range(1, 7), 0), {}),
    Drawn(0, 7, dict.fromkeys(range(7, 12), 0), {}),
    Drawn(0, 7, EVERYBODY, {}),
]
ONCE = {one: [1] for one in MEMBERS}


@settings(max_examples=150, deadline=None)
@given(st.lists(challenges(), min_size=1, max_size=4), DEEDS, MEASURES)
@example(STAGGERED, ALONE_ON_MONDAY, Measure.TALKS)
@example(PARTED, ONCE, Measure.TALKS)
def test_no_sum_of_what_is_shown_tells_what_fewer_than_five_did(
    drawn: list[Drawn], did: Days, measure: Measure
):
    begun = [told(number, one, did, measure) for number, one in enumerate(drawn)]
    assert not tells_of_few(publish(begun, measure), measure)


def shown_of(drawn: Sequence[Drawn], did: Days) -> list[list[int]]:
    begun = [told(number, one, did, Measure.TALKS) for number, one in enumerate(drawn)]
    return [
        [figure.value for figure in one.figures.values() if figure.value != UNPUBLISHED]
        for one in publish(begun, Measure.TALKS)
    ]


def test_a_challenge_that_begins_a_day_later_shows_nothing_beside_the_first():
    assert shown_of(STAGGERED, ALONE_ON_MONDAY) == [[25, 22], []]


def test_two_groups_hide_the_club_in_which_one_more_takes_part():
    assert shown_of(PARTED, ONCE) == [[6], [5], []]


def test_two_challenges_that_five_set_apart_both_stand():
    assert shown_of([PARTED[2], PARTED[0]], ONCE) == [[12], [6]]


def test_a_team_whose_one_member_was_active_alone_is_not_shown_beside_the_weeks():
    teams = {one: "red" if one < 7 else "blue" for one in MEMBERS}
    did = {one: [1] if one < 7 else [8] for one in MEMBERS} | {1: [1, 8]}
    (shown,) = shown_of([Drawn(0, 14, EVERYBODY, teams)], did)
    assert shown == [6, 7]  # red less the first week would be what member 1 did in the second


def test_teams_of_a_club_where_all_are_active_stand_beside_the_weeks():
    teams = {one: "red" if one < 7 else "blue" for one in MEMBERS}
    did = {one: [1, 8] for one in MEMBERS}
    (shown,) = shown_of([Drawn(0, 14, EVERYBODY, teams)], did)
    assert shown == [12, 12, 12, 12]


def test_five_and_twenty_teams_stand_where_all_are_active_and_end_in_any_case():
    many = range(1, 151)
    teams = {one: f"team {one % 25}" for one in many}
    drawn = Drawn(0, 175, dict.fromkeys(many, 0), teams)
    (shown,) = shown_of([drawn], {one: [one % 3 * 7] for one in many})
    assert len(shown) == 3 + 25
    (shown,) = shown_of([drawn], {one: [one % 25 * 7] for one in many})  # each in its own week
    assert len(shown) == 25


def test_a_figure_is_as_published_until_somebody_leaves():
    (one,) = publish([told(0, PARTED[2], ONCE, Measure.TALKS)], Measure.TALKS)
    days = week_days(one.challenge.window, Measure.TALKS, 0)
    assert [behind.counts for behind in one.shown(Measure.TALKS, days)] == [
        dict.fromkeys(MEMBERS, 1)
    ]
    fewer = replace(one, effort={key: one.effort[key] for key in range(1, 12)})
    forgotten = {name: Figure(figure.value) for name, figure in one.figures.items()}
    for changed in (fewer, replace(one, figures=forgotten)):
        assert [behind.counts for behind in changed.shown(Measure.TALKS, days)] == [None]

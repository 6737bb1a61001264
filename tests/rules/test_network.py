"""Figures of a network: whatever the notebook holds, they add up and leave nobody twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.rules.network.forest import Forest, Node, lay_out
from bot.rules.network.nearness import Gap, Strength, gap_for, list_drifting, strength_of
from bot.rules.network.often import read_days, read_gap_of
from bot.rules.network.progress import how_it_goes, year_of_touches
from bot.rules.records import (
    Answer,
    ContactNotes,
    Decision,
    KeepInTouch,
    Kind,
    Talk,
    TalkState,
    Touch,
    TouchKind,
    Verdict,
)

TODAY = date(2026, 11, 22)
AT = datetime(2026, 1, 1, tzinfo=UTC)
USUAL = Gap(45, 90)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def touch(kind: TouchKind, days: int, answer: Answer | None = None) -> Touch:
    return Touch("", kind, ago(days), AT, answer=answer)


def held(days: int, keep: KeepInTouch = KeepInTouch.NOT_ASKED) -> Talk:
    return Talk("", TalkState.HELD, ago(days), AT, keep_in_touch=keep)


def keys_of(forest: Forest) -> list[str]:
    return [line.key for column in forest.columns for line in column if line.key]


numbers = st.integers(0, 30)
trees = st.lists(
    st.tuples(st.one_of(st.none(), numbers), st.sampled_from("abc"), st.sampled_from(Strength)),
    max_size=31,
).map(
    lambda rows: [
        Node(str(n), heading, strength, None if above is None else str(above))
        for n, (above, heading, strength) in enumerate(rows)
    ]
)


@given(trees, st.integers(1, 40))
def test_everybody_is_drawn_once_or_counted_and_chains_stay_whole(
    nodes: list[Node], most: int
) -> None:
    forest = lay_out(nodes, most=most)
    drawn = keys_of(forest)
    assert len(drawn) == len(set(drawn)) <= most
    assert len(drawn) + forest.more == len(nodes)
    above: list[str] = []
    for column in forest.columns:
        assert not column[0].key  # each column begins with a heading
        assert column[-1].key  # and no heading stands alone at its foot
        for line in (line for line in column if line.key):
            above[line.depth :] = [line.key]
            if line.depth:
                (node,) = (one for one in nodes if one.key == line.key)
                assert node.referred_by == above[line.depth - 1]


def test_who_led_to_somebody_comes_before_who_is_merely_known() -> None:
    known = [Node(f"k{n}", "x", Strength.NEW) for n in range(50)]
    chain = [Node("rosa", "y", Strength.NEW), Node("tom", "x", Strength.NEW, "rosa")]
    forest = lay_out([*known, *chain], most=3)
    assert {"rosa", "tom"} < set(keys_of(forest))
    assert (forest.longest_chain, forest.leading) == (2, 1)
    assert forest.left_out == (("x", 49),)


def test_two_who_named_each_other_are_still_a_tree() -> None:
    nodes = [Node("a", "x", Strength.NEW, "b"), Node("b", "x", Strength.NEW, "a")]
    assert sorted(keys_of(lay_out(nodes))) == ["a", "b"]
    assert keys_of(lay_out([Node("a", "x", Strength.NEW, "a")])) == ["a"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, Strength.NEAR), (45, Strength.NEAR), (46, Strength.SOME), (90, Strength.SOME),
     (91, Strength.FAR)],
)  # fmt: skip
def test_how_near_somebody_is_follows_from_the_last_touch(days: int, expected: Strength) -> None:
    notes = ContactNotes("k", touches=(touch(TouchKind.WROTE, days), touch(TouchKind.NOTE, 0)))
    assert strength_of(notes, USUAL, TODAY) is expected
    assert strength_of(ContactNotes("k"), USUAL, TODAY) is Strength.NEW


def test_the_own_gap_goes_before_the_shortest_of_the_tags() -> None:
    tags = {"mentor": Gap(30, 60), "club": Gap(14, 28)}
    assert gap_for(None, ["mentor", "club", "other"], tags, USUAL) == Gap(14, 28)
    assert gap_for(Gap(7, 9), ["mentor"], tags, USUAL) == Gap(7, 9)
    assert gap_for(None, [], tags, USUAL) == USUAL


def test_only_those_to_stay_in_touch_with_can_be_lost() -> None:
    rosa = ContactNotes("rosa", talks=(held(100),))
    ahead = Talk("", TalkState.PLANNED, TODAY + timedelta(days=3), AT)
    stop = Decision(Kind.CHECK_IN, "", Verdict.STOP, ago(5), AT)
    rest = Decision(Kind.CHECK_IN, "", Verdict.REST, ago(5), AT)
    others = [
        replace(rosa, key="ahead", talks=(*rosa.talks, ahead)),
        replace(rosa, key="said no", talks=(held(100, KeepInTouch.NO),)),
        replace(rosa, key="stopped", decisions=(stop,)),
        replace(rosa, key="rests", decisions=(rest,)),
        ContactNotes("only asked", touches=(touch(TouchKind.ASKED, 100),)),
        ContactNotes("never"),
    ]
    found = list_drifting([(one, USUAL, False) for one in (*others, rosa)], TODAY)
    assert [(one.key, one.days, one.strength) for one in found] == [("rosa", 100, Strength.FAR)]
    chosen = list_drifting([(others[4], USUAL, True)], TODAY)
    assert [one.key for one in chosen] == ["only asked"]


def test_who_waited_longest_for_their_gap_comes_first() -> None:
    people = [("a", 80, Gap(45, 90)), ("b", 20, Gap(7, 14)), ("c", 10, Gap(45, 90))]
    found = list_drifting(
        [(ContactNotes(key, talks=(held(days),)), gap, False) for key, days, gap in people], TODAY
    )
    assert [one.key for one in found] == ["b", "a", "c"]


def test_each_step_is_of_those_who_were_asked_and_set_beside_the_time_before() -> None:
    yes = touch(TouchKind.ANSWERED, 36, Answer.YES)
    whole = ContactNotes(
        "whole",
        touches=(
            touch(TouchKind.ASKED, 40), yes,
            touch(TouchKind.THANKED, 30), touch(TouchKind.WROTE, 2),
        ),
        talks=(held(30),),
    )  # fmt: skip
    people = [
        whole,
        ContactNotes("open", touches=(touch(TouchKind.ASKED, 3),)),
        ContactNotes("past", touches=(touch(TouchKind.ASKED, 200),), talks=(held(190),)),
        ContactNotes("never", touches=(touch(TouchKind.NOTE, 3),)),
    ]
    found = how_it_goes(people, TODAY)
    assert found.now.counts() == (2, 1, 1, 1, 1)
    assert found.before.counts() == (1, 1, 1, 0, 0)
    assert (found.now.days_to_reply, found.before.days_to_reply) == (4, 10)


days_of_a_year = st.lists(st.dates(ago(500), TODAY), max_size=60)


@given(days_of_a_year, st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_a_year_counts_each_touch_of_its_twelve_months_once(days: list[date], today: date) -> None:
    year = year_of_touches(days, today)
    first = year.months[0].first
    assert len(year.months) == 12
    assert year.months[-1].first == today.replace(day=1)
    assert year.total == sum(first <= on <= today for on in days)
    assert sum(number == -1 for number in year.months[-1].days) == (
        len(year.months[-1].days) - today.day
    )


@pytest.mark.parametrize(
    ("typed", "days"),
    [("30", 30), ("6 weeks", 42), ("Every month", 30), ("2 Months", 60), ("a year", 365),
     ("3w", 21), ("half a year", 182), ("fortnight", 14)],
)  # fmt: skip
def test_lengths_are_read_as_days(typed: str, days: int) -> None:
    assert read_days(typed) == days


@pytest.mark.parametrize("typed", ["", "often", "0", "-3", "3 years", "9999", "1.5", "²"])
def test_what_is_no_length_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match="number of days"):
        read_days(typed)


def test_one_of_a_gap_is_enough() -> None:
    assert read_gap_of("", " ") is None
    assert read_gap_of("30", "") == Gap(30, 60)
    assert read_gap_of("", "60") == Gap(30, 60)
    assert read_gap_of("1 year", "") == Gap(365, 730)
    with pytest.raises(UserError, match="swap"):
        read_gap_of("60", "30")

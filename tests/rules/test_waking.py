"""What is planned for a moment that is over: when it comes instead, and what of it at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import hours
from bot.rules.follow_ups import plan
from bot.rules.reconcile import Changes, ReminderRow, reconcile
from bot.rules.records import TO_WRITE, FollowUp, Kind, ReminderState, Rhythm
from bot.rules.waking import TO_THE_MINUTE, next_moment, overtaken
from tests.rules.notes import at
from tests.rules.test_follow_up_properties import books, quick, written


@st.composite
def past(draw):
    """Draw a plan and a moment; gives what is over at it and has not expired."""
    rhythm, notes = draw(books())
    planned = plan(notes, rhythm)
    begin = draw(st.sampled_from([one.due_at for one in planned])) if planned else at(0)
    now = begin + timedelta(minutes=draw(st.integers(0, 6 * 24 * 60)))
    return rhythm, planned, now, [one for one in planned if one.due_at < now < one.expires_at]


@quick
@given(past())
def test_the_next_moment_is_never_over(drawn):
    rhythm, _, now, over = drawn
    for one in over:
        assert next_moment(one, rhythm, now=now) >= now


@quick
@given(past())
def test_what_belongs_to_a_minute_comes_now_and_nothing_else_at_night(drawn):
    rhythm, _, now, over = drawn
    for one in over:
        moment = next_moment(one, rhythm, now=now)
        if (one.kind, one.step) in TO_THE_MINUTE:
            assert moment == now
        else:
            assert not hours.is_quiet(moment, rhythm)


@quick
@given(past())
def test_all_else_comes_on_the_first_morning_that_suits_it(drawn):
    rhythm, _, now, over = drawn
    for one in over:
        if (one.kind, one.step) in TO_THE_MINUTE or one.kind is Kind.THANK_YOU:
            continue
        moment = next_moment(one, rhythm, now=now)
        day = hours.local_day(moment, rhythm.zone)
        assert moment == hours.morning(day, rhythm) > now
        only = rhythm.weekdays if one.kind in TO_WRITE else frozenset()
        assert day.weekday() in (only or range(7))
        between = (day - timedelta(days=n) for n in range(1, 8))
        for earlier in between:
            is_fit = hours.morning(earlier, rhythm) > now
            assert not is_fit or (only and earlier.weekday() not in only)


@quick
@given(past())
def test_a_thank_you_comes_in_its_72_hours_if_any_of_them_is_not_quiet(drawn):
    rhythm, _, now, over = drawn
    for one in over:
        if one.kind is Kind.THANK_YOU:
            moment = next_moment(one, rhythm, now=now)
            is_left = hours.outside_quiet(now, rhythm) < one.expires_at
            assert (moment < one.expires_at) == is_left
            # It waits no longer than for a morning, and only today's evening comes before that.
            tomorrow = hours.local_day(now, rhythm.zone) + timedelta(days=1)
            assert moment <= hours.morning_on_or_after(tomorrow, rhythm, after=now)


@quick
@given(past())
def test_what_has_expired_keeps_its_moment(drawn):
    rhythm, planned, now, _ = drawn
    for one in planned:
        if one.expires_at <= now:
            assert next_moment(one, rhythm, now=now) == one.due_at


@quick
@given(past())
def test_the_steps_of_one_matter_come_one_after_the_other(drawn):
    rhythm, planned, now, _ = drawn
    gone = overtaken(planned, rhythm, now=now)
    assert all(one.due_at < now for one in planned if one.key in gone)
    matters = {}
    for one in planned:
        if one.key not in gone and one.expires_at > now:
            moment = one.due_at if one.due_at >= now else next_moment(one, rhythm, now=now)
            matters.setdefault((one.kind, one.anchor), []).append((one.step, moment))
    for steps in matters.values():
        moments = [moment for _, moment in sorted(steps)]
        assert all(one < other for one, other in pairwise(moments))


@quick
@given(past())
def test_of_each_matter_the_last_step_is_left(drawn):
    rhythm, planned, now, _ = drawn
    gone = overtaken(planned, rhythm, now=now)
    matters = {(one.kind, one.anchor) for one in planned}
    assert matters == {(one.kind, one.anchor) for one in planned if one.key not in gone}


@quick
@given(past(), st.integers(0, 3 * 24 * 60))
def test_reconciling_later_changes_nothing_more(drawn, minutes):
    rhythm, planned, now, _ = drawn
    rows = written([], reconcile(planned, [], overtaken=overtaken(planned, rhythm, now=now)))
    later = overtaken(planned, rhythm, now=now + timedelta(minutes=minutes))
    assert reconcile(planned, rows, overtaken=later).move == ()
    assert reconcile(planned, rows, overtaken=later).withdraw == ()


# A talk on Monday at 15:00, or at 22:00: its 72 hours end on Thursday at that time.
THANKS = FollowUp(Kind.THANK_YOU, "rosa", "talk0", 1, at(1, 9), at(3, 15))
LATE_THANKS = replace(THANKS, expires_at=at(3, 22))


@pytest.mark.parametrize(
    ("thanks", "now", "comes"),
    [
        (THANKS, at(1, 12), at(2, 9)),
        (THANKS, at(2, 12), at(3, 9)),
        (THANKS, at(3, 10), at(3, 10)),  # neither a morning nor an evening is left
        (THANKS, at(3, 7), at(3, 9)),
        (LATE_THANKS, at(3, 10), at(3, 18)),
        (LATE_THANKS, at(3, 19), at(3, 19)),
        (LATE_THANKS, at(3, 21, 30), at(4, 8)),  # at night: it lapses
    ],
)
def test_a_thank_you_takes_the_best_that_is_left_of_its_72_hours(thanks, now, comes):
    assert next_moment(thanks, Rhythm(), now=now) == comes


def test_the_evening_is_no_last_call_where_it_is_quiet():
    early_night = Rhythm(quiet_from=time(17), quiet_to=time(7))
    thanks = replace(LATE_THANKS, expires_at=at(4, 10))
    assert next_moment(thanks, early_night, now=at(3, 10)) == at(4, 9)


@pytest.mark.parametrize(("minutes", "gone"), [(7, set()), (2, {THANKS.key})])
def test_a_morning_is_not_over_before_its_messages_are_out(minutes, gone):
    planned = [THANKS, replace(THANKS, step=2, due_at=at(2, 9))]
    spread = timedelta(minutes=minutes)
    assert overtaken(planned, Rhythm(), now=at(1, 9, 3), spread=spread) == gone


class TestOvertaken:
    DUE = FollowUp(Kind.FIND_A_TIME, "rosa", "yes", 1, at(2, 9), at(23, 9))
    NEXT = replace(DUE, step=2, due_at=at(9, 9), expires_at=at(30, 9))
    NOW = at(10)

    def row(self, state, **more):
        given = {"due_at": self.DUE.due_at, "expires_at": self.DUE.expires_at} | more
        return ReminderRow("r1", self.DUE.key, state, **given)

    def reconciled(self, *rows):
        planned = [self.DUE, self.NEXT]
        return reconcile(planned, rows, overtaken=overtaken(planned, Rhythm(), now=self.NOW))

    def test_it_is_not_inserted_and_does_not_wait_again(self):
        assert self.reconciled() == Changes(insert=(self.NEXT,))
        withdrawn = self.row(ReminderState.WITHDRAWN)
        assert self.reconciled(withdrawn) == Changes(insert=(self.NEXT,))

    def test_it_stays_where_it_waits_as_planned_for_the_bot_was_offline(self):
        assert self.reconciled(self.row(ReminderState.WAITING)) == Changes(insert=(self.NEXT,))

    def test_it_is_withdrawn_where_the_plan_moves_it_there(self):
        moved = self.row(ReminderState.WAITING, due_at=at(12, 9))
        assert self.reconciled(moved) == Changes(insert=(self.NEXT,), withdraw=("r1",))

    def test_a_snooze_is_kept(self):
        snoozed = self.row(ReminderState.WITHDRAWN, snoozed_until=at(12, 9))
        (move,) = self.reconciled(snoozed).move
        assert move.snoozed_until == at(12, 9)

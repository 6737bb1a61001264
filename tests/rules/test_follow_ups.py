from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.rules.follow_ups import (
    PLANNERS,
    REASONS,
    is_delivery_dependent,
    plan,
    plan_next_step,
    reason,
    talk_anchor,
    talk_key,
)
from bot.rules.reconcile import Changes, Move, ReminderRow, reconcile
from bot.rules.records import (
    Answer,
    FollowUp,
    KeepInTouch,
    Kind,
    Mode,
    Outcome,
    Promise,
    ReminderState,
    Rhythm,
    Sent,
    TalkState,
    Touch,
    TouchKind,
    Verdict,
)
from tests.rules.notes import answer, at, day, decision, notes, talk, touch

PLANNED, HELD, CANCELLED = TalkState.PLANNED, TalkState.HELD, TalkState.CANCELLED


def due(kind, *parts, rhythm=None, **more):
    """Show what is planned of one kind, as steps and their moments."""
    planned = plan(notes(*parts, **more), rhythm or Rhythm())
    return [(one.step, one.due_at) for one in planned if one.kind is kind]


def anchors(kind, *parts):
    return {one.anchor for one in plan(notes(*parts), Rhythm()) if one.kind is kind}


class TestApproachLead:
    def test_a_name_is_to_be_asked_a_week_after_it_was_given(self):
        assert due(Kind.APPROACH_LEAD, lead_on=day(0)) == [(1, at(7, 9))]

    def test_a_saturday_waits_for_monday(self):
        assert due(Kind.APPROACH_LEAD, lead_on=day(-2)) == [(1, at(7, 9))]

    def test_somebody_known_but_not_to_ask_gets_no_nudge(self):
        assert due(Kind.APPROACH_LEAD) == []

    def test_a_name_noted_late_waits_for_the_morning_after_it_was_noted(self):
        assert due(Kind.APPROACH_LEAD, lead_on=day(-30), recorded_at=at(1, 9)) == [(1, at(2, 9))]

    @pytest.mark.parametrize(
        "part",
        [
            touch("asked", 1),
            talk(PLANNED, 5),
            decision(Kind.APPROACH_LEAD, "rosa", Verdict.NOT_NEEDED, 1),
            decision(Kind.APPROACH_LEAD, "rosa", Verdict.REST, 1),
        ],
    )
    def test_asking_a_talk_or_a_decision_settles_it(self, part):
        assert due(Kind.APPROACH_LEAD, part, lead_on=day(0)) == []

    def test_a_promised_introduction_settles_it_once_it_happened(self):
        introduced = touch("introduced", 2)
        assert due(Kind.APPROACH_LEAD, introduced, lead_on=day(0), they_introduce=True) == []
        assert due(Kind.APPROACH_LEAD, introduced, lead_on=day(0)) == [(1, at(7, 9))]


class TestChaseReply:
    def test_a_request_is_chased_after_a_week_by_default(self):
        assert due(Kind.CHASE_REPLY, touch("asked", 0)) == [(1, at(7, 9))]

    def test_a_request_is_chased_on_the_day_it_promised(self):
        assert due(Kind.CHASE_REPLY, touch("asked", 0, until=day(4))) == [(1, at(4, 9))]

    def test_a_member_who_chases_nobody_is_left_alone_unless_the_request_promised(self):
        never = Rhythm(chase_days=0)
        promised = touch("asked", 0, until=day(4))
        assert due(Kind.CHASE_REPLY, touch("asked", 0), rhythm=never) == []
        assert due(Kind.CHASE_REPLY, promised, rhythm=never) == [(1, at(4, 9))]

    def test_the_second_chase_counts_from_the_first_nudge(self):
        sent = Sent(Kind.CHASE_REPLY, "asked0", 1, day(8))
        assert due(Kind.CHASE_REPLY, touch("asked", 0), sent) == [(1, at(7, 9)), (2, at(15, 9))]

    def test_the_second_chase_counts_from_the_first_message_when_that_was_later(self):
        sent = Sent(Kind.CHASE_REPLY, "asked0", 1, day(8))
        wrote = touch("wrote", 10)
        assert due(Kind.CHASE_REPLY, touch("asked", 0), sent, wrote) == [(2, at(17, 9))]

    def test_a_request_noted_after_its_first_chase_waits_for_the_morning_after_that(self):
        late = Touch("asked", TouchKind.ASKED, day(0), at(30))
        assert due(Kind.CHASE_REPLY, late, touch("wrote", 7)) == [(2, at(31, 9))]

    def test_after_two_messages_there_is_no_more_chasing(self):
        written = [touch("asked", 0), touch("wrote", 7), touch("wrote", 14)]
        assert due(Kind.CHASE_REPLY, *written) == []

    @pytest.mark.parametrize(
        "part",
        [
            answer(Answer.YES, 3),
            answer(Answer.NO, 3),
            answer(Answer.LATER, 3),
            touch("talked", 3),
            touch("introduced", 3),
            talk(PLANNED, 9),
            talk(HELD, 3),
            talk(CANCELLED, 9, cancelled_on=day(4)),
            decision(Kind.CHASE_REPLY, "asked0", Verdict.REST, 3),
            decision(Kind.CHASE_REPLY, "asked0", Verdict.NOT_NEEDED, 3),
        ],
    )
    def test_an_answer_a_talk_or_a_decision_settles_it(self, part):
        assert due(Kind.CHASE_REPLY, touch("asked", 0), part) == []

    def test_a_new_request_after_an_answer_or_a_talk_is_chased_anew(self):
        later = [answer(Answer.NO, 3), talk(HELD, 5), touch("asked", 20)]
        assert due(Kind.CHASE_REPLY, touch("asked", 0), *later) == [(1, at(28, 9))]
        assert anchors(Kind.CHASE_REPLY, touch("asked", 0), *later) == {"asked20"}

    def test_an_old_request_noted_today_is_chased_tomorrow_and_not_in_the_past(self):
        old = Touch("asked", TouchKind.ASKED, day(-30), at(0))
        assert due(Kind.CHASE_REPLY, old) == [(1, at(1, 9))]

    def test_the_answer_of_the_same_day_counts_as_after_the_request(self):
        assert due(Kind.CHASE_REPLY, answer(Answer.YES, 0), touch("asked", 0)) == []

    def test_hours_tell_a_second_request_from_the_answer_before_it(self):
        said = answer(Answer.NO, 0, at=at(0, 9))
        again = touch("asked", 0, at=at(0, 11))
        assert due(Kind.CHASE_REPLY, again, said) == [(1, at(7, 9))]


class TestFindATime:
    def test_a_yes_without_a_date_is_reminded_of_twice(self):
        yes = answer(Answer.YES, 0)
        assert due(Kind.FIND_A_TIME, yes) == [(1, at(2, 9)), (2, at(9, 9))]

    def test_a_cancelled_talk_wants_a_new_date(self):
        off = talk(CANCELLED, 5, cancelled_on=day(1))
        assert due(Kind.FIND_A_TIME, off) == [(1, at(3, 9)), (2, at(10, 9))]
        assert anchors(Kind.FIND_A_TIME, answer(Answer.YES, 0), off) == {"talk5"}

    def test_an_old_yes_noted_late_is_one_message_with_the_later_step(self):
        old = Touch("yes", TouchKind.ANSWERED, day(-30), at(0), answer=Answer.YES)
        assert due(Kind.FIND_A_TIME, old) == [(2, at(1, 9))]

    @pytest.mark.parametrize(
        "part",
        [
            talk(PLANNED, 9),
            touch("talked", 1),
            answer(Answer.NO, 1),
            touch("asked", 1),
            decision(Kind.FIND_A_TIME, "answered0", Verdict.REST, 1),
        ],
    )
    def test_a_date_a_talk_or_a_rest_settles_it(self, part):
        assert due(Kind.FIND_A_TIME, answer(Answer.YES, 0), part) == []

    def test_a_rest_ends_with_the_next_touch(self):
        rest = decision(Kind.FIND_A_TIME, "answered0", Verdict.REST, 1)
        parts = [answer(Answer.YES, 0), rest, touch("wrote", 4)]
        assert due(Kind.FIND_A_TIME, *parts) == [(1, at(2, 9)), (2, at(9, 9))]

    def test_a_new_date_after_the_cancelling_settles_it(self):
        off = talk(CANCELLED, 5, cancelled_on=day(1))
        assert due(Kind.FIND_A_TIME, off, talk(PLANNED, 12)) == []


class TestAskAgain:
    def test_not_now_is_asked_again_on_the_day_named_else_after_a_month(self):
        named = answer(Answer.LATER, 0, until=day(14))
        assert due(Kind.ASK_AGAIN, named) == [(1, at(14, 9))]
        assert due(Kind.ASK_AGAIN, answer(Answer.LATER, 0)) == [(1, at(30, 9))]

    def test_asking_settles_it(self):
        assert due(Kind.ASK_AGAIN, answer(Answer.LATER, 0), touch("asked", 5)) == []

    def test_who_cancels_and_says_not_now_on_one_day_is_asked_again(self):
        parts = [talk(CANCELLED, 5, cancelled_on=day(0)), answer(Answer.LATER, 0)]
        assert due(Kind.ASK_AGAIN, *parts) == [(1, at(30, 9))]
        assert due(Kind.FIND_A_TIME, *parts) == []


class TestAroundATalk:
    def test_a_talk_in_the_book_brings_its_own_messages(self):
        planned = plan(notes(talk(PLANNED, 3)), Rhythm())
        assert [(one.kind, one.step, one.due_at) for one in planned] == [
            (Kind.PREPARE, 1, at(1, 9)),
            (Kind.CONFIRM, 1, at(2, 18)),
            (Kind.STARTS_SOON, 1, at(3, 14, 45)),
            (Kind.DEBRIEF, 1, at(3, 15, 50)),
            (Kind.DEBRIEF, 2, at(4, 9)),
            (Kind.THANK_YOU, 1, at(4, 9)),
            (Kind.THANK_YOU, 2, at(5, 9)),
            (Kind.THANK_YOU, 3, at(6, 9)),
        ]

    def test_what_has_passed_when_the_talk_is_put_in_the_book_is_not_planned(self):
        soon = talk(PLANNED, 1, recorded_at=at(0, 19))
        kinds = {one.kind for one in plan(notes(soon), Rhythm())}
        assert kinds == {Kind.STARTS_SOON, Kind.DEBRIEF, Kind.THANK_YOU}

    def test_the_confirmation_comes_before_an_early_evening_of_quiet(self):
        rhythm = Rhythm(quiet_from=time(17, 30))
        assert due(Kind.CONFIRM, talk(PLANNED, 3), rhythm=rhythm) == [(1, at(2, 17, 29))]

    @pytest.mark.parametrize(
        ("more", "minutes"),
        [
            ({"mode": Mode.VIDEO}, 15),
            ({"mode": Mode.PHONE, "way_minutes": 40}, 15),
            ({"mode": Mode.IN_PERSON}, 90),
            ({"mode": Mode.IN_PERSON, "way_minutes": 40}, 70),
            ({"mode": Mode.IN_PERSON, "way_minutes": 0}, 30),
        ],
    )
    def test_who_has_a_way_is_called_before_they_must_leave(self, more, minutes):
        start = at(3, 15)
        assert due(Kind.STARTS_SOON, talk(PLANNED, 3, **more)) == [
            (1, start - timedelta(minutes=minutes))
        ]

    def test_the_call_before_a_talk_passes_quiet_hours(self):
        assert due(Kind.STARTS_SOON, talk(PLANNED, 3, hour=7)) == [(1, at(3, 6, 45))]

    def test_after_a_late_talk_the_question_how_it_went_waits_for_the_morning(self):
        late = talk(PLANNED, 3, starts_at=at(3, 20, 20))
        assert due(Kind.DEBRIEF, late) == [(2, at(4, 9))]

    def test_after_an_early_talk_the_second_question_is_left_to_the_next_day(self):
        early = talk(PLANNED, 3, starts_at=at(3, 8))
        assert due(Kind.DEBRIEF, early) == [(1, at(3, 8, 50)), (2, at(4, 9))]

    def test_after_a_talk_inside_quiet_hours_it_is_asked_at_once(self):
        night = talk(PLANNED, 3, starts_at=at(3, 20, 50))
        assert due(Kind.DEBRIEF, night) == [(1, at(3, 21, 40)), (2, at(4, 9))]

    @pytest.mark.parametrize("state", [HELD, CANCELLED, TalkState.NOT_HELD])
    def test_a_talk_that_is_no_longer_ahead_brings_no_more_but_thanks(self, state):
        kinds = {one.kind for one in plan(notes(talk(state, 3)), Rhythm())}
        assert not kinds & {Kind.PREPARE, Kind.CONFIRM, Kind.STARTS_SOON, Kind.DEBRIEF}
        assert (Kind.THANK_YOU in kinds) is (state is HELD)

    @pytest.mark.parametrize(
        ("kind", "verdict"),
        [
            (Kind.PREPARE, Verdict.READY),
            (Kind.CONFIRM, Verdict.ALL_SET),
            (Kind.DEBRIEF, Verdict.NOT_NEEDED),
            (Kind.THANK_YOU, Verdict.NOT_NEEDED),
        ],
    )
    def test_a_press_settles_its_own_kind_alone(self, kind, verdict):
        booked = talk(PLANNED, 3)
        pressed = decision(kind, talk_anchor(booked), verdict, 1)
        before = plan(notes(booked), Rhythm())
        after = plan(notes(booked, pressed), Rhythm())
        assert after == tuple(one for one in before if one.kind is not kind)

    def test_a_talk_that_moves_to_another_day_is_prepared_and_confirmed_anew(self):
        booked = talk(PLANNED, 3)
        moved = replace(booked, on=day(8), starts_at=at(8, 15))
        ready = decision(Kind.PREPARE, talk_anchor(booked), Verdict.READY, 1)
        assert due(Kind.PREPARE, booked, ready) == []
        assert due(Kind.PREPARE, moved, ready) == [(1, at(6, 9))]
        assert talk_key(talk_anchor(moved)) == booked.key

    def test_everything_before_the_talk_expires_when_it_starts(self):
        booked = talk(PLANNED, 3)
        ends = {one.kind: one.expires_at for one in plan(notes(booked), Rhythm())}
        assert ends == {
            Kind.PREPARE: at(3, 15),
            Kind.CONFIRM: at(3, 15),
            Kind.STARTS_SOON: at(3, 15),
            Kind.DEBRIEF: at(6, 15, 20),
            Kind.THANK_YOU: at(6, 15),
        }


class TestThankYou:
    @pytest.mark.parametrize(
        ("hour", "expected"),
        [
            (10, [(1, at(1, 9)), (2, at(2, 9)), (3, at(2, 18))]),
            (11, [(1, at(1, 9)), (2, at(2, 9)), (3, at(2, 18))]),
            (12, [(1, at(1, 9)), (2, at(2, 9)), (3, at(3, 9))]),
            (21, [(1, at(1, 9)), (2, at(2, 9)), (3, at(3, 18))]),
        ],
    )
    def test_the_last_call_leaves_three_of_the_72_hours(self, hour, expected):
        assert due(Kind.THANK_YOU, talk(HELD, 0, hour=hour)) == expected

    def test_a_last_call_that_falls_on_the_second_morning_replaces_it(self):
        early = Rhythm(quiet_from=time(17), quiet_to=time(8))
        held = talk(HELD, 0, hour=10)
        assert due(Kind.THANK_YOU, held, rhythm=early) == [(1, at(1, 9)), (3, at(2, 9))]

    def test_a_talk_with_a_day_only_counts_from_its_midnight(self):
        held = talk(HELD, 0, starts_at=None)
        assert due(Kind.THANK_YOU, held) == [(1, at(1, 9)), (2, at(2, 9)), (3, at(2, 18))]

    def test_a_talk_logged_late_plans_only_what_is_left(self):
        held = talk(HELD, 0, recorded_at=at(2, 9))
        assert due(Kind.THANK_YOU, held) == [(3, at(3, 9))]
        assert due(Kind.THANK_YOU, replace(held, recorded_at=at(3, 10))) == []

    def test_one_thank_you_settles_every_talk_up_to_its_day(self):
        talks = [talk(HELD, 0), talk(HELD, 1), talk(HELD, 5)]
        assert anchors(Kind.THANK_YOU, *talks, touch("thanked", 1)) == {talk_anchor(talks[2])}

    def test_yesterdays_thanks_do_not_settle_todays_talk(self):
        assert len(due(Kind.THANK_YOU, talk(HELD, 1), touch("thanked", 0))) == 3


class TestPromise:
    def test_each_promise_is_asked_about_a_week_later_even_on_a_sunday(self):
        promises = [Promise("p1", "talk6", day(6)), Promise("p2", "talk6", day(6), settled=True)]
        assert due(Kind.PROMISE, *promises) == [(1, at(13, 9))]

    def test_a_promise_of_a_talk_logged_late_waits_for_the_next_morning(self):
        held = talk(HELD, 0, logged_at=at(20))
        assert due(Kind.PROMISE, held, Promise("p1", "talk0", day(0))) == [(1, at(21, 9))]

    def test_a_dropped_promise_is_not_asked_about(self):
        dropped = decision(Kind.PROMISE, "p1", Verdict.NOT_NEEDED, 2)
        assert due(Kind.PROMISE, Promise("p1", "talk0", day(0)), dropped) == []


def held_with(keep, outcome=None):
    return talk(HELD, 0, keep_in_touch=keep, outcome=outcome)


CONNECTION = held_with(KeepInTouch.EMAIL, Outcome.CONNECTION)
WILLING = held_with(KeepInTouch.LINKEDIN)
UNKNOWN = held_with(KeepInTouch.NOT_ASKED)


class TestCheckIn:
    @pytest.mark.parametrize("held", [CONNECTION, WILLING, UNKNOWN])
    def test_it_comes_45_days_after_the_person_was_last_reached(self, held):
        assert due(Kind.CHECK_IN, held) == [(1, at(45, 9))]
        assert due(Kind.CHECK_IN, held, touch("thanked", 1)) == [(1, at(46, 9))]
        assert due(Kind.CHECK_IN, held, touch("thanked", 1), touch("note", 9)) == [(1, at(46, 9))]

    def test_its_anchor_is_what_reached_them_last(self):
        assert anchors(Kind.CHECK_IN, WILLING) == {"talk0"}
        assert anchors(Kind.CHECK_IN, WILLING, touch("thanked", 1)) == {"thanked1"}

    @pytest.mark.parametrize(
        "parts",
        [
            [touch("asked", 0)],
            [talk(PLANNED, 0)],
            [held_with(KeepInTouch.NO)],
            [CONNECTION, answer(Answer.NO, 9)],
            [CONNECTION, decision(Kind.CHECK_IN, "elsewhere", Verdict.STOP, 3)],
        ],
    )
    def test_there_is_none_before_a_talk_after_a_no_or_after_stop(self, parts):
        assert due(Kind.CHECK_IN, *parts) == []

    def test_a_line_sent_makes_it_every_90_days_for_a_connection_and_ends_it_otherwise(self):
        wrote = touch("wrote", 45)
        assert due(Kind.CHECK_IN, CONNECTION, wrote) == [(1, at(45 + 90, 9))]
        assert due(Kind.CHECK_IN, WILLING, wrote) == []
        assert due(Kind.CHECK_IN, UNKNOWN, wrote) == []

    def test_skipping_one_brings_the_next_after_90_days_for_a_connection_alone(self):
        skip = decision(Kind.CHECK_IN, "talk0", Verdict.SKIP, 46)
        assert due(Kind.CHECK_IN, CONNECTION, skip) == [(2, at(136, 9))]
        assert due(Kind.CHECK_IN, WILLING, skip) == []

    def test_one_delivered_without_an_answer_counts_as_the_round(self):
        sent = Sent(Kind.CHECK_IN, "talk0", 1, day(45))
        assert due(Kind.CHECK_IN, CONNECTION, sent) == [(2, at(135, 9))]
        assert due(Kind.CHECK_IN, WILLING, sent) == []

    def test_skipping_the_one_delivered_is_still_one_round(self):
        sent = Sent(Kind.CHECK_IN, "talk0", 1, day(45))
        skip = decision(Kind.CHECK_IN, "talk0", Verdict.SKIP, 46)
        assert due(Kind.CHECK_IN, CONNECTION, sent, skip) == [(2, at(136, 9))]

    def test_rounds_go_on_after_a_skip(self):
        parts = [
            decision(Kind.CHECK_IN, "talk0", Verdict.SKIP, 40),
            Sent(Kind.CHECK_IN, "talk0", 2, day(130)),
            decision(Kind.CHECK_IN, "talk0", Verdict.SKIP, 131),
        ]
        assert due(Kind.CHECK_IN, CONNECTION, *parts) == [(3, at(221, 9))]

    def test_who_was_not_asked_is_suggested_once_even_if_they_are_reached_again(self):
        connection = replace(UNKNOWN, outcome=Outcome.CONNECTION)
        sent = Sent(Kind.CHECK_IN, "talk0", 1, day(45))
        assert due(Kind.CHECK_IN, connection, sent) == []
        assert due(Kind.CHECK_IN, connection, sent, touch("news", 50)) == []

    def test_a_later_talk_in_which_it_did_not_come_up_takes_nothing_back(self):
        again = talk(HELD, 60)
        assert due(Kind.CHECK_IN, held_with(KeepInTouch.NO), again) == []
        assert due(Kind.CHECK_IN, CONNECTION, again, touch("wrote", 61)) == [(1, at(151, 9))]

    def test_a_talk_in_the_book_postpones_it(self):
        assert due(Kind.CHECK_IN, CONNECTION, talk(PLANNED, 40)) == [(1, at(85, 9))]

    def test_the_member_sets_the_days(self):
        rhythm = Rhythm(check_in_days=30)
        assert due(Kind.CHECK_IN, WILLING, rhythm=rhythm) == [(1, at(30, 9))]


class TestNextStep:
    def idea(self, **more):
        given = {"quiet_since": day(0), "unanswered": 0} | more
        return plan_next_step("m1", Rhythm(), **given)

    def test_an_idea_comes_on_the_first_monday_after_ten_empty_days(self):
        assert self.idea().due_at == at(14, 9)
        assert self.idea(quiet_since=day(4)).due_at == at(14, 9)
        assert self.idea(quiet_since=day(5)).due_at == at(21, 9)

    def test_it_stands_back_behind_everything_that_is_planned(self):
        assert self.idea(planned_until=day(45)).due_at == at(56, 9)
        assert self.idea(planned_until=day(-5)).due_at == at(14, 9)

    def test_it_waits_for_the_end_of_a_pause(self):
        assert self.idea(not_before=day(30)).due_at == at(35, 9)
        assert self.idea(not_before=day(9)).due_at == at(14, 9)

    def test_three_without_an_answer_are_the_last(self):
        assert self.idea(unanswered=2).step == 3
        assert self.idea(unanswered=3) is None


def test_every_kind_has_a_planner_and_a_reason_with_its_rule():
    assert set(PLANNERS) == set(Kind) - {Kind.NEXT_STEP}
    assert set(REASONS) == set(Kind)
    for one in (one for kind in Kind for one in REASONS[kind]):
        assert all(re.fullmatch(r"R\d\d", rule) for rule in one.rules.split()), one
        assert "R" not in one.words
    assert reason(Kind.THANK_YOU, 1) != reason(Kind.THANK_YOU, 3)
    promised = reason(Kind.APPROACH_LEAD, 1, introduced=True)
    assert promised != reason(Kind.APPROACH_LEAD, 1)
    assert reason(Kind.THANK_YOU, 1, introduced=True) == reason(Kind.THANK_YOU, 1)


def test_only_kinds_counted_from_a_delivery_are_planned_again_after_one():
    dependent = {kind for kind in Kind if is_delivery_dependent(kind)}
    assert dependent == {Kind.CHASE_REPLY, Kind.CHECK_IN, Kind.NEXT_STEP}


def test_every_write_to_somebody_stays_open_for_three_weeks():
    parts = [touch("asked", 0), CONNECTION, Promise("p1", "talk0", day(0))]
    for one in plan(notes(*parts, lead_on=day(0)), Rhythm()):
        if one.kind in (Kind.CHECK_IN, Kind.PROMISE, Kind.CHASE_REPLY):
            assert one.expires_at == one.due_at + timedelta(days=21)


class TestReconcile:
    DUE = FollowUp(Kind.PROMISE, "rosa", "p1", 1, at(7, 9), at(28, 9))

    def row(self, state=ReminderState.WAITING, **more):
        given = {"due_at": self.DUE.due_at, "expires_at": self.DUE.expires_at} | more
        return ReminderRow("r1", self.DUE.key, state, **given)

    def test_what_is_missing_is_inserted_and_what_stands_is_left(self):
        assert reconcile([self.DUE], []) == Changes(insert=(self.DUE,))
        assert reconcile([self.DUE], [self.row()]) == Changes()

    def test_a_waiting_row_follows_its_plan_and_its_snooze_yields(self):
        snoozed = self.row(due_at=at(5, 9), snoozed_until=at(9, 9))
        moved = Move("r1", self.DUE.due_at, self.DUE.expires_at, None)
        assert reconcile([self.DUE], [snoozed]) == Changes(move=(moved,))

    def test_a_snooze_outlasts_a_new_rhythm_but_not_a_later_due_time(self):
        snoozed = self.row(due_at=at(5, 9), snoozed_until=at(9, 9))
        kept = Move("r1", self.DUE.due_at, self.DUE.expires_at, at(9, 9))
        assert reconcile([self.DUE], [snoozed], keeps_snoozes=True) == Changes(move=(kept,))
        sooner = self.row(due_at=at(5, 9), snoozed_until=at(6, 9))
        moved = Move("r1", self.DUE.due_at, self.DUE.expires_at, None)
        assert reconcile([self.DUE], [sooner], keeps_snoozes=True) == Changes(move=(moved,))

    def test_a_snooze_holds_while_the_due_time_stands(self):
        snoozed = self.row(snoozed_until=at(9, 9), expires_at=at(30, 9))
        assert reconcile([self.DUE], [self.row(snoozed_until=at(9, 9))]) == Changes()
        kept = Move("r1", self.DUE.due_at, self.DUE.expires_at, at(9, 9))
        assert reconcile([self.DUE], [snoozed]) == Changes(move=(kept,))

    @pytest.mark.parametrize("state", [ReminderState.WAITING, ReminderState.UNREACHABLE])
    def test_what_is_no_longer_planned_is_withdrawn(self, state):
        assert reconcile([], [self.row(state)]) == Changes(withdraw=("r1",))

    def test_a_withdrawn_row_waits_again_when_it_is_planned_again(self):
        again = Move("r1", self.DUE.due_at, self.DUE.expires_at, None)
        assert reconcile([self.DUE], [self.row(ReminderState.WITHDRAWN)]) == Changes(move=(again,))

    @pytest.mark.parametrize(
        "state",
        [
            ReminderState.SENDING,
            ReminderState.DELIVERED,
            ReminderState.DONE,
            ReminderState.DISMISSED,
            ReminderState.LAPSED,
            ReminderState.FAILED,
        ],
    )
    def test_what_was_claimed_or_has_ended_is_never_touched(self, state):
        ended = self.row(state, due_at=at(1, 9))
        assert reconcile([self.DUE], [ended]) == Changes()
        assert reconcile([], [ended]) == Changes()

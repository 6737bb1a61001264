from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.rules import hours
from bot.rules.follow_ups import plan, talk_anchor
from bot.rules.follow_ups.around_a_talk import thank_by
from bot.rules.reconcile import Changes, ReminderRow, reconcile
from bot.rules.records import (
    AROUND_A_TALK,
    TO_WRITE,
    Answer,
    ContactNotes,
    Decision,
    KeepInTouch,
    Kind,
    Mode,
    Outcome,
    Promise,
    ReminderState,
    Rhythm,
    Sent,
    Talk,
    TalkState,
    Touch,
    TouchKind,
    Verdict,
)

settings.register_profile(
    "plan", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
quick = settings(settings.get_profile("plan"))

ZONES = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/St_Johns",
    "Africa/Casablanca",
    "America/Havana",
    "Pacific/Chatham",
]
FIRST = date(2026, 2, 20)
# Two clusters around the clock changes, close enough for things to meet on one day.
days = st.one_of(st.integers(0, 45), st.integers(225, 265)).map(lambda n: FIRST + timedelta(days=n))
anchors = st.sampled_from(["rosa", "t0", "t1", "t2", "k0", "k1", "p0"])


def noon(on):
    return datetime.combine(on, time(12), tzinfo=UTC)


@st.composite
def rhythms(draw):
    quiet_from = draw(st.sampled_from([time(17, 30), time(21), time(1)]))
    return Rhythm(
        zone=draw(st.sampled_from(ZONES)),
        morning=draw(st.sampled_from([time(8), time(9), time(11, 30)])),
        quiet_from=quiet_from,
        quiet_to=draw(st.sampled_from([time(6, 30), time(8)])),
        weekdays=frozenset(draw(st.sets(st.integers(0, 6)))),
        chase_days=draw(st.sampled_from([0, 5, 7])),
        check_in_days=draw(st.sampled_from([30, 45])),
    )


@st.composite
def touches(draw, number):
    on = draw(days)
    recorded = noon(on + timedelta(days=draw(st.integers(0, 40))))
    kind = draw(st.sampled_from(TouchKind))
    answer = draw(st.sampled_from(Answer)) if kind is TouchKind.ANSWERED else None
    until = on + timedelta(days=draw(st.integers(1, 60))) if draw(st.booleans()) else None
    at = noon(on) + timedelta(minutes=number) if draw(st.booleans()) else None
    return Touch(f"t{number}", kind, on, recorded, at=at, answer=answer, until=until)


@st.composite
def talks(draw, number, zone):
    on = draw(days)
    begin = draw(st.one_of(st.none(), st.integers(0, 24 * 4 - 1)))
    start = None
    if begin is not None:
        start = hours.instant(on, time(begin // 4, begin % 4 * 15), zone)
        on = hours.local_day(start, zone)
    state = draw(st.sampled_from([TalkState.PLANNED, TalkState.HELD, *TalkState]))
    lead = timedelta(days=draw(st.sampled_from([20, 20, 2, 1, 0, -2])))
    return Talk(
        f"k{number}",
        state,
        on,
        noon(on) - lead,
        starts_at=start,
        minutes=draw(st.sampled_from([15, 20, 90])),
        mode=draw(st.sampled_from(Mode)),
        way_minutes=draw(st.sampled_from([None, 0, 45])),
        cancelled_on=on if state is TalkState.CANCELLED and draw(st.booleans()) else None,
        keep_in_touch=draw(st.sampled_from(KeepInTouch)),
        outcome=draw(st.sampled_from([None, *Outcome])),
    )


decisions = st.builds(
    Decision,
    kind=st.sampled_from(Kind),
    anchor=anchors,
    verdict=st.sampled_from(Verdict),
    on=days,
    recorded_at=st.one_of(st.none(), days.map(noon)),
)
sents = st.builds(Sent, kind=st.sampled_from(Kind), anchor=anchors, step=st.integers(1, 3), on=days)


@st.composite
def books(draw, rhythm=None):
    """Draw a member's rhythm and one contact's notes."""
    rhythm = rhythm or draw(rhythms())
    promises = [Promise("p0", "k0", draw(days))] if draw(st.booleans()) else []
    notes = ContactNotes(
        "rosa",
        lead_on=draw(st.one_of(st.none(), days)),
        they_introduce=draw(st.booleans()),
        touches=tuple(draw(touches(n)) for n in range(draw(st.integers(0, 5)))),
        talks=tuple(draw(talks(n, rhythm.zone)) for n in range(draw(st.integers(0, 2)))),
        promises=tuple(promises),
        decisions=tuple(draw(st.lists(decisions, max_size=2))),
        sent=tuple(draw(st.lists(sents, max_size=2))),
        recorded_at=draw(st.one_of(st.none(), days.map(noon))),
    )
    return rhythm, notes


def is_of_the_morning(one):
    around = {Kind.CONFIRM, Kind.STARTS_SOON}
    is_evening_or_soon = (one.kind, one.step) in ((Kind.DEBRIEF, 1), (Kind.THANK_YOU, 3))
    return one.kind not in around and not is_evening_or_soon


def talk_of(notes, one):
    return next(talk for talk in notes.talks if talk_anchor(talk) == one.anchor)


@quick
@given(books())
def test_planning_twice_gives_one_plan_in_order_with_each_key_once(book):
    rhythm, notes = book
    planned = plan(notes, rhythm)
    assert planned == plan(notes, rhythm)
    assert list(planned) == sorted(planned, key=lambda one: one.due_at)
    assert len({one.key for one in planned}) == len(planned)
    assert all(one.due_at < one.expires_at for one in planned)


@quick
@given(books(), books())
def test_all_that_comes_on_one_morning_comes_at_one_moment(one_book, other_book):
    rhythm, notes = one_book
    others = replace(other_book[1], key="omar")
    moments = {}
    for one in (*plan(notes, rhythm), *plan(others, rhythm)):
        if is_of_the_morning(one):
            day = hours.local_day(one.due_at, rhythm.zone)
            moments.setdefault(day, set()).add(one.due_at)
    assert all(len(at_once) == 1 for at_once in moments.values())


@quick
@given(books())
def test_a_day_has_a_second_message_only_around_a_talk(book):
    rhythm, notes = book
    by_day = {}
    for one in plan(notes, rhythm):
        by_day.setdefault(hours.local_day(one.due_at, rhythm.zone), []).append(one)
    for due in by_day.values():
        apart = {one.due_at for one in due if one.kind not in AROUND_A_TALK}
        assert len(apart) <= 1


@quick
@given(books())
def test_nothing_comes_in_quiet_hours_but_what_a_talk_inside_them_needs(book):
    rhythm, notes = book
    for one in plan(notes, rhythm):
        if one.kind is Kind.STARTS_SOON or not hours.is_quiet(one.due_at, rhythm):
            continue
        assert (one.kind, one.step) == (Kind.DEBRIEF, 1)
        talk = talk_of(notes, one)
        end = talk.starts_at + timedelta(minutes=talk.minutes)
        assert hours.touches_quiet(talk.starts_at, end, rhythm)


@quick
@given(books())
def test_a_write_to_somebody_waits_for_a_weekday_and_for_what_it_answers(book):
    rhythm, notes = book
    recorded = {touch.key: touch.recorded_at for touch in notes.touches}
    for one in plan(notes, rhythm):
        if one.kind not in TO_WRITE:
            continue
        weekday = hours.local_day(one.due_at, rhythm.zone).weekday()
        assert not rhythm.weekdays or weekday in rhythm.weekdays
        assert one.anchor not in recorded or one.due_at > recorded[one.anchor]


@quick
@given(books())
def test_the_last_call_is_the_last_allowed_moment_that_leaves_three_hours(book):
    rhythm, notes = book
    thanks = [one for one in plan(notes, rhythm) if one.kind is Kind.THANK_YOU]
    for one in thanks:
        ends = thank_by(talk_of(notes, one), rhythm)
        assert one.expires_at == ends
        assert one.due_at <= ends - timedelta(hours=3)
        if one.step == 3:
            assert not _allowed_between(one.due_at, ends - timedelta(hours=3), rhythm)
            assert all(o.due_at < one.due_at for o in thanks if o.anchor == one.anchor and o != one)


def _allowed_between(after, until, rhythm):
    day = hours.local_day(after, rhythm.zone)
    for n in range(5):
        for at in (rhythm.morning, hours.EVENING):
            moment = hours.instant(day + timedelta(days=n), at, rhythm.zone)
            if after < moment <= until and not hours.is_quiet(moment, rhythm):
                return True
    return False


@quick
@given(books(), st.randoms())
def test_the_plan_is_the_same_whatever_order_things_were_entered_in(book, random):
    rhythm, notes = book

    def shuffled(parts):
        return tuple(random.sample(parts, len(parts)))

    other = replace(
        notes,
        touches=shuffled(notes.touches),
        talks=shuffled(notes.talks),
        decisions=shuffled(notes.decisions),
        sent=shuffled(notes.sent),
    )
    assert plan(other, rhythm) == plan(notes, rhythm)


@quick
@given(books())
def test_a_settled_follow_up_leaves_no_nudge(book):
    rhythm, notes = book
    for one in plan(notes, rhythm):
        pressed = Decision(one.kind, one.anchor, Verdict.NOT_NEEDED, FIRST)
        after = plan(replace(notes, decisions=(*notes.decisions, pressed)), rhythm)
        assert not [o for o in after if (o.kind, o.anchor) == (one.kind, one.anchor)]


@quick
@given(books())
def test_a_thank_you_sent_leaves_no_nudge_for_any_talk_up_to_its_day(book):
    rhythm, notes = book
    on = max((talk.on for talk in notes.talks), default=FIRST)
    thanked = Touch("thanks", TouchKind.THANKED, on, noon(on))
    after = plan(replace(notes, touches=(*notes.touches, thanked)), rhythm)
    assert not [one for one in after if one.kind is Kind.THANK_YOU]


@quick
@given(books(), days)
def test_a_contact_that_rests_is_not_written_to_on_the_way_to_a_talk(book, on):
    rhythm, notes = book
    latest = max([on, *(t.on for t in notes.touches), *(t.on for t in notes.talks)])
    rest = Decision(Kind.CHASE_REPLY, "any", Verdict.REST, latest)
    after = plan(replace(notes, decisions=(*notes.decisions, rest)), rhythm)
    assert not [one for one in after if one.kind in TO_WRITE - {Kind.CHECK_IN}]


LIVE = [ReminderState.WAITING, ReminderState.WITHDRAWN]
ENDED = sorted(set(ReminderState) - {*LIVE, ReminderState.UNREACHABLE})


def written(rows, changes):
    """Write the changes into the rows, as a database would."""
    rows = {row.key: row for row in rows}
    for due in changes.insert:
        row = ReminderRow(due.key, due.key, ReminderState.WAITING, due.due_at, due.expires_at)
        assert row.key not in rows
        rows[row.key] = row
    for move in changes.move:
        rows[move.key] = replace(
            rows[move.key],
            state=ReminderState.WAITING,
            due_at=move.due_at,
            expires_at=move.expires_at,
            snoozed_until=move.snoozed_until,
        )
    for key in changes.withdraw:
        rows[key] = replace(rows[key], state=ReminderState.WITHDRAWN)
    return list(rows.values())


@quick
@given(books(), books(), st.data())
def test_nothing_delivered_dismissed_or_lapsed_comes_back(book, later_book, data):
    rhythm, notes = book
    rows = [
        replace(row, state=data.draw(st.sampled_from(ENDED)))
        for row in written([], reconcile(plan(notes, rhythm), []))
    ]
    elsewhere = written(rows, reconcile(plan(later_book[1], rhythm), rows))
    back = written(elsewhere, reconcile(plan(notes, rhythm), elsewhere))
    assert [row for row in back if row.state in ENDED] == rows


@quick
@given(books(), books())
def test_reconciling_twice_changes_nothing_more(book, later_book):
    rhythm, notes = book
    rows = written([], reconcile(plan(notes, rhythm), []))
    later = plan(later_book[1], rhythm)
    rows = written(rows, reconcile(later, rows))
    assert reconcile(later, rows) == Changes()
    waiting = {row.plan_key for row in rows if row.state is ReminderState.WAITING}
    assert waiting == {one.key for one in later}


@quick
@given(books(), st.data())
def test_taking_a_record_back_and_restoring_it_restores_what_waited(book, data):
    rhythm, notes = book
    part = data.draw(st.sampled_from(["touches", "talks", "promises", "decisions", "sent"]))
    fewer = replace(notes, **{part: getattr(notes, part)[1:]})
    before = written([], reconcile(plan(notes, rhythm), []))
    without = written(before, reconcile(plan(fewer, rhythm), before))
    after = written(without, reconcile(plan(notes, rhythm), without))
    assert {row for row in after if row.state is ReminderState.WAITING} == set(before)


@pytest.mark.parametrize("zone", ZONES)
def test_the_wall_clock_holds_through_both_clock_changes(zone):
    rhythm = Rhythm(zone=zone)
    for n in range(366):
        on = FIRST + timedelta(days=n)
        start = hours.instant(on, time(15), zone)
        talk = Talk("k0", TalkState.PLANNED, on, noon(FIRST) - timedelta(days=30), starts_at=start)
        due = {
            (one.kind, one.step): hours.local(one.due_at, zone).replace(tzinfo=None)
            for one in plan(ContactNotes("rosa", talks=(talk,)), rhythm)
        }
        assert due[Kind.PREPARE, 1] == datetime.combine(on - timedelta(days=2), time(9))
        assert due[Kind.CONFIRM, 1] == datetime.combine(on - timedelta(days=1), time(18))
        assert due[Kind.DEBRIEF, 2] == datetime.combine(on + timedelta(days=1), time(9))
        assert due[Kind.THANK_YOU, 2] == datetime.combine(on + timedelta(days=2), time(9))

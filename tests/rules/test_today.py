from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.follow_ups import plan
from bot.rules.records import (
    Answer,
    ContactNotes,
    Decision,
    Kind,
    Promise,
    ReminderState,
    Rhythm,
    Talk,
    TalkState,
    Verdict,
)
from bot.rules.today import Standing, Step, plan_day
from tests.rules import notes
from tests.rules.notes import at, day, touch

RHYTHM = Rhythm()
NOW = at(14)


def talk(state: TalkState, number: int, hour: int = 10, **more) -> Talk:
    return notes.talk(state, number, hour=hour, **{"recorded_at": at(0), **more})


def standing(key: str, states: dict[str, ReminderState] | None = None, **noted) -> Standing:
    whole = ContactNotes(key, recorded_at=at(0), **noted)
    return Standing(whole, plan(whole, RHYTHM), states or {})


def lead(key: str = "lead", number: int = 0) -> Standing:
    return standing(key, lead_on=day(number))


def steps(*standings: Standing, now: datetime = NOW) -> list[tuple[Step, str]]:
    return [(item.step, item.contact) for item in plan_day(standings, RHYTHM, now).items]


def every_kind() -> list[Standing]:
    """One contact for each step, in the order in which they are offered."""
    unsent = standing("unsent", touches=(touch("asked", 2),))
    states = {due.key: ReminderState.UNREACHABLE for due in unsent.planned}
    said_yes = (touch("asked", 1), touch("answered", 13, answer=Answer.YES))
    held = talk(TalkState.HELD, 2, logged_at=at(2))
    return [
        replace(unsent, states=states),
        standing("thank", talks=(talk(TalkState.HELD, 13, logged_at=at(13)),)),
        standing("talk", talks=(talk(TalkState.PLANNED, 15),)),
        standing("late", talks=(talk(TalkState.HELD, 9, logged_at=at(9)),)),
        standing("yes", touches=said_yes),
        standing("chase", touches=(touch("asked", 5),)),
        standing(
            "promise",
            touches=(touch("thanked", 3),),
            talks=(held,),
            promises=(Promise("p", held.key, day(2)),),
        ),
        lead(),
    ]


def test_the_order_is_the_one_in_which_things_spoil() -> None:
    assert steps(*every_kind()) == [
        (Step.UNDELIVERED, "unsent"),
        (Step.THANK, "thank"),
        (Step.TALK, "talk"),
        (Step.LATE_THANKS, "late"),
        (Step.DATE, "yes"),
        (Step.ANSWER, "chase"),
        (Step.PROMISE, "promise"),
        (Step.ASK, "lead"),
    ]


@given(st.permutations(every_kind()))
def test_the_order_of_the_contacts_changes_nothing(some: list[Standing]) -> None:
    assert plan_day(some, RHYTHM, NOW) == plan_day(every_kind(), RHYTHM, NOW)


def test_nobody_at_all_leaves_the_ideas() -> None:
    assert plan_day((), RHYTHM, NOW).best is None


def test_a_person_to_ask_is_the_best_step_before_they_are_due() -> None:
    planned = plan_day((lead(number=13),), RHYTHM, NOW)
    assert planned.items == ()
    assert planned.best is not None
    assert (planned.best.step, planned.best.contact) == (Step.ASK, "lead")
    assert planned.coming is not None
    assert planned.coming.kind is Kind.APPROACH_LEAD


def test_the_person_named_first_is_asked_first() -> None:
    planned = plan_day((lead("late", 13), lead("early", 12)), RHYTHM, NOW)
    assert planned.best is not None
    assert planned.best.contact == "early"


def test_a_talk_of_today_is_thanked_for_today_at_once() -> None:
    held = talk(TalkState.HELD, 14, logged_at=NOW)
    assert steps(standing("a", talks=(held,))) == [(Step.THANK, "a")]


def test_a_thank_you_counts_to_the_end_of_the_72_hours_and_later_is_still_better_than_never() -> (
    None
):
    one = standing("a", talks=(talk(TalkState.HELD, 10, logged_at=at(10)),))
    (item,) = plan_day((one,), RHYTHM, at(12)).items
    assert item.at == at(13, 10)
    assert steps(one, now=at(13, 9)) == [(Step.THANK, "a")]
    assert steps(one, now=at(13, 10)) == [(Step.LATE_THANKS, "a")]
    assert steps(one, now=at(43, 9)) == [(Step.LATE_THANKS, "a")]
    assert steps(one, now=at(43, 10)) == []


def test_a_thank_you_or_not_needed_settles_it() -> None:
    held = talk(TalkState.HELD, 13, logged_at=at(13))
    thanked = standing("a", talks=(held,), touches=(touch("thanked", 14),))
    anchor = thanked.notes.talks[0].key + "@20260517"
    decision = Decision(Kind.THANK_YOU, anchor, Verdict.NOT_NEEDED, day(14), at(14))
    assert steps(thanked, standing("b", talks=(held,), decisions=(decision,))) == []


def test_a_talk_that_is_over_and_has_no_notes_asks_for_them_once() -> None:
    one = standing("a", talks=(talk(TalkState.PLANNED, 13),))
    (item,) = plan_day((one,), RHYTHM, NOW).items
    assert (item.step, item.kind) == (Step.THANK, Kind.DEBRIEF)


def test_a_talk_running_now_is_still_a_talk() -> None:
    one = standing("a", talks=(talk(TalkState.PLANNED, 14),))
    (item,) = plan_day((one,), RHYTHM, at(14, 10) + timedelta(minutes=5)).items
    assert item.step is Step.TALK


def test_the_morning_that_says_prepare_lists_the_talk_of_the_day_after_tomorrow() -> None:
    one = standing("a", talks=(talk(TalkState.PLANNED, 16, 15),))
    (item,) = plan_day((one,), RHYTHM, at(14, 9)).items
    assert (item.step, item.kind) == (Step.TALK, Kind.PREPARE)


def test_shortly_before_a_talk_it_is_the_talk_that_counts_not_its_confirmation() -> None:
    one = standing("a", talks=(talk(TalkState.PLANNED, 14, 10),))
    kinds = [
        plan_day((one,), RHYTHM, moment).items[0].kind
        for moment in (at(13, 20), at(14, 10) - timedelta(minutes=5))
    ]
    assert kinds == [Kind.CONFIRM, Kind.STARTS_SOON]


def test_a_talk_in_a_week_is_named_but_not_due() -> None:
    planned = plan_day((standing("a", talks=(talk(TalkState.PLANNED, 21),)),), RHYTHM, NOW)
    assert planned.items == ()
    assert planned.next_talk is not None
    assert planned.next_talk.at == at(21, 10)


def test_a_yes_asks_for_a_date_from_the_first_day() -> None:
    said = standing("a", touches=(touch("answered", 14, answer=Answer.YES),))
    assert steps(said, now=at(14, 13)) == [(Step.DATE, "a")]


def test_a_request_is_outstanding_from_the_day_promised_on() -> None:
    asked = standing("a", touches=(touch("asked", 10, until=day(14)),))
    assert steps(asked, now=at(14, 8)) == []
    assert steps(asked, now=at(14, 9)) == [(Step.ANSWER, "a")]


def test_whoever_rests_is_left_alone() -> None:
    rest = Decision(Kind.CHASE_REPLY, "asked5", Verdict.REST, day(13), at(13))
    one = standing("a", touches=(touch("asked", 5),), decisions=(rest,))
    planned = plan_day((one,), RHYTHM, NOW)
    assert planned.items == ()
    assert planned.best is None


def test_what_was_pressed_is_not_offered_again() -> None:
    one = lead()
    closed = {due.key: ReminderState.DISMISSED for due in one.planned}
    planned = plan_day((replace(one, states=closed),), RHYTHM, NOW)
    assert planned == plan_day((), RHYTHM, NOW)


def test_two_promises_to_one_person_are_two_things() -> None:
    held = talk(TalkState.HELD, 2, logged_at=at(2))
    promises = (Promise("p", held.key, day(2)), Promise("q", held.key, day(2)))
    one = standing("a", talks=(held,), touches=(touch("thanked", 3),), promises=promises)
    assert steps(one) == [(Step.PROMISE, "a"), (Step.PROMISE, "a")]


def test_two_chases_of_one_request_are_one_thing() -> None:
    one = standing("a", touches=(touch("asked", 0), touch("wrote", 7)))
    planned = plan_day((one,), RHYTHM, at(15))
    assert [(item.step, item.number) for item in planned.items] == [(Step.ANSWER, 2)]


def test_an_open_promise_outlives_its_reminder_behind_all_else() -> None:
    held = talk(TalkState.HELD, -40, logged_at=at(-40), recorded_at=at(-40))
    told = {"talks": (held,), "touches": (touch("thanked", -39),)}
    promise = Promise("p", held.key, day(-40))
    still_open = steps(standing("a", promises=(promise,), **told), lead())
    assert still_open == [(Step.LINE, "a"), (Step.ASK, "lead"), (Step.OLD_PROMISE, "a")]
    kept = replace(promise, settled=True)
    assert steps(standing("a", promises=(kept,), **told), lead()) == still_open[:2]

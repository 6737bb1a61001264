from __future__ import annotations

from datetime import timedelta

import pytest

from bot.rules.records import (
    Answer,
    Decision,
    Kind,
    Sent,
    TalkState,
    Verdict,
)
from bot.rules.stages import (
    Stage,
    open_talks_for_logging,
    open_talks_for_preparing,
    stage,
)
from tests.rules import notes as notes_of
from tests.rules.notes import answer, at, day, notes, touch


def talk(state, number, **more):
    return notes_of.talk(state, number, **{"recorded_at": at(0), **more})


def rest(number, hour=12):
    return Decision(Kind.CHASE_REPLY, "asked0", Verdict.REST, day(number), at(number, hour))


PLANNED, HELD = TalkState.PLANNED, TalkState.HELD


@pytest.mark.parametrize(
    ("parts", "on", "expected"),
    [
        ([], 0, Stage.KNOWN),
        ([touch("note", 0)], 0, Stage.KNOWN),
        ([touch("asked", 0)], 0, Stage.ASKED),
        ([touch("asked", 0), touch("wrote", 7)], 8, Stage.ASKED),
        ([touch("asked", 0), answer(Answer.YES, 1)], 1, Stage.SAID_YES),
        ([touch("asked", 0), answer(Answer.NO, 1)], 90, Stage.SAID_NO),
        ([touch("asked", 0), answer(Answer.OTHER, 1)], 1, Stage.SAID_NO),
        ([touch("asked", 0), answer(Answer.NO, 1), touch("thanked", 1)], 2, Stage.SAID_NO),
        ([touch("asked", 0), answer(Answer.NO, 1), touch("asked", 9)], 9, Stage.ASKED),
        ([answer(Answer.LATER, 1, until=day(20))], 19, Stage.RESTING),
        ([answer(Answer.LATER, 1, until=day(20))], 20, Stage.TO_ASK),
        ([answer(Answer.YES, 1), talk(PLANNED, 5)], 2, Stage.DATE_SET),
        ([talk(PLANNED, 5)], 9, Stage.DATE_SET),
        ([talk(PLANNED, 5), touch("thanked", 6)], 6, Stage.THANKED),
        ([talk(TalkState.CANCELLED, 5, cancelled_on=day(3))], 3, Stage.SAID_YES),
        (
            [talk(TalkState.CANCELLED, 5, cancelled_on=day(3)), answer(Answer.LATER, 3)],
            4,
            Stage.RESTING,
        ),
        ([talk(TalkState.NOT_HELD, 5)], 6, Stage.RESTING),
        ([talk(HELD, 5)], 6, Stage.TALKED),
        ([touch("talked", 5)], 6, Stage.TALKED),
        ([talk(HELD, 5), touch("talked", 5), touch("thanked", 6)], 6, Stage.THANKED),
        ([talk(HELD, 5), touch("thanked", 6), touch("wrote", 50)], 50, Stage.IN_TOUCH),
        ([talk(HELD, 5), touch("thanked", 6), touch("note", 50)], 50, Stage.THANKED),
        ([talk(HELD, 5), talk(PLANNED, 60)], 50, Stage.DATE_SET),
        ([talk(HELD, 5), talk(TalkState.NOT_HELD, 60)], 61, Stage.TALKED),
    ],
)
def test_the_stage_follows_from_what_happened(parts, on, expected):
    assert stage(notes(*parts), day(on)) is expected
    assert stage(notes(*reversed(parts)), day(on)) is expected


def test_somebody_whose_name_was_given_is_to_ask():
    assert stage(notes(lead_on=day(0)), day(0)) is Stage.TO_ASK
    assert stage(notes(touch("introduced", 2), lead_on=day(0)), day(3)) is Stage.TO_ASK


@pytest.mark.parametrize(
    ("parts", "last_day_asked"),
    [
        ([], 27),
        ([touch("wrote", 9)], 29),
        ([touch("wrote", 9), touch("wrote", 20)], 33),
        (
            [
                Sent(Kind.CHASE_REPLY, "asked0", 1, day(7)),
                Sent(Kind.CHASE_REPLY, "asked0", 2, day(14)),
            ],
            27,
        ),
    ],
)
def test_a_request_rests_by_itself_two_weeks_after_the_second_chase(parts, last_day_asked):
    asked = notes(touch("asked", 0), *parts)
    assert stage(asked, day(last_day_asked)) is Stage.ASKED
    assert stage(asked, day(last_day_asked + 1)) is Stage.RESTING


def test_a_contact_rests_until_something_new_happens():
    assert stage(notes(touch("asked", 0), rest(8)), day(9)) is Stage.RESTING
    assert stage(notes(touch("asked", 0), rest(8), touch("note", 9)), day(9)) is Stage.RESTING
    assert stage(notes(touch("asked", 0), rest(8), touch("wrote", 9)), day(9)) is Stage.ASKED


def test_on_one_day_what_was_noted_after_the_rest_revives_and_what_came_before_does_not():
    before = notes(touch("asked", 0), touch("wrote", 8), rest(8, hour=13))
    after = notes(touch("asked", 0), touch("wrote", 8), rest(8, hour=11))
    assert stage(before, day(8)) is Stage.RESTING
    assert stage(after, day(8)) is Stage.ASKED


def test_commands_mean_the_next_talk_to_prepare_and_the_latest_begun_to_log():
    book = notes(talk(PLANNED, 1), talk(PLANNED, 3), talk(PLANNED, 9), talk(HELD, 2))
    during = at(3, 15) + timedelta(minutes=5)
    assert [one.key for one in open_talks_for_preparing(book, during)] == ["talk3", "talk9"]
    assert [one.key for one in open_talks_for_logging(book, during)] == ["talk3", "talk1"]
    later = at(3, 16)
    assert [one.key for one in open_talks_for_preparing(book, later)] == ["talk9"]
    assert open_talks_for_logging(notes(talk(PLANNED, 9)), later) == []

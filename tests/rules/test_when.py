"""What members type for a day or time, and what is understood."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Unclear
from bot.rules.when import Moment, read_when

NEW_YORK = "America/New_York"
NOW = datetime(2026, 3, 4, 10, 30, tzinfo=ZoneInfo(NEW_YORK))  # a Wednesday


def read(text, expect="future", *, now=NOW, zone=NEW_YORK, need_time=False) -> Moment:
    return read_when(text, now=now, zone=zone, expect=expect, need_time=need_time)


def seen(moment: Moment, zone=NEW_YORK) -> str:
    """The moment as the member's wall clock shows it."""
    if moment.at is None:
        return moment.on.isoformat()
    assert moment.at.tzinfo is UTC
    local = moment.at.astimezone(ZoneInfo(zone))
    assert local.date() == moment.on
    return f"{local:%Y-%m-%d %H:%M}"


def question(text, expect="future", **options) -> Unclear:
    with pytest.raises(Unclear) as caught:
        read(text, expect, **options)
    return caught.value


def answers(text, expect="future", **options) -> list[str]:
    return [choice.value for choice in question(text, expect, **options).choices]


UNDERSTOOD = [
    ("future", "today", "2026-03-04"),
    ("future", "tomorrow", "2026-03-05"),
    ("future", "Tommorow", "2026-03-05"),
    ("future", "day after tomorrow", "2026-03-06"),
    ("future", "tonight", "2026-03-04 20:00"),
    ("future", "tonight at 8", "2026-03-04 20:00"),
    ("future", "tonight at 1", "2026-03-05 01:00"),
    ("future", "noon", "2026-03-04 12:00"),
    ("future", "midnight", "2026-03-05 00:00"),
    ("future", "tomorrow at noon", "2026-03-05 12:00"),
    ("future", "tomorrow 3pm", "2026-03-05 15:00"),
    ("future", "3 p.m. tomorrow", "2026-03-05 15:00"),
    ("future", "tomorrow at 15h30", "2026-03-05 15:30"),
    ("future", "tomorrow at three in the afternoon", "2026-03-05 15:00"),
    ("future", "tomorrow evening at 7", "2026-03-05 19:00"),
    ("future", "tomorrow morning", "2026-03-05 09:00"),
    ("future", "Monday morning", "2026-03-09 09:00"),
    ("future", "quarter to 4pm tomorrow", "2026-03-05 15:45"),
    ("future", "in the morning", "2026-03-05 09:00"),
    ("future", "tue", "2026-03-10"),
    ("future", "next tue", "2026-03-10"),
    ("future", "next tue 3pm", "2026-03-10 15:00"),
    ("future", "this wed", "2026-03-04"),
    ("future", "this friday at 14:30", "2026-03-06 14:30"),
    ("future", "wed 3pm", "2026-03-04 15:00"),
    ("future", "wed 9am", "2026-03-11 09:00"),
    ("future", "fri", "2026-03-06"),
    ("future", "friday next week", "2026-03-13"),
    ("future", "next week on friday", "2026-03-13"),
    ("future", "Oct 3 14:30", "2026-10-03 14:30"),
    ("future", "3 Oct", "2026-10-03"),
    ("future", "the 3rd of October at 2 pm", "2026-10-03 14:00"),
    ("future", "Thu, Mar 12 @ 4:15 p.m.", "2026-03-12 16:15"),
    ("future", "3 october of 2027", "2027-10-03"),
    ("future", "29 feb", "2028-02-29"),
    ("future", "2026-10-03", "2026-10-03"),
    ("future", "2026-10-03 14:30", "2026-10-03 14:30"),
    ("future", "2026-04-01T16:00Z", "2026-04-01 12:00"),
    ("future", "2026-04-01 16:00+02:00", "2026-04-01 10:00"),
    ("future", "04/13", "2026-04-13"),
    ("future", "13/4/2026", "2026-04-13"),
    ("future", "in 2 weeks", "2026-03-18"),
    ("future", "two weeks from now", "2026-03-18"),
    ("future", "2w", "2026-03-18"),
    ("future", "3d", "2026-03-07"),
    ("future", "for 2 weeks", "2026-03-18"),
    ("future", "until next monday", "2026-03-09"),
    ("future", "in 3 days", "2026-03-07"),
    ("future", "in 3 days at 9am", "2026-03-07 09:00"),
    ("future", "in a month", "2026-04-04"),
    ("future", "in half an hour", "2026-03-04 11:00"),
    ("future", "in an hour and a half", "2026-03-04 12:00"),
    ("future", "1h30m", "2026-03-04 12:00"),
    ("future", "a fortnight", "2026-03-18"),
    ("future", "in 3 business days", "2026-03-09"),
    ("future", "2 days after tomorrow", "2026-03-07"),
    ("future", "a week from friday", "2026-03-13"),
    ("future", "end of week", "2026-03-06"),
    ("future", "end of next week", "2026-03-13"),
    ("future", "end of month", "2026-03-31"),
    ("future", "end of next month", "2026-04-30"),
    ("future", "second Thursday of April", "2026-04-09"),
    ("future", "last friday of march", "2026-03-27"),
    ("future", "first monday of next month", "2026-04-06"),
    ("future", "the 15th", "2026-03-15"),
    ("future", "9am", "2026-03-05 09:00"),
    ("future", "today at 5", "2026-03-04 17:00"),
    ("past", "today", "2026-03-04"),
    ("past", "now", "2026-03-04 10:30"),
    ("past", "this morning", "2026-03-04"),
    ("past", "yesterday", "2026-03-03"),
    ("past", "last night", "2026-03-03"),
    ("past", "yesterday 3pm", "2026-03-03 15:00"),
    ("past", "tue", "2026-03-03"),
    ("past", "Monday morning", "2026-03-02"),
    ("past", "last friday", "2026-02-27"),
    ("past", "2 days ago", "2026-03-02"),
    ("past", "a couple of days ago", "2026-03-02"),
    ("past", "an hour ago", "2026-03-04 09:30"),
    ("past", "3 working days ago", "2026-02-27"),
    ("past", "1 decade ago", "2016-03-04"),
    ("past", "Dec 30", "2025-12-30"),
    ("past", "3pm", "2026-03-03 15:00"),
    ("past", "the 15th", "2026-02-15"),
    ("any", "today 3pm", "2026-03-04 15:00"),
    ("any", "9am", "2026-03-04 09:00"),
    ("any", "tuesday 10 march", "2026-03-10"),
]


@pytest.mark.parametrize(("expect", "text", "wanted"), UNDERSTOOD)
def test_a_phrase_is_understood(expect, text, wanted):
    assert seen(read(text, expect)) == wanted


ASKED = [
    ("future", "03/04", ["2026-03-04", "2026-04-03"]),
    ("past", "03/04", ["2026-03-04", "2025-04-03"]),
    ("past", "04.03.2026", ["2026-03-04"]),
    ("future", "5", ["2026-03-05 05:00", "2026-03-04 17:00", "2026-03-05"]),
    ("future", "at 5", ["2026-03-04 17:00", "2026-03-05 05:00"]),
    ("future", "tomorrow at 5", ["2026-03-05 05:00", "2026-03-05 17:00"]),
    ("future", "tomorrow 3:30", ["2026-03-05 03:30", "2026-03-05 15:30"]),
    ("future", "half past 3 tomorrow", ["2026-03-05 03:30", "2026-03-05 15:30"]),
    ("future", "tue 5", ["2026-03-10 05:00", "2026-03-10 17:00"]),
    ("future", "tomorrow at midnight", ["2026-03-05 00:00", "2026-03-06 00:00"]),
    ("future", "next fri", ["2026-03-06", "2026-03-13"]),
    ("future", "next friday 3pm", ["2026-03-06 15:00", "2026-03-13 15:00"]),
    ("past", "last monday", ["2026-03-02", "2026-02-23"]),
    ("future", "wed", ["2026-03-04", "2026-03-11"]),
    ("any", "tue", ["2026-03-10", "2026-03-03"]),
    ("future", "monday 17 march", ["2026-03-17", "2026-03-16"]),
    ("future", "april", ["2026-04-01", "2026-04-15", "2026-04-30"]),
    ("future", "next weekend", ["2026-03-14", "2026-03-15"]),
    ("future", "29 feb 2027", ["2027-02-28", "2027-03-01"]),
    ("future", "yesterday", []),
    ("future", "last friday", ["2026-03-06"]),
    ("future", "Mar 3", ["2027-03-03"]),
    ("future", "2025-10-03 14:30", ["2026-10-03 14:30"]),
    ("future", "today 9am", ["2026-03-05 09:00"]),
    ("past", "tomorrow", []),
    ("past", "next tue", ["2026-03-03"]),
    ("past", "2026-10-03", ["2025-10-03"]),
    ("past", "today 3pm", ["2026-03-03 15:00"]),
]


@pytest.mark.parametrize(("expect", "text", "wanted"), ASKED)
def test_an_unclear_phrase_is_asked_about(expect, text, wanted):
    asked = question(text, expect)
    assert [choice.value for choice in asked.choices] == wanted
    assert f'"{text}"' in asked.text


UNREADABLE = [
    *("", "blah", "soon", "3-4pm", "3pm 4pm", "tomorrow 25:00", "13pm tomorrow am", "sat 24"),
    *("2 days after", "3 potatoes ago", "Oct 32", "13/13/2026", "2026-13-01", "at 5 in 2 days ago"),
    *(
        "9am in the evening",
        "明日",
        "٣ days ago",
        "0pm",
        "-1d",
        "in 2 hours ago",
        "99999999999d",
        "1h and",
        "in an d",
    ),
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_moment_is_refused_with_no_answer_guessed(text):
    assert answers(text) == []


@pytest.mark.parametrize("expect", ["past", "future", "any"])
def test_the_examples_in_a_refusal_can_be_read(expect):
    examples = re.findall(r'"(.*?)"', question("blah", expect).text)[1:]
    assert len(examples) == 2
    for example in examples:
        read(example, expect)


def test_a_long_text_is_cut_where_it_is_shown():
    asked = question("so " * 2000)
    assert len(asked.text) < 200
    assert f'"{("so " * 20)[:59]}…"' in asked.text


def test_a_question_names_its_field():
    with pytest.raises(Unclear) as caught:
        read_when("blah", now=NOW, zone=NEW_YORK, expect="any", field_name="until")
    assert caught.value.field_name == "until"


def test_a_time_with_a_zone_word_is_asked_for_on_the_members_own_clock():
    assert "your own clock (New York)" in question("tomorrow 3pm PST").text


def test_a_day_without_an_hour_is_asked_for_one_where_an_hour_is_needed():
    asked = question("tue", need_time=True)
    assert "What time on Tuesday 10 March?" in asked.text
    assert [choice.label for choice in asked.choices][:2] == [
        "Tuesday 10 March, 10:00 am",
        "Tuesday 10 March, 12:00 pm",
    ]
    assert [choice.value for choice in asked.choices][-1] == "2026-03-10 18:00"


def test_only_hours_still_to_come_are_offered_for_today():
    assert answers("today", need_time=True)[0] == "2026-03-04 12:00"


def test_a_day_in_january_named_in_december_is_in_the_next_year():
    december = datetime(2026, 12, 20, 9, tzinfo=ZoneInfo(NEW_YORK))
    moment = read("Jan 5 3pm", now=december)
    assert seen(moment) == "2027-01-05 15:00"
    assert moment.said == "Tuesday 5 January 2027, 3:00 pm"


def test_an_assumed_hour_is_said():
    assert read("Monday morning").said == "Monday 9 March, 9:00 am"


def test_a_part_of_a_minute_never_moves_a_moment_to_the_wrong_side_of_now():
    now = NOW.replace(second=31)
    assert seen(read("in half an hour", now=now)) == "2026-03-04 11:01"
    assert seen(read("half an hour ago", "past", now=now)) == "2026-03-04 10:00"


def test_the_members_own_day_counts_and_not_that_of_utc():
    evening = datetime(2026, 3, 4, 23, 30, tzinfo=ZoneInfo(NEW_YORK))
    assert seen(read("today", now=evening)) == "2026-03-04"
    tokyo = read("today", now=evening, zone="Asia/Tokyo")
    assert tokyo.on.isoformat() == "2026-03-05"


# a zone, a time skipped in spring and its neighbours
SKIPPED = [
    (NEW_YORK, "2026-03-08 02:30", ["01:30", "03:30"]),
    ("Europe/London", "2026-03-29 01:15", ["00:15", "02:15"]),
    ("Australia/Lord_Howe", "2026-10-04 02:10", ["01:40", "02:40"]),
    ("America/St_Johns", "2026-03-08 02:05", ["01:05", "03:05"]),
]
# a zone, a time shown twice in autumn, and the minutes between the two
TWICE = [
    (NEW_YORK, "2026-11-01 01:30", 60),
    ("Europe/London", "2026-10-25 01:15", 60),
    ("Australia/Lord_Howe", "2026-04-05 01:40", 30),
    ("America/St_Johns", "2026-11-01 01:05", 60),
]


@pytest.mark.parametrize(("zone", "skipped", "near"), SKIPPED)
def test_a_time_the_clocks_skip_is_asked_about(zone, skipped, near):
    asked = question(skipped, "any", zone=zone)
    assert "clocks skip" in asked.text
    assert [choice.value[-5:] for choice in asked.choices] == near


@pytest.mark.parametrize(("zone", "twice", "minutes"), TWICE)
def test_a_time_the_clocks_show_twice_is_asked_about(zone, twice, minutes):
    asked = question(twice, "any", zone=zone)
    first, second = (read(choice.value, "any", zone=zone) for choice in asked.choices)
    assert second.at - first.at == timedelta(minutes=minutes)
    assert seen(first, zone) == seen(second, zone) == twice
    assert first.said.endswith("before the clocks change")
    assert read(second.said, "any", zone=zone) == second


def test_kathmandu_is_a_quarter_of_an_hour_off():
    moment = read("2026-05-01 09:00", zone="Asia/Kathmandu")
    assert moment.at == datetime(2026, 5, 1, 3, 15, tzinfo=UTC)


ZONES = st.sampled_from(
    [NEW_YORK, "UTC", "Asia/Kathmandu", "Pacific/Apia", *(zone for zone, *_ in TWICE)]
)
NOWS = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1)).map(  # noqa: DTZ001  (UTC next)
    lambda naive: naive.replace(tzinfo=UTC)
)
EXPECTS = st.sampled_from(["past", "future", "any"])
WORDS = (
    *("today", "tomorrow", "yesterday", "tonight", "tue", "fri", "sunday", "next", "last", "this"),
    *("week", "month", "end", "of", "the", "in", "at", "on", "ago", "from", "now", "before", "2"),
    *("after", "3", "5", "12", "15", "29", "31", "2w", "3d", "1h", "days", "weeks", "hours", "an"),
    *("half", "hour", "3pm", "02:30", "1:30", "14:30", "noon", "midnight", "morning", "night"),
    *("first", "second", "feb", "march", "oct", "2027", "03/04", "30/3", "2026-11-01", "-", "and"),
    *("evening", "a", "z", "+02:00", "am", "pm", "5th", ".", ",", "weekend", "business", "year"),
)
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
KNOWN = st.sampled_from([text for _, text, _ in UNDERSTOOD + ASKED])


def on_the_right_side(moment: Moment, expect, now, zone) -> bool:
    today = now.astimezone(ZoneInfo(zone)).date()
    if expect == "past":
        return moment.on <= today and (moment.at is None or moment.at <= now)
    if expect == "future":
        return moment.on >= today and (moment.at is None or moment.at >= now)
    return True


def understood(text, **frame) -> tuple[list[Moment], list[str]]:
    """What a text is read as, or the moments offered for it; and their labels."""
    try:
        moment = read(text, **frame)
    except Unclear as asked:
        return [read(choice.value, **frame) for choice in asked.choices], [
            choice.label for choice in asked.choices
        ]
    return [moment], [moment.said]


@settings(max_examples=1000, deadline=None)
@given(text=st.one_of(PHRASES, KNOWN, st.text(max_size=90)), expect=EXPECTS, now=NOWS, zone=ZONES)
def test_whatever_is_typed_gives_a_moment_on_the_right_side_or_answers_that_do(
    text, expect, now, zone
):
    moments, labels = understood(text, expect=expect, now=now, zone=zone)
    assert [moment.said for moment in moments] == labels
    assert len(set(labels)) == len(labels) <= 5
    for moment in moments:
        assert on_the_right_side(moment, expect, now, zone)
        assert read(moment.said, expect, now=now, zone=zone) == moment


def test_nobody_is_said_to_have_typed_the_day_that_a_button_stands_for():
    value = question("4/5").choices[0].value
    said = question(value, need_time=True).text
    assert said.endswith("? Add an hour, like 3pm or 14:30.")
    assert value not in said


def test_what_was_typed_is_quoted():
    assert 'You typed "tue"; add an hour' in question("tue", need_time=True).text

"""What members type for a day or time, and what is understood."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

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

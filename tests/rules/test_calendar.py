from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import Event, alarms_before, google_link, plain, write_calendar
from bot.rules.records import Mode, Talk, TalkState

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
AT = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
TALK = Event("abc@rapport", "Talk with Rosa", AT, timedelta(minutes=20), sequence=2)
NEW_YORK = "America/New_York"

LONG = st.text(max_size=600) | st.lists(
    st.sampled_from(
        ["\r\n", "\r", "\n", ",", ";", "\\", ":", '"', "👩🏽‍⚕️", "é", "x" * 70, "\x00", "\\n"]
    ),
    max_size=40,
).map("".join)
EVENTS = st.builds(
    Event,
    uid=st.text(string.ascii_lowercase, min_size=3, max_size=13).map("{}@rapport".format),
    title=LONG.filter(lambda text: plain(text)),
    starts=st.datetimes(
        datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis wants its bounds without a zone
        datetime(2040, 1, 1),  # noqa: DTZ001 - the same
        timezones=st.timezones(),
    )
    | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    length=st.just(timedelta(days=1)),
    place=LONG,
    about=LONG,
    sequence=st.integers(0, 99),
    is_cancelled=st.booleans(),
    alarms=st.lists(st.integers(0, 2000).map(lambda n: timedelta(minutes=n)), max_size=2).map(
        tuple
    ),
)


def first(data: bytes) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    return event


@given(EVENTS)
def test_two_parsers_of_others_read_back_what_was_written(event: Event) -> None:
    data = write_calendar([event], now=NOW)
    theirs = first(data)
    other = vobject.readOne(data.decode()).vevent
    for text, one, two in (
        (event.title, theirs.get("summary"), other.summary),
        (event.place, theirs.get("location", ""), getattr(other, "location", None)),
        (event.about, theirs.get("description", ""), getattr(other, "description", None)),
    ):
        assert str(one) == plain(text)
        assert (two.value if two is not None else "") == plain(text)
    assert str(theirs["uid"]) == other.uid.value == event.uid
    assert theirs["sequence"] == int(other.sequence.value) == event.sequence
    starts = event.starts
    if isinstance(starts, datetime):
        # By instants: an hour that comes twice equals no other zone's, says Python.
        starts = starts.replace(microsecond=0).astimezone(UTC)
    assert theirs.start == other.dtstart.value == starts
    assert len(theirs.walk("VALARM")) == (0 if event.is_cancelled else len(event.alarms))


@given(EVENTS)
def test_lines_are_folded_as_the_format_wants_and_end_in_crlf(event: Event) -> None:
    data = write_calendar([event], now=NOW, name=event.title)
    assert data.endswith(b"\r\n")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 8), date(2026, 11, 1)])
def test_a_talk_keeps_its_hour_on_the_wall_when_the_clocks_change(day: date) -> None:
    zone = ZoneInfo(NEW_YORK)
    here = datetime(day.year, day.month, day.day, 15, 0, tzinfo=zone)
    data = write_calendar([Event("a@b", "Talk", here, timedelta(minutes=20))], now=NOW)
    assert re.search(rb"DTSTART:\d{8}T\d{6}Z\r\n", data)
    assert first(data).start.astimezone(zone).hour == 15


def test_a_talk_of_which_only_the_day_is_known_takes_the_day() -> None:
    data = write_calendar([Event("a@b", "Talk", date(2026, 3, 10), timedelta(days=1))], now=NOW)
    assert b"DTSTART;VALUE=DATE:20260310\r\n" in data
    assert b"DTEND;VALUE=DATE:20260311\r\n" in data


def test_a_file_says_whether_it_brings_a_talk_or_takes_it_away() -> None:
    brought = write_calendar([TALK], now=NOW)
    assert b"METHOD:PUBLISH\r\n" in brought
    assert b"STATUS:CONFIRMED\r\n" in brought
    gone = Event(TALK.uid, TALK.title, AT, TALK.length, sequence=3, is_cancelled=True)
    taken = write_calendar([gone], now=NOW)
    assert b"METHOD:CANCEL\r\n" in taken
    assert first(taken)["uid"] == first(brought)["uid"]
    assert first(taken)["sequence"] > first(brought)["sequence"]


def test_a_calendar_that_is_subscribed_to_has_a_name_and_no_method() -> None:
    data = write_calendar([TALK], now=NOW, name="Rapport, mine", is_sent=False)
    assert b"METHOD" not in data
    assert b"X-WR-CALNAME:Rapport\\, mine\r\n" in data
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in data
    assert write_calendar([], now=NOW, name="Rapport", is_sent=False).startswith(b"BEGIN:VCALENDAR")


def talk(**more: object) -> Talk:
    given = {"starts_at": AT, "on": AT.date(), "recorded_at": NOW, **more}
    return Talk("abc", TalkState.PLANNED, **given)


def test_it_rings_the_evening_before_and_in_time() -> None:
    eve, soon = alarms_before(talk(), zone=NEW_YORK, now=NOW)
    assert (AT - eve).astimezone(ZoneInfo(NEW_YORK)).isoformat() == "2026-03-09T18:00:00-04:00"
    assert soon == timedelta(minutes=15)
    ringing = first(write_calendar([Event("a@b", "T", AT, timedelta(), alarms=(soon,))], now=NOW))
    assert ringing.walk("VALARM")[0]["trigger"].dt == timedelta(minutes=-15)


def test_the_way_there_is_counted_in() -> None:
    met = talk(mode=Mode.IN_PERSON, way_minutes=25)
    assert alarms_before(met, zone="UTC", now=NOW)[1] == timedelta(minutes=55)


def test_what_has_passed_rings_no_more() -> None:
    late = AT - timedelta(hours=1)
    assert alarms_before(talk(), zone=NEW_YORK, now=late) == (timedelta(minutes=15),)
    assert alarms_before(talk(), zone=NEW_YORK, now=AT) == ()


def test_without_an_hour_only_the_evening_before_rings() -> None:
    assert alarms_before(talk(starts_at=None), zone="UTC", now=NOW) == (timedelta(hours=6),)


@given(EVENTS)
def test_the_link_to_google_fits_a_button_and_holds_the_time(event: Event) -> None:
    link = google_link(event)
    assert len(link) <= 512
    asked = parse_qs(urlsplit(link).query)
    assert asked["action"] == ["TEMPLATE"]
    assert re.fullmatch(r"\d{8}(T\d{6}Z)?/\d{8}(T\d{6}Z)?", asked["dates"][0])
    assert asked["text"][0]


def test_the_link_to_google_says_what_when_and_where() -> None:
    event = Event("a@b", "Talk with Rosa", AT, timedelta(minutes=20), "Café 7, 2nd floor", "Pen")
    asked = parse_qs(urlsplit(google_link(event)).query)
    assert asked["text"] == ["Talk with Rosa"]
    assert asked["dates"] == ["20260310T150000Z/20260310T152000Z"]
    assert asked["location"] == ["Café 7, 2nd floor"]
    assert asked["details"] == ["Pen"]

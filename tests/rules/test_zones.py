"""What members type for their time zone, and which one is found."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Unclear, UserError
from bot.rules import zones
from bot.rules.zones import COMMON_ZONES, find_zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("  New   York ", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Bogotá", "America/Bogota"),
        ("Zürich", "Europe/Zurich"),
        ("Boston", "America/New_York"),
        ("Mumbai", "Asia/Kolkata"),
        ("St. Louis", "America/Chicago"),
        ("Washington, DC", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("Pacific Time", "America/Los_Angeles"),
        ("eastern time", "America/New_York"),
        ("UTC", "UTC"),
        ("GMT", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_name_city_or_abbreviation(text, zone):
    assert find_zone(text) == zone


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("IST", "Europe/Dublin"),
        ("CST", "Asia/Shanghai"),
        ("CET", "Europe/Berlin"),
        ("EST", "America/New_York"),
        ("UTC+2", "Europe/Athens"),
        ("GMT+1", "Europe/Berlin"),
        ("UTC +05:30", "Asia/Kolkata"),
        ("+0545", "Asia/Kathmandu"),
        ("utc−3:30", "America/St_Johns"),
        ("Berln", "Europe/Berlin"),
        ("new yrok", "America/New_York"),
        ("US", "America/Chicago"),
    ],
)
def test_what_may_be_several_zones_is_asked_with_the_meant_one_among_the_answers(text, wanted):
    with pytest.raises(Unclear) as caught:
        find_zone(text, field_name="their_zone")
    assert wanted in [choice.value for choice in caught.value.choices]
    assert f'"{text}"' in caught.value.text
    assert caught.value.field_name == "their_zone"


@pytest.mark.parametrize("text", ["", "qqqqqq", "my room", "??"])
def test_what_is_like_no_zone_is_refused_with_what_to_type_instead(text):
    with pytest.raises(UserError, match="nearest big city") as caught:
        find_zone(text)
    assert not isinstance(caught.value, Unclear)


def test_the_zones_on_the_list_exist_and_differ():
    assert len(COMMON_ZONES) == len(dict(COMMON_ZONES)) == 23
    assert len({zone for _, zone in COMMON_ZONES}) == 23
    assert {zone for _, zone in COMMON_ZONES} <= available_timezones()


def test_every_city_on_the_list_is_found_and_keeps_the_clock_of_its_entry():
    for label, zone in COMMON_ZONES:
        for city in label.split(", "):
            for month in (1, 7):
                noon = datetime(2026, month, 15, 12, tzinfo=ZoneInfo(zone))
                own = noon.replace(tzinfo=ZoneInfo(find_zone(city)))
                assert own.utcoffset() == noon.utcoffset(), city


def test_every_zone_that_can_be_answered_exists():
    tables = (zones._SEVERAL, zones._BY_OFFSET)
    answered = {zone for table in tables for several in table.values() for zone in several}
    assert answered | set(zones._CITIES) | set(zones._SHORT) <= available_timezones()


@pytest.mark.parametrize("minutes", sorted(zones._BY_OFFSET))
def test_the_cities_offered_for_an_offset_keep_it_in_some_season(minutes):
    for zone in zones._BY_OFFSET[minutes]:
        days = [datetime(2026, month, 15, tzinfo=ZoneInfo(zone)) for month in (1, 7)]
        assert timedelta(minutes=minutes) in [day.utcoffset() for day in days], zone


@given(st.text(max_size=80))
def test_any_text_gives_a_real_zone_or_a_sentence_with_real_zones(text):
    try:
        found = [find_zone(text)]
    except UserError as asked:
        found = [choice.value for choice in getattr(asked, "choices", ())]
    assert set(found) <= available_timezones()

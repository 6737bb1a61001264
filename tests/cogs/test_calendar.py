from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import icalendar
import msgspec
import pytest

from bot.config import WebTable
from bot.notebook.calendars import read_feed
from bot.rules.calendar import Event
from bot.upkeep.erase import erase_member
from tests.cogs.mischief import key_of, press_anything
from tests.cogs.playing import Club, Player, Reply, raw_components, walk
from tests.cogs.test_interviews import book

GOOGLE = "https://calendar.google.com/calendar/render"


async def event_in(reply: Reply) -> icalendar.Event:
    (file,) = reply.message.attachments
    assert re.fullmatch(r"talk-\d{4}-\d\d-\d\d\.ics", file.filename)
    (event,) = icalendar.Calendar.from_ical(await file.read()).events
    return event


def google(reply: Reply) -> dict[str, list[str]]:
    (url,) = [part["url"] for part in walk(raw_components(reply.message)) if part.get("url")]
    return parse_qs(urlsplit(url).query)


async def test_a_booked_talk_is_offered_as_a_file_and_to_google(ana: Player) -> None:
    booked = await book(ana)
    asked = google(booked)
    assert asked["text"] == ["Talk with Rosa"]
    assert asked["dates"] == ["20260310T150000Z/20260310T152000Z"]
    reply = await ana.press(booked, "Calendar file")
    assert reply.is_private
    assert "Google Calendar" in reply.labels
    event = await event_in(reply)
    assert event["summary"] == "Talk with Rosa"
    assert event.start == datetime(2026, 3, 10, 15, tzinfo=UTC)
    assert event.duration == timedelta(minutes=20)
    assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [
        timedelta(hours=-21),
        timedelta(minutes=-15),
    ]


async def test_the_file_says_where_what_to_wear_and_what_to_bring(ana: Player) -> None:
    booked = await book(ana, mode="in_person")
    assert "Check what" not in (await event_in(await ana.press(booked, "Calendar file")))
    form = await ana.press(booked, "Details")
    noted = await ana.fill(
        form,
        {
            "Place or link": "12 Main St, 3rd floor; ask for Jo",
            "What do people wear there?": "Dark blue",
        },
    )
    event = await event_in(await ana.press(noted, "Calendar file"))
    assert event["location"] == "12 Main St, 3rd floor; ask for Jo"
    assert "Clothes: Dark blue" in event["description"]
    assert "- Paper and a pen that writes." in event["description"]
    assert "Vega" not in event.to_ical().decode()
    assert google(noted)["location"] == ["12 Main St, 3rd floor; ask for Jo"]


async def test_a_talk_that_moves_and_is_called_off_is_the_same_entry(ana: Player) -> None:
    booked = await book(ana)
    first = await event_in(await ana.press(booked, "Calendar file"))
    form = await ana.press(booked, "It moved")
    moved = await ana.fill(form, {"When?": "Mar 12 16:00"})
    second = await event_in(await ana.press(moved, "Calendar file"))
    off = (await ana.press(moved, "Call it off")).messages[0]
    reply = await ana.press(off, "Calendar file")
    third = await event_in(reply)
    assert first["uid"] == second["uid"] == third["uid"]
    assert first["sequence"] < second["sequence"] < third["sequence"]
    assert second.start == datetime(2026, 3, 12, 16, tzinfo=UTC)
    assert third["status"] == "CANCELLED"
    assert "goes out of your calendar" in reply.text
    assert "Google Calendar" not in reply.labels


async def test_a_move_that_is_undone_moves_the_entry_back(ana: Player) -> None:
    booked = await book(ana)
    form = await ana.press(booked, "It moved")
    moved = await ana.fill(form, {"When?": "Mar 12 16:00"})
    away = await event_in(await ana.press(moved, "Calendar file"))
    await ana.press(moved, "Undo")
    back = await event_in(await ana.press(booked, "Calendar file"))
    assert back["uid"] == away["uid"]
    assert back["sequence"] > away["sequence"]
    assert back.start == datetime(2026, 3, 10, 15, tzinfo=UTC)


async def test_a_date_that_is_undone_takes_its_entry_away(ana: Player) -> None:
    booked = await book(ana)
    taken = await event_in(await ana.press(booked, "Calendar file"))
    form = await ana.press(booked, "Details")
    noted = await ana.fill(form, {"Place or link": "12 Main St"})
    newer = await event_in(await ana.press(noted, "Calendar file"))
    back = await ana.press(noted, "Undo")
    assert (await event_in(await ana.press(back, "Calendar file"))).get("location") is None
    undone = await ana.press(booked, "Undo")
    assert "Undone: setting a date" in undone.text
    assert "goes out of your calendar" in undone.text
    gone = await event_in(undone)
    assert b"METHOD:CANCEL\r\n" in await undone.message.attachments[0].read()
    assert taken["uid"] == gone["uid"]
    assert taken["sequence"] < newer["sequence"] < gone["sequence"]
    assert gone["status"] == "CANCELLED"
    assert (gone["summary"], gone.start) == ("Talk with Rosa", taken.start)
    assert gone.get("description") is None


async def test_the_file_that_takes_a_date_away_names_people_as_others_do(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    booked = await ana.slash("interview schedule", contact="Rosa", when="Mar 10 11:00")
    await ana.press(await ana.slash("reminders"), "Hide names in messages")
    assert (await event_in(await ana.press(booked, "Undo")))["summary"] == "Talk with R. V."


async def test_with_whom_it_was_added_a_date_goes_without_a_name(ana: Player) -> None:
    asked = await ana.slash("interview schedule", contact="Leo Bauer", when="Mar 10 11:00")
    booked = await ana.press(asked, "Add “Leo Bauer”")
    gone = await event_in(await ana.press(booked, "Undo"))
    assert (gone["summary"], gone["status"]) == ("Talk", "CANCELLED")


async def test_an_undone_move_or_end_offers_the_file_of_the_talk_as_it_is(ana: Player) -> None:
    booked = await book(ana)
    off = (await ana.press(booked, "Call it off")).messages[0]
    away = await event_in(await ana.press(off, "Calendar file"))
    undone = await ana.press(off, "Undo")
    back = await event_in(await ana.press(undone, "Calendar file"))
    assert (away["status"], back["status"]) == ("CANCELLED", "CONFIRMED")
    assert back["sequence"] > away["sequence"]


async def test_what_no_calendar_knows_is_undone_without_a_file(ana: Player) -> None:
    added = await ana.slash("contact add", name="Rosa Vega")
    form = await ana.slash("interview done", contact="Rosa")
    held = (await ana.fill(form, {"What did you enjoy?": "All of it"})).messages[0]
    for reply in (await ana.press(held, "Undo"), await ana.press(added, "Undo")):
        assert "Undone: " in reply.text
        assert reply.message.attachments == []
        assert "Calendar file" not in reply.labels


async def test_the_prep_sheet_offers_the_calendar_until_the_talk_begins(
    club: Club, ana: Player
) -> None:
    await book(ana)
    sheet = await ana.slash("interview prepare", contact="rosa")
    assert {"Calendar file", "Google Calendar"} <= set(sheet.labels)
    await club.pass_time(datetime(2026, 3, 10, 15, 1, tzinfo=UTC))
    begun = await ana.press(sheet, "At the talk")
    assert "Before the talk" in begun.labels
    assert "Calendar file" not in begun.labels


async def test_the_link_to_google_comes_along_into_the_dm(ana: Player) -> None:
    await ana.press(await book(ana), "Keep in my DM")
    urls = [part["url"] for part in walk(raw_components(ana.dm)) if part.get("url")]
    assert [url.partition("?")[0] for url in urls] == [GOOGLE]


async def test_who_hides_names_has_initials_in_the_file(ana: Player) -> None:
    booked = await book(ana)
    await ana.press(await ana.slash("reminders"), "Hide names in messages")
    event = await event_in(await ana.press(booked, "Calendar file"))
    assert event["summary"] == "Talk with R. V."


async def test_the_talk_of_somebody_else_gives_no_file(club: Club, ana: Player) -> None:
    key = key_of((await book(ana)).message, "i")
    (refused,) = (await press_anything(club, club.member("Ben"), [f"i:{key}:calendar"])).values()
    assert "can't find that in your notebook" in refused.text
    assert refused.message.attachments == []


@pytest.fixture
def with_web(club: Club) -> str:
    """The club's host has a web server."""
    base = "https://rapport.example"
    table = WebTable(port=8791, public_url=base)
    club.bot.settings = msgspec.structs.replace(club.bot.settings, web=table)
    return base


async def address(player: Player, base: str) -> tuple[str, Reply]:
    card = await player.press(await player.slash("privacy"), "Calendar address")
    label = "Make an address" if "Make an address" in card.labels else "A new address"
    made = await player.press(card, label)
    assert made.is_private
    url = made.messages[0].content
    return url.removeprefix(f"{base}/calendar/").removesuffix(".ics"), made


async def read(club: Club, secret: str) -> tuple[Event, ...] | None:
    now = club.env.now()
    return await club.bot.db.load(read_feed, secret, content=club.bot.content, now=now)


async def test_an_address_is_made_shown_once_renewed_and_taken_away(
    club: Club, ana: Player, with_web: str
) -> None:
    first, made = await address(ana, with_web)
    assert "cannot show it again" in made.text
    assert await read(club, first) == ()
    await book(ana)
    assert [one.title for one in await read(club, first) or ()] == [
        "Prepare your talk with R. V.",
        "Talk with R. V.",
        "Thank R. V.",
    ]
    second, _ = await address(ana, with_web)
    assert await read(club, first) is None
    card = await ana.press(await ana.slash("privacy"), "Calendar address")
    assert second not in card.text
    named = await ana.press(card, "Show names")
    assert "Initials only" in named.labels
    assert "Talk with Rosa Vega" in [one.title for one in await read(club, second) or ()]
    gone = await ana.press(named, "Take it away")
    assert "leads nowhere" in gone.text
    assert await read(club, second) is None
    again, _ = await address(ana, with_web)
    assert "Talk with R. V." in [one.title for one in await read(club, again) or ()]


async def test_who_erases_everything_has_no_calendar_left(
    club: Club, ana: Player, with_web: str
) -> None:
    secret, _ = await address(ana, with_web)
    async with club.bot.db.write() as session:
        await erase_member(session, ana.user.id)
    assert await read(club, secret) is None


async def test_without_a_web_server_an_old_button_says_what_there_is(
    club: Club, ana: Player
) -> None:
    assert "Calendar address" not in (await ana.slash("privacy")).labels
    (refused,) = (await press_anything(club, ana, ["m:-:calendar_new"])).values()
    assert "Calendar file" in refused.text

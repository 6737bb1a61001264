from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import icalendar
import pytest
import vobject

from bot.config import LogTable, WebTable
from bot.content import load
from bot.errors import ConfigError
from bot.logs import set_up_logs
from bot.notebook import calendars
from bot.notebook import interviews as talks
from bot.notebook.calendars import close_feed, find_feed, name_in_feed, open_feed
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact, remove_contact
from bot.rules.records import Mode
from bot.storage.db import Database
from bot.storage.models import Member
from bot.upkeep.web import check_web
from bot.web.serving import WebServer

CONTENT = load()
START = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
SLOT = talks.Slot(datetime(2026, 3, 10, 15, 0, tzinfo=UTC), "UTC", 30, Mode.IN_PERSON)
ANA, BEN = 101, 102


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


@dataclass
class Site:
    """The real server on loopback, and somebody who asks it."""

    server: WebServer
    client: aiohttp.ClientSession
    db: Database
    clock: Clock

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    async def get(self, path: str, **headers: str) -> tuple[int, bytes, Any]:
        async with self.client.get(f"{self.base}{path}", headers=headers) as answer:
            return answer.status, await answer.read(), answer.headers

    async def titles(self, secret: str) -> list[str]:
        status, data, _ = await self.get(f"/calendar/{secret}.ics")
        assert status == 200
        return [str(event["summary"]) for event in icalendar.Calendar.from_ical(data).events]

    async def address(self, member: int = ANA) -> str:
        async with self.db.write() as session:
            return await open_feed(session, member, now=START)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table() -> WebTable:
    return WebTable(port=0, public_url="https://rapport.example")


@pytest.fixture
async def site(sqlite_db: Database, clock: Clock, table: WebTable) -> AsyncIterator[Site]:
    server = WebServer(
        table=table, db=sqlite_db, content=CONTENT, clock=clock, is_well=lambda: True
    )
    await server.start()
    async with aiohttp.ClientSession() as client:
        yield Site(server, client, sqlite_db, clock)
    await server.stop()


async def book(db: Database, name: str = "Rosa Vega", owner: int = ANA) -> talks.StoredTalk:
    async with db.write() as session:
        stored = await add_contact(session, by=Actor(owner, START), values={"name": name})
        (key,) = stored.pages
        booked = await talks.schedule_interview(
            session, by=Actor(owner, START), ref=f"#{key}", slot=SLOT
        )
        return await talks.note_details(
            session,
            by=Actor(owner, START),
            on=booked.on,
            details={"place": "Mercy, with R. Vega", "attire": "Dark blue"},
            way_minutes=20,
        )


async def test_the_calendar_holds_talks_and_follow_ups_by_initials(site: Site) -> None:
    await book(site.db)
    await book(site.db, "Leo Bauer", BEN)
    secret = await site.address()
    status, data, headers = await site.get(f"/calendar/{secret}.ics")
    assert status == 200
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    text = data.decode()
    assert [event["summary"] for event in icalendar.Calendar.from_ical(data).events] == [
        "Prepare your talk with R. V.",
        "Talk with R. V.",
        "Thank R. V.",
    ]
    assert "Bring" in text
    for typed in ("Rosa", "Vega", "Mercy", "Dark", "Leo", "L. B."):
        assert typed not in text
    assert len(vobject.readOne(text).vevent_list) == 3


async def test_names_and_what_was_noted_stand_in_it_once_they_are_wanted(site: Site) -> None:
    await book(site.db)
    secret = await site.address()
    async with site.db.write() as session:
        await name_in_feed(session, ANA, has_names=True)
    assert "Talk with Rosa Vega" in await site.titles(secret)
    _, data, _ = await site.get(f"/calendar/{secret}.ics")
    (talk,) = [e for e in icalendar.Calendar.from_ical(data).events if "Talk with" in e["summary"]]
    assert talk["location"] == "Mercy, with R. Vega"
    assert "Clothes: Dark blue" in talk["description"]
    assert (talk.start, talk.end) == (SLOT.at, SLOT.at + timedelta(minutes=30))
    assert len(talk.walk("VALARM")) == 2


async def test_a_talk_that_moves_keeps_its_place_and_is_a_newer_version(site: Site) -> None:
    booked = await book(site.db)
    secret = await site.address()

    async def talk() -> icalendar.Event:
        _, data, _ = await site.get(f"/calendar/{secret}.ics")
        events = icalendar.Calendar.from_ical(data).events
        return next(event for event in events if str(event["summary"]).startswith("Talk"))

    first = await talk()
    later = talks.Slot(SLOT.at + timedelta(days=2), "UTC", 20, Mode.VIDEO)
    async with site.db.write() as session:
        moved = await talks.move_interview(session, by=Actor(ANA, START), on=booked.on, slot=later)
    second = await talk()
    async with site.db.write() as session:
        await talks.cancel_interview(session, by=Actor(ANA, START), on=moved.on)
    third = await talk()
    assert first["uid"] == second["uid"] == third["uid"]
    assert first["sequence"] < second["sequence"] < third["sequence"]
    assert second.start == later.at
    assert (second["status"], third["status"]) == ("CONFIRMED", "CANCELLED")


async def test_who_is_removed_from_the_notebook_leaves_the_calendar(site: Site) -> None:
    booked = await book(site.db)
    secret = await site.address()
    assert await site.titles(secret)
    async with site.db.write() as session:
        await remove_contact(session, by=Actor(ANA, START), key=booked.on.page.key)
    assert await site.titles(secret) == []


async def test_an_address_taken_away_answers_as_one_that_never_was(site: Site) -> None:
    await book(site.db)
    old = await site.address()
    new = await site.address()
    async with site.db.write() as session:
        answers = [await site.get(f"/calendar/{old}.ics")]
        assert await site.titles(new)
        await close_feed(session, ANA)
        assert not (await find_feed(session, ANA)).is_on
    guessed = "A" * len(old)
    for path in (new, guessed, "x", f"{guessed}/../x", ""):
        answers.append(await site.get(f"/calendar/{path}.ics"))
    answers.append(await site.get("/nowhere"))
    for status, body, headers in answers:
        assert (status, body) == (404, b"not found")
        assert headers["Server"] == "Rapport"
        assert set(headers) == set(answers[0][2])


async def test_the_secret_is_long_and_only_its_hash_is_kept(site: Site) -> None:
    secret = await site.address()
    assert len(secret) >= 43
    async with site.db.read() as session:
        kept = await session.scalar(
            Member.__table__.select().with_only_columns(Member.calendar_hash)
        )
    assert len(kept) == 32
    assert kept == calendars.hash_of(secret)
    assert secret.encode() not in kept


async def test_a_calendar_may_be_asked_for_now_and_then_only(site: Site) -> None:
    await book(site.db)
    secret = await site.address()
    asked = [(await site.get(f"/calendar/{secret}.ics"))[0] for _ in range(11)]
    assert asked == [200] * 10 + [429]
    _, body, headers = await site.get(f"/calendar/{secret}.ics")
    assert body == b"too often"
    site.clock.at += timedelta(seconds=int(headers["Retry-After"]))
    assert (await site.get(f"/calendar/{secret}.ics"))[0] == 200


async def test_who_guesses_is_stopped_and_others_behind_the_same_proxy_are_not(
    sqlite_db: Database, clock: Clock
) -> None:
    table = WebTable(port=0, public_url="https://a.example", behind_proxy=True)
    server = WebServer(
        table=table, db=sqlite_db, content=CONTENT, clock=clock, is_well=lambda: True
    )
    await server.start()
    async with aiohttp.ClientSession() as client:
        site = Site(server, client, sqlite_db, clock)

        async def guess(number: int, told: str) -> int:
            path = f"/calendar/{number:043}.ics"
            return (await site.get(path, **{"X-Forwarded-For": told}))[0]

        statuses = [await guess(n, f"10.0.0.{n}, 192.0.2.1") for n in range(125)]
        assert statuses == [404] * 120 + [429] * 5
        assert await guess(126, "192.0.2.2") == 404
    await server.stop()


async def test_a_header_of_the_asker_is_not_believed_without_a_proxy(site: Site) -> None:
    statuses = [
        (await site.get("/nowhere", **{"X-Forwarded-For": f"192.0.2.{n}"}))[0] for n in range(121)
    ]
    assert statuses[-1] == 429


async def test_a_probe_learns_whether_the_bot_is_well(sqlite_db: Database, clock: Clock) -> None:
    well = [True, False]
    server = WebServer(
        table=WebTable(port=0), db=sqlite_db, content=CONTENT, clock=clock, is_well=well.pop
    )
    await server.start()
    async with aiohttp.ClientSession() as client:
        site = Site(server, client, sqlite_db, clock)
        assert (await site.get("/healthz"))[:2] == (503, b"not well")
        assert (await site.get("/healthz"))[:2] == (200, b"well")
        assert (await site.get(f"/calendar/{'A' * 43}.ics"))[0] == 404
    await server.stop()


async def test_a_probe_is_answered_however_often_it_asks_and_is_no_guess(site: Site) -> None:
    asked = [(await site.get("/healthz"))[0] for _ in range(150)]
    assert asked == [200] * 150
    guesses = [(await site.get(f"/calendar/{n:043}.ics"))[0] for n in range(121)]
    assert guesses == [404] * 120 + [429]
    assert (await site.get("/healthz"))[:2] == (200, b"well")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    handlers, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    set_up_logs(LogTable(level="debug"), stream)
    yield stream
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


async def test_the_log_never_holds_an_address(
    site: Site, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await site.address()
    await site.get(f"/calendar/{secret}.ics")
    reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    writer.write(f"GET /calendar/{secret}.ics HTTP/9 no\r\n\r\n".encode())
    assert b"400 Bad Request" in await reader.readline()
    writer.close()
    monkeypatch.setattr(calendars, "member_facts", lambda _: 1 / 0)
    status, body, _ = await site.get(f"/calendar/{secret}.ics")
    assert (status, body) == (500, b"no")
    assert "web request failed" in logged.getvalue()
    assert "ZeroDivisionError" in logged.getvalue()
    assert secret not in logged.getvalue()


async def test_a_port_that_is_taken_is_named(site: Site) -> None:
    taken = WebTable(port=site.server.port)
    other = WebServer(
        table=taken, db=site.db, content=CONTENT, clock=site.clock, is_well=lambda: True
    )
    with pytest.raises(ConfigError, match=f"cannot listen at 127.0.0.1:{taken.port}"):
        await other.start()


async def test_the_check_asks_from_near_and_from_outside(site: Site) -> None:
    assert await check_web(WebTable()) == []
    port = site.server.port
    near, none = await check_web(WebTable(port=port, host="::ffff:127.0.0.1"))
    assert (near.level, near.what) == (
        "ok",
        f"Web server: http://[::ffff:127.0.0.1]:{port} answers.",
    )
    assert "no [web] public_url" in none.what
    near, outside = await check_web(WebTable(port=port, public_url=site.base))
    assert (near.level, outside.level) == ("ok", "ok")
    near, plain, outside = await check_web(WebTable(port=1, public_url="http://rapport.invalid"))
    assert [one.level for one in (near, plain, outside)] == ["warn"] * 3
    assert "without https" in plain.what

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import psutil
import pytest
from sqlalchemy import select

from bot.demo.fixes import REPLACEMENTS
from bot.demo.stage import Stage
from bot.demo.world import opening_time
from bot.storage.models import Contact
from tests.demo.conftest import START

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def http(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(address) as session:
        yield session


async def post(http: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with http.post(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def unread(state: dict[str, Any]) -> dict[str, int]:
    places = [place for person in state["people"] for place in person["places"]]
    return {place["key"]: place["unread"] for place in places if place["unread"]}


class Window:
    """What the window's script does: it opens a page and acts on it, one action at a time."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self.http = http
        self.headers = {"X-Simcord-Capability": address.split("#")[1]}
        self.numbers = count(1)
        self.snapshot: dict[str, Any] = {}

    async def open(self) -> None:
        async with self.http.post("/api/pages", headers=self.headers, json={}) as answer:
            self.snapshot = await answer.json()
        self.headers["X-Simcord-Context"] = self.snapshot["context"]["id"]

    async def say(self, text: str) -> dict[str, Any]:
        number = next(self.numbers)
        body = {
            "kind": "send_message",
            "content": text,
            "protocol_version": 3,
            "sequence": number,
            "request_id": f"request-{number}",
            "generation": self.snapshot["context"]["generation"],
            "bot_generation": self.snapshot["botGeneration"],
            "published_revision": self.snapshot["publishedRevision"],
        }
        async with self.http.post("/api/action", headers=self.headers, json=body) as answer:
            assert answer.status == 200
            return await answer.json()


async def test_it_opens_on_the_start_post_with_nothing_unread(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    async with http.get("/demo/state") as answer:
        state = await answer.json()
    assert state["current"] == "ana-club"
    assert [person["city"] for person in state["people"]] == ["New York", "Berlin", "Tokyo"]
    assert unread(state) == {}
    assert not any(step["done"] for step in state["steps"])
    place = stage.world.places["ana-club"]
    assert "Talk to people about their work" in str(
        [part.to_dict() for part in place.channel.history()[0].components]
    )


async def test_a_jump_brings_each_message_in_the_morning_of_its_member(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    state = await post(http, "/demo/jump/day")
    assert state["arrived"] == 2
    assert unread(state) == {"ben-dm": 1, "chiyo-dm": 1}
    assert datetime.fromisoformat(state["now"]) == START.replace(day=4)
    for key, zone in (("ben-dm", "Europe/Berlin"), ("chiyo-dm", "Asia/Tokyo")):
        place = stage.world.places[key]
        arrived = place.channel.history(viewer=place.viewer)[-1]
        local = arrived.created_at.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute < 10, local.day) == (9, True, 4)


@pytest.mark.usefixtures("http")
async def test_those_who_have_begun_know_people_of_a_role_at_a_workplace(stage: Stage) -> None:
    async with stage.world.bot.db.read() as session:
        rows = await session.execute(select(Contact.label))
        assert sorted(rows.scalars()) == [
            "Emi Sato · Small Lantern Games · level designer",
            "Jonas Weber · the city of Potsdam · traffic planner",
        ]


async def test_what_is_on_the_screen_is_read(http: aiohttp.ClientSession) -> None:
    await post(http, "/demo/jump/day")
    assert unread(await post(http, "/demo/show/ben-dm")) == {"chiyo-dm": 1}


async def test_the_next_message_is_the_one_that_is_due_first(http: aiohttp.ClientSession) -> None:
    first = await post(http, "/demo/jump/next")
    assert unread(first) == {"chiyo-dm": 1}
    second = await post(http, "/demo/jump/next")
    assert unread(second) == {"chiyo-dm": 1, "ben-dm": 1}


async def test_an_action_and_a_jump_at_once_both_happen(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    state = await post(http, "/demo/show/ana-dm")
    window = Window(http, state["window"])
    await window.open()
    for number in range(5):
        said, *_ = await asyncio.gather(
            window.say(f"line {number}"),
            post(http, "/demo/jump/hour"),
            post(http, "/demo/jump/next" if number % 2 else "/demo/jump/day"),
        )
        assert not said["rejected"], said
        assert said["settlement"] == "settled"
    place = stage.world.places["ana-dm"]
    said = [message.content for message in place.channel.history() if "line" in message.content]
    assert said == [f"line {number}" for number in range(5)]


async def test_many_turns_and_jumps_at_once_leave_it_working(http: aiohttp.ClientSession) -> None:
    places = ["ana-dm", "ben-dm", "chiyo-club", "ana-club"]
    await asyncio.gather(
        *(post(http, f"/demo/show/{place}") for place in places),
        *(post(http, "/demo/jump/hour") for _ in range(4)),
        *(post(http, f"/demo/show/{place}") for place in reversed(places)),
    )
    state = await post(http, "/demo/show/ben-dm")
    window = Window(http, state["window"])
    await window.open()
    assert (await window.say("still here"))["settlement"] == "settled"


async def test_start_again_is_a_new_club(stage: Stage, http: aiohttp.ClientSession) -> None:
    before = await post(http, "/demo/jump/week")
    after = await post(http, "/demo/again")
    assert after["run"] == before["run"] + 1
    assert datetime.fromisoformat(after["now"]) == START
    assert unread(after) == {}
    assert await post(http, "/demo/jump/day")
    assert stage.world.env.now() == START.replace(day=4)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "demo.example:80"},
        {"Origin": "https://demo.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/demo/jump/day", "/api/action"])
async def test_it_refuses_what_comes_from_elsewhere(
    stage: Stage, http: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    async with http.post(path, headers=headers) as answer:
        assert answer.status == 403
    assert stage.world.env.now() == START


@pytest.mark.parametrize("path", ["/demo/show/nobody", "/demo/jump/year", "/nothing"])
async def test_what_it_does_not_know_is_not_found(http: aiohttp.ClientSession, path: str) -> None:
    async with http.post(path) as answer:
        assert answer.status in {404, 405}


@pytest.mark.parametrize(
    ("today", "opens"),
    [
        (datetime(2026, 3, 3, 23, 0, tzinfo=UTC), datetime(2026, 3, 3, 15, 0, tzinfo=UTC)),
        (datetime(2026, 3, 7, 12, 0, tzinfo=UTC), datetime(2026, 3, 9, 14, 0, tzinfo=UTC)),
    ],
)
def test_it_opens_on_a_morning_whose_next_day_is_a_working_day(
    today: datetime, opens: datetime
) -> None:
    assert opening_time(today) == opens


@pytest.mark.parametrize("path", REPLACEMENTS)
async def test_each_fix_of_the_window_finds_its_place(
    stage: Stage, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(stage.address + path) as answer:
        original = await answer.text()
    for old, _ in REPLACEMENTS[path]:
        assert original.count(old) == 1
    async with http.get(path) as answer:
        served = await answer.text()
    assert all(new in served for _, new in REPLACEMENTS[path])


async def test_it_is_ready_within_five_seconds_and_ends_when_told(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"),
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = b""
    while b"ready" not in said:
        line = await process.stdout.readline()
        assert line, "it ended before it was ready"
        said = line
    # Of its own time: what else this machine does meanwhile is no matter of the demo's.
    used = psutil.Process(process.pid).cpu_times()
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert b"http://127.0.0.1:" in said
    assert used.user + used.system < 5

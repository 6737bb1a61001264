from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yarl
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import URL, select, text
from sqlalchemy.exc import OperationalError

from benchmarks.footprint import ROOT, TO_LOOPBACK
from benchmarks.loopback import interaction, message, serve
from bot.client import RapportBot
from bot.client.life import Life
from bot.clock import SystemClock
from bot.config import Settings
from bot.errors import ConfigError
from bot.storage.blocking import blocking_engine, reading
from bot.storage.db import Database, parse_url
from bot.storage.models import Lease
from bot.storage.opening import open_database
from tests.databases import take_lead

HOLDER = "club-pc:42:x"
MEMBER = 300000000000000007
BUTTON = {"component_type": 2, "custom_id": "m:-:help"}
FORM = {"custom_id": "f:from_another_version::x", "components": []}
EARLY: dict[str, Any] = {
    "901": interaction("901", 2, {"id": "1", "name": "help", "type": 1}, MEMBER),
    "902": interaction("902", 3, BUTTON, MEMBER) | {"message": message("5", "7", {}, "")},
    "903": interaction("903", 5, FORM, MEMBER),
}


class HeldBack(RapportBot):
    """Loads when it is told to, or fails to."""

    def __init__(self, settings: Settings, db: Database) -> None:
        super().__init__(settings=settings, db=db, clock=SystemClock(), is_paced=False)
        self.may_load = asyncio.Event()
        self.has_four = asyncio.Event()
        self.trouble: Exception | None = None
        self.held_when_left: str | None = None

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        super().dispatch(event_name, *args, **kwargs)
        if len(self.waiting) == 4:
            self.has_four.set()

    async def load(self) -> None:
        await self.may_load.wait()
        if self.trouble is not None:
            raise self.trouble
        await super().load()

    async def leave(self) -> None:
        await super().leave()
        self.held_when_left = held_now(self.db.url)


def held_now(url: URL) -> str | None:
    with reading(blocking_engine(url)) as connection:
        return connection.scalar(select(Lease.holder))


async def replace_by_another(db: Database) -> None:
    late = SystemClock().now() + timedelta(hours=1)
    # In a thread: a job may be writing, and comes to its end on this loop.
    assert await asyncio.to_thread(take_lead, db.url, "elsewhere:1:x", late)


@dataclass
class Gateway:
    """The other end of the wire."""

    socket: asyncio.Future[web.WebSocketResponse] = field(default_factory=asyncio.Future)
    answered: set[str] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, what: str) -> None:
        self.answered.add(what)
        self.news.set()

    async def tell(self, event: str, data: Any) -> None:
        text = json.dumps({"op": 0, "t": event, "s": 2, "d": data})
        await (await self.socket).send_str(text)

    async def until(self, *wanted: str) -> None:
        while not self.answered.issuperset(wanted):
            self.news.clear()
            await self.news.wait()


@asynccontextmanager
async def wired(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    gateway = Gateway()
    async with serve(gateway.socket.set_result, gateway.answer) as port:
        monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{port}/api")
        there = yarl.URL(f"ws://127.0.0.1:{port}/gateway/")
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", there)
        yield gateway


@pytest.fixture
def bot(sqlite_db: Database, tmp_path: Path) -> HeldBack:
    assert take_lead(sqlite_db.url, HOLDER, SystemClock().now())
    return HeldBack(Settings(data_dir=tmp_path), sqlite_db)


async def test_what_comes_while_it_loads_is_answered_once_it_has_loaded(
    bot: HeldBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = {"id": str(MEMBER), "username": "ana", "discriminator": "0", "avatar": None}
    async with wired(monkeypatch) as gateway, asyncio.timeout(20):
        life = Life(bot, HOLDER)
        work = asyncio.create_task(life.live("a.b.c"))
        for payload in EARLY.values():
            await gateway.tell("INTERACTION_CREATE", payload)
        await gateway.tell("MESSAGE_CREATE", message("6", "7", author, "She wrote back"))
        await bot.has_four.wait()
        assert gateway.answered == set()
        bot.may_load.set()
        await gateway.until(*EARLY, "channel:7")
        work.cancel()
        await asyncio.wait((work,))
        await life.end()


async def test_what_fails_to_load_ends_the_process_with_its_error(
    bot: HeldBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot.trouble = ConfigError(["This cog is broken."])
    async with wired(monkeypatch) as gateway, asyncio.timeout(20):
        life = Life(bot, HOLDER)
        work = asyncio.create_task(life.live("a.b.c"))
        await gateway.socket
        bot.may_load.set()
        with pytest.raises(ConfigError, match="broken"):
            await work
        await life.end()


async def test_who_ends_before_loading_gives_the_lease_back(
    bot: HeldBack, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wired(monkeypatch) as gateway, asyncio.timeout(20):
        life = Life(bot, HOLDER)
        work = asyncio.create_task(life.live("a.b.c"))
        await gateway.socket
        work.cancel()
        await asyncio.wait((work,))
        await life.end()
        assert work.cancelled()
        assert bot.held_when_left is not None, "the next one begins when it is given back"
        assert held_now(sqlite_db.url) is None


async def test_who_finds_its_lease_with_another_leaves_the_gateway_and_ends(
    bot: HeldBack, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot.may_load.set()
    async with wired(monkeypatch) as gateway, asyncio.timeout(20):
        life = Life(bot, HOLDER)
        work = asyncio.create_task(life.live("a.b.c"))
        socket = await gateway.socket
        while life.scheduler is None:  # noqa: ASYNC110 - it says to nobody when it begins
            await asyncio.sleep(0.01)
        await replace_by_another(sqlite_db)
        await life.scheduler.run("lease")
        with pytest.raises(ConfigError, match="now served by elsewhere, process 1"):
            await work
        await life.end()
        assert socket.closed
        assert held_now(sqlite_db.url) == "elsewhere:1:x"


async def test_who_cannot_store_what_became_of_messages_still_gives_the_lease_back(
    bot: HeldBack, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot.may_load.set()
    async with wired(monkeypatch) as gateway, asyncio.timeout(20):
        life = Life(bot, HOLDER)
        work = asyncio.create_task(life.live("a.b.c"))
        socket = await gateway.socket
        while life.scheduler is None:  # noqa: ASYNC110 - it says to nobody when it begins
            await asyncio.sleep(0.01)
        async with sqlite_db.write() as session:
            await session.execute(text("ALTER TABLE members RENAME TO lost"))
        await bot.dispatcher.came_back(MEMBER)  # stored with the next tick, or at the end
        with pytest.raises(OperationalError):
            await life.end()
        await asyncio.wait((work,))
        assert socket.closed
        assert held_now(sqlite_db.url) is None


async def test_who_took_longer_to_start_than_its_lease_lasts_sends_nothing(
    bot: HeldBack, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wired(monkeypatch) as gateway, asyncio.timeout(20):
        life = Life(bot, HOLDER)
        work = asyncio.create_task(life.live("a.b.c"))
        await gateway.socket
        await replace_by_another(sqlite_db)
        bot.may_load.set()
        with pytest.raises(ConfigError, match="now served by elsewhere"):
            await work
        assert life.scheduler is None
        await life.end()


async def test_a_machine_that_is_up_before_its_network_logs_in_when_that_is_there(
    bot: HeldBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    bot.may_load.set()
    async with answering(503) as shut, wired(monkeypatch) as gateway, asyncio.timeout(20):
        there = Route.BASE
        ways = iter(["http://127.0.0.1:9/api", shut, there])

        async def pause(seconds: float) -> None:
            pauses.append(seconds)
            monkeypatch.setattr(Route, "BASE", next(ways))

        monkeypatch.setattr(Route, "BASE", "http://127.0.0.1:9/api")
        life = Life(bot, HOLDER, pause=pause)
        work = asyncio.create_task(life.live("a.b.c"))
        await gateway.socket
        assert len(pauses) == 3
        assert all(0 <= each <= 2 ** (n + 1) for n, each in enumerate(pauses))
        work.cancel()
        await asyncio.wait((work,))
        await life.end()


async def test_who_loses_its_lease_while_discord_is_away_ends(
    bot: HeldBack, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def pause(_: float) -> None:
        await replace_by_another(sqlite_db)

    async with answering(503) as shut, asyncio.timeout(20):
        monkeypatch.setattr(Route, "BASE", shut)
        life = Life(bot, HOLDER, pause=pause)
        with pytest.raises(ConfigError, match="now served by elsewhere"):
            await life.live("a.b.c")
        await life.end()


async def test_what_no_waiting_mends_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    async with answering(403) as shut, asyncio.timeout(30):
        process = await start(tmp_path, yarl.URL(shut).port or 0)
        _, said = await process.communicate()
    assert process.returncode == 2
    assert said.splitlines()[-1].startswith(b"Discord refuses this bot (403 Forbidden")
    assert b"Traceback" not in said


async def test_a_token_that_was_reset_ends_the_process_with_a_sentence(tmp_path: Path) -> None:
    closing: list[asyncio.Task[bool]] = []

    def reset(socket: web.WebSocketResponse) -> None:
        closing.append(asyncio.create_task(socket.close(code=4004)))

    async with serve(reset) as port, asyncio.timeout(30):
        process = await start(tmp_path, port)
        _, said = await process.communicate()
    assert process.returncode == 2, said.decode()
    assert b"Discord does not accept the token" in said.splitlines()[-1]
    assert b"Traceback" not in said


async def test_a_process_that_waits_for_discord_ends_when_it_is_told_to(tmp_path: Path) -> None:
    async with answering(503) as shut, asyncio.timeout(30):
        process = await start(tmp_path, yarl.URL(shut).port or 0)
        assert process.stderr
        while b"Discord cannot be reached" not in (line := await process.stderr.readline()):
            assert line
        process.send_signal(signal.SIGTERM)
        _, said = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in said
    assert held_now(parse_url(f"sqlite:///{tmp_path}/data/rapport.db")) is None


@asynccontextmanager
async def answering(status: int) -> AsyncIterator[str]:
    """A Discord, or a proxy in front of it, that has the same answer for everything."""

    async def refuse(_: web.Request) -> web.Response:
        return web.json_response({"message": "no", "code": 0}, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    async with TestServer(app) as server:
        yield str(server.make_url("/api"))


async def test_a_process_that_is_told_to_end_while_it_loads_ends_in_order(tmp_path: Path) -> None:
    ready = asyncio.Event()
    async with serve(lambda _: ready.set()) as port, asyncio.timeout(30):
        process = await start(tmp_path, port)
        await ready.wait()
        process.send_signal(signal.SIGTERM)
        _, said = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in said


async def test_a_process_that_waits_for_another_ends_when_it_is_told_to(
    tmp_path: Path,
) -> None:
    url = parse_url(f"sqlite:///{tmp_path}/data/rapport.db")
    open_database(url, tmp_path / "data" / "rapport.key")
    assert take_lead(url, "elsewhere:1:x", SystemClock().now())
    async with serve() as port, asyncio.timeout(30):
        process = await start(tmp_path, port)
        assert process.stderr
        assert b"waiting for the other process" in await process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert held_now(url) == "elsewhere:1:x"


async def start(folder: Path, port: int) -> asyncio.subprocess.Process:
    (folder / "sitecustomize.py").write_text(TO_LOOPBACK)
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join((str(folder), ROOT)),
            "LOOPBACK": f"127.0.0.1:{port}",
            "DISCORD_TOKEN": "a.b.c",
            "RAPPORT_DATA_DIR": str(folder / "data"),
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from benchmarks.footprint import ROOT, TO_LOOPBACK
from benchmarks.loopback import interaction, message, serve
from bot.client import RapportBot
from bot.client.life import Life
from bot.clock import SystemClock
from bot.config import Settings
from bot.errors import ConfigError
from bot.storage.db import Database
from bot.storage.leases import LEADER, find_lease

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

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        super().dispatch(event_name, *args, **kwargs)
        if len(self.waiting) == 4:
            self.has_four.set()

    async def load(self) -> None:
        await self.may_load.wait()
        if self.trouble is not None:
            raise self.trouble
        await super().load()


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
    return HeldBack(Settings(data_dir=tmp_path), sqlite_db)


async def test_what_comes_while_it_loads_is_answered_once_it_has_loaded(
    bot: HeldBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = {"id": str(MEMBER), "username": "ana", "discriminator": "0", "avatar": None}
    async with wired(monkeypatch) as gateway, asyncio.timeout(20):
        life = Life(bot)
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
        life = Life(bot)
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
        life = Life(bot)
        work = asyncio.create_task(life.live("a.b.c"))
        await gateway.socket
        assert await find_lease(sqlite_db, LEADER)
        work.cancel()
        await asyncio.wait((work,))
        await life.end()
        assert work.cancelled()
        assert await find_lease(sqlite_db, LEADER) is None


async def test_a_process_that_is_told_to_end_while_it_loads_ends_in_order(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(TO_LOOPBACK)
    ready = asyncio.Event()
    async with serve(lambda _: ready.set()) as port, asyncio.timeout(30):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join((str(tmp_path), ROOT)),
                "LOOPBACK": f"127.0.0.1:{port}",
                "DISCORD_TOKEN": "a.b.c",
                "RAPPORT_DATA_DIR": str(tmp_path / "data"),
            },
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        await ready.wait()
        process.send_signal(signal.SIGTERM)
        _, said = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in said

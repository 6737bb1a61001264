"""One Discord on this machine, as far as direct messages go: open a DM, send, read the history."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import web

from tests.delivery.answers import APPLICATION, BLANK, ME, Fault, read_body, refuse, to_json


@dataclass
class Loopback:
    """What it was asked, what it keeps, and what goes wrong next."""

    messages: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    files: dict[int, list[tuple[str, str, bytes]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    asked: list[str] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    roles: list[tuple[int, int]] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    always: dict[str, Fault] = field(default_factory=dict)
    now: Callable[[], Any] = discord.utils.utcnow
    forgets_nonces: bool = False
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _count: int = 0

    def texts(self, channel: int) -> list[str]:
        return [message["content"] for message in self.messages[channel]]

    async def until(self, what: str, count: int = 1) -> None:
        async with self.news:
            await self.news.wait_for(lambda: self.asked.count(what) >= count)

    async def answer(self, what: str, store: Callable[[], web.Response]) -> web.StreamResponse:
        async with self.news:
            self.asked.append(what)
            self.news.notify_all()
        if self.faults[what]:
            return await self.faults[what].pop(0)(store)
        return await self.always[what](store) if what in self.always else store()

    async def open(self, request: web.Request) -> web.StreamResponse:
        member = int((await request.json())["recipient_id"])
        answer = {"id": str(member + 1000), "type": 1, "recipients": []}
        return await self.answer("open", lambda: to_json(answer))

    async def send(self, request: web.Request) -> web.StreamResponse:
        channel, body = int(request.match_info["channel"]), await read_body(request)
        assert body["enforce_nonce"] is True
        if body.get("files") and "attach" in self.always:
            return await self.answer("attach", lambda: self._store(channel, body))
        if f"send:{channel}" in self.always:
            return await self.answer(f"send:{channel}", lambda: self._store(channel, body))
        return await self.answer("send", lambda: self._store(channel, body))

    def _store(self, channel: int, body: dict[str, Any]) -> web.Response:
        known = [m for m in self.messages[channel] if m["nonce"] == body["nonce"]]
        if known and not self.forgets_nonces:
            return to_json(known[0])
        self._count += 1
        message = {
            "id": str(discord.utils.time_snowflake(self.now()) + self._count),
            "channel_id": str(channel),
            "author": ME,
            "content": body["content"],
            "nonce": body["nonce"],
            "components": body.get("components", []),
            "flags": body.get("flags", 0),
            "timestamp": self.now().isoformat(),
            **{key: [] for key in ("mentions", "mention_roles", "attachments", "embeds")},
            **BLANK,
        }
        self.messages[channel].append(message)
        self.files[channel] += body.get("files", [])
        return to_json(message)

    async def history(self, request: web.Request) -> web.StreamResponse:
        channel, after = int(request.match_info["channel"]), int(request.query["after"])
        later = [m for m in self.messages[channel] if int(m["id"]) > after]
        page = later[: int(request.query["limit"])][::-1]
        if self.forgets_nonces:
            page = [{key: one[key] for key in one if key != "nonce"} for one in page]
        return await self.answer("history", lambda: to_json(page))

    async def member(self, request: web.Request) -> web.StreamResponse:
        one = int(request.match_info["member"])
        if one in self.gone:
            return await refuse(404, 10007)(lambda: web.Response())
        user = {"id": str(one), "username": "somebody", "discriminator": "0", "avatar": None}
        answer = {"user": user, "roles": [], "joined_at": None, "flags": 0}
        return await self.answer("member", lambda: to_json(answer))

    async def role(self, request: web.Request) -> web.StreamResponse:
        one, role = int(request.match_info["member"]), int(request.match_info["role"])
        if one in self.gone:
            return await refuse(404, 10007)(lambda: web.Response())
        return await self.answer("role", lambda: self._give(one, role))

    def _give(self, member: int, role: int) -> web.Response:
        self.roles.append((member, role))
        return web.Response(status=204)

    async def me(self, _request: web.Request) -> web.Response:
        return to_json(ME)

    async def application(self, _request: web.Request) -> web.Response:
        return to_json(APPLICATION)


@asynccontextmanager
async def serve(loopback: Loopback) -> AsyncIterator[str]:
    """Serve it; yields its address."""
    app = web.Application()
    app.router.add_post("/users/@me/channels", loopback.open)
    app.router.add_post("/channels/{channel}/messages", loopback.send)
    app.router.add_get("/channels/{channel}/messages", loopback.history)
    app.router.add_get("/guilds/{guild}/members/{member}", loopback.member)
    app.router.add_put("/guilds/{guild}/members/{member}/roles/{role}", loopback.role)
    app.router.add_get("/users/@me", loopback.me)
    app.router.add_get("/oauth2/applications/@me", loopback.application)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()

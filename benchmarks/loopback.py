"""A Discord on loopback that takes every answer at once: what remains is the bot's own time."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from aiohttp import WSMsgType, web

BOT = {
    "id": "900000000000000001",
    "username": "rapport",
    "discriminator": "0",
    "avatar": None,
    "bot": True,
}
APPLICATION = {
    "id": "900000000000000001",
    "name": "Rapport",
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "flags": 0,
    "icon": None,
    "owner": BOT,
}


def start() -> tuple[multiprocessing.Process, str]:
    """Start it in a process of its own; returns the process and the API's address."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(there,), daemon=True
    )
    process.start()
    return process, f"http://127.0.0.1:{here.recv()}/api"


def _serve(pipe: Connection) -> None:
    asyncio.run(_run(pipe))


async def _run(pipe: Connection) -> None:
    async with serve() as port:
        pipe.send(port)
        await asyncio.Event().wait()


@asynccontextmanager
async def serve(
    on_ready: Callable[[web.WebSocketResponse], None] = lambda _: None,
    on_answer: Callable[[str], None] = lambda _: None,
) -> AsyncGenerator[int]:
    """Serve it in this process; gives the port.

    ``on_ready`` is given the socket of each bot that is READY, ``on_answer`` the id of each
    interaction that was answered, or "channel:" and the id of one that was written to.
    """
    app = web.Application(client_max_size=2**24)
    app.router.add_get("/api/users/@me", _always(BOT))
    app.router.add_get("/api/oauth2/applications/@me", _always(APPLICATION))
    app.router.add_get("/gateway/", partial(_talk, on_ready))
    app.router.add_put("/api/applications/{id}/commands", _always([]))
    callback = partial(_callback, on_answer)
    app.router.add_post("/api/interactions/{id}/{token}/callback", callback)
    app.router.add_post("/api/channels/{id}/messages", partial(_message, on_answer))
    app.router.add_route("*", "/{path:.*}", _nothing)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def interaction(number: str, kind: int, data: dict[str, Any], member: int) -> dict[str, Any]:
    """Make an interaction of a member in the bot's DM."""
    user = {
        "id": str(member),
        "username": "ana",
        "discriminator": "0",
        "avatar": None,
    }
    return {
        "id": number,
        "application_id": APPLICATION["id"],
        "type": kind,
        "token": f"token-{number}",
        "version": 1,
        "user": user,
        "channel_id": "7",
        "channel": {"id": "7", "type": 1, "recipients": [user], "last_message_id": None},
        "context": 1,
        "authorizing_integration_owners": {},
        "entitlements": [],
        "app_permissions": "0",
        "locale": "en-US",
        "attachment_size_limit": 10_000_000,
        "data": data,
    }


def message(number: str, channel: str, author: dict[str, Any], content: str) -> dict[str, Any]:
    """Make a message in a DM."""
    return {
        "id": number,
        "channel_id": channel,
        "author": author,
        "content": content,
        "timestamp": "2026-03-03T15:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "pinned": False,
        "type": 0,
        **{key: [] for key in ("mentions", "mention_roles", "attachments", "embeds", "components")},
    }


def _always(value: object) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        return _answer(value)

    return answer


def _answer(value: object) -> web.Response:
    # discord.py reads a body as JSON only under exactly this type.
    return web.Response(
        body=json.dumps(value).encode(), headers={"Content-Type": "application/json"}
    )


async def _callback(on_answer: Callable[[str], None], request: web.Request) -> web.Response:
    await request.read()
    on_answer(request.match_info["id"])
    return _answer({"interaction": {"id": request.match_info["id"], "type": 2}})


async def _message(on_answer: Callable[[str], None], request: web.Request) -> web.Response:
    await request.read()
    channel = request.match_info["id"]
    on_answer(f"channel:{channel}")
    return _answer(message("1", channel, BOT, ""))


async def _nothing(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(status=204)


async def _talk(
    on_ready: Callable[[web.WebSocketResponse], None], request: web.Request
) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41_250}})
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            break
        match json.loads(message.data)["op"]:
            case 1:
                await socket.send_json({"op": 11})
            case 2:
                await socket.send_json({"op": 0, "t": "READY", "s": 1, "d": _ready(request.host)})
                on_ready(socket)
            case _:
                pass
    return socket


def _ready(host: str) -> dict[str, object]:
    return {
        "v": 10,
        "user": BOT,
        "guilds": [],
        "session_id": "loopback",
        "resume_gateway_url": f"ws://{host}/gateway/",
        "application": {"id": APPLICATION["id"], "flags": 0},
    }

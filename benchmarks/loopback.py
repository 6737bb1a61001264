"""A Discord on loopback that takes every answer at once: what remains is the bot's own time."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from multiprocessing.connection import Connection

from aiohttp import web

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


def _json(value: object) -> web.Response:
    # discord.py reads a body as JSON only under exactly this type.
    return web.Response(
        body=json.dumps(value).encode(), headers={"Content-Type": "application/json"}
    )


def _serve(pipe: Connection) -> None:
    asyncio.run(_run(pipe))


async def _run(pipe: Connection) -> None:
    async def me(_: web.Request) -> web.Response:
        return _json(BOT)

    async def application(_: web.Request) -> web.Response:
        return _json(APPLICATION)

    async def nothing(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=204)

    async def commands(_: web.Request) -> web.Response:
        return _json([])

    async def callback(request: web.Request) -> web.Response:
        await request.read()
        return _json({"interaction": {"id": request.match_info["id"], "type": 2}})

    app = web.Application(client_max_size=2**24)
    app.router.add_get("/api/users/@me", me)
    app.router.add_get("/api/oauth2/applications/@me", application)
    app.router.add_put("/api/applications/{id}/commands", commands)
    app.router.add_post("/api/interactions/{id}/{token}/callback", callback)
    app.router.add_route("*", "/{path:.*}", nothing)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    pipe.send(runner.addresses[0][1])
    await asyncio.Event().wait()

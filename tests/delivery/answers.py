"""What Discord answers: itself in its own words, an error, or nothing at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

ME = {"id": "1", "username": "rapport", "discriminator": "0", "avatar": None, "bot": True}
BLANK = {
    "edited_timestamp": None,
    "tts": False,
    "pinned": False,
    "mention_everyone": False,
    "type": 0,
}
APPLICATION = {"id": "1", "icon": None, "owner": ME, "flags": 0} | dict.fromkeys(
    ("name", "description", "verify_key", "summary", "bot_public", "bot_require_code_grant"), ""
)
Fault = Callable[[Callable[[], web.Response]], Awaitable[web.StreamResponse]]


def to_json(body: Any, **options: Any) -> web.Response:
    # discord.py reads JSON only from this very type, without a charset.
    text = json.dumps(body).encode()
    return web.Response(body=text, content_type="application/json", **options)


def refuse(status: int, code: int = 0, **body: Any) -> Fault:
    """Answer with an error and store nothing."""

    async def fault(_store: Callable[[], web.Response]) -> web.StreamResponse:
        headers = {"Via": "1.1 here"} if status == 429 else {}
        answer = {"code": code, "message": "refused", **body}
        return to_json(answer, status=status, headers=headers)

    return fault


def lose(*, stored: bool, hangs: bool = False) -> Fault:
    """Cut the connection without an answer, or never answer, before or after storing."""

    async def fault(store: Callable[[], web.Response]) -> web.StreamResponse:
        if stored:
            store()
        if hangs:
            await asyncio.sleep(60)  # longer than any test waits for an answer
        raise ConnectionResetError

    return fault


async def read_body(request: web.Request) -> dict[str, Any]:
    """Read what was sent; files stand under "files", as (name, description, bytes)."""
    if request.content_type == "application/json":
        return await request.json()
    parts = await request.post()
    body = json.loads(str(parts["payload_json"]))
    body["files"] = [
        (one["filename"], one.get("description"), parts[f"files[{one['id']}]"].file.read())
        for one in body["attachments"]
    ]
    return body

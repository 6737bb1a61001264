"""A language model on this machine, as far as HTTP goes: it answers what a test arranged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[["Model", str], web.StreamResponse]


def saying(text: str, **choice: Any) -> Answer:
    """Answer with this text."""
    return lambda _model, _draft: completion(text, **choice)


def completion(text: Any, **choice: Any) -> web.Response:
    message = {"role": "assistant", "content": text}
    return web.json_response({"choices": [{"index": 0, "message": message, **choice}]})


def refusing(status: int, **headers: str) -> Answer:
    """Answer with an error that quotes what it was asked, as some servers do."""

    def answer(model: Model, _draft: str) -> web.Response:
        return web.json_response({"error": model.asked[-1]}, status=status, headers=headers)

    return answer


def changing(old: str, new: str) -> Answer:
    """Answer with the draft, one thing in it changed."""

    def answer(_model: Model, draft: str) -> web.Response:
        assert old in draft, f"{old!r} is not in:\n{draft}"
        return completion(draft.replace(old, new))

    return answer


def raw(body: bytes, **options: Any) -> Answer:
    return lambda _model, _draft: web.Response(body=body, **options)


@dataclass
class Model:
    """What it was asked, and what it answers: each in turn, the last one from then on."""

    answers: list[Answer] = field(default_factory=lambda: [changing("", "")])
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    url: str = ""
    hangs: bool = False
    meanwhile: Callable[[], Awaitable[object]] | None = None  # what happens before it answers
    models: tuple[str, ...] = ("some-model",)

    @property
    def sent(self) -> str:
        """All the text that it was last sent but the fixed orders."""
        return str(self.asked[-1]["messages"][1]["content"])

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization"))
        if self.hangs:
            await asyncio.sleep(5)  # longer than any test waits for an answer
        if self.meanwhile:
            await self.meanwhile()
        draft = self.sent.rpartition("<draft>\n")[2].removesuffix("\n</draft>")
        following = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return following(self, draft)

    async def list_models(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers.get("Authorization"))
        if self.keys[-1] == "Bearer wrong":
            return web.json_response({}, status=401)
        return web.json_response({"data": [{"id": name} for name in self.models]})


@asynccontextmanager
async def serve(model: Model) -> AsyncIterator[Model]:
    """Serve it; its ``url`` says where."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.answer)
    app.router.add_get("/v1/models", model.list_models)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield model
    finally:
        await runner.cleanup()

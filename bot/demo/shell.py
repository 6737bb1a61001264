"""The page on 127.0.0.1: clock, places and guide around a window into the simulated Discord."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import hdrs, web
from simcord import SetupError

from bot.demo.fixes import fixed
from bot.demo.stage import STEPS_OF_THE_CLOCK, Stage
from bot.errors import ConfigError

_HERE = Path(__file__).parent
_FILES = {"page.css": "text/css", "page.js": "text/javascript"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' "
    "data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_NOT_PASSED_ON = {
    *("host", "origin", "referer", "accept-encoding", "connection", "content-length"),
    *("sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "cookie"),
}
_NOT_PASSED_BACK = {
    *("content-length", "transfer-encoding", "connection", "x-frame-options", "server", "date"),
    "content-encoding",
}
_LARGEST = 32 * 2**20  # an upload in the window

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serve(stage: Stage, port: int) -> AsyncGenerator[str]:
    """Open the stage and serve the page around it; gives the page's address.

    ``port`` 0 takes any that is free; raises ConfigError when the port is taken.
    """
    runner = web.AppRunner(build_app(stage), access_log=None)
    await runner.setup()
    try:
        await _listen(runner, port)
        await stage.begin()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await stage.end()
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError as error:
        raise ConfigError([f"Port {port} is taken: try rapport demo --port 0."]) from error


def build_app(stage: Stage) -> web.Application:
    """Put the page together."""
    app = web.Application(client_max_size=_LARGEST, middlewares=[_only_from_here])
    shell = _Shell(stage)
    app.cleanup_ctx.append(shell.connect)
    app.router.add_get("/", shell.page)
    app.router.add_get("/demo/state", shell.state)
    app.router.add_get("/demo/{file}", shell.file)
    app.router.add_post("/demo/show/{place}", shell.show)
    app.router.add_post("/demo/jump/{step}", shell.jump)
    app.router.add_post("/demo/again", shell.again)
    app.router.add_get("/favicon.ico", shell.icon)
    app.router.add_route("*", "/{path:.*}", shell.window)
    return app


@web.middleware
async def _only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    # A page elsewhere may reach this port by a name that points here, or by a form sent across.
    transport = request.transport
    port = transport.get_extra_info("sockname")[1] if transport else None
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    origin = request.headers.get(hdrs.ORIGIN)
    foreign = origin is not None and origin not in {f"http://{host}" for host in hosts}
    if foreign or request.headers.get(hdrs.HOST) not in hosts:
        raise web.HTTPForbidden(text="This page is for this machine alone.")
    return await handler(request)


class _Shell:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._page = (_HERE / "page.html").read_text("utf-8")

    async def connect(self, _: web.Application) -> AsyncGenerator[None]:
        # Through our own port, since the window forbids to be shown in a page of another.
        self._client = aiohttp.ClientSession(auto_decompress=True)
        yield
        await self._client.close()

    async def page(self, _: web.Request) -> web.Response:
        return web.Response(text=self._page, content_type="text/html", headers=_HEADERS)

    async def file(self, request: web.Request) -> web.Response:
        name = request.match_info["file"]
        if name not in _FILES:
            raise web.HTTPNotFound
        text = (_HERE / name).read_text("utf-8")
        return web.Response(text=text, content_type=_FILES[name], headers=_HEADERS)

    async def icon(self, _: web.Request) -> web.Response:
        return web.Response(status=204)

    async def state(self, _: web.Request) -> web.Response:
        return web.json_response(self.stage.state, headers=_HEADERS)

    async def show(self, request: web.Request) -> web.Response:
        try:
            state = await self.stage.show(request.match_info["place"])
        except KeyError:
            raise web.HTTPNotFound from None
        return web.json_response(state, headers=_HEADERS)

    async def jump(self, request: web.Request) -> web.Response:
        step = request.match_info["step"]
        if step not in {*STEPS_OF_THE_CLOCK, "next"}:
            raise web.HTTPNotFound
        return web.json_response(await self.stage.jump(step), headers=_HEADERS)

    async def again(self, _: web.Request) -> web.Response:
        await self.stage.begin()
        return web.json_response(self.stage.state, headers=_HEADERS)

    async def window(self, request: web.Request) -> web.Response:
        if request.method in {"GET", "HEAD"}:
            return await self._pass_on(request, None)
        body = await request.read()
        return await self.stage.act(lambda: self._act(request, body))

    async def _act(self, request: web.Request, body: bytes) -> web.Response:
        return await self._pass_on(request, await self._brought_up_to_date(request, body))

    async def _brought_up_to_date(self, request: web.Request, body: bytes) -> bytes:
        """Name the window's present revision: a jump in between must not refuse a click.

        The message and the control acted on are named too, and are checked all the same.
        """
        if request.path != "/api/action" or request.content_type != "application/json":
            return body
        action = json.loads(body)
        async with self._client.get(
            f"{self.stage.address}/api/state", headers=_passed_on(request)
        ) as answer:
            if answer.status == 200 and "published_revision" in action:
                action["published_revision"] = (await answer.json())["publishedRevision"]
        return json.dumps(action).encode()

    async def _pass_on(self, request: web.Request, body: bytes | None) -> web.Response:
        path = "/" if request.path == "/window" else request.path_qs
        try:
            async with self._client.request(
                request.method,
                self.stage.address + path,
                headers=_passed_on(request),
                data=body,
            ) as answer:
                content = await answer.read()
                return web.Response(
                    status=answer.status,
                    body=fixed(request.path, content),
                    headers=_passed_back(request.path, answer.headers),
                )
        except (aiohttp.ClientError, ValueError, SetupError):
            # The window was turned to another place meanwhile; the page loads the new one. It asks
            # for the same files, and a browser would keep this answer for ever.
            raise web.HTTPGone(headers=_HEADERS) from None


def _passed_on(request: web.Request) -> dict[str, str]:
    return {
        name: value for name, value in request.headers.items() if name.lower() not in _NOT_PASSED_ON
    }


def _passed_back(path: str, headers: Any) -> dict[str, str]:
    passed = {n: v for n, v in headers.items() if n.lower() not in _NOT_PASSED_BACK}
    if path.startswith(("/fonts/", "/vendor/")):
        # 30 MB that never change, asked for with every turn of the window.
        passed["Cache-Control"] = "private, max-age=86400"
        passed.pop("Pragma", None)
    policy = passed.get("Content-Security-Policy")
    if policy:
        own = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        passed["Content-Security-Policy"] = own
    return passed

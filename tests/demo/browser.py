"""A headless Chromium, driven over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

PATIENCE = 20.0  # seconds in which whatever a page is to show must be there

# Resolves once the expression is true; what it throws while a page loads means: not yet.
_UNTIL = """new Promise(resolve => {
  const look = () => {
    let found = false;
    try { found = (%s); } catch { /* not there yet */ }
    found ? resolve(found) : setTimeout(look, 15);
  };
  look();
})"""


class Page:
    """One tab of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())
        self.errors: list[str] = []

    async def open(self, url: str, *, width: int = 1280, height: int = 800) -> None:
        """Load an address in a window of this size."""
        await self.size(width, height)
        await self.command("Runtime.enable")
        await self.command("Page.enable")
        await self.command("Page.navigate", url=url)

    async def size(self, width: int, height: int) -> None:
        await self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    async def run(self, script: str) -> Any:
        """Evaluate an expression, wait for its promise, and give its value."""
        answer = await self.command(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(json.dumps(answer["exceptionDetails"])[:600])
        return answer["result"].get("value")

    async def until(self, expression: str) -> Any:
        """Wait until an expression is true, however often the page is loaded in between."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            left = deadline - asyncio.get_running_loop().time()
            try:
                return await asyncio.wait_for(self.run(_UNTIL % expression), left)
            except TimeoutError:
                shown = await self.run("document.body.innerText")
                raise AssertionError(f"never: {expression}\n{shown}") from None
            except ConnectionResetError:
                continue

    async def type(self, text: str) -> None:
        await self.command("Input.insertText", text=text)

    async def key(self, name: str, code: int) -> None:
        for kind in ("keyDown", "keyUp"):
            await self.command(
                "Input.dispatchKeyEvent",
                type=kind,
                key=name,
                code=name,
                windowsVirtualKeyCode=code,
                text="\r" if name == "Enter" and kind == "keyDown" else "",
            )

    async def picture(self, file: Path) -> None:
        """Save what is on the screen as PNG."""
        shot = await self.command("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(shot["data"]))  # noqa: ASYNC240 - nothing else runs

    async def command(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        future = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        await self._socket.send_json({"id": number, "method": method, "params": params})
        return await future

    async def close(self) -> None:
        await self._socket.close()
        await self._reader

    async def _read(self) -> None:
        async for message in self._socket:
            self._take(json.loads(message.data))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(message["params"]["exceptionDetails"])[:600])
        future = self._waiting.pop(message.get("id", 0), None)
        if future is None or future.done():
            return
        if "error" in message:  # the page went away under the question, as it does on a load
            future.set_exception(ConnectionResetError(message["error"]["message"]))
        else:
            future.set_result(message["result"])


def find_browser() -> str | None:
    """Find a Chromium on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Page]:
    """Start a browser with one empty tab; it ends with the block."""
    program = find_browser() or "chromium"
    folder = tempfile.mkdtemp(prefix="rapport-browser-")
    process = await asyncio.create_subprocess_exec(
        program,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--hide-scrollbars",
        "--remote-debugging-port=0",
        f"--user-data-dir={folder}",
        "about:blank",
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = await asyncio.wait_for(_listening(process), PATIENCE)
        drain = asyncio.create_task(_drain(process))
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://{address}/json/list") as answer:
                tabs = await answer.json(content_type=None)
            url = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
            async with session.ws_connect(url, max_msg_size=64 * 2**20) as socket:
                page = Page(socket)
                yield page
                await page.close()
        drain.cancel()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        shutil.rmtree(folder, ignore_errors=True)


async def _listening(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        text = line.decode(errors="replace")
        if "DevTools listening on ws://" in text:
            return text.split("ws://")[1].split("/")[0]
    raise AssertionError("the browser ended before it listened")


async def _drain(process: asyncio.subprocess.Process) -> None:
    assert process.stderr is not None
    async for _ in process.stderr:
        pass

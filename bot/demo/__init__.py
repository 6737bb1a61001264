"""The demo: the real bot in a simulated club, as a page on this machine. No token, nothing kept."""

from __future__ import annotations

import asyncio
import logging
import signal
import webbrowser
from contextlib import AsyncExitStack, suppress

import click
from aiohttp import web

from bot.clock import SystemClock
from bot.config import Settings
from bot.demo.shell import build_app
from bot.demo.stage import Stage
from bot.demo.world import opening_time
from bot.errors import ConfigError

__all__ = ["run"]


def run(settings: Settings, port: int | None = None, *, open_browser: bool = False) -> None:
    """Serve the page until it is stopped; ``port`` 0 takes any that is free."""
    # A simulated Discord needs neither voice nor a word on how it is reached.
    logging.getLogger("discord").setLevel(logging.ERROR)
    chosen = settings.demo.port if port is None else port
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(settings, chosen, open_browser=open_browser))


async def _serve(settings: Settings, port: int, *, open_browser: bool) -> None:
    stage = Stage(settings, opening_time(SystemClock().now()))
    async with AsyncExitStack() as open_things:
        runner = web.AppRunner(build_app(stage), access_log=None)
        await runner.setup()
        open_things.push_async_callback(runner.cleanup)
        open_things.push_async_callback(stage.end)
        address = await _listen(runner, port)
        await stage.begin()
        click.echo(f"The demo is ready: open {address} (Ctrl+C ends it)")
        if open_browser:
            webbrowser.open(address)
        await _stopped()


async def _listen(runner: web.AppRunner, port: int) -> str:
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError as error:
        raise ConfigError([f"Port {port} is taken: try rapport demo --port 0."]) from error
    return f"http://127.0.0.1:{runner.addresses[0][1]}/"


async def _stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no handlers on the loop
            loop.add_signal_handler(number, stopped.set)
    await stopped.wait()

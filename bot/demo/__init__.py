"""The demo: the real bot in a simulated club, as a page on this machine. No token, nothing kept."""

from __future__ import annotations

import asyncio
import logging
import signal
import webbrowser
from contextlib import suppress

import click

from bot.clock import SystemClock
from bot.config import Settings

__all__ = ["run"]


def run(settings: Settings, port: int | None = None, *, open_browser: bool = False) -> None:
    """Serve the page until it is stopped; ``port`` 0 takes any that is free."""
    # The simulated Discord tries a client out when it is imported, and needs no voice.
    logging.getLogger("discord").setLevel(logging.ERROR)
    chosen = settings.demo.port if port is None else port
    with suppress(KeyboardInterrupt):
        asyncio.run(_show(settings, chosen, open_browser=open_browser))


async def _show(settings: Settings, port: int, *, open_browser: bool) -> None:
    from bot.demo.shell import serve
    from bot.demo.stage import Stage
    from bot.demo.world import opening_time

    stopped = _told_to_stop()
    stage = Stage(settings, opening_time(SystemClock().now()))
    async with serve(stage, port) as address:
        click.echo(f"The demo is ready: open {address} (Ctrl+C ends it)")
        if open_browser:
            webbrowser.open(address)
        await stopped.wait()


def _told_to_stop() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no handlers on the loop
            loop.add_signal_handler(number, stopped.set)
    return stopped

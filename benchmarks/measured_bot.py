"""The bot that benchmarks.commands measures: the real one, with a bare /ping beside its commands.

    python -m benchmarks.measured_bot FOLDER PORT

Its clock stands still, so that nothing falls due meanwhile. On SIGUSR1 it prints the longest stall
of its loop since the last time.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
import time
from datetime import datetime
from pathlib import Path

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from benchmarks.notebooks import NOW, open_filled
from bot.client import RapportBot, create_bot
from bot.config import Settings

_WATCH = 0.005


class Still:
    """A clock that stands at the moment for which the notebooks were made."""

    def now(self) -> datetime:
        """Give that moment."""
        return NOW


async def main(folder: Path, there: str) -> None:
    """Run until it is ended."""
    Route.BASE = f"http://{there}/api"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://{there}/gateway/")
    bot = create_bot(Settings(data_dir=folder), db=open_filled(folder), clock=Still())

    @app_commands.command(name="ping", description="Answers at once")
    async def ping(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("pong", ephemeral=True)

    bot.tree.add_command(ping)
    stalls = [0.0]

    def say_longest() -> None:
        print(f"  longest stall of the loop {max(stalls) * 1000:.0f} ms", flush=True)
        stalls[:] = [0.0]

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, say_longest)
    watcher = asyncio.create_task(_watch(stalls))
    keeping = asyncio.create_task(_keep(bot))
    await bot.start("token")
    watcher.cancel()
    keeping.cancel()


async def _keep(bot: RapportBot) -> None:
    """Do what the real process does beside answering: freeze what is loaded, tidy SQLite's log."""
    await bot.is_loaded.wait()
    gc.freeze()
    gc.enable()
    while True:
        await asyncio.sleep(10)
        await bot.db.checkpoint()


async def _watch(stalls: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(_WATCH)
        stalls.append(time.perf_counter() - before - _WATCH)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    gc.disable()  # as the real start does, until all is loaded
    asyncio.run(main(Path(sys.argv[1]), f"127.0.0.1:{sys.argv[2]}"))

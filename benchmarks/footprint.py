"""What it costs to be there: start to READY and memory at rest, beside a bare discord.py bot.

    python -m benchmarks.footprint [--runs N] [--rest SECONDS]

Both run against one Discord on loopback, in turns. The first start makes the database; the next is
what a restart costs. Printed are medians, and how many times the bare bot each is.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import psutil

from benchmarks.loopback import serve

ROOT = str(Path(__file__).parent.parent)
# The same intents and caches as ours, and one command.
BARE = """
import discord
from discord.ext import commands
intents = discord.Intents.none()
intents.guilds = intents.dm_messages = True
class Bare(commands.Bot):
    async def setup_hook(self):
        await self.tree.sync()
bot = Bare(commands.when_mentioned, intents=intents, max_messages=None,
           member_cache_flags=discord.MemberCacheFlags.none(), chunk_guilds_at_startup=False)
@bot.tree.command(description="Answer.")
async def ping(interaction: discord.Interaction):
    await interaction.response.send_message("pong")
bot.run("a.b.c")
"""

# discord.py takes the gateway's address from nowhere but its own class.
TO_LOOPBACK = """
import os, sys
from importlib.util import find_spec
class ToLoopback:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name == "discord.http":
            sys.meta_path.remove(cls)
            spec = find_spec(name)
            load = spec.loader.exec_module
            def exec_module(module):
                load(module)
                there = os.environ["LOOPBACK"]
                module.Route.BASE = f"http://{there}/api"
                gateway = sys.modules["discord.gateway"]
                gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway.yarl.URL(f"ws://{there}/gateway/")
            spec.loader.exec_module = exec_module
            return spec
sys.meta_path.insert(0, ToLoopback)
"""


@dataclass(frozen=True, slots=True)
class Footprint:
    """One start: seconds until READY, seconds of processor until at rest, megabytes at rest."""

    ready_s: float
    processor_s: float
    memory_mb: float


async def start(
    command: Sequence[str], variables: dict[str, str], ready: asyncio.Event, rest: float
) -> Footprint:
    """Start a bot, wait for READY, let it rest, weigh it, and stop it."""
    ready.clear()
    began = time.perf_counter()
    bot = await asyncio.create_subprocess_exec(
        *command, env=os.environ | variables, stdout=DEVNULL, stderr=PIPE
    )
    ended = asyncio.create_task(bot.wait())
    waiting = (asyncio.create_task(ready.wait()), ended)
    await asyncio.wait(waiting, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    took = time.perf_counter() - began
    if ended.done() or not ready.is_set():
        if not ended.done():
            bot.kill()
        _, complaint = await bot.communicate()
        sys.exit(f"It did not start:\n{complaint.decode()}")
    await asyncio.sleep(rest)
    process = psutil.Process(bot.pid)
    spent, memory = process.cpu_times(), process.memory_info().rss
    bot.terminate()
    await ended
    return Footprint(took, spent.user + spent.system, memory / 2**20)


async def weigh(folder: Path, *, runs: int, rest: float) -> dict[str, list[Footprint]]:
    """Start the three in turns, so that a busy machine is busy for all of them."""
    ready = asyncio.Event()
    found: dict[str, list[Footprint]] = {"bare": [], "first start": [], "restart": []}
    bare, ours = [sys.executable, "-c", BARE], [sys.executable, "-m", "bot", "run"]
    async with serve(lambda _: ready.set()) as port:
        variables = {
            "PYTHONPATH": os.pathsep.join((str(folder), ROOT)),
            "LOOPBACK": f"127.0.0.1:{port}",
            "DISCORD_TOKEN": "a.b.c",
        }
        for number in range(runs):
            variables["RAPPORT_DATA_DIR"] = str(folder / str(number))
            found["bare"].append(await start(bare, variables, ready, rest))
            for name in ("first start", "restart"):
                found[name].append(await start(ours, variables, ready, rest))
    return found


def show(found: dict[str, list[Footprint]]) -> None:
    """Print the medians, and each beside the bare bot's."""
    floor = [statistics.median(column) for column in zip(*map(astuple, found["bare"]), strict=True)]
    print(f"{'':12}{'READY':>16}{'processor':>16}{'memory':>18}")
    for name, several in found.items():
        columns = zip(*map(astuple, several), strict=True)
        ready, spent, memory = (statistics.median(column) for column in columns)
        print(
            f"{name:12}{ready:7.2f} s {ready / floor[0]:5.2f}×"
            f" {spent:7.2f} s {spent / floor[1]:5.2f}×"
            f" {memory:7.1f} MB {memory / floor[2]:5.2f}×"
        )


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--rest", type=float, default=4.0, help="seconds between READY and weighing"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as path:
        Path(path, "sitecustomize.py").write_text(TO_LOOPBACK)
        found = asyncio.run(weigh(Path(path), runs=options.runs, rest=options.rest))
    show(found)


if __name__ == "__main__":
    main()

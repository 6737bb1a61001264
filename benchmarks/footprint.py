"""What it costs to be there: start to READY, to the first answer, and memory at rest.

    python -m benchmarks.footprint [--runs N] [--rest SECONDS]

A bare discord.py bot and ours run against one Discord on loopback, in turns. It sends a command the
moment a bot is READY: ours is still loading then, and answers when it has loaded. The first start
makes the database; the next is what a restart costs. Printed are medians, and how many times the
bare bot each is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

import psutil
from aiohttp import web

from benchmarks.loopback import interaction, serve

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
async def help(interaction: discord.Interaction):
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
    """One start: seconds until READY and the first answer, of processor, megabytes at rest."""

    ready_s: float
    answer_s: float
    processor_s: float
    memory_mb: float


@dataclass
class Wire:
    """The moments of one start as Discord sees them."""

    ready_at: float = 0.0
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def ready(self, socket: web.WebSocketResponse) -> None:
        """Note that a bot is READY, and send it a command."""
        self.ready_at = time.perf_counter()
        command = interaction("901", 2, {"id": "1", "name": "help", "type": 1}, 300000000000000007)
        event = {"op": 0, "t": "INTERACTION_CREATE", "s": 2, "d": command}
        self._sending = asyncio.create_task(socket.send_str(json.dumps(event)))


async def start(
    command: Sequence[str], variables: dict[str, str], wire: Wire, rest: float
) -> Footprint:
    """Start a bot, wait for READY and an answer, let it rest, weigh it, and stop it."""
    wire.answered.clear()
    began = time.perf_counter()
    bot = await asyncio.create_subprocess_exec(
        *command, env=os.environ | variables, stdout=DEVNULL, stderr=PIPE
    )
    ended = asyncio.create_task(bot.wait())
    waiting = (asyncio.create_task(wire.answered.wait()), ended)
    await asyncio.wait(waiting, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    took = time.perf_counter() - began
    if ended.done() or not wire.answered.is_set():
        if not ended.done():
            bot.kill()
        _, complaint = await bot.communicate()
        sys.exit(f"It did not start:\n{complaint.decode()}")
    await asyncio.sleep(rest)
    process = psutil.Process(bot.pid)
    spent, memory = process.cpu_times(), process.memory_info().rss
    bot.terminate()
    await ended
    return Footprint(wire.ready_at - began, took, spent.user + spent.system, memory / 2**20)


async def weigh(folder: Path, *, runs: int, rest: float) -> dict[str, list[Footprint]]:
    """Start the three in turns, so that a busy machine is busy for all of them."""
    wire = Wire()
    found: dict[str, list[Footprint]] = {"bare": [], "first start": [], "restart": []}
    bare, ours = [sys.executable, "-c", BARE], [sys.executable, "-m", "bot", "run"]
    async with serve(wire.ready, lambda _: wire.answered.set()) as port:
        variables = {
            "PYTHONPATH": os.pathsep.join((str(folder), ROOT)),
            "LOOPBACK": f"127.0.0.1:{port}",
            "DISCORD_TOKEN": "a.b.c",
        }
        for number in range(runs):
            variables["RAPPORT_DATA_DIR"] = str(folder / str(number))
            found["bare"].append(await start(bare, variables, wire, rest))
            for name in ("first start", "restart"):
                found[name].append(await start(ours, variables, wire, rest))
    return found


def show(found: dict[str, list[Footprint]]) -> None:
    """Print the medians, and each beside the bare bot's."""
    floor = [statistics.median(column) for column in zip(*map(astuple, found["bare"]), strict=True)]
    print(f"{'':12}{'READY':>16}{'first answer':>16}{'processor':>16}{'memory':>18}")
    for name, several in found.items():
        columns = zip(*map(astuple, several), strict=True)
        ready, answer, spent, memory = (statistics.median(column) for column in columns)
        print(
            f"{name:12}{ready:7.2f} s {ready / floor[0]:5.2f}×"
            f" {answer:7.2f} s {answer / floor[1]:5.2f}×"
            f" {spent:7.2f} s {spent / floor[2]:5.2f}×"
            f" {memory:7.1f} MB {memory / floor[3]:5.2f}×"
        )


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--rest", type=float, default=4.0, help="seconds between the answer and weighing"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as path:
        Path(path, "sitecustomize.py").write_text(TO_LOOPBACK)
        found = asyncio.run(weigh(Path(path), runs=options.runs, rest=options.rest))
    show(found)


if __name__ == "__main__":
    main()

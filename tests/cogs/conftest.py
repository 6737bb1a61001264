from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import simcord

from bot import proofreading
from bot.client import RapportBot
from tests.cogs.playing import Club, EnvClock, Player, make_bot, open_club

START = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)  # a Tuesday, 10:00 in New York


@pytest.fixture(autouse=True, scope="session")
def fast_settling() -> None:
    """Let the simulated Discord look twice as often whether the bot is idle (2 ms, not 50)."""
    simcord.Env._settle_internal.__kwdefaults__["idle"] = 0.002


@pytest.fixture(autouse=True)
def quick_loading(loaded_once: None) -> None:
    """Load each of the many bots from what the first one read."""


@pytest.fixture(autouse=True)
def no_proofreader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Play on a host without the spelling checker: its process costs each test a second."""
    monkeypatch.setattr(proofreading, "_shared", proofreading.Proofreader(library="no_such_one"))


@pytest.fixture
def clock() -> EnvClock:
    return EnvClock(START)


@pytest.fixture
async def simcord_bot(
    tmp_path: Path, sqlite_template: Path, key_file: Path, clock: EnvClock
) -> AsyncIterator[RapportBot]:
    """The real bot on a fresh SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "rapport.db")
    bot = make_bot(tmp_path, key_file, clock)
    yield bot
    await bot.close()


@pytest.fixture
async def club(simcord_env: simcord.Env, simcord_bot: RapportBot, clock: EnvClock) -> Club:
    """The bot in a simulated server, on 3 March 2026."""
    return await open_club(simcord_env, simcord_bot, clock)


@pytest.fixture
def ana(club: Club) -> Player:
    """A member who types in the club's channel."""
    return club.member("Ana")

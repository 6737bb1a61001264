from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.config import Settings
from bot.demo.shell import serve
from bot.demo.stage import Stage

START = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)  # a Tuesday, 10:00 in New York


@pytest.fixture(autouse=True)
def quick_loading(loaded_once: None) -> None:
    """Load each of the many bots from what the first one read."""


@pytest.fixture
def stage() -> Stage:
    return Stage(Settings(), START)


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    """The demo's page, with the club open behind it."""
    async with serve(stage, 0) as served:
        yield served

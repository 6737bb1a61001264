"""What every further bot of one test process need not do again: read its texts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import bot.content
from bot.content import Content, load

_read_once = cache(load)


def _load(club_folder: Path | None = None) -> Content:
    return _read_once() if club_folder is None else load(club_folder)


@pytest.fixture
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bots of a process share the frozen texts. The tests of a start do without this."""
    monkeypatch.setattr(bot.content, "load", _load)

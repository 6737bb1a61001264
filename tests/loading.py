"""What every further bot of one test process need not do again: import its cogs, read its texts."""

from __future__ import annotations

import importlib
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from discord.ext import commands

import bot.content
from bot.content import Content, load

_read_once = cache(load)


async def _set_up(self: commands.Bot, _spec: ModuleSpec, name: str) -> None:
    module = importlib.import_module(name)
    await module.setup(self)
    _extensions_of(self)[name] = module


async def _forget(self: commands.Bot, _module: ModuleType, name: str) -> None:
    del _extensions_of(self)[name]


def _extensions_of(self: commands.Bot) -> dict[str, ModuleType]:
    return self._BotBase__extensions


def _load(club_folder: Path | None = None) -> Content:
    return _read_once() if club_folder is None else load(club_folder)


@pytest.fixture
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bots of a process share the modules of the cogs, and the frozen texts.

    discord.py runs a cog's module anew for each bot, and forgets it with the bot, so that it can
    be edited meanwhile; that took half of the suite's time. The tests of a start do without this.
    """
    monkeypatch.setattr(commands.Bot, "_load_from_module_spec", _set_up)
    monkeypatch.setattr(commands.Bot, "_call_module_finalizers", _forget)
    monkeypatch.setattr(bot.content, "load", _load)

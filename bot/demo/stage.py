"""What the page shows: one world, one place of it at a time, and one action after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import simcord.preview

from bot.config import Settings
from bot.demo.guide import STEPS, progress
from bot.demo.opening_scene import play_opening
from bot.demo.world import CHANNEL, PEOPLE, Place, World, open_world

_T = TypeVar("_T")

FIRST_PLACE = "ana-club"
STEPS_OF_THE_CLOCK = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


class Stage:
    """The world on show. Everything that acts on it holds ``lock``: simcord refuses two at once."""

    def __init__(self, settings: Settings, start: datetime) -> None:
        self.lock = asyncio.Lock()
        self._settings = settings
        self._start = start
        self._open = AsyncExitStack()
        self._preview: simcord.preview.Preview | None = None
        self._world: World | None = None
        self._current = FIRST_PLACE
        self._run = 0
        self._state: dict[str, Any] = {}

    @property
    def world(self) -> World:
        """The world on show."""
        if self._world is None:
            raise RuntimeError("the stage is not open")
        return self._world

    @property
    def address(self) -> str:
        """Where the window into the simulated Discord is served; it moves with every place."""
        return "" if self._preview is None else self._preview.url.split("/#")[0]

    @property
    def state(self) -> dict[str, Any]:
        """What the page draws around that window; taken anew after every action."""
        return self._state

    async def begin(self) -> None:
        """Open a fresh world on its first place, in place of the one before."""
        async with self.lock:
            await self._close()
            self._world = await self._open.enter_async_context(
                open_world(self._settings, self._start)
            )
            await play_opening(self._world)
            self._run += 1
            await self._show(FIRST_PLACE)

    async def end(self) -> None:
        """Close everything."""
        async with self.lock:
            await self._close()

    async def show(self, key: str) -> dict[str, Any]:
        """Turn the window to another place; raises KeyError if there is none of that key."""
        async with self.lock:
            if key != self._current:
                await self._show(key)
            return self._state

    async def jump(self, step: str) -> dict[str, Any]:
        """Turn the clock: by an hour, a day, a week, or to the next message."""
        async with self.lock:
            if (delta := STEPS_OF_THE_CLOCK.get(step)) is not None:
                arrived = await self.world.jump(self.world.env.now() + delta)
            else:
                arrived = await self.world.jump_to_next()
            if self._preview is not None:
                await self._preview.refresh()
            await self._look()
            return {**self._state, "arrived": arrived}

    async def act(self, action: Callable[[], Awaitable[_T]]) -> _T:
        """Let the window do something while nothing else does."""
        async with self.lock:
            done = await action()
            # What an action makes due at once, such as the hello, need not wait for a jump.
            if await self.world.send_due() and self._preview is not None:
                await self._preview.refresh()
            await self._look()
            return done

    async def _close(self) -> None:
        if self._preview is not None:
            await self._preview.close()
        self._preview = self._world = None
        await self._open.aclose()

    async def _show(self, key: str) -> None:
        place = self.world.places[key]
        if self._preview is not None:
            await self._preview.close()
        self._preview = self.world.env.preview(
            place.channel, viewers=[place.viewer], layout="channel", timezone=place.person.zone
        )
        await self._preview.__aenter__()
        self._current = key
        await self._look()

    async def _look(self) -> None:
        self.world.look(self._current)
        due = await self.world.next_due()
        done = await progress(self.world)
        self._state = {
            "run": self._run,
            "now": self.world.env.now().isoformat(),
            "next": due.isoformat() if due else None,
            "current": self._current,
            "window": self._window(),
            "people": [{**asdict(person), "places": self._places(person.key)} for person in PEOPLE],
            "steps": [
                {"text": step.text, "place": step.place, "done": step.deed in done}
                for step in STEPS
            ],
        }

    def _window(self) -> str:
        url = urlsplit(self._preview.url if self._preview else "")
        return f"/window?at={url.port}#{url.fragment}"

    def _places(self, person: str) -> list[dict[str, Any]]:
        return [
            {"key": place.key, "label": _label(place), "unread": place.unread}
            for place in self.world.places.values()
            if place.person.key == person
        ]


def _label(place: Place) -> str:
    return "Messages" if place.is_dm else f"#{CHANNEL}"

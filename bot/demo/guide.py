"""The guided path: the first five things to try, each ticked off when it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.demo.world import World


@dataclass(frozen=True)
class Step:
    """One thing to try, where it is done, and how the page knows that it was."""

    text: str  # **bold** and `code` are drawn as such
    place: str
    is_done: Callable[[World], bool]


def _wrote(place: str, least: int = 1) -> Callable[[World], bool]:
    return lambda world: len(world.places[place].came) >= least


STEPS = (
    Step("You are Ana. In the club's channel, press **Start**.", "ana-club", _wrote("ana-club", 2)),
    Step("Type `/contact add` and note a person.", "ana-club", _wrote("ana-club", 3)),
    Step("Open Ana's messages and read your DM.", "ana-dm", _wrote("ana-dm")),
)


def progress(world: World) -> list[bool]:
    """Tell for each step whether it was done."""
    return [step.is_done(world) for step in STEPS]

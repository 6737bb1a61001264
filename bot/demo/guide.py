"""The guided path: the first five things to try, each ticked off when it was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.demo.world import World
from bot.notebook.access import mine
from bot.notebook.members import find_member
from bot.storage.models import Touch

VISITOR = "ana"


@dataclass(frozen=True)
class Step:
    """One thing to try, where it is done, and the deed that ticks it off."""

    deed: str
    text: str  # **bold** and `code` are drawn as such
    place: str


STEPS = (
    Step(
        "began",
        "You are Ana, and new. Press **Start**, then **Begin**. One person you know is enough.",
        "ana-club",
    ),
    Step("drafted", "Press **Draft your message**: it is half written already.", "ana-club"),
    Step("confirmed", "Open Ana’s messages and press **It arrived**.", "ana-dm"),
    Step(
        "talked",
        "Suppose you have met today. Type `/log`, choose **We talked** and the person.",
        "ana-dm",
    ),
    Step(
        "nudged",
        "Press **+1 day**. It is tomorrow morning: read your DM, a thank-you is due.",
        "ana-dm",
    ),
)


async def progress(world: World) -> set[str]:
    """Tell which of the deeds the visitor has done."""
    user = world.users[VISITOR]
    async with world.bot.db.read() as session:
        member = await find_member(session, user.id, guild_id=None)
        kinds = set((await session.execute(mine(user.id, Touch, Touch.kind))).scalars())
    deeds = {
        "began": bool(member.profile),
        "drafted": "w" in _scopes(world, f"{VISITOR}-club") | _scopes(world, f"{VISITOR}-dm"),
        "confirmed": member.hello_at is not None,
        "talked": "talked" in kinds,
        "nudged": "r" in _scopes(world, f"{VISITOR}-dm") and not world.places["ana-dm"].unread,
    }
    return {deed for deed, is_done in deeds.items() if is_done}


def _scopes(world: World, key: str) -> set[str]:
    """Collect what the buttons on a member's screen are about (see rules/presses)."""
    place = world.places[key]
    return {
        part["custom_id"].partition(":")[0]
        for message in place.channel.history(viewer=place.viewer)
        for part in _parts([component.to_dict() for component in message.components])
        if "custom_id" in part
    }


def _parts(components: Any) -> Any:
    for component in components:
        yield component
        yield from _parts(component.get("components", ()))
        if "accessory" in component:
            yield component["accessory"]

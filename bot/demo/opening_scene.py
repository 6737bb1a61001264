"""What has happened in the club before the page opens: done by its people, through the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.demo.world import World

# Ana is new: she is the visitor. The other two have begun, and hear from the bot in their own
# mornings, whatever the visitor does.
_BEGUN: dict[str, dict[str, str | list[str]]] = {
    "ben": {
        "field": "city planning",
        "person": "Jonas Weber, traffic planner, the city of Potsdam",
        "name": "Ben Krause",
        "line": "fourth-semester geography student",
        "zone": ["Europe/Berlin"],
    },
    "chiyo": {
        "field": "game design",
        "person": "Emi Sato, level designer, Small Lantern Games",
        "name": "Chiyo Mori",
        "line": "second-year illustration student",
        "zone": ["Asia/Tokyo"],
    },
}
_LOGGED = {
    "ben": {"what": "asked", "contact": "Jonas Weber", "when": "6 days ago"},
    "chiyo": {"what": "talked", "contact": "Emi Sato", "when": "yesterday"},
}
_TAKEAWAYS = {
    "enjoyed": "How she sketches a level on paper before she builds anything.",
    "advice": "Finish small games, and show them to people early.",
    "promises": "Send her my first paper prototype",
    "keep_in_touch": ["email"],
}


async def play_opening(world: World) -> None:
    """Set the club up and let two of its members begin."""
    form = await world.owner.slash(world.club, "organise setup")
    await world.owner.submit_modal(form, {"zone": ["America/New_York"]})
    for key, answers in _BEGUN.items():
        await _begin(world, key, answers)
    for place in world.places.values():
        world.look(place.key)


async def _begin(world: World, key: str, answers: dict[str, str | list[str]]) -> None:
    user = world.users[key]
    welcome = await user.slash("start")
    form = await user.click(welcome.response, label="Begin")
    await user.submit_modal(form, answers)
    await world.send_due()
    hello = user.dm_channel.history(viewer=user)[-1]
    await user.click(hello, label="It arrived")
    noted = await user.slash("log", **_LOGGED[key])
    if noted.modal:  # a talk is followed by its takeaways
        await user.submit_modal(noted, _TAKEAWAYS)

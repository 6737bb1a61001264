"""Importing as a member does it, with every button on the way."""

from __future__ import annotations

from tests.cogs.playing import Player
from tests.exchange import uploads as files


async def import_lists(player: Player) -> None:
    """Bring in people from a list with columns of its own, page by page, and from LinkedIn's."""
    idea = await player.slash("contact ideas")
    while "Bring a list" not in idea.labels:
        idea = await player.press(idea, next(one for one in idea.labels if one.startswith("Next")))
    await player.press(idea, "Bring a list")
    await player.slash("contact import")
    lines = "".join(f"Person {n};Northwind\n" for n in range(30))
    seen = await player.slash("contact import", file=("x.csv", f"Name;Wo\n{lines}".encode()))
    seen = await player.fill(await player.press(seen, "Say which is which"), {"Name": ["0"]})
    page = await player.press(await player.press(seen, "Pick people"), "More")
    found = await player.fill(await player.press(page, "Look for …"), {"What they do": "chef"})
    await player.press(found, "Back")
    seen = await player.slash("contact import", file=("y.csv", files.OTHERS.encode()))
    page = await player.press(await player.press(seen, "Go on"), "Pick people")
    page = await player.press(await player.choose(page, "0"), "Tick all 2")
    taken = await player.press(page, "Take the 2 ticked")
    await player.press(taken, "Undo")
    seen = await player.slash("contact import", file=("z.csv", files.LINKEDIN.encode()))
    await player.press(seen, "Cancel")

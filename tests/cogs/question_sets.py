"""Reading sets of questions off cards and out of the database."""

from __future__ import annotations

import re
from typing import Any

from bot.notebook.contacts import list_labels
from bot.notebook.pages import Page, access_page
from tests.cogs.playing import Club, Player, Reply, menus_of

_NUMBERED = re.compile(r"^\d+\. (?:\*\*)?(.*?)(?:\*\*)?((?: · (?:locked|asked))*)$", re.M)


def questions_of(reply: Reply) -> list[str]:
    """The questions on a card, in order."""
    return [match[1] for match in _NUMBERED.finditer(reply.text)]


def tag_of(reply: Reply, place: int, menu: str = "Pick") -> str:
    """The value that stands for the question in that place, from 0."""
    message = getattr(reply, "message", reply)
    (found,) = [one for one in menus_of(message) if one["placeholder"].startswith(menu)]
    return str(found["options"][place]["value"])


async def pick(player: Player, on: Reply, place: int) -> Reply:
    """Pick the question in that place, from 0."""
    return await player.choose(on, tag_of(on, place), menu="Pick")


async def page_of(club: Club, player: Player, name: str) -> Page:
    """Read a person's page from the database."""
    async with club.bot.db.read() as session:
        labels = await list_labels(session, player.user.id)
        (key,) = [one.key for one in labels if one.text.startswith(name)]
        return await access_page(session, player.user.id, key)


def texts(rows: Any) -> list[str]:
    """The questions of a stored set."""
    return [row["text"] for row in rows]

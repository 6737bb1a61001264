"""The only door out of the notebooks: it gives nothing but counts."""

from __future__ import annotations

from dataclasses import dataclass

from bot.notebook.access import count_of_club
from bot.storage.session import Session


@dataclass(frozen=True, slots=True)
class MemberCount:
    """How many members began in a club, and how many have confirmed that messages reach them."""

    began: int
    reached: int


async def count_members(session: Session, guild_id: int) -> MemberCount:
    """Count the members who came from a club."""
    row = (await session.execute(count_of_club(guild_id))).one()
    return MemberCount(row.began, row.reached)

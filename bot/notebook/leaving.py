"""Leaving: a notebook that is to be erased stands for a week, and can be kept until then."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import UserError
from bot.notebook.access import change_member, member_row
from bot.notebook.members import MemberFacts, find_member
from bot.storage.models import Member
from bot.storage.session import Session

GRACE = timedelta(days=7)
ASKED, UNUSED = "asked", "unused"
"""Why a notebook is erased: its member wants it, or nobody has used it for two years."""


async def ask_to_leave(
    session: Session, owner_id: int, *, clears_dm: bool, now: datetime
) -> MemberFacts:
    """Note that all of a member's is erased in a week; until then I only write around talks.

    Gives the member as they are now; ``is_new`` for one of whom there is nothing to erase.
    """
    member = await find_member(session, owner_id, guild_id=None)
    if member.is_new or member.is_leaving:
        return member
    values = {"erase_at": now + GRACE, "erase_why": ASKED, "erases_messages": clears_dm}
    await session.execute(change_member(owner_id).values(**values))
    return await find_member(session, owner_id, guild_id=None)


async def stay(session: Session, owner_id: int) -> None:
    """Keep a notebook that was to be erased; UserError when it was not."""
    member = await find_member(session, owner_id, guild_id=None)
    if member.erase_at is None:
        raise UserError("Nothing of yours is going to be erased; your notebook stays.")
    await session.execute(change_member(owner_id).values(erase_at=None, erase_why=None))


async def find_leaver(session: Session, owner_id: int) -> bool:
    """Tell whether the DM of somebody who leaves is cleared; UserError for whoever stays."""
    columns = (Member.erase_at, Member.erase_why, Member.erases_messages)
    row = (await session.execute(member_row(owner_id, *columns))).one_or_none()
    if row is None or row.erase_at is None or row.erase_why != ASKED:
        raise UserError("Nothing of yours is going to be erased. **/privacy** has the button.")
    return bool(row.erases_messages)

"""Notebooks that nobody opens any more: told once, with all of it as a file, then erased."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from bot.dispatcher.courier import Picture, to_body
from bot.notebook.access import change_member
from bot.notebook.leaving import UNUSED
from bot.rules.presses import menu
from bot.storage.models import Delivery, Member
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import insert_new

UNUSED_FOR = timedelta(days=730)
"""So long nothing was pressed or typed: then a notebook about people has no reason to be."""

ERASED_AFTER = timedelta(days=30)
NOTEBOOK = "notebook"
"""The name of the file that goes along: the member's whole notebook."""

_NAME = "unused:"
_AT_A_TIME = 20
_TEXT = (
    "You have not used me for two years, so I erase your notebook in 30 days: notes about people "
    "are not kept for nothing. All of it is in this file, for you to keep.\n"
    "Should you want it to stay, press the button, or use me in any way."
)


async def tell_unused(session: Session, *, now: datetime) -> int:
    """Tell those who have not been here for two years that theirs is erased; returns how many."""
    last = func.coalesce(Member.seen_at, Member.created_at)
    found = await session.execute(
        select(Member.id, last.label("last_at"))
        .where(last < now - UNUSED_FOR, Member.erase_at.is_(None))
        .limit(_AT_A_TIME)
    )
    rows = found.all()
    for row in rows:
        values = {
            "erase_at": now + ERASED_AFTER,
            "erase_why": UNUSED,
            "erases_messages": False,  # the file that they were sent is theirs
        }
        await session.execute(change_member(row.id).values(**values))
    if rows:
        await insert_new(session, Delivery, [_message(row, now) for row in rows])
    return len(rows)


def is_being_told(now: datetime) -> ColumnElement[bool]:
    """Tell that the message is still on its way to a member, or came less than a month ago."""
    came_late = Delivery.delivered_at > now - ERASED_AFTER
    return exists().where(
        Delivery.owner_id == Member.id,
        Delivery.name.startswith(_NAME),
        Delivery.state.in_(("retry", "sending")) | came_late,
    )


def _message(row: Any, now: datetime) -> dict[str, Any]:
    buttons = ((menu("keep_notebook", "Keep my notebook", style="success"),),)
    body = to_body(_TEXT, buttons, silent=True, picture=Picture(NOTEBOOK, {}))
    return {
        "key": new_key(),
        "name": f"{_NAME}{row.id}:{row.last_at:%Y%m%d%H%M%S}",
        "owner_id": row.id,
        "body": body,
        "state": "retry",
        "attempts": 0,
        "created_at": now,
        "lease_until": now,
        "retry_at": now,
    }

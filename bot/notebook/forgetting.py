"""Forgetting a person who asked for it: no row says anything of them any more, and no Undo."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import null

from bot.notebook.access import change_mine, delete_mine, mine
from bot.notebook.pages import Page, access_page
from bot.rules.records import ReminderState
from bot.storage.models import Change, Contact, Delivery, Reminder, Unfinished
from bot.storage.session import Session

ASK = "ask:"
"""Begins the name of the message that brings a person's wish to a member."""

_WAITS = ("retry", "unreachable")
_ON_ITS_WAY = (ReminderState.SENDING, ReminderState.UNREACHABLE)
_PARTS = ("touches", "interviews", "promises", "decisions", "reminders")


def ask_name(contact: str, now: datetime) -> str:
    """Name the message that brings a person's wish: once a month for each card."""
    return f"{ASK}{contact}:{now:%Y-%m}"


async def forget_contact(session: Session, owner_id: int, key: str) -> str:
    """Delete a person with all that hangs on them, also from Undo and from messages kept here.

    Gives their name, for the reply.
    """
    page = await access_page(session, owner_id, key)
    await _empty_messages(session, owner_id, key)
    await _empty_changes(session, owner_id, _keys_of(page))
    about_them = delete_mine(owner_id, Unfinished).where(Unfinished.subject == key)
    await session.execute(about_them)
    await session.execute(delete_mine(owner_id, Contact).where(Contact.key == key))
    return page.name


def _keys_of(page: Page) -> set[str]:
    return {page.key, *(one.key for part in _PARTS for one in getattr(page, part))}


async def _empty_messages(session: Session, owner_id: int, key: str) -> None:
    of_nudges = mine(owner_id, Reminder, Reminder.delivery_key).where(Reminder.contact_key == key)
    theirs = Delivery.key.in_(of_nudges) | Delivery.name.startswith(f"{ASK}{key}")
    # What waits for another try would still name them, and so would another try of what is on its
    # way; that itself cannot be held back.
    waiting = theirs & Delivery.state.in_(_WAITS)
    await _word_anew(session, owner_id, mine(owner_id, Delivery, Delivery.key).where(waiting))
    lapsed = {"state": "lapsed", "lease_until": None, "retry_at": None}
    await session.execute(change_mine(owner_id, Delivery).where(waiting).values(lapsed))
    await session.execute(change_mine(owner_id, Delivery).where(theirs).values(body=null()))


async def _word_anew(session: Session, owner_id: int, messages: Any) -> None:
    """Let the other people of messages that were not sent wait for a message without this one."""
    others = change_mine(owner_id, Reminder).where(
        Reminder.delivery_key.in_(messages), Reminder.state.in_(_ON_ITS_WAY)
    )
    await session.execute(others.values(state=ReminderState.WAITING))


async def _empty_changes(session: Session, owner_id: int, keys: Collection[str]) -> None:
    rows = await session.execute(
        mine(owner_id, Change, Change.key, Change.before).where(Change.before.is_not(None))
    )
    about_them = [row.key for row in rows if _names(row.before, keys)]
    if about_them:
        statement = change_mine(owner_id, Change).where(Change.key.in_(about_them))
        await session.execute(statement.values(before=null()))


def _names(before: Any, keys: Collection[str]) -> bool:
    text = json.dumps(before)
    return any(key in text for key in keys)

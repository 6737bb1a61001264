"""A talk that was held, as members note it."""

from __future__ import annotations

from datetime import date

from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact
from bot.notebook.interviews import Held, Takeaways, log_interview
from bot.storage.session import Session


async def hold_talk(session: Session, by: Actor, name: str, on: date) -> str:
    """Note a talk with somebody new, that nobody had booked; gives their key."""
    stored = await add_contact(session, by=by, values={"name": name})
    (contact,) = stored.pages
    await log_interview(session, by=by, held=Held(contact, on=on), takeaways=Takeaways())
    return contact

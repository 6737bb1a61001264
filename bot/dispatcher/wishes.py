"""A person's own door: they ask that notes about them be deleted, and each owner hears of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, or_, select

from bot.content import plain_text
from bot.dispatcher.courier import to_body
from bot.notebook.forgetting import ask_name
from bot.rules.presses import Press
from bot.rules.profiles import profile_of
from bot.storage.models import Contact, Delivery, Member
from bot.storage.opening import open_beside
from bot.storage.session import Session
from bot.storage.types import keyring_of, new_key
from bot.storage.upserts import insert_new

_TEXT = (
    "{who} asks that your notes about them be deleted.\n"
    "They wrote to whoever hosts me. Nobody but you knows that you have notes about them, and "
    "nobody else can delete them: it is your decision."
)
_NAMELESS = "Somebody in your notebook"


async def ask_owners(
    session: Session, *, email: str = "", linkedin: str = "", now: datetime
) -> int:
    """Ask everybody who has notes about a person to delete them; gives how many cards there are.

    The person is found by keyed hashes of their addresses. Each owner is asked once a month.
    """
    ring = keyring_of(session.get_bind().dialect)
    signs: list[Any] = []
    if email:
        signs.append(Contact.email_hash == ring.lookup_hash(email))
    if linkedin:
        signs.append(Contact.linkedin_hash == ring.lookup_hash(profile_of(linkedin)))
    if not signs:
        return 0
    found = await session.execute(
        select(Contact.key, Contact.owner_id, Contact.details, Member.discreet, Member.mode)
        .join(Member, Member.id == Contact.owner_id)
        .where(or_(*signs), Contact.removed_at.is_(None))
    )
    rows = [_message(row, now) for row in found.all()]
    if rows:
        await insert_new(session, Delivery, rows)
    return len(rows)


async def ask_offline(
    url: URL, *, key_file: Path, now: datetime, email: str = "", linkedin: str = ""
) -> int:
    """Ask through a database that a bot may be at work on: it sends what it finds there."""
    database = open_beside(url, key_file)
    try:
        async with database.write() as session:
            return await ask_owners(session, email=email, linkedin=linkedin, now=now)
    finally:
        await database.close()


def _message(row: Any, now: datetime) -> dict[str, Any]:
    name = f"**{plain_text(row.details.get('name', ''))}**"
    buttons = (
        (
            Press("c", row.key, "forget", "Delete", "danger"),
            Press("c", row.key, "keep_notes", "Keep and say why"),
            Press("c", row.key, "open", "See the card"),
        ),
    )
    text = _TEXT.format(who=_NAMELESS if row.discreet else name)
    return {
        "key": new_key(),
        "name": ask_name(row.key, now),
        "owner_id": row.owner_id,
        "body": to_body(text, buttons, silent=row.mode == "silent"),
        "state": "retry",
        "attempts": 0,
        "created_at": now,
        "lease_until": now,
        "retry_at": now,
    }

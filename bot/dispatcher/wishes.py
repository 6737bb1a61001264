"""A person's own door: they ask that notes about them be deleted, and each owner hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, func, or_, select

from bot.content import plain_text
from bot.dispatcher.courier import to_body
from bot.dispatcher.weighing import Wait
from bot.notebook.forgetting import ASK, ask_name
from bot.notebook.members import member_facts
from bot.rules.hours import is_quiet, outside_quiet
from bot.rules.presses import Press
from bot.rules.profiles import profile_of
from bot.storage.models import Contact, Delivery, Guild, Member
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
    zone = func.coalesce(Member.zone, Guild.zone).label("zone")
    found = await session.execute(
        select(Contact.key, Contact.owner_id, Contact.details, Member.discreet, Member.mode, zone)
        .join(Member, Member.id == Contact.owner_id)
        .outerjoin(Guild, Guild.id == Member.guild_id)
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


async def weigh_wishes(session: Session, rows: Sequence[Any], now: datetime) -> dict[str, Wait]:
    """Judge wishes that were not sent yet: where it is night they wait; others are not here."""
    wishes = [row for row in rows if row.name.startswith(ASK)]
    if not wishes:
        return {}
    found = await session.execute(
        select(Member, Guild.zone.label("club_zone"))
        .outerjoin(Guild, Guild.id == Member.guild_id)
        .where(Member.id.in_({row.owner_id for row in wishes}))
    )
    rhythms = {row.id: member_facts(row).rhythm for row in found.all()}
    return {
        row.key: Wait(outside_quiet(now, rhythm))
        for row in wishes
        if (rhythm := rhythms.get(row.owner_id)) and is_quiet(now, rhythm)
    }


def _message(row: Any, now: datetime) -> dict[str, Any]:
    name = f"**{plain_text(row.details.get('name', ''))}**"
    buttons = (
        (
            Press("c", row.key, "forget", "Delete", "danger"),
            Press("c", row.key, "keep_notes", "Keep and say why"),
            Press("c", row.key, "open", "See the card"),
        ),
    )
    # Where nobody knows their zone, it may be the middle of their night.
    is_silent = row.mode == "silent" or row.zone is None
    text = _TEXT.format(who=_NAMELESS if row.discreet else name)
    return {
        "key": new_key(),
        "name": ask_name(row.key, now),
        "owner_id": row.owner_id,
        "body": to_body(text, buttons, silent=is_silent),
        "state": "retry",
        "attempts": 0,
        "created_at": now,
        "lease_until": now,
        "retry_at": now,
    }

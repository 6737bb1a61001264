"""Writing imported people: unseen until all of them are there, then seen by one update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, insert

from bot.errors import UserError
from bot.notebook.access import UNSEEN, change_mine, delete_mine
from bot.notebook.changes import Actor, Stored, begin
from bot.notebook.contacts import searchable
from bot.notebook.countable import Writing, countable
from bot.notebook.importing.signs import Details
from bot.notebook.members import ensure_member
from bot.rules.hours import local_day
from bot.storage.models import Contact
from bot.storage.session import Session
from bot.storage.types import keyring_of, new_key

BEHIND = datetime(2000, 1, 1, tzinfo=UTC)
"""Where imported people stand in lists that begin with the latest: behind all others."""


@dataclass(frozen=True)
class Batch:
    """One import while it is written: its key, and whose it is."""

    key: str
    by: Actor
    zone: str


async def open_import(session: Session, *, by: Actor) -> Batch:
    """Begin to write an import."""
    member = await ensure_member(session, by.member_id, now=by.now, guild_id=by.guild_id)
    return Batch(new_key(), by, member.zone_or_club)


async def write_people(session: Session, batch: Batch, people: Sequence[Details]) -> None:
    """Write some people of an import as known; nobody sees them yet."""
    now = batch.by.now
    at = Writing(now, local_day(now, batch.zone), keyring_of(session.get_bind().dialect))
    rows: list[dict[str, Any]] = [
        {
            "key": new_key(),
            "owner_id": batch.by.member_id,
            **(columns := searchable(session, details)),
            **countable("contacts", columns, {}, at),
            "lead_on": None,  # known only: nothing reminds of them until they are asked
            "added_at": now,
            "last_at": BEHIND,
            "removed_at": UNSEEN,
            "import_key": batch.key,
        }
        for details in people
    ]
    await session.execute(insert(Contact), rows)


async def show_import(session: Session, *, by: Actor, batch: Batch, count: int) -> Stored:
    """Let all people of an import be seen; raises UserError when some are missing.

    ``by`` is who began it, with the same interaction: a doubled one shows nothing.
    """
    ledger = await begin(session, by, f"importing {count:,} people")
    seen = await session.execute(
        change_mine(by.member_id, Contact)
        .where(Contact.import_key == batch.key, Contact.removed_at == UNSEEN)
        .values(removed_at=None)
    )
    if cast("CursorResult[Any]", seen).rowcount != count:
        raise UserError("The import was disturbed and nothing of it is kept. Please try again.")
    ledger.brought(batch.key)
    return await ledger.finish()


async def discard_import(session: Session, batch: Batch) -> None:
    """Throw away what an import has written and nobody has seen."""
    await session.execute(
        delete_mine(batch.by.member_id, Contact).where(
            Contact.import_key == batch.key, Contact.removed_at == UNSEEN
        )
    )

"""Everything of one member as one file, for them to keep or to take elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from bot.errors import UserError
from bot.exchange.notebooks import FORMAT
from bot.notebook.access import EVERYTHING, as_dict, everything_of, member_row
from bot.notebook.contacts import FIELD_LENGTHS
from bot.notebook.network import tags_of
from bot.notebook.tags import own_fields
from bot.storage.keys import Keyring
from bot.storage.models import Member
from bot.storage.session import Session
from bot.storage.types import keyring_of

VERSION = 1
DERIVED = frozenset({"owner_id", "email_hash", "linkedin_hash", "field_hash", "calendar_hash"})
"""Columns that say nothing of their own: whose row it is, and hashes for looking up."""


async def gather_export(session: Session, member_id: int, *, now: datetime) -> dict[str, Any]:
    """Read all rows of a member: ``member``, and a list of rows for each table by its name.

    Removed contacts and what is on its way are among them. Raises UserError when there is nothing.
    """
    columns = Member.__table__.columns
    member = (await session.execute(member_row(member_id, *columns))).one_or_none()
    if member is None:
        raise UserError("There is nothing of yours here yet. **/start** begins a notebook.")
    whole: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": now,
        "member": {n: value for n, value in as_dict(member).items() if n not in DERIVED},
    }
    for model in EVERYTHING:
        rows = await session.execute(everything_of(member_id, model))
        whole[model.__tablename__] = [
            {name: value for name, value in row.items() if name not in DERIVED}
            for row in rows.mappings()
        ]
    plain = json.loads(write_export(whole))
    return {**whole, "seal": seal_of(plain, keyring_of(session.get_bind().dialect))}


def seal_of(plain: Mapping[str, Any], ring: Keyring) -> str:
    """Seal an export, as its JSON reads: only this installation can, so it can believe the file."""
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return ring.lookup_hash(f"export {digest}").hex()


def list_exported(whole: dict[str, Any]) -> list[dict[str, str]]:
    """List the people of an export by their fields, but for those who were removed.

    Beside the fields of a contact stand their tags, and the member's own fields as "own: name".
    """
    return [_exported(row["details"]) for row in whole["contacts"] if row["removed_at"] is None]


def _exported(details: dict[str, Any]) -> dict[str, str]:
    own = {f"own: {name}": text for name, text in own_fields(details).items()}
    fields = {name: str(details.get(name) or "") for name in FIELD_LENGTHS}
    return {**fields, "tags": ", ".join(tags_of(details)), **own}


def columns_of(people: Iterable[dict[str, str]]) -> tuple[str, ...]:
    """List the columns of a table of exported people: those that all have come first."""
    return tuple(dict.fromkeys(name for person in people for name in person))


def write_export(whole: dict[str, Any]) -> bytes:
    """Write an export as JSON: times in UTC as ISO 8601, days as year-month-day."""
    return json.dumps(whole, ensure_ascii=False, indent=1, default=_plain).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} cannot stand in an export")

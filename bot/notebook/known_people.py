"""People whom a member knows and never asked: where an idea for a talk is nearest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import exists

from bot.content import FIELDS
from bot.notebook.access import mine
from bot.notebook.contacts import Label, label
from bot.notebook.members import find_member
from bot.rules.fields import Wish, guess_field, guess_wish
from bot.storage.models import Contact, Interview, Touch
from bot.storage.session import Session

_LOOKED_AT = 2_000  # a role takes a twentieth of a millisecond to be told a field


@dataclass(frozen=True)
class KnownPeople:
    """People of what is sought who are known and were never asked; ``field`` in words.

    ``is_whole`` is False where there were too many to look at all of them.
    """

    field: str
    people: tuple[Label, ...]
    is_whole: bool


async def find_known(session: Session, owner_id: int, wanted: str = "") -> KnownPeople | None:
    """Find known people of the fields that are wanted, else of the member's own, else of most.

    None if nothing is known of what they do.
    """
    member = await find_member(session, owner_id, guild_id=None)
    is_new = ~exists().where(Touch.contact_key == Contact.key) & ~exists().where(
        Interview.contact_key == Contact.key
    )
    found = await session.execute(
        mine(owner_id, Contact, Contact.key, Contact.details)
        .where(Contact.lead_on.is_(None), is_new)
        .order_by(Contact.last_at.desc())
        .limit(_LOOKED_AT)
    )
    rows = found.all()
    fields = {row.key: field for row in rows if (field := _field(row.details))}
    if not fields:
        return None
    sought = guess_wish(wanted or str(member.profile.get("field", "")))
    if not set(sought.fields) & set(fields.values()):
        if wanted:
            return None
        sought = Wish((Counter(fields.values()).most_common(1)[0][0],))
    people = tuple(
        Label(row.key, label(row.details)) for row in rows if fields.get(row.key) in sought.fields
    )
    name = sought.name or FIELDS[sought.fields[0]]
    return KnownPeople(name, people, is_whole=len(rows) < _LOOKED_AT)


def _field(details: dict[str, str]) -> str | None:
    role = details.get("role") or details.get("field") or ""
    return guess_field(role, details.get("organization", "")).field if role else None

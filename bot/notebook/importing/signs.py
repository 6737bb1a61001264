"""Knowing people again: by their profile, their email, or their name with where they work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.notebook.access import mine
from bot.rules.profiles import profile_of
from bot.rules.search import folded
from bot.storage.keys import Keyring
from bot.storage.models import Contact
from bot.storage.session import Session

Details = Mapping[str, Any]


@dataclass
class Signs:
    """What the people of a notebook are known by; those who are taken in are added."""

    hashes: set[bytes]
    names: set[str]  # with where they work
    bare: frozenset[str]  # the names alone, of those who were there before

    def only_new(self, people: Iterable[Details], ring: Keyring) -> list[Details]:
        """Give those who are new, each once: also who stood further up is known by now."""
        return [details for details in people if self._is_new(details, ring)]

    def namesakes(self, people: Iterable[Details]) -> list[int]:
        """Give the places of those who have the name of somebody who is there."""
        return [n for n, one in enumerate(people) if folded(one.get("name", "")) in self.bare]

    def _is_new(self, details: Details, ring: Keyring) -> bool:
        addresses = (profile_of(details.get("linkedin", "")), details.get("email", ""))
        hashes = {ring.lookup_hash(address) for address in addresses if address}
        name = _with_workplace(details)
        if name in self.names or not hashes.isdisjoint(self.hashes):
            return False
        self.names.add(name)
        self.hashes |= hashes
        return True


async def load_signs(session: Session, owner_id: int) -> Signs:
    """Read what the member's people are known by, in one statement."""
    columns = (Contact.details, Contact.email_hash, Contact.linkedin_hash)
    rows = (await session.execute(mine(owner_id, Contact, *columns))).all()
    hashes = {one for row in rows for one in (row.email_hash, row.linkedin_hash) if one}
    bare = frozenset(folded(row.details.get("name", "")) for row in rows)
    return Signs(hashes, {_with_workplace(row.details) for row in rows}, bare)


def _with_workplace(details: Mapping[str, Any]) -> str:
    return folded(f"{details.get('name', '')}·{details.get('organization', '')}")

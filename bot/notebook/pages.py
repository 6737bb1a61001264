"""A page of the notebook: everything stored about one contact, read in one statement.

Each statement costs a trip to the database's thread, so a page's six tables are read as one UNION
of plain columns; what is encrypted comes along sealed and is opened when somebody asks for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, cast

import msgspec

from bot.errors import NotYours
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.page_sources import FEW, PageRow, few_pages, page_statement
from bot.rules import records
from bot.rules.names import called
from bot.storage.keys import Keyring
from bot.storage.session import Session
from bot.storage.types import keyring_of


@dataclass(frozen=True)
class Entry:
    """One row of a page: the plain columns by letter, and a sealed blob. See ``page_sources``."""

    source: str
    key: str
    row: PageRow
    ring: Keyring = field(repr=False)
    place: str = ""

    @cached_property
    def text(self) -> str:
        """Open the sealed text; "" if there is none."""
        if self.row.blob is None:
            return ""
        return self.ring.unseal(bytes(self.row.blob), self.place).decode()

    @cached_property
    def details(self) -> dict[str, Any]:
        """Open the sealed fields."""
        return cast("dict[str, Any]", msgspec.json.decode(self.text)) if self.text else {}

    @property
    def name(self) -> str:
        """The name of a person's entry."""
        return str(self.details.get("name", ""))


_PLACES = {
    "contact": "contacts.details",
    "referrer": "contacts.details",
    "referral": "contacts.details",
    "touch": "touches.text",
    "interview": "interviews.details",
    "promise": "promises.text",
}


@dataclass(frozen=True)
class Page:
    """One contact with all that belongs to them; lists are in the order things happened."""

    key: str
    owner_id: int
    contact: Entry
    touches: tuple[Entry, ...] = ()
    interviews: tuple[Entry, ...] = ()
    promises: tuple[Entry, ...] = ()
    decisions: tuple[Entry, ...] = ()
    reminders: tuple[Entry, ...] = ()
    referrals: tuple[Entry, ...] = ()
    referrer: Entry | None = None

    @property
    def name(self) -> str:
        """The contact's name as the member wrote it."""
        return self.contact.name

    @cached_property
    def first(self) -> str:
        """What to call the contact in a sentence: "Rosa", "Aunt Rosa", "Dr. Vega"."""
        return called(self.name)

    @property
    def is_removed(self) -> bool:
        """Whether the member has removed the contact."""
        return self.contact.row.t2 is not None

    @cached_property
    def notes(self) -> records.ContactNotes:
        """The page as the rules see it."""
        row = self.contact.row
        return records.ContactNotes(
            key=self.key,
            lead_on=row.d1,
            they_introduce=bool(row.n1),
            recorded_at=row.t1,
            touches=tuple(_touch(entry) for entry in self.touches),
            talks=tuple(_talk(entry) for entry in self.interviews),
            promises=tuple(_promise(entry) for entry in self.promises),
            decisions=tuple(_decision(entry) for entry in self.decisions),
            sent=tuple(_sent(entry) for entry in self.reminders if entry.row.d1),
        )


def _touch(entry: Entry) -> records.Touch:
    row = entry.row
    return records.Touch(
        key=entry.key,
        kind=records.TouchKind(row.s1),
        on=row.d1,
        recorded_at=row.t2,
        at=row.t1,
        answer=records.Answer(row.s2) if row.s2 else None,
        until=row.d2,
    )


def _talk(entry: Entry) -> records.Talk:
    row = entry.row
    return records.Talk(
        key=entry.key,
        state=records.TalkState(row.s1),
        on=row.d1,
        recorded_at=row.t2,
        starts_at=row.t1,
        minutes=row.n1,
        mode=records.Mode(row.s2),
        way_minutes=row.n2,
        logged_at=row.t3,
        cancelled_on=row.d2,
        named_on=row.d3,
        keep_in_touch=records.KeepInTouch(row.s3),
        outcome=records.Outcome(row.s4) if row.s4 else None,
    )


def _promise(entry: Entry) -> records.Promise:
    row = entry.row
    return records.Promise(key=entry.key, talk=row.s4, on=row.d1, settled=row.d2 is not None)


def _decision(entry: Entry) -> records.Decision:
    row = entry.row
    return records.Decision(
        kind=records.Kind(row.s1),
        anchor=row.s2,
        verdict=records.Verdict(row.s3),
        on=row.d1,
        recorded_at=row.t1,
    )


def _sent(entry: Entry) -> records.Sent:
    row = entry.row
    return records.Sent(kind=records.Kind(row.s1), anchor=row.s2, step=row.n1, on=row.d1)


_LISTS = {
    "touch": "touches",
    "interview": "interviews",
    "promise": "promises",
    "decision": "decisions",
    "reminder": "reminders",
    "referral": "referrals",
}


_DAWN = datetime.min.replace(tzinfo=UTC)


def _order(entry: Entry) -> tuple[date, datetime, str]:
    row = entry.row
    when: datetime | None = row.t2 or row.t1
    return (row.d1 or date.min, when or _DAWN, entry.key)


async def load_pages(
    session: Session,
    keys: Sequence[str] | None,
    *,
    owner_id: int | None,
    with_removed: bool = False,
    only_begun: bool = False,
) -> dict[str, Page]:
    """Read whole pages in one statement: those of ``keys``, or all of the owner's if None.

    Only the dispatcher, which serves every member, passes no owner. Removed contacts are left out
    unless asked for. ``only_begun`` leaves out who is known and nothing more: nobody asked them,
    and nothing is planned.
    """
    if keys is not None and not keys:
        return {}
    if keys is not None and len(keys) <= FEW:
        places = [*dict.fromkeys(keys), *[""] * FEW][:FEW]
        given = {"owner": owner_id} | {f"key_{n}": key for n, key in enumerate(places)}
        rows = await session.rows(few_pages(is_owned=owner_id is not None), given)
    else:
        shape = "many" if keys else "begun" if only_begun else "all"
        statement = page_statement(shape, is_owned=owner_id is not None)
        found = await session.execute(statement, {"owner": owner_id, "keys": keys})
        rows = [PageRow._make(row) for row in found]
    pages = _gather(rows, keyring_of(session.get_bind().dialect))
    return {
        key: pages[key]
        for key in (pages if keys is None else keys)
        if key in pages and (with_removed or not pages[key].is_removed)
    }


def _gather(rows: Iterable[PageRow], ring: Keyring) -> dict[str, Page]:
    contacts: dict[str, Entry] = {}
    lists: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    referrers: dict[str, Entry] = {}
    for row in rows:
        entry = Entry(row.source, row.key, row, ring, _PLACES.get(row.source, ""))
        if row.source == "contact":
            contacts[row.key] = entry
        elif row.source == "referrer":
            referrers[row.contact_key] = entry
        else:
            lists[row.contact_key][_LISTS[row.source]].append(entry)
    return {
        key: Page(
            key=key,
            owner_id=contact.row.owner_id,
            contact=contact,
            referrer=referrers.get(key),
            **{name: tuple(sorted(some, key=_order)) for name, some in lists[key].items()},
        )
        for key, contact in contacts.items()
    }


async def access_page(session: Session, owner_id: int, key: str) -> Page:
    """Read the page of one of the member's contacts, or raise NotYours."""
    page = (await load_pages(session, (key,), owner_id=owner_id)).get(key)
    if page is None:
        raise NotYours
    return page


async def access_card(session: Session, owner_id: int, key: str) -> tuple[MemberFacts, Page]:
    """Read the member and the page of one of their contacts, or raise NotYours."""
    member = await find_member(session, owner_id, guild_id=None)
    return member, await access_page(session, owner_id, key)

"""Writing rows for one use case: what stood there before is remembered, and the plan made anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.exc import IntegrityError

from bot.errors import AlreadyDone, NotYours
from bot.notebook.access import (
    change_mine,
    delete_mine,
    inserting,
    moving_up,
)
from bot.notebook.changes.redating import redate
from bot.notebook.countable import Writing, countable, counted_before
from bot.notebook.ideas import reconcile_ideas
from bot.notebook.kept_values import as_json, to_json
from bot.notebook.members import (
    MOVES_THE_PLAN,
    MemberFacts,
    change_settings,
    ensure_member,
    member_columns,
    with_columns,
)
from bot.notebook.pages import Page, load_pages
from bot.notebook.reminders import reconcile_pages
from bot.rules.hours import local_day
from bot.rules.records import FollowUp
from bot.rules.redating import NewClock
from bot.storage.models import OWNED, Change
from bot.storage.session import Session
from bot.storage.types import keyring_of, new_key

MEMBERS = "members"
IMPORTS = "imports"
"""Marks all contacts of one import: undo deletes them by its key."""
GONE = "$gone"
"""Marks a row that was deleted: undo inserts it again."""
_GONE_MEANWHILE = (
    "That is done already, or the person was removed. **/today** shows how things stand; "
    "**/contact list** brings removed people back for 30 days."
)


@dataclass(frozen=True)
class Actor:
    """Who does something, when, and by which interaction (unique: a doubled event acts once)."""

    member_id: int
    now: datetime
    interaction_id: int | None = None
    guild_id: int | None = None
    known: MemberFacts | None = None  # the member as read a moment ago, which saves a statement


@dataclass(frozen=True)
class Stored:
    """What a use case stored: the change's key, for Undo, and the pages and plans it led to."""

    change: str
    member: MemberFacts
    pages: dict[str, Page]
    plans: dict[str, tuple[FollowUp, ...]]


@dataclass
class Ledger:
    """Writes rows for one use case and remembers what stood there before."""

    session: Session
    by: Actor
    member: MemberFacts
    verb: str
    contacts: dict[str, None] = field(default_factory=dict[str, None])  # in the order they came
    moves_all: bool = False  # the rhythm has changed: every contact is planned anew
    moves_up: bool = True  # the contacts come first in the lists now
    moves_ideas: bool = False  # the member asked for ideas, or asked for them until now
    gone: dict[str, None] = field(default_factory=dict[str, None])  # deleted by this change
    _before: list[Any] = field(default_factory=list[Any])

    def concern(self, *contacts: str) -> None:
        """Say whose pages this change is about: their follow-ups are planned anew."""
        self.contacts.update(dict.fromkeys(contacts))

    def brought(self, import_key: str) -> None:
        """Say that all contacts of an import belong to this change, however many they are."""
        self._before.append((IMPORTS, import_key, None))

    def brought_rows(self, table: str, keys: Iterable[str]) -> None:
        """Say that rows were inserted otherwise, for this change to take back."""
        self._before.extend((table, key, None) for key in keys)

    async def insert(self, table: str, *rows: Mapping[str, Any]) -> None:
        """Insert rows of one shape, each with its key; the owner is added here."""
        if rows:
            at, owner = self._writing(), {"owner_id": self.member.id}
            whole = [{**row, **countable(table, row, {}, at), **owner} for row in rows]
            try:
                await self.session.put(inserting(OWNED[table], tuple(whole[0])), *whole)
            except IntegrityError as error:  # the contact is gone, or a reminder was pressed twice
                raise NotYours(_GONE_MEANWHILE) from error
            self._before.extend((table, row["key"], None) for row in rows)

    async def update(
        self, table: str, key: str, before: Mapping[str, Any], /, **values: Any
    ) -> None:
        """Change columns of one row; ``before`` holds at least their old values."""
        await self.update_all(table, {key: before}, **values)

    async def update_all(
        self, table: str, before: Mapping[str, Mapping[str, Any]], /, **values: Any
    ) -> None:
        """Give rows the same values; ``before`` holds by key at least their old ones."""
        if not before:
            return
        model, at = OWNED[table], self._writing()
        more = countable(table, values, next(iter(before.values())), at)
        statement = change_mine(self.member.id, model).where(model.key.in_(before))
        try:
            done = await self.session.execute(statement.values(values | more))
        except IntegrityError as error:  # it shall point at a person who is gone
            raise NotYours(_GONE_MEANWHILE) from error
        if cast("CursorResult[Any]", done).rowcount < len(before):
            raise NotYours
        for key, row in before.items():
            old = {name: row[name] for name in values} | counted_before(table, values, row, at)
            self._before.append((table, key, as_json(old)))

    async def delete(self, table: str, key: str, row: Mapping[str, Any], /) -> None:
        """Delete one row; ``row`` holds all its columns but key and owner, for Undo."""
        statement = delete_mine(self.member.id, OWNED[table]).where(OWNED[table].key == key)
        done = await self.session.execute(statement)
        if not cast("CursorResult[Any]", done).rowcount:
            raise NotYours
        self._before.append((table, key, {GONE: True, **as_json(row)}))
        if table == "contacts":
            self.gone[key] = None

    async def change_member(self, **values: Any) -> None:
        """Change columns of the member's own row; a new rhythm plans every contact anew."""
        old = member_columns(self.member)
        fresh = {name: value for name, value in values.items() if value != old[name]}
        if not fresh:
            return
        await change_settings(self.session, self.member.id, **fresh)
        before = as_json({name: old[name] for name in fresh})
        self._before.append((MEMBERS, str(self.member.id), before))
        self.member = with_columns(self.member, fresh)
        self.moves_all = self.moves_all or not MOVES_THE_PLAN.isdisjoint(fresh)
        self.moves_ideas = self.moves_ideas or "ideas" in fresh

    async def change_zone(self, zone: str) -> None:
        """Move the member to another zone, and what is near to its day there."""
        was = self.member.zone_or_club
        await self.change_member(zone=zone)
        if zone == was:
            return
        clock = NewClock(was, zone, self.by.now)
        for table, key, before, _ in await redate(self.session, self.member.id, clock):
            self._before.append((table, key, as_json(before)))

    def _writing(self) -> Writing:
        today = local_day(self.by.now, self.member.zone_or_club)
        return Writing(self.by.now, today, keyring_of(self.session.get_bind().dialect))

    async def finish(self) -> Stored:
        """Plan the contacts' follow-ups anew and write the change itself.

        A doubled interaction raises AlreadyDone; a contact that is not the member's, NotYours.
        """
        new = {key for table, key, old in self._before if table == "contacts" and old is None}
        pages, plans = await plan_anew(
            self.session,
            self.member,
            self.contacts,
            now=self.by.now,
            moves_all=self.moves_all,
            moved_up=[key for key in self.contacts if key not in new] if self.moves_up else (),
        )
        if self.member.ideas or self.moves_ideas:
            now = self.by.now
            await reconcile_ideas(self.session, [self.member], now=now, acted_at=now)
        key = new_key()
        change = {
            "key": key,
            "owner_id": self.member.id,
            "interaction_id": self.by.interaction_id,
            "verb": self.verb,
            "at": self.by.now,
            "before": [*self._before, ["contacts", "", self._places(pages, new)]],
        }
        try:
            await self.session.put(inserting(Change, tuple(change)), change)
        except IntegrityError as error:
            raise AlreadyDone from error
        return Stored(key, self.member, pages, plans)

    def _places(self, pages: Mapping[str, Page], new: Collection[str]) -> dict[str, Any]:
        """Say where in the lists the contacts stood; None for those that stay where they are."""
        if not self.moves_up:
            return dict.fromkeys((*self.contacts, *self.gone))
        stood = {
            key: None if key in new else to_json(page.contact.row.t3) for key, page in pages.items()
        }
        return stood | self.gone


async def begin(
    session: Session, by: Actor, verb: str, *, known: MemberFacts | None = None
) -> Ledger:
    """Start a use case that writes; ``verb`` is a short plain phrase such as "adding a person".

    ``known`` is the member as read a moment ago, where ``by`` does not bring it along.
    """
    known = known or by.known
    if known is None or known.is_new:
        known = await ensure_member(session, by.member_id, now=by.now, guild_id=by.guild_id)
    member = known
    if member.asked_quiet_at is not None:  # any act answers "shall I go quiet?" with no
        await change_settings(session, by.member_id, asked_quiet_at=None)
    return Ledger(session, by, member, verb)


async def plan_anew(
    session: Session,
    member: MemberFacts,
    contacts: Collection[str],
    *,
    now: datetime,
    moves_all: bool = False,
    moved_up: Collection[str] = (),
) -> tuple[dict[str, Page], dict[str, tuple[FollowUp, ...]]]:
    """Read these contacts' pages and reconcile their reminders.

    ``moved_up`` are those who come first in the lists now. ``moves_all`` reconciles every contact
    of the member's; the pages are still of these alone.
    """
    if not contacts and not moves_all:
        return {}, {}
    keys = list(contacts)
    found = await load_pages(
        session,
        None if moves_all else keys,
        owner_id=member.id,
        with_removed=True,
        only_begun=True,
    )
    if moves_all and (others := [key for key in keys if key not in found]):
        found |= await load_pages(session, others, owner_id=member.id, with_removed=True)
    pages = {key: found[key] for key in keys if key in found}
    if len(pages) < len(keys):
        raise NotYours
    rhythms = {member.id: member.rhythm}
    plans = await reconcile_pages(
        session, found.values(), rhythms, now=now, keeps_snoozes=moves_all
    )
    if moved_up:
        moves = [{"owner": member.id, "moved": key, "now": now} for key in moved_up]
        await session.put(moving_up(), *moves)
    return pages, plans

"""Changes: each use case that writes records one, and an undo takes back one.

A change remembers, for every row it wrote, what stood there before (None: nothing). Undoing writes
that back, so no use case needs an undo of its own; reminders are planned anew afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, cast

from sqlalchemy import CursorResult, false, insert
from sqlalchemy.exc import IntegrityError

from bot.errors import AlreadyDone, NotYours, UserError
from bot.notebook.access import (
    access_mine,
    change_member,
    change_mine,
    delete_mine,
    inserting,
    mine,
    moving_up,
)
from bot.notebook.countable import Writing, countable, counted_before
from bot.notebook.ideas import reconcile_ideas
from bot.notebook.kept_values import as_json, from_json, to_json
from bot.notebook.members import (
    MOVES_THE_PLAN,
    MemberFacts,
    change_settings,
    ensure_member,
    find_member,
    member_columns,
    with_columns,
)
from bot.notebook.pages import Page, load_pages
from bot.notebook.reminders import reconcile_pages
from bot.rules.hours import local_day
from bot.rules.records import FollowUp
from bot.storage.models import OWNED, Change, Contact
from bot.storage.session import Session
from bot.storage.types import keyring_of, new_key

KEPT_DAYS = 30
_AT_A_TIME = 5000  # keys in one statement
_MEMBERS = "members"
_IMPORTS = "imports"  # marks all contacts of one import: undo deletes them by its key
_GONE = "$gone"  # marks a row that was deleted: undo inserts it again
_RISES = "sequence"  # calendars pass over what is older than they have: undo raises it, too


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
        self._before.append((_IMPORTS, import_key, None))

    def brought_rows(self, table: str, keys: Iterable[str]) -> None:
        """Say that rows were inserted otherwise, for this change to take back."""
        self._before.extend((table, key, None) for key in keys)

    async def insert(self, table: str, *rows: Mapping[str, Any]) -> None:
        """Insert rows of one shape, each with its key; the owner is added here."""
        if rows:
            at, owner = self._writing(), {"owner_id": self.member.id}
            whole = [{**row, **countable(table, row, {}, at), **owner} for row in rows]
            try:
                await self.session.execute(inserting(OWNED[table]), whole)
            except IntegrityError as error:  # the contact is gone, or a reminder was pressed twice
                raise NotYours("That is done already, or the person was removed.") from error
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
        done = await self.session.execute(
            change_mine(self.member.id, model).where(model.key.in_(before)).values(values | more)
        )
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
        self._before.append((table, key, {_GONE: True, **as_json(row)}))
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
        self._before.append((_MEMBERS, str(self.member.id), before))
        self.member = with_columns(self.member, fresh)
        self.moves_all = self.moves_all or not MOVES_THE_PLAN.isdisjoint(fresh)
        self.moves_ideas = self.moves_ideas or "ideas" in fresh

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
            await reconcile_ideas(self.session, [self.member], acted_at=self.by.now)
        key = new_key()
        try:
            await self.session.execute(
                inserting(Change),
                {
                    "key": key,
                    "owner_id": self.member.id,
                    "interaction_id": self.by.interaction_id,
                    "verb": self.verb,
                    "at": self.by.now,
                    "before": [*self._before, ["contacts", "", self._places(pages, new)]],
                },
            )
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
    plans = await reconcile_pages(session, found.values(), rhythms, keeps_snoozes=moves_all)
    if moved_up:
        await session.execute(
            moving_up(), {"owner": member.id, "moved": list(moved_up), "now": now}
        )
    return pages, plans


async def undo(session: Session, by: Actor, key: str) -> str:
    """Take back one change of the member's and plan anew; returns what it was.

    A later change of the same rows stands in the way and is named.
    """
    owner_id = by.member_id
    row = await access_mine(
        session,
        owner_id,
        Change,
        key,
        Change.key,
        Change.verb,
        Change.at,
        Change.interaction_id,
        Change.before,
        Change.undone_at,
    )
    if row.undone_at is not None:
        raise UserError("That is undone already.")
    if row.before is None or by.now - row.at > timedelta(days=KEPT_DAYS):
        raise UserError(f"I keep undo for {KEPT_DAYS} days, and that one is older.")
    await _refuse_if_built_upon(session, owner_id, row)
    places = await _put_back(session, owner_id, row.before)
    await _move_back(session, owner_id, places, moved_at=row.at)
    of_member = [values for table, _, values in row.before if table == _MEMBERS]
    moves_all = bool(of_member)
    await session.execute(
        change_mine(owner_id, Change).where(Change.key == key).values(undone_at=by.now)
    )
    member = await find_member(session, owner_id)
    keys = None if moves_all else tuple(places)
    pages = await load_pages(session, keys, owner_id=owner_id, with_removed=True, only_begun=True)
    rhythms = {owner_id: member.rhythm}
    await reconcile_pages(session, pages.values(), rhythms, keeps_snoozes=moves_all)
    if member.ideas or any("ideas" in values for values in of_member):
        await reconcile_ideas(session, [member])
    return str(row.verb)


async def _refuse_if_built_upon(session: Session, owner_id: int, change: Any) -> None:
    # Of two changes at one moment the later has the higher interaction id; the second of one
    # interaction has none.
    is_later = Change.interaction_id > change.interaction_id if change.interaction_id else false()
    at_once = (Change.at == change.at) & is_later
    later = await session.execute(
        mine(owner_id, Change, Change.verb, Change.before)
        .where((Change.at > change.at) | at_once, Change.undone_at.is_(None))
        .order_by(Change.at.desc())
    )
    changes = [(verb, before) for verb, before in later if before]
    new_contacts = {key for table, key, old in change.before if table == "contacts" and old is None}
    for _, key, _ in (row for row in change.before if row[0] == _IMPORTS):
        concerned = {contact for _, before in changes for contact in _concerned(before)}
        brought = mine(owner_id, Contact, Contact.key).where(Contact.import_key == key)
        found = await session.execute(brought.where(Contact.key.in_(concerned)))
        new_contacts |= {row.key for row in found}
    for verb, before in changes:
        if _stands_on(before, change.before, new_contacts):
            raise UserError(f"Something later stands on this: undo “{verb}” first.")


def _stands_on(later: list[Any], earlier: list[Any], new_contacts: Collection[str]) -> bool:
    rows = {(table, key) for table, key, _ in earlier if key}
    is_same = rows & {(table, key) for table, key, _ in later}
    return bool(is_same or _concerned(later) & set(new_contacts))


def _concerned(before: list[Any]) -> set[str]:
    """Name the contacts that a change was about."""
    return {contact for _, key, values in before if not key for contact in values}


async def _move_back(
    session: Session, owner_id: int, places: Mapping[str, Any], *, moved_at: datetime
) -> None:
    """Put contacts back to where they stood in the lists, unless something later moved them."""
    for key, place in places.items():
        if place is not None:
            await session.execute(
                change_mine(owner_id, Contact)
                .where(Contact.key == key, Contact.last_at == moved_at)
                .values(last_at=from_json(place))
            )


async def _put_back(session: Session, owner_id: int, before: list[Any]) -> dict[str, Any]:
    places: dict[str, Any] = {}
    for (table, is_new), rows in groupby(reversed(before), lambda row: (row[0], row[2] is None)):
        if is_new:
            await _take_away(session, owner_id, table, [key for _, key, _ in rows])
            continue
        for _, key, values in rows:
            old = {name: from_json(value) for name, value in values.items() if name != _GONE}
            if not key:
                places = values
            elif table == _MEMBERS:
                await session.execute(change_member(owner_id).values(**old))
            elif _GONE in values:
                await session.execute(
                    insert(OWNED[table]).values(key=key, owner_id=owner_id, **old)
                )
            else:
                model = OWNED[table]
                if _RISES in old:
                    old[_RISES] = model.__table__.columns[_RISES] + 1
                changed = change_mine(owner_id, model).where(model.key == key).values(**old)
                await session.execute(changed)
    return places


async def _take_away(session: Session, owner_id: int, table: str, keys: list[str]) -> None:
    model = OWNED.get(table, Contact)
    column = Contact.import_key if table == _IMPORTS else model.key
    for at in range(0, len(keys), _AT_A_TIME):
        some = column.in_(keys[at : at + _AT_A_TIME])
        await session.execute(delete_mine(owner_id, model).where(some))

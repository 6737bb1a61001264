"""Taking back one change: what it wrote goes, what stood there before comes back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import false, insert

from bot.errors import UserError
from bot.notebook.access import (
    AnyRow,
    access_mine,
    change_member,
    change_mine,
    delete_mine,
    mine,
)
from bot.notebook.changes.ledger import GONE, IMPORTS, MEMBERS, Actor
from bot.notebook.changes.redating import DATES, redate
from bot.notebook.ideas import reconcile_ideas
from bot.notebook.kept_values import from_json
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.pages import Page, load_pages
from bot.notebook.reminders import reconcile_pages
from bot.rules.records import ReminderState, TalkState
from bot.rules.redating import NewClock
from bot.storage.models import OWNED, Change, Contact, Interview
from bot.storage.session import Session

KEPT_DAYS = 30
_AT_A_TIME = 5000  # keys in one statement
_TALKS = "interviews"
_REMINDERS = "reminders"
_RISES = "sequence"  # calendars pass over what is older than they have: undo raises it, too


@dataclass(frozen=True)
class Undone:
    """What was taken back, with the pages as they are now.

    Calendars may hold talks of it: ``booked`` are the rows of those that it took out of the book,
    ``dated`` the keys of those that have their old date or details again.
    """

    verb: str
    member: MemberFacts
    pages: dict[str, Page]
    booked: tuple[AnyRow, ...] = ()
    dated: tuple[str, ...] = ()


async def undo(session: Session, by: Actor, key: str) -> Undone:
    """Take back one change of the member's and plan anew.

    A later change of the same rows stands in the way and is named.
    """
    owner_id = by.member_id
    row = await access_mine(session, owner_id, Change, key, *_OF_CHANGE)
    if row.undone_at is not None:
        raise UserError("That is undone already.")
    if row.before is None or by.now - row.at > timedelta(days=KEPT_DAYS):
        raise UserError(
            f"I keep undo for {KEPT_DAYS} days, and that one is older. "
            "Open the card, then **More** and **Fix an entry**."
        )
    await _refuse_if_built_upon(session, owner_id, row)
    booked = await _booked(session, owner_id, row.before)
    was = await _zone_before(session, owner_id, row.before)
    places = await _put_back(session, owner_id, row.before)
    await _move_back(session, owner_id, places, moved_at=row.at)
    of_member = [values for table, _, values in row.before if table == MEMBERS]
    moves_all = bool(of_member)
    await session.execute(
        change_mine(owner_id, Change).where(Change.key == key).values(undone_at=by.now)
    )
    member = await find_member(session, owner_id, guild_id=None)
    if was and was != member.zone_or_club:  # what was noted since then is on the other clock
        await redate(session, owner_id, NewClock(was, member.zone_or_club, by.now), after=row.at)
    keys = None if moves_all else tuple(places)
    pages = await load_pages(session, keys, owner_id=owner_id, with_removed=True, only_begun=True)
    rhythms = {owner_id: member.rhythm}
    await reconcile_pages(session, pages.values(), rhythms, now=by.now, keeps_snoozes=moves_all)
    if member.ideas or any("ideas" in values for values in of_member):
        await reconcile_ideas(session, [member], now=by.now)
    dated = (key for table, key, old in row.before if table == _TALKS and _RISES in (old or ()))
    return Undone(row.verb, member, pages, booked, tuple(dated))


_OF_CHANGE = (
    Change.key,
    Change.verb,
    Change.at,
    Change.interaction_id,
    Change.before,
    Change.undone_at,
)


async def _zone_before(session: Session, owner_id: int, before: list[Any]) -> str:
    """Tell on which clock a member is whose change of zone is about to be taken back."""
    if not any(table == MEMBERS and "zone" in values for table, _, values in before):
        return ""
    return (await find_member(session, owner_id, guild_id=None)).zone_or_club


async def _booked(session: Session, owner_id: int, before: list[Any]) -> tuple[AnyRow, ...]:
    """Read the talks ahead that a change put in the book."""
    keys = [key for table, key, old in before if table == _TALKS and old is None]
    if not keys:
        return ()
    found = await session.execute(
        mine(
            owner_id,
            Interview,
            *(Interview.key, Interview.contact_key, Interview.on, Interview.starts_at),
            *(Interview.minutes, Interview.sequence),
        ).where(Interview.key.in_(keys[:_AT_A_TIME]), Interview.state == TalkState.PLANNED)
    )
    return tuple(found.all())


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
    for _, key, _ in (row for row in change.before if row[0] == IMPORTS):
        concerned = {contact for _, before in changes for contact in _concerned(before)}
        brought = mine(owner_id, Contact, Contact.key).where(Contact.import_key == key)
        found = await session.execute(brought.where(Contact.key.in_(concerned)))
        new_contacts |= {row.key for row in found}
    for verb, before in changes:
        if _stands_on(before, change.before, new_contacts):
            raise UserError(f"Something later stands on this: undo “{verb}” first.")


def _stands_on(later: list[Any], earlier: list[Any], new_contacts: Collection[str]) -> bool:
    rows = {(table, key): values for table, key, values in earlier if key}
    is_same = any(
        (table, key) in rows and not _is_apart(rows[table, key], values)
        for table, key, values in later
    )
    return bool(is_same or _concerned(later) & set(new_contacts))


def _is_apart(*of_one_row: Any) -> bool:
    """Tell whether two changes of one row stand beside each other: one wrote days on a new clock.

    The other put the row there, or wrote other columns of it.
    """
    columns = [set[str](values or ()) for values in of_one_row]
    is_redated = any(some and some <= DATES for some in columns)
    return is_redated and not columns[0] & columns[1]


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
            old = _as_it_was(table, values)
            if not key:
                places = values
            elif table == MEMBERS:
                await session.execute(change_member(owner_id).values(**old))
            elif GONE in values:
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


def _as_it_was(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    old = {name: from_json(value) for name, value in values.items() if name != GONE}
    if table == _REMINDERS and old.get("state") == ReminderState.WAITING:
        # Its moment may be over: planned anew, it waits for the next one.
        old["state"] = ReminderState.WITHDRAWN
    return old


async def _take_away(session: Session, owner_id: int, table: str, keys: list[str]) -> None:
    model = OWNED.get(table, Contact)
    column = Contact.import_key if table == IMPORTS else model.key
    for at in range(0, len(keys), _AT_A_TIME):
        some = column.in_(keys[at : at + _AT_A_TIME])
        await session.execute(delete_mine(owner_id, model).where(some))

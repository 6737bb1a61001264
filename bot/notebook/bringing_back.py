"""Bringing a notebook back from its own file: everything that is not there yet, with its past.

A file carries a seal that only this installation can write. One without it, or with words changed,
is read for its people alone: what it says of talks and reminders would have to be believed.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Date

from bot.errors import UserError
from bot.exchange.archives import unpacked
from bot.exchange.notebooks import FORMAT
from bot.notebook.access import UNSEEN, change_mine, delete_mine, everything_of, taken
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.contacts import found_by
from bot.notebook.countable import Writing, countable
from bot.notebook.exchange import VERSION, seal_of
from bot.notebook.members import MemberFacts, ensure_member, find_member, member_columns
from bot.rules.records import ReminderState
from bot.storage.db import Database
from bot.storage.keys import Keyring
from bot.storage.models import OWNED, Contact, Member
from bot.storage.session import Session
from bot.storage.types import KEY_LENGTH, UtcDateTime, keyring_of
from bot.storage.upserts import insert_new

_KEY = re.compile(rf"(?<![a-z2-7])[a-z2-7]{{{KEY_LENGTH}}}(?![a-z2-7])")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_AT_A_TIME = 5000  # keys in one statement
_AT_ONCE = 500  # people in one trip
_NOT_BROUGHT = frozenset({"dm_channel_id", "asked_quiet_at"})
_NOT_SET = _NOT_BROUGHT | {"hello_at"}
_NOT_OF_A_ROW = frozenset({"referred_by", "delivery_key"})


def read_whole(data: bytes, ring: Keyring) -> dict[str, Any] | None:
    """Read a whole notebook out of a file; None for anything that this installation did not write.

    Takes a while: not for the loop.
    """
    try:
        text = unpacked(data).decode()
        whole: Any = json.loads(text) if f'"{FORMAT}"' in text[:1000] else None
        is_whole = isinstance(whole, dict)
        return _sealed(cast("dict[str, Any]", whole), ring) if is_whole else None
    except (UserError, ValueError, RecursionError):  # half a sign is a ValueError, too
        return None


def _sealed(whole: dict[str, Any], ring: Keyring) -> dict[str, Any] | None:
    seal = whole.pop("seal", None)
    is_ours = isinstance(seal, str) and hmac.compare_digest(
        seal.encode(), seal_of(whole, ring).encode()
    )
    return whole if is_ours and whole.get("version") == VERSION else None


@dataclass(frozen=True)
class Standing:
    """What a notebook holds before another is brought back into it."""

    by: Actor
    ring: Keyring
    is_new: bool  # the member, or all their settings
    there: frozenset[str]  # the keys of all rows
    taken: frozenset[str]  # those keys of the file that somebody else has


@dataclass(frozen=True)
class Prepared:
    """What there is to store, by table; making thousands of rows takes a while."""

    is_new: bool
    rows: dict[str, list[dict[str, Any]]]
    givers: dict[str, str]  # who named whom
    is_written: bool = False  # the people are there already, unseen


async def take_back(
    db: Database, *, by: Actor, whole: Mapping[str, Any]
) -> tuple[Stored, dict[str, int]]:
    """Bring a sealed file back as ``bring_back`` does, in small trips where it holds many people.

    They are written unseen, so that nobody waits for thousands of them; the last trip shows them
    all, with everything else there is, or nothing is kept. A member may do this once at a time.
    """
    await db.store(_forget_unseen, by.member_id)  # a crash may have left them, under these keys
    standing = await db.load(look_at, by=by, whole=whole)
    prepared = await asyncio.to_thread(prepare, standing, whole)
    people = prepared.rows["contacts"]
    if len(people) <= _AT_ONCE:
        return await db.store(bring_back, by=by, whole=whole, prepared=prepared)
    await db.store(ensure_member, by.member_id, now=by.now, guild_id=by.guild_id)
    try:
        for start in range(0, len(people), _AT_ONCE):
            await db.store(_write_unseen, people[start : start + _AT_ONCE])
        return await db.store(
            bring_back, by=by, whole=whole, prepared=replace(prepared, is_written=True)
        )
    except BaseException:
        await asyncio.shield(db.store(_forget_unseen, by.member_id))
        raise


async def _write_unseen(session: Session, people: Sequence[Mapping[str, Any]]) -> None:
    await insert_new(session, Contact, [{**row, "removed_at": UNSEEN} for row in people])


async def _forget_unseen(session: Session, owner_id: int) -> None:
    await session.execute(delete_mine(owner_id, Contact).where(Contact.removed_at == UNSEEN))


async def _show(session: Session, owner_id: int, people: Sequence[Mapping[str, Any]]) -> None:
    """Let people who were written unseen be seen, the removed ones among the removed."""
    theirs = change_mine(owner_id, Contact)
    done = await session.execute(theirs.where(Contact.removed_at == UNSEEN).values(removed_at=None))
    if cast("CursorResult[Any]", done).rowcount != len(people):
        raise UserError("That was disturbed and nothing of it is kept. Please try again.")
    for row in people:
        if row["removed_at"] is not None:
            removed = theirs.where(Contact.key == row["key"])
            await session.execute(removed.values(removed_at=row["removed_at"]))


async def look_at(session: Session, *, by: Actor, whole: Mapping[str, Any]) -> Standing:
    """Read what is needed to prepare what a sealed file holds."""
    member = await find_member(session, by.member_id, guild_id=by.guild_id)
    there = await _keys_there(session, by.member_id)
    others: set[str] = set()
    for table in OWNED:
        fresh = [row["key"] for row in whole.get(table, ()) if row["key"] not in there]
        others |= await _taken(session, table, fresh)
    ring = keyring_of(session.get_bind().dialect)
    return Standing(by, ring, _is_as_new(member), frozenset(there), frozenset(others))


def prepare(standing: Standing, whole: Mapping[str, Any]) -> Prepared:
    """Make rows of all that a file holds and the notebook does not; not for the loop."""
    tables = _renamed(standing, whole)
    missing = {
        table: [row for row in rows if row["key"] not in standing.there]
        for table, rows in tables.items()
    }
    named = ((row["key"], row.get("referred_by")) for row in missing["contacts"])
    return Prepared(
        standing.is_new,
        {table: _rows(standing, table, rows) for table, rows in missing.items()},
        {key: giver for key, giver in named if giver},
    )


async def bring_back(
    session: Session, *, by: Actor, whole: Mapping[str, Any], prepared: Prepared | None = None
) -> tuple[Stored, dict[str, int]]:
    """Store what a sealed file holds and the notebook does not; gives how many rows by table.

    What is there stays as it is. A member who is new gets their profile and settings back, too.
    ``prepared`` is what was made of the file before: then nobody who writes has to wait for it.
    Raises UserError when there is nothing to bring back.
    """
    if prepared is None:
        prepared = prepare(await look_at(session, by=by, whole=whole), whole)
    ledger = await begin(session, by, "bringing back a notebook")
    ledger.moves_up, ledger.moves_all = False, True
    for table, rows in prepared.rows.items():
        if table == "contacts" and prepared.is_written:
            await _show(session, by.member_id, rows)
        else:
            await insert_new(session, OWNED[table], rows)
        ledger.brought_rows(table, [row["key"] for row in rows if table in _ROOTS])
    await _point_at_givers(session, by.member_id, prepared.givers)
    was = ledger.member
    if prepared.is_new:
        await ledger.change_member(**_settings(ledger, whole["member"]))
    if ledger.member == was and not any(prepared.rows.values()):
        raise UserError("All of that is in your notebook already; nothing was changed.")
    counts = {table: len(rows) for table, rows in prepared.rows.items()}
    return await ledger.finish(), counts


def _is_as_new(member: MemberFacts) -> bool:
    """Tell whether a member has no setting to lose, as one who is new or whose try has failed."""
    untouched = member_columns(MemberFacts(member.id))
    there = member_columns(member)
    return all(there[name] == untouched[name] for name in there.keys() - _NOT_SET)


_ROOTS = frozenset({"contacts", "own_questions"})  # whatever else there is goes with them


async def _keys_there(session: Session, owner_id: int) -> set[str]:
    keys: set[str] = set()
    for model in OWNED.values():
        statement = everything_of(owner_id, model).with_only_columns(model.key)
        keys.update(row.key for row in await session.execute(statement))
    return keys


def _renamed(standing: Standing, whole: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Give each row the key it has in this member's notebook, wherever keys are named.

    That is its own key, unless somebody else has it, such as the same person's other account. The
    same file leads to the same keys, so that a second time nothing is doubled.
    """
    tables = {table: whole.get(table, []) for table in OWNED}
    if not standing.there and not standing.taken:
        return tables
    there, owner_id = standing.there, standing.by.member_id
    fresh = (row["key"] for rows in tables.values() for row in rows if row["key"] not in there)
    derived = {key: _derived(owner_id, key, standing.ring) for key in fresh}
    names = {k: new for k, new in derived.items() if new in there or k in standing.taken}
    if not names:
        return tables
    text = json.dumps(tables, ensure_ascii=False)
    return json.loads(_KEY.sub(lambda found: names.get(found[0], found[0]), text))


async def _taken(session: Session, table: str, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), _AT_A_TIME):
        statement = taken(OWNED[table], keys[start : start + _AT_A_TIME])
        found.update(row.key for row in await session.execute(statement))
    return found


def _derived(owner_id: int, key: str, ring: Keyring) -> str:
    number = int.from_bytes(ring.lookup_hash(f"brought back {owner_id} {key}")[:8], "big")
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def _rows(
    standing: Standing, table: str, exported: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    columns = OWNED[table].__table__.columns
    kinds = {one.name: one.type for one in columns if one.name not in _NOT_OF_A_ROW}
    return [_row(standing, table, kinds, row) for row in exported]


def _row(
    standing: Standing, table: str, kinds: Mapping[str, Any], exported: Mapping[str, Any]
) -> dict[str, Any]:
    row = {name: _value(kinds[name], value) for name, value in exported.items() if name in kinds}
    row["owner_id"] = standing.by.member_id
    if table == "contacts":
        row |= _found_by(standing, row["details"])
    elif row.get("state") == ReminderState.SENDING:  # it may have been sent by who exported it
        row["state"] = ReminderState.DELIVERED
    elif row.get("state") == ReminderState.WAITING and row["wake_at"] < standing.by.now:
        row["state"] = ReminderState.WITHDRAWN  # planned anew, it waits for the next moment
    return row


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _found_by(standing: Standing, details: Mapping[str, Any]) -> dict[str, Any]:
    now = standing.by.now
    writing = Writing(now, now.date(), standing.ring)  # the day is of no account to a contact
    return found_by(standing.ring, details) | countable(
        "contacts", {"details": details}, {}, writing
    )


async def _point_at_givers(session: Session, owner_id: int, givers: Mapping[str, str]) -> None:
    """Say who named whom, now that all of them are there."""
    for key, giver in givers.items():
        statement = change_mine(owner_id, Contact).where(Contact.key == key)
        await session.execute(statement.values(referred_by=giver))


def _settings(ledger: Ledger, exported: Mapping[str, Any]) -> dict[str, Any]:
    columns = Member.__table__.columns
    names = member_columns(ledger.member).keys() - _NOT_BROUGHT
    return {name: _value(columns[name].type, exported[name]) for name in names & exported.keys()}

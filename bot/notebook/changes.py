"""Changes: each use case that writes records one, and an undo takes back one.

A change remembers, for every row it wrote, what stood there before (None: nothing). Undoing writes
that back, so no use case needs an undo of its own; reminders are planned anew afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AlreadyDone, NotYours, UserError
from bot.notebook.access import change_mine, delete_mine, mine
from bot.storage.models import OWNED, Change
from bot.storage.types import new_key

KEPT_DAYS = 30


@dataclass
class Ledger:
    """Writes rows for one use case and remembers what stood there before."""

    session: AsyncSession
    owner_id: int
    verb: str
    now: datetime
    interaction_id: int | None = None
    key: str = field(default_factory=new_key)
    contacts: set[str] = field(default_factory=set[str])
    _before: list[tuple[str, str, dict[str, Any] | None]] = field(
        default_factory=list[tuple[str, str, dict[str, Any] | None]]
    )

    async def insert(self, table: str, *rows: Mapping[str, Any]) -> None:
        """Insert rows, each with its key; the owner is added here."""
        if rows:
            whole = [{**row, "owner_id": self.owner_id} for row in rows]
            await self.session.execute(insert(OWNED[table]), whole)
            self._before.extend((table, row["key"], None) for row in rows)

    async def update(
        self, table: str, key: str, before: Mapping[str, Any], /, **values: Any
    ) -> None:
        """Change columns of one row; ``before`` holds at least their old values."""
        model = OWNED[table]
        done = await self.session.execute(
            change_mine(self.owner_id, model).where(model.key == key).values(**values)
        )
        if not done.rowcount:  # type: ignore[attr-defined] - an UPDATE has one
            raise NotYours
        self._before.append((table, key, _plain({name: before[name] for name in values})))

    async def save(self) -> str:
        """Write the change itself; returns its key. A doubled interaction raises AlreadyDone."""
        try:
            await self.session.execute(
                insert(Change).values(
                    key=self.key,
                    owner_id=self.owner_id,
                    interaction_id=self.interaction_id,
                    verb=self.verb,
                    at=self.now,
                    before=[*self._before, ["contacts", "", sorted(self.contacts)]],
                )
            )
        except IntegrityError as error:
            raise AlreadyDone from error
        return self.key


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _to_json(value) for name, value in values.items()}


def _to_json(value: Any) -> Any:
    match value:
        case datetime():
            return {"$at": value.isoformat()}
        case date():
            return {"$on": value.isoformat()}
        case bytes():
            return {"$hex": value.hex()}
        case _:
            return value


def _from_json(value: Any) -> Any:
    match value:
        case {"$at": str(text)}:
            return datetime.fromisoformat(text)
        case {"$on": str(text)}:
            return date.fromisoformat(text)
        case {"$hex": str(text)}:
            return bytes.fromhex(text)
        case _:
            return value


@dataclass(frozen=True)
class Undone:
    """What an undo took back: the verb, and the contacts whose follow-ups must be planned anew."""

    verb: str
    contacts: tuple[str, ...]


async def undo(session: AsyncSession, owner_id: int, key: str, *, now: datetime) -> Undone:
    """Take back one change of the member's; a later change of the same rows stands in the way."""
    row = (
        await session.execute(
            mine(owner_id, Change)
            .with_only_columns(Change.key, Change.verb, Change.at, Change.before, Change.undone_at)
            .where(Change.key == key)
        )
    ).one_or_none()
    if row is None:
        raise NotYours("I can't find that change any more.")
    if row.undone_at is not None:
        raise UserError("That is undone already.")
    if row.before is None or now - row.at > timedelta(days=KEPT_DAYS):
        raise UserError(f"I keep undo for {KEPT_DAYS} days, and that one is older.")
    await _refuse_if_built_upon(session, owner_id, row)
    contacts = await _put_back(session, owner_id, row.before)
    await session.execute(
        change_mine(owner_id, Change).where(Change.key == key).values(undone_at=now)
    )
    return Undone(row.verb, contacts)


async def _refuse_if_built_upon(session: AsyncSession, owner_id: int, change: Any) -> None:
    later = await session.execute(
        mine(owner_id, Change, Change.verb, Change.before)
        .where(Change.at >= change.at, Change.key != change.key, Change.undone_at.is_(None))
        .order_by(Change.at.desc())
    )
    for verb, before in later:
        if before and _stands_on(before, change.before):
            raise UserError(f"Something later stands on this: undo “{verb}” first.")


def _stands_on(later: list[Any], earlier: list[Any]) -> bool:
    rows = {(table, key) for table, key, _ in earlier if key}
    new_contacts = {key for table, key, values in earlier if table == "contacts" and values is None}
    concerned = {contact for _, key, values in later if not key for contact in values}
    return bool(rows & {(table, key) for table, key, _ in later} or new_contacts & concerned)


async def _put_back(session: AsyncSession, owner_id: int, before: list[Any]) -> tuple[str, ...]:
    contacts: tuple[str, ...] = ()
    for table, key, values in reversed(before):
        model = OWNED[table]
        if not key:
            contacts = tuple(values)
        elif values is None:
            await session.execute(delete_mine(owner_id, model).where(model.key == key))
        else:
            old = {name: _from_json(value) for name, value in values.items()}
            await session.execute(
                change_mine(owner_id, model).where(model.key == key).values(**old)
            )
    return contacts

"""The days of a notebook's rows on another clock: they are read anew and written over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, String, bindparam, func, literal, null, or_, union_all
from sqlalchemy import cast as sql_cast

from bot.notebook.access import AnyRow, AnySelect, change_mine, mine
from bot.rules.redating import NewClock
from bot.storage.models import OWNED, Decision, Interview, Touch
from bot.storage.session import Session
from bot.storage.types import Key

DATES = frozenset({"on", "zone", "named_on", "cancelled_on"})
"""The columns that a new clock writes."""

_Row = tuple[str, str, dict[str, Any], dict[str, Any]]


async def redate(
    session: Session, owner_id: int, clock: NewClock, *, after: datetime | None = None
) -> list[_Row]:
    """Give what is near its day on a new clock; with ``after``, only what was noted later.

    Tells of each row that changed its table, its key, what stood there and what does now.
    """
    found = (await session.execute(_near(owner_id, clock, after))).all()
    changed = [row for row in _redated(found, clock) if row[2] != row[3]]
    for table in dict.fromkeys(row[0] for row in changed):
        model = OWNED[table]
        statement = change_mine(owner_id, model).where(model.key == bindparam("row", type_=Key))
        fresh = [{"row": key, **new} for of, key, _, new in changed if of == table]
        await session.execute(statement, fresh)
    return changed


def _near(owner_id: int, clock: NewClock, after: datetime | None) -> Any:
    def part(model: Any, at: Any, noted_at: Any, *near: ColumnElement[bool]) -> AnySelect:
        columns = model.__table__.columns
        selected = mine(
            owner_id,
            model,
            literal(model.__tablename__).label("table"),
            model.key.label("key"),
            model.on.label("on"),
            at.label("at"),
            noted_at.label("noted_at"),
            columns.get("zone", sql_cast(null(), String)).label("zone"),
            *(columns.get(name, sql_cast(null(), Date)).label(name) for name in _OF_TALKS),
        ).where(or_(model.on >= clock.since, *near))
        return selected if after is None else selected.where(noted_at > after)

    noted_at = func.coalesce(Interview.logged_at, Interview.recorded_at)
    cancelled = Interview.cancelled_on >= clock.since
    return union_all(
        part(Interview, Interview.starts_at, noted_at, cancelled),
        part(Touch, Touch.at, Touch.recorded_at),
        part(Decision, Decision.at, Decision.at),
    )


_OF_TALKS = ("named_on", "cancelled_on")


def _redated(found: Iterable[AnyRow], clock: NewClock) -> Iterator[_Row]:
    talks: dict[str, Any] = {}
    for row in found:  # talks come first
        on = clock.day(row.on, row.at, row.noted_at)
        if row.table == Interview.__tablename__:
            talks[row.key] = on
            yield row.table, row.key, _of_talk(row), _talk_on(row, on, clock)
        elif row.table == Touch.__tablename__:
            on = talks.get(row.key, on)  # the entry of a talk is dated as the talk
            zone = row.zone if on == row.on else clock.zone
            yield row.table, row.key, {"on": row.on, "zone": row.zone}, {"on": on, "zone": zone}
        else:
            yield row.table, row.key, {"on": row.on}, {"on": on}


def _of_talk(row: AnyRow) -> dict[str, Any]:
    return {"on": row.on, "named_on": row.named_on, "cancelled_on": row.cancelled_on}


def _talk_on(row: AnyRow, on: Any, clock: NewClock) -> dict[str, Any]:
    named = row.named_on or row.on  # what was decided and delivered about it still counts
    off = row.cancelled_on
    return {
        "on": on,
        "named_on": None if named == on else named,
        "cancelled_on": min(off, clock.today) if off else None,
    }

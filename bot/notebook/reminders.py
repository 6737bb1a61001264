"""Reminders follow the plan: each use case that changes a page reconciles them on the spot."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.notebook.pages import Entry, Page
from bot.rules.follow_ups import matters_still, plan
from bot.rules.hours import EVENING, local
from bot.rules.reconcile import ReminderRow, reconcile
from bot.rules.records import FollowUp, Kind, ReminderState, Rhythm, Sent
from bot.rules.waking import TO_THE_MINUTE, next_moment, overtaken
from bot.storage.models import Reminder
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import upsert

_SPREAD_SECONDS = 600


@dataclass(frozen=True, slots=True)
class _Moment:
    """By which settings, and when, a plan is written down."""

    rhythm: Rhythm
    now: datetime


async def reconcile_pages(
    session: Session,
    pages: Iterable[Page],
    rhythms: Mapping[int, Rhythm],
    *,
    now: datetime,
    keeps_snoozes: bool = False,
) -> dict[str, tuple[FollowUp, ...]]:
    """Bring the reminder rows of these pages in line with the plan, in one statement.

    ``rhythms`` holds each owner's settings. A removed contact has no plan. What begins to wait and
    should have come before ``now`` comes at the next moment that suits it. ``keeps_snoozes`` is for
    a new rhythm. Returns the plan of each page by contact key.
    """
    plans: dict[str, tuple[FollowUp, ...]] = {}
    rows: list[dict[str, Any]] = []
    for page in pages:
        rhythm = rhythms[page.owner_id]
        planned = () if page.is_removed else plan(page.notes, rhythm)
        plans[page.key] = planned
        rows.extend(_rows_to_write(page, planned, _Moment(rhythm, now), keeps_snoozes))
    await upsert(session, Reminder, rows, key=("owner_id", "plan_key"), keep=("key",))
    return plans


def open_plan(page: Page, rhythm: Rhythm) -> tuple[FollowUp, ...]:
    """Give what is to be done with a contact, the nearest first: the plan, and what was delivered.

    Once delivered, a reminder may be out of the plan; the member can still do what it was about.
    """
    planned = plan(page.notes, rhythm)
    known = {due.key for due in planned}
    told = (
        _follow_up(entry)
        for entry in page.reminders
        if entry.row.s4 == ReminderState.DELIVERED and entry.row.s3 not in known
    )
    still = [
        due
        for due, on in told
        if matters_still(page.notes, rhythm, Sent(due.kind, due.anchor, due.step, on))
    ]
    if not still:
        return planned
    return tuple(sorted((*planned, *still), key=lambda one: (one.due_at, one.key)))


def _follow_up(entry: Entry) -> tuple[FollowUp, date]:
    row = entry.row
    due = FollowUp(Kind(row.s1), entry.row.contact_key, row.s2, row.n1, row.t1, row.t3)
    return due, row.d1


def wake_at(owner_id: int, kind: Kind, due_at: datetime, *, step: int = 1) -> datetime:
    """Say when to send: morning messages are spread over ten minutes by the member's id."""
    if (kind, step) in TO_THE_MINUTE:
        return due_at
    return due_at + _spread(owner_id)


def _spread(owner_id: int) -> timedelta:
    return timedelta(seconds=zlib.crc32(str(owner_id).encode()) % _SPREAD_SECONDS)


def wake_after_snooze(owner_id: int, kind: Kind, at: datetime, zone: str) -> datetime:
    """Say when to send what was put off: in the evening at once, else with the morning message."""
    return at if local(at, zone).time() == EVENING else wake_at(owner_id, kind, at)


def next_wake(owner_id: int, due: FollowUp, rhythm: Rhythm, now: datetime) -> datetime:
    """Say when to send what is planned now: when it is due, or at the next moment if that is over.

    What comes late is measured from there: what nobody could have sent before is not late.
    """
    wakes = wake_at(owner_id, due.kind, due.due_at, step=due.step)
    return wakes if wakes >= now else _next(owner_id, due, rhythm, now)


def _next(owner_id: int, due: FollowUp, rhythm: Rhythm, now: datetime) -> datetime:
    moment = next_moment(due, rhythm, now=now)
    return wake_at(owner_id, due.kind, moment, step=due.step)


def _rows_to_write(
    page: Page, planned: tuple[FollowUp, ...], at: _Moment, keeps_snoozes: bool
) -> list[dict[str, Any]]:
    entries = {entry.key: entry for entry in page.reminders}
    rows = [_as_row(entry) for entry in page.reminders]
    changes = reconcile(
        planned,
        rows,
        keeps_snoozes=keeps_snoozes,
        overtaken=overtaken(planned, at.rhythm, now=at.now, spread=_spread(page.owner_id)),
    )
    due = {follow_up.key: follow_up for follow_up in planned}
    moved = (
        _snoozed(page, due[entries[move.key].row.s3], move.snoozed_until, at)
        for move in changes.move
    )
    return [
        *(_waiting(page, follow_up, at) for follow_up in changes.insert),
        *moved,
        *(_withdrawn(page, entries[key]) for key in changes.withdraw),
    ]


def _as_row(entry: Entry) -> ReminderRow:
    row = entry.row
    return ReminderRow(
        key=entry.key,
        plan_key=row.s3,
        state=ReminderState(row.s4),
        due_at=row.t1,
        snoozed_until=row.t2,
        expires_at=row.t3,
    )


def _snoozed(page: Page, due: FollowUp, until: datetime | None, at: _Moment) -> dict[str, Any]:
    row = _waiting(page, due, at)
    if until is None:
        return row
    wakes = wake_after_snooze(page.owner_id, due.kind, until, at.rhythm.zone)
    if wakes < at.now:
        wakes = _next(page.owner_id, due, at.rhythm, at.now)
    return {**row, "snoozed_until": until, "wake_at": wakes}


def _waiting(page: Page, due: FollowUp, at: _Moment) -> dict[str, Any]:
    return {
        "key": new_key(),
        "owner_id": page.owner_id,
        "contact_key": page.key,
        "plan_key": due.key,
        "kind": due.kind,
        "anchor": due.anchor,
        "step": due.step,
        "due_at": due.due_at,
        "snoozed_until": None,
        "wake_at": next_wake(page.owner_id, due, at.rhythm, at.now),
        "expires_at": due.expires_at,
        "state": ReminderState.WAITING,
    }


def _withdrawn(page: Page, entry: Entry) -> dict[str, Any]:
    row = entry.row
    return {
        "key": entry.key,
        "owner_id": page.owner_id,
        "contact_key": page.key,
        "plan_key": row.s3,
        "kind": row.s1,
        "anchor": row.s2,
        "step": row.n1,
        "due_at": row.t1,
        "snoozed_until": row.t2,
        "wake_at": row.t1,
        "expires_at": row.t3,
        "state": ReminderState.WITHDRAWN,
    }

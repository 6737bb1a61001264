"""Ideas for a quiet Monday, for members who asked for them: reminders that are about nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from bot.notebook.access import standing_of_ideas
from bot.notebook.members import MemberFacts
from bot.notebook.reminders import next_wake, wake_at
from bot.rules.follow_ups.next_step import NOT_THIS_MONTH, plan_next_step
from bot.rules.hours import local_day
from bot.rules.records import FollowUp, Kind, ReminderState
from bot.storage.models import Reminder
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import upsert

_MAY_MOVE = frozenset({ReminderState.WAITING, ReminderState.UNREACHABLE, ReminderState.WITHDRAWN})
_Moment = TypeVar("_Moment", date, datetime)


async def reconcile_ideas(
    session: Session,
    members: Iterable[MemberFacts],
    *,
    now: datetime,
    acted_at: datetime | None = None,
) -> None:
    """Plan the next idea of each of these members, in two statements (R06).

    A member has one idea that waits at most: it moves, where the plan of a contact has many rows.
    ``acted_at`` is a change that is being made; those that are stored count by themselves.
    """
    by_id = {member.id: member for member in members}
    theirs: dict[int, list[Any]] = defaultdict(list)
    for row in await session.execute(standing_of_ideas(sorted(by_id))):
        theirs[row.owner_id].append(row)
    written = [_row_to_write(by_id[key], rows, now, acted_at) for key, rows in theirs.items()]
    rows = [row for row in written if row is not None]
    await upsert(session, Reminder, rows, key=("key",), keep=("owner_id", "contact_key", "kind"))


def _row_to_write(
    member: MemberFacts, rows: Sequence[Any], now: datetime, acted_at: datetime | None
) -> dict[str, Any] | None:
    ideas = [row for row in rows if row.key is not None]
    due = _plan(member, rows[0], ideas, acted_at) if member.ideas else None
    held = next((row for row in ideas if row.state in _MAY_MOVE), None)
    over = {row.plan_key for row in ideas if row.state not in _MAY_MOVE}
    if due is None or due.key in over:
        is_waiting = held is not None and held.state != ReminderState.WITHDRAWN
        return _withdrawn(member, held) if is_waiting else None
    if held is not None and held.state == ReminderState.WAITING and _is_as_planned(held, due):
        return None
    row = _waiting(member, due, held.key if held is not None else new_key())
    return {**row, "wake_at": next_wake(member.id, due, member.rhythm, now)}


def _plan(
    member: MemberFacts, standing: Any, ideas: Sequence[Any], acted_at: datetime | None
) -> FollowUp | None:
    zone = member.rhythm.zone
    acted = _latest(acted_at, standing.changed_at, standing.pressed_at)
    acted_on = local_day(acted, zone) if acted else None
    planned = standing.planned_until
    quiet_since = _latest(acted_on, standing.written_on)
    if quiet_since is None:
        return None
    sent = [row.delivered_at for row in ideas if row.delivered_at and not row.answered_at]
    return plan_next_step(
        str(member.id),
        member.rhythm,
        quiet_since=quiet_since,
        planned_until=local_day(planned, zone) if planned else None,
        unanswered=sum(1 for at in sent if acted is None or at > acted),
        not_before=_not_before(member, ideas),
    )


def _not_before(member: MemberFacts, ideas: Sequence[Any]) -> date | None:
    zone = member.rhythm.zone
    refused = [
        local_day(row.answered_at, zone) + NOT_THIS_MONTH
        for row in ideas
        if row.state == ReminderState.DISMISSED and row.answered_at
    ]
    paused = member.paused_until
    return _latest(*refused, local_day(paused, zone) if paused else None)


def _latest(*moments: _Moment | None) -> _Moment | None:
    return max((one for one in moments if one is not None), default=None)


def _is_as_planned(row: Any, due: FollowUp) -> bool:
    planned = (due.key, due.due_at, due.expires_at)
    return (row.plan_key, row.due_at, row.expires_at) == planned


def _waiting(member: MemberFacts, due: FollowUp, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "owner_id": member.id,
        "contact_key": None,
        "plan_key": due.key,
        "kind": Kind.NEXT_STEP,
        "anchor": due.anchor,
        "step": due.step,
        "due_at": due.due_at,
        "wake_at": wake_at(member.id, Kind.NEXT_STEP, due.due_at),
        "expires_at": due.expires_at,
        "state": ReminderState.WAITING,
    }


def _withdrawn(member: MemberFacts, row: Any) -> dict[str, Any]:
    due = FollowUp(Kind.NEXT_STEP, str(member.id), row.anchor, row.step, row.due_at, row.expires_at)
    return {**_waiting(member, due, row.key), "state": ReminderState.WITHDRAWN}

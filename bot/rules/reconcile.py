"""What must change in the reminder rows so that they follow the plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.rules.records import FollowUp, ReminderState

_WITHDRAWABLE = frozenset({ReminderState.WAITING, ReminderState.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A stored reminder as far as the plan asks; ``plan_key`` is the key of its follow-up."""

    key: str
    plan_key: str
    state: ReminderState
    due_at: datetime
    expires_at: datetime
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A row that shall wait for these times; all three are to be stored, the state is waiting."""

    key: str
    due_at: datetime
    expires_at: datetime
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What to write: new rows, rows that wait for new times, and keys of rows to withdraw."""

    insert: tuple[FollowUp, ...] = ()
    move: tuple[Move, ...] = ()
    withdraw: tuple[str, ...] = ()


def reconcile(
    planned: Sequence[FollowUp],
    rows: Sequence[ReminderRow],
    *,
    keeps_snoozes: bool = False,
    overtaken: Collection[str] = (),
) -> Changes:
    """Compare a plan with all rows of the same contacts, by plan key.

    A withdrawn row that is planned again waits again, so that an undo restores the plan. Rows that
    were delivered, done, dismissed, lapsed or failed are never touched, and never inserted anew. A
    snooze holds until the due time moves; with ``keeps_snoozes`` until that is later than the
    snooze, for a new rhythm moves every due time and no reason for one. What is ``overtaken`` by a
    later step begins to wait no more, unless it is snoozed; where it waits as planned, it stays.
    """
    known = {row.plan_key: row for row in rows}
    wanted = {due.key: due for due in planned}
    found = (
        _move(row, wanted[row.plan_key], keeps_snoozes) for row in rows if row.plan_key in wanted
    )
    moves = {move.key: move for move in found if move is not None}
    dropped = {
        row.key
        for row in rows
        if row.plan_key in overtaken and row.key in moves and not moves[row.key].snoozed_until
    }
    return Changes(
        insert=tuple(
            due for key, due in wanted.items() if key not in known and key not in overtaken
        ),
        move=tuple(move for key, move in moves.items() if key not in dropped),
        withdraw=tuple(
            row.key
            for row in rows
            if (row.plan_key not in wanted or row.key in dropped) and row.state in _WITHDRAWABLE
        ),
    )


def _move(row: ReminderRow, due: FollowUp, keeps_snoozes: bool) -> Move | None:
    is_as_planned = (row.due_at, row.expires_at) == (due.due_at, due.expires_at)
    if row.state is ReminderState.WITHDRAWN or (
        row.state is ReminderState.WAITING and not is_as_planned
    ):
        snooze = row.snoozed_until
        stands = row.due_at == due.due_at or (keeps_snoozes and snooze and snooze > due.due_at)
        return Move(row.key, due.due_at, due.expires_at, snooze if stands else None)
    return None

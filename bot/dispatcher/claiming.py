"""Claims what is due: rows become leased deliveries, their text frozen before the first try."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update

from bot.content import Content
from bot.dispatcher import reaching
from bot.dispatcher.courier import from_body, to_body
from bot.dispatcher.finding import (
    LEASE,
    NUDGE,
    Job,
    due_rows,
    load_recipients,
    pages_of,
)
from bot.dispatcher.weighing import Drop, Recipient, Wait, weigh
from bot.notebook.ideas import reconcile_ideas
from bot.notebook.nudges import Due, ask_for_zone, compose
from bot.notebook.pages import Page
from bot.rules.records import Kind, ReminderState
from bot.storage.models import Delivery, Reminder
from bot.storage.session import Session
from bot.storage.types import new_key


async def claim_members(
    session: Session,
    content: Content,
    owners: Sequence[int],
    *,
    now: datetime,
    only: str | None = None,
) -> list[Job]:
    """Turn all due reminders of these members into deliveries; what no longer matters ends here.

    ``only`` names one of them, and the others are left.
    """
    recipients = await load_recipients(session, owners)
    for owner_id in [key for key, one in recipients.items() if one.is_unreachable]:
        await reaching.retry(session, now=now, owner_id=owner_id)
    rows = await due_rows(session, recipients, now, only=only)
    if ideas := {row.owner_id for row in rows if row.contact_key is None}:
        # An idea stands back behind whatever has been planned or sent since it was.
        await reconcile_ideas(session, [recipients[key].member for key in ideas], now=now)
        rows = await due_rows(session, recipients, now, only=only)
    pages = await pages_of(session, rows)
    batch = _Batch(content, now)
    for owner_id, theirs in _by_owner(rows).items():
        batch.add(recipients[owner_id], theirs, pages)
    await batch.write(session)
    return batch.jobs


def _by_owner(rows: Iterable[Any]) -> dict[int, list[Any]]:
    theirs: dict[int, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.wake_at, row.key)):
        theirs[row.owner_id].append(row)
    return theirs


class _Batch:
    """The deliveries of one claim, gathered and then written in a few statements."""

    def __init__(self, content: Content, now: datetime) -> None:
        self.content = content
        self.now = now
        self.jobs: list[Job] = []
        self._deliveries: list[dict[str, Any]] = []
        self._claimed: list[dict[str, Any]] = []
        self._moved: list[dict[str, Any]] = []

    def add(self, recipient: Recipient, rows: Sequence[Any], pages: Mapping[str, Page]) -> None:
        """Judge a member's due rows and make a delivery of those that are to be sent."""
        sent: list[Due] = []
        for row in rows:
            page = pages.get(row.contact_key)
            judged = weigh(row, recipient, page, self.now)
            if judged is None:
                sent.append(_due(row, page))
            else:
                self._moved.append(_moved(row, judged))
        asks = recipient.is_to_be_asked
        for group in _messages(sent):
            self._deliver(recipient, group, asks_quiet=asks)
            asks = False

    def _deliver(self, recipient: Recipient, due: Sequence[Due], *, asks_quiet: bool) -> None:
        member, key = recipient.member, new_key()
        nudge = compose(self.content, member, due, key=key, now=self.now, asks_quiet=asks_quiet)
        is_silent = member.mode == "silent"
        if member.is_without_zone:
            nudge = ask_for_zone(self.content, nudge)
            # Nine in the morning may be the middle of their night; what begins now may ring.
            is_silent = is_silent or due[0].kind is not Kind.STARTS_SOON
        body = to_body(nudge.content, nudge.buttons, silent=is_silent, asks_quiet=asks_quiet)
        row = {
            "key": key,
            "name": f"{NUDGE}{key}",
            "owner_id": member.id,
            "channel_id": None,
            "body": body,
            "state": "sending",
            "attempts": 0,
            "created_at": self.now,
            "lease_until": self.now + LEASE,
            "first_try_at": self.now,
        }
        self._deliveries.append(row)
        self._claimed.extend({"row_key": one.key, "delivery": key} for one in due)
        self.jobs.append(
            Job(
                message=from_body(
                    body, key=key, member_id=member.id, channel_id=member.dm_channel_id
                ),
                zone=member.rhythm.zone,
                first_try_at=self.now,
                lease_until=self.now + LEASE,
                asks_quiet=asks_quiet,
            )
        )

    async def write(self, session: Session) -> None:
        """Store the deliveries, and what became of every row."""
        if self._deliveries:
            await session.execute(insert(Delivery), self._deliveries)
            await session.execute(_CLAIM, self._claimed)
        if self._moved:
            await session.execute(_MOVE, self._moved)


_CLAIM = (
    update(Reminder)
    .where(Reminder.key == bindparam("row_key"))
    .values(state=ReminderState.SENDING, delivery_key=bindparam("delivery"))
)
_MOVE = (
    update(Reminder)
    .where(Reminder.key == bindparam("row_key"))
    .values(state=bindparam("new_state"), wake_at=bindparam("new_wake_at"))
)


def _moved(row: Any, judged: Wait | Drop) -> dict[str, Any]:
    if isinstance(judged, Wait):
        return {
            "row_key": row.key,
            "new_state": ReminderState.WAITING,
            "new_wake_at": judged.until,
        }
    return {"row_key": row.key, "new_state": judged.state, "new_wake_at": row.wake_at}


def _due(row: Any, page: Page | None) -> Due:
    return Due(
        key=row.key,
        kind=Kind(row.kind),
        anchor=row.anchor,
        step=row.step,
        wake_at=row.wake_at,
        expires_at=row.expires_at,
        page=page,
    )


def _messages(due: Sequence[Due]) -> list[list[Due]]:
    """Part what is due into messages: all in one, but a talk about to start speaks for itself."""
    starting = [[one] for one in due if one.kind is Kind.STARTS_SOON]
    others = [one for one in due if one.kind is not Kind.STARTS_SOON]
    return [*starting, others] if others else starting

"""Reads for the dispatcher: what is due, for whom, and on which page of which notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, literal, literal_column, select, text, union_all

from bot.dispatcher.courier import Message
from bot.dispatcher.weighing import ASK_AFTER, Recipient
from bot.notebook.members import member_facts
from bot.notebook.pages import Page, load_pages
from bot.rules.records import AROUND_A_TALK
from bot.storage.models import Change, Delivery, Guild, Member, Reminder
from bot.storage.session import Session

MOST_MEMBERS = 50
LEASE = timedelta(seconds=120)
NUDGE = "nudge:"

# Written as in the models: SQLite takes a partial index only for the very same condition.
IS_WAITING = text("reminders.state = 'waiting'")
IS_OPEN = text("deliveries.state IN ('sending', 'retry')")


@dataclass(frozen=True)
class Job:
    """One claimed delivery. ``is_open`` means: an earlier try may have arrived, look first."""

    message: Message
    zone: str
    first_try_at: datetime
    lease_until: datetime
    is_open: bool = False
    attempts: int = 0
    asks_quiet: bool = False


@dataclass(frozen=True)
class Waiting:
    """Who and what is due: members with due reminders, and deliveries to take up again."""

    members: tuple[int, ...]
    deliveries: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.members or self.deliveries)


async def find_due(session: Session, now: datetime) -> Waiting:
    """Look up what is due, nearest first; one statement, all of it in two partial indexes."""
    reminders = (
        select(Reminder.owner_id, literal("").label("key"), Reminder.wake_at.label("at"))
        .where(IS_WAITING, Reminder.wake_at <= now)
        .order_by(Reminder.wake_at)
        .limit(MOST_MEMBERS * 4)
        .subquery()
    )
    deliveries = (
        select(Delivery.owner_id, Delivery.key.label("key"), Delivery.lease_until.label("at"))
        .where(IS_OPEN, Delivery.lease_until <= now)
        .order_by(Delivery.lease_until)
        .limit(MOST_MEMBERS)
        .subquery()
    )
    rows = (await session.execute(union_all(select(reminders), select(deliveries)))).all()
    owners = [row.owner_id for row in sorted(rows, key=lambda row: row.at) if not row.key]
    return Waiting(
        members=tuple(dict.fromkeys(owners))[:MOST_MEMBERS],
        deliveries=tuple(row.key for row in rows if row.key),
    )


async def find_next(session: Session) -> datetime | None:
    """Tell when the next reminder or delivery comes due."""
    rows = await session.execute(
        union_all(
            select(func.min(Reminder.wake_at)).where(IS_WAITING),
            select(func.min(Delivery.lease_until)).where(IS_OPEN),
        )
    )
    moments: list[datetime | None] = [row[0] for row in rows]
    return min((at for at in moments if at is not None), default=None)


async def load_recipients(session: Session, owners: Sequence[int]) -> dict[int, Recipient]:
    """Read members with what they did with the last messages, in one statement."""
    # Around a talk messages come close together, and may be read without a press.
    usual = (Reminder.delivery_key == Delivery.key) & Reminder.kind.not_in(AROUND_A_TALK)
    nudges = (Delivery.owner_id == Member.id) & exists().where(usual)
    pressed = select(func.max(Delivery.pressed_at)).where(Delivery.owner_id == Member.id)
    changed = select(func.max(Change.at)).where(Change.owner_id == Member.id)
    fourth = (
        select(Delivery.delivered_at)
        .where(nudges, Delivery.delivered_at.is_not(None))
        .order_by(Delivery.delivered_at.desc())
        .offset(ASK_AFTER - 1)
        .limit(1)
    )
    kept = (
        select(Delivery.key)
        .where(Delivery.owner_id == Member.id, Delivery.state == "unreachable")
        .exists()
    )
    rows = await session.execute(
        select(
            Member,
            Guild.zone.label("club_zone"),
            pressed.scalar_subquery().label("last_press"),
            changed.scalar_subquery().label("last_change"),
            fourth.scalar_subquery().label("fourth_at"),
            kept.label("is_unreachable"),
        )
        .outerjoin(Guild, Guild.id == Member.guild_id)
        .where(Member.id.in_(owners))
    )
    return {row.id: _recipient(row) for row in rows}


def _recipient(row: Any) -> Recipient:
    acted = [at for at in (row.last_press, row.last_change, row.seen_at) if at is not None]
    return Recipient(
        member_facts(row), max(acted, default=None), row.fourth_at, bool(row.is_unreachable)
    )


async def due_rows(
    session: Session, recipients: Iterable[int], now: datetime, *, only: str | None = None
) -> Sequence[Any]:
    """Read and lock the due reminder rows of these members; those that others hold are left.

    ``only`` names one of the rows.
    """
    # The sum keeps SQLite on the index of what waits: by owner it would walk whole notebooks.
    owner = Reminder.owner_id + literal_column("0")
    due = select(Reminder).where(IS_WAITING, Reminder.wake_at <= now, owner.in_(list(recipients)))
    if only is not None:
        due = due.where(Reminder.key == only)
    return (await session.execute(due.with_for_update(skip_locked=True))).all()


async def pages_of(session: Session, rows: Iterable[Any]) -> Mapping[str, Page]:
    """Read the pages that reminder rows are about, whoever owns them."""
    contacts = sorted({row.contact_key for row in rows if row.contact_key is not None})
    return await load_pages(session, contacts, owner_id=None) if contacts else {}

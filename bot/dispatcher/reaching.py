"""Members whose DMs are closed: what could not reach them is kept, and tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, func, or_, select, text, update

from bot.notebook.leaving import UNUSED
from bot.rules.records import ReminderState
from bot.storage.models import Delivery, Member, Reminder
from bot.storage.session import Session

KEEP_TRYING = timedelta(days=14)
# Written as in the models: SQLite takes a partial index only for the very same condition.
_IS_UNREACHABLE = text("deliveries.state = 'unreachable'")


async def retry(session: Session, *, now: datetime, owner_id: int | None = None) -> int:
    """Let what could not be delivered come due again; returns how many deliveries.

    Without an owner: those not tried for a day. The reminders are worded anew under a fresh key,
    which is safe because Discord has said that nothing arrived; after 14 days they lapse.
    """
    which = Delivery.retry_at <= now if owner_id is None else Delivery.owner_id == owner_id
    found = await session.execute(
        select(Delivery.key, Delivery.name, Delivery.created_at).where(
            Delivery.state == "unreachable", which
        )
    )
    rows = found.all()
    if not rows:
        return 0
    await _wake(session, [row.key for row in rows], now)
    posts = [row.key for row in rows if not row.name.startswith("nudge:")]
    young = [row.key for row in rows if row.key in posts and now - row.created_at < KEEP_TRYING]
    await _set(session, Delivery.key.in_(young), "retry", now)
    rest = [row.key for row in rows if row.key not in young]
    await _set(session, Delivery.key.in_(rest), "lapsed", None)
    return len(rows)


async def find_channel(session: Session, member_id: int) -> int | None:
    """Find the DM with a member that is noted, if any."""
    return await session.scalar(select(Member.dm_channel_id).where(Member.id == member_id))


async def list_unreached(session: Session) -> list[int]:
    """List the members to whom something could not be delivered."""
    found = await session.execute(
        select(Delivery.owner_id).where(_IS_UNREACHABLE, Delivery.owner_id.is_not(None)).distinct()
    )
    return [row.owner_id for row in found]


async def store_seen(session: Session, seen: Mapping[int, tuple[datetime, int | None]]) -> None:
    """Store when members were last here, and their DM's channel if known; in one statement."""
    rows = [{"member": key, "at": at, "channel": dm} for key, (at, dm) in seen.items()]
    await session.execute(_SEE, rows)


# Whoever comes back uses their notebook: it is not erased for lying there.
_IS_UNUSED = Member.erase_why == UNUSED
_SEE = (
    update(Member)
    .where(Member.id == bindparam("member"))
    .values(
        seen_at=bindparam("at"),
        dm_channel_id=func.coalesce(bindparam("channel", type_=BigInteger()), Member.dm_channel_id),
        erase_at=case((_IS_UNUSED, None), else_=Member.erase_at),
        erase_why=case((_IS_UNUSED, None), else_=Member.erase_why),
    )
)


async def _set(
    session: Session, which: ColumnElement[bool], state: str, at: datetime | None
) -> None:
    await session.execute(
        update(Delivery).where(which).values(state=state, lease_until=at, retry_at=at)
    )


async def _wake(session: Session, keys: Sequence[str], now: datetime) -> None:
    theirs = (Reminder.delivery_key.in_(keys)) & (Reminder.state == ReminderState.UNREACHABLE)
    is_over = or_(Reminder.expires_at <= now, Reminder.due_at <= now - KEEP_TRYING)
    await session.execute(
        update(Reminder).where(theirs, is_over).values(state=ReminderState.LAPSED)
    )
    await session.execute(
        update(Reminder).where(theirs).values(state=ReminderState.WAITING, wake_at=now)
    )

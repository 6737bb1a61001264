"""Writes down what became of messages, many at a time (DESIGN §6, step 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import bindparam, null, select, update

from bot.dispatcher.courier import (
    Answer,
    Closed,
    Gone,
    Refused,
    Sent,
    TooFast,
    Uncertain,
)
from bot.dispatcher.finding import Job
from bot.notebook.ideas import reconcile_ideas
from bot.notebook.members import MemberFacts, member_facts
from bot.notebook.pages import load_pages
from bot.notebook.reminders import reconcile_pages
from bot.rules.follow_ups import is_delivery_dependent
from bot.rules.hours import local_day
from bot.rules.records import Kind, ReminderState
from bot.storage.models import Delivery, Guild, Member, Reminder
from bot.storage.session import Session

SEEN_WRONGLY = 50001
"""Discord says "missing access" about user installs whose DMs are open; believed after a day.

Of a channel it is believed at once: it was made private.
"""

_A_DAY = timedelta(days=1)
_NO_CHANNEL = 10003
_BACK_OFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4))
_MOST_TRIES = 20
_FOLLOWED = tuple(kind.value for kind in Kind if is_delivery_dependent(kind))


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing was sent now: try again at this time; the attempt is not counted."""

    until: datetime


@dataclass(frozen=True, slots=True)
class NotThere:
    """The history was read to its end: no earlier try arrived, so it is sent."""


@dataclass(frozen=True, slots=True)
class Unread:
    """The history that tells whether it arrived could not be read: look again later."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job, and the channel that was opened for it."""

    job: Job
    answer: Answer | Later | NotThere | Unread
    opened: int | None = None

    @property
    def key(self) -> str:
        """The delivery's key."""
        return self.job.message.key

    @property
    def is_given_up(self) -> bool:
        """Whether nobody could tell, after many looks, if it arrived."""
        return isinstance(self.answer, Uncertain | Unread) and self.job.attempts >= _MOST_TRIES


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a delivery and its reminders go on."""

    state: str
    at: datetime | None = None  # when it is looked at again
    reminders: ReminderState | None = None  # None: they go on being sent
    code: int | None = None
    counts: bool = True


async def settle(session: Session, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Store a group of outcomes in a handful of statements."""
    await _settle_deliveries(session, outcomes, now)
    sent = [outcome for outcome in outcomes if isinstance(outcome.answer, Sent)]
    if sent:
        await _settle_sent(session, sent, now)
        await follow_up(session, [outcome.key for outcome in sent], now=now)
    await _settle_channels(session, outcomes)


async def _settle_deliveries(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    endings = [(one, _ending(one, now)) for one in outcomes if not isinstance(one.answer, Sent)]
    if not endings:
        return
    rows = [
        {
            "row_key": one.key,
            "new_state": ending.state,
            "at": ending.at,
            "new_code": ending.code,
            "new_attempts": one.job.attempts + ending.counts,
        }
        for one, ending in endings
    ]
    await session.execute(_END, rows)
    over = [
        {"delivery": one.key, "new_state": ending.reminders}
        for one, ending in endings
        if ending.reminders is not None
    ]
    if over:
        await session.execute(_END_REMINDERS, over)


_END = (
    update(Delivery)
    .where(
        Delivery.key == bindparam("row_key"),
        Delivery.state == "sending",  # a press may have proved its arrival meanwhile
    )
    .values(
        state=bindparam("new_state"),
        lease_until=bindparam("at"),
        retry_at=bindparam("at"),
        code=bindparam("new_code"),
        attempts=bindparam("new_attempts"),
    )
)
_END_REMINDERS = (
    update(Reminder)
    .where(Reminder.delivery_key == bindparam("delivery"), Reminder.state == "sending")
    .values(state=bindparam("new_state"))
)


def _ending(outcome: Outcome, now: datetime) -> _Ending:  # noqa: PLR0911 - DESIGN §6's table, a row a case
    job = outcome.job
    match outcome.answer:
        case Gone() if job.message.member_id is None:
            return _Ending("unreachable", now + _A_DAY, code=_NO_CHANNEL)
        case Closed(code) if code == SEEN_WRONGLY and _is_a_new_dm(job, now):
            return _Ending("retry", now + _back_off(job), code=code)
        case Closed(code):
            return _Ending("unreachable", now + _A_DAY, ReminderState.UNREACHABLE, code)
        case Refused(_, code):
            return _Ending("failed", None, ReminderState.FAILED, code)
        case Uncertain() | Unread() if outcome.is_given_up:
            return _Ending("failed", None, ReminderState.FAILED)
        case Uncertain():
            return _Ending("sending", job.lease_until)
        case Unread():
            return _Ending("sending", now + _back_off(job))
        case _:
            return _again(outcome, now)


def _is_a_new_dm(job: Job, now: datetime) -> bool:
    return job.message.member_id is not None and now - job.first_try_at < _A_DAY


def _again(outcome: Outcome, now: datetime) -> _Ending:
    """Say when a message that was not sent now is tried again.

    One that an earlier try may have brought is "sending" until a look has found nothing.
    """
    answer = outcome.answer
    may_be_there = outcome.job.is_open and not isinstance(answer, NotThere)
    state = "sending" if may_be_there else "retry"
    match answer:
        case Gone() if outcome.opened is not None:
            return _Ending(state, now + _back_off(outcome.job))
        case TooFast(seconds):
            return _Ending(state, now + timedelta(seconds=max(seconds, 1)), counts=False)
        case Later(until):
            return _Ending(state, until, counts=False)
        case _:
            return _Ending(state, now, counts=False)


def _back_off(job: Job) -> timedelta:
    return _BACK_OFF[min(job.attempts, len(_BACK_OFF) - 1)]


async def _settle_sent(session: Session, sent: Sequence[Outcome], now: datetime) -> None:
    answers = [(one, cast(Sent, one.answer)) for one in sent]
    await session.execute(
        _DELIVER,
        [
            {
                "row_key": one.key,
                "message": answer.message_id,
                "channel": answer.channel_id,
                "at": now,
            }
            for one, answer in answers
        ],
    )
    await session.execute(
        _DELIVER_REMINDERS,
        [{"delivery": one.key, "at": now, "day": local_day(now, one.job.zone)} for one in sent],
    )
    asked = [one.job.message.member_id for one in sent if one.job.asks_quiet]
    if asked:
        await session.execute(update(Member).where(Member.id.in_(asked)).values(asked_quiet_at=now))


_DELIVER = (
    update(Delivery)
    .where(Delivery.key == bindparam("row_key"))
    .values(
        state="delivered",
        delivered_at=bindparam("at"),
        message_id=bindparam("message"),
        channel_id=bindparam("channel"),
        lease_until=null(),
        retry_at=null(),
    )
)
_DELIVER_REMINDERS = (
    update(Reminder)
    .where(Reminder.delivery_key == bindparam("delivery"), Reminder.state == "sending")
    .values(
        state=ReminderState.DELIVERED,
        delivered_at=bindparam("at"),
        delivered_on=bindparam("day"),
    )
)


async def _settle_channels(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Remember the channels that were opened, and forget those that are gone."""
    rows: list[dict[str, Any]] = []
    for one in outcomes:
        if one.opened is not None:
            rows.append({"member": one.job.message.member_id, "channel": one.opened})
        elif isinstance(one.answer, Gone) and one.job.message.member_id is not None:
            rows.append({"member": one.job.message.member_id, "channel": None})
    if rows:
        await session.execute(_SET_CHANNEL, rows)


_SET_CHANNEL = (
    update(Member)
    .where(Member.id == bindparam("member"))
    .values(dm_channel_id=bindparam("channel"))
)


async def follow_up(session: Session, keys: Sequence[str], *, now: datetime) -> None:
    """Plan anew where the next step counts from the day on which the last one was delivered."""
    found = await session.execute(
        select(Reminder.contact_key, Reminder.owner_id)
        .where(Reminder.delivery_key.in_(keys), Reminder.kind.in_(_FOLLOWED))
        .distinct()
    )
    rows = found.all()
    if not rows:
        return
    members = await _load_members(session, {row.owner_id for row in rows})
    contacts = sorted(row.contact_key for row in rows if row.contact_key is not None)
    pages = await load_pages(session, contacts, owner_id=None)
    rhythms = {member.id: member.rhythm for member in members}
    await reconcile_pages(session, pages.values(), rhythms, now=now)
    if of_ideas := [member for member in members if member.ideas]:
        await reconcile_ideas(session, of_ideas, now=now)


async def _load_members(session: Session, ids: set[int]) -> list[MemberFacts]:
    rows = await session.execute(
        select(Member, Guild.zone.label("club_zone"))
        .outerjoin(Guild, Guild.id == Member.guild_id)
        .where(Member.id.in_(ids))
    )
    return [member_facts(row) for row in rows]


async def prove_delivered(
    session: Session,
    *,
    owner_id: int,
    now: datetime,
    key: str | None = None,
    reminder: str | None = None,
) -> None:
    """Record a press on one of a delivery's buttons: it has arrived, whatever the settling knew.

    The delivery is named by its own key, or by that of a reminder in it. One statement, as a rule.
    """
    of_reminder = select(Reminder.delivery_key).where(
        Reminder.key == reminder, Reminder.owner_id == owner_id
    )
    pressed = await session.execute(
        update(Delivery)
        .where(
            Delivery.key == (of_reminder.scalar_subquery() if key is None else key),
            Delivery.owner_id == owner_id,
        )
        .values(pressed_at=now)
        .returning(Delivery.key, Delivery.state)
        .execution_options(synchronize_session=False)
    )
    row = pressed.one_or_none()
    if row is not None and row.state in ("sending", "retry"):
        await _prove(session, row.key, owner_id, now)


async def _prove(session: Session, key: str, owner_id: int, now: datetime) -> None:
    await session.execute(
        update(Delivery)
        .where(Delivery.key == key)
        .values(state="delivered", delivered_at=now, lease_until=None, retry_at=None)
    )
    (member,) = await _load_members(session, {owner_id})
    await session.execute(
        update(Reminder)
        .where(Reminder.delivery_key == key, Reminder.state == ReminderState.SENDING)
        .values(
            state=ReminderState.DELIVERED,
            delivered_at=now,
            delivered_on=local_day(now, member.rhythm.zone),
        )
    )
    await follow_up(session, [key], now=now)

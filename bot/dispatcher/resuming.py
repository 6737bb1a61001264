"""Takes up deliveries again: those that had to wait, and those whose lease has run out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, select, update

from bot.club.timeline import name_of_lapsed
from bot.dispatcher.calling import weigh_calls
from bot.dispatcher.courier import from_body
from bot.dispatcher.finding import (
    IS_OPEN,
    LEASE,
    NUDGE,
    Job,
    load_recipients,
    pages_of,
)
from bot.dispatcher.weighing import Drop, Wait, weigh
from bot.dispatcher.wishes import weigh_wishes
from bot.rules.records import ReminderState
from bot.storage.models import Delivery, Guild, Member, Reminder
from bot.storage.session import Session

_LATE = timedelta(hours=1)
_LATE_MARK = "-# This post comes late:"
_MOST_SIGNS = 2000
_LAPSED = Drop(ReminderState.LAPSED)


async def claim_deliveries(session: Session, keys: Sequence[str], *, now: datetime) -> list[Job]:
    """Take up deliveries again whose time has come or whose lease has run out."""
    found = await session.execute(
        select(Delivery, Member.dm_channel_id, Member.zone, Guild.zone.label("club_zone"))
        .outerjoin(Member, Member.id == Delivery.owner_id)
        .outerjoin(Guild, Guild.id == Member.guild_id)
        .where(Delivery.key.in_(keys), IS_OPEN, Delivery.lease_until <= now)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    rows = sorted(found.all(), key=lambda row: (row.lease_until, row.key))
    judged = await _judge_again(session, rows, now)
    judged |= {row.key: _without_words(row) for row in rows if row.body is None}
    going = [row for row in rows if row.key not in judged]
    said = [(row, _said_late(row, now)) for row in going]
    await _freeze(session, {row.key: body for row, body in said if body is not row.body})
    jobs = [_job_again(row, body, now) for row, body in said]
    await _lease(session, jobs, now)
    await _put_off(session, judged, {row.key: row.name for row in rows})
    return jobs


async def end_leases(session: Session, *, now: datetime) -> None:
    """Let everything under way count as cut off now."""
    await session.execute(
        update(Delivery)
        .where(Delivery.state == "sending", Delivery.lease_until > now)
        .values(lease_until=now)
    )


async def _judge_again(
    session: Session, rows: Sequence[Any], now: datetime
) -> dict[str, Wait | Drop]:
    """Judge deliveries that were certainly not sent; others are not here."""
    unsent = [row for row in rows if row.state == "retry"]
    expired = [row.key for row in unsent if row.expires_at and row.expires_at <= now]
    nudges = [row.key for row in unsent if row.name.startswith(NUDGE)]
    return {
        **await _judge_reminders(session, nudges, now),
        **await weigh_calls(session, unsent, now),
        **await weigh_wishes(session, unsent, now),
        **dict.fromkeys(expired, _LAPSED),
    }


async def _judge_reminders(
    session: Session, unsent: Sequence[str], now: datetime
) -> dict[str, Wait | Drop]:
    """Judge the reminders behind nudges."""
    if not unsent:
        return {}
    found = await session.execute(
        select(Reminder).where(
            Reminder.delivery_key.in_(unsent), Reminder.state == ReminderState.SENDING
        )
    )
    reminders = found.all()
    recipients = await load_recipients(session, sorted({row.owner_id for row in reminders}))
    pages = await pages_of(session, reminders)
    judged: dict[str, list[Wait | Drop | None]] = {key: [] for key in unsent}
    for row in reminders:
        page = pages.get(row.contact_key)
        judged[row.delivery_key].append(weigh(row, recipients[row.owner_id], page, now))
    kept = {key: _together(verdicts) for key, verdicts in judged.items()}
    return {key: verdict for key, verdict in kept.items() if verdict is not None}


def _together(verdicts: Sequence[Wait | Drop | None]) -> Wait | Drop | None:
    """Judge a frozen message by its rows: it goes while one matters, waits while one may."""
    if None in verdicts:
        return None
    waits = [verdict for verdict in verdicts if isinstance(verdict, Wait)]
    return min(waits, key=lambda wait: wait.until) if waits else _LAPSED


def _without_words(row: Any) -> Drop:
    """Judge a message that was kept for longer than its words, or named who was forgotten since.

    What else it was about is worded anew, if it certainly never left.
    """
    return Drop(ReminderState.WAITING if row.state == "retry" else ReminderState.LAPSED)


def _job_again(row: Any, body: Any, now: datetime) -> Job:
    return Job(
        message=from_body(
            body,
            key=row.key,
            member_id=row.owner_id,
            channel_id=row.channel_id or row.dm_channel_id,
        ),
        zone=row.zone or row.club_zone or "UTC",
        first_try_at=row.first_try_at or now,
        lease_until=now + LEASE,
        is_open=row.state == "sending",
        attempts=row.attempts,
        asks_quiet=bool(body.get("asks_quiet")),
    )


def _said_late(row: Any, now: datetime) -> Any:
    """Let a post that found no way for a while say so; one that may have arrived stays as it is."""
    body = row.body
    is_waiting = row.state == "retry" and row.attempts and row.owner_id is None
    if not is_waiting or now - row.created_at < _LATE or _LATE_MARK in body["content"]:
        return body
    due = f"\n\n{_LATE_MARK} it was due <t:{int(row.created_at.timestamp())}:f>."
    return body | {"content": body["content"][: _MOST_SIGNS - len(due)] + due}


async def _freeze(session: Session, bodies: Mapping[str, Any]) -> None:
    """Keep what is said now: by these words it is known again when no answer comes."""
    for key, body in bodies.items():
        await session.execute(update(Delivery).where(Delivery.key == key).values(body=body))


async def _lease(session: Session, jobs: Sequence[Job], now: datetime) -> None:
    if not jobs:
        return
    await session.execute(
        update(Delivery)
        .where(Delivery.key.in_([job.message.key for job in jobs]))
        .values(
            state="sending",
            lease_until=now + LEASE,
            first_try_at=func.coalesce(
                Delivery.first_try_at, literal(now, Delivery.first_try_at.type)
            ),
        )
    )


async def _put_off(
    session: Session, judged: Mapping[str, Wait | Drop], names: Mapping[str, str]
) -> None:
    for key, verdict in judged.items():
        until = verdict.until if isinstance(verdict, Wait) else None
        reminders = verdict.state if isinstance(verdict, Drop) else None
        state = "lapsed" if until is None else "retry"
        name = name_of_lapsed(names[key]) if until is None else names[key]
        await session.execute(
            update(Delivery)
            .where(Delivery.key == key)
            .values(state=state, name=name, lease_until=until, retry_at=until)
        )
        if reminders is not None:
            await session.execute(
                update(Reminder)
                .where(Reminder.delivery_key == key, Reminder.state == ReminderState.SENDING)
                .values(state=reminders)
            )

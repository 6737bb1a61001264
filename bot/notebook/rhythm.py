"""The rhythm: when and how often the bot writes to a member, and what it has planned."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func

from bot.errors import UserError
from bot.notebook.access import mine
from bot.notebook.changes import Actor, Stored, begin
from bot.notebook.members import MemberFacts, find_member, with_columns
from bot.rules.hours import instant, is_quiet_time
from bot.rules.records import AROUND_A_TALK, Kind
from bot.rules.when import read_when
from bot.storage.models import Contact, Interview, Promise, Reminder
from bot.storage.session import Session
from bot.storage.types import KEY_LENGTH

MODES = ("daily", "silent", "talks")
"""One message a day; the same without a sound; only the messages around a talk."""

_PLANNED = ("waiting", "sending", "unreachable")


@dataclass(frozen=True)
class Planned:
    """One message that is to come: when, about whom and what. ``contact`` is "" for nobody.

    ``talk_on`` is the day of the talk that it is about, None if it is about none; ``promise`` is
    what the member said they would do, if it is about that.
    """

    contact: str
    name: str
    kind: Kind
    step: int
    at: datetime
    talk_on: date | None = None
    promise: str = field(default="", repr=False)
    introduced: bool = False  # somebody promised to introduce them (R36)


@dataclass(frozen=True)
class Outlook:
    """The member's settings, and what is planned, the nearest first."""

    member: MemberFacts
    planned: tuple[Planned, ...]


async def list_planned(
    session: Session, member_id: int, *, now: datetime, guild_id: int | None
) -> Outlook:
    """Read a member's settings and what is planned for them, in two statements.

    ``guild_id`` is where a new person is.
    """
    member = await find_member(session, member_id, guild_id=guild_id)
    is_there = Contact.removed_at.is_(None)
    rows = await session.execute(
        mine(
            member_id,
            Reminder,
            Reminder.contact_key,
            Reminder.kind,
            Reminder.step,
            Reminder.due_at,
            Reminder.snoozed_until,
            Reminder.wake_at,
            Contact.label,
            Interview.on,
            Promise.text,
            Contact.they_introduce,
        )
        .outerjoin(Contact, Contact.key == Reminder.contact_key)
        .outerjoin(Interview, Reminder.kind.in_(AROUND_A_TALK) & (Interview.key == _talk_key()))
        .outerjoin(Promise, and_(Reminder.kind == Kind.PROMISE, Promise.key == Reminder.anchor))
        .where(Reminder.state.in_(_PLANNED), Reminder.expires_at > now, is_there)
    )
    planned = [_planned(row, now) for row in rows]
    return Outlook(member, tuple(sorted(planned, key=lambda one: (one.at, one.name))))


def _planned(row: Any, now: datetime) -> Planned:
    return Planned(
        contact=row.contact_key or "",
        name=(row.label or "").split(" · ")[0],
        kind=Kind(row.kind),
        step=row.step,
        at=_comes_at(row, now),
        talk_on=row.on,
        promise=row.text or "",
        introduced=bool(row.they_introduce),
    )


def _talk_key() -> ColumnElement[str]:
    return func.substr(Reminder.anchor, 1, KEY_LENGTH)  # a talk's anchor begins with its key


def _comes_at(row: Any, now: datetime) -> datetime:
    """Tell when a reminder comes; one whose moment is over waits until it wakes."""
    at = row.snoozed_until or row.due_at
    return at if at >= now else max(at, row.wake_at)


async def change_rhythm(session: Session, *, by: Actor, **columns: Any) -> Stored:
    """Change settings of the member's own row and plan every contact anew.

    Refuses a morning hour inside the quiet hours.
    """
    ledger = await begin(session, by, "changing when I write")
    wanted = with_columns(ledger.member, columns).rhythm
    if is_quiet_time(wanted.morning, wanted):
        raise UserError(
            "The morning hour would lie inside your quiet hours, so no message could ever come. "
            "Choose a later morning hour, or let the quiet hours end earlier."
        )
    await ledger.change_member(**columns)
    return await ledger.finish()


@dataclass(frozen=True)
class Pause:
    """Until when a member wants no messages: the instant, and what was understood."""

    until: datetime
    said: str


def read_pause(text: str, member: MemberFacts, *, now: datetime) -> Pause:
    """Read until when to pause; a day alone means its beginning, so its morning message comes."""
    zone = member.zone_or_club
    moment = read_when(text, now=now, zone=zone, expect="future", field_name="until")
    until = moment.at or instant(moment.on, time.min, zone)
    if until <= now:
        raise UserError("That is today, so there is nothing to pause. Tell me a later day.")
    return Pause(until, moment.said)


def has_pause(member: MemberFacts, now: datetime) -> bool:
    """Tell whether the member has asked for a pause that is not over."""
    return member.paused_until is not None and member.paused_until > now


def is_paused(member: MemberFacts, now: datetime) -> bool:
    """Tell whether I only write around talks: in a pause, or since the notebook is to be erased."""
    return has_pause(member, now) or member.is_leaving

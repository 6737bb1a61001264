"""Calendars: a talk as an event, and all that is ahead at an address that only its member knows."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_

from bot.content import Content
from bot.notebook.access import change_member, member_of_calendar, member_row, mine
from bot.notebook.changes import Undone
from bot.notebook.interviews import TalkPage
from bot.notebook.members import MemberFacts, ensure_member, member_facts
from bot.notebook.pages import Entry, Page, load_pages
from bot.notebook.reminders import open_plan
from bot.rules.calendar import Event, alarms_before
from bot.rules.hours import local
from bot.rules.names import initials, without_surname
from bot.rules.records import FollowUp, Kind, Mode, ReminderState, TalkState
from bot.rules.when.moment import say_hour
from bot.rules.zones import say_zone
from bot.storage.models import Interview, Member, Reminder
from bot.storage.session import Session

KEPT = timedelta(days=30)
"""So long a talk stays in a calendar after its day."""

_BYTES = 32
_WHOLE_DAY = timedelta(days=1)
_SHORT = timedelta(minutes=15)
_MODES = {Mode.VIDEO: "by video", Mode.PHONE: "by phone", Mode.IN_PERSON: "in person"}
_NOTED = (("who_calls", "Who calls"), ("attire", "Clothes"), ("parking", "Parking"), ("way", "Way"))
_CLOTHES = ("confirm_attire", "confirm_background")
_ASKS = {
    Kind.APPROACH_LEAD: "Ask {who} to meet",
    Kind.CHASE_REPLY: "Write to {who} again",
    Kind.FIND_A_TIME: "Find a date with {who}",
    Kind.ASK_AGAIN: "Ask {who} again",
    Kind.PREPARE: "Prepare your talk with {who}",
    Kind.THANK_YOU: "Thank {who}",
    Kind.PROMISE: "Do what you said you would, for {who}",
    Kind.CHECK_IN: "Write {who} a friendly line",
}
_ASKS_OF_INTRODUCTION = "Ask whether {who} was introduced to you"
_OVER = (
    ReminderState.DONE,
    ReminderState.DISMISSED,
    ReminderState.LAPSED,
    ReminderState.FAILED,
)
_OPEN = (
    ReminderState.WAITING,
    ReminderState.SENDING,
    ReminderState.UNREACHABLE,
    ReminderState.DELIVERED,
)


class Naming(StrEnum):
    """How people are named in a calendar; FIRST leaves the family name out."""

    INITIALS = "initials"
    FIRST = "first"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Feed:
    """Whether a member's calendar has an address, and whether names stand in it."""

    is_on: bool
    has_names: bool


def talk_event(
    content: Content,
    on: TalkPage,
    member: MemberFacts,
    *,
    now: datetime,
    naming: Naming,
    has_details: bool = True,
) -> Event:
    """Make an event of a talk (R20 R29 R30): when, where, what to wear and to bring.

    Without ``has_details`` nothing stands in it that the member typed, beside the name.
    """
    row, talk = on.talk.row, on.notes
    is_timed = row.t1 is not None
    told = on.talk.details if has_details else {}
    return Event(
        uid=_uid(on.talk.key),
        title=f"Talk with {_name(on.page, naming)}",
        starts=row.t1 if is_timed else row.d1,
        length=timedelta(minutes=row.n1) if is_timed else _WHOLE_DAY,
        place=str(told.get("place", "")),
        about="\n".join(_about(content, on, member, told)),
        sequence=row.n3,
        is_cancelled=row.s1 in (TalkState.CANCELLED, TalkState.NOT_HELD),
        alarms=alarms_before(talk, zone=member.zone_or_club, now=now)
        if talk.state is TalkState.PLANNED
        else (),
    )


def gone_event(undone: Undone) -> Event | None:
    """Make the event that takes a talk out of calendars again, if an undo took one from the book.

    Several come only with a notebook that was brought back, whose talks no file was offered for.
    """
    if len(undone.booked) != 1:
        return None
    (row,) = undone.booked
    page = undone.pages.get(row.contact_key)
    return Event(
        uid=_uid(row.key),
        title=f"Talk with {_name(page, naming_for(undone.member))}" if page else "Talk",
        starts=row.starts_at or row.on,
        length=timedelta(minutes=row.minutes) if row.starts_at else _WHOLE_DAY,
        sequence=row.sequence + 1,
        is_cancelled=True,
    )


def _uid(key: str) -> str:
    return f"{key}@rapport"


def naming_for(member: MemberFacts) -> Naming:
    """Say how people are named in a file: by initials for who hides names in messages."""
    return Naming.INITIALS if member.discreet else Naming.FIRST


def _name(page: Page, naming: Naming) -> str:
    if naming is Naming.WHOLE:
        return page.name
    return initials(page.name) if naming is Naming.INITIALS else without_surname(page.name)


def _about(
    content: Content, on: TalkPage, member: MemberFacts, told: dict[str, str]
) -> Iterator[str]:
    row, mode = on.talk.row, Mode(on.talk.row.s2)
    yield f"{row.n1} minutes {_MODES[mode]}."
    if row.t1 is not None and row.s5 != member.zone_or_club:
        there = local(row.t1, row.s5)
        day = f"{there:%A} {there.day} {there:%B}"
        yield f"For them ({say_zone(row.s5)}): {day}, {say_hour(there.time())}"
    yield from (f"{label}: {told[name]}" for name, label in _NOTED if told.get(name))
    if not told.get("attire"):
        yield from (one.text for one in content.checklist("confirm", mode) if one.id in _CLOTHES)
    yield "\nBring"
    yield from (f"- {one.text}" for one in content.checklist("bring", mode))


async def find_feed(session: Session, member_id: int) -> Feed:
    """Read whether a member's calendar has an address."""
    statement = member_row(member_id, Member.calendar_hash, Member.calendar_names)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return Feed(is_on=False, has_names=False)
    return Feed(is_on=row.calendar_hash is not None, has_names=row.calendar_names)


async def open_feed(
    session: Session, member_id: int, *, now: datetime, guild_id: int | None = None
) -> str:
    """Give a member's calendar a new address; returns its secret, which is stored nowhere.

    An address before it leads nowhere from now on.
    """
    await ensure_member(session, member_id, now=now, guild_id=guild_id)
    secret = secrets.token_urlsafe(_BYTES)
    await session.execute(change_member(member_id).values(calendar_hash=hash_of(secret)))
    return secret


async def close_feed(session: Session, member_id: int) -> None:
    """Take the address of a member's calendar away."""
    values = {"calendar_hash": None, "calendar_names": False}
    await session.execute(change_member(member_id).values(values))


async def name_in_feed(session: Session, member_id: int, *, has_names: bool) -> None:
    """Let whole names and what was noted stand in a member's calendar, or initials alone."""
    await session.execute(change_member(member_id).values(calendar_names=has_names))


async def read_feed(
    session: Session, secret: str, *, content: Content, now: datetime
) -> tuple[Event, ...] | None:
    """Gather the talks and follow-ups at an address, the earliest first; None if it is nobody's."""
    wanted = hash_of(secret)
    row = (await session.execute(member_of_calendar(), {"hash": wanted})).one_or_none()
    if not hmac.compare_digest(row.calendar_hash if row else bytes(len(wanted)), wanted):
        return None
    member = member_facts(row)
    naming = Naming.WHOLE if row and row.calendar_names else Naming.INITIALS
    since = now - KEPT
    keys = await session.scalars(
        mine(member.id, Interview, Interview.contact_key)
        .where(or_(Interview.starts_at >= since, Interview.on >= since.date()))
        .union(mine(member.id, Reminder, Reminder.contact_key).where(Reminder.state.in_(_OPEN)))
    )
    pages = await load_pages(session, [key for key in keys if key], owner_id=member.id)
    events = [
        event
        for page in pages.values()
        for event in (
            *_talks(content, page, member, now=now, naming=naming),
            *_follow_ups(page, member, now=now, naming=naming),
        )
    ]
    return tuple(sorted(events, key=lambda event: (f"{event.starts:%Y%m%d}", event.uid)))


def _talks(
    content: Content, page: Page, member: MemberFacts, *, now: datetime, naming: Naming
) -> Iterator[Event]:
    for talk in page.interviews:
        if talk.row.s1 != TalkState.NOT_HELD and talk.row.d1 >= (now - KEPT).date():
            on = TalkPage(page, talk)
            is_whole = naming is Naming.WHOLE
            yield talk_event(content, on, member, now=now, naming=naming, has_details=is_whole)


def _follow_ups(
    page: Page, member: MemberFacts, *, now: datetime, naming: Naming
) -> Iterator[Event]:
    """Give the next follow-up of each kind; those that only call for a talk stand with the talk."""
    rows = {entry.row.s3: entry for entry in page.reminders}
    seen: set[Kind] = set()
    for due in open_plan(page, member.rhythm):
        row = rows.get(due.key)
        is_over = due.expires_at <= now or (row is not None and row.row.s4 in _OVER)
        if due.kind not in _ASKS or due.kind in seen or is_over:
            continue
        seen.add(due.kind)
        is_introduced = due.kind is Kind.APPROACH_LEAD and page.notes.they_introduce
        asks = _ASKS_OF_INTRODUCTION if is_introduced else _ASKS[due.kind]
        yield Event(
            uid=f"{page.key}.{due.kind}@rapport",
            title=asks.format(who=_name(page, naming)),
            starts=_moment(due, row),
            length=_SHORT,
            is_busy=False,
        )


def _moment(due: FollowUp, entry: Entry | None) -> datetime:
    snoozed: datetime | None = entry.row.t2 if entry else None
    return snoozed or due.due_at


def hash_of(secret: str) -> bytes:
    """Hash a secret of an address; it is long and random, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).digest()

"""Today: what a member can do now, read in three statements however large the notebook is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    bindparam,
    exists,
    literal,
    null,
    or_,
    type_coerce,
    union_all,
)

from bot.notebook.access import AnySelect, mine_of_owner
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.nudges import Due
from bot.notebook.pages import Page, load_pages
from bot.notebook.reminders import open_plan
from bot.rules.records import Kind, ReminderState, TouchKind
from bot.rules.today import LATE_THANKS_FOR, TALK_SOON, Day, Item, Standing, plan_day
from bot.storage.models import Delivery, Promise, Reminder, Touch
from bot.storage.session import Session
from bot.storage.types import Key, UtcDateTime

MOST_PAGES = 8  # a card shows seven things; each page costs its share of the answer's time
_MOST_FAR = 2  # enough to say what comes next, and whom they could ask
_MOST_ROWS = 60
_HELLO = "hello"
_OVER = (ReminderState.DONE, ReminderState.DISMISSED, ReminderState.WITHDRAWN)
_UNSENT = (ReminderState.UNREACHABLE, ReminderState.FAILED)
_SOON = (Kind.DEBRIEF, Kind.FIND_A_TIME)  # they stand for a talk, or a yes, whenever they are due
_WHEN_DUE = frozenset(
    {Kind.CHASE_REPLY, Kind.ASK_AGAIN, Kind.PROMISE, Kind.CHECK_IN, Kind.APPROACH_LEAD}
)
_APPROACHES = tuple(set(TouchKind) - {TouchKind.NOTE, TouchKind.NEWS, TouchKind.INTRODUCED})
_PRESSING = (
    Kind.THANK_YOU,
    Kind.DEBRIEF,
    Kind.STARTS_SOON,
    Kind.CONFIRM,
    Kind.PREPARE,
    Kind.FIND_A_TIME,
    Kind.CHASE_REPLY,
    Kind.PROMISE,
    Kind.CHECK_IN,
    Kind.ASK_AGAIN,
    Kind.APPROACH_LEAD,
)
_RANKS: dict[str, int] = {kind: rank for rank, kind in enumerate(_PRESSING)}


@dataclass(frozen=True)
class Unsent:
    """What could not be delivered and is about nobody: the hello, and the key of an idea."""

    hello: bool = False
    idea: str = ""


@dataclass(frozen=True)
class Today:
    """A member's day with the pages that it speaks of."""

    member: MemberFacts
    day: Day
    pages: dict[str, Page]
    more: int = 0  # contacts with something due that were not looked at
    unsent: Unsent = Unsent()

    def due(self, item: Item) -> Due:
        """Give an item as what a nudge would say of it."""
        key = self.reminder(item)
        page = self.pages[item.contact]
        return Due(key, item.kind, item.anchor, item.number, item.at, item.at, page)

    def reminder(self, item: Item) -> str:
        """Give the key of the reminder behind an item, "" if there is none."""
        rows = self.pages[item.contact].reminders
        return next((entry.key for entry in rows if entry.row.s3 == item.plan_key), "")


async def load_today(session: Session, owner_id: int, *, now: datetime) -> Today:
    """Read what the member can do now: those of their contacts whose reminders are near."""
    member = await find_member(session, owner_id)
    if member.is_new:
        return Today(member, Day(), {})
    rows = await _open_rows(session, owner_id, now)
    near = _near([row for row in rows if row.contact_key is not None], now)
    keys = list(near)
    pages = await load_pages(session, keys[:MOST_PAGES], owner_id=owner_id)
    day = plan_day((_standing(page, member) for page in pages.values()), member.rhythm, now)
    more = sum(near[key] for key in keys[MOST_PAGES:])
    return Today(member, day, pages, more, _unsent(rows, member, now))


def _unsent(rows: Iterable[_Open], member: MemberFacts, now: datetime) -> Unsent:
    lost = {row.kind: row for row in rows if row.contact_key is None and row.state in _UNSENT}
    idea = lost.get(Kind.NEXT_STEP)
    return Unsent(
        hello=_HELLO in lost and member.hello_at is None,
        idea=idea.key if idea is not None and now < idea.expires_at else "",
    )


@cache
def _open_reminders() -> CompoundSelect[*tuple[Any, ...]]:
    """Select the owner's open reminders, the soonest first as their index has them, and the hello.

    A message that is no reminder has a row only where it could not be delivered.
    """
    reminders = (
        mine_of_owner(
            Reminder,
            Reminder.key,
            Reminder.contact_key,
            Reminder.due_at,
            Reminder.expires_at,
            Reminder.kind,
            Reminder.state,
        )
        .where(
            Reminder.state.not_in(_each(_OVER)),
            or_(
                Reminder.expires_at > bindparam("since", type_=UtcDateTime()),
                (Reminder.kind == Kind.APPROACH_LEAD) & ~_was_approached(),
                (Reminder.kind == Kind.PROMISE) & _is_open_promise(),
            ),
        )
        .order_by(Reminder.due_at)
        .limit(_MOST_ROWS)
        .subquery()
    )
    return union_all(reminders.select(), _lost_hello())


def _lost_hello() -> AnySelect:
    return mine_of_owner(
        Delivery,
        Delivery.key,
        type_coerce(null(), Key).label("contact_key"),
        Delivery.created_at.label("due_at"),
        Delivery.created_at.label("expires_at"),
        literal(_HELLO).label("kind"),
        Delivery.state,
    ).where(
        Delivery.delivered_at.is_(None),
        Delivery.state.in_(_each(_UNSENT)),
        Delivery.name.startswith(f"{_HELLO}:"),
    )


def _was_approached() -> ColumnElement[bool]:
    of_contact = (Touch.contact_key == Reminder.contact_key) & Touch.kind.in_(_each(_APPROACHES))
    return exists().where(of_contact)


def _each(values: Iterable[str]) -> list[ColumnElement[str]]:
    # One by one: a list that may differ is written into the statement anew at each run.
    return [literal(one) for one in values]


def _is_open_promise() -> ColumnElement[bool]:
    return exists().where(Promise.key == Reminder.anchor, Promise.settled_on.is_(None))


class _Open(NamedTuple):
    """One row of ``_open_reminders``."""

    key: str
    contact_key: Any  # None: it is about nobody
    due_at: datetime
    expires_at: datetime
    kind: str
    state: str


async def _open_rows(session: Session, owner_id: int, now: datetime) -> list[_Open]:
    given = {"owner": owner_id, "since": now - LATE_THANKS_FOR}
    rows = await session.execute(_open_reminders(), given)
    return [_Open._make(row) for row in rows.all()]


def _near(rows: Collection[_Open], now: datetime) -> dict[str, bool]:
    """List the contacts with an open reminder, and whether it is due, what presses most first."""
    near: dict[str, bool] = {}
    left = {True: _MOST_FAR, False: _MOST_FAR}
    far = {row.key: _is_far(row, now) for row in rows}
    for row in sorted(rows, key=lambda row: _pressing(row, far[row.key], now)):
        if far[row.key] and row.contact_key not in near:
            left[row.kind == Kind.APPROACH_LEAD] -= 1
            if left[row.kind == Kind.APPROACH_LEAD] < 0:
                continue
        is_open = now < row.expires_at or row.kind == Kind.PROMISE
        near.setdefault(row.contact_key, row.due_at <= now and is_open)
    return near


def _is_far(row: _Open, now: datetime) -> bool:
    if row.state in _UNSENT:
        return False
    if row.kind in _WHEN_DUE:
        return row.due_at > now
    return row.due_at > now + TALK_SOON and row.kind not in _SOON


def _pressing(row: _Open, is_far: bool, now: datetime) -> tuple[bool, bool, int, datetime]:
    is_left_over = row.kind == Kind.PROMISE and row.expires_at <= now
    rank = 0 if is_far else len(_PRESSING) if is_left_over else _RANKS[row.kind]
    return row.state not in _UNSENT, is_far, rank, row.due_at


def _standing(page: Page, member: MemberFacts) -> Standing:
    return Standing(
        notes=page.notes,
        planned=open_plan(page, member.rhythm),
        states={entry.row.s3: ReminderState(entry.row.s4) for entry in page.reminders},
    )


def is_unreached(today: Today) -> bool:
    """Tell whether a message could not reach the member because their DMs are closed."""
    states = (entry.row.s4 for page in today.pages.values() for entry in page.reminders)
    is_lost = today.unsent.hello or bool(today.unsent.idea)
    return is_lost or ReminderState.UNREACHABLE in states

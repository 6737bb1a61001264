"""Today: what a member can do now, read in a few statements however large the notebook is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    bindparam,
    exists,
    literal,
    null,
    text,
    type_coerce,
    union_all,
)

from bot.notebook.access import AnySelect, mine_of_owner
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.nudges import Due
from bot.notebook.pages import Page, load_pages
from bot.notebook.reminders import open_plan
from bot.rules.records import AROUND_A_TALK, Kind, ReminderState, TouchKind
from bot.rules.stages import REST_AFTER_DAYS
from bot.rules.today import (
    LATE_THANKS_FOR,
    RESTED_FOR,
    TALK_SOON,
    Day,
    Item,
    Standing,
    plan_day,
)
from bot.storage.models import Delivery, Interview, Promise, Reminder, Touch, aliased
from bot.storage.prepared import Prepared
from bot.storage.session import Session
from bot.storage.types import Key, UtcDateTime

MOST_PAGES = 5  # what a card shows; each page costs its share of the answer's time
_MOST_AHEAD = {"lead": 2, "else": 2}  # enough to say whom they could ask, and what comes next
_MOST_OF_A_KIND = 32  # far beyond what is shown: the card says how many more
_HELLO = "hello"
_UNSENT = (ReminderState.UNREACHABLE, ReminderState.FAILED)
_OF_A_TALK = (Kind.PREPARE, Kind.CONFIRM, Kind.STARTS_SOON)
# What they are about is worth doing after they expire.
_LATE_TOO = (Kind.THANK_YOU, Kind.DEBRIEF, Kind.FIND_A_TIME)
_REST_AFTER = timedelta(days=REST_AFTER_DAYS)
_UNTIL_EXPIRED = (Kind.CHASE_REPLY, Kind.ASK_AGAIN, Kind.CHECK_IN)
_TALK_NEAR = TALK_SOON + timedelta(days=1)  # the rules say it by days, this by hours
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
# Word for word as its index has it, else SQLite does not take the index.
_IS_UNSETTLED = text("reminders.state NOT IN ('done', 'dismissed', 'withdrawn')")
_COLUMNS = (
    Reminder.key,
    Reminder.contact_key,
    Reminder.due_at,
    Reminder.expires_at,
    Reminder.kind,
    Reminder.state,
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
    member = await find_member(session, owner_id, guild_id=None)
    if member.is_new:
        return Today(member, Day(), {})
    rows = await _open_rows(session, owner_id, now)
    ranked = _ranked([row for row in rows if row.contact_key is not None], now)
    near = list(ranked.near)
    day, pages = Day(), dict[str, Page]()
    for first in range(0, max(ranked.live, 1), MOST_PAGES):
        # Some of them have settled the matter since they were told: then the next ones are read.
        keys = [*near[first : first + MOST_PAGES], *(ranked.talk if first == 0 else ())]
        if not ranked.live:  # who came to rest is mentioned as far as there is room
            keys = [*ranked.talk, *ranked.ahead, *near][: MOST_PAGES + 1]
        pages |= await load_pages(session, list(dict.fromkeys(keys)), owner_id=owner_id)
        day = _plan(pages, member, now)
        if len(day.items) >= MOST_PAGES:
            break
    if not day.items and not pages.keys() >= ranked.ahead.keys():
        pages |= await load_pages(session, list(ranked.ahead), owner_id=owner_id)
        day = _plan(pages, member, now)
    more = sum(is_due for key, is_due in ranked.near.items() if key not in pages)
    return Today(member, day, pages, more, _unsent(rows, member, now))


def _plan(pages: Mapping[str, Page], member: MemberFacts, now: datetime) -> Day:
    return plan_day((_standing(page, member) for page in pages.values()), member.rhythm, now)


def _unsent(rows: Iterable[_Open], member: MemberFacts, now: datetime) -> Unsent:
    lost = {row.kind: row for row in rows if row.contact_key is None and row.state in _UNSENT}
    idea = lost.get(Kind.NEXT_STEP)
    return Unsent(
        hello=_HELLO in lost and member.hello_at is None,
        idea=idea.key if idea is not None and now < idea.expires_at else "",
    )


@cache
def _open_reminders() -> Prepared[_Open]:
    """Select the owner's open reminders that a day is made of, and what could not be delivered.

    Each kind by itself, the soonest first as the index has them: who has a hundred people to ask
    shall see the thank-you of today too.
    """
    now, since = bindparam("now", type_=UtcDateTime()), bindparam("since", type_=UtcDateTime())
    is_due, is_valid = Reminder.due_at <= now, Reminder.expires_at > now
    is_lead = Reminder.kind == Kind.APPROACH_LEAD
    statement = union_all(
        _lost_reminders(),
        _lost_hello(),
        # All there are of talks: in order, SQLite would go through every reminder of the owner's.
        *(_unsettled(Reminder.kind == kind, is_valid) for kind in _OF_A_TALK),
        *(_unsettled(Reminder.kind == kind, Reminder.expires_at > since) for kind in _LATE_TOO),
        *(_open(Reminder.kind == kind, is_due, is_valid) for kind in _UNTIL_EXPIRED),
        _open(Reminder.kind == Kind.PROMISE, is_due, _is_open_promise()),
        _open(is_lead, ~_was_approached()),
        _open(Reminder.due_at > now, ~is_lead, most=_MOST_AHEAD["else"]),
        _written_in_vain(),
    )
    return Prepared(statement, _Open._make)


def _open(*conditions: ColumnElement[bool], most: int = _MOST_OF_A_KIND) -> AnySelect:
    return _unsettled(*conditions).order_by(Reminder.due_at).limit(most).subquery().select()


def _unsettled(*conditions: ColumnElement[bool]) -> AnySelect:
    return mine_of_owner(Reminder, *_COLUMNS).where(_IS_UNSETTLED, *conditions)


def _lost_reminders() -> AnySelect:
    """Select what a message was about that could not be delivered."""
    return (
        mine_of_owner(Delivery, *_COLUMNS)
        .join(Reminder, Reminder.delivery_key == Delivery.key)
        .where(
            Delivery.delivered_at.is_(None),
            Reminder.state.in_(_each(_UNSENT)),
            Reminder.expires_at > bindparam("since", type_=UtcDateTime()),
        )
    )


def _lost_hello() -> AnySelect:
    """Select a hello that did not arrive: it is about no reminder."""
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


def _written_in_vain() -> AnySelect:
    """Select who was written to two weeks ago, was never met, and has nothing newer.

    Who wrote as often as is good has no reminder left that could tell of it.
    """
    newer = aliased(Touch)
    has_newer = exists().where(
        newer.contact_key == Touch.contact_key,
        newer.kind.in_(_each(_APPROACHES)),
        newer.on > Touch.on,
    )
    has_talk = exists().where(Interview.contact_key == Touch.contact_key)
    found = mine_of_owner(
        Touch,
        Touch.key,
        Touch.contact_key,
        Touch.recorded_at.label("due_at"),
        Touch.recorded_at.label("expires_at"),
        literal(Kind.CHASE_REPLY.value).label("kind"),
        literal(ReminderState.DONE.value).label("state"),
    ).where(
        Touch.on.between(
            bindparam("written_from", type_=Date()), bindparam("written_to", type_=Date())
        ),
        Touch.kind == TouchKind.WROTE,
        ~has_newer,
        ~has_talk,
    )
    return found.order_by(Touch.on.desc()).limit(MOST_PAGES).subquery().select()


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
    given = {
        "owner": owner_id,
        "now": now,
        "since": now - LATE_THANKS_FOR,
        # A day more on either side: the member's day may be another than that of UTC.
        "written_from": (now - _REST_AFTER - RESTED_FOR).date(),
        "written_to": (now - _REST_AFTER).date() + timedelta(days=1),
    }
    return await session.rows(_open_reminders(), given)


@dataclass
class _Ranked:
    """Contacts with an open reminder, what presses most first."""

    near: dict[str, bool] = field(default_factory=dict[str, bool])  # and whether it is due
    live: int = 0  # so many of them; the others, last, may only have come to rest
    talk: list[str] = field(default_factory=list[str])  # the next one: it always has its line
    ahead: dict[str, None] = field(default_factory=dict[str, None])  # of note on a quiet day


def _ranked(rows: Collection[_Open], now: datetime) -> _Ranked:
    found = _Ranked()
    left = dict(_MOST_AHEAD)
    for row in sorted(rows, key=lambda row: _pressing(row, now)):
        kind = _ahead(row, now)
        if not kind:
            is_live = not _may_rest(row, now)
            is_open = is_live and (now < row.expires_at or row.kind == Kind.PROMISE)
            found.live += is_live and row.contact_key not in found.near
            found.near.setdefault(row.contact_key, row.due_at <= now and is_open)
        elif kind == "talk":
            found.talk = found.talk or [row.contact_key]
        elif left[kind] and row.contact_key not in found.ahead:
            left[kind] -= 1
            found.ahead[row.contact_key] = None
    return found


def _ahead(row: _Open, now: datetime) -> str:
    """Tell of what lies ahead what it is: a talk, a lead or else something; "" for what is near."""
    if row.state in _UNSENT or row.kind == Kind.FIND_A_TIME:
        return ""
    if row.kind in AROUND_A_TALK:
        return "talk" if row.due_at > now + _TALK_NEAR else ""
    if row.due_at <= now:
        return ""
    return "lead" if row.kind == Kind.APPROACH_LEAD else "else"


def _may_rest(row: _Open, now: datetime) -> bool:
    is_old = row.state == ReminderState.DONE or row.due_at <= now - _REST_AFTER
    return row.kind == Kind.CHASE_REPLY and row.state not in _UNSENT and is_old


def _pressing(row: _Open, now: datetime) -> tuple[bool, int, datetime]:
    return row.state not in _UNSENT, _rank(row, now), row.due_at


def _rank(row: _Open, now: datetime) -> int:
    if _ahead(row, now):
        return 0
    if _may_rest(row, now):
        return len(_PRESSING) + 1
    is_left_over = row.kind == Kind.PROMISE and row.expires_at <= now
    return len(_PRESSING) if is_left_over else _RANKS[row.kind]


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

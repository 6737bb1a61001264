"""The one door to a member's rows: every statement on them carries its owner.

A key that belongs to somebody else, or to a removed contact, behaves exactly as one that does not
exist. Statements on notebook tables are built here (and, for whole pages, in ``pages``) and nowhere
else; a test reads the code for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    LargeBinary,
    Select,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    type_coerce,
    update,
)
from sqlalchemy.engine import Row

from bot.errors import NotYours
from bot.rules.records import Kind, ReminderState
from bot.storage.models import (
    OWNED,
    Change,
    CohortMember,
    Contact,
    Decision,
    Delivery,
    Guild,
    Interview,
    Member,
    OwnQuestion,
    Participation,
    Promise,
    Reminder,
    Standing,
    Touch,
    Unfinished,
    aliased,
)
from bot.storage.prepared import Prepared, PreparedWrite, as_it_is
from bot.storage.session import Session
from bot.storage.types import Key, UtcDateTime

AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]
OwnedModel = (
    type[Contact]
    | type[Interview]
    | type[Touch]
    | type[Promise]
    | type[Decision]
    | type[Reminder]
    | type[OwnQuestion]
    | type[Delivery]
    | type[Change]
    | type[Unfinished]
    | type[CohortMember]
    | type[Participation]
    | type[Standing]
)


UNSEEN = datetime(1970, 1, 1, tzinfo=UTC)
"""The ``removed_at`` of contacts whose import is under way: nobody sees or restores them."""


def mine(owner_id: int, model: OwnedModel, *columns: Any) -> AnySelect:
    """Select from one table what this member owns; contacts without the removed ones."""
    statement = select(*(columns or (model,))).where(model.owner_id == owner_id)
    if model is Contact:
        return statement.where(Contact.removed_at.is_(None))
    return statement


def mine_of_owner(model: OwnedModel, *columns: Any) -> AnySelect:
    """Select what the member :owner owns; for statements that are built once and kept.

    Building a statement costs as much as running a small one.
    """
    return mine(cast("int", bindparam("owner", type_=BigInteger())), model, *columns)


@cache
def labels_of_owner() -> Prepared[tuple[str, bytes]]:
    """Select the keys and sealed labels of the member :owner's contacts, the latest first."""
    return Prepared(
        select(Contact.key, type_coerce(Contact.label, LargeBinary()))
        .where(Contact.owner_id == bindparam("owner", type_=BigInteger()))
        .where(Contact.removed_at.is_(None))
        .order_by(Contact.last_at.desc()),
        as_it_is,
    )


def mine_removed(owner_id: int, *columns: Any) -> AnySelect:
    """Select the member's removed contacts, which can be restored for 30 days."""
    statement = select(*(columns or (Contact,))).where(Contact.owner_id == owner_id)
    return statement.where(Contact.removed_at > UNSEEN)


def change_mine(owner_id: int, model: OwnedModel) -> Update:
    """Update rows that this member owns."""
    return update(model).where(model.owner_id == owner_id)


def delete_mine(owner_id: int, model: OwnedModel) -> Delete:
    """Delete rows that this member owns."""
    return delete(model).where(model.owner_id == owner_id)


@cache
def inserting(model: OwnedModel, columns: tuple[str, ...]) -> PreparedWrite:
    """Insert rows of these columns, the owner among them."""
    return PreparedWrite(insert(model), columns)


@cache
def moving_up() -> PreparedWrite:
    """Let the contact :moved of the member :owner come first in the lists as of :now."""
    is_theirs = Contact.owner_id == bindparam("owner", type_=BigInteger())
    return PreparedWrite(
        update(Contact)
        .where(is_theirs, Contact.key == bindparam("moved", type_=Key))
        .values(last_at=bindparam("now", type_=UtcDateTime()))
    )


async def find_mine(
    session: Session,
    owner_id: int,
    model: OwnedModel,
    key: str,
    *columns: ColumnElement[Any],
) -> AnyRow | None:
    """Find one row by its key: a row of ``columns`` (the whole model if none), or None."""
    given = {"owner": owner_id, "row": key}
    return (await session.execute(_one_of_owner(model, *columns), given)).one_or_none()


@cache
def _one_of_owner(model: OwnedModel, *columns: ColumnElement[Any]) -> AnySelect:
    return mine_of_owner(model, *columns).where(model.key == bindparam("row", type_=Key))


async def access_mine(
    session: Session,
    owner_id: int,
    model: OwnedModel,
    key: str,
    *columns: ColumnElement[Any],
) -> AnyRow:
    """Find one row by its key, or raise NotYours."""
    row = await find_mine(session, owner_id, model, key, *columns)
    if row is None:
        raise NotYours
    return row


def member_row(member_id: int, *columns: Any) -> AnySelect:
    """Select the member's own row."""
    return select(*(columns or (Member,))).where(Member.id == member_id)


def change_member(member_id: int) -> Update:
    """Update the member's own row."""
    return update(Member).where(Member.id == member_id)


class MemberRow(NamedTuple):
    """What every answer reads of a member's row, in the columns' names."""

    id: int
    profile: dict[str, Any]
    zone: str | None
    guild_id: int | None
    morning: int
    quiet_from: int
    quiet_to: int
    weekdays: str
    mode: str
    discreet: bool
    ideas: bool
    chase_days: int
    check_in_days: int
    paused_until: datetime | None
    asked_quiet_at: datetime | None
    hello_at: datetime | None
    dm_channel_id: int | None
    erase_at: datetime | None
    erase_why: str | None
    club_zone: str | None
    contact_key: str | None = None  # of the one that was asked for, if it is theirs


_OF_A_MEMBER = tuple(getattr(Member, name) for name in MemberRow._fields[:-2])


@cache
def member_and_club() -> Prepared[MemberRow]:
    """Select the member :member with the zone of the club they came from."""
    statement = _with_clubs(*_OF_A_MEMBER).where(Member.id == _of_member())
    return Prepared(statement, _member_row)


@cache
def member_and_contact() -> Prepared[MemberRow]:
    """Select as ``member_and_club``, with the key of their contact :contact, None: not theirs."""
    is_theirs = (Contact.key == bindparam("contact", type_=Key)) & Contact.removed_at.is_(None)
    statement = (
        _with_clubs(*_OF_A_MEMBER)
        .add_columns(Contact.key.label("contact_key"))
        .outerjoin(Contact, (Contact.owner_id == Member.id) & is_theirs)
        .where(Member.id == _of_member())
    )
    return Prepared(statement, _member_row)


def _with_clubs(*of_members: Any) -> AnySelect:
    club_zone = Guild.zone.label("club_zone")
    return select(*of_members, club_zone).outerjoin(Guild, Guild.id == Member.guild_id)


def _of_member() -> ColumnElement[int]:
    return bindparam("member", type_=BigInteger())


def _member_row(values: Iterable[Any]) -> MemberRow:
    return MemberRow(*values)


@cache
def member_of_calendar() -> AnySelect:
    """Select, as ``member_and_club``, the member whose calendar has the hash :hash."""
    return _with_clubs(Member).where(Member.calendar_hash == bindparam("hash", type_=LargeBinary()))


def zone_of_club(guild_id: int) -> Select[str | None]:
    """Select the zone of a club."""
    return select(Guild.zone).where(Guild.id == guild_id)


def count_of_club(guild_id: int) -> AnySelect:
    """Count the members who came from a club, and those among them whom messages reach."""
    return select(func.count().label("began"), func.count(Member.hello_at).label("reached")).where(
        Member.guild_id == guild_id
    )


def on_club_zone(guild_id: int) -> Select[int]:
    """Select the members of a club whose own zone is not known."""
    return select(Member.id).where(Member.guild_id == guild_id, Member.zone.is_(None))


_Idea = aliased(Reminder)


def standing_of_ideas(member_ids: Sequence[int]) -> AnySelect:
    """Select members with each idea they ever had (none: one row without a ``key``), R06.

    Beside it stands since when all is quiet: when they last changed or pressed something, on which
    day they were last written to, and until when anything is planned for them.
    """
    changed = select(func.max(Change.at)).where(
        Change.owner_id == Member.id, Change.undone_at.is_(None)
    )
    pressed = select(func.max(Delivery.pressed_at)).where(Delivery.owner_id == Member.id)
    written = select(func.max(Reminder.delivered_on)).where(Reminder.owner_id == Member.id)
    planned = select(func.max(func.coalesce(Reminder.snoozed_until, Reminder.due_at))).where(
        Reminder.owner_id == Member.id,
        Reminder.contact_key.is_not(None),
        Reminder.state.in_(_TO_COME),
    )
    return (
        select(
            Member.id.label("owner_id"),
            changed.scalar_subquery().label("changed_at"),
            pressed.scalar_subquery().label("pressed_at"),
            written.scalar_subquery().label("written_on"),
            planned.scalar_subquery().label("planned_until"),
            *(column.label(name) for name, column in _OF_AN_IDEA.items()),
        )
        .outerjoin(_Idea, (_Idea.owner_id == Member.id) & (_Idea.kind == Kind.NEXT_STEP))
        .where(Member.id.in_(member_ids))
    )


_TO_COME = (ReminderState.WAITING, ReminderState.SENDING, ReminderState.UNREACHABLE)
_OF_AN_IDEA: dict[str, Any] = {
    "key": _Idea.key,
    "plan_key": _Idea.plan_key,
    "anchor": _Idea.anchor,
    "step": _Idea.step,
    "due_at": _Idea.due_at,
    "expires_at": _Idea.expires_at,
    "state": _Idea.state,
    "delivered_at": _Idea.delivered_at,
    "answered_at": _Idea.pressed_at,
}


EVERYTHING: tuple[OwnedModel, ...] = (
    *OWNED.values(),
    Delivery,
    Change,
    Unfinished,
    CohortMember,
    Participation,
    Standing,
)
"""Every table with rows that a member owns, beside the member's own row."""


def everything_of(owner_id: int, model: OwnedModel) -> AnySelect:
    """Select all columns of all that this member owns in a table, removed contacts too."""
    return select(model).where(model.owner_id == owner_id)


def taken(model: OwnedModel, keys: Sequence[str]) -> AnySelect:
    """Select those of some keys that are anybody's; of the rows behind them it tells nothing."""
    return select(model.key).where(model.key.in_(keys))


def as_dict(row: AnyRow) -> dict[str, Any]:
    """Give a row's columns by name."""
    return dict(row._mapping)  # pyright: ignore[reportPrivateUsage] - public, named as in namedtuple

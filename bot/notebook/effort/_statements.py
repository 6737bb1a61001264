"""The statements that count: each gives one text for all members, for rows are what costs.

It packs the deeds of each member after their id, joined by commas, and the members by semicolons. A
deed is the day, how many days late it was noted (a figure), what it counts as (a figure), and whose
it was: of each, the first one counts.

A row is a return to Python, which holds the interpreter; SQLite makes one text without it, so that
the loop and another statement go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, IntFlag
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    String,
    Subquery,
    bindparam,
    case,
    cast,
    func,
    join,
    literal,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.sql.elements import ColumnElement, TextClause

from bot.notebook.access import AnySelect
from bot.notebook.countable import PREPARED_WITH
from bot.rules.records import TalkState, TouchKind
from bot.rules.scoring import (
    CHECK_IN_DAYS,
    LATE_DAYS,
    STILL_COUNTING_DAYS,
    THANK_DAYS,
    Measure,
    Window,
)
from bot.storage.models import Contact, Interview, Participation, Touch, aliased
from bot.storage.prepared import Prepared, as_it_is
from bot.storage.types import Key

Packed = Prepared[tuple[str | None]]
"""Gives one row of one text; None: nobody did anything."""

_ONE: ColumnElement[int] = literal_column("1")  # what is only asked for need not be read
_NOTHING: ColumnElement[int] = literal_column("0")
# Values would be written into the statement at each run.
_COMMA: Any = text("','")
_SEMICOLON: Any = text("';'")
_Talk = aliased(Interview)
_Earlier = aliased(Contact)


@dataclass(frozen=True, slots=True)
class Members:
    """Whose deeds are counted: of all in a challenge, or of one from a day of theirs on."""

    values: Mapping[str, Any]
    is_alone: bool

    @classmethod
    def of_challenge(cls, key: str) -> Members:
        """Choose all who are in a challenge."""
        return cls({"challenge": key}, is_alone=False)

    @classmethod
    def alone(cls, member_id: int, counts_from: date) -> Members:
        """Choose one member."""
        return cls({"member": member_id, "counts_from": counts_from}, is_alone=True)

    def within(self, window: Window) -> dict[str, Any]:
        """Give the values that a statement runs with."""
        until = window.still_counting_until
        near = {_near_end(days): until - timedelta(days=days) for days in range(LATE_DAYS + 1)}
        return {**self.values, **near, "ends_on": window.ends_on}


def _near_end(days: int) -> str:
    return f"until_{days}"


def _who(*, is_alone: bool) -> Subquery:
    if is_alone:
        member = bindparam("member", type_=BigInteger()).label("owner_id")
        return select(member, bindparam("counts_from", type_=Date()).label("counts_from")).subquery(
            "counted"
        )
    of_challenge = Participation.challenge_key == bindparam("challenge", type_=Key)
    return (
        select(
            Participation.owner_id.label("owner_id"),
            Participation.counts_from.label("counts_from"),
        )
        .where(of_challenge, Participation.left_at.is_(None))
        .subquery("counted")
    )


OF_TALKS = (Measure.TALKS, Measure.PREPARED, Measure.TAKEAWAYS, Measure.ALUMNI)
"""These are read in one pass over the talks."""

OF_ENTRIES = {
    Measure.ASKED: TouchKind.ASKED,
    Measure.REPLIES: TouchKind.ANSWERED,
    Measure.THANKS: TouchKind.THANKED,
    Measure.CHECK_INS: TouchKind.WROTE,
    Measure.FOLLOWED: TouchKind.ASKED,
}
"""These are read in one pass over the entries, each of its kind."""


class Also(IntFlag):
    """What a talk counts as, beside as a talk."""

    PREPARED = 1
    TAKEAWAYS = 2
    ALUMNI = 4


class As(IntEnum):
    """What an entry counts as."""

    REPLY = 1
    THANKS = 2
    CHECK_IN = 3
    ASKED = 4
    FOLLOWED = 5  # asked, after somebody had named them


@cache
def talks_of(*, is_alone: bool, with_alumni: bool, is_sqlite: bool) -> Packed:
    """Select the talks held.

    A talk that was held has one entry, of the same day and person: they are read from the talks
    themselves, whose index holds all that is asked for.
    """
    who = _who(is_alone=is_alone)
    also = _if(_WAS_PREPARED, Also.PREPARED) + _if(Interview.has_takeaways, Also.TAKEAWAYS)
    if with_alumni:
        also = also + _if(_is_alum(is_sqlite=is_sqlite), Also.ALUMNI)
    packed = _packed(Interview.on, Interview.late_days, also) + Interview.contact_key
    return _pack(_noted_in_time(_held(who), Interview), who, packed)


_WAS_PREPARED = (Interview.question_count >= PREPARED_WITH) & (
    Interview.prepared_at < func.coalesce(Interview.starts_at, Interview.logged_at)
)


def _is_alum(*, is_sqlite: bool) -> ColumnElement[bool]:
    of_talk = literal_column("person.key") == Interview.contact_key
    is_alum: ColumnElement[bool] = literal_column("person.is_alum")
    person = _person(is_sqlite=is_sqlite)
    return select(_ONE).select_from(person).where(of_talk, is_alum).exists()


def _person(*, is_sqlite: bool) -> TextClause:
    # Told which index: by itself SQLite takes the key's, and reads the person's whole row.
    return text("contacts AS person" + " INDEXED BY ix_contacts_counted" * is_sqlite)


def _if(condition: Any, flag: Also) -> ColumnElement[int]:
    return case((condition, int(flag)), else_=0)


def _held(who: Subquery) -> AnySelect:
    theirs = (
        (Interview.owner_id == who.c.owner_id)
        & (Interview.state == TalkState.HELD)
        & (Interview.on >= who.c.counts_from)
        & (Interview.on <= _ENDS_ON)
    )
    return select(who.c.owner_id).select_from(join(who, Interview, theirs))


@cache
def entries_of(measures: frozenset[Measure], *, is_alone: bool, is_sqlite: bool) -> Packed:
    """Select the entries that count for some of ``OF_ENTRIES``."""
    who = _who(is_alone=is_alone)
    kinds = sorted({OF_ENTRIES[one] for one in measures})
    within = (Touch.on >= who.c.counts_from) & (Touch.on <= _UNTIL)
    statement = (
        select(who.c.owner_id)
        .select_from(who)
        .join(Touch, (Touch.owner_id == who.c.owner_id) & within)
        .where(
            Touch.kind.in_([literal(one) for one in kinds]),
            (Touch.on <= _ENDS_ON) | (Touch.kind == TouchKind.THANKED),  # as Window.last_day_of
        )
    )
    statement = _noted_in_time(statement, Touch)
    conditions: list[tuple[Any, Any]] = []
    if Measure.THANKS in measures:
        # Few talks of the owner's lie on those days: one look at an index that was just used.
        first = _days_before(Touch.on, THANK_DAYS, is_sqlite=is_sqlite)
        is_theirs = (_Talk.owner_id == Touch.owner_id, _Talk.on >= first, _Talk.on <= Touch.on)
        in_window = _Talk.on.between(who.c.counts_from, _ENDS_ON)
        conditions.append(
            (Touch.kind == TouchKind.THANKED, _talked(Touch.contact_key, *is_theirs, in_window))
        )
    if Measure.CHECK_INS in measures:
        last = _days_before(Touch.on, CHECK_IN_DAYS, is_sqlite=is_sqlite)
        conditions.append(
            (Touch.kind == TouchKind.WROTE, _talked(Touch.contact_key, _Talk.on <= last))
        )
    if Measure.ASKED not in measures:
        conditions.append((Touch.kind == TouchKind.ASKED, _was_named()))
    if conditions:
        statement = statement.where(case(*conditions, else_=true()))
    packed = _packed(Touch.on, Touch.late_days, _counts_as(measures)) + Touch.contact_key
    return _pack(statement, who, packed)


def _counts_as(measures: frozenset[Measure]) -> ColumnElement[int]:
    if Measure.FOLLOWED not in measures:
        asked: Any = As.ASKED
    elif Measure.ASKED not in measures:
        asked = As.FOLLOWED
    else:
        asked = case((_was_named(), int(As.FOLLOWED)), else_=int(As.ASKED))
    return case(
        (Touch.kind == TouchKind.ANSWERED, int(As.REPLY)),
        (Touch.kind == TouchKind.THANKED, int(As.THANKS)),
        (Touch.kind == TouchKind.WROTE, int(As.CHECK_IN)),
        else_=asked,
    )


def _was_named() -> ColumnElement[bool]:
    is_theirs = Contact.key == Touch.contact_key
    return select(_ONE).where(is_theirs, Contact.referred_by.is_not(None)).exists()


_ENDS_ON = bindparam("ends_on", type_=Date())
_UNTIL = bindparam(_near_end(0), type_=Date())


def _noted_in_time(statement: AnySelect, of: type[Touch] | type[Interview]) -> AnySelect:
    """Leave out what was noted too late, and what is about somebody who was removed.

    Near the end an entry may have been noted until counting ends.
    """
    removed = select(Contact.key).where(Contact.removed_at.is_not(None))
    nearest = [(bindparam(_near_end(days), type_=Date()), days) for days in range(LATE_DAYS + 1)]
    is_near_end = of.on > nearest[-1][0]
    allowed = case(*((of.on == day, days) for day, days in nearest), else_=LATE_DAYS)
    return statement.where(
        of.late_days <= LATE_DAYS,
        ~is_near_end | (of.late_days <= allowed),
        of.contact_key.not_in(removed),
    )


def _packed(day: Any, late: Any, counts_as: ColumnElement[int] = _NOTHING) -> ColumnElement[str]:
    # One figure each for lateness and the rest, so the least text is the first day.
    return cast(day, String) + cast(late, String) + cast(counts_as, String)


def _pack(statement: AnySelect, who: Subquery, packed: ColumnElement[str]) -> Packed:
    deeds = func.aggregate_strings(packed, _COMMA).label("deeds")
    each = statement.add_columns(deeds).group_by(who.c.owner_id).subquery("packed")
    theirs = cast(each.c.owner_id, String) + " " + each.c.deeds
    return Prepared(select(func.aggregate_strings(theirs, _SEMICOLON)), as_it_is)


def _talked(contact_key: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    is_held = _Talk.state == TalkState.HELD
    return select(_ONE).where(is_held, _Talk.contact_key == contact_key, *conditions).exists()


@cache
def fields_of(*, is_alone: bool, is_sqlite: bool) -> Packed:
    """Select the talks in fields that were new to the member; packed with the field's hash."""
    who = _who(is_alone=is_alone)
    field: ColumnElement[Any] = literal_column("person.field_hash")
    is_before = _Talk.on < who.c.counts_from
    with_them = _talked(Interview.contact_key, is_before)
    with_another = (
        select(_ONE)
        .select_from(_Earlier)
        .join(_Talk, _Talk.contact_key == _Earlier.key)
        .where(
            _Earlier.owner_id == who.c.owner_id,
            _Earlier.field_hash == field,
            _Talk.state == TalkState.HELD,
            is_before,
        )
        .exists()
    )
    statement = (
        _noted_in_time(_held(who), Interview)
        .select_from(_person(is_sqlite=is_sqlite))
        .where(
            literal_column("person.key") == Interview.contact_key,
            ~with_them,  # quick, and settles most
            field.is_not(None),
            ~with_another,
        )
    )
    in_letters = func.hex(field) if is_sqlite else func.encode(field, "hex")
    return _pack(statement, who, _packed(Interview.on, Interview.late_days) + in_letters)


@cache
def referrals_of(*, is_alone: bool) -> Packed:
    """Select the names that were given, packed with whoever gave each (R35)."""
    who = _who(is_alone=is_alone)
    theirs = (
        (Contact.owner_id == who.c.owner_id)
        & (Contact.lead_on >= who.c.counts_from)
        & (Contact.lead_on <= _ENDS_ON)
    )
    statement = (
        select(who.c.owner_id)
        .select_from(join(who, Contact, theirs))
        .where(Contact.referred_by.is_not(None), Contact.removed_at.is_(None))
    )
    deed = _packed(Contact.lead_on, _NOTHING) + Contact.referred_by
    return _pack(statement, who, deed)


def _days_before(day: Any, days: int, *, is_sqlite: bool) -> ColumnElement[Any]:
    """Go back from a date in the database's own way."""
    if is_sqlite:
        return func.date(day, f"-{days} days")
    return day.op("-", return_type=Date())(literal(days, Integer()))


def chain_of(member_id: int) -> AnySelect:
    """Measure the longest row of people of whom each named the next: 0, 2 or 3."""
    second, third = aliased(Contact), aliased(Contact)
    return (
        select(func.max(case((third.key.is_not(None), 3), else_=2)))
        .select_from(Contact)
        .join(second, second.referred_by == Contact.key)
        .outerjoin(third, third.referred_by == second.key)
        .where(Contact.owner_id == member_id, Contact.removed_at.is_(None))
    )


assert STILL_COUNTING_DAYS <= LATE_DAYS < 10 > max(Also)  # noqa: S101 - the packing relies on it

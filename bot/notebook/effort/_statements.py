"""The statements that count: grouped in the database, one row a member and measure.

Each row packs its deeds as "day late,day late": rows are what costs, not numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    String,
    Subquery,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from bot.notebook.access import AnySelect
from bot.notebook.countable import PREPARED_WITH
from bot.rules.records import TouchKind
from bot.rules.scoring import (
    CHECK_IN_DAYS,
    LATE_DAYS,
    STILL_COUNTING_DAYS,
    THANK_DAYS,
    Measure,
    Window,
)
from bot.storage.models import Contact, Interview, Participation, Touch, aliased

_Talk = aliased(Touch)
_Earlier = aliased(Contact)

_KINDS: dict[Measure, TouchKind] = {
    Measure.ASKED: TouchKind.ASKED,
    Measure.REPLIES: TouchKind.ANSWERED,
    Measure.THANKS: TouchKind.THANKED,
    Measure.CHECK_INS: TouchKind.WROTE,
    Measure.FOLLOWED: TouchKind.ASKED,
    Measure.FIELDS: TouchKind.TALKED,
}


@dataclass(frozen=True, slots=True)
class Members:
    """Whose deeds are counted, and from which of their days on."""

    rows: Any

    @classmethod
    def of_challenge(cls, key: str) -> Members:
        """Choose all who are in a challenge."""
        return cls(
            select(
                Participation.owner_id.label("owner_id"),
                Participation.counts_from.label("counts_from"),
            ).where(Participation.challenge_key == key, Participation.left_at.is_(None))
        )

    @classmethod
    def alone(cls, member_id: int, counts_from: date) -> Members:
        """Choose one member."""
        return cls(
            select(
                literal(member_id, Participation.owner_id.type).label("owner_id"),
                literal(counts_from, Date()).label("counts_from"),
            )
        )

    def table(self, name: str = "counted") -> Subquery:
        """Give them as a table, once for each place: SQLite copies what a statement uses twice."""
        return self.rows.subquery(name)


OF_TALKS = (Measure.TALKS, Measure.PREPARED, Measure.TAKEAWAYS, Measure.ALUMNI)
"""These are read in one pass over the talks."""


def talks_of(members: Members, window: Window, measures: Sequence[Measure]) -> AnySelect:
    """Count measures of OF_TALKS; rows of owner and, for each measure, its packed deeds."""
    who = members.table()
    packed = _packed(Touch.on, Touch.late_days)
    statement = _touches(TouchKind.TALKED, who, window, last=window.ends_on)
    if not {Measure.PREPARED, Measure.TAKEAWAYS}.isdisjoint(measures):
        statement = statement.outerjoin(Interview, Interview.key == Touch.interview_key)
    if Measure.ALUMNI in measures:
        statement = statement.join(Contact, Contact.key == Touch.contact_key)
    deeds = statement.add_columns(
        *(
            func.min(case((_OF_TALK[one], packed)) if one in _OF_TALK else packed).label(one)
            for one in measures
        )
    ).subquery()
    columns = (func.aggregate_strings(deeds.c[one], ",") for one in measures)
    return select(deeds.c.owner_id, *columns).group_by(deeds.c.owner_id)


def others_of(
    members: Members, window: Window, measures: Sequence[Measure], *, is_sqlite: bool
) -> AnySelect:
    """Count other measures; rows of owner, the measure's place in ``measures``, packed deeds."""
    deeds = [
        _deeds(one, members.table(f"for_{one}"), window, is_sqlite=is_sqlite).subquery(one)
        for one in measures
    ]
    parts = [
        select(
            one.c.owner_id,
            literal(number, Integer()).label("measure"),
            func.aggregate_strings(one.c.deed, ",").label("deeds"),
        ).group_by(one.c.owner_id)
        for number, one in enumerate(deeds)
    ]
    return select(union_all(*parts).subquery())


def _deeds(measure: Measure, who: Subquery, window: Window, *, is_sqlite: bool) -> AnySelect:
    """Select a measure's deeds: one for each person (for FIELDS, each field), the first."""
    if measure is Measure.REFERRALS:
        return _referrals(who, window)
    statement = _touches(_KINDS[measure], who, window, last=window.last_day_of(measure))
    statement = statement.add_columns(func.min(_packed(Touch.on, Touch.late_days)).label("deed"))
    since = _days_between(_Talk.on, Touch.on, is_sqlite=is_sqlite)
    match measure:
        case Measure.FIELDS:
            return _fields(statement, who)
        case Measure.FOLLOWED:
            named = statement.join(Contact, Contact.key == Touch.contact_key)
            return named.where(Contact.referred_by.is_not(None))
        case Measure.THANKS:
            in_window = _Talk.on.between(who.c.counts_from, window.ends_on)
            return statement.where(_talked(since.between(0, THANK_DAYS), in_window))
        case Measure.CHECK_INS:
            return statement.where(_talked(since >= CHECK_IN_DAYS))
        case _:
            return statement


_OF_TALK: dict[Measure, Any] = {
    Measure.PREPARED: (Interview.question_count >= PREPARED_WITH)
    & (Interview.prepared_at < func.coalesce(Interview.starts_at, Interview.logged_at)),
    Measure.TAKEAWAYS: Interview.has_takeaways,
    Measure.ALUMNI: Contact.is_alum,
}


def _touches(kind: TouchKind, who: Subquery, window: Window, *, last: date) -> AnySelect:
    """Select the owners of entries of a kind that were noted in time, a row for each person."""
    removed = select(Contact.key).where(Contact.removed_at.is_not(None))
    is_near_end = Touch.on > window.still_counting_until - timedelta(days=LATE_DAYS)
    return (
        select(Touch.owner_id)
        .select_from(who)
        .join(
            Touch,
            (Touch.owner_id == who.c.owner_id)
            & (Touch.kind == kind)
            & (Touch.on >= who.c.counts_from)
            & (Touch.on <= last),
        )
        .where(
            Touch.late_days <= LATE_DAYS,
            ~is_near_end | (Touch.late_days <= _allowed_lateness(window)),
            Touch.contact_key.not_in(removed),
        )
        .group_by(Touch.owner_id, Touch.contact_key)
    )


def _packed(day: Any, late: Any) -> ColumnElement[str]:
    # One figure of lateness, so the least text is the first day.
    return cast(day, String) + " " + cast(late, String)


def _allowed_lateness(window: Window) -> ColumnElement[int]:
    """Say how late an entry may have been noted: near the end, until counting ends."""
    last = window.still_counting_until
    near = range(LATE_DAYS)
    return case(
        {last - timedelta(days=days): days for days in near}, value=Touch.on, else_=LATE_DAYS
    )


def _talked(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(_Talk.key)
        .where(_Talk.contact_key == Touch.contact_key, _Talk.kind == TouchKind.TALKED, *conditions)
        .exists()
    )


def _fields(statement: AnySelect, who: Subquery) -> AnySelect:
    before = (
        select(_Earlier.key)
        .join(_Talk, _Talk.contact_key == _Earlier.key)
        .where(
            _Earlier.owner_id == Touch.owner_id,
            _Earlier.field_hash == Contact.field_hash,
            _Talk.kind == TouchKind.TALKED,
            _Talk.on < who.c.counts_from,
        )
        .exists()
    )
    return (
        statement.join(Contact, Contact.key == Touch.contact_key)
        .where(Contact.field_hash.is_not(None), ~before)
        .group_by(None)
        .group_by(Touch.owner_id, Contact.field_hash)
    )


def _referrals(who: Subquery, window: Window) -> AnySelect:
    """Whoever named somebody counts once, on the day of the first name (R35)."""
    return (
        select(
            Contact.owner_id,
            func.min(_packed(Contact.lead_on, literal(0, Integer()))).label("deed"),
        )
        .select_from(who)
        .join(
            Contact,
            (Contact.owner_id == who.c.owner_id)
            & (Contact.lead_on >= who.c.counts_from)
            & (Contact.lead_on <= window.ends_on),
        )
        .where(Contact.referred_by.is_not(None), Contact.removed_at.is_(None))
        .group_by(Contact.owner_id, Contact.referred_by)
    )


def _days_between(first: Any, second: Any, *, is_sqlite: bool) -> ColumnElement[int]:
    """Count the days between two dates in the database's own way."""
    if is_sqlite:
        return func.julianday(second) - func.julianday(first)
    return second.op("-", return_type=Integer())(first)


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


assert STILL_COUNTING_DAYS <= LATE_DAYS < 10  # noqa: S101 - the packing relies on it

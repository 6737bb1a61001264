"""The statements that count: one row a member and measure, for rows are what costs.

Each row packs its deeds, joined by commas: the day, how many days late it was noted (a figure),
what else it counts as (a figure, ``Also``), and whose it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntFlag
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
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

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

_Talk = aliased(Touch)
_Earlier = aliased(Contact)

_KINDS: dict[Measure, TouchKind] = {
    Measure.ASKED: TouchKind.ASKED,
    Measure.REPLIES: TouchKind.ANSWERED,
    Measure.THANKS: TouchKind.THANKED,
    Measure.CHECK_INS: TouchKind.WROTE,
    Measure.FOLLOWED: TouchKind.ASKED,
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

GROUPED = (Measure.FIELDS, Measure.REFERRALS)
"""Of these, each deed stands once already; of all others, a person's first one counts."""


class Also(IntFlag):
    """What a talk counts as, beside as a talk."""

    PREPARED = 1
    TAKEAWAYS = 2
    ALUMNI = 4


def talks_of(members: Members, window: Window, *, with_alumni: bool, is_sqlite: bool) -> AnySelect:
    """Select the talks held; rows of owner and packed deeds.

    A talk that was held has one entry, of the same day and person: they are read from the talks
    themselves, whose index holds all that is asked for.
    """
    who = members.table()
    also = _if(_WAS_PREPARED, Also.PREPARED) + _if(Interview.has_takeaways, Also.TAKEAWAYS)
    statement = _noted_in_time(_held(who, window), Interview, window)
    if with_alumni:
        also = also + _if(_with_alum(is_sqlite=is_sqlite), Also.ALUMNI)
    packed = _packed(Interview.on, Interview.late_days, also) + Interview.contact_key
    return statement.add_columns(func.aggregate_strings(packed, ",")).group_by(Interview.owner_id)


_WAS_PREPARED = (Interview.question_count >= PREPARED_WITH) & (
    Interview.prepared_at < func.coalesce(Interview.starts_at, Interview.logged_at)
)


def _with_alum(*, is_sqlite: bool) -> ColumnElement[bool]:
    if is_sqlite:
        # Told which index: by itself it takes the key's, and reads the person's whole row.
        return literal_column(
            "EXISTS (SELECT 1 FROM contacts AS alum INDEXED BY ix_contacts_alumni"
            " WHERE alum.key = interviews.contact_key AND alum.is_alum)"
        )
    of_talk = Contact.key == Interview.contact_key
    return select(Contact.key).where(of_talk, Contact.is_alum).exists()


def _if(condition: Any, flag: Also) -> ColumnElement[int]:
    return case((condition, int(flag)), else_=0)


def _held(who: Subquery, window: Window) -> AnySelect:
    return (
        select(Interview.owner_id)
        .select_from(who)
        .join(
            Interview,
            (Interview.owner_id == who.c.owner_id)
            & (Interview.state == TalkState.HELD)
            & (Interview.on >= who.c.counts_from)
            & (Interview.on <= window.ends_on),
        )
    )


def others_of(
    members: Members, window: Window, measures: Sequence[Measure], *, is_sqlite: bool
) -> AnySelect:
    """Count other measures; rows of owner, the measure's place in ``measures``, packed deeds."""
    parts: list[AnySelect] = []
    for number, measure in enumerate(measures):
        who = members.table(f"for_{measure}")
        deeds = _deeds(measure, who, window, is_sqlite=is_sqlite).subquery(str(measure))
        parts.append(
            select(
                deeds.c.owner_id,
                literal(number, Integer()).label("measure"),
                func.aggregate_strings(deeds.c.deed, ",").label("deeds"),
            ).group_by(deeds.c.owner_id)
        )
    return select(union_all(*parts).subquery())


def _deeds(measure: Measure, who: Subquery, window: Window, *, is_sqlite: bool) -> AnySelect:
    """Select a measure's deeds, the owner with each."""
    if measure is Measure.REFERRALS:
        return _referrals(who, window)
    if measure is Measure.FIELDS:
        return _fields(who, window)
    statement = _touches(_KINDS[measure], who, window, last=window.last_day_of(measure))
    deed = _packed(Touch.on, Touch.late_days) + Touch.contact_key
    statement = statement.add_columns(deed.label("deed"))
    match measure:
        case Measure.FOLLOWED:
            named = statement.join(Contact, Contact.key == Touch.contact_key)
            return named.where(Contact.referred_by.is_not(None))
        case Measure.THANKS:
            # Few talks of the owner's lie on those days: one look at an index that was just used.
            first = _days_before(Touch.on, THANK_DAYS, is_sqlite=is_sqlite)
            is_theirs = (_Talk.owner_id == Touch.owner_id, _Talk.on >= first, _Talk.on <= Touch.on)
            in_window = _Talk.on.between(who.c.counts_from, window.ends_on)
            return statement.where(_talked(*is_theirs, in_window))
        case Measure.CHECK_INS:
            last = _days_before(Touch.on, CHECK_IN_DAYS, is_sqlite=is_sqlite)
            return statement.where(_talked(_Talk.on <= last))
        case _:
            return statement


def _touches(kind: TouchKind, who: Subquery, window: Window, *, last: date) -> AnySelect:
    """Select the owners of entries of a kind that were noted in time."""
    statement = (
        select(Touch.owner_id)
        .select_from(who)
        .join(
            Touch,
            (Touch.owner_id == who.c.owner_id)
            & (Touch.kind == kind)
            & (Touch.on >= who.c.counts_from)
            & (Touch.on <= last),
        )
    )
    return _noted_in_time(statement, Touch, window)


def _noted_in_time(
    statement: AnySelect, of: type[Touch] | type[Interview], window: Window
) -> AnySelect:
    """Leave out what was noted too late, and what is about somebody who was removed."""
    removed = select(Contact.key).where(Contact.removed_at.is_not(None))
    is_near_end = of.on > window.still_counting_until - timedelta(days=LATE_DAYS)
    return statement.where(
        of.late_days <= LATE_DAYS,
        ~is_near_end | (of.late_days <= _allowed_lateness(of.on, window)),
        of.contact_key.not_in(removed),
    )


def _packed(day: Any, late: Any, also: Any = 0) -> ColumnElement[str]:
    # One figure each for lateness and the rest, so the least text is the first day.
    also = literal(str(also)) if also == 0 else cast(also, String)
    return cast(day, String) + cast(late, String) + also


def _allowed_lateness(on: Any, window: Window) -> ColumnElement[int]:
    """Say how late an entry may have been noted: near the end, until counting ends."""
    last = window.still_counting_until
    near = range(LATE_DAYS)
    return case({last - timedelta(days=days): days for days in near}, value=on, else_=LATE_DAYS)


def _talked(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return _talk_entries(_Talk.contact_key == Touch.contact_key, *conditions)


def _talk_entries(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(_Talk.key).where(_Talk.kind == TouchKind.TALKED, *conditions).exists()


def _fields(who: Subquery, window: Window) -> AnySelect:
    """A field counts once, on the day of the first talk in it, if there was none before."""
    statement = _noted_in_time(_held(who, window), Interview, window)
    is_before = _Talk.on < who.c.counts_from
    with_them = _talk_entries(_Talk.contact_key == Interview.contact_key, is_before)
    with_another = (
        select(_Earlier.key)
        .join(_Talk, _Talk.contact_key == _Earlier.key)
        .where(
            _Earlier.owner_id == Interview.owner_id,
            _Earlier.field_hash == Contact.field_hash,
            _Talk.kind == TouchKind.TALKED,
            is_before,
        )
        .exists()
    )
    return (
        statement.add_columns(func.min(_packed(Interview.on, Interview.late_days)).label("deed"))
        .join(Contact, Contact.key == Interview.contact_key)
        # The first is quick, and settles most.
        .where(~with_them, Contact.field_hash.is_not(None), ~with_another)
        .group_by(Interview.owner_id, Contact.field_hash)
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

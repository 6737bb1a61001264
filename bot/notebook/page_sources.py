"""The one statement that reads whole pages of a notebook: a UNION of plain columns.

What each letter holds for each source is said in ``_SOURCES``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    LargeBinary,
    String,
    bindparam,
    column,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
    values,
)
from sqlalchemy import cast as sql_cast

from bot.notebook.access import AnySelect
from bot.rules.records import TalkState
from bot.storage.models import Contact, Decision, Interview, Promise, Reminder, Touch, aliased
from bot.storage.prepared import Prepared
from bot.storage.types import Key, UtcDateTime

FEW = 6  # as many pages as a card of today reads


class PageRow(NamedTuple):
    """One row of a page's statement. What each letter holds for each source, ``_SOURCES`` says.

    A plain tuple: its fields are read dozens of times, ten times as fast as a database row's.
    """

    source: str
    contact_key: str
    key: str
    owner_id: int
    s1: Any
    s2: Any
    s3: Any
    s4: Any
    s5: Any
    t1: Any
    t2: Any
    t3: Any
    d1: Any
    d2: Any
    d3: Any
    n1: Any
    n2: Any
    n3: Any
    blob: bytes | None


_COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("s1", "s2", "s3", "s4", "s5"), String()),
    **dict.fromkeys(("t1", "t2", "t3"), UtcDateTime()),
    **dict.fromkeys(("d1", "d2", "d3"), Date()),
    **dict.fromkeys(("n1", "n2", "n3"), Integer()),
    "blob": LargeBinary(),
}
_Referrer = aliased(Contact)
_Referral = aliased(Contact)


def _source(
    name: str, model: Any, contact_key: Any, *, key: Any = None, **columns: Any
) -> AnySelect:
    def letter(label: str, kind: Any) -> ColumnElement[Any]:
        value: Any = columns.get(label)
        if value is None or label.startswith("n"):  # a Boolean travels as a number
            return sql_cast(null() if value is None else value, kind).label(label)
        return type_coerce(value, kind).label(label)  # what is sealed stays sealed here

    return select(
        literal(name).label("source"),
        contact_key.label("contact_key"),
        (model.key if key is None else key).label("key"),
        model.owner_id.label("owner_id"),
        *(letter(label, kind) for label, kind in _COLUMNS.items()),
    )


# What each table gives to a page, letter by letter.
_SOURCES: tuple[tuple[AnySelect, Any], ...] = (
    (
        _source(
            "contact",
            Contact,
            Contact.key,
            s1=Contact.may_use_name,
            s2=Contact.referred_by,
            t1=Contact.added_at,
            t2=Contact.removed_at,
            t3=Contact.last_at,
            d1=Contact.lead_on,
            n1=Contact.they_introduce,
            blob=Contact.details,
        ),
        Contact.key,
    ),
    (
        _source(
            "touch",
            Touch,
            Touch.contact_key,
            s1=Touch.kind,
            s2=Touch.answer,
            s3=Touch.medium,
            s4=Touch.interview_key,
            s5=Touch.zone,
            t1=Touch.at,
            t2=Touch.recorded_at,
            d1=Touch.on,
            d2=Touch.until,
            blob=Touch.text,
        ),
        Touch.contact_key,
    ),
    (
        _source(
            "interview",
            Interview,
            Interview.contact_key,
            s1=Interview.state,
            s2=Interview.mode,
            s3=Interview.keep_in_touch,
            s4=Interview.outcome,
            s5=Interview.zone,
            t1=Interview.starts_at,
            t2=Interview.recorded_at,
            t3=Interview.logged_at,
            d1=Interview.on,
            d2=Interview.cancelled_on,
            d3=Interview.named_on,
            n1=Interview.minutes,
            n2=Interview.way_minutes,
            n3=Interview.sequence,
            blob=Interview.details,
        ),
        Interview.contact_key,
    ),
    (
        _source(
            "promise",
            Promise,
            Promise.contact_key,
            s4=Promise.interview_key,
            d1=Promise.on,
            d2=Promise.settled_on,
            n1=Promise.kept,
            blob=Promise.text,
        ),
        Promise.contact_key,
    ),
    (
        _source(
            "decision",
            Decision,
            Decision.contact_key,
            s1=Decision.kind,
            s2=Decision.anchor,
            s3=Decision.verdict,
            t1=Decision.at,
            d1=Decision.on,
        ),
        Decision.contact_key,
    ),
    (
        _source(
            "reminder",
            Reminder,
            Reminder.contact_key,
            s1=Reminder.kind,
            s2=Reminder.anchor,
            s3=Reminder.plan_key,
            s4=Reminder.state,
            s5=Reminder.delivery_key,
            t1=Reminder.due_at,
            t2=Reminder.snoozed_until,
            t3=Reminder.expires_at,
            d1=Reminder.delivered_on,
            n1=Reminder.step,
        ),
        Reminder.contact_key,
    ),
    (
        _source("referrer", Contact, Contact.key, key=_Referrer.key, blob=_Referrer.details)
        .join(
            _Referrer,
            (_Referrer.key == Contact.referred_by) & (_Referrer.owner_id == Contact.owner_id),
        )
        .where(_Referrer.removed_at.is_(None)),
        Contact.key,
    ),
    (
        _source(
            "referral",
            _Referral,
            _Referral.referred_by,
            s1=_Referral.may_use_name,
            n1=_Referral.they_introduce,
            t1=_Referral.added_at,
            d2=select(func.max(Interview.on))  # the latest talk with them (R42)
            .where(Interview.contact_key == _Referral.key, Interview.state == TalkState.HELD)
            .scalar_subquery(),
            blob=_Referral.details,
        ).where(_Referral.removed_at.is_(None)),
        _Referral.referred_by,
    ),
)
_OWNERS = (Contact, Touch, Interview, Promise, Decision, Reminder, Contact, _Referral)


def _is_begun() -> ColumnElement[bool]:
    # Whoever was only brought in has nothing to be planned, and they may be thousands.
    has_rows = (exists().where(one.contact_key == Contact.key) for one in _BEGINNINGS)
    return or_(Contact.lead_on.is_not(None), *has_rows)


_BEGINNINGS = (Touch, Interview, Decision)


@cache
def few_pages(*, is_owned: bool) -> Prepared[PageRow]:
    """Build the UNION for up to ``FEW`` pages: those of the keys :key_0, :key_1 …

    A place that is not needed holds "", which is nobody's key.
    """
    places = [(bindparam(f"key_{place}", type_=Key),) for place in range(FEW)]
    # One list for all tables: of an IN in each, SQLite would make one for each.
    wanted = values(column("key", Key), name="wanted").data(places).cte("wanted")
    statement = _union(lambda contact_key: contact_key == wanted.c.key, is_owned=is_owned)
    return Prepared(statement, PageRow._make)


@cache
def page_statement(shape: str, *, is_owned: bool) -> CompoundSelect[*tuple[Any, ...]]:
    """Build the UNION once for each shape: building it costs more than running it.

    ``many`` has :keys; ``all`` has none; ``begun`` is all but those who are known only.
    """
    if shape == "many":
        keys = bindparam("keys", type_=Key, expanding=True)
        return _union(lambda contact_key: contact_key.in_(keys), is_owned=is_owned)
    return _union(None, is_owned=is_owned, only_begun=shape == "begun")


def _union(
    are_wanted: Callable[[Any], ColumnElement[bool]] | None,
    *,
    is_owned: bool,
    only_begun: bool = False,
) -> CompoundSelect[*tuple[Any, ...]]:
    parts: list[AnySelect] = []
    for (part, contact_key), model in zip(_SOURCES, _OWNERS, strict=True):
        scoped, owner = part, model.owner_id
        if only_begun and not parts:
            scoped = scoped.where(_is_begun())
        if are_wanted is not None:
            scoped = scoped.where(are_wanted(contact_key))
            # SQLite knows no figures and would search all rows of the owner: a sum has no index.
            owner = model.owner_id + 0
        if is_owned:
            scoped = scoped.where(owner == bindparam("owner", type_=BigInteger()))
        parts.append(scoped)
    return union_all(*parts)

"""Writing a contact's notes by the number of the day, 0 being a Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from bot.rules.records import (
    ContactNotes,
    Decision,
    Promise,
    Sent,
    Talk,
    Touch,
    TouchKind,
)

MONDAY = date(2026, 5, 4)


def day(number):
    return MONDAY + timedelta(days=number)


def at(number, hour=12, minute=0):
    return datetime.combine(day(number), time(hour, minute), tzinfo=UTC)


def touch(kind, number, **more):
    return Touch(f"{kind}{number}", TouchKind(kind), day(number), at(number), **more)


def answer(what, number, **more):
    return touch("answered", number, answer=what, **more)


def talk(state, number, *, hour=15, **more):
    more = {"recorded_at": at(-20), "starts_at": at(number, hour)} | more
    return Talk(f"talk{number}", state, day(number), **more)


def decision(kind, anchor, verdict, number):
    return Decision(kind, anchor, verdict, day(number), at(number))


def notes(*parts, **more):
    """Put touches, talks, promises, decisions and what was sent together, in any order."""

    def of(kind):
        return tuple(part for part in parts if isinstance(part, kind))

    return ContactNotes(
        "rosa",
        touches=of(Touch),
        talks=of(Talk),
        promises=of(Promise),
        decisions=of(Decision),
        sent=of(Sent),
        **more,
    )

"""Reading what was typed into the log's forms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.errors import UNCHANGED, UserError
from bot.notebook.log import Happened
from bot.notebook.members import MemberFacts
from bot.notebook.pressed import Pressed
from bot.rules.hours import local, local_day
from bot.rules.records import TouchKind
from bot.rules.when import Moment, read_when
from cogs._ui.forms import Filled
from cogs._ui.log_forms import WHAT

_LATE = timedelta(hours=24)


def is_late(pressed: Pressed, now: datetime) -> bool:
    """Tell whether a press comes so long after its message that the day is unclear."""
    return now - pressed.came_at > _LATE


def read_happened(what: str, filled: Filled, member: MemberFacts, now: datetime) -> Happened:
    """Read one thing that happened; raises Unclear for a time that cannot be read."""
    kind, answer = WHAT[what]
    promised, text = filled.get("until"), filled.get("text")
    if kind is TouchKind.NOTE and not text:
        raise UserError("What would you like to note? Press **Correct it** and write a line.")
    moment = read_day(filled, member, now)
    return Happened(
        kind=kind,
        answer=answer,
        on=moment.on if moment else local_day(now, member.zone_or_club),
        at=moment.at if moment else now,
        medium=filled.get("medium") or None,
        until=read_until(promised, member, now).on if promised else None,
        text=text,
    )


def read_day(filled: Filled, member: MemberFacts, now: datetime) -> Moment | None:
    """Read when something happened; None if nothing was typed, which means now."""
    typed = filled.get("when")
    if not typed:
        return None
    return read_when(typed, now=now, zone=member.zone_or_club, expect="past")


def read_until(typed: str, member: MemberFacts, now: datetime) -> Moment:
    """Read a day to come: promised for writing again, or named with "not now"."""
    return read_when(typed, now=now, zone=member.zone_or_club, expect="future", field_name="until")


def held_by(row: Any, member: MemberFacts) -> dict[str, str]:
    """Fill the form that fixes an entry with what is stored, on the member's clock."""
    return {
        "when": _typed(row, member.zone_or_club),
        "medium": row.medium or "",
        "until": row.until.isoformat() if row.until else "",
        "text": row.text or "",
    }


def _typed(row: Any, zone: str) -> str:
    if row.at is None:
        return str(row.on.isoformat())
    return f"{local(row.at, zone):%Y-%m-%d %H:%M}"


def read_fixed(filled: Filled, row: Any, member: MemberFacts, now: datetime) -> dict[str, Any]:
    """Read what is different in a fixed entry; what was left as it stood is not stored again."""
    old, values = held_by(row, member), dict[str, Any]()
    if filled.get("when") != old["when"]:
        moment = read_day(filled, member, now)
        if moment is not None:
            values |= {"on": moment.on, "at": moment.at}
    if filled.get("until") != old["until"]:
        typed = filled.get("until")
        values["until"] = read_until(typed, member, now).on if typed else None
    for name in ("medium", "text"):
        if filled.get(name) != old[name]:
            values[name] = filled.get(name) or None
    if not values:
        raise UserError(UNCHANGED)
    return values

"""What can be counted without being read: columns that follow from what a member wrote.

A challenge counts talks that were prepared, not the questions; these columns are all it sees. The
ledger adds them to whatever it writes, so they cannot drift from the words that they follow from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import func, literal

from bot.rules.records import TalkState
from bot.storage.keys import Keyring
from bot.storage.models import Interview

PREPARED_WITH = 5
"""So many questions make a talk a prepared one (R21)."""

TAKEAWAY_LENGTH = 20
"""So many characters of what they enjoyed and were advised are worth counting (R33)."""

_ALUMNI = ("alum", "same school", "my school", "fellow student")


@dataclass(frozen=True, slots=True)
class Writing:
    """When something is written down, as the owner's calendar reads it."""

    now: datetime
    today: date
    ring: Keyring


def countable(
    table: str, values: Mapping[str, Any], before: Mapping[str, Any], at: Writing
) -> dict[str, Any]:
    """Give the columns that follow from ``values``, written over ``before`` ({}: a new row)."""
    match table:
        case "touches" if "on" in values:
            return {"late_days": _late_days(values["on"], before, at.today)}
        case "interviews":
            return _written_of_talk(values, before, at) | _noted(values, before, at.today)
        case "contacts" if "details" in values:
            return _of_contact(_details(values), at.ring)
        case _:
            return {}


def counted_before(
    table: str, values: Mapping[str, Any], before: Mapping[str, Any], at: Writing
) -> dict[str, Any]:
    """Give what those columns hold at present, for Undo.

    ``prepared_at`` stays: it is of no account while there are too few questions.
    """
    match table:
        case "touches" if "on" in values:
            return {"late_days": before["late_days"]}
        case "interviews":
            is_noted = values.get("state") == TalkState.HELD or _is_moved(values, before)
            late = {"late_days": before.get("late_days", 0)} if is_noted else {}
            return late | (_of_talk(_details(before)) if "details" in values else {})
        case "contacts" if "details" in values:
            return _of_contact(_details(before), at.ring)
        case _:
            return {}


def _late_days(on: date, before: Mapping[str, Any], today: date) -> int:
    if not before:
        return max((today - on).days, 0)
    noted = before["on"] + timedelta(days=before["late_days"])
    # Moving an entry past the day on which it was noted is noting it anew.
    return ((noted if on <= noted else max(today, on)) - on).days


def _noted(values: Mapping[str, Any], before: Mapping[str, Any], today: date) -> dict[str, int]:
    """Say how late a talk is noted, as its entry says: as it becomes held, and if it moves then."""
    if values.get("state") == TalkState.HELD:
        on = values["on"] if "on" in values else before["on"]
        return {"late_days": _late_days(on, {}, today)}
    return (
        {"late_days": _late_days(values["on"], before, today)} if _is_moved(values, before) else {}
    )


def _is_moved(values: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return "on" in values and "late_days" in before and "state" not in values


def _written_of_talk(
    values: Mapping[str, Any], before: Mapping[str, Any], at: Writing
) -> dict[str, Any]:
    if "details" not in values:
        return {}
    return _of_talk(_details(values)) | _prepared(values, before, at.now)


def _details(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", values.get("details") or {})


def _questions(details: Mapping[str, Any]) -> int:
    return len(cast("list[Any]", details.get("questions") or ()))


def _of_talk(details: Mapping[str, Any]) -> dict[str, Any]:
    said = "".join(str(details.get(name) or "").strip() for name in ("enjoyed", "advice"))
    return {
        "question_count": _questions(details),
        "has_takeaways": len(said) >= TAKEAWAY_LENGTH,
    }


def _prepared(
    values: Mapping[str, Any], before: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    is_new = _questions(_details(before)) < PREPARED_WITH <= _questions(_details(values))
    if not is_new:
        return {}
    since = literal(now, Interview.prepared_at.type)
    return {"prepared_at": func.coalesce(Interview.prepared_at, since) if before else now}


def _of_contact(details: Mapping[str, Any], ring: Keyring) -> dict[str, Any]:
    told = " ".join(str(details.get(name) or "") for name in ("connection", "how_known"))
    field = next((str(details[name]) for name in _OF_FIELD if details.get(name)), "")
    return {
        "is_alum": any(word in told.casefold() for word in _ALUMNI),
        "field_hash": ring.lookup_hash(field) if field else None,
    }


_OF_FIELD = ("field_id", "field", "role")
"""What tells a contact's field, the surest first."""

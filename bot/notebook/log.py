"""The log: what happened with a contact, one dated entry each (R50)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot.errors import UserError
from bot.notebook.access import AnyRow, access_mine, as_dict, mine
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.contacts import contact_of, insert_contacts
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.pressed import Pressed, settle_reminder
from bot.rules.follow_ups.settling import named_on
from bot.rules.hours import local_day
from bot.rules.records import Answer, TalkState, TouchKind
from bot.storage.models import Interview, Promise, Touch
from bot.storage.session import Session
from bot.storage.types import new_key

TEXT_LENGTH = 1500
REMOVED = (
    "You removed this person from your notebook, so nothing was changed. "
    "**/contact list** brings removed people back for 30 days."
)
_VERBS: dict[TouchKind, str] = {
    TouchKind.ASKED: "noting that you asked",
    TouchKind.ANSWERED: "noting their answer",
    TouchKind.TALKED: "noting a talk",
    TouchKind.THANKED: "noting your thank-you",
    TouchKind.WROTE: "noting that you wrote",
    TouchKind.INTRODUCED: "noting an introduction",
    TouchKind.NEWS: "noting good news",
    TouchKind.NOTE: "adding a note",
}


@dataclass(frozen=True)
class Happened:
    """What happened, and on which of the member's days; ``at`` is None if only that is known."""

    kind: TouchKind
    on: date
    at: datetime | None = None
    medium: str | None = None
    answer: Answer | None = None
    until: date | None = None  # the day promised for writing again (R15), or named with "not now"
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Logged:
    """What was stored: the change, the entry (None: none was) and the contacts by key."""

    stored: Stored
    entry: str | None
    contact: str
    named: str | None = None


async def log_touch(
    session: Session,
    *,
    by: Actor,
    contact: str,
    happened: Happened,
    pressed: Pressed | None = None,
    is_once: bool = False,
) -> Logged:
    """Store one thing that happened; ``contact`` is "#key", or "+name" to add them on the way.

    ``pressed`` is the reminder whose button said so: it is settled in the same change. With
    ``is_once``, what is noted for that day already is refused.
    """
    ledger = await begin(
        session, by, _VERBS[happened.kind], known=pressed.member if pressed else None
    )
    key = await contact_of(ledger, contact)
    entry = await _insert(ledger, key, happened, pressed)
    logged = Logged(await finish_present(ledger), entry, key)
    if is_once:
        _refuse_twice(logged)
    return logged


async def log_at_once(
    session: Session, *, by: Actor, contact: str, read: Callable[[MemberFacts], Happened]
) -> Logged:
    """Store what happened with a contact of whom nothing is known but the key, in one trip.

    ``read`` says what it was, by the member's own day. A key that is not theirs is NotYours.
    """
    member = await find_member(session, by.member_id, guild_id=by.guild_id)
    by = replace(by, known=member)
    return await log_touch(session, by=by, contact=f"#{contact}", happened=read(member))


def _refuse_twice(logged: Logged) -> None:
    touches = logged.stored.pages[logged.contact].touches
    new = next(entry.row for entry in touches if entry.key == logged.entry)
    for entry in touches:
        row = entry.row
        if entry.key != logged.entry and (row.s1, row.s2, row.d1) == (new.s1, new.s2, new.d1):
            raise UserError(
                "That is noted already for today; nothing was changed. "
                "If it happened twice, **/log** takes the second one."
            )


async def log_name(
    session: Session,
    *,
    by: Actor,
    contact: str,
    person: Mapping[str, str],
    happened: Happened,
    pressed: Pressed | None = None,
) -> Logged:
    """Note that a contact named somebody instead, and whom: a person to ask (R18 R36 R52).

    ``person`` holds the fields of a contact, and beside them ``may_use_name`` (R58) and
    ``introduces`` ("yes": the contact will).
    """
    known = pressed.member if pressed else None
    ledger = await begin(session, by, "noting the name they gave you", known=known)
    ledger.concern(contact)
    fields = dict(person)
    may = fields.pop("may_use_name", "") or "not_asked"
    introduces = fields.pop("introduces", "") == "yes"
    (named,) = await insert_contacts(
        ledger, [fields], referred_by=contact, may_use_name=may, they_introduce=introduces
    )
    entry = await _insert(ledger, contact, happened, pressed)
    return Logged(await finish_present(ledger), entry, contact, named)


async def _insert(ledger: Ledger, contact: str, happened: Happened, pressed: Pressed | None) -> str:
    if len(happened.text) > TEXT_LENGTH:
        raise UserError(
            f"That text is {len(happened.text)} characters long and {TEXT_LENGTH} fit. "
            "Please shorten it."
        )
    key = new_key()
    row: dict[str, Any] = {
        "key": key,
        "contact_key": contact,
        "kind": happened.kind,
        "on": happened.on,
        "at": happened.at,
        "zone": ledger.member.zone_or_club,
        "medium": happened.medium or None,
        "answer": happened.answer,
        "until": happened.until,
        "text": happened.text or None,
        "reminder_key": pressed.key if pressed else None,
        "recorded_at": ledger.by.now,
    }
    await ledger.insert("touches", row)
    if pressed is not None:
        await settle_reminder(ledger, pressed)
    return key


async def finish_present(ledger: Ledger) -> Stored:
    """Finish a use case, unless one of its contacts was removed meanwhile."""
    stored = await ledger.finish()
    if any(page.is_removed for page in stored.pages.values()):
        raise UserError(REMOVED)
    return stored


_COLUMNS = (
    Touch.key,
    Touch.contact_key,
    Touch.interview_key,
    Touch.kind,
    Touch.on,
    Touch.at,
    Touch.zone,
    Touch.medium,
    Touch.answer,
    Touch.until,
    Touch.text,
    Touch.reminder_key,
    Touch.recorded_at,
    Touch.late_days,
)


async def access_entry(session: Session, owner_id: int, key: str) -> AnyRow:
    """Read one entry with all its columns, or raise NotYours."""
    return await access_mine(session, owner_id, Touch, key, *_COLUMNS)


async def fix_entry(
    session: Session, *, by: Actor, entry: AnyRow, values: Mapping[str, Any]
) -> Logged:
    """Change some of an entry's ``on``, ``at``, ``medium``, ``until`` and ``text``.

    A time is on the member's clock of now. The entry of a talk takes the talk along to its new day.
    """
    ledger = await begin(session, by, "fixing an entry")
    ledger.concern(entry.contact_key)
    clock = {"zone": ledger.member.zone_or_club} if "on" in values else {}
    await ledger.update("touches", entry.key, as_dict(entry), **values, **clock)
    if _is_of_a_talk(entry) and clock:
        moved = {"on": values["on"], "starts_at": values["at"], **clock}
        await _update_talk(ledger, entry.interview_key, **moved, recorded_at=by.now)
    return Logged(await finish_present(ledger), entry.key, entry.contact_key)


async def delete_entry(session: Session, *, by: Actor, entry: AnyRow) -> Logged:
    """Delete an entry; Undo brings it back. The talk of a talk's entry did not happen then."""
    ledger = await begin(session, by, "deleting an entry")
    ledger.concern(entry.contact_key)
    row = {name: value for name, value in as_dict(entry).items() if name != "key"}
    await ledger.delete("touches", entry.key, row)
    if _is_of_a_talk(entry):
        await _update_talk(ledger, entry.interview_key, state=TalkState.NOT_HELD)
        await _drop_promises(ledger, entry.interview_key)
    return Logged(await finish_present(ledger), None, entry.contact_key)


_OF_TALK = (
    Interview.state,
    Interview.on,
    Interview.named_on,
    Interview.starts_at,
    Interview.zone,
    Interview.sequence,
    Interview.recorded_at,
    Interview.late_days,
)


def _is_of_a_talk(entry: AnyRow) -> bool:
    """Tell the one entry of a talk from the notes that were made of it."""
    return bool(entry.interview_key) and entry.kind == TouchKind.TALKED


async def _update_talk(ledger: Ledger, key: str, **values: Any) -> None:
    before = await access_mine(ledger.session, ledger.member.id, Interview, key, *_OF_TALK)
    if "on" in values:
        values["named_on"] = named_on(values["on"], before.on, before.named_on)
        values["sequence"] = before.sequence + 1
    await ledger.update("interviews", key, as_dict(before), **values)


async def _drop_promises(ledger: Ledger, interview: str) -> None:
    today = local_day(ledger.by.now, ledger.member.zone_or_club)
    rows = await ledger.session.execute(
        mine(ledger.member.id, Promise, Promise.key, Promise.settled_on, Promise.kept).where(
            Promise.interview_key == interview, Promise.settled_on.is_(None)
        )
    )
    before = {row.key: as_dict(row) for row in rows.all()}
    await ledger.update_all("promises", before, settled_on=today, kept=False)

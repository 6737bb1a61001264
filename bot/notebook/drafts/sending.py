"""A message was sent: it becomes an entry, and the reminder that asked for it is settled."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.errors import UserError
from bot.notebook.changes import Actor, Ledger, begin
from bot.notebook.drafts.choosing import Wanted, sent_note
from bot.notebook.log import Logged
from bot.notebook.pages import Entry, Page
from bot.rules import history
from bot.rules.hours import local_day
from bot.rules.records import Kind, ReminderState, TouchKind
from bot.storage.session import Session
from bot.storage.types import new_key

_TOUCH_OF: dict[str, TouchKind] = {
    "request": TouchKind.ASKED,
    "write_again": TouchKind.WROTE,
    "reply_yes": TouchKind.WROTE,
    "find_a_time": TouchKind.WROTE,
    "after_cancelled": TouchKind.WROTE,
    "reschedule": TouchKind.WROTE,
    "thank_you": TouchKind.THANKED,
    "talked_to": TouchKind.WROTE,
    "tell_promise": TouchKind.WROTE,
    "check_in": TouchKind.WROTE,
    "check_in_again": TouchKind.WROTE,
    "good_news": TouchKind.NEWS,
}
"""What sending a message is logged as; any other kind is a note, which counts as no check-in."""

_SETTLES: dict[str, frozenset[Kind]] = {
    "request": frozenset({Kind.APPROACH_LEAD, Kind.ASK_AGAIN}),
    "write_again": frozenset({Kind.CHASE_REPLY}),
    "reply_yes": frozenset({Kind.FIND_A_TIME}),
    "find_a_time": frozenset({Kind.FIND_A_TIME}),
    "after_cancelled": frozenset({Kind.FIND_A_TIME}),
    "reschedule": frozenset({Kind.FIND_A_TIME}),
    "thank_you": frozenset({Kind.THANK_YOU}),
    "talked_to": frozenset({Kind.CHECK_IN}),
    "check_in": frozenset({Kind.CHECK_IN}),
    "check_in_again": frozenset({Kind.CHECK_IN}),
    "tell_promise": frozenset({Kind.PROMISE}),
}
_MEDIUM_OF = {"linkedin_message": "linkedin", "voicemail": "phone"}
"""Channels that an entry knows under another name."""


async def log_sent(session: Session, *, by: Actor, page: Page, wanted: Wanted) -> Logged:
    """Note that the member sent a message, and settle the reminder that asked for it."""
    ledger = await begin(session, by, "noting that you sent it")
    ledger.concern(page.key)
    row = _entry(ledger, page, wanted)
    _refuse_twice(page, row)
    delivered = _delivered(page, wanted)
    row["reminder_key"] = delivered[-1].key if delivered else None
    await ledger.insert("touches", row)
    before = {entry.key: {"state": entry.row.s4, "pressed_at": None} for entry in delivered}
    await ledger.update_all("reminders", before, state=ReminderState.DONE, pressed_at=by.now)
    await _keep_promise(ledger, page, wanted, row["on"])
    return Logged(await ledger.finish(), row["key"], page.key)


def _entry(ledger: Ledger, page: Page, wanted: Wanted) -> dict[str, Any]:
    now, zone = ledger.by.now, ledger.member.zone_or_club
    kind = _touch_of(page, wanted.kind)
    return {
        "key": new_key(),
        "contact_key": page.key,
        "kind": kind,
        "on": local_day(now, zone),
        "at": now,
        "zone": zone,
        "medium": _MEDIUM_OF.get(wanted.channel, wanted.channel),
        "text": sent_note(wanted.kind) if kind is TouchKind.NOTE else None,
        "recorded_at": now,
    }


def _touch_of(page: Page, kind: str) -> TouchKind:
    # Who only gave a name was not asked for a talk by a line about it.
    if kind == "talked_to" and history.last_held(page.notes) is None:
        return TouchKind.NOTE
    return _TOUCH_OF.get(kind, TouchKind.NOTE)


def _delivered(page: Page, wanted: Wanted) -> list[Entry]:
    return [
        entry
        for entry in page.reminders
        if entry.row.s4 == ReminderState.DELIVERED
        and entry.row.s1 in _SETTLES.get(wanted.kind, ())
        and (wanted.kind != "tell_promise" or entry.row.s2 == wanted.about)
    ]


def _refuse_twice(page: Page, new: dict[str, Any]) -> None:
    kind = new["kind"]
    for entry in page.touches:
        row = entry.row
        is_same = (row.s1, row.s3, row.d1) == (kind, new["medium"], new["on"])
        if is_same and (kind is not TouchKind.NOTE or entry.text == new["text"]):
            raise UserError(
                "That is noted already for today; nothing was changed. "
                "If you did write twice, **/log** takes the second one."
            )


async def _keep_promise(ledger: Ledger, page: Page, wanted: Wanted, on: date) -> None:
    open_promises = {entry.key for entry in page.promises if entry.row.d2 is None}
    if wanted.kind == "tell_promise" and wanted.about in open_promises:
        before = {"settled_on": None, "kept": None}
        await ledger.update("promises", wanted.about, before, settled_on=on, kept=True)

"""A message was sent: it becomes an entry, and the reminder that asked for it is settled."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.drafts.choosing import Wanted
from bot.notebook.pages import Page
from bot.rules.hours import local_day
from bot.rules.records import Kind, ReminderState, TouchKind
from bot.storage.types import new_key

_TOUCH_OF: dict[str, TouchKind] = {
    "request": TouchKind.ASKED,
    "write_again": TouchKind.WROTE,
    "find_a_time": TouchKind.WROTE,
    "thank_you": TouchKind.THANKED,
    "check_in": TouchKind.WROTE,
    "tell_promise": TouchKind.WROTE,
}
"""What sending a message is logged as; any other kind is a note, which counts as no check-in."""

_SETTLES: dict[str, frozenset[Kind]] = {
    "request": frozenset({Kind.APPROACH_LEAD, Kind.ASK_AGAIN}),
    "write_again": frozenset({Kind.CHASE_REPLY}),
    "find_a_time": frozenset({Kind.FIND_A_TIME}),
    "thank_you": frozenset({Kind.THANK_YOU}),
    "check_in": frozenset({Kind.CHECK_IN}),
    "tell_promise": frozenset({Kind.PROMISE}),
}


async def log_sent(
    session: AsyncSession, *, by: Actor, page: Page, wanted: Wanted, text: str = ""
) -> Stored:
    """Note that the member sent a message, and settle the reminder that asked for it.

    ``text`` goes into the entry of a message that is no step of its own, such as a confirmation.
    """
    ledger = await begin(session, by, "noting that you sent it")
    ledger.concern(page.key)
    kind = _TOUCH_OF.get(wanted.kind, TouchKind.NOTE)
    on = local_day(by.now, ledger.member.zone_or_club)
    _refuse_twice(page, kind, wanted, on=on, text=text)
    delivered = [
        entry
        for entry in page.reminders
        if entry.row.s4 == ReminderState.DELIVERED
        and entry.row.s1 in _SETTLES.get(wanted.kind, ())
        and (wanted.kind != "tell_promise" or entry.row.s2 == wanted.about)
    ]
    row: dict[str, Any] = {
        "key": new_key(),
        "contact_key": page.key,
        "kind": kind,
        "on": on,
        "at": by.now,
        "zone": ledger.member.zone_or_club,
        "medium": wanted.channel,
        "text": text or None if kind is TouchKind.NOTE else None,
        "reminder_key": delivered[-1].key if delivered else None,
        "recorded_at": by.now,
    }
    await ledger.insert("touches", row)
    for entry in delivered:
        before = {"state": entry.row.s4, "pressed_at": None}
        await ledger.update(
            "reminders", entry.key, before, state=ReminderState.DONE, pressed_at=by.now
        )
    await _keep_promise(ledger, page, wanted, on)
    return await ledger.finish()


def _refuse_twice(page: Page, kind: TouchKind, wanted: Wanted, *, on: Any, text: str) -> None:
    for entry in page.touches:
        row = entry.row
        is_same = (row.s1, row.s3, row.d1) == (kind, wanted.channel, on)
        if is_same and (kind is not TouchKind.NOTE or entry.text == text):
            raise UserError(
                "That is noted already for today; nothing was changed. "
                "If you did write twice, **/log** takes the second one."
            )


async def _keep_promise(ledger: Ledger, page: Page, wanted: Wanted, on: Any) -> None:
    open_promises = {entry.key for entry in page.promises if entry.row.d2 is None}
    if wanted.kind == "tell_promise" and wanted.about in open_promises:
        before = {"settled_on": None, "kept": None}
        await ledger.update("promises", wanted.about, before, settled_on=on, kept=True)

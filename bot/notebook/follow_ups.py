"""Follow-ups: what a member decides about one instead of doing it, and when it comes again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.errors import UserError
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.pages import Page
from bot.notebook.pressed import Pressed, settle_reminder
from bot.notebook.reminders import wake_after_snooze
from bot.rules.hours import EVENING, instant, is_quiet, local, local_day, morning
from bot.rules.records import ReminderState, Verdict
from bot.storage.session import Session
from bot.storage.types import new_key

VERDICTS: Mapping[str, Verdict] = {
    "not_needed": Verdict.NOT_NEEDED,
    "not_for_me": Verdict.REST,
    "rest": Verdict.REST,
    "skip": Verdict.SKIP,
    "stop": Verdict.STOP,
}
"""What each button of a nudge decides."""

_LAST_TONIGHT = time(17, 0)
_DAY = timedelta(days=1)


async def decide(session: Session, *, by: Actor, pressed: Pressed, verdict: Verdict) -> Stored:
    """Store a decision about a follow-up; the plan leaves out what it settles."""
    ledger = await _begin(session, by, "deciding on a reminder", pressed)
    on = local_day(by.now, ledger.member.zone_or_club)
    matter = (pressed.kind, pressed.anchor, verdict)
    for entry in pressed.contact.decisions:
        if (entry.row.s1, entry.row.s2, entry.row.s3) == matter:
            before = {"on": entry.row.d1, "at": entry.row.t1}
            await ledger.update("decisions", entry.key, before, on=on, at=by.now)
            break
    else:
        row = {
            "key": new_key(),
            "contact_key": pressed.contact.key,
            "kind": pressed.kind,
            "anchor": pressed.anchor,
            "verdict": verdict,
            "on": on,
            "at": by.now,
        }
        await ledger.insert("decisions", row)
    await settle_reminder(ledger, pressed, ReminderState.DISMISSED)
    return await ledger.finish()


async def settle_promise(session: Session, *, by: Actor, pressed: Pressed, is_kept: bool) -> Stored:
    """Note that a promise was kept, or that it is off the list (R42)."""
    ledger = await _begin(session, by, "settling what you said you would do", pressed)
    before = {"settled_on": None, "kept": None}
    on = local_day(by.now, ledger.member.zone_or_club)
    await ledger.update("promises", pressed.anchor, before, settled_on=on, kept=is_kept)
    state = ReminderState.DONE if is_kept else ReminderState.DISMISSED
    await settle_reminder(ledger, pressed, state)
    return await ledger.finish()


async def answer_idea(
    session: Session, *, by: Actor, pressed: Pressed, state: ReminderState
) -> Stored:
    """Note that the member answered the message that offers an idea (R06)."""
    ledger = await _begin(session, by, "answering an idea", pressed)
    await settle_reminder(ledger, pressed, state)
    return await ledger.finish()


class Snooze(StrEnum):
    """When a reminder may come again."""

    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    IN_THREE_DAYS = "in_three_days"
    MONDAY = "monday"


@dataclass(frozen=True)
class Snoozed:
    """What was stored, and when the reminder comes again."""

    stored: Stored
    at: datetime


def snooze_times(pressed: Pressed, *, now: datetime) -> dict[Snooze, datetime]:
    """Give the moments that are left for a reminder: before its deadline, outside quiet hours."""
    rhythm = pressed.member.rhythm
    here = local(now, rhythm.zone)
    today = here.date()
    to_monday = (7 - today.weekday()) % 7 or 7
    times = {
        Snooze.TOMORROW: morning(today + _DAY, rhythm),
        Snooze.IN_THREE_DAYS: morning(today + 3 * _DAY, rhythm),
        Snooze.MONDAY: morning(today + to_monday * _DAY, rhythm),
    }
    evening = instant(today, EVENING, rhythm.zone)
    if here.time() < _LAST_TONIGHT and not is_quiet(evening, rhythm):
        times = {Snooze.TONIGHT: evening, **times}
    return {choice: at for choice, at in times.items() if now < at < pressed.expires_at}


async def snooze(session: Session, *, by: Actor, pressed: Pressed, choice: Snooze) -> Snoozed:
    """Let a reminder come again; where "tonight" is over, the next morning is taken.

    The plan stays as it is: where it holds another message of the same matter for that day, that
    one is the reminder.
    """
    times = snooze_times(pressed, now=by.now)
    if choice is Snooze.TONIGHT and choice not in times:
        choice = Snooze.TOMORROW
    if choice not in times:
        raise UserError(
            "There is no later moment left that is still on time. A plain note today is better "
            "than a perfect one too late: **Draft** has it half written."
        )
    at = times[choice]
    if pressed.state is ReminderState.WAITING and pressed.before["snoozed_until"] == at:
        raise UserError("I remind you then already; nothing was changed.")
    ledger = await _begin(session, by, "putting off a reminder", pressed)
    planned = _planned_on_that_day(pressed, pressed.contact, at)
    if planned is not None:
        await settle_reminder(ledger, pressed)
        return Snoozed(await ledger.finish(), planned)
    ledger.concern(pressed.contact.key)
    await ledger.update(
        "reminders",
        pressed.key,
        pressed.before,
        state=ReminderState.WAITING,
        snoozed_until=at,
        wake_at=wake_after_snooze(by.member_id, pressed.kind, at, pressed.member.rhythm.zone),
        pressed_at=by.now,
    )
    return Snoozed(await ledger.finish(), at)


def _planned_on_that_day(pressed: Pressed, page: Page, at: datetime) -> datetime | None:
    zone = pressed.member.rhythm.zone
    due = (
        entry.row.t1
        for entry in page.reminders
        if (entry.row.s1, entry.row.s2) == (pressed.kind, pressed.anchor)
        and entry.row.s4 == ReminderState.WAITING
        and entry.key != pressed.key
    )
    return next((one for one in due if local_day(one, zone) == local_day(at, zone)), None)


async def _begin(session: Session, by: Actor, verb: str, pressed: Pressed) -> Ledger:
    ledger = await begin(session, by, verb, known=pressed.member)
    ledger.moves_up = False  # deciding is no touch: the list of people stays as it is
    return ledger

"""What every reply that stored something says: what comes next, and why."""

from __future__ import annotations

from datetime import datetime

from bot.notebook.changes import Stored
from bot.notebook.members import MemberFacts
from bot.rules.follow_ups import reason
from bot.rules.hours import local_day
from bot.rules.presses import Press, menu
from bot.rules.records import FollowUp, ReminderState
from bot.rules.zones import say_zone
from cogs._ui.planned import due_words, which_talks
from cogs._ui.words import stamp

_OVER = frozenset(ReminderState) - {ReminderState.WAITING, ReminderState.WITHDRAWN}


def next_planned(stored: Stored, contact: str, *, now: datetime) -> FollowUp | None:
    """Find the next follow-up that I will remind the member of."""
    over = {entry.row.s3 for entry in stored.pages[contact].reminders if entry.row.s4 in _OVER}
    ahead = (due for due in stored.plans[contact] if due.due_at > now and due.key not in over)
    return next(ahead, None)


def next_words(stored: Stored, contact: str, *, now: datetime) -> str:
    """Say what comes next with its reason, and ask for the time zone while it is unknown."""
    due = next_planned(stored, contact, now=now)
    if due is None:
        return "Nothing else is planned with them for now."
    when = stamp(due.due_at, "D")
    introduced = stored.pages[contact].notes.they_introduce
    why = reason(due.kind, due.step, introduced=introduced)
    today = local_day(now, stored.member.zone_or_club)
    talks = which_talks(stored.pages[contact], stored.plans[contact], today)
    what = due_words(due.kind, talks.get(due.anchor, ""), introduced=introduced)
    lines = [f"Next: **{what}**, {when} ({why}). I will remind you."]
    if stored.member.zone is None:
        lines.append(ask_zone(stored.member))
    return "\n".join(lines)


def ask_zone(member: MemberFacts) -> str:
    """Say in which zone a member's days are counted while theirs is unknown, else nothing."""
    if member.zone:
        return ""
    if member.club_zone:
        where = say_zone(member.club_zone)
        return f"I count in your club's time zone ({where}) until I know yours."
    return "I count in UTC until I know your time zone, and write without a sound till then."


def zone_row(stored: Stored) -> tuple[Press, ...]:
    """Give the button that asks for the time zone, until it is known."""
    return () if stored.member.zone else (menu("zone", "Which time zone are you in?"),)

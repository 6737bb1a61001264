"""Whether a reminder that has come due still matters, and whether now is the time for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.notebook.reminders import wake_at
from bot.notebook.rhythm import is_paused
from bot.rules.follow_ups import plan, talk_key
from bot.rules.hours import is_quiet, local_day, morning_on_or_after, outside_quiet, touches_quiet
from bot.rules.records import AROUND_A_TALK, TO_WRITE, Kind, ReminderState, Rhythm

ASK_AFTER = 4
"""So many messages without a press make the bot ask whether to go quiet."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member, and what they did with the last messages.

    ``acted_at`` is when they last used the bot in any way; ``fourth_at`` when the fourth-latest
    nudge came that was not around a talk.
    """

    member: MemberFacts
    acted_at: datetime | None
    fourth_at: datetime | None
    is_unreachable: bool = False

    @property
    def has_gone_quiet(self) -> bool:
        """Whether the question was asked and nothing was pressed since."""
        return _is_after(self.member.asked_quiet_at, self.acted_at)

    @property
    def is_to_be_asked(self) -> bool:
        """Whether the last four messages went by without a press, and nobody asked yet."""
        return _is_after(self.fourth_at, self.acted_at) and not self.has_gone_quiet


def _is_after(at: datetime | None, other: datetime | None) -> bool:
    return at is not None and (other is None or at > other)


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now; ask again at this time."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Not at all: the row ends in this state."""

    state: ReminderState


def weigh(row: Any, recipient: Recipient, page: Page | None, now: datetime) -> Wait | Drop | None:
    """Judge one reminder row by the notebook as it is now; None means: send it."""
    if row.expires_at <= now:
        return Drop(ReminderState.LAPSED)
    if not _is_planned(row, recipient.member, page):
        return Drop(ReminderState.WITHDRAWN)
    is_held = row.kind not in AROUND_A_TALK and _is_held(recipient, now)
    if is_held or _came_late_into_a_weekend(row, recipient.member.rhythm, now):
        return Wait(_next_morning(row, recipient.member, now))
    if is_quiet(now, recipient.member.rhythm) and not _passes_quiet(row, recipient.member, page):
        return Wait(_after_quiet(row, recipient.member, now))
    return None


def _is_planned(row: Any, member: MemberFacts, page: Page | None) -> bool:
    if row.contact_key is None:
        return member.ideas
    if page is None:
        return False
    return any(due.key == row.plan_key for due in plan(page.notes, member.rhythm))


def _is_held(recipient: Recipient, now: datetime) -> bool:
    member = recipient.member
    return is_paused(member, now) or member.mode == "talks" or recipient.has_gone_quiet


def _came_late_into_a_weekend(row: Any, rhythm: Rhythm, now: datetime) -> bool:
    """Tell whether it woke on a day to write and today is none; what woke today was so chosen."""
    woke_on, today = local_day(row.wake_at, rhythm.zone), local_day(now, rhythm.zone)
    days = rhythm.weekdays or {today.weekday()}
    is_free = today.weekday() not in days
    return row.kind in TO_WRITE and is_free and woke_on.weekday() in days


def _next_morning(row: Any, member: MemberFacts, now: datetime) -> datetime:
    # Asked again each morning, so that an end of the pause or a press needs no bookkeeping.
    today = local_day(now, member.rhythm.zone)
    to_write = row.kind in TO_WRITE
    due = morning_on_or_after(today, member.rhythm, after=now, weekdays_only=to_write)
    return wake_at(member.id, Kind(row.kind), due)


def _after_quiet(row: Any, member: MemberFacts, now: datetime) -> datetime:
    end = outside_quiet(now, member.rhythm)
    if row.kind in AROUND_A_TALK:
        return end
    # One message a day: what came late waits for the morning message.
    return _next_morning(row, member, end - timedelta(microseconds=1))


def _passes_quiet(row: Any, member: MemberFacts, page: Page | None) -> bool:
    if row.kind == Kind.STARTS_SOON:
        return True
    if row.kind != Kind.DEBRIEF or page is None:
        return False
    talk = next((t for t in page.notes.talks if t.key == talk_key(row.anchor)), None)
    if talk is None or talk.starts_at is None:
        return False
    end = talk.starts_at + timedelta(minutes=talk.minutes)
    return touches_quiet(talk.starts_at, end, member.rhythm)

"""What a member can do today, the most pressing first, and the one next best step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum

from bot.rules import history
from bot.rules.follow_ups import talk_anchor
from bot.rules.follow_ups.around_a_talk import ends_at, thank_by, was_thanked
from bot.rules.follow_ups.settling import is_settled
from bot.rules.hours import local_day
from bot.rules.records import (
    ContactNotes,
    FollowUp,
    Kind,
    ReminderState,
    Rhythm,
    Talk,
    TalkState,
)
from bot.rules.stages import rested_on

TALK_SOON = timedelta(days=2)
LATE_THANKS_FOR = timedelta(days=30)
"""How long after the 72 hours a missing thank-you is still named: late is better than never."""


RESTED_FOR = timedelta(days=7)
"""How long it is mentioned that a request came to rest by itself."""


class Step(IntEnum):
    """What kind of thing is to be done, in the order in which it is offered (DESIGN §4)."""

    UNDELIVERED = 0  # a message that could not reach the member
    THANK = 1  # inside the 72 hours, or a talk that is over and has no notes (R40 R41)
    TALK = 2  # within two days
    LATE_THANKS = 3
    DATE = 4  # a yes, or a talk called off, without a date (R20)
    ANSWER = 5  # outstanding (R15)
    PROMISE = 6  # R42
    LINE = 7  # a check-in (R44)
    ASK = 8  # a person to ask (R05 R16)
    OLD_PROMISE = 9  # nobody reminds of it any more, and it is still open


_STEP_OF: dict[Kind, Step] = {
    Kind.CHASE_REPLY: Step.ANSWER,
    Kind.ASK_AGAIN: Step.ASK,
    Kind.PROMISE: Step.PROMISE,
    Kind.CHECK_IN: Step.LINE,
    Kind.APPROACH_LEAD: Step.ASK,
}
_CLOSED = frozenset({ReminderState.DONE, ReminderState.DISMISSED})
_NOT_SENT = frozenset({ReminderState.UNREACHABLE, ReminderState.FAILED})


@dataclass(frozen=True, slots=True)
class Standing:
    """One contact with their plan, and the states of their reminders by plan key."""

    notes: ContactNotes
    planned: tuple[FollowUp, ...]
    states: Mapping[str, ReminderState] = field(default_factory=dict[str, ReminderState])

    def is_open(self, due: FollowUp) -> bool:
        """Tell whether the member has neither done nor dismissed it."""
        return self.states.get(due.key) not in _CLOSED


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do with one contact.

    ``at`` is when it came due; for a talk its start, for a thank-you the end of the 72 hours.
    ``plan_key`` names the follow-up behind it, "" if nothing is planned.
    """

    step: Step
    contact: str
    kind: Kind
    anchor: str
    at: datetime
    number: int = 1  # the step of the follow-up
    plan_key: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A member's day: what to do, whom they could ask, the next talk, and what comes later."""

    items: tuple[Item, ...] = ()
    to_ask: Item | None = None
    next_talk: Item | None = None
    coming: FollowUp | None = None
    rested: tuple[str, ...] = ()  # contacts whose request came to rest within the last week (R15)

    @property
    def best(self) -> Item | None:
        """The one next best step; None: find somebody to ask."""
        return self.items[0] if self.items else self.to_ask


def plan_day(standings: Iterable[Standing], rhythm: Rhythm, now: datetime) -> Day:
    """Order what a member can do today; each matter comes once, under its most pressing name."""
    items: list[Item] = []
    asks: list[Item] = []
    talks: list[Item] = []
    later: list[FollowUp] = []
    rested: list[tuple[date, str]] = []
    today = local_day(now, rhythm.zone)
    for one in standings:
        on = rested_on(one.notes, today)
        if on is not None and today - on < RESTED_FOR:
            rested.append((on, one.notes.key))
        talks += _talks(one, now)
        items += (*_thanks(one, rhythm, now), *_dates(one, now), *_due(one, now, on is not None))
        asks += _asks(one)
        later += (due for due in one.planned if due.due_at > now and one.is_open(due))
    items += (talk for talk in talks if _is_soon(talk, rhythm, now))
    items.sort(key=lambda item: (item.step, item.at, item.contact, item.anchor))
    far = sorted((talk for talk in talks if talk not in items), key=lambda item: item.at)
    return Day(
        items=tuple(items),
        to_ask=min(asks, key=lambda item: (item.at, item.contact), default=None),
        next_talk=far[0] if far else None,
        coming=min(later, key=lambda due: (due.due_at, due.key), default=None),
        rested=tuple(key for _, key in sorted(rested)),
    )


def _item(one: Standing, due: FollowUp, step: Step, at: datetime | None = None) -> Item:
    is_unsent = one.states.get(due.key) in _NOT_SENT
    return Item(
        step=Step.UNDELIVERED if is_unsent else step,
        contact=one.notes.key,
        kind=due.kind,
        anchor=due.anchor,
        at=at or due.due_at,
        number=due.step,
        plan_key=due.key,
    )


def _latest(one: Standing, kind: Kind, anchor: str, now: datetime) -> FollowUp | None:
    """Find the step of a matter that came due last, else the first one to come."""
    steps = [due for due in one.planned if (due.kind, due.anchor) == (kind, anchor)]
    past = [due for due in steps if due.due_at <= now]
    return past[-1] if past else steps[0] if steps else None


def _about(
    one: Standing, step: Step, kind: Kind, *, anchor: str, at: datetime, now: datetime
) -> Item:
    due = _latest(one, kind, anchor, now)
    if due is None:
        return Item(step, one.notes.key, kind, anchor, at)
    return _item(one, due, step, at)


def _due(one: Standing, now: datetime, is_at_rest: bool) -> Iterator[Item]:
    latest: dict[tuple[Kind, str], FollowUp] = {}
    for due in one.planned:
        if due.kind in _STEP_OF and due.due_at <= now and one.is_open(due):
            latest[due.kind, due.anchor] = due
    for due in latest.values():
        if is_at_rest and due.kind is Kind.CHASE_REPLY:  # mentioned, not asked
            continue
        if now < due.expires_at:
            yield _item(one, due, _STEP_OF[due.kind])
        elif due.kind is Kind.PROMISE:  # it stands on the card until it is settled
            yield _item(one, due, Step.OLD_PROMISE)


def _talks(one: Standing, now: datetime) -> Iterator[Item]:
    for talk in history.talks_in(one.notes, TalkState.PLANNED):
        end = ends_at(talk)
        if talk.starts_at is not None and end is not None and end > now:
            anchor = talk_anchor(talk)
            kind = _next_up(one, anchor, now)
            yield _about(one, Step.TALK, kind, anchor=anchor, at=talk.starts_at, now=now)


def _is_soon(talk: Item, rhythm: Rhythm, now: datetime) -> bool:
    # By days, not hours: the morning that says "prepare" and this list must agree.
    return local_day(talk.at, rhythm.zone) - local_day(now, rhythm.zone) <= TALK_SOON


def _next_up(one: Standing, anchor: str, now: datetime) -> Kind:
    for kind in (Kind.STARTS_SOON, Kind.CONFIRM):
        due = _latest(one, kind, anchor, now)
        if due is not None and due.due_at <= now and one.is_open(due):
            return kind
    return Kind.PREPARE


def _thanks(one: Standing, rhythm: Rhythm, now: datetime) -> Iterator[Item]:
    # One note thanks for every talk before it: the latest unthanked one is named.
    for talk in reversed(history.talks_in(one.notes, TalkState.PLANNED, TalkState.HELD)):
        if not _is_over(talk, rhythm, now) or was_thanked(one.notes, talk):
            continue
        anchor, by = talk_anchor(talk), thank_by(talk, rhythm)
        if talk.state is TalkState.PLANNED and now < by + LATE_THANKS_FOR:
            yield _about(one, Step.THANK, Kind.DEBRIEF, anchor=anchor, at=by, now=now)
            return
        if is_settled(one.notes, Kind.THANK_YOU, anchor):
            continue
        if now < by + LATE_THANKS_FOR:
            step = Step.THANK if now < by else Step.LATE_THANKS
            yield _about(one, step, Kind.THANK_YOU, anchor=anchor, at=by, now=now)
            return


def _is_over(talk: Talk, rhythm: Rhythm, now: datetime) -> bool:
    end = ends_at(talk)
    if talk.state is TalkState.HELD:
        return True
    return end <= now if end is not None else talk.on < local_day(now, rhythm.zone)


def _dates(one: Standing, now: datetime) -> Iterator[Item]:
    steps = [due for due in one.planned if due.kind is Kind.FIND_A_TIME and one.is_open(due)]
    if steps:
        due = _latest(one, Kind.FIND_A_TIME, steps[0].anchor, now) or steps[0]
        yield _item(one, due, Step.DATE)


def _asks(one: Standing) -> Iterator[Item]:
    for due in one.planned:
        if due.kind is Kind.APPROACH_LEAD and one.is_open(due):
            yield _item(one, due, Step.ASK)

"""The notebook as the rules see it: frozen plain records, without names, texts or rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum


class TouchKind(StrEnum):
    """What can have happened with a contact (R50); the text is stored."""

    ASKED = "asked"  # the member asked to meet
    ANSWERED = "answered"  # the contact answered: see Answer
    TALKED = "talked"  # an interview was held
    THANKED = "thanked"  # a thank-you was sent (R53)
    WROTE = "wrote"  # the member wrote again: a chase before the talk, a check-in after it
    INTRODUCED = "introduced"  # the contact was introduced to the member by somebody
    NEWS = "news"  # good news was shared
    NOTE = "note"  # a note; it reached nobody


class Answer(StrEnum):
    """What a contact answered to a request."""

    YES = "yes"
    LATER = "later"  # not now; ``until`` may name a day
    NO = "no"
    OTHER = "other"  # gave another name instead (R18)


class TalkState(StrEnum):
    """Where an interview stands."""

    PLANNED = "planned"
    CANCELLED = "cancelled"  # called off, a new date is wanted
    HELD = "held"
    NOT_HELD = "not_held"  # it did not happen, and no new date is wanted


class Mode(StrEnum):
    """How two people talk."""

    VIDEO = "video"
    PHONE = "phone"
    IN_PERSON = "in_person"


class KeepInTouch(StrEnum):
    """What the contact said when asked whether the member may keep in touch (R37 R57)."""

    EMAIL = "email"
    LINKEDIN = "linkedin"
    PHONE = "phone"
    NOT_ASKED = "not_asked"
    NO = "no"


class Outcome(StrEnum):
    """What a talk left the member with (R45 R59)."""

    INFORMATION = "information"
    CONNECTION = "connection"


class Kind(StrEnum):
    """The kinds of follow-up (DESIGN §5); the text is stored and names the entry in nudges.toml."""

    APPROACH_LEAD = "approach_lead"
    CHASE_REPLY = "chase_reply"
    FIND_A_TIME = "find_a_time"
    ASK_AGAIN = "ask_again"
    PREPARE = "prepare"
    CONFIRM = "confirm"
    STARTS_SOON = "starts_soon"
    DEBRIEF = "debrief"
    THANK_YOU = "thank_you"
    PROMISE = "promise"
    CHECK_IN = "check_in"
    NEXT_STEP = "next_step"


AROUND_A_TALK = frozenset(
    {Kind.PREPARE, Kind.CONFIRM, Kind.STARTS_SOON, Kind.DEBRIEF, Kind.THANK_YOU}
)
"""These pass a pause and a quiet member: they belong to a talk already in the book."""

TO_WRITE = frozenset(
    {Kind.APPROACH_LEAD, Kind.CHASE_REPLY, Kind.FIND_A_TIME, Kind.ASK_AGAIN, Kind.CHECK_IN}
)
"""These make the member write to somebody, and wait for a day on which the member wants to."""


class Verdict(StrEnum):
    """What a member decided about a follow-up instead of doing it."""

    NOT_NEEDED = "not_needed"  # this one: its anchor is settled
    REST = "rest"  # the contact rests until something new happens
    STOP = "stop"  # never this kind again for this contact
    SKIP = "skip"  # this one only; the next of its cadence comes
    ALL_SET = "all_set"  # the talk is confirmed
    READY = "ready"  # the talk is prepared


class ReminderState(StrEnum):
    """The life of a reminder row."""

    WAITING = "waiting"
    SENDING = "sending"  # claimed by a delivery
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    DONE = "done"  # delivered, and its button pressed
    DISMISSED = "dismissed"  # the member decided against it
    LAPSED = "lapsed"  # past expires_at, or it no longer mattered
    WITHDRAWN = "withdrawn"  # no longer planned
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Touch:
    """One dated thing that happened.

    ``at`` is None when only the day is known; ``on`` is the member's day.
    """

    key: str
    kind: TouchKind
    on: date
    recorded_at: datetime
    at: datetime | None = None
    answer: Answer | None = None
    until: date | None = None  # the day promised for a chase (R15), or named with "later"


@dataclass(frozen=True, slots=True)
class Talk:
    """One interview. ``starts_at`` is None when it was logged with a day only."""

    key: str
    state: TalkState
    on: date  # the member's local day of the talk
    recorded_at: datetime  # when it was scheduled, or logged if never scheduled
    starts_at: datetime | None = None
    minutes: int = 20
    mode: Mode = Mode.VIDEO
    way_minutes: int | None = None
    logged_at: datetime | None = None
    cancelled_on: date | None = None
    named_on: date | None = None  # the day in its anchor, if ``on`` is of a newer clock
    keep_in_touch: KeepInTouch = KeepInTouch.NOT_ASKED
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of "what you will do next" after a talk (R42)."""

    key: str
    talk: str
    on: date
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict of the member about one follow-up's anchor, or about a kind for the contact."""

    kind: Kind
    anchor: str
    verdict: Verdict
    on: date
    recorded_at: datetime | None = None  # tells a touch of the same day apart: before or after it


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder that reached the member: which, and on which local day."""

    kind: Kind
    anchor: str
    step: int
    on: date


@dataclass(frozen=True, slots=True)
class ContactNotes:
    """All that the plan may know of one contact."""

    key: str
    lead_on: date | None = None  # the day the name was given; None: known, not to ask
    they_introduce: bool = False  # the referrer promised the introduction (R36)
    touches: tuple[Touch, ...] = ()
    talks: tuple[Talk, ...] = ()
    promises: tuple[Promise, ...] = ()
    decisions: tuple[Decision, ...] = ()
    sent: tuple[Sent, ...] = ()
    recorded_at: datetime | None = None  # when the contact was added


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A member's settings that move follow-ups; times are wall-clock in ``zone`` (IANA name)."""

    zone: str = "UTC"
    morning: time = time(9, 0)
    quiet_from: time = time(21, 0)
    quiet_to: time = time(8, 0)
    weekdays: frozenset[int] = field(default_factory=lambda: frozenset({0, 1, 2, 3, 4}))
    chase_days: int = 7  # 0: never (R15 "not at all")
    check_in_days: int = 45


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the plan says is due: absolute times, no now. ``key`` = ``kind:anchor:step``."""

    kind: Kind
    contact: str
    anchor: str
    step: int
    due_at: datetime
    expires_at: datetime

    @property
    def key(self) -> str:
        """Name this follow-up for ever: reminders are reconciled by it."""
        return f"{self.kind}:{self.anchor}:{self.step}"

"""The tables. A member's rows carry ``owner_id``; what is written about people is encrypted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.models._base import OWNER, Base, key_column, owner_column
from bot.storage.models._club import (
    Challenge,
    Cohort,
    CohortMember,
    Guild,
    Pack,
    Participation,
    Standing,
    Tally,
    Team,
)
from bot.storage.models._host import Fact, KeyFingerprint, Lease, Sweep
from bot.storage.types import Encrypted, Key

__all__ = [
    "OWNED",
    "Base",
    "Challenge",
    "Change",
    "Cohort",
    "CohortMember",
    "Contact",
    "Decision",
    "Delivery",
    "Fact",
    "Guild",
    "Interview",
    "KeyFingerprint",
    "Lease",
    "Member",
    "OwnQuestion",
    "Pack",
    "Participation",
    "Promise",
    "Reminder",
    "Standing",
    "Sweep",
    "Tally",
    "Team",
    "Touch",
    "Unfinished",
    "name_conditions_for_postgresql",
]

_LEAVING = text("erase_at IS NOT NULL")
_WAITING = text("state = 'waiting'")
_UNREACHABLE = text("state = 'unreachable'")
_WORDED = text("body IS NOT NULL")
_OPEN = text("state IN ('sending', 'retry')")
_COUNTED = ("owner_id", "kind", "on", "contact_key", "late_days", "interview_key")
_REMOVED = text("removed_at IS NOT NULL")
_NAMED = text("referred_by IS NOT NULL")
_OF_FIELD = text("field_hash IS NOT NULL")
_IMPORTED = text("import_key IS NOT NULL")


def _contact() -> Mapped[str]:
    return mapped_column(Key, ForeignKey("contacts.key", ondelete="CASCADE"), index=True)


class Member(Base):
    """A person who uses the bot; ``id`` is their Discord id."""

    __tablename__ = "members"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    profile: Mapped[dict[str, Any]] = mapped_column(Encrypted("members.profile", as_json=True))
    zone: Mapped[str | None]  # IANA; None until known
    guild_id: Mapped[int | None]  # the club they came from: its zone holds until theirs is known
    morning: Mapped[int] = mapped_column(
        default=540
    )  # minutes after local midnight, as the next two
    quiet_from: Mapped[int] = mapped_column(default=1260)
    quiet_to: Mapped[int] = mapped_column(default=480)
    weekdays: Mapped[str] = mapped_column(default="01234")  # 0 is Monday
    mode: Mapped[str] = mapped_column(default="daily")  # daily · silent · talks
    discreet: Mapped[bool] = mapped_column(default=False)
    ideas: Mapped[bool] = mapped_column(default=False)  # opted in to next_step
    chase_days: Mapped[int] = mapped_column(default=7)
    check_in_days: Mapped[int] = mapped_column(default=45)
    paused_until: Mapped[datetime | None]
    asked_quiet_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  # the latest use of the bot, give or take a tick
    hello_at: Mapped[datetime | None]  # "It arrived" was pressed
    dm_channel_id: Mapped[int | None]
    voice_on: Mapped[date | None]  # the latest local day on which the assistant was asked …
    voice_count: Mapped[int] = mapped_column(default=0)  # … and how often that day
    # The hash of the secret in their calendar's address; None: they have none.
    calendar_hash: Mapped[bytes | None] = mapped_column(unique=True)
    calendar_names: Mapped[bool] = mapped_column(default=False)  # whole names in it, and details
    # When all of theirs is erased; None: it stays. Asked for, or unused for two years.
    erase_at: Mapped[datetime | None]
    erase_why: Mapped[str | None]  # asked · unused
    erases_messages: Mapped[bool] = mapped_column(default=True)  # the bot's own, in their DM
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_members_erase", "erase_at", sqlite_where=_LEAVING),)


class Contact(Base):
    """A person in a member's notebook. Its stage is computed, never stored."""

    __tablename__ = "contacts"
    key: Mapped[str] = key_column()
    owner_id: Mapped[int] = owner_column()
    label: Mapped[str] = mapped_column(Encrypted("contacts.label"))  # "name · organization · role"
    # name role organization field address phone email linkedin how_known connection school notes
    details: Mapped[dict[str, Any]] = mapped_column(Encrypted("contacts.details", as_json=True))
    email_hash: Mapped[bytes | None]
    linkedin_hash: Mapped[bytes | None]
    referred_by: Mapped[str | None] = mapped_column(
        Key, ForeignKey("contacts.key", ondelete="SET NULL")
    )
    may_use_name: Mapped[str] = mapped_column(default="not_asked")  # yes · not_asked · no (R58)
    they_introduce: Mapped[bool] = mapped_column(default=False)  # R36
    lead_on: Mapped[date | None]  # the day the name was given; None: known only
    added_at: Mapped[datetime]
    last_at: Mapped[datetime]  # the latest touch or edit: orders lists; nothing is decided by it
    removed_at: Mapped[datetime | None]
    import_key: Mapped[str | None] = mapped_column(Key)  # the import that brought them
    # Both follow from the details, for counting without reading them (notebook.countable).
    is_alum: Mapped[bool] = mapped_column(default=False)
    field_hash: Mapped[bytes | None]
    __table_args__ = (
        Index("ix_contacts_owner", "owner_id", "removed_at"),
        Index("ix_contacts_email_hash", "email_hash"),
        Index("ix_contacts_linkedin_hash", "linkedin_hash"),
        Index("ix_contacts_referred_by", "referred_by"),
        Index("ix_contacts_removed", "key", sqlite_where=_REMOVED),
        Index("ix_contacts_import", "import_key", sqlite_where=_IMPORTED),
        Index("ix_contacts_field", "owner_id", "field_hash", sqlite_where=_OF_FIELD),
        Index("ix_contacts_named", "owner_id", "lead_on", "referred_by", sqlite_where=_NAMED),
    )


class Interview(Base):
    """One informational interview, from its date to its takeaways."""

    __tablename__ = "interviews"
    key: Mapped[str] = key_column()
    owner_id: Mapped[int] = owner_column()
    contact_key: Mapped[str] = _contact()
    state: Mapped[str]  # records.TalkState
    on: Mapped[date]  # the member's local day
    starts_at: Mapped[datetime | None]  # None: only the day is known
    minutes: Mapped[int] = mapped_column(default=20)
    zone: Mapped[str]  # in which it was agreed
    mode: Mapped[str] = mapped_column(default="video")  # records.Mode
    way_minutes: Mapped[int | None]
    keep_in_touch: Mapped[str] = mapped_column(default="not_asked")  # records.KeepInTouch
    outcome: Mapped[str | None]  # records.Outcome
    # place who_calls attire parking enjoyed advice questions ticks
    details: Mapped[dict[str, Any]] = mapped_column(Encrypted("interviews.details", as_json=True))
    recorded_at: Mapped[datetime]
    logged_at: Mapped[datetime | None]
    cancelled_on: Mapped[date | None]
    sequence: Mapped[int] = mapped_column(default=0)  # of its calendar file: raised by each change
    # What follows from the details, for counting without reading them (notebook.countable).
    question_count: Mapped[int] = mapped_column(default=0)
    prepared_at: Mapped[datetime | None]  # since when there are enough questions
    has_takeaways: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index("ix_interviews_owner", "owner_id", "starts_at"),)


class Touch(Base):
    """One dated thing that happened with a contact (R50)."""

    __tablename__ = "touches"
    key: Mapped[str] = key_column()
    owner_id: Mapped[int] = owner_column()
    contact_key: Mapped[str] = mapped_column(Key, ForeignKey("contacts.key", ondelete="CASCADE"))
    interview_key: Mapped[str | None] = mapped_column(
        Key, ForeignKey("interviews.key", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]  # records.TouchKind
    on: Mapped[date]  # the member's local day then
    at: Mapped[datetime | None]  # None: only the day is known
    zone: Mapped[str]
    medium: Mapped[str | None]  # email · linkedin · phone · text · card · in_person · letter
    answer: Mapped[str | None]  # records.Answer
    until: Mapped[date | None]
    text: Mapped[str | None] = mapped_column(Encrypted("touches.text"))
    reminder_key: Mapped[str | None] = mapped_column(
        Key
    )  # whose press wrote it: two presses, one touch
    recorded_at: Mapped[datetime]
    late_days: Mapped[int] = mapped_column(
        default=0
    )  # so many local days after ``on`` it was noted
    __table_args__ = (
        UniqueConstraint("reminder_key"),
        # Both hold all that the scores of challenges ask for.
        Index("ix_touches_owner", *_COUNTED),
        Index("ix_touches_contact", "contact_key", "kind", "on"),
    )


class Promise(Base):
    """One line of "what you will do next" after a talk (R42)."""

    __tablename__ = "promises"
    key: Mapped[str] = key_column()
    owner_id: Mapped[int] = owner_column()
    contact_key: Mapped[str] = _contact()
    interview_key: Mapped[str] = mapped_column(
        Key, ForeignKey("interviews.key", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(Encrypted("promises.text"))
    on: Mapped[date]
    settled_on: Mapped[date | None]
    kept: Mapped[bool | None]  # done, or dropped
    __table_args__ = (Index("ix_promises_owner", "owner_id"),)


class Decision(Base):
    """What a member decided about a follow-up instead of doing it."""

    __tablename__ = "decisions"
    key: Mapped[str] = key_column()
    owner_id: Mapped[int] = owner_column()
    contact_key: Mapped[str] = _contact()
    kind: Mapped[str]  # records.Kind
    anchor: Mapped[str]
    verdict: Mapped[str]  # records.Verdict
    on: Mapped[date]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("owner_id", "kind", "anchor", "verdict"),
        Index("ix_decisions_owner", "owner_id"),
    )


class Reminder(Base):
    """One follow-up's row. ``wake_at`` is the snooze or the due time, spread over ten minutes."""

    __tablename__ = "reminders"
    key: Mapped[str] = key_column()
    owner_id: Mapped[int] = owner_column()
    contact_key: Mapped[str | None] = mapped_column(
        Key, ForeignKey("contacts.key", ondelete="CASCADE"), index=True
    )
    plan_key: Mapped[str]  # rules.records.FollowUp.key
    kind: Mapped[str]  # records.Kind
    anchor: Mapped[str]
    step: Mapped[int]
    due_at: Mapped[datetime]
    snoozed_until: Mapped[datetime | None]
    wake_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str]  # records.ReminderState
    delivery_key: Mapped[str | None] = mapped_column(
        Key, ForeignKey("deliveries.key", ondelete="SET NULL"), index=True
    )
    delivered_at: Mapped[datetime | None]
    delivered_on: Mapped[date | None]  # the member's local day
    pressed_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("owner_id", "plan_key"),
        Index("ix_reminders_owner", "owner_id", "due_at"),
        Index(
            "ix_reminders_waiting",
            "wake_at",
            "owner_id",
            sqlite_where=_WAITING,
        ),
    )


class Delivery(Base):
    """One message on its way: frozen before the first try, sent exactly once under its key."""

    __tablename__ = "deliveries"
    key: Mapped[str] = key_column()
    name: Mapped[str] = mapped_column(
        unique=True
    )  # what it is, once: "nudge:<key>", "hello:<member>"
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(OWNER, ondelete="CASCADE"), index=True)
    channel_id: Mapped[int | None]
    # Emptied a month after the message has ended.
    body: Mapped[dict[str, Any] | None] = mapped_column(Encrypted("deliveries.body", as_json=True))
    state: Mapped[str]  # sending · retry · delivered · unreachable · failed · lapsed
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    first_try_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    pressed_at: Mapped[datetime | None]
    message_id: Mapped[int | None]
    code: Mapped[int | None]  # Discord's error code of the last refusal
    __table_args__ = (
        Index("ix_deliveries_owner", "owner_id", "delivered_at"),
        Index(
            "ix_deliveries_unreachable",
            "retry_at",
            sqlite_where=_UNREACHABLE,
        ),
        Index("ix_deliveries_open", "lease_until", sqlite_where=_OPEN),
        Index("ix_deliveries_worded", "created_at", sqlite_where=_WORDED),
    )


class Change(Base):
    """What one use case stored, and what stood there before: an undo takes back one change."""

    __tablename__ = "changes"
    key: Mapped[str] = key_column()
    owner_id: Mapped[int] = owner_column()
    interaction_id: Mapped[int | None] = mapped_column(unique=True)
    verb: Mapped[str]
    at: Mapped[datetime]
    before: Mapped[list[Any] | None] = mapped_column(Encrypted("changes.before", as_json=True))
    undone_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_changes_owner", "owner_id", "at"),)


class Unfinished(Base):
    """What a form that failed held; kept for a day so that nothing typed is lost."""

    __tablename__ = "unfinished"
    key: Mapped[str] = key_column()
    owner_id: Mapped[int] = mapped_column()  # no member row yet when the first form fails
    form: Mapped[str]
    subject: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(Encrypted("unfinished.values", as_json=True))
    at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (Index("ix_unfinished_owner", "owner_id"),)


class OwnQuestion(Base):
    """A question that a member wrote, to be asked before those of the bank."""

    __tablename__ = "own_questions"
    key: Mapped[str] = key_column()
    owner_id: Mapped[int] = owner_column()
    text: Mapped[str] = mapped_column(Encrypted("own_questions.text"))
    field: Mapped[str | None]  # content.FIELDS; None: for everybody
    added_at: Mapped[datetime]
    __table_args__ = (Index("ix_own_questions_owner", "owner_id", "added_at"),)


OWNED: dict[
    str,
    type[Contact | Interview | Touch | Promise | Decision | Reminder | OwnQuestion],
] = {
    model.__tablename__: model
    for model in (Contact, Interview, Touch, Promise, Decision, Reminder, OwnQuestion)
}
"""The tables of a notebook, parents first: what changes record and undo puts back."""


def name_conditions_for_postgresql() -> None:
    """Give the partial indexes the same conditions on PostgreSQL, before a schema is written.

    Named beside SQLite's they would load PostgreSQL's dialect at each start (2 MB).
    """
    for table in Base.metadata.tables.values():
        for index in table.indexes:
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]

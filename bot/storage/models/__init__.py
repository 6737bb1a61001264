"""The tables. A member's rows carry ``owner_id``; what is written about people is encrypted."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnClause,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)

from bot.storage.models._base import (
    OWNER,
    Base,
    aliased,
    key_column,
    optional,
    owner_column,
    required,
)
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
from bot.storage.types import Encrypted, Key, UtcDateTime

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
    "aliased",
    "name_conditions_for_postgresql",
]

_LEAVING = text("erase_at IS NOT NULL")
_WAITING = text("state = 'waiting'")
_NOT_SETTLED = text("state NOT IN ('done', 'dismissed', 'withdrawn')")
_UNREACHABLE = text("state = 'unreachable'")
_WORDED = text("body IS NOT NULL")
_OPEN = text("state IN ('sending', 'retry')")
_COUNTED = ("owner_id", "on", "kind", "contact_key", "late_days")
_COUNTED_OF_TALKS = (
    *("owner_id", "state", "on", "contact_key", "late_days"),
    *("question_count", "prepared_at", "starts_at", "logged_at", "has_takeaways"),
)
_REMOVED = text("removed_at IS NOT NULL")
_NAMED = text("referred_by IS NOT NULL")
_OF_FIELD = text("field_hash IS NOT NULL")
_OF_NOTE = text("is_alum OR field_hash IS NOT NULL")
_IMPORTED = text("import_key IS NOT NULL")


def _contact() -> ColumnClause[str]:
    return required(Key, ForeignKey("contacts.key", ondelete="CASCADE"), index=True)


class Member(Base):
    """A person who uses the bot; ``id`` is their Discord id."""

    __tablename__ = "members"
    id = required(BigInteger, primary_key=True, autoincrement=False)
    profile = required(Encrypted("members.profile", as_json=True))
    zone = optional(String)  # IANA; None until known
    guild_id = optional(BigInteger)  # the club they came from: its zone holds until theirs is known
    morning = required(BigInteger, default=540)  # minutes after local midnight, as the next two
    quiet_from = required(BigInteger, default=1260)
    quiet_to = required(BigInteger, default=480)
    weekdays = required(String, default="01234")  # 0 is Monday
    mode = required(String, default="daily")  # daily · silent · talks
    discreet = required(Boolean, default=False)
    ideas = required(Boolean, default=False)  # opted in to next_step
    chase_days = required(BigInteger, default=7)
    check_in_days = required(BigInteger, default=45)
    paused_until = optional(UtcDateTime)
    asked_quiet_at = optional(UtcDateTime)
    seen_at = optional(UtcDateTime)  # the latest use of the bot, give or take a tick
    hello_at = optional(UtcDateTime)  # "It arrived" was pressed
    dm_channel_id = optional(BigInteger)
    voice_on = optional(Date)  # the latest local day on which the assistant was asked …
    voice_count = required(BigInteger, default=0)  # … and how often that day
    # The hash of the secret in their calendar's address; None: they have none.
    calendar_hash = optional(LargeBinary, unique=True)
    calendar_names = required(Boolean, default=False)  # whole names in it, and details
    # When all of theirs is erased; None: it stays. Asked for, or unused for two years.
    erase_at = optional(UtcDateTime)
    erase_why = optional(String)  # asked · unused
    erases_messages = required(Boolean, default=True)  # the bot's own, in their DM
    created_at = required(UtcDateTime)
    __table_args__ = (Index("ix_members_erase", "erase_at", sqlite_where=_LEAVING),)


class Contact(Base):
    """A person in a member's notebook. Its stage is computed, never stored."""

    __tablename__ = "contacts"
    key = key_column()
    owner_id = owner_column()
    label = required(Encrypted("contacts.label"))  # "name · organization · role"
    # name role organization field address phone email linkedin how_known connection school notes
    details = required(Encrypted("contacts.details", as_json=True))
    email_hash = optional(LargeBinary)
    linkedin_hash = optional(LargeBinary)
    referred_by = optional(Key, ForeignKey("contacts.key", ondelete="SET NULL"))
    may_use_name = required(String, default="not_asked")  # yes · not_asked · no (R58)
    they_introduce = required(Boolean, default=False)  # R36
    lead_on = optional(Date)  # the day the name was given; None: known only
    added_at = required(UtcDateTime)
    last_at = required(
        UtcDateTime
    )  # the latest touch or edit: orders lists; nothing is decided by it
    removed_at = optional(UtcDateTime)
    import_key = optional(Key)  # the import that brought them
    # Both follow from the details, for counting without reading them (notebook.countable).
    is_alum = required(Boolean, default=False)
    field_hash = optional(LargeBinary)
    __table_args__ = (
        Index("ix_contacts_owner", "owner_id", "removed_at"),
        Index("ix_contacts_email_hash", "email_hash"),
        Index("ix_contacts_linkedin_hash", "linkedin_hash"),
        Index("ix_contacts_referred_by", "referred_by", sqlite_where=_NAMED),
        Index("ix_contacts_removed", "key", sqlite_where=_REMOVED),
        Index("ix_contacts_import", "import_key", sqlite_where=_IMPORTED),
        Index("ix_contacts_field", "owner_id", "field_hash", "key", sqlite_where=_OF_FIELD),
        Index("ix_contacts_counted", "key", "is_alum", "field_hash", sqlite_where=_OF_NOTE),
        Index("ix_contacts_named", "owner_id", "lead_on", "referred_by", sqlite_where=_NAMED),
    )


class Interview(Base):
    """One informational interview, from its date to its takeaways."""

    __tablename__ = "interviews"
    key = key_column()
    owner_id = owner_column()
    contact_key = required(Key, ForeignKey("contacts.key", ondelete="CASCADE"))
    state = required(String)  # records.TalkState
    on = required(Date)  # the member's local day
    named_on = optional(Date)  # the day in its anchor, if ``on`` is of a newer clock
    starts_at = optional(UtcDateTime)  # None: only the day is known
    minutes = required(BigInteger, default=20)
    zone = required(String)  # in which it was agreed
    mode = required(String, default="video")  # records.Mode
    way_minutes = optional(BigInteger)
    keep_in_touch = required(String, default="not_asked")  # records.KeepInTouch
    outcome = optional(String)  # records.Outcome
    # place who_calls attire parking enjoyed advice questions ticks
    details = required(Encrypted("interviews.details", as_json=True))
    recorded_at = required(UtcDateTime)
    logged_at = optional(UtcDateTime)
    cancelled_on = optional(Date)
    sequence = required(BigInteger, default=0)  # of its calendar file: raised by each change
    # What follows from the details, for counting without reading them (notebook.countable).
    question_count = required(BigInteger, default=0)
    prepared_at = optional(UtcDateTime)  # since when there are enough questions
    has_takeaways = required(Boolean, default=False)
    late_days = required(BigInteger, default=0)  # of one that was held, as its entry has it
    __table_args__ = (
        Index("ix_interviews_owner", "owner_id", "starts_at"),
        Index("ix_interviews_counted", *_COUNTED_OF_TALKS),
        Index("ix_interviews_contact", "contact_key", "state", "on"),
    )


class Touch(Base):
    """One dated thing that happened with a contact (R50)."""

    __tablename__ = "touches"
    key = key_column()
    owner_id = owner_column()
    contact_key = required(Key, ForeignKey("contacts.key", ondelete="CASCADE"))
    interview_key = optional(Key, ForeignKey("interviews.key", ondelete="CASCADE"), index=True)
    kind = required(String)  # records.TouchKind
    on = required(Date)  # the member's local day then
    at = optional(UtcDateTime)  # None: only the day is known
    zone = required(String)
    medium = optional(String)  # email · linkedin · phone · text · card · in_person · letter
    answer = optional(String)  # records.Answer
    until = optional(Date)
    text = optional(Encrypted("touches.text"))
    reminder_key = optional(Key)  # whose press wrote it: two presses, one touch
    recorded_at = required(UtcDateTime)
    late_days = required(BigInteger, default=0)  # so many local days after ``on`` it was noted
    __table_args__ = (
        UniqueConstraint("reminder_key"),
        # Both hold all that the scores of challenges ask for, as that of talks does.
        Index("ix_touches_owner", *_COUNTED),
        Index("ix_touches_contact", "contact_key", "kind", "on"),
    )


class Promise(Base):
    """One line of "what you will do next" after a talk (R42)."""

    __tablename__ = "promises"
    key = key_column()
    owner_id = owner_column()
    contact_key = _contact()
    interview_key = required(Key, ForeignKey("interviews.key", ondelete="CASCADE"), index=True)
    text = required(Encrypted("promises.text"))
    on = required(Date)
    settled_on = optional(Date)
    kept = optional(Boolean)  # done, or dropped
    __table_args__ = (Index("ix_promises_owner", "owner_id"),)


class Decision(Base):
    """What a member decided about a follow-up instead of doing it."""

    __tablename__ = "decisions"
    key = key_column()
    owner_id = owner_column()
    contact_key = _contact()
    kind = required(String)  # records.Kind
    anchor = required(String)
    verdict = required(String)  # records.Verdict
    on = required(Date)
    at = required(UtcDateTime)
    __table_args__ = (
        UniqueConstraint("owner_id", "kind", "anchor", "verdict"),
        Index("ix_decisions_owner", "owner_id"),
    )


class Reminder(Base):
    """One follow-up's row. ``wake_at`` is the snooze or the due time, spread over ten minutes.

    Where that was over before the row was written, it is the next moment that suits it.
    """

    __tablename__ = "reminders"
    key = key_column()
    owner_id = owner_column()
    contact_key = optional(Key, ForeignKey("contacts.key", ondelete="CASCADE"), index=True)
    plan_key = required(String)  # rules.records.FollowUp.key
    kind = required(String)  # records.Kind
    anchor = required(String)
    step = required(BigInteger)
    due_at = required(UtcDateTime)
    snoozed_until = optional(UtcDateTime)
    wake_at = required(UtcDateTime)
    expires_at = required(UtcDateTime)
    state = required(String)  # records.ReminderState
    delivery_key = optional(Key, ForeignKey("deliveries.key", ondelete="SET NULL"), index=True)
    delivered_at = optional(UtcDateTime)
    delivered_on = optional(Date)  # the member's local day
    pressed_at = optional(UtcDateTime)
    __table_args__ = (
        UniqueConstraint("owner_id", "plan_key"),
        Index("ix_reminders_owner", "owner_id", "due_at"),
        Index(
            "ix_reminders_waiting",
            "wake_at",
            "owner_id",
            sqlite_where=_WAITING,
        ),
        Index(
            "ix_reminders_unsettled",
            *("owner_id", "kind", "due_at", "expires_at"),
            sqlite_where=_NOT_SETTLED,
        ),
    )


class Delivery(Base):
    """One message on its way: frozen before the first try, sent exactly once under its key."""

    __tablename__ = "deliveries"
    key = key_column()
    name = required(String, unique=True)  # what it is, once: "nudge:<key>", "hello:<member>"
    owner_id = optional(BigInteger, ForeignKey(OWNER, ondelete="CASCADE"), index=True)
    channel_id = optional(BigInteger)
    # Emptied a month after the message has ended.
    body = optional(Encrypted("deliveries.body", as_json=True))
    state = required(String)  # sending · retry · delivered · unreachable · failed · lapsed
    attempts = required(BigInteger, default=0)
    created_at = required(UtcDateTime)
    lease_until = optional(UtcDateTime)
    retry_at = optional(UtcDateTime)
    first_try_at = optional(UtcDateTime)
    expires_at = optional(UtcDateTime)  # not tried, or not tried again, from then on
    delivered_at = optional(UtcDateTime)
    pressed_at = optional(UtcDateTime)
    message_id = optional(BigInteger)
    code = optional(BigInteger)  # Discord's error code of the last refusal
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
    key = key_column()
    owner_id = owner_column()
    interaction_id = optional(BigInteger, unique=True)
    verb = required(String)
    at = required(UtcDateTime)
    before = optional(Encrypted("changes.before", as_json=True))
    undone_at = optional(UtcDateTime)
    __table_args__ = (Index("ix_changes_owner", "owner_id", "at"),)


class Unfinished(Base):
    """What a form that failed held; kept for a day so that nothing typed is lost."""

    __tablename__ = "unfinished"
    key = key_column()
    owner_id = required(BigInteger)  # no member row yet when the first form fails
    form = required(String)
    subject = required(String)
    values = required(Encrypted("unfinished.values", as_json=True))
    at = required(UtcDateTime, index=True)
    __table_args__ = (Index("ix_unfinished_owner", "owner_id"),)


class OwnQuestion(Base):
    """A question that a member wrote, to be asked before those of the bank."""

    __tablename__ = "own_questions"
    key = key_column()
    owner_id = owner_column()
    text = required(Encrypted("own_questions.text"))
    field = optional(String)  # content.FIELDS; None: for everybody
    added_at = required(UtcDateTime)
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

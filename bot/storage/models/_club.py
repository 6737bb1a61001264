"""The tables of a club: public, but for what would tell who stands behind an alias."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
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

from bot.storage.models._base import OWNER, Base, key_column, optional, owner_column, required
from bot.storage.types import Encrypted, Key, UtcDateTime

_UNFINISHED = text("closed_at IS NULL")


def _challenge() -> ColumnClause[str]:
    return required(Key, ForeignKey("challenges.key", ondelete="CASCADE"))


def _cohort() -> ColumnClause[str]:
    return required(Key, ForeignKey("cohorts.key", ondelete="CASCADE"))


class Guild(Base):
    """A server where a club uses the bot; ``id`` is its Discord id."""

    __tablename__ = "guilds"
    id = required(BigInteger, primary_key=True, autoincrement=False)
    name = optional(String)  # as boards and pictures show it
    zone = optional(String)
    start_channel_id = optional(BigInteger)
    start_message_id = optional(BigInteger)
    news_channel_id = optional(BigInteger)  # where challenges are announced
    organiser_channel_id = optional(BigInteger)  # where reports and members' letters go
    board_weekday = required(BigInteger, default=0)  # 0 is Monday
    board_minute = required(BigInteger, default=1080)  # after midnight, in the club's zone
    set_up_by = optional(BigInteger)
    set_up_at = optional(UtcDateTime)
    left_at = optional(UtcDateTime)  # the bot was removed; erased 30 days later


class Pack(Base):
    """Questions that a club's organisers published on their server; public, so not encrypted."""

    __tablename__ = "packs"
    key = key_column()
    guild_id = required(BigInteger)
    name = required(String)
    body = required(String)  # its sound questions, as JSON
    published_by = optional(BigInteger)
    published_at = required(UtcDateTime)
    __table_args__ = (UniqueConstraint("guild_id", "name"),)


class Cohort(Base):
    """A group of a club's members who go through a term together."""

    __tablename__ = "cohorts"
    key = key_column()
    guild_id = required(BigInteger, index=True)
    name = required(String)
    starts_on = optional(Date)
    ends_on = optional(Date)
    role_id = optional(BigInteger)  # given on joining
    capacity = optional(BigInteger)
    code = optional(String)  # None: open to every member of the server
    teams = required(String, default="none")  # none · chosen · balanced
    created_by = optional(BigInteger)
    created_at = required(UtcDateTime)
    archived_at = optional(UtcDateTime)


class Team(Base):
    """One team of a cohort."""

    __tablename__ = "teams"
    key = key_column()
    cohort_key = _cohort()
    name = required(String)
    place = required(BigInteger)  # its order among the teams
    __table_args__ = (UniqueConstraint("cohort_key", "name"),)


class CohortMember(Base):
    """A member in a cohort."""

    __tablename__ = "cohort_members"
    key = key_column()
    cohort_key = _cohort()
    owner_id = owner_column()
    team_key = optional(Key, ForeignKey("teams.key", ondelete="SET NULL"))
    joined_at = required(UtcDateTime)
    left_at = optional(UtcDateTime)
    __table_args__ = (
        UniqueConstraint("cohort_key", "owner_id"),
        Index("ix_cohort_members_owner", "owner_id"),
        Index("ix_cohort_members_team", "team_key"),
    )


class Challenge(Base):
    """What members of a club, or of one cohort, do in the same weeks."""

    __tablename__ = "challenges"
    key = key_column()
    guild_id = required(BigInteger)
    cohort_key = optional(Key, ForeignKey("cohorts.key", ondelete="SET NULL"), index=True)
    kit = required(String, default="")  # content.Kit.id; "": of own metrics
    title = required(String)
    text = required(String)  # its announcement; a kit's own words otherwise
    shape = required(String, default="members")  # members · teams · club
    goal = optional(BigInteger)  # points, for the whole club together
    terms = required(JSON)  # rules.scoring.Term, frozen when it was made
    starts_on = required(Date)
    ends_on = required(Date)
    channel_id = optional(BigInteger)
    ping_role_id = optional(BigInteger)
    winners_role_id = optional(BigInteger)
    asks_question = required(Boolean, default=False)
    created_by = optional(BigInteger)
    created_at = required(UtcDateTime)
    cancelled_at = optional(UtcDateTime)
    closed_at = optional(UtcDateTime)  # its standings are frozen, or it was cancelled
    roles_given_at = optional(UtcDateTime)
    __table_args__ = (
        Index("ix_challenges_guild", "guild_id", "closed_at"),
        Index("ix_challenges_open", "key", sqlite_where=_UNFINISHED),
    )


class Participation(Base):
    """A member in a challenge: how they are shown, and from which day their deeds count."""

    __tablename__ = "participations"
    key = key_column()
    challenge_key = _challenge()
    owner_id = owner_column()
    team_key = optional(Key, ForeignKey("teams.key", ondelete="SET NULL"))
    counts_from = required(Date)  # the member's local day
    joined_at = required(UtcDateTime)
    left_at = optional(UtcDateTime)
    shown = required(String, default="alias")  # alias · name · hidden
    alias = required(Encrypted("participations.alias"))
    name = optional(Encrypted("participations.name"))
    may_dm = required(Boolean, default=False)  # in the last 48 hours
    excluded_at = optional(UtcDateTime)
    has_answered = required(String, default="")  # which questions: "start close"
    __table_args__ = (
        UniqueConstraint("challenge_key", "owner_id"),
        Index("ix_participations_owner", "owner_id"),
        Index("ix_participations_team", "team_key"),
    )


class Standing(Base):
    """One line of a closed challenge's board, frozen; a team's has no owner."""

    __tablename__ = "standings"
    key = key_column()
    challenge_key = _challenge()
    owner_id = optional(BigInteger, ForeignKey(OWNER, ondelete="CASCADE"))
    line = required(Encrypted("standings.line", as_json=True))
    __table_args__ = (
        UniqueConstraint("challenge_key", "owner_id"),
        Index("ix_standings_owner", "owner_id"),
    )


class Tally(Base):
    """How often a figure came up in a challenge, without anybody's name beside it.

    ``name`` says what was counted: an answer to the anonymous question, a figure of the report.
    ``behind`` is one keyed hash of all that a published figure sums up, so that a later one is
    compared to it only while nobody left and nothing was taken back; null where none is needed.
    """

    __tablename__ = "tallies"
    challenge_key = required(
        Key, ForeignKey("challenges.key", ondelete="CASCADE"), primary_key=True
    )
    name = required(String, primary_key=True)
    value = required(BigInteger, default=0)
    behind = optional(LargeBinary(16))

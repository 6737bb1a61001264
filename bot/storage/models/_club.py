"""The tables of a club: public, but for what would tell who stands behind an alias."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.models._base import Base, key_column, owner_column
from bot.storage.types import Encrypted, Key

_UNFINISHED = text("closed_at IS NULL")


def _challenge() -> Mapped[str]:
    return mapped_column(Key, ForeignKey("challenges.key", ondelete="CASCADE"))


def _cohort() -> Mapped[str]:
    return mapped_column(Key, ForeignKey("cohorts.key", ondelete="CASCADE"))


class Guild(Base):
    """A server where a club uses the bot; ``id`` is its Discord id."""

    __tablename__ = "guilds"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str | None]  # as boards and pictures show it
    zone: Mapped[str | None]
    start_channel_id: Mapped[int | None]
    start_message_id: Mapped[int | None]
    news_channel_id: Mapped[int | None]  # where challenges are announced
    organiser_channel_id: Mapped[int | None]  # where reports and members' letters go
    board_weekday: Mapped[int] = mapped_column(default=0)  # 0 is Monday
    board_minute: Mapped[int] = mapped_column(default=1080)  # after midnight, in the club's zone
    set_up_by: Mapped[int | None]
    set_up_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]  # the bot was removed; erased 30 days later


class Pack(Base):
    """Questions that a club's organisers published on their server; public, so not encrypted."""

    __tablename__ = "packs"
    key: Mapped[str] = key_column()
    guild_id: Mapped[int]
    name: Mapped[str]
    body: Mapped[str]  # its sound questions, as JSON
    published_by: Mapped[int | None]
    published_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("guild_id", "name"),)


class Cohort(Base):
    """A group of a club's members who go through a term together."""

    __tablename__ = "cohorts"
    key: Mapped[str] = key_column()
    guild_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    role_id: Mapped[int | None]  # given on joining
    capacity: Mapped[int | None]
    code: Mapped[str | None]  # None: open to every member of the server
    teams: Mapped[str] = mapped_column(default="none")  # none · chosen · balanced
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class Team(Base):
    """One team of a cohort."""

    __tablename__ = "teams"
    key: Mapped[str] = key_column()
    cohort_key: Mapped[str] = _cohort()
    name: Mapped[str]
    place: Mapped[int]  # its order among the teams
    __table_args__ = (UniqueConstraint("cohort_key", "name"),)


class CohortMember(Base):
    """A member in a cohort."""

    __tablename__ = "cohort_members"
    key: Mapped[str] = key_column()
    cohort_key: Mapped[str] = _cohort()
    owner_id: Mapped[int] = owner_column()
    team_key: Mapped[str | None] = mapped_column(Key, ForeignKey("teams.key", ondelete="SET NULL"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("cohort_key", "owner_id"),
        Index("ix_cohort_members_owner", "owner_id"),
        Index("ix_cohort_members_team", "team_key"),
    )


class Challenge(Base):
    """What members of a club, or of one cohort, do in the same weeks."""

    __tablename__ = "challenges"
    key: Mapped[str] = key_column()
    guild_id: Mapped[int]
    cohort_key: Mapped[str | None] = mapped_column(
        Key, ForeignKey("cohorts.key", ondelete="SET NULL"), index=True
    )
    kit: Mapped[str] = mapped_column(default="")  # content.Kit.id; "": of own metrics
    title: Mapped[str]
    text: Mapped[str]  # its announcement; a kit's own words otherwise
    shape: Mapped[str] = mapped_column(default="members")  # members · teams · club
    goal: Mapped[int | None]  # points, for the whole club together
    terms: Mapped[list[Any]] = mapped_column(JSON)  # rules.scoring.Term, frozen when it was made
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    channel_id: Mapped[int | None]
    ping_role_id: Mapped[int | None]
    winners_role_id: Mapped[int | None]
    asks_question: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]  # its standings are frozen, or it was cancelled
    roles_given_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_challenges_guild", "guild_id", "closed_at"),
        Index("ix_challenges_open", "key", sqlite_where=_UNFINISHED),
    )


class Participation(Base):
    """A member in a challenge: how they are shown, and from which day their deeds count."""

    __tablename__ = "participations"
    key: Mapped[str] = key_column()
    challenge_key: Mapped[str] = _challenge()
    owner_id: Mapped[int] = owner_column()
    team_key: Mapped[str | None] = mapped_column(Key, ForeignKey("teams.key", ondelete="SET NULL"))
    counts_from: Mapped[date]  # the member's local day
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    shown: Mapped[str] = mapped_column(default="alias")  # alias · name · hidden
    alias: Mapped[str] = mapped_column(Encrypted("participations.alias"))
    name: Mapped[str | None] = mapped_column(Encrypted("participations.name"))
    may_dm: Mapped[bool] = mapped_column(default=False)  # in the last 48 hours
    excluded_at: Mapped[datetime | None]
    has_answered: Mapped[str] = mapped_column(default="")  # which questions: "start close"
    __table_args__ = (
        UniqueConstraint("challenge_key", "owner_id"),
        Index("ix_participations_owner", "owner_id"),
        Index("ix_participations_team", "team_key"),
    )


class Standing(Base):
    """One line of a closed challenge's board, frozen; a team's has no owner."""

    __tablename__ = "standings"
    key: Mapped[str] = key_column()
    challenge_key: Mapped[str] = _challenge()
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    line: Mapped[dict[str, Any]] = mapped_column(Encrypted("standings.line", as_json=True))
    __table_args__ = (
        Index("ix_standings_challenge", "challenge_key"),
        Index("ix_standings_owner", "owner_id"),
    )


class Tally(Base):
    """How often a figure came up in a challenge, without anybody's name beside it.

    ``name`` says what was counted: an answer to the anonymous question, a figure of the report.
    """

    __tablename__ = "tallies"
    challenge_key: Mapped[str] = mapped_column(
        Key, ForeignKey("challenges.key", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(default=0)

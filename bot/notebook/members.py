"""Members: who uses the bot, and the settings that move their follow-ups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from bot.notebook.access import change_member, member_and_club, member_and_contact, zone_of_club
from bot.rules.records import Rhythm
from bot.storage.models import Member
from bot.storage.session import Session
from bot.storage.upserts import insert_new

MOVES_THE_PLAN = frozenset(
    {"zone", "morning", "quiet_from", "quiet_to", "weekdays", "chase_days", "check_in_days"}
)
"""The columns of a member that move follow-ups when they change."""


@dataclass(frozen=True)
class MemberFacts:
    """A member's row in plain values; ``rhythm`` is what the plan takes."""

    id: int
    is_new: bool = False
    guild_id: int | None = None  # the club they came from
    profile: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    zone: str | None = None
    club_zone: str | None = None
    mode: str = "daily"
    discreet: bool = False
    ideas: bool = False
    paused_until: datetime | None = None
    asked_quiet_at: datetime | None = None
    hello_at: datetime | None = None
    dm_channel_id: int | None = None
    erase_at: datetime | None = None  # when all of theirs is erased
    erase_why: str | None = None  # asked · unused
    rhythm: Rhythm = field(default_factory=Rhythm)

    @property
    def zone_or_club(self) -> str:
        """The member's zone, else the club's, else UTC."""
        return self.zone or self.club_zone or "UTC"

    @property
    def is_leaving(self) -> bool:
        """Whether they asked for everything of theirs to be erased, and it is not done yet."""
        return self.erase_at is not None and self.erase_why == "asked"

    @property
    def is_without_zone(self) -> bool:
        """Whether nobody has said where the member's mornings are: neither they nor their club."""
        return self.zone is None and self.club_zone is None


async def find_member(session: Session, member_id: int, *, guild_id: int | None) -> MemberFacts:
    """Read a member; a person who never stored anything gets the defaults with ``is_new``.

    ``guild_id`` is where a new person is: the zone of that club holds for them, from their first
    command on. It is None where a new person has nothing to be read, or is on no server.
    """
    for row in await session.rows(member_and_club(), {"member": member_id}):
        return member_facts(row)
    club_zone = await session.scalar(zone_of_club(guild_id)) if guild_id else None
    rhythm = Rhythm(zone=club_zone or "UTC")
    return MemberFacts(
        member_id, is_new=True, guild_id=guild_id, club_zone=club_zone, rhythm=rhythm
    )


async def find_key(
    session: Session, member_id: int, key: str
) -> tuple[MemberFacts | None, str | None]:
    """Read a member, and give a contact's key back if it is one of theirs, else None.

    Of a person who never stored anything nothing is told: ``find_member`` reads their zone.
    """
    for row in await session.rows(member_and_contact(), {"member": member_id, "contact": key}):
        return member_facts(row), row.contact_key
    return None, None


async def ensure_member(
    session: Session, member_id: int, *, now: datetime, guild_id: int | None = None
) -> MemberFacts:
    """Read a member, and add them first if they are new; ``guild_id`` is where they came from."""
    member = await find_member(session, member_id, guild_id=None)
    if not member.is_new:
        return member
    values: dict[str, Any] = {
        "id": member_id,
        "profile": {},
        "guild_id": guild_id,
        "created_at": now,
    }
    await insert_new(session, Member, [values])
    return await find_member(session, member_id, guild_id=guild_id)


async def change_settings(session: Session, member_id: int, **values: Any) -> None:
    """Store columns of the member's own row; the caller reconciles when the rhythm has moved."""
    await session.execute(change_member(member_id).values(**values))


def member_facts(row: Any) -> MemberFacts:
    """Read the columns of ``member_and_club``, from wherever they were selected."""
    return MemberFacts(
        id=row.id,
        guild_id=row.guild_id,
        profile=row.profile,
        zone=row.zone,
        club_zone=row.club_zone,
        mode=row.mode,
        discreet=row.discreet,
        ideas=row.ideas,
        paused_until=row.paused_until,
        asked_quiet_at=row.asked_quiet_at,
        hello_at=row.hello_at,
        dm_channel_id=row.dm_channel_id,
        erase_at=row.erase_at,
        erase_why=row.erase_why,
        rhythm=_rhythm(
            row.zone or row.club_zone or "UTC",
            (row.morning, row.quiet_from, row.quiet_to),
            row.weekdays,
            (row.chase_days, row.check_in_days),
        ),
    )


@lru_cache(maxsize=512)  # most members leave it as it is
def _rhythm(zone: str, clock: tuple[int, int, int], weekdays: str, days: tuple[int, int]) -> Rhythm:
    morning, quiet_from, quiet_to = map(clock_time, clock)
    chase_days, check_in_days = days
    return Rhythm(
        zone=zone,
        morning=morning,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        weekdays=frozenset(int(day) for day in weekdays),
        chase_days=chase_days,
        check_in_days=check_in_days,
    )


def member_columns(member: MemberFacts) -> dict[str, Any]:
    """Turn a member's facts back into the columns that can be changed."""
    rhythm = member.rhythm
    return {
        "profile": member.profile,
        "zone": member.zone,
        "mode": member.mode,
        "discreet": member.discreet,
        "ideas": member.ideas,
        "paused_until": member.paused_until,
        "asked_quiet_at": member.asked_quiet_at,
        "hello_at": member.hello_at,
        "dm_channel_id": member.dm_channel_id,
        "morning": minutes_of(rhythm.morning),
        "quiet_from": minutes_of(rhythm.quiet_from),
        "quiet_to": minutes_of(rhythm.quiet_to),
        "weekdays": "".join(str(day) for day in sorted(rhythm.weekdays)),
        "chase_days": rhythm.chase_days,
        "check_in_days": rhythm.check_in_days,
    }


def with_columns(member: MemberFacts, values: Mapping[str, Any]) -> MemberFacts:
    """Give a member's facts as they are once these columns are stored."""
    columns = {**member_columns(member), **values}
    names = ("id", "guild_id", "club_zone", "erase_at", "erase_why")
    fixed = {name: getattr(member, name) for name in names}
    return member_facts(SimpleNamespace(**fixed, **columns))


def clock_time(minutes: int) -> time:
    """Turn minutes after midnight into a wall-clock time."""
    return time(minutes // 60 % 24, minutes % 60)


def minutes_of(at: time) -> int:
    """Turn a wall-clock time into minutes after midnight."""
    return at.hour * 60 + at.minute

"""A club's settings: its time zone, its Start post, where challenges are announced and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from bot.errors import UserError
from bot.storage.models import Challenge, Delivery, Guild
from bot.storage.session import Session
from bot.storage.types import KEY_LENGTH
from bot.storage.upserts import upsert

_POST = "challenge:"  # "challenge:<key>:…" is the name of a post
KEPT_DAYS = 30
"""So long after the bot was removed a club's groups, boards and settings are kept."""


@dataclass(frozen=True, slots=True)
class Club:
    """A server where the bot is set up; the defaults are those of one where it is not."""

    guild_id: int
    zone: str | None = None
    start_channel_id: int | None = None
    start_message_id: int | None = None
    set_up_at: datetime | None = None
    name: str | None = None
    news_channel_id: int | None = None  # where challenges are announced
    organiser_channel_id: int | None = None  # where reports and members' letters go
    board_weekday: int = 0  # of the weekly boards; 0 is Monday
    board_minute: int = 1080  # after midnight, in the club's zone
    left_at: datetime | None = None


_COLUMNS = (
    Guild.zone,
    Guild.start_channel_id,
    Guild.start_message_id,
    Guild.set_up_at,
    Guild.name,
    Guild.news_channel_id,
    Guild.organiser_channel_id,
    Guild.board_weekday,
    Guild.board_minute,
    Guild.left_at,
)


async def find_club(session: Session, guild_id: int) -> Club:
    """Read a club's settings."""
    row = (await session.execute(select(*_COLUMNS).where(Guild.id == guild_id))).one_or_none()
    return Club(guild_id) if row is None else Club(guild_id, *row)


async def access_club(session: Session, guild_id: int) -> Club:
    """Read the settings of a club that is set up, or raise UserError."""
    club = await find_club(session, guild_id)
    if club.set_up_at is None:
        raise UserError("The club is not set up yet: run **/organise setup** here first.")
    return club


async def find_club_name(session: Session, guild_id: int | None) -> str:
    """Read a club's name; "" for no club, for one without a name, and for one the bot has left."""
    if guild_id is None:
        return ""
    there = select(Guild.name).where(Guild.id == guild_id, Guild.left_at.is_(None))
    return await session.scalar(there) or ""


async def list_clubs(session: Session) -> list[Club]:
    """List every server where the bot is set up, or was within 30 days."""
    rows = await session.execute(select(Guild.id, *_COLUMNS))
    return [Club(*row) for row in rows.all()]


async def set_up_club(
    session: Session, guild_id: int, *, zone: str, set_up_by: int, now: datetime
) -> None:
    """Store a club's zone (IANA), which holds for members until their own is known."""
    before = await find_club(session, guild_id)
    row = {
        "id": guild_id,
        "zone": zone,
        "set_up_by": set_up_by,
        "set_up_at": before.set_up_at or now,
        "left_at": None,
    }
    await upsert(session, Guild, [row], key=("id",))


async def place_start_post(
    session: Session, guild_id: int, *, channel_id: int, message_id: int
) -> None:
    """Store where the club's one Start post stands."""
    where = {"start_channel_id": channel_id, "start_message_id": message_id}
    await session.execute(update(Guild).where(Guild.id == guild_id).values(**where))


@dataclass(frozen=True, slots=True)
class Boards:
    """Where a club's challenges are announced, where organisers read, and when boards are posted.

    ``weekday`` counts from Monday as 0; ``minute`` counts from midnight in the club's zone.
    """

    news_channel_id: int | None
    organiser_channel_id: int | None = None
    weekday: int = 0
    minute: int = 1080


async def place_boards(
    session: Session, guild_id: int, boards: Boards, *, name: str, now: datetime
) -> None:
    """Store a club's channels and board day; posts that found no channel are tried there again."""
    row = {
        "id": guild_id,
        "name": name,
        "news_channel_id": boards.news_channel_id,
        "organiser_channel_id": boards.organiser_channel_id,
        "board_weekday": boards.weekday,
        "board_minute": boards.minute,
        "left_at": None,
    }
    await upsert(session, Guild, [row], key=("id",))
    here = Challenge.guild_id == guild_id
    if boards.news_channel_id is not None:
        moved = {"channel_id": boards.news_channel_id}
        is_open = Challenge.closed_at.is_(None)
        await session.execute(update(Challenge).where(here, is_open).values(moved))
    await _try_there(session, guild_id, boards, now)


async def _try_there(session: Session, guild_id: int, boards: Boards, now: datetime) -> None:
    """Send on what found no way yet: reports to the organisers alone, all else to the news."""
    ours = select(Challenge.key).where(Challenge.guild_id == guild_id)
    waiting = (
        Delivery.state.in_(("unreachable", "retry")),
        Delivery.owner_id.is_(None),
        Delivery.delivered_at.is_(None),
        Delivery.name.startswith(_POST),
        func.substr(Delivery.name, len(_POST) + 1, KEY_LENGTH).in_(ours),
    )
    is_report = Delivery.name.endswith(":report")
    places = ((boards.organiser_channel_id, is_report), (boards.news_channel_id, ~is_report))
    for channel_id, which in places:
        if channel_id is not None:
            again = {"state": "retry", "lease_until": now, "retry_at": now}
            await session.execute(
                update(Delivery).where(*waiting, which).values(**again, channel_id=channel_id)
            )


async def leave_club(session: Session, guild_id: int, *, now: datetime) -> None:
    """Note that the bot was removed from a server: all of the club is erased 30 days later."""
    await session.execute(
        update(Guild).where(Guild.id == guild_id, Guild.left_at.is_(None)).values(left_at=now)
    )


async def come_back(session: Session, guild_id: int) -> bool:
    """Note that the bot is on a server again; True if it had been removed within 30 days."""
    club = await find_club(session, guild_id)
    if club.left_at is None:
        return False
    await session.execute(update(Guild).where(Guild.id == guild_id).values(left_at=None))
    return True

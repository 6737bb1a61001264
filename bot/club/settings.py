"""A club's settings: its time zone, and where its Start post stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from bot.storage.models import Guild
from bot.storage.session import Session
from bot.storage.upserts import upsert


@dataclass(frozen=True, slots=True)
class Club:
    """A server where the bot is set up; the defaults are those of one where it is not."""

    guild_id: int
    zone: str | None = None
    start_channel_id: int | None = None
    start_message_id: int | None = None
    set_up_at: datetime | None = None


async def find_club(session: Session, guild_id: int) -> Club:
    """Read a club's settings."""
    columns = (Guild.zone, Guild.start_channel_id, Guild.start_message_id, Guild.set_up_at)
    row = (await session.execute(select(*columns).where(Guild.id == guild_id))).one_or_none()
    return Club(guild_id) if row is None else Club(guild_id, *row)


async def set_up_club(
    session: Session, guild_id: int, *, zone: str, set_up_by: int, now: datetime
) -> Club:
    """Store a club's zone (IANA), which holds for members until their own is known.

    Returns the club as it was before.
    """
    before = await find_club(session, guild_id)
    row = {
        "id": guild_id,
        "zone": zone,
        "set_up_by": set_up_by,
        "set_up_at": before.set_up_at or now,
        "left_at": None,
    }
    await upsert(session, Guild, [row], key=("id",))
    return before


async def place_start_post(
    session: Session, guild_id: int, *, channel_id: int, message_id: int
) -> None:
    """Store where the club's one Start post stands."""
    where = {"start_channel_id": channel_id, "start_message_id": message_id}
    await session.execute(update(Guild).where(Guild.id == guild_id).values(**where))

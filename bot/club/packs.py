"""Packs: questions that a club's organisers publish for the members of their server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import delete, select

from bot.content import Content, Question, read_questions, with_questions, write_questions
from bot.errors import UserError
from bot.storage.db import Database
from bot.storage.models import Pack
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import upsert

MOST_PACKS = 10
MOST_IN_CLUB = 600
"""So many questions may the packs of one club hold together."""

_CLUBS_HELD = 32
_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class ClubPack:
    """One published pack."""

    key: str
    name: str
    questions: tuple[Question, ...]
    published_at: datetime


def pack_name(file_name: str) -> str:
    """Name a pack after its file; what a browser adds to a second download is left off."""
    stem = re.sub(r"(\.toml|\.txt)+$", "", file_name.strip(), flags=re.IGNORECASE)
    stem = re.sub(r"\s*\(\d+\)$", "", stem)
    words = re.sub(r"[\W_]+", " ", stem).strip().casefold()
    return words[:_NAME_LENGTH].strip() or "questions"


async def list_packs(session: Session, guild_id: int) -> list[ClubPack]:
    """List a club's packs by name."""
    columns = (Pack.key, Pack.name, Pack.body, Pack.published_at)
    rows = await session.execute(
        select(*columns).where(Pack.guild_id == guild_id).order_by(Pack.name)
    )
    return [ClubPack(row.key, row.name, read_questions(row.body), row.published_at) for row in rows]


def club_questions(packs: Iterable[ClubPack]) -> list[Question]:
    """Give the questions of packs, their ids marked so that none takes another's place."""
    return [replace(one, id=f"{pack.key}.{one.id}") for pack in packs for one in pack.questions]


async def publish_pack(
    session: Session,
    guild_id: int,
    *,
    name: str,
    questions: Sequence[Question],
    published_by: int,
    now: datetime,
) -> bool:
    """Publish a pack in a club; one of the same name is replaced, and True returned.

    More than a club may hold raises UserError.
    """
    there = {one.name: one for one in await list_packs(session, guild_id)}
    others = [one for one in there.values() if one.name != name]
    if len(others) >= MOST_PACKS:
        raise UserError(
            f"There are {MOST_PACKS} packs here, and that is all I can hold. Remove one under "
            "**/organise pack**, then press **Publish** again."
        )
    held = sum(len(one.questions) for one in others)
    if held + len(questions) > MOST_IN_CLUB:
        raise UserError(
            f"The packs here hold {held} questions, and with these {len(questions)} it would be "
            f"more than {MOST_IN_CLUB}. Remove one under **/organise pack**, then press "
            "**Publish** again."
        )
    row = {
        "key": there[name].key if name in there else new_key(),
        "guild_id": guild_id,
        "name": name,
        "body": write_questions(questions),
        "published_by": published_by,
        "published_at": now,
    }
    await upsert(session, Pack, [row], key=("key",))
    return name in there


async def remove_pack(session: Session, guild_id: int, key: str) -> tuple[str, str]:
    """Take a pack down; returns its name and its questions as they were kept."""
    here = (Pack.guild_id == guild_id, Pack.key == key)
    row = (await session.execute(select(Pack.name, Pack.body).where(*here))).one_or_none()
    if row is None:
        raise UserError("That pack is not here any more. **/organise pack** lists those there are.")
    await session.execute(delete(Pack).where(*here))
    return row.name, row.body


class PackShelf:
    """Holds the packs of the clubs whose members asked lately; whoever changes one says so."""

    def __init__(self, db: Database, content: Content) -> None:
        self._db = db
        self._content = content
        self._clubs: set[int] = set()
        self._held: dict[int, tuple[Question, ...]] = {}
        self._changes = 0

    async def look_through(self) -> None:
        """Learn which clubs have packs: all the others never cost a statement."""
        async with self._db.read() as session:
            self._clubs.update(await session.scalars(select(Pack.guild_id).distinct()))

    async def content_for(self, guild_id: int | None) -> Content:
        """Give the content with a club's packs beside it; most times without a statement."""
        if guild_id is None or guild_id not in self._clubs:
            return self._content
        questions = self._held.pop(guild_id, None)
        changes = self._changes
        if questions is None:
            async with self._db.read() as session:
                questions = tuple(club_questions(await list_packs(session, guild_id)))
        if changes == self._changes:  # else what was read may be out of date already
            self._held[guild_id] = questions  # the latest stand last
        if len(self._held) > _CLUBS_HELD:
            del self._held[next(iter(self._held))]
        return with_questions(self._content, questions) if questions else self._content

    def forget(self, guild_id: int) -> None:
        """Read a club's packs anew when they are next asked for."""
        self._clubs.add(guild_id)
        self._held.pop(guild_id, None)
        self._changes += 1

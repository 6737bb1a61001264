"""Uploads that wait for an answer: kept for a day, encrypted, in pieces.

One member has one upload at a time. Its head says what it is and how far the member has come; the
rows lie beside it in pieces, so that a page of them costs what it shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from bot.errors import NotYours
from bot.notebook.access import change_mine, delete_mine, mine
from bot.notebook.unfinished import access_unfinished, keep_unfinished
from bot.storage.models import Unfinished
from bot.storage.session import Session
from bot.storage.types import new_key

PIECE = 250
HEAD, ROWS, PEOPLE = "import", "import_rows", "import_people"
_FORMS = (HEAD, ROWS, PEOPLE)


@dataclass(frozen=True)
class Upload:
    """The head of an upload. ``pieces`` of people are new ones, ready to be taken."""

    file: str
    kind: str
    columns: list[str] = field(default_factory=list[str])  # of a table whose columns are asked for
    read_as: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    rows: int = 0  # kept as they were read, until it is known what their columns are
    new: int = 0
    namesakes: list[int] = field(
        default_factory=list[int]
    )  # new, with the name of one who is there
    named: list[str] = field(default_factory=list[str])  # the names of the first of these
    known: int = 0
    shortened: int = 0
    unreadable: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])  # the first
    unreadable_count: int = 0
    looked_for: dict[str, str] = field(default_factory=dict[str, str])
    fits: list[int] | None = None  # who fits what is looked for; None: all
    ticked: list[int] = field(default_factory=list[int])
    page: int = 0
    key: str = ""


async def begin_upload(session: Session, owner_id: int, upload: Upload, *, now: datetime) -> str:
    """Keep the head of a new upload; an older one of the member's is forgotten. Gives its key."""
    await forget_uploads(session, owner_id)
    return await keep_unfinished(
        session, owner_id, form=HEAD, subject="", values=vars(upload), now=now
    )


async def keep_piece(
    session: Session, owner_id: int, place: tuple[str, str, int], rows: Sequence[Any], now: datetime
) -> None:
    """Keep one piece; its place is the upload's key, ROWS or PEOPLE, and the piece's number."""
    key, form, number = place
    await session.execute(
        insert(Unfinished).values(
            key=new_key(),
            owner_id=owner_id,
            form=form,
            subject=f"{key}.{number}",
            values={"rows": list(rows)},
            at=now,
        )
    )


async def access_upload(session: Session, owner_id: int, key: str, *, now: datetime) -> Upload:
    """Read the head of an upload; raises UserError when it is gone or older than a day."""
    kept = await access_unfinished(session, owner_id, key, now=now)
    if kept.form != HEAD:
        raise NotYours
    given: dict[str, Any] = {**kept.values, "key": key}
    return Upload(**given)


async def load_pieces(
    session: Session, owner_id: int, key: str, form: str, numbers: Collection[int]
) -> dict[int, list[Any]]:
    """Read pieces of an upload by their numbers."""
    places = [f"{key}.{number}" for number in sorted(numbers)]
    found = await session.execute(
        mine(owner_id, Unfinished, Unfinished.subject, Unfinished.values).where(
            Unfinished.form == form, Unfinished.subject.in_(places)
        )
    )
    return {int(row.subject.partition(".")[2]): row.values["rows"] for row in found}


async def change_upload(
    session: Session, owner_id: int, upload: Upload, values: Mapping[str, Any]
) -> Upload:
    """Store where the member has come to with an upload."""
    given: dict[str, Any] = {**vars(upload), **values}
    await session.execute(
        change_mine(owner_id, Unfinished)
        .where(Unfinished.key == upload.key, Unfinished.form == HEAD)
        .values(values=given)
    )
    return Upload(**given)


async def forget_uploads(session: Session, owner_id: int) -> None:
    """Forget what a member has uploaded and not taken."""
    await session.execute(delete_mine(owner_id, Unfinished).where(Unfinished.form.in_(_FORMS)))


async def forget_pieces(session: Session, owner_id: int, form: str) -> None:
    """Forget the pieces of one form, before they are written anew."""
    await session.execute(delete_mine(owner_id, Unfinished).where(Unfinished.form == form))

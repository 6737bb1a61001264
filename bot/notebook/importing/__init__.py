"""Importing: an upload is looked through, its people are picked, and come in all at once.

Each step is many small trips to the database, so that nobody else waits for a large one.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.errors import UserError
from bot.exchange import Columns, Incoming, Row, Table, people_in
from bot.notebook.changes import Actor, Stored
from bot.notebook.importing.own_words import LENGTHS, has_own_words, with_own_words
from bot.notebook.importing.signs import Details, load_signs
from bot.notebook.importing.uploads import (
    PEOPLE,
    PIECE,
    ROWS,
    Upload,
    access_upload,
    begin_upload,
    change_upload,
    forget_pieces,
    forget_uploads,
    keep_piece,
    load_pieces,
)
from bot.notebook.importing.writing import (
    Batch,
    discard_import,
    open_import,
    show_import,
    write_people,
)
from bot.notebook.tags import list_described
from bot.rules.search import folded
from bot.storage.db import Database
from bot.storage.session import Session

__all__ = [
    "LOOKED_FOR",
    "Upload",
    "access_upload",
    "change_upload",
    "forget_uploads",
    "keep_people",
    "keep_table",
    "look_for",
    "name_columns",
    "people_at",
    "take_in",
]

LOOKED_FOR = ("organization", "role", "school")
"""What the people of an upload can be filtered by."""

_REASONS_KEPT = 20
_NAMES_KEPT = 5
Tell = Callable[[int, int], Awaitable[None]]


async def keep_table(
    db: Database, owner_id: int, table: Table, *, upload: Upload, now: datetime
) -> Upload:
    """Keep the rows of an upload until the member has said which column is which."""
    key = await db.store(begin_upload, owner_id, upload, now=now)
    rows = [(row.number, list(row.cells)) for row in table.rows]
    await _keep(db, owner_id, (key, ROWS), rows, now)
    return await _changed(db, owner_id, key, {"rows": len(rows)}, now)


async def name_columns(
    db: Database, owner_id: int, upload: Upload, *, read_as: Columns, now: datetime
) -> Upload:
    """Read the people out of kept rows, now that it is known what their columns are."""
    numbers = range(_pieces(upload.rows))
    found = await db.load(load_pieces, owner_id, upload.key, ROWS, numbers)
    cells = [row for number in numbers for row in found.get(number, ())]
    rows = tuple(Row(number, tuple(row)) for number, row in cells)
    table = Table(upload.kind, tuple(upload.columns), rows)
    await db.store(forget_pieces, owner_id, PEOPLE)
    return await _look_through(db, owner_id, upload.key, (table, read_as), now)


async def keep_people(
    db: Database, owner_id: int, table: Table, *, upload: Upload, now: datetime
) -> Upload:
    """Keep the people of an upload whose columns are known, those who are new."""
    key = await db.store(begin_upload, owner_id, upload, now=now)
    return await _look_through(db, owner_id, key, (table, upload.read_as), now)


async def _look_through(
    db: Database, owner_id: int, key: str, read: tuple[Table, Columns], now: datetime
) -> Upload:
    table, read_as = read
    found = await asyncio.to_thread(_people, table, read_as)
    signs = await db.load(load_signs, owner_id)
    people: list[dict[str, Any]] = [person.values for person in found.rows]
    if has_own_words(read_as):
        known = await db.load(list_described, owner_id)
        people = await asyncio.to_thread(with_own_words, people, known)
    new = await asyncio.to_thread(signs.only_new, people, db.keyring)
    namesakes = await asyncio.to_thread(signs.namesakes, new)
    await _keep(db, owner_id, (key, PEOPLE), new, now)
    values: dict[str, Any] = {
        "read_as": read_as,
        "new": len(new),
        "namesakes": namesakes,
        "named": [new[place]["name"] for place in namesakes[:_NAMES_KEPT]],
        "known": len(people) - len(new),
        "shortened": found.shortened,
        "unreadable": [tuple(one) for one in found.unreadable[:_REASONS_KEPT]],
        "unreadable_count": len(found.unreadable),
        "looked_for": {},
        "fits": None,
        "ticked": [],
        "page": 0,
    }
    return await _changed(db, owner_id, key, values, now)


def _people(table: Table, read_as: Columns) -> Incoming:
    found = people_in(table.rows, read_as, LENGTHS)
    unreadable = tuple(sorted((*table.unreadable, *found.unreadable)))
    return Incoming(found.rows, unreadable, found.shortened)


async def _keep(
    db: Database, owner_id: int, place: tuple[str, str], rows: Sequence[object], now: datetime
) -> None:
    for number in range(_pieces(len(rows))):
        piece = rows[number * PIECE : (number + 1) * PIECE]
        await db.store(keep_piece, owner_id, (*place, number), piece, now)


async def _changed(
    db: Database, owner_id: int, key: str, values: Mapping[str, object], now: datetime
) -> Upload:
    async def change(session: Session) -> Upload:
        upload = await access_upload(session, owner_id, key, now=now)
        return await change_upload(session, owner_id, upload, values)

    return await db.store(change)


async def people_at(
    db: Database, owner_id: int, upload: Upload, places: Collection[int]
) -> dict[int, Details]:
    """Read those new people of an upload who stand at these places."""
    wanted = {place // PIECE for place in places}
    pieces = await db.load(load_pieces, owner_id, upload.key, PEOPLE, wanted)
    return {
        place: pieces[place // PIECE][place % PIECE] for place in places if place // PIECE in pieces
    }


async def look_for(
    db: Database, owner_id: int, upload: Upload, *, looked_for: Mapping[str, str], now: datetime
) -> Upload:
    """Show only those people of an upload in whom all of this is found; {}: everybody."""
    wanted = {name: folded(text) for name, text in looked_for.items() if text.strip()}
    fits = None
    if wanted:
        people = await people_at(db, owner_id, upload, range(upload.new))
        fits = await asyncio.to_thread(_fitting, people, wanted)
    kept = {name: looked_for[name] for name in wanted}
    values = {"looked_for": kept, "fits": fits, "page": 0}
    return await _changed(db, owner_id, upload.key, values, now)


def _fitting(people: Mapping[int, Details], wanted: Mapping[str, str]) -> list[int]:
    return [
        place
        for place, details in people.items()
        if all(text in folded(details.get(name, "")) for name, text in wanted.items())
    ]


async def take_in(
    db: Database, upload: Upload, *, by: Actor, places: Collection[int], tell: Tell
) -> tuple[Stored, int]:
    """Store people of an upload: all who are new still, or none. Gives how many there were.

    ``tell`` is awaited after each piece with how many are done, and of how many.
    """
    batch = await db.store(open_import, by=by)
    try:
        count = await _write(db, upload, batch, places, tell)
        return await db.store(_finish, batch, count), count
    except BaseException:
        await asyncio.shield(db.store(discard_import, batch))
        raise


async def _finish(session: Session, batch: Batch, count: int) -> Stored:
    await forget_uploads(session, batch.by.member_id)
    return await show_import(session, by=batch.by, batch=batch, count=count)


async def _write(
    db: Database, upload: Upload, batch: Batch, places: Collection[int], tell: Tell
) -> int:
    owner_id, written, done = batch.by.member_id, 0, 0
    signs = await db.load(load_signs, owner_id)
    by_piece: dict[int, list[int]] = defaultdict(list)
    for place in sorted(places):
        by_piece[place // PIECE].append(place)
    for wanted in by_piece.values():
        people = await people_at(db, owner_id, upload, wanted)
        new = await asyncio.to_thread(signs.only_new, people.values(), db.keyring)
        if new:
            await db.store(write_people, batch, new)
        written, done = written + len(new), done + len(wanted)
        await tell(done, len(places))
    if not written:
        raise UserError("All of them are in your notebook already; nothing was changed.")
    return written


def _pieces(rows: int) -> int:
    return -(-rows // PIECE)

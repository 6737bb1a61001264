from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot.errors import UserError
from bot.exchange import read_table
from bot.exchange.notebooks import FORMAT
from bot.notebook.access import UNSEEN
from bot.notebook.bringing_back import bring_back, look_at, prepare, read_whole, take_back
from bot.notebook.changes import undo
from bot.notebook.contacts import (
    add_contact,
    found_by,
    list_labels,
    list_removed,
    remove_contact,
)
from bot.notebook.exchange import VERSION, gather_export, seal_of, write_export
from bot.notebook.members import ensure_member, find_member
from bot.notebook.profile import change_profile
from bot.storage.db import Database
from bot.storage.keys import new_keyring
from bot.storage.models import OWNED, Contact
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import insert_new
from bot.upkeep.erase import erase_member
from tests.cogs.counting import counted
from tests.exchange import uploads as files
from tests.notebook.test_undo import ANA, CASES, NOW, Scene, by, dump, set_scene

LATER = NOW + timedelta(hours=1)
KEY = re.compile(r"\b[a-z2-7]{13}\b")


async def export(session: Session, owner: int = ANA) -> str:
    return write_export(await gather_export(session, owner, now=LATER)).decode()


def renamed(rows: dict[str, Counter[Any]]) -> dict[str, Counter[Any]]:
    """Leave away what a file cannot bring back: keys, deliveries, and the member's own row."""
    return {
        table: Counter(
            re.sub(r"\('delivery_key', [^)]*\)", "", KEY.sub("KEY", text))
            for text in some.elements()
        )
        for table, some in rows.items()
        if table in OWNED
    }


def sealed(text: str, db: Database) -> dict[str, Any]:
    whole = read_whole(text.encode(), db.keyring)
    assert whole is not None
    return whole


@pytest.mark.parametrize("seed", range(4))
async def test_erased_and_brought_back_it_is_the_same_notebook(
    sqlite_db: Database, seed: int
) -> None:
    db = sqlite_db
    async with db.write() as session:
        scene = await set_scene(session)
    for name in Random(seed).sample(sorted(CASES), 18):
        with suppress(UserError, RuntimeError):
            async with db.write() as session:
                await CASES[name](Scene(session, scene.people, scene.talks))
    async with db.write() as session:
        before, text = await dump(session), await export(session)
        settings = json.loads(text)["member"]
        await erase_member(session, ANA)
    async with db.write() as session:
        await bring_back(session, by=by(LATER), whole=sealed(text, db))
        after, again = await dump(session), await export(session)
    for table, rows in renamed(before).items():
        assert renamed(after)[table] == rows, table
    kept = json.loads(again)["member"]
    lost = ("guild_id", "created_at", "seen_at", "voice_on", "voice_count", "asked_quiet_at")
    assert {n: v for n, v in kept.items() if n not in lost} == {
        n: v for n, v in settings.items() if n not in lost
    }


async def test_a_second_time_nothing_is_doubled(db: Database) -> None:
    async with db.write() as session:
        await set_scene(session)
        text = await export(session)
        with pytest.raises(UserError, match="already"):
            await bring_back(session, by=by(LATER), whole=sealed(text, db))
    async with db.write() as session:
        await erase_member(session, ANA)
        await bring_back(session, by=by(LATER), whole=sealed(text, db))
        before = await dump(session)
    for again in (text, None):
        async with db.write() as session:
            whole = sealed(again or await export(session), db)
            with pytest.raises(UserError, match="already"):
                await bring_back(session, by=by(LATER), whole=whole)
            assert await dump(session) == before


async def test_what_is_missing_comes_back_and_undo_takes_it_out_again(sqlite_db: Database) -> None:
    db = sqlite_db
    async with db.write() as session:
        scene = await set_scene(session)
        text = await export(session)
        gone = await CASES["join_contacts a talk held"](scene)
        assert gone
        before = await dump(session)
    async with db.write() as session:
        stored, counts = await bring_back(session, by=by(LATER), whole=sealed(text, db))
        assert counts["contacts"] == 1
    async with db.write() as session:
        await undo(session, by(LATER + timedelta(minutes=1)), stored.change)
        assert await dump(session) == before


async def test_a_file_of_somebody_else_meets_none_of_their_rows(sqlite_db: Database) -> None:
    db = sqlite_db
    async with db.write() as session:
        await set_scene(session)
        text, before = await export(session), await dump(session)
    async with db.write() as session:
        actor = by(LATER)
        ben = type(actor)(102, LATER, actor.interaction_id)
        await bring_back(session, by=ben, whole=sealed(text, db))
        await erase_member(session, 102)
        assert await dump(session) == before


def test_a_notebook_of_thousands_is_read_packed_as_it_was_given() -> None:
    ring = new_keyring()
    details = ({"name": f"Person {number}", "notes": "." * 500} for number in range(30_000))
    people = [{"key": new_key(), "details": one} for one in details]
    whole: dict[str, Any] = {"format": FORMAT, "version": VERSION, "contacts": people}
    data = write_export({**whole, "seal": seal_of(whole, ring)})
    assert len(data) > 15_000_000
    for packed in (gzip.compress(data, 1), files.zipped(("notebook.json", data))):
        assert read_whole(packed, ring) == whole
    assert len(read_table(packed).rows) == 30_000, "without the seal its people can be read"


async def test_what_is_noted_while_a_file_is_prepared_stays(db: Database) -> None:
    async with db.write() as session:
        await set_scene(session)
        before, text = await dump(session), await export(session)
        await erase_member(session, ANA)
    whole = sealed(text, db)
    prepared = prepare(await db.load(look_at, by=by(LATER), whole=whole), whole)
    async with db.write() as session:
        await add_contact(session, by=by(LATER), values={"name": "Uma"})
    async with db.write() as session:
        await bring_back(session, by=by(LATER), whole=whole, prepared=prepared)
        after = renamed(await dump(session))
    for table in ("contacts", "interviews", "touches", "promises", "decisions"):
        assert not renamed(before)[table] - after[table], table
    assert len(list(after["contacts"].elements())) == 1 + before["contacts"].total()


async def test_many_are_taken_away_again_in_few_statements(sqlite_db: Database) -> None:
    db = sqlite_db
    async with db.write() as session:
        for number in range(40):
            await add_contact(session, by=by(), values={"name": f"Person {number}"})
        text = await export(session)
        await erase_member(session, ANA)
    async with db.write() as session:
        stored, counts = await bring_back(session, by=by(LATER), whole=sealed(text, db))
    assert counts["contacts"] == 40
    with counted(db) as statements:
        async with db.write() as session:
            await undo(session, by(LATER + timedelta(minutes=1)), stored.change)
    assert statements.most_written < 16
    async with db.read() as session:
        assert not (await dump(session))["contacts"]


async def erased_notebook(db: Database) -> tuple[dict[str, Any], dict[str, Counter[Any]]]:
    """Write down a notebook of many, one of them removed; erase it."""
    async with db.write() as session:
        await set_scene(session)
        await change_profile(session, by=by(), values={"name": "Ana Silva"})
        details = [{"name": f"Person {number}"} for number in range(1_200)]
        columns = {"owner_id": ANA, "added_at": NOW, "last_at": NOW}
        rows = [{"key": new_key(), **found_by(db.keyring, one), **columns} for one in details]
        await insert_new(session, Contact, rows)
        await remove_contact(session, by=by(), key=rows[0]["key"])
        before, text = await dump(session), await export(session)
        await erase_member(session, ANA)
    return sealed(text, db), renamed(before)


async def unseen(db: Database) -> list[str]:
    async with db.read() as session:
        found = await session.scalars(select(Contact.key).where(Contact.removed_at == UNSEEN))
        return list(found)


async def test_many_are_written_in_small_trips_and_seen_all_at_once(db: Database) -> None:
    whole, before = await erased_notebook(db)
    taking = asyncio.create_task(take_back(db, by=by(LATER), whole=whole))
    seen: set[int] = set()
    written: set[int] = set()
    while not taking.done():
        seen.add(len(await db.load(list_labels, ANA)))
        written.add(len(await unseen(db)))
    stored, counts = await taking
    people, shown = counts["contacts"], await db.load(list_labels, ANA)
    assert len(shown) == people - 2  # those who were removed
    assert seen <= {0, len(shown)}
    assert written & set(range(1, people)), "not all at once"
    async with db.read() as session:
        assert renamed(await dump(session)) == before
        assert (await find_member(session, ANA, guild_id=None)).profile["name"] == "Ana Silva"
        assert "Person 0" in [one.text for one in await list_removed(session, ANA)]
    async with db.write() as session:
        await undo(session, by(LATER + timedelta(minutes=1)), stored.change)
        assert not (await dump(session))["contacts"]


async def test_a_disturbed_one_leaves_nothing_and_can_be_begun_again(db: Database) -> None:
    whole, before = await erased_notebook(db)

    taking = asyncio.create_task(take_back(db, by=by(LATER), whole=whole))
    written: list[str] = []
    while not written and not taking.done():
        written = await unseen(db)
    async with db.write() as session:
        await session.execute(delete(Contact).where(Contact.key == written[0]))
    with pytest.raises(UserError, match="nothing of it is kept"):
        await taking
    async with db.read() as session:
        left = await dump(session)
    assert not any(left[table] for table in OWNED)
    await take_back(db, by=by(LATER), whole=whole)
    async with db.read() as session:
        assert renamed(await dump(session)) == before
        assert (await find_member(session, ANA, guild_id=None)).profile["name"] == "Ana Silva"


async def test_what_a_crash_has_left_stands_in_no_way(db: Database) -> None:
    whole, before = await erased_notebook(db)
    half = {**whole, "contacts": whole["contacts"][:700]}
    async with db.write() as session:
        await ensure_member(session, ANA, now=LATER)
        standing = await look_at(session, by=by(LATER), whole=whole)
        rows = prepare(standing, half).rows["contacts"]
        await insert_new(session, Contact, [{**row, "removed_at": UNSEEN} for row in rows])
    await take_back(db, by=by(LATER), whole=whole)
    assert await unseen(db) == []
    async with db.read() as session:
        assert renamed(await dump(session)) == before


async def test_a_file_with_other_words_or_without_its_seal_is_not_believed(
    sqlite_db: Database,
) -> None:
    db = sqlite_db
    async with db.write() as session:
        await set_scene(session)
        text = await export(session)
    assert read_whole(text.replace("Rosa Vega", "Rosa Vegas", 1).encode(), db.keyring) is None
    whole = json.loads(text)
    assert read_whole(gzip.compress(json.dumps(whole).encode()), db.keyring) is not None
    del whole["seal"]
    for other in (json.dumps(whole), "", "[]", text[:400], '{"format": "rapport-notebook"}'):
        assert read_whole(other.encode(), db.keyring) is None


@pytest.mark.parametrize("at", ['"seal": "\\ud83d"', '"seal": "x", "name": "\\ud83d"'])
async def test_half_a_sign_in_a_file_is_no_seal(sqlite_db: Database, at: str) -> None:
    text = f'{{"format": "rapport-notebook", {at}}}'
    assert read_whole(text.encode(), sqlite_db.keyring) is None

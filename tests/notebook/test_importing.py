from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, func, select

from bot.errors import UserError
from bot.exchange import guess_columns, read_table
from bot.exchange.outgoing import write_address_cards, write_spreadsheet
from bot.notebook.changes import Actor, undo
from bot.notebook.contacts import add_contact, list_labels, list_removed
from bot.notebook.exchange import columns_of, gather_export, list_exported, write_export
from bot.notebook.importing import (
    Upload,
    access_upload,
    keep_people,
    keep_table,
    look_for,
    name_columns,
    people_at,
    take_in,
    writing,
)
from bot.notebook.log import Happened, log_touch
from bot.notebook.people import list_people
from bot.notebook.profile import change_zone
from bot.notebook.tags import change_tags, list_described
from bot.notebook.today import load_today
from bot.rules.records import ReminderState, TouchKind
from bot.rules.stages import Stage
from bot.storage.db import Database
from bot.storage.keys import read_keyring
from bot.storage.models import Contact, Reminder, Unfinished
from bot.upkeep.erase import erase_member
from bot.upkeep.purge import purge
from tests.exchange import uploads as files

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
ANA, BEN = 101, 102


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    """Most of it is the same on both databases, and one is quicker."""
    return sqlite_db


@pytest.fixture
async def each(db_url: URL, key_file: Path) -> AsyncIterator[Database]:
    database = Database(db_url, read_keyring(key_file))
    yield database
    await database.close()


def by(minutes: int = 0, owner: int = ANA) -> Actor:
    return Actor(owner, NOW + timedelta(minutes=minutes))


def many(count: int) -> str:
    return "name,company\n" + "".join(f"Person {n},Company {n % 7}\n" for n in range(count))


async def offer(db: Database, data: str | bytes, owner: int = ANA) -> Upload:
    table = read_table(data.encode() if isinstance(data, str) else data)
    upload = Upload("list.csv", table.kind, read_as=guess_columns(table.columns))
    return await keep_people(db, owner, table, upload=upload, now=NOW)


async def nothing(*_: int) -> None:
    return


async def take(
    db: Database, upload: Upload, *, minutes: int = 0, owner: int = ANA, tell: Any = nothing
) -> Any:
    return await take_in(db, upload, by=by(minutes, owner), places=range(upload.new), tell=tell)


async def names(db: Database, owner: int = ANA) -> list[str]:
    return sorted(one.text for one in await db.load(list_labels, owner))


async def count(db: Database, model: Any) -> int:
    async with db.read() as session:
        return int(await session.scalar(select(func.count()).select_from(model)))


async def test_those_of_linkedin_come_in_as_known_and_nothing_reminds_of_them(
    db: Database,
) -> None:
    upload = await offer(db, files.LINKEDIN)
    assert (upload.new, upload.known, upload.unreadable) == (3, 0, [(9, "there is no name")])
    _, taken = await take(db, upload)
    assert taken == 3
    assert await names(db) == [
        "José Núñez, PhD · Blue, River & Co · Editor",
        "Mia",
        "Rosa Vega · Mercy Hospital · Head Nurse",
    ]
    assert await count(db, Reminder) == 0
    assert await count(db, Unfinished) == 0
    today = await db.load(load_today, ANA, now=NOW + timedelta(days=60))
    assert not today.day.items


async def test_who_is_there_already_is_known_by_profile_email_or_name_with_workplace(
    db: Database,
) -> None:
    for values in (
        {"name": "R. Vega", "linkedin": "LinkedIn.com/in/Rosa-Vega/?trk=mail"},
        {"name": "Pepe", "email": "JOSE@example.org "},
        {"name": "MÍA"},
    ):
        await db.store(add_contact, by=by(), values=values)
    upload = await offer(db, files.LINKEDIN)
    assert (upload.new, upload.known) == (0, 3)
    with pytest.raises(UserError, match="already"):
        await take(db, upload, minutes=1)


async def test_who_stands_in_a_list_twice_comes_in_once(db: Database) -> None:
    upload = await offer(db, many(5) + many(5).partition("\n")[2])
    assert (upload.new, upload.known) == (5, 5)


async def test_undo_takes_back_a_whole_import_and_nothing_else(each: Database) -> None:
    await each.store(add_contact, by=by(), values={"name": "Leo"})
    stored, taken = await take(each, await offer(each, many(700)), minutes=1)
    assert (taken, await count(each, Contact)) == (700, 701)
    undone = await each.store(undo, by(2), stored.change)
    assert undone.verb == "importing 700 people"
    assert await names(each) == ["Leo"]
    assert await count(each, Contact) == 1


async def test_an_import_that_something_stands_on_is_not_undone(db: Database) -> None:
    stored, _ = await take(db, await offer(db, many(3)))
    key = (await db.load(list_labels, ANA))[0].key
    asked = Happened(TouchKind.ASKED, NOW.date(), NOW)
    await db.store(log_touch, by=by(5), contact=f"#{key}", happened=asked)
    with pytest.raises(UserError, match="stands on this"):
        await db.store(undo, by(6), stored.change)
    assert len(await names(db)) == 3


async def test_what_breaks_off_leaves_nothing(db: Database) -> None:
    upload = await offer(db, many(600))

    async def break_off(done: int, _: int) -> None:
        assert await names(db) == []  # nobody is seen before all are
        if done > 300:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await take(db, upload, tell=break_off)
    assert await count(db, Contact) == 0
    _, taken = await take(db, await db.load(access_upload, ANA, upload.key, now=NOW))
    assert taken == 600


async def test_what_a_crash_leaves_is_seen_by_nobody_and_swept(each: Database) -> None:
    batch = await each.store(writing.open_import, by=by())
    await each.store(writing.write_people, batch, [{"name": "Rosa"}])
    assert await names(each) == []
    assert await each.load(list_removed, ANA) == []
    await each.store(purge, now=NOW + timedelta(minutes=30))
    assert await count(each, Contact) == 1  # it may be under way still
    await each.store(purge, now=NOW + timedelta(hours=2))
    assert await count(each, Contact) == 0
    with pytest.raises(UserError, match="disturbed"):
        await each.store(writing.show_import, by=by(), batch=batch, count=1)


async def test_each_stage_lists_its_own_among_those_who_were_brought(db: Database) -> None:
    await take(db, await offer(db, many(20)))
    key = (await db.load(list_labels, ANA))[0].key
    asked = Happened(TouchKind.ASKED, NOW.date(), NOW)
    await db.store(log_touch, by=by(5), contact=f"#{key}", happened=asked)

    async def at(stage: Stage | None, page: int = 0) -> tuple[int, list[str]]:
        given = {"stage": stage, "search": "", "page": page, "now": NOW}
        found = await db.load(list_people, ANA, **given)
        return found.total, [one.key for one, _ in found.shown]

    assert await at(Stage.ASKED) == (1, [key])
    assert (await at(None))[1][0] == key  # whoever was written to stands before all others
    known, shown = await at(Stage.KNOWN, page=2)
    assert (known, len(shown)) == (19, 3)
    assert await at(Stage.TO_ASK) == (0, [])


async def test_a_new_time_zone_moves_what_is_planned_for_those_who_were_asked(
    db: Database,
) -> None:
    await take(db, await offer(db, many(20)))
    key = (await db.load(list_labels, ANA))[0].key
    asked = Happened(TouchKind.ASKED, NOW.date(), NOW)
    await db.store(log_touch, by=by(5), contact=f"#{key}", happened=asked)
    due = select(Reminder.due_at).where(Reminder.state == ReminderState.WAITING)
    async with db.read() as session:
        before = await session.scalar(due)
    await db.store(change_zone, by=by(6), zone="Asia/Tokyo")
    async with db.read() as session:
        assert await session.scalar(due) != before


async def test_only_those_who_were_picked_come_in(db: Database) -> None:
    upload = await offer(db, many(600))
    upload = await look_for(db, ANA, upload, looked_for={"organization": "company 3"}, now=NOW)
    assert upload.fits is not None
    assert len(upload.fits) == 86
    (shown,) = (await people_at(db, ANA, upload, upload.fits[80:81])).values()
    assert shown["organization"] == "Company 3"
    _, taken = await take_in(db, upload, by=by(), places=upload.fits[80:83], tell=nothing)
    assert taken == 3
    assert {label.split(" · ")[1] for label in await names(db)} == {"Company 3"}


async def test_a_table_with_columns_of_its_own_waits_until_they_are_named(db: Database) -> None:
    table = read_table(files.OTHERS.encode())
    upload = Upload("list.csv", table.kind, list(table.columns))
    upload = await keep_table(db, ANA, table, upload=upload, now=NOW)
    assert (upload.rows, upload.new) == (2, 0)
    read_as = {"name": [1]}
    upload = await name_columns(db, ANA, upload, read_as=read_as, now=NOW)
    read_as = {"name": [0], "organization": [1], "role": [2]}
    upload = await name_columns(db, ANA, upload, read_as=read_as, now=NOW)
    await take(db, upload)
    assert await names(db) == ["Leo Bauer · Northwind · Editor", "Rosa Vega · Mercy · Nurse"]


async def test_ones_own_export_brings_back_everybody_once(db: Database) -> None:
    await take(db, await offer(db, many(4)))
    before = await names(db)
    async with db.read() as session:
        export = write_export(await gather_export(session, ANA, now=NOW))
    assert (await offer(db, export)).new == 0
    await db.store(erase_member, ANA)
    await take(db, await offer(db, export), minutes=1)
    assert await names(db) == before
    assert (await offer(db, export)).new == 0


async def test_nobody_elses_upload_can_be_taken(db: Database) -> None:
    upload = await offer(db, many(4))
    with pytest.raises(UserError):
        await db.load(access_upload, BEN, upload.key, now=NOW)
    assert await people_at(db, BEN, upload, [0]) == {}


async def test_a_newer_upload_takes_the_place_of_the_older(db: Database) -> None:
    older = await offer(db, many(4))
    await offer(db, many(5))
    with pytest.raises(UserError):
        await db.load(access_upload, ANA, older.key, now=NOW)
    await db.store(purge, now=NOW + timedelta(days=2))
    assert await count(db, Unfinished) == 0


async def described(db: Database, owner: int = ANA) -> dict[str, Any]:
    """Read tags and own fields by the name of who has them."""
    people = await db.load(list_described, owner)
    return {one.details["name"]: (one.tags, one.own) for one in people}


async def with_words_of_ones_own(db: Database) -> dict[str, Any]:
    for name, tags, fields in (
        ("Rosa Vega", "alumni, ICU", "Birthday: 3 May\nLikes: =tea, hiking"),
        ("Leo Bauer", "ICU", "Likes: chess"),
        ("Mia Holt", "", ""),
    ):
        async with db.write() as session:
            stored = await add_contact(session, by=by(), values={"name": name})
        (key,) = stored.pages
        if not tags:
            continue
        async with db.write() as session:
            await change_tags(session, by=by(), key=key, tags=tags, fields=fields, gap=None)
    return await described(db)


async def test_tags_and_own_fields_come_back_from_each_of_our_files(db: Database) -> None:
    before = await with_words_of_ones_own(db)
    whole = await db.load(gather_export, ANA, now=NOW)
    people = list_exported(whole)
    table = write_spreadsheet(people, columns_of(people))
    notebook = write_export({**whole, "seal": "of another installation"})
    for owner, data in enumerate((table, notebook), 201):
        await take(db, await offer(db, data, owner), owner=owner)
        assert await described(db, owner) == before
    await take(db, await offer(db, write_address_cards(people), 203), owner=203)
    assert await described(db, 203) == {name: (tags, {}) for name, (tags, _) in before.items()}


async def test_own_fields_for_which_there_is_no_room_become_notes(db: Database) -> None:
    await with_words_of_ones_own(db)
    names = [f"Field {number}" for number in range(10)]
    head = ",".join(f"own: {name}" for name in ("likes", *names))
    row = ",".join(["tea", *(f"value {number}" for number in range(10))])
    data = f"name,role,organization,notes,tags,{head}\nUma,,,Met at the fair,icu;x,{row}\n"
    await take(db, await offer(db, data))
    tags, own = (await described(db))["Uma"]
    assert tags == ["ICU", "x"], "as the member spells it already"
    assert own == {"Likes": "tea", **{name: f"value {n}" for n, name in enumerate(names[:8])}}
    async with db.read() as session:
        (uma,) = [one for one in await list_described(session, ANA) if one.label.startswith("Uma")]
    assert uma.details["notes"] == "Met at the fair\nField 8: value 8\nField 9: value 9"

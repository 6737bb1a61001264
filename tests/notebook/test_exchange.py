from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import UserError
from bot.exchange.outgoing import write_address_cards, write_spreadsheet
from bot.notebook.access import EVERYTHING
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact, remove_contact
from bot.notebook.exchange import (
    DERIVED,
    VERSION,
    columns_of,
    gather_export,
    list_exported,
    write_export,
)
from bot.notebook.profile import start_notebook
from bot.storage.db import Database, parse_url
from bot.storage.keys import read_keyring
from bot.storage.models import Base, Member
from bot.upkeep.erase import erase_member

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
ANA, BEN = 101, 102


@pytest.fixture
async def db(tmp_path: Path, sqlite_template: Path, key_file: Path) -> AsyncIterator[Database]:
    shutil.copy(sqlite_template, tmp_path / "rapport.db")
    database = Database(parse_url(f"sqlite:///{tmp_path / 'rapport.db'}"), read_keyring(key_file))
    yield database
    await database.close()


async def begin(db: Database, owner: int, person: str) -> None:
    async with db.write() as session:
        await start_notebook(
            session,
            by=Actor(owner, NOW),
            profile={"name": "Ana Silva", "field": "nursing"},
            person=person,
            zone="America/New_York",
        )


async def export(db: Database, owner: int) -> dict:
    async with db.read() as session:
        return json.loads(write_export(await gather_export(session, owner, now=NOW)))


async def test_the_export_names_its_format_and_holds_the_words_as_typed(db: Database) -> None:
    await begin(db, ANA, "Rosa Vega ✨, Mercy")
    whole = await export(db, ANA)
    assert whole["format"] == "rapport-notebook"
    assert whole["version"] == 1
    assert whole["exported_at"] == "2026-03-03T15:00:00+00:00"
    assert whole["member"]["profile"] == {"name": "Ana Silva", "field": "nursing"}
    (contact,) = whole["contacts"]
    assert contact["details"] == {"name": "Rosa Vega ✨", "organization": "Mercy"}
    assert contact["lead_on"] == "2026-03-03"
    assert [reminder["kind"] for reminder in whole["reminders"]] == ["approach_lead"]


async def test_every_table_with_an_owner_is_in_the_export(db: Database) -> None:
    await begin(db, ANA, "Rosa")
    owned = {table.name for table in Base.metadata.sorted_tables if "owner_id" in table.columns}
    assert owned <= set(await export(db, ANA))


async def test_removed_people_are_in_it_and_nothing_of_somebody_else(db: Database) -> None:
    await begin(db, ANA, "Rosa")
    await begin(db, BEN, "Leo")
    async with db.write() as session:
        stored = await add_contact(session, by=Actor(ANA, NOW), values={"name": "Mia"})
        await remove_contact(
            session, by=Actor(ANA, NOW + timedelta(minutes=1)), key=next(iter(stored.pages))
        )
    text = json.dumps(await export(db, ANA))
    assert "Mia" in text
    assert "Leo" not in text


async def test_who_never_stored_anything_is_told_so(db: Database) -> None:
    with pytest.raises(UserError, match="nothing of yours"):
        await export(db, ANA)


async def test_after_erasing_there_is_nothing_to_export(db: Database) -> None:
    await begin(db, ANA, "Rosa")
    await begin(db, BEN, "Leo")
    async with db.write() as session:
        await erase_member(session, ANA)
    with pytest.raises(UserError):
        await export(db, ANA)
    assert len((await export(db, BEN))["contacts"]) == 1


def test_tags_and_own_fields_go_along_as_columns() -> None:
    rosa = {"name": "Rosa", "tags": ["mentor", "book club"], "fields": {"Birthday": "3 May"}}
    rows = [{"details": one, "removed_at": None} for one in (rosa, {"name": "Tom"})]
    people = list_exported({"contacts": rows})
    assert columns_of(people)[-2:] == ("tags", "own: Birthday")
    assert people[0]["tags"] == "mentor, book club"
    table = write_spreadsheet(people, columns_of(people)).decode("utf-8-sig").splitlines()
    assert table[1].endswith('"mentor, book club","3 May"')
    assert table[2].endswith('"",""')
    assert "CATEGORIES:mentor,book club" in write_address_cards(people).decode()


async def test_the_page_about_the_export_names_all_that_is_in_it(db: Database) -> None:
    page = (Path(__file__).parents[2] / "docs/export.md").read_text()
    await begin(db, ANA, "Rosa")
    whole = await export(db, ANA)
    assert f"version {VERSION}" in page
    missing = [name for name in whole if f"`{name}`" not in page and f"### {name}" not in page]
    for model in (Member, *EVERYTHING):
        columns = {column.name for column in model.__table__.columns} - DERIVED
        missing += [f"{model.__tablename__}.{n}" for n in columns if f"`{n}`" not in page]
    assert sorted(missing) == []

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Column, Connection, String, inspect, text

from bot.errors import ConfigError
from bot.storage import migrations
from bot.storage.blocking import alone, blocking_engine, reading
from bot.storage.db import parse_url
from bot.storage.keys import read_keyring
from bot.storage.migrate import alembic_config, ensure_schema, stored_revision
from bot.storage.models import Base
from bot.upkeep.restore import count_rows
from tests.upkeep.notebooks import fill

STATES = re.compile(r"'(\w+)'")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    if request.param == "sqlite":
        return parse_url(f"sqlite:///{tmp_path / 'deeper' / 'empty.db'}")
    make: Callable[[], URL] = request.getfixturevalue("new_postgres")
    return make()


def test_head_is_the_newest_migration(sqlite_url: URL):
    with reading(blocking_engine(sqlite_url)) as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
    assert script.get_heads() == [migrations.HEAD]


def test_an_empty_database_is_migrated_once(empty_url: URL):
    assert ensure_schema(empty_url) is True
    assert ensure_schema(empty_url) is False


def migrate_from_nothing(url: URL) -> None:
    with alone(blocking_engine(url)) as connection:
        command.upgrade(alembic_config(connection), "head")


@pytest.mark.parametrize("make", [ensure_schema, migrate_from_nothing])
def test_a_new_database_and_a_migrated_one_are_what_the_models_say(
    empty_url: URL, make: Callable[[URL], object]
):
    make(empty_url)
    with reading(blocking_engine(empty_url)) as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
        assert stored_revision(connection) == migrations.HEAD
        assert conditions(connection) == {
            index.name: STATES.findall(str(index.dialect_options["sqlite"]["where"]))
            for table in Base.metadata.tables.values()
            for index in table.indexes
            if index.dialect_options["sqlite"]["where"] is not None
        }


def conditions(connection: Connection) -> dict[str | None, list[str]]:
    """Name the states that each partial index is about; the databases word the rest differently."""
    return {
        index["name"]: STATES.findall(str(options[where]))
        for table in inspect(connection).get_table_names()
        for index in inspect(connection).get_indexes(table)
        for options in [index.get("dialect_options", {})]
        for where in ("sqlite_where", "postgresql_where")
        if where in options
    }


def test_two_processes_that_start_at_once_migrate_once(empty_url: URL):
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: ensure_schema(empty_url), range(4)))
    assert sorted(done) == [False, False, False, True]


def test_a_database_of_a_newer_version_is_refused_with_the_remedy(db_url: URL):
    with alone(blocking_engine(db_url)) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match="newer Rapport"):
        ensure_schema(db_url)


def test_a_migration_that_leaves_orphans_is_undone(tmp_path: Path):
    url = parse_url(f"sqlite:///{tmp_path}/orphans.db")
    with alone(blocking_engine(url)) as connection:
        connection.execute(text("CREATE TABLE parents (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE orphans (parent INTEGER REFERENCES parents (id))"))
        connection.execute(text("INSERT INTO orphans VALUES (1)"))
    with pytest.raises(ConfigError, match="orphaned rows in orphans"):
        ensure_schema(url)
    with reading(blocking_engine(url)) as connection:
        assert stored_revision(connection) is None


def test_rebuilding_a_table_keeps_the_rows_that_hang_on_it(sqlite_url: URL, key_file: Path):
    engine = blocking_engine(sqlite_url, read_keyring(key_file))
    with alone(engine) as connection:
        fill(connection, 1000)
        before = count_rows(connection)
    with alone(engine) as connection:
        migration = Operations(MigrationContext.configure(connection))
        with migration.batch_alter_table("members", recreate="always") as members:
            members.add_column(Column("extra", String()))
    with alone(engine) as connection:
        assert before["contacts"] == 2
        assert count_rows(connection) == before


def test_alembic_is_not_imported_when_the_schema_is_there(sqlite_url: URL):
    script = (
        "import sys; from bot.storage.db import parse_url;"
        "from bot.storage.migrate import ensure_schema;"
        f"ensure_schema(parse_url('sqlite:///{sqlite_url.database}'));"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

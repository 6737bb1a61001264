from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL

from bot.clock import SystemClock
from bot.storage.blocking import alone, blocking_engine
from bot.storage.db import parse_url
from bot.storage.keys import read_keyring
from bot.storage.leases import leading
from bot.storage.opening import open_database
from tests.upkeep.notebooks import fill

Rapport = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def rapport(tmp_path: Path) -> Rapport:
    """Runs the real command line in a folder of its own; the token leads nowhere."""
    environment = {name: text for name, text in os.environ.items() if "RAPPORT" not in name}
    environment.pop("DISCORD_TOKEN", None)
    root = str(Path(__file__).parent.parent)
    offline = {"RAPPORT_DISCORD__API_BASE_URL": "http://127.0.0.1:9/api/v10", "PYTHONPATH": root}

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=tmp_path,
            env=environment | offline | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def notebook(tmp_path: Path) -> URL:
    """A database with a member in it, at the place where the command line looks."""
    url = parse_url(f"sqlite:///{tmp_path}/data/rapport.db")
    key_file = tmp_path / "data" / "rapport.key"
    open_database(url, key_file)
    with alone(blocking_engine(url, read_keyring(key_file))) as connection:
        fill(connection, 1000)
    return url


@pytest.mark.usefixtures("notebook")
def test_asking_for_a_person_prints_a_number_and_nothing_else(rapport: Rapport):
    done = rapport("privacy", "ask", "--email", "rosa@example.org")
    assert (done.returncode, done.stdout) == (0, "0\n")
    refused = rapport("privacy", "ask")
    assert refused.returncode == 2
    assert "--email or --linkedin" in refused.stderr


def test_the_help_names_every_verb(rapport: Rapport):
    verbs = ["run", "demo", "check", "migrate", "backup", "restore", "copy", "erase", "rotate-key"]
    text = rapport("--help").stdout
    assert all(re.search(rf"^  {verb} ", text, re.MULTILINE) for verb in verbs)


def test_a_settings_mistake_is_one_line_and_ends_with_2(rapport: Rapport, tmp_path: Path):
    (tmp_path / "mine.toml").write_text("[backup]\nkep = 1")
    done = rapport("--config", "mine.toml", "check")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "backup.kep is no setting: look for a misspelt key in mine.toml or the environment."
    ]


def test_migrate_makes_the_schema_once(rapport: Rapport):
    assert rapport("migrate").stdout == "Migrated.\n"
    assert rapport("migrate").stdout == "Nothing to do.\n"


@pytest.mark.usefixtures("notebook")
def test_check_goes_on_offline_and_says_so(rapport: Rapport):
    done = rapport("check")
    assert done.returncode == 1
    assert "Discord cannot be reached at http://127.0.0.1:9/api/v10" in done.stdout
    assert "Key file: readable by its owner alone (600)" in done.stdout
    assert "Run: rapport backup" in done.stdout
    assert "Traceback" not in done.stderr


def test_check_makes_nothing(rapport: Rapport, tmp_path: Path):
    rapport("check")
    assert list(tmp_path.iterdir()) == []


def test_the_health_check_goes_by_the_age_of_the_file(rapport: Rapport, tmp_path: Path):
    assert rapport("check", "--health").returncode == 1
    health = tmp_path / "data" / "health"
    health.parent.mkdir()
    health.touch()
    assert rapport("check", "--health").returncode == 0
    os.utime(health, (0, 0))
    assert rapport("check", "--health").returncode == 1
    assert rapport("check", "--health", RAPPORT_HEALTH__FILE=".").returncode == 1


@pytest.mark.usefixtures("notebook")
def test_a_backup_comes_back(rapport: Rapport, tmp_path: Path):
    made = rapport("backup", "--to", "copies")
    assert "keep a copy of data/rapport.key elsewhere" in made.stdout
    (file,) = (tmp_path / "copies").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert rapport("erase", "--user", "1000", "--yes").returncode == 0
    restored = rapport("restore", str(file))
    assert re.search(r"^ +2  contacts$", restored.stdout, re.MULTILINE)
    assert "The database before is kept as data/rapport.db.replaced-" in restored.stdout


@pytest.mark.usefixtures("notebook")
def test_a_member_is_erased_once_asked(rapport: Rapport):
    assert rapport("erase", "--user", "1000").returncode == 1
    assert "rows are gone" in rapport("erase", "--user", "1000", "--yes").stdout
    assert "Nothing was kept" in rapport("erase", "--user", "1000", "--yes").stdout


@pytest.mark.usefixtures("notebook")
def test_the_key_is_changed(rapport: Rapport, tmp_path: Path):
    before = (tmp_path / "data" / "rapport.key").read_text()
    done = rapport("rotate-key")
    assert "have the new key" in done.stdout
    assert (tmp_path / "data" / "rapport.key").read_text() != before


@pytest.mark.usefixtures("notebook")
def test_everything_moves_to_postgresql(rapport: Rapport, new_postgres: Callable[[], URL]):
    target = new_postgres().set(drivername="postgresql").render_as_string(hide_password=False)
    done = rapport("copy", "--to", target)
    assert "Both sides count the same" in done.stdout
    again = rapport("erase", "--user", "1000", "--yes", RAPPORT_DATABASE__URL=target)
    assert "rows are gone" in again.stdout


@pytest.mark.parametrize(
    "verb",
    [
        ["migrate"],
        ["rotate-key"],
        ["erase", "--user", "1", "--yes"],
        ["copy", "--to", "sqlite:///b.db"],
    ],
)
def test_verbs_that_write_refuse_while_the_bot_runs(
    rapport: Rapport, notebook: URL, verb: list[str]
):
    with leading(blocking_engine(notebook), SystemClock()):
        done = rapport(*verb)
    assert done.returncode == 2
    assert done.stderr.startswith("The bot is running (")


@pytest.mark.parametrize(
    "verb",
    [
        ["erase", "--user", "5", "--yes"],
        ["privacy", "ask", "--email", "rosa@example.org"],
        ["rotate-key"],
        ["copy", "--to", "sqlite:///new/b.db"],
        ["backup"],
    ],
)
def test_in_the_wrong_folder_nothing_is_made_and_nothing_reported(
    rapport: Rapport, tmp_path: Path, verb: list[str]
):
    done = rapport(*verb)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("There is no database at data/rapport.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", [["run"], ["migrate"], ["rotate-key"], ["check"]])
def test_a_data_folder_that_cannot_be_made_is_said_in_a_sentence(
    rapport: Rapport, tmp_path: Path, verb: list[str]
):
    (tmp_path / "in the way").write_text("")
    done = rapport(*verb, RAPPORT_DATA_DIR="in the way/data", DISCORD_TOKEN="x")
    assert done.returncode == (1 if verb == ["check"] else 2)
    assert "Traceback" not in done.stderr
    words = {
        "check": "in the way is no folder",
        "rotate-key": "There is no database at in the way/data/rapport.db",
    }
    cannot = "The database sqlite:///in the way/data/rapport.db cannot be opened: "
    assert words.get(verb[0], cannot) in done.stdout + done.stderr


def test_a_path_with_signs_of_an_address_in_it_is_taken_as_it_is(rapport: Rapport, tmp_path: Path):
    folder = "what? 100%20 #1"
    assert rapport("migrate", RAPPORT_DATA_DIR=folder).stdout == "Migrated.\n"
    assert rapport("rotate-key", RAPPORT_DATA_DIR=folder).returncode == 0
    made = rapport("backup", RAPPORT_DATA_DIR=folder)
    copy = tmp_path / folder / "a?b%20.db"
    Path(tmp_path, made.stdout.partition(" (")[0]).rename(copy)
    restored = rapport("restore", str(copy), RAPPORT_DATA_DIR=folder)
    assert f"The database before is kept as {folder}/rapport.db.replaced-" in restored.stdout
    assert [each.name for each in tmp_path.iterdir()] == [folder]


@pytest.mark.parametrize(
    "arguments",
    [
        ["erase", "--user", "99999999999999999999999", "--yes"],
        ["demo", "--port", "99999999"],
        ["--config", "x" * 300, "check"],
        ["restore", "x" * 300],
    ],
)
@pytest.mark.usefixtures("notebook")
def test_what_cannot_be_meant_ends_with_a_sentence(rapport: Rapport, arguments: list[str]):
    done = rapport(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_backup_can_be_made_while_the_bot_runs(rapport: Rapport, notebook: URL):
    with leading(blocking_engine(notebook), SystemClock()):
        assert rapport("backup").returncode == 0


def test_help_is_quick_because_it_imports_nothing_heavy():
    script = "import sys, bot.__main__; print([m for m in sys.modules if m in sys.argv[1:]])"
    heavy = ["discord", "sqlalchemy", "msgspec", "structlog", "alembic", "aiohttp", "jinja2"]
    done = subprocess.run(
        [sys.executable, "-c", script, *heavy], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_start_imports_nothing_that_only_some_will_need():
    script = """
import importlib, sys
from bot.client import COGS
for name in COGS:
    importlib.import_module(name)
print([name for name in sys.argv[1:] if name in sys.modules])
"""
    rare = ["alembic", "dateparser", "jinja2", "rapidfuzz", "psycopg", "simcord", "pydantic"]
    rare += ["apscheduler", "sqlalchemy.orm", "sqlalchemy.ext.asyncio"]
    rare += [
        "icalendar",
        "bot.web.serving",
        "sqlalchemy.dialects.postgresql",
        "bot.demo",
        "bot.upkeep.restore",
    ]
    done = subprocess.run(
        [sys.executable, "-c", script, *rare], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_port_that_is_taken_ends_the_start_with_a_sentence(rapport: Rapport):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = rapport("run", RAPPORT_WEB__PORT=port, DISCORD_TOKEN="x")
    assert done.returncode == 2
    assert f"cannot listen at 127.0.0.1:{port}" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_asking_for_a_person_migrates_nothing_under_a_bot(rapport: Rapport, notebook: URL):
    with alone(blocking_engine(notebook)) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    done = rapport("privacy", "ask", "--email", "rosa@example.org")
    assert done.returncode == 2
    assert "run `rapport migrate` first" in done.stderr

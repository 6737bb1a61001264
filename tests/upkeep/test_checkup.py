from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import URL, text

from bot.config import DatabaseTable, DiscordTable, Settings
from bot.storage.blocking import alone, blocking_engine
from bot.storage.db import Database, parse_url
from bot.storage.keys import new_keyring, write_keyring
from bot.upkeep import checkup
from bot.upkeep.backup import back_up
from bot.upkeep.checkup import check_up
from bot.upkeep.findings import Finding
from bot.upkeep.health import check_health
from bot.upkeep.online import check_discord
from tests.databases import take_lead
from tests.upkeep.notebooks import NOW, FixedClock

CLOCK = FixedClock()


class Discord:
    """Answers the four questions of a check, as the test arranged it."""

    def __init__(self) -> None:
        self.time = NOW
        self.token = "good"
        self.user: dict[str, Any] = {"username": "rapport", "public_flags": 0}
        self.application: dict[str, Any] = {"flags": 0, "approximate_guild_count": 3}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/gateway", self.gateway)
        app.router.add_get("/users/@me", self.me)
        app.router.add_get("/applications/@me", self.application_me)
        return app

    async def gateway(self, _request: web.Request) -> web.Response:
        stamp = format_datetime(self.time.astimezone(UTC), usegmt=True)
        return web.json_response({"url": "wss://gateway"}, headers={"Date": stamp})

    async def me(self, request: web.Request) -> web.Response:
        if request.headers["Authorization"] != f"Bot {self.token}":
            return web.json_response({"message": "401: Unauthorized"}, status=401)
        return web.json_response(self.user)

    async def application_me(self, _request: web.Request) -> web.Response:
        return web.json_response(self.application)


@pytest.fixture
def discord() -> Discord:
    return Discord()


@pytest.fixture
async def settings(
    discord: Discord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Settings]:
    monkeypatch.setenv("DISCORD_TOKEN", "good")
    async with TestServer(discord.app()) as server:
        base = str(server.make_url("/"))
        yield Settings(data_dir=tmp_path, discord=DiscordTable(api_base_url=base))


def about(found: Iterable[Finding], word: str) -> Finding:
    (finding,) = [each for each in found if each.what.startswith(word)]
    return finding


async def test_when_all_is_well_nothing_is_bad(settings: Settings):
    found = await check_up(settings, CLOCK)
    assert [each for each in found if each.level == "bad"] == []
    assert about(found, "Token").what == "Token: accepted, the bot is rapport."
    assert about(found, "Servers").level == "ok"


async def test_a_refused_token_says_where_to_get_another(settings: Settings, discord: Discord):
    discord.token = "another"
    finding = about(await check_discord(settings, CLOCK), "Token")
    assert finding.level == "bad"
    assert "Reset it at https://discord.com/developers" in finding.how


async def test_a_missing_token_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DISCORD_TOKEN")
    finding = about(await check_discord(settings, CLOCK), "No token")
    assert finding.level == "bad"


@pytest.mark.parametrize(
    ("count", "flags", "level"),
    [(69, 0, "ok"), (70, 0, "warn"), (100, 0, "bad"), (5000, 1 << 16, "ok")],
)
async def test_the_limit_of_servers_is_announced_in_time(
    settings: Settings, discord: Discord, count: int, flags: int, level: str
):
    discord.application["approximate_guild_count"] = count
    discord.user["public_flags"] = flags
    finding = about(await check_discord(settings, CLOCK), "Servers")
    assert (finding.level, str(count) in finding.what) == (level, True)


@pytest.mark.parametrize(("seconds", "level"), [(3, "ok"), (-40, "warn"), (600, "bad")])
async def test_a_clock_that_drifts_is_noticed(
    settings: Settings, discord: Discord, seconds: int, level: str
):
    discord.time = NOW + timedelta(seconds=seconds)
    assert about(await check_discord(settings, CLOCK), "Clock").level == level


async def test_privileged_intents_are_not_needed(settings: Settings, discord: Discord):
    discord.application["flags"] = 1 << 18
    assert "needs none" in about(await check_discord(settings, CLOCK), "Intents").what


async def test_an_app_without_user_install_is_noticed(settings: Settings, discord: Discord):
    discord.application["integration_types_config"] = {"0": {}}
    finding = about(await check_discord(settings, CLOCK), "Members cannot")
    assert "Tick User Install" in finding.how


async def test_a_missing_token_is_named_offline_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    nowhere = Settings(data_dir=tmp_path, discord=DiscordTable(api_base_url="http://127.0.0.1:9"))
    offline, finding = await check_discord(nowhere, CLOCK)
    assert offline.what.startswith("Discord cannot be reached")
    assert (finding.level, "No token" in finding.what) == ("bad", True)


def test_a_folder_in_which_the_first_start_can_make_nothing_is_named(tmp_path: Path):
    (tmp_path / "in the way").write_text("")
    url = parse_url(f"sqlite:///{tmp_path}/in the way/data/rapport.db")
    finding = checkup.check_database(url, tmp_path / "new.key", NOW)[0]
    assert finding.level == "bad"
    assert f"{tmp_path}/in the way is no folder" in finding.what


@pytest.mark.skipif(os.access("/proc/version", os.W_OK), reason="root may write everywhere")
def test_what_this_user_may_not_write_is_named(sqlite_url: URL, key_file: Path):
    file = Path(sqlite_url.database or "")
    for place in (file, file.parent):
        mode = place.stat().st_mode
        place.chmod(0o555)
        finding = checkup.check_database(sqlite_url, key_file, NOW)[0]
        place.chmod(mode)
        assert finding.level == "bad"
        assert f"may not write {place}" in finding.what
    file.parent.chmod(0o555)
    url = parse_url(f"sqlite:///{file.parent}/data/rapport.db")
    finding = checkup.check_database(url, key_file, NOW)[0]
    file.parent.chmod(0o755)
    assert f"may not write {file.parent}" in finding.what


async def test_being_offline_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISCORD_TOKEN", "token")
    nowhere = Settings(data_dir=tmp_path, discord=DiscordTable(api_base_url="http://127.0.0.1:9"))
    (finding,) = await check_discord(nowhere, CLOCK)
    assert finding.what.startswith("Discord cannot be reached at http://127.0.0.1:9:")


async def test_a_database_at_work_is_described(db: Database, key_file: Path):
    take_lead(db.url, "club-pc:42:x", NOW)
    found = checkup.check_database(db.url, key_file, NOW)
    assert [each.level for each in found] == ["ok"] * 4
    assert about(found, "The bot is at work").what.endswith("club-pc, process 42.")


def test_a_schema_that_lags_behind_or_runs_ahead_is_told_apart(db_url: URL, key_file: Path):
    for revision, level in (("0000", "warn"), ("9999", "bad")):
        with alone(blocking_engine(db_url)) as connection:
            stamp = text("UPDATE alembic_version SET version_num = :revision")
            connection.execute(stamp, {"revision": revision})
        found = checkup.check_database(db_url, key_file, NOW)
        assert about(found, "Schema").level == level


def test_a_foreign_or_missing_key_is_bad(db_url: URL, tmp_path: Path):
    found = checkup.check_database(db_url, tmp_path / "gone.key", NOW)
    assert [("is missing" in each.what) for each in found if each.level == "bad"] == [True]
    write_keyring(tmp_path / "other.key", new_keyring())
    found = checkup.check_database(db_url, tmp_path / "other.key", NOW)
    assert [("another database" in each.what) for each in found if each.level == "bad"] == [True]


def test_a_key_file_that_is_a_folder_is_bad_and_nothing_to_restore(db_url: URL, tmp_path: Path):
    (tmp_path / "rapport.key").mkdir()
    nothing = parse_url(f"sqlite:///{tmp_path}/new.db")
    for url in (db_url, nothing):
        found = checkup.check_database(url, tmp_path / "rapport.key", NOW)
        (bad,) = [each for each in found if each.level == "bad"]
        assert "is a folder" in bad.what
        assert "Restore" not in bad.how
    assert checkup.check_key_mode(tmp_path / "rapport.key") == []


def test_a_folder_that_may_not_be_looked_into_is_said_in_words():
    place = Path("x" * 300)  # as good as one of another user, and for root
    found = checkup.check_machine(Settings(data_dir=place), NOW)
    assert "cannot be opened" in about(found, "The database").what
    assert about(found, "Backups").level == "bad"


def test_an_unreachable_server_is_bad_and_keeps_its_password(tmp_path: Path):
    url = parse_url("postgresql://bot:secret@127.0.0.1:1/rapport")
    (finding,) = checkup.check_database(url, tmp_path / "key", NOW)
    assert finding.level == "bad"
    assert "secret" not in finding.what


def test_a_url_that_cannot_be_read_is_bad(tmp_path: Path):
    settings = Settings(data_dir=tmp_path, database=DatabaseTable(url="mysql://x/y"))
    (finding,) = checkup.check_machine(settings, NOW)
    assert finding.level == "bad"


def test_a_key_file_that_others_read_is_bad(tmp_path: Path):
    file = tmp_path / "rapport.key"
    write_keyring(file, new_keyring())
    assert checkup.check_key_mode(file)[0].level == "ok"
    file.chmod(0o644)
    (finding,) = checkup.check_key_mode(file)
    assert (finding.level, finding.how) == ("bad", f"Run: chmod 600 {file}")


def test_backups_age(sqlite_url: URL, tmp_path: Path):
    folder = tmp_path / "copies"
    assert checkup.check_backups(sqlite_url, folder, NOW)[0].level == "warn"
    made = back_up(sqlite_url, folder, keep=7, now=NOW)
    (fresh,) = checkup.check_backups(sqlite_url, folder, NOW + timedelta(hours=30))
    assert (fresh.level, str(made.file) in fresh.what) == ("ok", True)
    (old,) = checkup.check_backups(sqlite_url, folder, NOW + timedelta(days=3))
    assert (old.level, "3 days old" in old.what) == ("warn", True)


@pytest.mark.parametrize(
    ("version", "in_range"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_an_sqlite_with_the_known_fault_is_named(
    sqlite_url: URL, version: tuple[int, int, int], in_range: bool
):
    (finding,) = checkup.check_sqlite(sqlite_url, version)
    assert ("can damage" in finding.what) is in_range
    assert finding.level == "ok"


def test_little_memory_is_noticed(tmp_path: Path):
    (tmp_path / "meminfo").write_text("MemTotal: 900000 kB\nMemAvailable:     90000 kB\n")
    (finding,) = checkup.check_memory(tmp_path / "meminfo")
    assert (finding.level, "87 MB" in finding.what) == ("warn", True)


def test_health_is_the_age_of_a_file(tmp_path: Path):
    (tmp_path / "health").touch()
    written = (tmp_path / "health").stat().st_mtime
    for seconds, level in ((30, "ok"), (91, "bad")):
        now = datetime.fromtimestamp(written + seconds, UTC)
        assert check_health(tmp_path / "health", now).level == level
    assert check_health(tmp_path / "gone", NOW).level == "bad"


def test_what_is_broken_in_a_clubs_folder_is_named_and_the_rest_counted(tmp_path: Path):
    good = '[[question]]\nid = "{}"\ntext = "What?"\nfacets = ["day"]\nrules = ["R24"]\n'
    (tmp_path / "stage.toml").write_text(good.format("a") + good.format("b") + "[[riddle]]\n")
    (tmp_path / "photo.toml").write_bytes(b"\x89PNG\r\n")
    photo, stage, rest = checkup.check_content(tmp_path)
    assert (photo.level, stage.level, rest.level) == ("warn", "warn", "ok")
    assert "photo.toml, line 1" in photo.what
    assert "stage.toml, line 11: “riddle”" in stage.what
    assert "2 questions" in rest.what
    assert checkup.check_content(None) == []


def test_a_clubs_folder_that_is_not_there_is_named(tmp_path: Path):
    missing, _ = checkup.check_content(tmp_path / "nowhere")
    assert "no such folder" in missing.what

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.config import Settings, load_settings
from bot.errors import ConfigError

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)


def write(text: str) -> Path:
    Path("config.toml").write_text(text)
    return Path("config.toml")


def test_without_a_file_everything_has_its_default():
    settings = load_settings()
    assert settings.database_url == "sqlite:///data/rapport.db"
    assert settings.key_file == Path("data/rapport.key")
    assert settings.backup.keep == 7


def test_the_example_says_the_defaults():
    Path("config.toml").write_text(EXAMPLE.read_text())
    assert load_settings().model_dump() == Settings().model_dump()


def test_the_example_names_every_setting():
    text = re.sub(r"(?m)^# (?=\w+ = )", "", EXAMPLE.read_text())
    tables = tomllib.loads(text)
    for name, field in Settings.model_fields.items():
        assert name in tables
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            assert set(tables[name]) == set(field.annotation.model_fields)
    assert set(tables) == set(Settings.model_fields)


def test_the_commented_settings_of_the_example_are_the_ones_that_hold():
    uncommented = re.sub(
        r"(?m)^# (?=(url|key_file|dir|file) = \"(sqlite|data))", "", EXAMPLE.read_text()
    )
    Path("config.toml").write_text(uncommented)
    named, plain = load_settings(), Settings()
    assert named.database.url == plain.database_url
    assert named.database.key_file == plain.key_file
    assert named.backup.dir == plain.backup_dir
    assert named.health.file == plain.health_file


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch):
    write('[database]\nurl = "sqlite:///file.db"\n[backup]\nkeep = 3')
    monkeypatch.setenv("RAPPORT_DATABASE__URL", "postgresql://env/rapport")
    monkeypatch.setenv("RAPPORT_DATA_DIR", "/srv/rapport")
    settings = load_settings()
    assert settings.database_url == "postgresql://env/rapport"
    assert settings.backup.keep == 3
    assert settings.key_file == Path("/srv/rapport/rapport.key")


def test_the_file_is_found_by_its_name_or_by_the_environment(monkeypatch: pytest.MonkeyPatch):
    Path("mine.toml").write_text("[demo]\nport = 1")
    assert load_settings(Path("mine.toml")).demo.port == 1
    monkeypatch.setenv("RAPPORT_CONFIG", "mine.toml")
    assert load_settings().demo.port == 1
    monkeypatch.setenv("RAPPORT_CONFIG", "gone.toml")
    with pytest.raises(ConfigError, match=r"gone\.toml is not there"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[databse]\nurl = 'x'", "databse is no setting"),
        ("[backup]\nkep = 3", "backup.kep is no setting"),
        ("[backup]\nkeep = -1", "backup.keep is wrong"),
        ("[log]\nlevel = 'loud'", "log.level is wrong"),
        ("[delivery]\nper_second = 60", "delivery.per_second is wrong"),
        ("keep = ", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(text: str, words: str):
    write(text)
    with pytest.raises(ConfigError, match=re.escape(words)):
        load_settings()


@pytest.mark.parametrize("name", ["RAPPORT_DATABSE__URL", "RAPPORT_DATABASE__ULR"])
def test_a_misspelt_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(name, "x")
    with pytest.raises(ConfigError, match=f"{name}, which is no setting"):
        load_settings()


def test_the_token_comes_from_the_environment_or_a_file(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ConfigError, match="No token: set DISCORD_TOKEN"):
        load_settings().token()
    Path("token").write_text("from-file\n")
    settings = load_settings(write('[discord]\ntoken_file = "token"'))
    assert settings.token().get_secret_value() == "from-file"
    monkeypatch.setenv("DISCORD_TOKEN", " from-env ")
    assert settings.token().get_secret_value() == "from-env"
    assert "from-env" not in repr(settings.token())

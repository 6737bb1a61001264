from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import fields

from bot.config import AssistantTable, Settings, load_settings
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
    assert load_settings() == Settings()


def test_the_example_names_every_setting():
    text = re.sub(r"(?m)^# (?=\w+ = )", "", EXAMPLE.read_text())
    tables = tomllib.loads(text)
    assert set(tables) == {field.name for field in fields(Settings)}
    for field in fields(Settings):
        if issubclass(field.type, Struct):
            assert set(tables[field.name]) == {key.name for key in fields(field.type)}


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
        ("[backup]\nkeep = 1000000", "backup.keep is wrong: expected int <= 3650."),
        ("[backup]\nkeep = 'all'", "backup.keep is wrong: expected int, got str."),
        ("[backup]\nkeep = true", "backup.keep is wrong"),
        ("[database]\nkey_file = 3", "database.key_file is wrong: expected a path in quotes."),
        ("backup = 3", "backup is wrong: it is a table."),
        ("[discord]\napi_base_url = 'nonsense'", "discord.api_base_url is wrong: write it as"),
        ("[log]\nlevel = 'loud'", "log.level is wrong: write one of debug, info, warning, error."),
        ("[delivery]\nper_second = 60", "delivery.per_second is wrong"),
        ("keep = ", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(text: str, words: str):
    write(text)
    with pytest.raises(ConfigError, match=re.escape(words)):
        load_settings()


def test_a_path_may_begin_at_home(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", "/home/ada")
    write('data_dir = "~/rapport"\n[backup]\ndir = "~/copies"')
    settings = load_settings()
    assert settings.database_url == "sqlite:////home/ada/rapport/rapport.db"
    assert settings.backup_dir == Path("/home/ada/copies")
    write('data_dir = "~nobody-of-that-name/rapport"')
    with pytest.raises(ConfigError, match="data_dir is wrong: "):
        load_settings()


def test_every_mistake_is_named_at_once(monkeypatch: pytest.MonkeyPatch):
    write("[backup]\nkep = 3\nkeep = -1")
    monkeypatch.setenv("RAPPORT_DEMO__PORT", "high")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert [problem.split(maxsplit=1)[0] for problem in caught.value.problems] == [
        "backup.kep",
        "backup.keep",
        "demo.port",
    ]


def test_numbers_are_read_out_of_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAPPORT_BACKUP__KEEP", "3")
    monkeypatch.setenv("RAPPORT_DELIVERY__PER_SECOND", "12.5")
    settings = load_settings()
    assert (settings.backup.keep, settings.delivery.per_second) == (3, 12.5)


def test_settings_stay_as_they_were_read():
    with pytest.raises(AttributeError):
        load_settings().backup.keep = 1  # pyright: ignore[reportAttributeAccessIssue] - what is tested


@pytest.mark.parametrize(
    "name",
    ["RAPPORT_DATABSE__URL", "RAPPORT_DATABASE__ULR", "RAPPORT_DATABASE", "RAPPORT_DATA_DIR__X"],
)
def test_a_misspelt_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(name, "x")
    with pytest.raises(ConfigError, match=f"{name}, which is no setting"):
        load_settings()


def test_the_token_comes_from_the_environment_or_a_file(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ConfigError, match="No token: set DISCORD_TOKEN"):
        load_settings().token()
    Path("token").write_text("from-file\n")
    settings = load_settings(write('[discord]\ntoken_file = "token"'))
    assert settings.token().reveal() == "from-file"
    monkeypatch.setenv("DISCORD_TOKEN", " from-env ")
    assert settings.token().reveal() == "from-env"
    assert "from-env" not in repr(settings.token())


@pytest.mark.parametrize("text", ["abc\ndef", "ab cd", "abcé", "abc\udcff"])
def test_a_token_that_cannot_be_one_is_named(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("DISCORD_TOKEN", text)
    with pytest.raises(ConfigError, match="DISCORD_TOKEN has a blank") as refused:
        load_settings().token()
    assert text not in str(refused.value)
    monkeypatch.delenv("DISCORD_TOKEN")
    Path("token").write_text(text, encoding="utf-8", errors="replace")
    write('[discord]\ntoken_file = "token"')
    if "\udcff" not in text:
        with pytest.raises(ConfigError, match="token_file has a blank"):
            load_settings().token()


def test_the_assistant_is_off_until_both_its_settings_are_there():
    assert not load_settings().assistant.is_on
    table = load_settings(write('[assistant]\nurl = "https://a.example/v1"\nmodel = "m"')).assistant
    assert (table.is_on, table.host) == (True, "a.example")
    assert table.endpoint == "https://a.example/v1/chat/completions"


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1/chat/completions"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1/chat/completions"),
        ("https://a.example/x/chat/completions", "https://a.example/x/chat/completions"),
    ],
)
def test_the_address_of_the_assistant_is_completed(url: str, endpoint: str):
    assert AssistantTable(url=url, model="m").endpoint == endpoint


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('model = "m"', "assistant.url is missing"),
        ('url = "https://a.example"', "assistant.model is missing"),
        ('url = "a.example"\nmodel = "m"', "assistant.url is wrong: write it as https://host/v1"),
        ('url = "https://a:port/v1"\nmodel = "m"', "assistant.url is wrong"),
        ('url = "http://[::1"\nmodel = "m"', "assistant.url is wrong"),
        ('url = "https://me:x@a.example"\nmodel = "m"', "the key goes into RAPPORT_ASSISTANT__KEY"),
        ('url = "https://a.example"\nkey = "x"', "assistant.key is no setting"),
    ],
)
def test_an_assistant_that_is_half_set_is_named(lines: str, words: str):
    with pytest.raises(ConfigError, match=re.escape(words)):
        load_settings(write(f"[assistant]\n{lines}"))


def test_the_key_of_the_assistant_comes_from_the_environment_or_a_file(
    monkeypatch: pytest.MonkeyPatch,
):
    assert AssistantTable().key() is None
    table = AssistantTable(key_file=Path("key"))
    with pytest.raises(ConfigError, match="key_file cannot be read: No such file"):
        table.key()
    Path("key").write_text("from-file\n")
    assert table.key().reveal() == "from-file"
    monkeypatch.setenv("RAPPORT_ASSISTANT__KEY", "from-env")
    assert load_settings().assistant.key().reveal() == "from-env"


def test_the_web_server_is_off_until_it_has_a_port():
    assert not load_settings().web.is_on
    table = load_settings(write("[web]\nport = 8791")).web
    assert (table.is_on, table.has_calendars) == (True, False)
    lines = '[web]\nport = 8791\npublic_url = "https://a.example/rapport/"'
    table = load_settings(write(lines)).web
    assert table.has_calendars
    assert table.calendar("xyz") == "https://a.example/rapport/calendar/xyz.ics"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('public_url = "https://a.example"', "web.port is missing"),
        ('port = 1\npublic_url = "a.example"', "web.public_url is wrong: write it as https://"),
        ('port = 1\npublic_url = "https://me:x@a.example"', "web.public_url is wrong"),
        ('port = 1\npublic_url = "https://a.example/?x=1"', "web.public_url is wrong"),
        ("port = 70000", "web.port is wrong"),
    ],
)
def test_a_web_server_that_is_half_set_is_named(lines: str, words: str):
    with pytest.raises(ConfigError, match=re.escape(words)):
        load_settings(write(f"[web]\n{lines}"))


def test_what_kubernetes_tells_of_a_service_called_rapport_is_no_mistake(
    monkeypatch: pytest.MonkeyPatch,
):
    for name, text in {
        "RAPPORT_SERVICE_HOST": "10.0.0.1",
        "RAPPORT_SERVICE_PORT": "8791",
        "RAPPORT_SERVICE_PORT_HTTP": "8791",
        "RAPPORT_PORT": "tcp://10.0.0.1:8791",
        "RAPPORT_PORT_8791_TCP": "tcp://10.0.0.1:8791",
        "RAPPORT_PORT_8791_TCP_PROTO": "tcp",
        "RAPPORT_PORT_8791_TCP_PORT": "8791",
        "RAPPORT_PORT_8791_TCP_ADDR": "10.0.0.1",
        "RAPPORT_WEB_SERVICE_HOST": "10.0.0.1",
        "RAPPORT_WEB_PORT": "tcp://10.0.0.1:8791",
        "RAPPORT_OF_THE_YEAR": "somebody else's",
    }.items():
        monkeypatch.setenv(name, text)
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("RAPPORT_DATABASE_URL", "RAPPORT_DATABASE__URL"),
        ("RAPPORT_DATABASE__ULR", "RAPPORT_DATABASE__URL"),
        ("RAPPORT_WEB_PORT", "RAPPORT_WEB__PORT"),
        ("RAPPORT_KEY_FILE", "RAPPORT_DATABASE__KEY_FILE"),
        ("RAPPORT_PORT", "RAPPORT_WEB__PORT"),
        ("RAPPORT_ASSISTANT_KEY", "RAPPORT_ASSISTANT__KEY"),
        ("RAPPORT_DATADIR", "RAPPORT_DATA_DIR"),
        ("RAPPORT_CONFG", "RAPPORT_CONFIG"),
    ],
)
def test_what_is_near_a_setting_is_named_with_it(
    monkeypatch: pytest.MonkeyPatch, name: str, meant: str
):
    monkeypatch.setenv(name, "8791")
    with pytest.raises(ConfigError, match=f"{name}, which is no setting: is ({meant}) meant"):
        load_settings()


@pytest.mark.parametrize(
    "name", ["RAPPORT_DATABASE__URL", "RAPPORT_DATA_DIR", "RAPPORT_BACKUP__KEEP", "RAPPORT_CONFIG"]
)
def test_a_variable_without_a_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(name, " ")
    with pytest.raises(ConfigError, match=f"{name} without a value: give it one, or take it out"):
        load_settings()


@pytest.mark.parametrize(
    ("table", "key"),
    [("database", "url"), ("database", "key_file"), ("backup", "dir"), ("health", "file")],
)
def test_an_empty_setting_is_no_default(table: str, key: str):
    with pytest.raises(ConfigError, match=rf"{table}\.{key} is empty: give it a value, or take"):
        load_settings(write(f'[{table}]\n{key} = ""'))


def test_a_file_as_windows_saves_it_is_read_or_refused_in_words():
    text = '[log]\nlevel = "error"'
    Path("mark.toml").write_text(text, encoding="utf-8-sig")
    assert load_settings(Path("mark.toml")).log.level == "error"
    Path("wide.toml").write_text(text, encoding="utf-16")
    with pytest.raises(ConfigError, match=r"wide\.toml is not in UTF-8: save it"):
        load_settings(Path("wide.toml"))


def test_a_folder_in_the_place_of_the_file_is_named():
    Path("config.toml").mkdir()
    with pytest.raises(ConfigError, match=r"The settings file config\.toml is a folder"):
        load_settings()


def test_a_token_file_with_nothing_in_it_is_named():
    Path("token").write_text("\ufeff \n", encoding="utf-8")
    settings = load_settings(write('[discord]\ntoken_file = "token"'))
    with pytest.raises(ConfigError, match="token_file is empty: token holds nothing"):
        settings.token()

"""The settings: one TOML file, overridden by the environment, which also holds the secrets."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, TypeGuard, cast, get_args, get_origin
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from bot.errors import ConfigError

_PREFIX = "RAPPORT_"
_ASSISTANT_KEY = "RAPPORT_ASSISTANT__KEY"
_CLUSTER = re.compile(r"(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\d+_(TCP|UDP|SCTP)(_.+)?)")
"""What Kubernetes tells every pod about a service that is called rapport, or rapport-something."""
_NO_SETTINGS = ("RAPPORT_CONFIG", _ASSISTANT_KEY)  # where the file is, and what no file may hold


class Secret:
    """A text that shows only when it is asked for, never in a log or a trace."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    def reveal(self) -> str:
        """Give the text itself."""
        return self._text


class DiscordTable(Struct, frozen=True, kw_only=True):
    """How to reach Discord."""

    token_file: Path | None = None
    api_base_url: str | None = None


class DatabaseTable(Struct, frozen=True, kw_only=True):
    """Where the notebooks are kept."""

    url: str | None = None
    key_file: Path | None = None


class BackupTable(Struct, frozen=True, kw_only=True):
    """The daily copy of an SQLite database."""

    keep: Annotated[int, Meta(ge=0, le=3650)] = 7
    dir: Path | None = None


class LogTable(Struct, frozen=True, kw_only=True):
    """How the log looks."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class ContentTable(Struct, frozen=True, kw_only=True):
    """The club's own questions and texts."""

    dir: Path | None = None


class DeliveryTable(Struct, frozen=True, kw_only=True):
    """How fast messages leave; Discord allows 50 requests a second in all."""

    per_second: Annotated[float, Meta(gt=0, le=50)] = 40.0
    new_channels_per_minute: Annotated[float, Meta(gt=0, le=60)] = 10.0
    every_seconds: Annotated[float, Meta(gt=0)] = 10.0


class HealthTable(Struct, frozen=True, kw_only=True):
    """Where the running bot writes down that it is well."""

    file: Path | None = None


class AssistantTable(Struct, frozen=True, kw_only=True):
    """A language model that rewrites a draft in the member's voice; off without an address."""

    url: str | None = None
    model: str | None = None
    key_file: Path | None = None
    timeout_seconds: Annotated[float, Meta(gt=0, le=60)] = 10.0
    per_day: Annotated[int, Meta(ge=1)] = 10

    @property
    def is_on(self) -> bool:
        """Whether there is one to ask."""
        return bool(self.url and self.model)

    @property
    def endpoint(self) -> str:
        """Where to ask: the address as written, completed to …/chat/completions."""
        url = (self.url or "").rstrip("/")
        if url.endswith("/chat/completions"):
            return url
        return f"{url}/chat/completions" if urlsplit(url).path else f"{url}/v1/chat/completions"

    @property
    def host(self) -> str:
        """The name of the machine that is asked, with its port where it has one."""
        return urlsplit(self.url or "").netloc.rpartition("@")[2]

    def key(self) -> Secret | None:
        """Find the key: RAPPORT_ASSISTANT__KEY, else the file named in key_file, else none."""
        if text := os.environ.get(_ASSISTANT_KEY, "").strip():
            return _secret(text, _ASSISTANT_KEY)
        return _secret_in(self.key_file, "[assistant] key_file") if self.key_file else None


class WebTable(Struct, frozen=True, kw_only=True):
    """A small web server for members' calendars and for probes; off without a port."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] | None = None
    public_url: str | None = None
    behind_proxy: bool = False

    @property
    def is_on(self) -> bool:
        """Whether it listens at all."""
        return self.port is not None

    @property
    def has_calendars(self) -> bool:
        """Whether members can have an address for their calendar."""
        return self.is_on and bool(self.public_url)

    def calendar(self, secret: str) -> str:
        """Give the address of a member's calendar."""
        return f"{(self.public_url or '').rstrip('/')}/calendar/{secret}.ics"


class DemoTable(Struct, frozen=True, kw_only=True):
    """The page of the demo."""

    port: Annotated[int, Meta(ge=0, le=65535)] = 8790


class Settings(Struct, frozen=True, kw_only=True):
    """All settings; a club's file names only what it changes."""

    data_dir: Path = Path("data")
    discord: DiscordTable = DiscordTable()
    database: DatabaseTable = DatabaseTable()
    backup: BackupTable = BackupTable()
    log: LogTable = LogTable()
    content: ContentTable = ContentTable()
    delivery: DeliveryTable = DeliveryTable()
    health: HealthTable = HealthTable()
    assistant: AssistantTable = AssistantTable()
    web: WebTable = WebTable()
    demo: DemoTable = DemoTable()

    @property
    def database_url(self) -> str:
        """The database: SQLite in the data folder unless another is named."""
        # In an address these two signs would mean something else.
        file = str(self.data_dir / "rapport.db").replace("%", "%25").replace("?", "%3F")
        return self.database.url or f"sqlite:///{file}"

    @property
    def key_file(self) -> Path:
        """The key file: beside the database unless it is kept elsewhere."""
        return self.database.key_file or self.data_dir / "rapport.key"

    @property
    def backup_dir(self) -> Path:
        """The folder of the daily copies."""
        return self.backup.dir or self.data_dir / "backups"

    @property
    def health_file(self) -> Path:
        """The file whose age tells whether the bot is well."""
        return self.health.file or self.data_dir / "health"

    def token(self) -> Secret:
        """Find the bot's token: DISCORD_TOKEN, or the file named in [discord] token_file."""
        if text := os.environ.get("DISCORD_TOKEN", "").strip():
            return _secret(text, "DISCORD_TOKEN")
        if self.discord.token_file is None:
            raise ConfigError(
                ["No token: set DISCORD_TOKEN, or name a file in [discord] token_file."]
            )
        return _secret_in(self.discord.token_file, "[discord] token_file")


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings from ``path``, else RAPPORT_CONFIG, else ./config.toml if there is one.

    Raises ConfigError that names each wrong key and the place it stands in.
    """
    problems: list[str] = []
    named = path or _named_in_environment(problems)
    file = named or Path("config.toml")
    values = _merged(_from_file(file, is_named=named is not None), _from_environment(problems))
    settings: Settings = _read(Settings, values, place="", file=file, wrong=problems)
    problems += _half_set(settings.assistant) + _half_open(settings.web)
    if (base := settings.discord.api_base_url) and not _is_address(base):
        problems.append("discord.api_base_url is wrong: write it as https://host/api/v10.")
    if problems:
        raise ConfigError(problems)
    return settings


def _half_set(table: AssistantTable) -> list[str]:
    if not table.url:
        return ["assistant.url is missing: whom shall I ask?"] if table.model else []
    if not _is_address(table.url):
        return ["assistant.url is wrong: write it as https://host/v1."]
    if "@" in table.url or "?" in table.url:
        return ["assistant.url is wrong: the key goes into RAPPORT_ASSISTANT__KEY or key_file."]
    return [] if table.model else ["assistant.model is missing: name the model to ask."]


def _half_open(table: WebTable) -> list[str]:
    if not table.public_url:
        return []
    if not _is_address(table.public_url) or any(sign in table.public_url for sign in "@?#"):
        return ["web.public_url is wrong: write it as https://rapport.example.org."]
    return [] if table.is_on else ["web.port is missing: on which port shall I listen?"]


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _secret_in(file: Path, name: str) -> Secret:
    try:
        text = file.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ConfigError([f"{name} cannot be read: {reason}."]) from error
    if not text:
        raise ConfigError([f"{name} is empty: {file} holds nothing."])
    return _secret(text, name)


def _secret(text: str, name: str) -> Secret:
    if not re.fullmatch("[!-~]+", text):  # it travels in a line of its own
        what = "has a blank, a line break or a strange sign in it"
        raise ConfigError([f"{name} {what}: copy it anew."])
    return Secret(text)


def _named_in_environment(wrong: list[str]) -> Path | None:
    text = os.environ.get("RAPPORT_CONFIG")
    if text is None or text.strip():
        return Path(text) if text else None
    wrong.append(_empty_variable("RAPPORT_CONFIG"))
    return None


def _from_file(file: Path, *, is_named: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        if is_named:
            raise ConfigError([f"The settings file {file} is not there."]) from None
        return {}
    except OSError as error:
        is_folder = isinstance(error, IsADirectoryError)
        what = "is a folder" if is_folder else f"cannot be read: {error.strerror}"
        raise ConfigError([f"The settings file {file} {what}."]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{file} is not in UTF-8: save it in that encoding."]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{file} is not valid TOML: {error}."]) from error


def _from_environment(wrong: list[str]) -> dict[str, Any]:
    """Read RAPPORT_KEY and RAPPORT_TABLE__KEY; one that seems to mean a setting is a problem."""
    tables, found = _kinds(Settings), dict[str, Any]()
    for name, text in sorted(os.environ.items()):
        if not name.startswith(_PREFIX) or name in _NO_SETTINGS:
            continue
        table, _, key = name.removeprefix(_PREFIX).lower().partition("__")
        kind = tables.get(table)
        is_setting = key in _kinds(kind) if _is_table(kind) else bool(kind and not key)
        if not is_setting:
            wrong += _misspelt(name, text)
        elif not text.strip():
            wrong.append(_empty_variable(name))
        elif key:
            found.setdefault(table, {})[key] = text
        else:
            found[table] = text
    return found


def _empty_variable(name: str) -> str:
    return f"The environment has {name} without a value: give it one, or take it out."


def _misspelt(name: str, text: str) -> list[str]:
    """Name a variable that was meant for us; others may have their own that begin alike."""
    import difflib  # hardly anybody has one

    rest = name.removeprefix(_PREFIX)
    if _CLUSTER.fullmatch(rest) or (rest.endswith("PORT") and "://" in text):
        return []
    known = _squeezed_names()
    near = difflib.get_close_matches(_squeezed(rest), known, n=1, cutoff=0.8)
    if "__" not in name and not near:
        return []
    meant = f": is {known[near[0]]} meant?" if near else "."
    return [f"The environment has {name}, which is no setting{meant}"]


def _squeezed_names() -> dict[str, str]:
    """Give what the environment may say, as one might misremember it: without lines, or table."""
    names = [(name.removeprefix(_PREFIX), name) for name in _NO_SETTINGS]
    short: list[tuple[str, str]] = []
    for table, kind in _kinds(Settings).items():
        keys = list(_kinds(kind)) if _is_table(kind) else []
        name = f"{_PREFIX}{table.upper()}"
        names.append((table, f"{name}__…" if keys else name))
        names += [(table + key, f"{name}__{key.upper()}") for key in keys]
        short += [(key, f"{name}__{key.upper()}") for key in keys]
    # Of two with the same short name, the first table's is likelier: the database's.
    return {_squeezed(text): name for text, name in (*reversed(short), *names)}


def _squeezed(name: str) -> str:
    return name.replace("_", "").lower()


def _merged(file: dict[str, Any], environment: dict[str, Any]) -> dict[str, Any]:
    both = dict(file)
    for name, value in environment.items():
        under = both.get(name)
        both[name] = under | value if isinstance(under, dict) and isinstance(value, dict) else value
    return both


def _read(
    shape: type[Struct], values: dict[str, Any], *, place: str, file: Path, wrong: list[str]
) -> Any:
    """Make a table of its values; each that is none or does not fit is told to ``wrong``."""
    kinds, found = _kinds(shape), dict[str, Any]()
    for key, value in values.items():
        here, kind = f"{place}{key}", kinds.get(key)
        if kind is None:
            text = f"is no setting: look for a misspelt key in {file} or the environment."
            wrong.append(f"{here} {text}")
        elif isinstance(value, str) and not value.strip():
            wrong.append(f"{here} is empty: give it a value, or take the line out.")
        elif _is_table(kind) and isinstance(value, dict):
            table = cast("dict[str, Any]", value)
            found[key] = _read(kind, table, place=f"{here}.", file=file, wrong=wrong)
        else:
            try:
                found[key] = msgspec.convert(value, kind, strict=False, dec_hook=_path)
            except msgspec.ValidationError as error:
                wrong.append(f"{here} is wrong: {_wanted(kind) or _plain(error)}.")
    return shape(**found)


def _kinds(shape: type[Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(shape)}


def _is_table(kind: Any) -> TypeGuard[type[Struct]]:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _path(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        try:
            return Path(value).expanduser()
        except RuntimeError:
            raise ValueError("There is no home like the one that it begins with") from None
    raise ValueError("Expected a path in quotes")


def _wanted(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return f"write one of {', '.join(get_args(kind))}"
    return "it is a table" if _is_table(kind) else ""


def _plain(error: msgspec.ValidationError) -> str:
    text = str(error).replace(" | null", "").replace("`", "")
    return text[:1].lower() + text[1:]

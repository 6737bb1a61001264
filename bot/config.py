"""The settings: one TOML file, overridden by the environment, which also holds the secrets."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.errors import ConfigError


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DiscordTable(_Table):
    """How to reach Discord."""

    token_file: Path | None = None
    api_base_url: str | None = None


class DatabaseTable(_Table):
    """Where the notebooks are kept."""

    url: str | None = None
    key_file: Path | None = None


class BackupTable(_Table):
    """The daily copy of an SQLite database."""

    keep: int = Field(default=7, ge=0)
    dir: Path | None = None


class LogTable(_Table):
    """How the log looks."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class ContentTable(_Table):
    """The club's own questions and texts."""

    dir: Path | None = None


class DeliveryTable(_Table):
    """How fast messages leave; Discord allows 50 requests a second in all."""

    per_second: float = Field(default=40.0, gt=0, le=50)
    new_channels_per_minute: float = Field(default=10.0, gt=0, le=60)
    every_seconds: float = Field(default=10.0, gt=0)


class HealthTable(_Table):
    """Where the running bot writes down that it is well."""

    file: Path | None = None


class DemoTable(_Table):
    """The page of the demo."""

    port: int = Field(default=8790, ge=0, le=65535)


class Settings(BaseSettings):
    """All settings; a club's file names only what it changes."""

    model_config = SettingsConfigDict(
        env_prefix="RAPPORT_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data_dir: Path = Path("data")
    discord: DiscordTable = DiscordTable()
    database: DatabaseTable = DatabaseTable()
    backup: BackupTable = BackupTable()
    log: LogTable = LogTable()
    content: ContentTable = ContentTable()
    delivery: DeliveryTable = DeliveryTable()
    health: HealthTable = HealthTable()
    demo: DemoTable = DemoTable()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library passes it; no .env file is read
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def database_url(self) -> str:
        """The database: SQLite in the data folder unless another is named."""
        return self.database.url or f"sqlite:///{self.data_dir / 'rapport.db'}"

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

    def token(self) -> SecretStr:
        """Find the bot's token: DISCORD_TOKEN, or the file named in [discord] token_file."""
        if text := os.environ.get("DISCORD_TOKEN", "").strip():
            return SecretStr(text)
        if self.discord.token_file is None:
            raise ConfigError(
                ["No token: set DISCORD_TOKEN, or name a file in [discord] token_file."]
            )
        try:
            return SecretStr(self.discord.token_file.read_text().strip())
        except OSError as error:
            raise ConfigError(
                [f"[discord] token_file cannot be read: {error.strerror}."]
            ) from error


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings from ``path``, else RAPPORT_CONFIG, else ./config.toml if there is one.

    Raises ConfigError that names each wrong key and the place it stands in.
    """
    named = path or (Path(text) if (text := os.environ.get("RAPPORT_CONFIG")) else None)
    file = named or Path("config.toml")
    if named and not named.exists():
        raise ConfigError([f"The settings file {named} is not there."])
    if unknown := _unknown_variables():
        raise ConfigError([f"The environment has {name}, which is no setting." for name in unknown])

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        return FromFile()
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{file} is not valid TOML: {error}."]) from error
    except ValidationError as error:
        raise ConfigError([_problem(item, file) for item in error.errors()]) from error


def _problem(item: ErrorDetails, file: Path) -> str:
    place = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return f"{place} is no setting: look for a misspelt key in {file} or the environment."
    return f"{place} is wrong: {item['msg']}."


def _unknown_variables() -> list[str]:
    # The settings library reads the variables it knows and passes over a misspelt one in silence.
    return sorted(
        name
        for name in os.environ
        if name.startswith("RAPPORT_") and name != "RAPPORT_CONFIG" and not _is_setting(name)
    )


def _is_setting(name: str) -> bool:
    table, _, key = name.removeprefix("RAPPORT_").lower().partition("__")
    field = Settings.model_fields.get(table)
    if field is None or not key:
        return field is not None
    return isinstance(field.annotation, type) and key in getattr(
        field.annotation, "model_fields", {}
    )

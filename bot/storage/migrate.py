"""Brings a database to the schema of this version: a new one at once, an older one by migrations.

``python -m bot.storage.migrate "what changes"`` writes the next migration from the models.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, inspect, text

from bot.errors import ConfigError
from bot.storage import migrations
from bot.storage.blocking import alone, blocking_engine, reachable, reading
from bot.storage.db import parse_url
from bot.storage.models import Base, name_conditions_for_postgresql

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).with_name("migrations")


def ensure_schema(url: URL) -> bool:
    """Migrate to this version's schema; tells whether there was anything to do.

    All or nothing: one transaction, checked for orphaned rows before it commits. Raises
    ConfigError for a database of a newer version.
    """
    engine = blocking_engine(url)
    with reachable(url), reading(engine) as connection:
        if stored_revision(connection) == migrations.HEAD:
            return False
    with alone(engine) as connection:
        if stored_revision(connection) == migrations.HEAD:
            return False
        if inspect(connection).get_table_names():
            _upgrade(connection)
            _check_foreign_keys(connection)
        else:
            _create(connection)
    return True


def stored_revision(connection: Connection) -> str | None:
    """Read the revision of the database's schema; None when it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def alembic_config(connection: Connection) -> Config:
    """Point Alembic at our migrations and at an open connection."""
    from alembic.config import Config  # 0.2 s, wanted only when there is something to migrate

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _create(connection: Connection) -> None:
    # As Alembic's cookbook has it; Alembic itself (5 MB) would stay loaded as long as the bot runs.
    if connection.dialect.name == "postgresql":
        name_conditions_for_postgresql()
    Base.metadata.create_all(connection)
    connection.execute(
        text(
            "CREATE TABLE alembic_version"
            " (version_num VARCHAR(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY)"
        )
    )
    connection.execute(
        text("INSERT INTO alembic_version VALUES (:head)"), {"head": migrations.HEAD}
    )


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise ConfigError(
            [
                f"The database has schema {stored_revision(connection)}, which this version does"
                " not know: install the newer Rapport that wrote it, or restore a backup."
            ]
        ) from error


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    if orphans:
        tables = ", ".join(sorted({str(row[0]) for row in orphans}))
        raise ConfigError([f"The migration would leave orphaned rows in {tables}: it was undone."])


def write_migration(message: str) -> Path:
    """Write the next migration from what the models have and the last migration has not."""
    from alembic import command
    from alembic.script import ScriptDirectory

    with tempfile.TemporaryDirectory() as folder:
        engine = blocking_engine(parse_url(f"sqlite:///{folder}/empty.db"))
        with engine.begin() as connection:
            config = alembic_config(connection)
            number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
            command.upgrade(config, "head")
            name_conditions_for_postgresql()
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    _write_head(f"{number:04}")
    return next((_FOLDER / "versions").glob(f"{number:04}_*.py"))


def _write_head(revision: str) -> None:
    file = _FOLDER / "__init__.py"
    file.write_text(re.sub(r'HEAD = ".*"', f'HEAD = "{revision}"', file.read_text()))


if __name__ == "__main__":
    sys.stdout.write(f"{write_migration(' '.join(sys.argv[1:]) or 'changes')}\n")

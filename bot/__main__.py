"""The command line."""

from __future__ import annotations

# Each verb imports what it needs when it is called: starting is a matter of what is left out.
import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.errors import ConfigError

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bot.config import Settings

_MARKS = {"ok": "ok  ", "warn": "look", "bad": "BAD "}
_EXTRAS = {"psycopg": "postgres", "simcord": "demo", "markdown_it": "demo", "PIL": "demo"}


class _Verbs(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Print what the operator must mend and end with 2, without a trace."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(2)
        except ModuleNotFoundError as error:
            extra = _EXTRAS.get((error.name or "").partition(".")[0])
            if extra is None:
                raise
            click.echo(f'This needs {error.name}: pip install "rapport-bot[{extra}]"', err=True)
            ctx.exit(2)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="The settings file; else RAPPORT_CONFIG, else ./config.toml.",
)
@click.version_option(package_name="rapport-bot", prog_name="rapport")
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """Rapport: a Discord bot that walks a career club through informational interviewing."""
    ctx.obj = config


@main.command()
@click.pass_obj
def run(config: Path | None) -> None:
    """Run the bot."""
    gc.disable()  # what a start makes is there to stay; looking through it took a sixth of it
    settings = _settings(config)
    from bot.client.life import run as run_bot

    run_bot(settings)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), help="The page's port; else [demo] port.")
@click.pass_obj
def demo(config: Path | None, port: int | None) -> None:
    """Try the bot in a browser: a simulated club, no token, nothing is kept."""
    settings = _settings(config)
    from bot.demo import run as run_demo

    run_demo(settings, settings.demo.port if port is None else port)


@main.command()
@click.option("--health", is_flag=True, help="Only tell whether the running bot is well.")
@click.pass_context
def check(ctx: click.Context, health: bool) -> None:
    """Look at everything the bot rests on, and say how to mend what is wrong."""
    settings = _settings(ctx.obj)
    import asyncio

    from bot.clock import SystemClock

    clock = SystemClock()
    if health:
        from bot.upkeep.health import check_health

        found = [check_health(settings.health_file, clock.now())]
    else:
        from bot.upkeep.checkup import check_up

        found = asyncio.run(check_up(settings, clock))
    for finding in found:
        click.echo(f"{_MARKS[finding.level]}  {finding.what}")
        if finding.how:
            click.echo(f"      {finding.how}")
    ctx.exit(1 if any(finding.level == "bad" for finding in found) else 0)


@main.command()
@click.pass_obj
def migrate(config: Path | None) -> None:
    """Bring the database to this version's schema (a start does it too)."""
    url = _url(_settings(config))
    from bot.clock import SystemClock
    from bot.upkeep.undisturbed import undisturbed

    with undisturbed(url, SystemClock(), or_new=True) as database:
        click.echo("Migrated." if database.migrated else "Nothing to do.")


@main.command()
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Else [backup] dir.")
@click.pass_obj
def backup(config: Path | None, folder: Path | None) -> None:
    """Copy an SQLite database while the bot runs; the key is not in it."""
    settings = _settings(config)
    from bot.clock import SystemClock
    from bot.upkeep.backup import back_up

    place = folder or settings.backup_dir
    made = back_up(_url(settings), place, keep=settings.backup.keep, now=SystemClock().now())
    click.echo(f"{made.file} ({made.size // 1024:,} KB)")
    click.echo(f"Without the key it cannot be read: keep a copy of {settings.key_file} elsewhere.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(config: Path | None, file: Path) -> None:
    """Put a backup in the database's place; the present one is kept beside it."""
    settings = _settings(config)
    from bot.clock import SystemClock
    from bot.upkeep.restore import restore as restore_copy

    done = restore_copy(file, _url(settings), key_file=settings.key_file, clock=SystemClock())
    _print_rows(done.rows)
    if done.replaced:
        what = (
            "The database before" if done.is_whole else "A log that lay there without its database"
        )
        click.echo(f"{what} is kept as {done.replaced}.")
    click.echo("Messages sent since the backup was made may be sent once more.")


@main.command()
@click.option("--to", "target", required=True, help="The new database's URL; it must be empty.")
@click.pass_obj
def copy(config: Path | None, target: str) -> None:
    """Copy everything to another database, such as PostgreSQL, and count both sides."""
    settings = _settings(config)
    from bot.clock import SystemClock
    from bot.storage.db import parse_url
    from bot.upkeep.copy import copy_database

    rows = copy_database(
        _url(settings), parse_url(target), key_file=settings.key_file, clock=SystemClock()
    )
    _print_rows(rows)
    click.echo("Both sides count the same. Now set [database] url to the new one; the key stays.")


@main.command()
@click.option(
    "--user",
    "owner_id",
    type=click.IntRange(1, 2**63 - 1),
    required=True,
    help="The member's Discord id.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(config: Path | None, owner_id: int, yes: bool) -> None:
    """Erase a member for good, as for a lost account."""
    settings = _settings(config)
    import asyncio

    from bot.clock import SystemClock
    from bot.upkeep.erase import erase_offline

    if not yes:
        click.confirm(f"Erase everything of member {owner_id}? There is no undo", abort=True)
    gone = asyncio.run(
        erase_offline(_url(settings), owner_id, key_file=settings.key_file, clock=SystemClock())
    )
    click.echo(f"{gone:,} rows are gone." if gone else "Nothing was kept of that member.")
    if gone:
        click.echo("Backups made before still hold them, until newer ones take their place.")


@main.group()
def privacy() -> None:
    """What people in the notebooks may ask for."""


@privacy.command("ask")
@click.option("--email", default="", help="An address of the person who asks.")
@click.option("--linkedin", default="", help="The address of their LinkedIn profile.")
@click.pass_obj
def privacy_ask(config: Path | None, email: str, linkedin: str) -> None:
    """Ask whoever has notes about a person to delete them; only a number is printed."""
    if not email.strip() and not linkedin.strip():
        raise click.UsageError("Give --email or --linkedin, as the person who asks gave it to you.")
    settings = _settings(config)
    import asyncio

    from bot.clock import SystemClock
    from bot.dispatcher.wishes import ask_offline

    count = asyncio.run(
        ask_offline(
            _url(settings),
            key_file=settings.key_file,
            now=SystemClock().now(),
            email=email,
            linkedin=linkedin,
        )
    )
    click.echo(count)


@main.command("rotate-key")
@click.pass_obj
def rotate(config: Path | None) -> None:
    """Encrypt everything with a new key and forget the old one."""
    settings = _settings(config)
    from bot.clock import SystemClock
    from bot.upkeep.rotate import rotate_key

    rows = rotate_key(_url(settings), key_file=settings.key_file, clock=SystemClock())
    click.echo(f"{rows:,} rows have the new key. Copy {settings.key_file} to its safe place now.")
    click.echo("Older backups can be read only with the old key file: make a new backup.")


def _settings(config: Path | None) -> Settings:
    from bot.config import load_settings
    from bot.logs import set_up_logs

    settings = load_settings(config)
    set_up_logs(settings.log)
    return settings


def _url(settings: Settings) -> URL:
    from bot.storage.db import parse_url

    return parse_url(settings.database_url)


def _print_rows(rows: dict[str, int]) -> None:
    for name, count in rows.items():
        if count:
            click.echo(f"{count:>10,}  {name}")


if __name__ == "__main__":
    main()

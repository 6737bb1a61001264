"""Counts the SQL statements of one interaction: reads, and those of each write transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from simcord.actors import MemberActor
from simcord.builders import UserHandle
from sqlalchemy import event

from bot.rules.presses import read
from bot.storage.db import Database

_NOT_COUNTED = ("COMMIT", "ROLLBACK", "PRAGMA")


@dataclass
class Counted:
    """The statements that were run, in order; ``writes`` holds a list for each transaction."""

    reads: list[str] = field(default_factory=list)
    writes: list[list[str]] = field(default_factory=list)

    @property
    def most_written(self) -> int:
        """How many statements the longest write transaction had."""
        return max((len(one) for one in self.writes), default=0)

    def __str__(self) -> str:
        lines = [f"{len(self.reads)} reads", *(f"  {one[:110]}" for one in self.reads)]
        for one in self.writes:
            lines += [f"{len(one)} in a write", *(f"  {statement[:110]}" for statement in one)]
        return "\n".join(lines)


@contextmanager
def counted(db: Database) -> Iterator[Counted]:
    """Count what runs on both engines while the block lasts."""
    counts = Counted()
    writer, reader = db.engines

    def note_read(*parts: Any) -> None:
        if not parts[2].startswith(_NOT_COUNTED):
            counts.reads.append(_line(parts[2]))

    def note_begin(_connection: Any) -> None:
        counts.writes.append([])

    def note_write(*parts: Any) -> None:
        if not parts[2].startswith(_NOT_COUNTED):
            counts.writes[-1].append(_line(parts[2]))

    watchers = (
        (reader, "before_cursor_execute", note_read),
        (writer, "begin", note_begin),
        (writer, "before_cursor_execute", note_write),
    )
    for watcher in watchers:
        event.listen(*watcher)
    try:
        yield counts
    finally:
        for watcher in watchers:
            event.remove(*watcher)


def _line(statement: str) -> str:
    return " ".join(statement.split())


def measure(db: Database, patch: pytest.MonkeyPatch) -> list[tuple[str, Counted]]:
    """Count each thing that people do from here on: "/log", "r:sent", "form contact_add"."""
    done: list[tuple[str, Counted]] = []
    for kind in (MemberActor, UserHandle):
        for name in ("slash", "click", "select", "submit_modal"):
            patch.setattr(kind, name, _measured(db, done, getattr(kind, name)))
    return done


def _measured(db: Database, done: list[tuple[str, Counted]], act: Any) -> Any:
    async def run(who: Any, *given: Any, **options: Any) -> Any:
        with counted(db) as counts:
            result = await act(who, *given, **options)
        done.append((_name(given, options), counts))
        return result

    return run


def _name(given: tuple[Any, ...], options: dict[str, Any]) -> str:
    if "custom_id" in options:
        press = read(options["custom_id"])
        return f"{press.scope}:{press.verb}"
    if modal := getattr(given[0], "modal", None):
        return f"form {modal['custom_id'].split(':')[1]}"
    return "/" + next(one for one in given if isinstance(one, str))

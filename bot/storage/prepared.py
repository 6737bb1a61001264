"""Statements that are compiled once and run on the driver's own cursor.

SQLAlchemy's way from a statement to its rows runs through so much code that a small read takes many
times as long as SQLite needs for it; of what every answer reads, that is most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import CompoundSelect, Connection, LargeBinary, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

R = TypeVar("R")
_Selects = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
_Converts = list[tuple[Any, Callable[[Any], Any]]]  # by name or place


def as_it_is(row: Any) -> Any:
    """Make a row of the values as the driver gives them, or as they were converted."""
    return row


class Prepared(Generic[R]):
    """A SELECT with single values as its parameters; ``make`` turns its values into a row."""

    def __init__(self, statement: _Selects, make: Callable[[Iterable[Any]], R]) -> None:
        self._statement = statement
        self._make = make
        self._ready: WeakKeyDictionary[Dialect, _Ready] = WeakKeyDictionary()

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[R]:
        """Run it, and convert values both ways as their columns say."""
        ready = self._ready.get(connection.dialect)
        if ready is None:
            ready = self._ready[connection.dialect] = _Ready(self._statement, connection.dialect)
        rows = ready.run(connection, values)
        if self._make is as_it_is:
            return cast("list[R]", list(rows))
        return [self._make(row) for row in rows]


class _Ready:
    """A statement's text for one database, and what is to be converted."""

    def __init__(self, statement: _Selects, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._order = compiled.positiontup if compiled.positional else None
        self._fixed: dict[str, Any] = {}
        self._given: _Converts = []
        for name, bound in compiled.binds.items():
            convert = bound.type.dialect_impl(dialect).bind_processor(dialect) or _plain
            if bound.required:
                self._given.append((name, convert))
            else:
                self._fixed[name] = convert(bound.effective_value)
        self._found: _Converts = [
            (place, convert)
            for place, column in enumerate(statement.selected_columns)
            if (convert := _from(column.type, dialect))
        ]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Iterable[Iterable[Any]]:
        named = self._fixed | {name: convert(values[name]) for name, convert in self._given}
        given = named if self._order is None else tuple(map(named.__getitem__, self._order))
        cursor = connection.connection.cursor()
        try:
            # Whoever watches statements sees these, too.
            watched = (connection, cursor, self._sql, given, None, False)
            connection.dispatch.before_cursor_execute(*watched)
            cursor.execute(self._sql, given)
            rows = cursor.fetchall()
            connection.dispatch.after_cursor_execute(*watched)
        finally:
            cursor.close()
        return map(self._converted, rows) if self._found else rows

    def _converted(self, row: Iterable[Any]) -> list[Any]:
        values = list(row)
        for place, convert in self._found:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value  # of an enumeration, its text


def _from(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(kind, LargeBinary):
        return None  # both drivers give bytes
    return kind.dialect_impl(dialect).result_processor(dialect, None)

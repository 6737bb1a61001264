"""Statements that are compiled once and run on the driver's own cursor.

SQLAlchemy's way from a statement to its rows runs through so much code that a small read takes many
times as long as SQLite needs for it; of what every answer reads, that is most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Insert,
    LargeBinary,
    Select,
    Update,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

R = TypeVar("R")
_Selects = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


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
            ready = _Ready(self._statement.compile(dialect=connection.dialect), connection.dialect)
            ready.give_back(self._statement.selected_columns)
            self._ready[connection.dialect] = ready
        rows = ready.read(connection, values)
        if self._make is as_it_is:
            return cast("list[R]", list(rows))
        return [self._make(row) for row in rows]


class PreparedWrite:
    """An INSERT or UPDATE of single values; ``columns`` names those that an INSERT is given."""

    def __init__(self, statement: Insert | Update, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._ready: WeakKeyDictionary[Dialect, _Ready] = WeakKeyDictionary()

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each row, and convert values as their columns say."""
        dialect = connection.dialect
        ready = self._ready.get(dialect)
        if ready is None:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
            ready = self._ready[dialect] = _Ready(compiled, dialect)
        ready.write(connection, rows)


class _Ready:
    """A statement's text for one database, and what is to be converted."""

    def __init__(self, compiled: Any, dialect: Dialect) -> None:
        self._sql = str(compiled)
        self._dialect = dialect
        self._errors: type[Exception] = cast("Any", dialect).loaded_dbapi.Error
        self._given: list[tuple[str, Callable[[Any], Any], tuple[Any, ...]]] = []
        self._found: list[tuple[int, Callable[[Any], Any]]] = []
        # What it is run with: values in order, or by name, each already where it stays.
        order: list[str] | None = compiled.positiontup if compiled.positional else None
        self._is_in_order = order is not None
        self._parameters: Any = {} if order is None else [None] * len(order)
        defaults = {one.key: one.default.arg for one in getattr(compiled, "insert_prefetch", ())}
        for name, bound in compiled.binds.items():
            convert = bound.type.dialect_impl(dialect).bind_processor(dialect) or _plain
            places = (name,) if order is None else _places(order, name)
            if bound.required:
                self._given.append((name, convert, places))
                continue
            for place in places:
                self._parameters[place] = convert(defaults.get(name, bound.effective_value))

    def give_back(self, columns: Iterable[ColumnElement[Any]]) -> None:
        """Say of which columns the rows that it finds are."""
        self._found = [
            (place, convert)
            for place, column in enumerate(columns)
            if (convert := _from(column.type, self._dialect))
        ]

    def read(self, connection: Connection, values: Mapping[str, Any]) -> Iterable[Iterable[Any]]:
        """Run it once and give its rows, converted."""
        rows = self._run(connection, self._filled(values), is_read=True)
        return map(self._converted, rows) if self._found else rows

    def write(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each row; without rows, not at all."""
        if not rows:
            return
        given = list(map(self._filled, rows))
        is_many = len(given) > 1
        self._run(connection, given if is_many else given[0], is_many=is_many)

    def _filled(self, values: Mapping[str, Any]) -> Any:
        parameters = self._parameters.copy()
        for name, convert, places in self._given:
            value = convert(values[name])
            for place in places:
                parameters[place] = value
        return tuple(parameters) if self._is_in_order else parameters

    def _run(
        self, connection: Connection, given: Any, *, is_many: bool = False, is_read: bool = False
    ) -> Any:
        # Whoever watches statements sees these, too. To ask them costs as much as a small read.
        is_watched = connection._has_events or connection.engine._has_events  # pyright: ignore[reportPrivateUsage] - as SQLAlchemy asks it itself
        cursor = connection.connection.cursor()
        watched = (connection, cursor, self._sql, given, None, is_many)
        try:
            if is_watched:
                connection.dispatch.before_cursor_execute(*watched)
            (cursor.executemany if is_many else cursor.execute)(self._sql, given)
            rows = cursor.fetchall() if is_read else ()
            if is_watched:
                connection.dispatch.after_cursor_execute(*watched)
        except self._errors as error:
            raise DBAPIError.instance(
                *(self._sql, None, error, self._errors), hide_parameters=True
            ) from error
        finally:
            cursor.close()
        return rows

    def _converted(self, row: Iterable[Any]) -> list[Any]:
        values = list(row)
        for place, convert in self._found:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values


def _places(order: Sequence[str], name: str) -> tuple[int, ...]:
    return tuple(place for place, one in enumerate(order) if one == name)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value  # of an enumeration, its text


def _from(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(kind, LargeBinary):
        return None  # both drivers give bytes
    return kind.dialect_impl(dialect).result_processor(dialect, None)

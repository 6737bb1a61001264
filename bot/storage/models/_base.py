"""What all tables share: their columns as attributes, names of constraints, keys and owners."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import BigInteger, Column, ColumnClause, ForeignKey, MetaData, Table
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from bot.storage.types import Key

T = TypeVar("T")
Model = TypeVar("Model", bound="Base")

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
OWNER = "members.id"


class Base:
    """A table of SQLAlchemy's Core whose columns are attributes: ``Contact.key``.

    In statements the class stands for its table, as ``select(Contact)``. No rows become objects,
    so the ORM is not loaded (decisions §8).
    """

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMING)
    __tablename__: ClassVar[str]
    __table_args__: ClassVar[tuple[SchemaItem, ...]] = ()
    __table__: ClassVar[Table]

    def __init_subclass__(cls) -> None:
        columns: list[Column[Any]] = []
        for name, column in vars(cls).items():
            if isinstance(column, Column):
                column.name = column.key = name
                columns.append(cast("Column[Any]", column))
        cls.__table__ = Table(cls.__tablename__, cls.metadata, *columns, *cls.__table_args__)

    @classmethod
    def __clause_element__(cls) -> Table:
        return cls.__table__


class _Again:
    """A table under a second name."""

    def __init__(self, table: Table) -> None:
        self._table = table.alias()
        vars(self).update(self._table.c.items())

    def __clause_element__(self) -> Any:
        return self._table


def aliased(model: type[Model]) -> type[Model]:
    """Give a table under a second name, for a statement in which it stands twice."""
    return cast("type[Model]", _Again(model.__table__))


def required(
    kind: TypeEngine[T] | type[TypeEngine[T]], *more: SchemaItem, **options: Any
) -> ColumnClause[T]:
    """Declare a column that always has a value.

    Its type is what statements need: a ``Column`` may not be read from a class, say its stubs.
    """
    return Column(kind, *more, nullable=False, **options)


def optional(
    kind: TypeEngine[T] | type[TypeEngine[T]], *more: SchemaItem, **options: Any
) -> ColumnClause[T | None]:
    """Declare a column that may be empty."""
    return cast("ColumnClause[T | None]", Column(kind, *more, nullable=True, **options))


def key_column() -> ColumnClause[str]:
    """Declare a row's own random key."""
    return required(Key, primary_key=True)


def owner_column() -> ColumnClause[int]:
    """Declare whose row it is: the member's, and gone with them."""
    return required(BigInteger, ForeignKey(OWNER, ondelete="CASCADE"))

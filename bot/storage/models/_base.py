"""What all tables share: names of constraints, types of columns, keys and owners."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.storage.types import Key, UtcDateTime

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
OWNER = "members.id"


class Base(DeclarativeBase):
    """The one metadata."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {datetime: UtcDateTime(), str: String(), int: BigInteger()}  # noqa: RUF012 - SQLAlchemy reads it from the class


def key_column() -> Mapped[str]:
    """Declare a row's own random key."""
    return mapped_column(Key, primary_key=True)


def owner_column() -> Mapped[int]:
    """Declare whose row it is: the member's, and gone with them."""
    return mapped_column(ForeignKey(OWNER, ondelete="CASCADE"), index=False)

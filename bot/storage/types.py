"""Column types: aware UTC times, encrypted values, random keys."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

import msgspec
from sqlalchemy import BigInteger, DateTime, LargeBinary, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.storage.keys import Keyring

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
KEY_LENGTH = 13


def new_key() -> str:
    """Draw a random 64-bit key: 13 characters of base32, safe in nonces and custom ids."""
    number = secrets.randbits(64)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def keyring_of(dialect: Dialect) -> Keyring:
    """Find the keys that the database handed to its engine."""
    return cast(Keyring, getattr(dialect, "rapport_keyring"))  # noqa: B009 - typed nowhere else


class _Reader(Protocol):
    def __call__(self, value: Any) -> datetime | None: ...


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; naive input is refused.

    SQLite keeps whole microseconds since the epoch (an integer sorts and compares right);
    PostgreSQL keeps a timestamptz.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Pick the column's type for this database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn an aware time into what the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return to_micros(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002 - SQLAlchemy passes it
    ) -> _Reader:
        """Give back an aware UTC time; by one plain call, for a page has dozens of them."""
        return _from_micros_or_none if dialect.name == "sqlite" else _in_utc


def _from_micros_or_none(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(0, 0, value)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(value: datetime) -> int:
    """Count whole microseconds since the epoch, without going through a float."""
    delta = value - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_micros(value: int) -> datetime:
    """Undo ``to_micros``."""
    return _EPOCH + timedelta(0, 0, value)


class Encrypted(TypeDecorator[Any]):
    """What a member writes about people: AES-GCM at rest, bound to its place ("table.column").

    Holds text, or with ``as_json`` any JSON value. The keys come from the engine's dialect.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str, *, as_json: bool = False) -> None:
        super().__init__()
        self.place = place
        self.as_json = as_json

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Encrypt with the current key."""
        if value is None:
            return None
        plain = json.dumps(value, ensure_ascii=False) if self.as_json else value
        return keyring_of(dialect).seal(plain.encode(), self.place)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Decrypt with the key that the value names."""
        if value is None:
            return None
        plain = keyring_of(dialect).unseal(bytes(value), self.place)
        return msgspec.json.decode(plain) if self.as_json else plain.decode()


Key = String(KEY_LENGTH)

"""The one source of the present: handed to everything that needs it, so that tests can move it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; the only way to learn it."""

    def now(self) -> datetime:
        """Give the present as an aware UTC datetime."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the present as an aware UTC datetime."""
        return datetime.now(UTC)

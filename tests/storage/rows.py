"""Rows for tests that need something to be there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)


def member_values(owner_id: int) -> dict[str, Any]:
    return {"id": owner_id, "profile": {"name": "Ada"}, "zone": "Europe/London", "created_at": NOW}

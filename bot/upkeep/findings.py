"""What a check found, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check: ``bad`` keeps the bot from working, ``warn`` will one day."""

    level: Level
    what: str
    how: str = ""

"""Tells whether the running bot is well; asked every half minute, so it imports next to nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.upkeep.findings import Finding

HEALTHY_SECONDS = 90


def check_health(file: Path, now: datetime) -> Finding:
    """Go by the age of the file that the bot touches while it is well."""
    try:
        age = now.timestamp() - file.stat().st_mtime
    except OSError:
        return Finding("bad", "The bot is not running: it has written no health file.")
    if age > HEALTHY_SECONDS:
        return Finding("bad", f"The bot last said that it is well {age:,.0f} seconds ago.")
    return Finding("ok", "The bot is well.")

"""Tells whether the running bot is well; asked every half minute, so it imports next to nothing."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path

from bot.upkeep.findings import Finding

HEALTHY_SECONDS = 90


def check_health(file: Path, now: datetime) -> Finding:
    """Go by the age of the file that the bot touches while it is well."""
    try:
        told = file.stat()
    except OSError:
        return Finding("bad", "The bot is not running: it has written no health file.")
    if not stat.S_ISREG(told.st_mode):
        return Finding("bad", f"[health] file names no file: {file}.")
    age = now.timestamp() - told.st_mtime
    if age > HEALTHY_SECONDS:
        return Finding("bad", f"The bot last said that it is well {age:,.0f} seconds ago.")
    return Finding("ok", "The bot is well.")

"""Days and times typed in plain words, read on the member's own clock."""

from __future__ import annotations

from bot.rules.when.moment import Expect, Moment
from bot.rules.when.reader import read_date, read_when

__all__ = ["Expect", "Moment", "read_date", "read_when"]

"""How often: lengths such as "6 weeks", read as days, and two of them as a gap."""

from __future__ import annotations

import re

from bot.errors import UserError
from bot.rules.network.nearness import Gap
from bot.rules.plain import plain_text

MOST_DAYS = 730
"""The longest gap between two touches that can be chosen."""

_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 91, "year": 365}
_LENGTH = re.compile(
    r"(?:every )?(?P<number>\d{1,4}|an?|one|two|three|four|six|half an?)?"
    r" ?(?P<unit>day|week|fortnight|month|quarter|year|d|w|m|y)?s?"
)
_NUMBERS = {"": 1, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6}
_LETTERS = {"d": "day", "w": "week", "m": "month", "y": "year"}


def read_days(text: str) -> int:
    """Read a length of time as days: "30", "6 weeks", "every month"; raises UserError."""
    match = _LENGTH.fullmatch(" ".join(text.casefold().split()))
    if match is None or not match[0]:
        raise _unread(text)
    number, unit = match["number"] or "", match["unit"] or ""
    days = _DAYS[_LETTERS.get(unit, unit) or "day"]
    if number.startswith("half"):
        total = days // 2
    else:
        total = days * (int(number) if number.isdigit() else _NUMBERS[number])
    if not 1 <= total <= MOST_DAYS:
        raise _unread(text)
    return total


def _unread(text: str) -> UserError:
    return UserError(
        f"I can't read “{plain_text(text[:40])}” as a number of days, from one day to two years. "
        "Write, for example, 30, 6 weeks or 2 months."
    )


def read_gap_of(ideal: str, longest: str) -> Gap | None:
    """Read a gap as it was typed; None where both are empty.

    One alone is enough: the longest is twice the ideal.
    """
    if not ideal.strip() and not longest.strip():
        return None
    end = read_days(longest) if longest.strip() else 0
    start = read_days(ideal) if ideal.strip() else max(1, end // 2)
    end = end or min(2 * start, MOST_DAYS)
    if end < start:
        raise UserError(
            f"At the longest {end} days is less than ideally {start}. Please swap the two, or "
            "leave one empty."
        )
    return Gap(start, end)

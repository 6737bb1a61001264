"""What an upload holds, whatever its format: rows of cells under named columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

MOST_ROWS = 30_000
MOST_COLUMNS = 150
"""Outlook writes some ninety."""


class Row(NamedTuple):
    """One row: its number as a spreadsheet counts, and its cells."""

    number: int
    cells: tuple[str, ...]


class Unreadable(NamedTuple):
    """A row that cannot be taken, and why: "there is no name"."""

    number: int
    reason: str


@dataclass(frozen=True)
class Table:
    """What was read. ``kind`` says from where: LinkedIn, Google, Outlook, vCard, Rapport or CSV."""

    kind: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    unreadable: tuple[Unreadable, ...] = ()

"""Files that people bring along or take away: found out by their content, never by their name."""

from __future__ import annotations

from bot.exchange.columns import COLUMN_FIELDS, NAME_PARTS, OWN, TAGS, Columns, guess_columns
from bot.exchange.notebooks import KIND as NOTEBOOK
from bot.exchange.people import Incoming, Person, people_in
from bot.exchange.reading import MOST_BYTES, read_table, too_large
from bot.exchange.tables import MOST_ROWS, Row, Table, Unreadable

__all__ = [
    "COLUMN_FIELDS",
    "MOST_BYTES",
    "MOST_ROWS",
    "NAME_PARTS",
    "NOTEBOOK",
    "OWN",
    "TAGS",
    "Columns",
    "Incoming",
    "Person",
    "Row",
    "Table",
    "Unreadable",
    "guess_columns",
    "people_in",
    "read_table",
    "too_large",
]

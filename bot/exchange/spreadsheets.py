"""Tables as text: the separator and the row with the columns' names are found, not assumed."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence

from bot.errors import UserError
from bot.exchange.columns import guess_columns, has_name, kind_of, tidy
from bot.exchange.tables import MOST_COLUMNS, MOST_ROWS, Row, Table

_SEPARATORS = (",", ";", "\t", "|")
_LOOKED_AT = 20  # rows among which the columns' names must be; LinkedIn writes three before them
_LONGEST_LINE = 100_000
_NO_PEOPLE = (
    "There is nobody in that file: I found no row of names under a row of headings. "
    "Is it the right one?"
)
_CUT_OFF = (
    "That looks like LinkedIn's list, but the row with **First Name, Last Name, Company …** is "
    "missing. Download it once more and send it as it comes."
)


def read_spreadsheet(text: str) -> Table:
    """Read a table whose cells stand between commas, semicolons, tabs or bars.

    Raises UserError for what holds nobody, has too many rows or columns, or cannot be read.
    """
    tried = [(separator, *_head(text, separator)) for separator in _SEPARATORS]
    separator, at, names, _ = max(tried, key=lambda one: one[3])
    if at < 0:
        raise UserError(_NO_PEOPLE)
    if tidy(text[:20].split("\n")[0]) == "notes" and kind_of(names) != "LinkedIn":
        raise UserError(_CUT_OFF)
    if len(names) > MOST_COLUMNS:
        raise UserError(
            f"That table has {len(names)} columns, and I read up to {MOST_COLUMNS}. "
            "Delete those that say nothing about a person and send it again."
        )
    if not guess_columns(names) and any("@" in cell or "://" in cell for cell in names):
        # No heading has an address in it: this is somebody already.
        names, at = [f"Column {n}: {cell.strip()}" for n, cell in enumerate(names, 1)], at - 1
    numbered = enumerate(_cells(text, separator), 1)
    width = len(names)
    rows = tuple(
        Row(number, tuple(cells[:width]))
        for number, cells in itertools.islice(numbered, at + 1, at + 2 + MOST_ROWS)
        if any(cells)
    )
    _check(rows)
    return Table(kind_of(names), tuple(names), rows)


def _check(rows: Sequence[Row]) -> None:
    if not rows:
        raise UserError(_NO_PEOPLE)
    if len(rows) > MOST_ROWS:
        raise UserError(
            f"That table has more than {MOST_ROWS:,} rows. Split it and send one part at a time."
        )


def _head(text: str, separator: str) -> tuple[int, list[str], tuple[int, int]]:
    """Find the row of headings: its place (-1: none), its cells, and how well it fits."""
    first = list(itertools.islice(_cells(text[:100_000], separator, is_whole=False), _LOOKED_AT))
    wide = max((len(cells) for cells in first), default=0)
    for at, cells in enumerate(first):
        known = guess_columns(cells)
        if has_name(known) and (len(known) > 1 or wide == 1):
            return at, cells, (len(known), len(cells))
    for at, cells in enumerate(first):
        if sum(1 for cell in cells if cell.strip()) > 1:
            return at, cells, (0, len(cells))
    return -1, [], (-1, 0)


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > _LONGEST_LINE:  # ten million commas would be as many cells at once
            raise UserError(
                f"Line {number} has {len(line):,} characters: that is no person. "
                "Delete it, or check whether this is the right file."
            )
        yield line


def _cells(text: str, separator: str, *, is_whole: bool = True) -> Iterator[list[str]]:
    read: list[str] = []  # the lines of one row
    reader = csv.reader(_noted(text, read), delimiter=separator)
    for number in itertools.count(1):
        read.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unclosed(number) from error
        if is_whole and len(read) > 1 and _is_open(read, separator):
            raise _unclosed(number)
        yield row


def _noted(text: str, read: list[str]) -> Iterator[str]:
    for line in _lines(text):
        read.append(line)
        yield line


def _is_open(lines: Sequence[str], separator: str) -> bool:
    """Tell whether a row ends within quotation marks: the reader takes all that follows for it."""
    try:
        next(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _unclosed(number: int) -> UserError:
    return UserError(
        f"Row {number} cannot be read: a quotation mark is opened in it and not closed. "
        "Mend that row, or save the table once more as CSV."
    )

"""From rows to people: each field from its columns, and for what is no person the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from bot.exchange.columns import CONNECTED, FAMILY, GIVEN, OF_NOBODY, OWN, TAGS, WEB, Columns
from bot.exchange.tables import Row, Unreadable
from bot.rules.plain import is_blank, straight

_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SEVERAL = " ::: "  # what Google puts between two values of one cell
# What stands before the sign that is looked for is bounded: without that, a cell of 40,000 letters
# took ten seconds, in which nothing else in the process could run.
_EMAIL = re.compile(r"""[^\s@<>()\[\],;:|"]{1,64}@[^\s@<>()\[\],;:|"/?]+""")
_LINKEDIN = re.compile(r"(?:https?://)?[\w.]{0,20}linkedin\.com/\S+", re.IGNORECASE)
_GUARDED = frozenset("=+-@\t\r\n＝＋－＠'")
# LinkedIn wrote "04 Mar 2026" and, years ago, "3/4/26, 10:23 AM": the month first.
_DATES = ("%d %b %Y", "%d %B %Y", "%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y", "%b %d, %Y")


class Person(NamedTuple):
    """Somebody who was read: the row's number and what is known, by field."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Incoming:
    """What rows gave: people, and the rows that gave none."""

    rows: tuple[Person, ...]
    unreadable: tuple[Unreadable, ...]
    shortened: int = 0
    """So many people had more in a field than fits; they were cut."""


def people_in(rows: Iterable[Row], columns: Columns, lengths: Mapping[str, int]) -> Incoming:
    """Read people from rows; ``lengths`` says how many characters each field may have.

    All fields of the member's own have the length of ``OWN``. Rows without anything in them are
    passed over.
    """
    people: list[Person] = []
    unreadable: list[Unreadable] = []
    shortened = 0
    for row in rows:
        if not any(cell and not cell.isspace() for cell in row.cells):
            continue
        values = _values(row.cells, columns)
        reason = _refusal(row.cells, values, lengths)
        if reason:
            unreadable.append(Unreadable(row.number, reason))
            continue
        fitting = {
            name: _cut(text, lengths[OWN if name.startswith(OWN) else name])
            for name, text in values.items()
        }
        shortened += fitting != values
        people.append(Person(row.number, fitting))
    return Incoming(tuple(people), tuple(unreadable), shortened)


def _refusal(cells: Sequence[str], values: Mapping[str, str], lengths: Mapping[str, int]) -> str:
    if any(map(_NO_TEXT.search, cells)):
        return "it holds signs that are no text"
    name = values.get("name", "")
    if is_blank(name):
        return "there is no name"
    if len(name) > lengths["name"]:
        return f"the name has {len(name)} characters, and {lengths['name']} fit"
    return ""


def _values(cells: Sequence[str], columns: Columns) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, numbers in columns.items():
        there = [cells[number] for number in numbers if number < len(cells)]
        text = _READERS.get(field, _first)([unguarded(cell) for cell in there])
        if text:
            found[field] = text
    parts = (found.pop(GIVEN, ""), found.pop(FAMILY, ""))
    name = found.get("name") or " ".join(part for part in parts if part)
    connected, web = found.pop(CONNECTED, ""), found.pop(WEB, "")
    if name:
        found = {"name": name, **found}
    if connected:
        found.setdefault("how_known", connected)
    if web:
        found.setdefault("linkedin", web)
    return found


def unguarded(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from reading a cell as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _GUARDED else cell


def _one_line(text: str) -> str:
    return straight(" ".join(text.split()))


def _first(cells: Sequence[str]) -> str:
    return next((text for cell in cells if (text := _one_line(cell))), "")


def _joined(cells: Sequence[str]) -> str:
    return " ".join(text for cell in cells if (text := _one_line(cell)))


def _notes(cells: Sequence[str]) -> str:
    return "\n".join(text for cell in cells if (text := cell.strip()))


def _email(cells: Sequence[str]) -> str:
    found = _EMAIL.search(" ".join(cells))
    return found[0].strip("'.") if found else ""


def _phone(cells: Sequence[str]) -> str:
    return _first([cell.split(_SEVERAL)[0] for cell in cells])


def _web(cells: Sequence[str]) -> str:
    found = _LINKEDIN.search(" ".join(cells))
    return found[0] if found else ""


def _tags(cells: Sequence[str]) -> str:
    # Before its own groups, Google puts a star.
    tags = (_one_line(tag).removeprefix("* ") for cell in cells for tag in cell.split(_SEVERAL))
    return ", ".join(tag for tag in tags if tag and tag.casefold() not in OF_NOBODY)


def _connected(cells: Sequence[str]) -> str:
    on = read_day(_first(cells))
    return f"On LinkedIn, since {on.day} {on:%B %Y}" if on else ""


_READERS: dict[str, Callable[[Sequence[str]], str]] = {
    "name": _joined,
    GIVEN: _joined,
    FAMILY: _joined,
    "notes": _notes,
    "email": _email,
    "phone": _phone,
    WEB: _web,
    CONNECTED: _connected,
    TAGS: _tags,
}


@lru_cache(maxsize=4096)
def read_day(text: str) -> date | None:
    """Read the day on which LinkedIn says two people connected; None if it is none."""
    day = text.split(",")[0] if "/" in text else text
    for shape in _DATES:
        try:
            return datetime.strptime(day.strip(), shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"

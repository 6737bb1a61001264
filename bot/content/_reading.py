"""Reads one content file into entries, and says in which line a broken one begins."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any, cast

import msgspec

from bot.content._fields import FIELDS
from bot.content._kits import Kit
from bot.content._shapes import (
    CHANNELS,
    CHECKLISTS,
    DRAFT_KINDS,
    FACETS,
    OCCASIONS,
    STAGES,
    Button,
    CheckItem,
    HelpTopic,
    Nudge,
    Objective,
    Phrase,
    Problem,
    Question,
    SourceGroup,
    Template,
    Words,
)

Entry = (
    Button
    | Nudge
    | Words
    | CheckItem
    | SourceGroup
    | HelpTopic
    | Question
    | Template
    | Kit
    | Phrase
    | Objective
)

SHAPES: dict[str, type[Entry]] = {
    "button": Button,
    "nudge": Nudge,
    "words": Words,
    "item": CheckItem,
    "group": SourceGroup,
    "topic": HelpTopic,
    "question": Question,
    "kit": Kit,
    "phrase": Phrase,
    "objective": Objective,
}
"""The tables that a TOML file of content may hold."""

# A key of 100,000 parts takes the parser all the memory there is; ours have one.
_CHAIN = re.compile(
    r"""(?<![\w-])(?:"""
    r"""(?:[\w-]{1,200}+|"(?:[^"\\\n]|\\.){0,200}+"|'[^'\n]{0,200}+')[ \t]{0,9}+\.[ \t]{0,9}+"""
    r"""){12}""",
    re.ASCII,
)
_MOST_STRANGERS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and where it stands."""

    entry: Entry
    file: str
    line: int


Report = Callable[[Problem], None]


def read_folder(
    folder: Path, report: Report, *, wants: Callable[[Path], bool] = lambda _: True
) -> Iterator[Found]:
    """Read every content file of a folder, or those it ``wants``, in the order of their names."""
    for path in sorted(filter(wants, folder.rglob("*.toml"))):
        yield from read_toml(path, str(path.relative_to(folder)), report)
    for path in sorted(filter(wants, folder.rglob("*.j2"))):
        yield from read_template(path, str(path.relative_to(folder)), report)


def read_toml(path: Path, name: str, report: Report) -> Iterator[Found]:
    """Read the entries of one TOML file; what is broken is reported and left out."""
    try:
        source = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        report(Problem(name, 1, f"I cannot read it: {error}."))
        return
    yield from read_source(source, name, report)


def read_source(
    source: str, name: str, report: Report, *, shapes: Mapping[str, type[Entry]] = SHAPES
) -> Iterator[Found]:
    """Read the entries of a TOML text; what is broken is reported and left out."""
    strangers = 0
    for table, entries in _parse(source, name, report).items():
        if table not in shapes or not isinstance(entries, list):
            strangers += 1
            if strangers <= _MOST_STRANGERS:  # looking for a line reads the whole text
                line = _line_of(source, rf"^[ \t]*(\[+[ \t]*)?[\"']?{re.escape(table)}\b")
                text = f"“{table[:60]}” is not a table of mine: {', '.join(shapes)}."
                report(Problem(name, line, text))
            continue
        lines = _lines_of_table(source, table)
        for values, line in zip(cast("list[object]", entries), lines, strict=False):
            found = _shape(shapes[table], values, Problem(name, line, ""), report)
            if found is not None:
                yield found


def read_template(path: Path, name: str, report: Report) -> Iterator[Found]:
    """Read a draft's file: TOML between two lines of ``---``, then the body.

    A head may name more channels with ``also``: the same words, which can ask for ``channel``.
    """
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return report(Problem(name, 1, f"I cannot read it: {error}."))
    parts = re.fullmatch(r"---\n(.*?)^---\n(.*)", source, re.DOTALL | re.MULTILINE)
    if parts is None:
        return report(Problem(name, 1, "It has to begin with a head between two lines of ---."))
    try:
        head = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        return report(Problem(name, _line_in(error) + 1, f"The head is not TOML: {error}."))
    also = head.pop("also", [])
    if not isinstance(also, list):
        return report(Problem(name, 1, "also: a list of channels is expected."))
    for channel in (head.get("channel"), *cast("list[object]", also)):
        values = head | {
            "channel": channel,
            "body": parts[2],
            "id": f"{head.get('kind')}.{channel}",
        }
        found = _shape(Template, values, Problem(name, 1, ""), report)
        if found is not None:
            yield found


def _parse(source: str, name: str, report: Report) -> dict[str, Any]:
    chain = _CHAIN.search(source)
    if chain is not None:
        line = source.count("\n", 0, chain.start()) + 1
        report(Problem(name, line, "This is not TOML of mine: there are too many dots in a row."))
        return {}
    try:
        return tomllib.loads(source)
    except ValueError as error:  # a number of 5,000 digits is no TOMLDecodeError
        report(Problem(name, _line_in(error), f"This is not TOML: {error}."))
    except RecursionError:
        report(Problem(name, 1, "This is not TOML of mine: it is nested too deeply."))
    return {}


def _shape(shape: type[Entry], values: object, at: Problem, report: Report) -> Found | None:
    try:
        entry = msgspec.convert(_stripped(values), shape)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        text = f"{where.rstrip('`')}: {what}." if where else f"{what}."
        return report(Problem(at.file, at.line, text))
    wrong = _wrong_word(entry)
    if wrong:
        return report(Problem(at.file, at.line, wrong))
    return Found(entry, at.file, at.line)


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_stripped(part) for part in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: _stripped(part) for name, part in cast("dict[str, Any]", value).items()}
    return value


def _wrong_word(entry: Entry) -> str:
    """Name the first value that is none of the words there are; empty if all is well."""
    checks: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
    match entry:
        case Question():
            checks = [
                ("facets", entry.facets, FACETS),
                ("fields", entry.fields, tuple(FIELDS)),
                ("stages", entry.stages, STAGES),
                ("occasion", (entry.occasion,), OCCASIONS),
            ]
        case CheckItem():
            checks = [("list", (entry.list,), CHECKLISTS)]
        case Template():
            checks = [
                ("kind", (entry.kind,), DRAFT_KINDS),
                ("channel", (entry.channel,), CHANNELS),
            ]
        case Nudge() if entry.draft:
            checks = [("draft", (entry.draft,), DRAFT_KINDS)]
        case _:
            pass
    for key, values, known in checks:
        for value in values:
            if value not in known:
                return f"{key}: “{value}” is none of {', '.join(known)}."
    return ""


def _line_in(error: ValueError) -> int:
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else 1


def _line_of(source: str, pattern: str) -> int:
    found = re.search(pattern, source, re.MULTILINE)
    return source.count("\n", 0, found.start()) + 1 if found else 1


def _lines_of_table(source: str, table: str) -> Iterator[int]:
    """Give the line of each of a table's heads, then 1 for entries that have none of their own."""
    line, end = 1, 0
    for head in re.finditer(rf"^[ \t]*\[\[[ \t]*{table}[ \t]*\]\]", source, re.MULTILINE):
        line, end = line + source.count("\n", end, head.end()), head.end()
        yield line
    yield from repeat(1)

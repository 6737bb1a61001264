"""Holds the layout: who may import whom, and how long things may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GENERATED = ROOT / "bot/storage/migrations/versions"

# Each may import what stands before it, and its own kind.
ORDER = [
    {"errors", "clock", "config"},
    {"logs", "rules", "storage", "content", "pictures", "proofreading", "assistant", "exchange"},
    {"notebook"},
    {"upkeep"},
    {"club"},
    {"dispatcher", "web"},
    {"scheduler"},
    {"client"},
    {"demo", "__main__"},
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
# Beside each other, and yet the first may know the second.
BESIDE = {
    ("__main__", "demo"),
    ("content", "rules"),
    ("exchange", "rules"),
    ("pictures", "rules"),
    ("proofreading", "rules"),
    ("storage", "rules"),
}
COGS_MAY = {
    "assistant",
    "exchange",
    "notebook",
    "club",
    "rules",
    "client",
    "content",
    "errors",
    "clock",
    "dispatcher",
    "upkeep",
    "pictures",
    "proofreading",
}


@dataclass(frozen=True)
class Source:
    name: str  # dotted: bot.rules.records
    file: Path
    is_package: bool

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.file.read_text())

    @property
    def area(self) -> str:
        return ([*self.name.split("."), ""])[1] or "root"

    def imports(self, *, typing_too: bool = True) -> Iterator[tuple[str, int]]:
        """Give each imported module (and "module.name" of a from-import) with its line."""
        for node in self._nodes(typing_too):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield base, node.lineno
                yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)

    def _nodes(self, typing_too: bool) -> Iterator[ast.AST]:
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            if (
                isinstance(node, ast.If)
                and not typing_too
                and "TYPE_CHECKING" in ast.dump(node.test)
            ):
                waiting += node.orelse
                continue
            yield node
            waiting += ast.iter_child_nodes(node)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + (1 if self.is_package else 0)]
        return ".".join([*parts, *([node.module] if node.module else [])])


def _sources() -> list[Source]:
    found: list[Source] = []
    for file in sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/**/*.py")]):
        if GENERATED in file.parents:
            continue
        parts = list(file.relative_to(ROOT).with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        found.append(Source(".".join(parts[:-1] if is_package else parts), file, is_package))
    return found


SOURCES = _sources()
BOT = [source for source in SOURCES if source.name.startswith("bot")]
COGS = [source for source in SOURCES if source.name.startswith("cogs")]


def breaches(sources: list[Source], is_wrong) -> list[str]:
    return sorted(
        {
            f"{source.file.relative_to(ROOT)}:{line} imports {name}"
            for source in sources
            for name, line in source.imports()
            if is_wrong(source, name)
        }
    )


def is_of(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_discord_is_known_only_to_cogs_client_and_demo():
    assert (
        breaches(
            [source for source in BOT if source.area not in ("client", "demo")],
            lambda _, name: is_of(name, "discord"),
        )
        == []
    )


def test_the_database_library_is_unknown_to_cogs():
    assert (
        breaches(
            COGS, lambda _, name: is_of(name, "sqlalchemy", "sqlite3", "aiosqlite", "bot.storage")
        )
        == []
    )


def test_the_alarm_clock_is_known_only_to_the_scheduler():
    assert (
        breaches(
            [source for source in SOURCES if source.area != "scheduler"],
            lambda _, name: is_of(name, "apscheduler"),
        )
        == []
    )


def test_bot_never_imports_cogs():
    assert breaches(BOT, lambda _, name: is_of(name, "cogs")) == []


def test_arrows_run_one_way():
    def is_backwards(source: Source, name: str) -> bool:
        area = ([*name.split("."), "", ""])[1]
        if not is_of(name, "bot") or area not in RANK or area == source.area:
            return False
        return RANK[area] > RANK[source.area] or (
            RANK[area] == RANK[source.area] > 0 and (source.area, area) not in BESIDE
        )

    known = [source for source in BOT if source.area != "root"]
    assert [source.name for source in known if source.area not in RANK] == []
    assert breaches(known, is_backwards) == []


def test_rules_know_nothing_of_ours_but_errors():
    assert (
        breaches(
            [source for source in BOT if source.area == "rules"],
            lambda _, name: is_of(name, "bot") and not is_of(name, "bot.errors", "bot.rules"),
        )
        == []
    )


def test_the_club_reaches_notebooks_through_effort_alone():
    def goes_round(_: Source, name: str) -> bool:
        return is_of(name, "bot.notebook") and not is_of(name, "bot.notebook.effort")

    def is_reach(source: Source, name: str) -> bool:
        # "from bot.notebook import effort" names the package too, on its way.
        return goes_round(source, name) and name != "bot.notebook"

    assert breaches([source for source in BOT if source.area == "club"], is_reach) == []


def test_cogs_know_what_members_do_and_not_how_it_is_kept():
    def is_beyond(_: Source, name: str) -> bool:
        area = ([*name.split("."), "", ""])[1]
        return is_of(name, "bot") and area != "" and area not in COGS_MAY

    assert breaches(COGS, is_beyond) == []


def test_cogs_never_reach_each_other():
    def is_other(source: Source, name: str) -> bool:
        return (
            is_of(name, "cogs")
            and name != "cogs"
            and not is_of(name, "cogs._ui")
            and not is_of(name, ".".join(source.name.split(".")[:2]))
        )

    features = [source for source in COGS if not is_of(source.name, "cogs._ui")]
    assert breaches(features, is_other) == []
    looks = [source for source in COGS if is_of(source.name, "cogs._ui")]
    assert (
        breaches(looks, lambda _, name: is_of(name, "cogs") and not is_of(name, "cogs._ui", "cogs"))
        == []
    )


def test_there_are_no_import_cycles():
    names = {source.name: source for source in SOURCES}
    arrows = {
        source.name: {
            name
            for name, _ in source.imports(typing_too=False)
            if name in names and name != source.name and not is_of(source.name, name)
        }
        for source in SOURCES
    }
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"a cycle: {' → '.join([*path, name])}"
        if name not in done:
            for following in sorted(arrows[name]):
                walk(following, (*path, name))
            done.add(name)

    for name in arrows:
        walk(name, ())


def test_private_rows_are_reached_through_one_door():
    doors = ("bot.notebook.access", "bot.notebook.page_sources", "bot.notebook.effort")
    found = [
        f"{source.file.relative_to(ROOT)}:{node.lineno} calls {node.func.id}"
        for source in BOT
        if source.area == "notebook" and not is_of(source.name, *doors)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("select", "update", "delete")
        and any(is_of(name, f"sqlalchemy.{node.func.id}") for name, _ in source.imports())
    ]
    assert found == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_module_fits_on_a_few_screens(source: Source):
    assert len(source.file.read_text().splitlines()) <= 400
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 40, f"{node.name} at line {node.lineno} has {length} lines"


def test_most_functions_are_short():
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for source in SOURCES
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 25

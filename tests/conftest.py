from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from tests.demo.browser import find_browser

pytest_plugins = ["tests.databases", "tests.loading"]

_NEEDS_A_BROWSER = Path(__file__).parent / "demo" / "test_demo_in_a_browser.py"


def _is_without_a_browser() -> bool:
    # The tests promise to run with Python alone; CI installs a browser and may not go without.
    return find_browser() is None and not os.environ.get("CI")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return True if collection_path == _NEEDS_A_BROWSER and _is_without_a_browser() else None


def pytest_collection_finish() -> None:
    # What was imported stays to the end: leave it out of every later search for garbage.
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _is_without_a_browser():
        terminalreporter.write_line(
            "No Chromium here: the demo's page was not tested in a browser (.ci/run does)."
        )

"""Renders our templates without letting them do anything; Jinja2 is imported at the first one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import ModuleType

GAP = re.compile("\ue000(.*?)\ue001")


@cache
def _jinja() -> ModuleType:
    from bot.content import _jinja  # heavy, and not needed to start

    return _jinja


def check(source: str, names: frozenset[str] | None = None) -> None:
    """Refuse a template that does more than fill in known names; raises TemplateProblem."""
    _jinja().check(source, names)


def render(source: str, values: Mapping[str, object]) -> str:
    """Fill in a template; gaps stay marked for ``close_gaps``. Values are data, never templates."""
    return _jinja().compiled(source).render(values)


def names_in(source: str) -> frozenset[str]:
    """List the names that a template fills in."""
    return _jinja().names_in(source)


def close_gaps(text: str) -> tuple[str, tuple[str, ...]]:
    """Show the gaps as ``[question]`` and list them in order, each once."""
    return GAP.sub(r"[\1]", text), tuple(dict.fromkeys(GAP.findall(text)))

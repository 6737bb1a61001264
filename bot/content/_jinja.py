"""Compiles templates that cannot do anything: no calls, loops, attributes or sums.

The sandbox of Jinja2 alone still computes ``'a' * 10**9``; the walk over the parsed template allows
names, conditions, comparisons and our own filters, and nothing else.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.content._draft_words import after_a_colon
from bot.content._problems import TemplateProblem

ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.Filter,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
)

EMOJI = frozenset({"So", "Sk", "Mn", "Cf", "Cn"})
"""The Unicode categories of what an emoji can end in."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _gap(value: object, question: str) -> object:
    """Stand in for a missing fact with a question that the member answers while editing."""
    return value or f"\ue000{question}\ue001"


def _sentence(value: str) -> str:
    """End a member's words with a full stop, unless a mark or an emoji of their own ends them."""
    words = value.rstrip(" ,;")
    if not words or words[-1] in ".!?…" or unicodedata.category(words[-1]) in EMOJI:
        return words
    return f"{words}."


def _capital(value: str) -> str:
    return value[:1].upper() + value[1:]


def _listed(values: tuple[str, ...]) -> str:
    """Show lines: a single one as it is, several as a list."""
    return values[0] if len(values) == 1 else "\n".join(f"- {value}" for value in values)


def _bulleted(values: tuple[str, ...]) -> str:
    return "\n".join(f"- {value}" for value in values)


def _joined(values: tuple[str, ...]) -> str:
    """Say lines in one sentence."""
    return "; ".join(after_a_colon(value.rstrip(" .;,")) for value in values)


def _number(value: int) -> str:
    return NUMBERS[value] if 0 <= value < len(NUMBERS) else str(value)


FILTERS = {
    "gap": _gap,
    "sentence": _sentence,
    "capital": _capital,
    "listed": _listed,
    "bulleted": _bulleted,
    "joined": _joined,
    "number": _number,
}


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters = dict(FILTERS)
    environment.globals = {}
    return environment


@lru_cache(maxsize=512)
def compiled(source: str) -> Template:
    """Check and compile a template, once."""
    check(source)
    return _environment().from_string(source)


@lru_cache(maxsize=512)
def names_in(source: str) -> frozenset[str]:
    """List the names that a template fills in."""
    return frozenset(node.name for node in _environment().parse(source).find_all(nodes.Name))


def check(source: str, names: frozenset[str] | None = None) -> None:
    """Refuse a template that does more than fill in known names; raises TemplateProblem."""
    try:
        parsed = _environment().parse(source)
    except TemplateSyntaxError as error:
        raise TemplateProblem(error.message or "This is not a template", error.lineno) from error
    for node in parsed.find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            raise TemplateProblem(f"{type(node).__name__} is not allowed here", node.lineno)
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            raise TemplateProblem(f"there is no filter “{node.name}”", node.lineno)
        if isinstance(node, nodes.Name) and names is not None and node.name not in names:
            raise TemplateProblem(f"there is no fact “{node.name}”", node.lineno)

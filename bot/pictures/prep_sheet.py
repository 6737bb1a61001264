"""The prep sheet on one page of paper (R29): what is agreed, to ask, to mind, and notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.pictures.fonts import drawable, needs_other_fonts
from bot.pictures.paper import FAINT, GREEN, MARGIN, WIDTH, Paper

_SIZES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
_SMALL = (0.7, 0.65, 0.6, 0.55, 0.5)
_TITLE_LENGTH = 90


@dataclass(frozen=True)
class SheetText:
    """What stands on the page, as typed. Ticked lines are True; questions have their probe."""

    title: str
    who: str
    agreed: tuple[str, ...]
    why: str
    opening: str
    questions: tuple[tuple[str, str], ...]
    research: tuple[tuple[str, bool], ...]
    before: tuple[tuple[str, bool], ...]
    manners: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """A page as SVG, and whether it has letters that other fonts have to draw."""

    svg: str
    needs_other_fonts: bool


def draw_prep_sheet(sheet: SheetText) -> Drawn:
    """Lay the sheet out on one A4 page of 1240 by 1754 pixels.

    What is long is set smaller; then research and probes are left out; never a question.
    """
    paper = _fitting(_clean(sheet))
    paper.rule_notes()
    words = "".join(text.words for text in paper.texts)
    return Drawn(_template().render(vars(paper)), needs_other_fonts(words))


def _fitting(sheet: SheetText) -> Paper:
    paper = _lay_out(sheet, _SIZES[0])
    for one, scale in _tries(sheet):
        if paper.fits:
            break
        paper = _lay_out(one, scale)
    return paper


def _tries(sheet: SheetText) -> Iterator[tuple[SheetText, float]]:
    plain = replace(sheet, research=())
    bare = replace(plain, questions=tuple((text, "") for text, _ in sheet.questions))
    yield from ((sheet, scale) for scale in _SIZES[1:])
    yield from ((plain, scale) for scale in (0.8, 0.75, 0.7))
    yield from ((bare, scale) for scale in (0.8, 0.75, *_SMALL))


def _clean(sheet: SheetText) -> SheetText:
    """Take out of every text what no page can show."""
    tidy: dict[str, Any] = {one.name: _tidy(getattr(sheet, one.name)) for one in fields(sheet)}
    title = tidy["title"]
    if len(title) > _TITLE_LENGTH:
        tidy["title"] = title[: _TITLE_LENGTH - 1].rstrip() + "…"
    return SheetText(**tidy)


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, tuple):
        return tuple(_tidy(one) for one in value)  # pyright: ignore[reportUnknownVariableType] - texts in tuples
    return value


def _lay_out(sheet: SheetText, scale: float) -> Paper:
    paper = Paper(scale)
    paper.text(sheet.title, 42, is_bold=True, fill=GREEN)
    if sheet.who:
        paper.text(sheet.who, 22, fill=FAINT)
    paper.gap(12)
    paper.panel(sheet.agreed, 22)
    paper.heading("Why their view helps me")
    paper.text(sheet.why or "Because …", 21)
    paper.heading("To begin")
    paper.text(sheet.opening, 21)
    paper.heading("My questions")
    for number, (text, probe) in enumerate(sheet.questions, start=1):
        paper.numbered(number, text, probe)
    _columns(paper, sheet)
    return paper


def _columns(paper: Paper, sheet: SheetText) -> None:
    gutter = 40
    width = (WIDTH - 2 * MARGIN - gutter) / 2
    top = paper.y
    left = paper.column(MARGIN, width, top)
    left.heading("Before I go")
    for text, is_done in (*sheet.research, *sheet.before):
        left.ticked(text, is_done=is_done)
    right = paper.column(MARGIN + width + gutter, width, top)
    right.heading("While we talk")
    for text in sheet.manners:
        right.listed(text)
    paper.y = max(left.y, right.y)


@cache
def _template() -> Any:
    from jinja2 import Environment  # heavy, and not needed to start

    source = Path(__file__).with_name("prep_sheet.svg.j2").read_text("utf-8")
    # Every word on the page comes through here: what a member typed is never markup.
    return Environment(autoescape=True, trim_blocks=True).from_string(source)

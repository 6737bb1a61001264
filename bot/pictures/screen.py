"""A picture for a screen: texts, boxes and bars at their places, in light or dark colours."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.pictures.fonts import drawable, font, needs_other_fonts, wrap
from bot.pictures.paper import Box
from bot.pictures.prep_sheet import Drawn

WIDTH, MARGIN = 1080, 56
"""A phone shows 1,080 pixels across a hand's breadth: 30 of them are the smallest print."""

SMALL, PLAIN, LARGE = 30.0, 38.0, 54.0
_LEADING = 1.32
_MOST_SIGNS = 200


@dataclass(frozen=True)
class Theme:
    """Colours by what they are for. One hue and its lightness carry all: no red beside green."""

    ground: str
    panel: str
    track: str
    ink: str
    faint: str
    accent: str
    on_accent: str


LIGHT = Theme("#ffffff", "#eef4f8", "#d3dfe8", "#14202a", "#4d5f6d", "#0a66a8", "#ffffff")
DARK = Theme("#1b2026", "#262d35", "#3b4652", "#f3f6f8", "#b4c0ca", "#6cc0f5", "#10202c")


@dataclass(frozen=True)
class Words:
    """One line of text; ``y`` is its base line, ``anchor`` which end of it stands at ``x``."""

    x: float
    y: float
    words: str
    size: float
    fill: str
    is_bold: bool = False
    anchor: str = "start"


class Screen:
    """A picture that grows downwards; ``y`` is where the next thing goes. Sizes are in pixels."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.boxes: list[Box] = []
        self.texts: list[Words] = []
        self.y = float(MARGIN)

    def box(
        self, x: float, y: float, size: tuple[float, float], fill: str, *, curve: int = 8
    ) -> None:
        """Fill a box of this width and height."""
        self.boxes.append(Box(_px(x), _px(y), _px(size[0]), _px(size[1]), fill, round=curve))

    def say(
        self, x: float, base: float, words: str, size: float, *, fill: str = "", **how: Any
    ) -> None:
        """Set one line at a place; ``how`` is ``is_bold`` and ``anchor``."""
        shown = Words(_px(x), _px(base), clean(words), size, fill or self.theme.ink, **how)
        self.texts.append(shown)

    def text(self, words: str, size: float, *, fill: str = "", is_bold: bool = False) -> None:
        """Set a text across the picture in as many lines as it takes."""
        for line in wrap(clean(words), WIDTH - 2 * MARGIN, size, is_bold=is_bold):
            self.say(MARGIN, self.y + size, line, size, fill=fill, is_bold=is_bold)
            self.y += size * _LEADING

    def head(self, club: str, title: str, more: str) -> None:
        """Begin with the club's name, what the picture is of, and one line about it."""
        if club.strip():
            self.text(shorten(club, WIDTH - 2 * MARGIN, SMALL), SMALL, fill=self.theme.faint)
            self.y += 6
        for line in _two_lines(title):
            self.say(MARGIN, self.y + LARGE, line, LARGE, is_bold=True)
            self.y += LARGE * _LEADING
        self.text(more, SMALL, fill=self.theme.faint)
        self.y += 30

    def bar(
        self, y: float, part: float, *, height: float, width: float = WIDTH - 2 * MARGIN
    ) -> None:
        """Draw how much of a whole is reached, 0 to 1; what is left shows as a track."""
        x = WIDTH - MARGIN - width
        self.box(x, y, (width, height), self.theme.track, curve=int(height / 2))
        if part > 0:
            full = max(height, width * min(part, 1.0))
            self.box(x, y, (full, height), self.theme.accent, curve=int(height / 2))

    def draw(self) -> Drawn:
        """Give all of it as SVG."""
        words = "".join(text.words for text in self.texts)
        height = int(self.y + MARGIN - 10)
        svg = _template().render(
            width=WIDTH, height=height, ground=self.theme.ground, boxes=self.boxes, texts=self.texts
        )
        return Drawn(svg, needs_other_fonts(words))


def clean(words: str) -> str:
    """Take out what no picture can show, and what turns the line around for all that follows."""
    kept = "".join(sign for sign in words[:_MOST_SIGNS] if unicodedata.category(sign) != "Cf")
    return " ".join(drawable(kept).split())


def shorten(words: str, width: float, size: float, *, is_bold: bool = False) -> str:
    """Cut a text to one line of ``width`` pixels, with "…" where it was cut."""
    words, measure = clean(words), font(is_bold=is_bold)
    if measure.width(words, size) <= width:
        return words
    room = width - measure.width("…", size)
    while words and measure.width(words, size) > room:
        words = words[:-1]
    return f"{words.rstrip()}…"


def say_title(title: str) -> str:
    """End a title that is read aloud with a full stop, unless a mark of its own ends it."""
    words = title.rstrip()
    return words if words.endswith(_ENDS) else f"{words}."


_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟")


def _two_lines(title: str) -> list[str]:
    room = WIDTH - 2 * MARGIN
    lines = wrap(clean(title), room, LARGE, is_bold=True)
    if len(lines) <= 2:
        return lines
    return [lines[0], shorten(" ".join(lines[1:]), room, LARGE, is_bold=True)]


def _px(value: float) -> float:
    return round(value, 1)


@cache
def _template() -> Any:
    from jinja2 import Environment  # heavy, and not needed to start

    source = Path(__file__).with_name("screen.svg.j2").read_text("utf-8")
    # Every word in the picture comes through here: what a member typed is never markup.
    return Environment(autoescape=True, trim_blocks=True).from_string(source)

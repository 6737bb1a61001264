"""A ground for pictures of figures: texts that fit their room, boxes, lines and marks.

It has its own light ground, so that it reads the same in a dark Discord. What a colour says is said
by a shape or a word too, and the colours differ in lightness.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.pictures.fonts import drawable, font, needs_other_fonts
from bot.pictures.paper import FAINT, GREEN, INK, Box

WIDTH = 1080  # a phone shows a third of it: 26 of these are read as nine
PIXELS = 960  # a picture of sixty people is drawn within 300 ms and 30 MB
MARGIN = 44
GROUND = "#fbfcfa"
PALE, RULE = "#e6eeeb", "#c3d0cc"
AMBER, RED = "#c98a00", "#7a1f12"


@dataclass(frozen=True)
class Words:
    """One line of text at a place; ``y`` is its base line."""

    x: float
    y: float
    words: str
    size: float
    fill: str = INK
    is_bold: bool = False
    anchor: str = "start"


@dataclass(frozen=True)
class Stroke:
    """A line or a shape, in the steps of an SVG path."""

    steps: str
    fill: str = "none"
    line: str = ""
    thick: float = 3


@dataclass(frozen=True)
class Picture:
    """A picture as SVG, and whether it has letters that other fonts have to draw."""

    svg: str
    needs_other_fonts: bool


class Sketch:
    """A picture of a width and a height."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        self.width, self.height = width, round(height)
        self.ground = GROUND
        self.texts: list[Words] = []
        self.boxes: list[Box] = []
        self.paths: list[Stroke] = []

    def text(
        self,
        at: tuple[float, float],
        words: str,
        size: float,
        *,
        room: float = 0,
        fill: str = INK,
        is_bold: bool = False,
        anchor: str = "start",
    ) -> float:
        """Set one line, shortened to ``room`` pixels if there is a room; returns its width."""
        tidy = tidied(words)
        if room:
            tidy = fitted(tidy, room, size, is_bold=is_bold)
        x, y = at
        self.texts.append(Words(round(x, 1), round(y, 1), tidy, size, fill, is_bold, anchor))
        return font(is_bold=is_bold).width(tidy, size)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str, line: str = ""
    ) -> None:
        """Draw a box with soft corners."""
        place = (round(x, 1), round(y, 1), round(max(width, 0), 1), round(height, 1))
        self.boxes.append(Box(*place, fill, line, 6))

    def line(self, *points: tuple[float, float], colour: str = RULE, thick: float = 3) -> None:
        """Draw a line through points."""
        steps = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self.paths.append(Stroke(f"M{steps}", line=colour, thick=thick))

    def ring(self, x: float, y: float, radius: float, *, colour: str, filled: float) -> None:
        """Draw a circle, filled from the left by a share of 0, a half or 1."""
        around = _circle(x, y, radius)
        self.paths.append(Stroke(around, GROUND if filled < 1 else colour, colour, 3))
        if filled == 0.5:
            half = f"M{x:.1f} {y - radius:.1f} A{radius} {radius} 0 0 0 {x:.1f} {y + radius:.1f} Z"
            self.paths.append(Stroke(half, colour, colour, 1))

    def drawn(self) -> Picture:
        """Give the picture."""
        words = "".join(text.words for text in self.texts)
        pixels = (PIXELS, round(self.height * PIXELS / self.width))
        return Picture(_template().render(vars(self), pixels=pixels), needs_other_fonts(words))

    def headed(self, title: str, below: str) -> None:
        """Set the title of the picture and a line below it."""
        room = self.width - 2 * MARGIN
        self.text((MARGIN, 84), title, 46, room=room, is_bold=True, fill=GREEN)
        self.text((MARGIN, 128), below, 27, room=room, fill=FAINT)


HEAD = 164
"""Where a picture goes on below its title."""


def _circle(x: float, y: float, r: float) -> str:
    return f"M{x - r:.1f} {y:.1f} a{r} {r} 0 1 0 {2 * r} 0 a{r} {r} 0 1 0 {-2 * r} 0 Z"


def tidied(words: str) -> str:
    """Give a text as one line of what can be drawn."""
    return drawable(" ".join(words.split()))


def fitted(words: str, room: float, size: float, *, is_bold: bool = False, end: str = "") -> str:
    """Shorten a text to so many pixels; ``end`` follows it however short it becomes.

    Gives "" where not even a few letters fit.
    """
    measure = font(is_bold=is_bold)
    if measure.width(f"{words}{end}", size) <= room:
        return f"{words}{end}"
    while words and measure.width(f"{words}…{end}", size) > room:
        words = words[:-1].rstrip()
    return f"{words}…{end}" if len(words) > 2 else ""


@cache
def _template() -> Any:
    from jinja2 import Environment  # heavy, and not needed to start

    source = Path(__file__).with_name("sketch.svg.j2").read_text("utf-8")
    # Every word of a picture comes through here: what a member typed is never markup.
    return Environment(autoescape=True, trim_blocks=True).from_string(source)

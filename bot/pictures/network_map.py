"""The map of a network: under each heading its people, and by lines whom they led to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.pictures.fonts import wrap
from bot.pictures.paper import FAINT, GREEN, INK
from bot.pictures.sketch import (
    AMBER,
    HEAD,
    MARGIN,
    PALE,
    RULE,
    WIDTH,
    Picture,
    Sketch,
    fitted,
    tidied,
)
from bot.rules.network.forest import Forest, Line
from bot.rules.network.nearness import Strength

MARKS: dict[Strength, tuple[str, float, str]] = {
    Strength.NEAR: (GREEN, 1, "in touch lately"),
    Strength.SOME: (GREEN, 0.5, "some time ago"),
    Strength.FAR: (AMBER, 0, "long ago"),
    Strength.NEW: (FAINT, 0, "not yet"),
}
"""The colour, the filling and the words for how near somebody is."""

_GUTTER = 36
_DEEPEST = 6  # steps to the right; a longer chain goes on straight below
_LEAST_PLACE = 70


@dataclass(frozen=True)
class Face:
    """What stands on a person's line."""

    name: str
    place: str
    strength: Strength


@dataclass(frozen=True)
class _Sizes:
    row: float
    name: float
    place: float
    step: float
    mark: float


_ONE = _Sizes(row=60, name=34, place=25, step=44, mark=13)
_TWO = _Sizes(row=44, name=26, place=20, step=28, mark=9.5)


@dataclass(frozen=True)
class MapText:
    """What the map says beside its people."""

    title: str
    below: str
    more: str  # "and 240 more: …"


def draw_map(forest: Forest, faces: Mapping[str, Face], text: MapText) -> Picture:
    """Draw the map, 1080 pixels wide and as high as it takes."""
    sizes = _ONE if len(forest.columns) < 2 else _TWO
    longest = max((len(column) for column in forest.columns), default=0)
    end = HEAD + longest * sizes.row
    more = wrap(text.more, WIDTH - 2 * MARGIN, 25)
    sketch = Sketch(end + 36 * len(more) + 110)
    sketch.headed(text.title, text.below)
    room = _room(len(forest.columns))
    for number, column in enumerate(forest.columns):
        _column(sketch, column, faces, (MARGIN + number * (room + _GUTTER), room, sizes))
    for number, line in enumerate(more):
        sketch.text((MARGIN, end + 38 + 36 * number), line, 25, fill=FAINT)
    _legend(sketch)
    return sketch.drawn()


def _room(columns: int) -> float:
    wide = WIDTH - 2 * MARGIN
    return wide if columns < 2 else (wide - _GUTTER) / 2


def _column(
    sketch: Sketch,
    column: tuple[Line, ...],
    faces: Mapping[str, Face],
    place: tuple[float, float, _Sizes],
) -> None:
    left, room, sizes = place
    for number, line in enumerate(column):
        top = HEAD + number * sizes.row
        if not line.key:
            _heading(sketch, line, (left, top, room), sizes)
            continue
        _branches(sketch, line, (left, top), sizes)
        _person(sketch, line, faces[line.key], (left, top, room), sizes)


def _heading(sketch: Sketch, line: Line, place: tuple[float, float, float], sizes: _Sizes) -> None:
    left, top, room = place
    sketch.box(left, top + 8, room, sizes.row - 10, fill=PALE)
    base, size = top + sizes.row / 2 + sizes.place * 0.45, sizes.place + 2
    end = ", continued" if line.is_continued else ""
    words = fitted(tidied(line.heading), room - 28, size, is_bold=True, end=end)
    sketch.text((left + 14, base), words, size, fill=GREEN, is_bold=True)


def _across(left: float, depth: int, sizes: _Sizes) -> float:
    return left + 8 + sizes.mark + min(depth, _DEEPEST) * sizes.step


def _branches(sketch: Sketch, line: Line, place: tuple[float, float], sizes: _Sizes) -> None:
    if not line.depth:
        return
    left, top = place
    middle = top + sizes.row / 2
    x, above = (_across(left, depth, sizes) for depth in (line.depth, line.depth - 1))
    bottom = middle if line.is_last else top + sizes.row
    sketch.line(
        (
            above,
            top - sizes.row / 2 + sizes.mark,
        ),
        (above, bottom),
    )
    sketch.line((above, middle), (x - sizes.mark, middle))
    for depth, goes_on in enumerate(line.rails[1:]):
        if goes_on:
            rail = _across(left, depth, sizes)
            sketch.line((rail, top), (rail, top + sizes.row))


def _person(
    sketch: Sketch, line: Line, face: Face, place: tuple[float, float, float], sizes: _Sizes
) -> None:
    left, top, room = place
    x, middle = _across(left, line.depth, sizes), top + sizes.row / 2
    colour, filled, _ = MARKS[face.strength]
    radius = sizes.mark if face.strength else sizes.mark * 0.6
    sketch.ring(x, middle, radius, colour=colour, filled=filled)
    start = x + sizes.mark + 10
    free = left + room - start
    base = middle + sizes.name * 0.36
    width = sketch.text((start, base), face.name, sizes.name, room=free, fill=INK)
    free -= width + 12
    if face.place and free > _LEAST_PLACE:
        sketch.text((start + width + 12, base), face.place, sizes.place, room=free, fill=FAINT)


def _legend(sketch: Sketch) -> None:
    y = sketch.height - 36
    sketch.line((MARGIN, y - 38), (WIDTH - MARGIN, y - 38), colour=RULE, thick=2)
    x = float(MARGIN + 12)
    for strength, (colour, filled, words) in MARKS.items():
        radius = 11 if strength else 7
        sketch.ring(x, y - 8, radius, colour=colour, filled=filled)
        x += 22 + sketch.text((x + 22, y), words, 24, fill=FAINT) + 40

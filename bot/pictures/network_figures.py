"""Pictures of figures: how it goes beside one's past, who drifts away, a year of touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.paper import FAINT, GREEN, INK
from bot.pictures.sketch import (
    AMBER,
    HEAD,
    MARGIN,
    PALE,
    RED,
    RULE,
    WIDTH,
    Picture,
    Sketch,
)
from bot.rules.network.nearness import Drift, Strength
from bot.rules.network.progress import Progress, Year

STEPS = ("Asked", "Replied", "Talked", "Thanked", "In touch")
MOST_BARS = 14

_WIDE = WIDTH - 2 * MARGIN
_COLOURS = {Strength.NEAR: GREEN, Strength.SOME: AMBER, Strength.FAR: RED}
_SHADES = ("#eef2f0", "#bfdcd3", "#7fbcab", "#3d8f7c", "#17564a")
"""From no touch to four and more: each darker than the one before."""


def share_of(count: int, of: int) -> str:
    """Say a share in words and figures: "3 of 5 (60 %)"."""
    return f"{count} of {of} ({round(100 * count / of)} %)" if of else "none so far"


def draw_progress(progress: Progress, title: str, below: str) -> Picture:
    """Draw five steps: of those asked lately, how many came how far; a mark shows the past."""
    step, top = 132.0, HEAD + 20.0
    sketch = Sketch(top + step * len(STEPS) + 90)
    sketch.headed(title, below)
    now, before = progress.now.counts(), progress.before.counts()
    for number, words in enumerate(STEPS):
        y = top + step * number
        _step(sketch, words, y, (now[number], now[0]), (before[number], before[0]))
    y = sketch.height - 40
    sketch.line((MARGIN + 8, y - 26), (MARGIN + 8, y + 6), colour=INK, thick=6)
    sketch.text((MARGIN + 26, y), "your share before that", 25, fill=FAINT)
    return sketch.drawn()


def _step(
    sketch: Sketch, words: str, y: float, now: tuple[int, int], before: tuple[int, int]
) -> None:
    said = str(now[0]) if words == STEPS[0] else share_of(*now)
    sketch.text((MARGIN, y + 34), words, 32, is_bold=True)
    sketch.text((WIDTH - MARGIN, y + 34), said, 29, anchor="end")
    sketch.box(MARGIN, y + 52, _WIDE, 44, fill=PALE)
    if now[1]:
        sketch.box(MARGIN, y + 52, _WIDE * now[0] / now[1], 44, fill=GREEN)
    if before[1] and words != STEPS[0]:
        x = MARGIN + min(max(_WIDE * before[0] / before[1], 3), _WIDE - 3)
        sketch.line((x, y + 42), (x, y + 106), colour="#ffffff", thick=12)
        sketch.line((x, y + 42), (x, y + 106), colour=INK, thick=6)


@dataclass(frozen=True)
class Waiting:
    """One person of the picture of who drifts away."""

    name: str
    drift: Drift


def draw_drifting(people: Sequence[Waiting], title: str, below: str) -> Picture:
    """Draw how long it has been with each, beside the ideal and the longest gap."""
    row, shown = 92.0, people[:MOST_BARS]
    sketch = Sketch(HEAD + row * len(shown) + 90)
    sketch.headed(title, below)
    for number, one in enumerate(shown):
        _wait(sketch, one, HEAD + row * number)
    y, x = sketch.height - 36, float(MARGIN)
    legend = (("ideal", FAINT, 4), ("at the longest", INK, 8))
    for words, colour, thick in legend:
        sketch.line((x + 6, y - 24), (x + 6, y + 4), colour=colour, thick=thick)
        x += 24 + sketch.text((x + 24, y), words, 25, fill=FAINT) + 44
    return sketch.drawn()


_END = 1.6  # longest gaps: where the bars end, and an arrow says that it has been longer


def _wait(sketch: Sketch, one: Waiting, y: float) -> None:
    drift = one.drift
    colour = _COLOURS[drift.strength]
    days = f"{drift.days} {'day' if drift.days == 1 else 'days'}"
    room = _WIDE - 40 - sketch.text((WIDTH - MARGIN, y + 34), days, 28, anchor="end")
    sketch.text((MARGIN, y + 34), one.name, 30, room=room, is_bold=drift.strength == Strength.FAR)
    sketch.box(MARGIN, y + 48, _WIDE, 22, fill=PALE)
    scale = _WIDE / (drift.gap.longest * _END)
    sketch.box(MARGIN, y + 48, min(drift.days * scale, _WIDE), 22, fill=colour)
    for day, shade, thick in ((drift.gap.ideal, FAINT, 4), (drift.gap.longest, INK, 8)):
        x = MARGIN + min(day * scale, _WIDE - 4)
        sketch.line((x, y + 40), (x, y + 78), colour="#ffffff", thick=thick + 5)
        sketch.line((x, y + 42), (x, y + 76), colour=shade, thick=thick)


def draw_year(year: Year, title: str, below: str) -> Picture:
    """Draw twelve small months; the more touches a day has, the darker it is, with its figure."""
    wide, high = _WIDE / 3, 330.0
    sketch = Sketch(HEAD + high * 4 + 80)
    sketch.headed(title, below)
    for number, month in enumerate(year.months):
        left, top = MARGIN + wide * (number % 3), HEAD + high * (number // 3)
        sketch.text((left, top + 30), f"{month.first:%B %Y}", 26, is_bold=True)
        _month(sketch, month.first.weekday(), month.days, (left, top + 46))
    _shades(sketch)
    return sketch.drawn()


_CELL = 42.0


def _month(sketch: Sketch, first: int, days: Sequence[int], at: tuple[float, float]) -> None:
    left, top = at
    for number, count in enumerate(days, start=first):
        x, y = left + _CELL * (number % 7), top + _CELL * (number // 7)
        if count < 0:  # still to come
            sketch.box(x + 14, y + 14, _CELL - 33, _CELL - 33, fill=RULE)
            continue
        sketch.box(x, y, _CELL - 5, _CELL - 5, fill=_SHADES[min(count, 4)])
        if count:
            fill = "#ffffff" if count > 2 else INK
            middle = x + (_CELL - 5) / 2
            sketch.text((middle, y + 26), str(count), 20, fill=fill, anchor="middle")


def _shades(sketch: Sketch) -> None:
    y, x = sketch.height - 44, float(MARGIN)
    for count, shade in enumerate(_SHADES):
        sketch.box(x, y - 26, 36, 36, fill=shade)
        words = f"{count} and more" if count == len(_SHADES) - 1 else str(count)
        x += 46 + sketch.text((x + 46, y), words, 25, fill=FAINT) + 34

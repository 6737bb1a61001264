"""The organisers' report as one page: what members did, week by week, in figures that may stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.screen import (
    LIGHT,
    MARGIN,
    PLAIN,
    SMALL,
    WIDTH,
    Drawn,
    Screen,
    Theme,
    say_title,
    shorten,
)

_MOST_ROWS = 12  # weeks, and teams; the message and the CSV have all of them
_BAR = 34.0
_ALT = 1000
_WIDE = WIDTH - 2 * MARGIN


@dataclass(frozen=True)
class ReportText:
    """What stands in a report. Figures are words already: a number, or "under 5".

    ``steps`` are heading, figure and meaning in the order in which they happen; ``weeks`` and
    ``teams`` have one figure for each step; ``answers`` are when, the average of 1 to 5, and how
    many answered.
    """

    title: str
    club: str
    about: tuple[str, ...]
    steps: tuple[tuple[str, str, str], ...]
    weeks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    teams: tuple[tuple[str, tuple[str, ...]], ...] = ()
    question: str = ""
    answers: tuple[tuple[str, float, int], ...] = ()


def draw_report(report: ReportText, theme: Theme = LIGHT) -> Drawn:
    """Draw a report 1,080 pixels wide, as long as it takes."""
    screen = Screen(theme)
    screen.head(report.club, report.title, "What members did")
    for line in report.about:
        screen.text(line, SMALL, fill=theme.faint)
    screen.y += 24
    _draw_steps(screen, report)
    short = tuple(heading for heading, _, _ in report.steps)
    _draw_table(screen, "By week", short, report.weeks)
    _draw_table(screen, "By team", short, report.teams)
    _draw_answers(screen, report)
    _heading(screen, "What the words mean")
    for heading, _, meaning in report.steps:
        screen.text(f"{heading}: {meaning}.", SMALL, fill=theme.faint)
        screen.y += 6
    return screen.draw()


def _heading(screen: Screen, words: str) -> None:
    screen.y += 30
    screen.text(words, PLAIN, is_bold=True)
    screen.y += 10


def _draw_steps(screen: Screen, report: ReportText) -> None:
    """Draw one bar a step; without a figure there is a track alone, and the words for it."""
    most = max((_number(figure) for _, figure, _ in report.steps), default=0) or 1
    for heading, figure, _ in report.steps:
        top = screen.y
        screen.say(MARGIN, top + 38, heading, PLAIN)
        screen.say(WIDTH - MARGIN, top + 38, figure, PLAIN, is_bold=True, anchor="end")
        screen.bar(top + 54, _number(figure) / most, height=_BAR)
        screen.y += 54 + _BAR + 22


def _number(figure: str) -> int:
    return int(figure) if figure.isdecimal() else 0


def _draw_table(
    screen: Screen,
    title: str,
    headings: Sequence[str],
    rows: Sequence[tuple[str, tuple[str, ...]]],
) -> None:
    if not rows:
        return
    _heading(screen, title)
    first = 240.0
    width = (_WIDE - first) / max(len(headings), 1)
    ends = [MARGIN + first + width * (place + 1) for place in range(len(headings))]
    _draw_headings(screen, headings, ends)
    for place, (name, figures) in enumerate(rows[:_MOST_ROWS]):
        if place % 2 == 0:
            screen.box(MARGIN - 14, screen.y - 4, (_WIDE + 28, 52), screen.theme.panel)
        screen.say(MARGIN, screen.y + 33, shorten(name, first - 16, SMALL), SMALL)
        for end, figure in zip(ends, figures, strict=True):
            fill = "" if figure.isdecimal() else screen.theme.faint
            screen.say(end, screen.y + 33, figure, SMALL, fill=fill, anchor="end")
        screen.y += 52
    if len(rows) > _MOST_ROWS:
        screen.text(f"and {len(rows) - _MOST_ROWS} more in the file", SMALL)


def _draw_headings(screen: Screen, headings: Sequence[str], ends: Sequence[float]) -> None:
    """Set the headings in two lines each: five of them do not fit beside each other."""
    for heading, end in zip(headings, ends, strict=True):
        for line, words in enumerate(_halves(heading)):
            at = screen.y + 26 + line * 32
            screen.say(end, at, words, 25, fill=screen.theme.faint, anchor="end")
    screen.y += 72


def _halves(heading: str) -> tuple[str, str]:
    first, _, rest = heading.partition(" ")
    return (first, rest) if rest else ("", first)


def _draw_answers(screen: Screen, report: ReportText) -> None:
    if not report.answers:
        return
    _heading(screen, report.question)
    for when, average, members in report.answers:
        top = screen.y
        screen.say(MARGIN, top + 38, f"{when}, {members} answered", SMALL)
        figure = f"{average:g} of {_MOST_ANSWER}"
        screen.say(WIDTH - MARGIN, top + 38, figure, PLAIN, is_bold=True, anchor="end")
        screen.bar(top + 54, average / _MOST_ANSWER, height=_BAR)
        screen.y += 54 + _BAR + 22


_MOST_ANSWER = 5


def describe_report(report: ReportText) -> str:
    """Write a report's sums in words, for those who cannot see the picture."""
    steps = "; ".join(f"{heading}: {figure}" for heading, figure, _ in report.steps)
    answers = [
        f"{report.question} {when} {average:g} of {_MOST_ANSWER}, {members} answered."
        for when, average, members in report.answers
    ]
    words = " ".join([say_title(report.title), *report.about, f"{steps}.", *answers])
    return words if len(words) <= _ALT else f"{words[: _ALT - 1]}…"

"""The board of a challenge as a picture: members, teams, or a club on its way to a goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.pictures.screen import (
    DARK,
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

_ROW = 92.0
_DOT = 56.0
_FIRST = 3  # so many places are filled in: more than a colour tells them apart
_ALT = 1000


@dataclass(frozen=True)
class BoardRow:
    """One line: the place, a name as typed, points, and what stands small behind the name."""

    rank: int
    name: str
    points: float
    note: str = ""


@dataclass(frozen=True)
class BoardText:
    """What stands on a board, as typed. ``shape`` is members, teams or club."""

    title: str
    club: str
    shape: str
    rows: tuple[BoardRow, ...]
    points: int
    goal: int | None
    reached: float
    members: int
    hidden: int
    is_final: bool


def read_board_text(data: Mapping[str, Any]) -> BoardText:
    """Read a board from the plain data that a post was frozen with."""
    return BoardText(
        title=data["title"],
        club=data["club"],
        shape=data["shape"],
        rows=tuple(_row(line) for line in data["lines"]),
        points=data["points"],
        goal=data["goal"],
        reached=data["reached"],
        members=data["members"],
        hidden=data["hidden"],
        is_final=data["is_final"],
    )


def _row(line: Sequence[Any]) -> BoardRow:
    rank, name, points, since, *more = line
    notes = [f"since {_day(since)}"] if since else []
    if more and more[0]:
        notes.append("has left")
    return BoardRow(rank, name, points, " · ".join(notes))


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B}"


def draw_board(board: BoardText, theme: Theme = DARK) -> Drawn:
    """Draw a board 1,080 pixels wide, to be read on a phone."""
    screen = Screen(theme)
    screen.head(board.club, board.title, _about(board))
    if board.shape == "club":
        _draw_goal(screen, board)
    elif board.rows:
        most = max(max(row.points for row in board.rows), 1)
        for row in board.rows:
            _draw_row(screen, row, most)
        _draw_rest(screen, board)
    else:
        screen.text("Nobody stands on the board yet.", PLAIN)
    return screen.draw()


def _about(board: BoardText) -> str:
    state = "Final board" if board.is_final else "The board so far"
    what = {"teams": "average points of each team", "club": "all of us together"}
    return f"{state} · {what.get(board.shape, 'points')}"


def _draw_row(screen: Screen, row: BoardRow, most: float) -> None:
    theme, top = screen.theme, screen.y
    _draw_rank(screen, row.rank, top)
    left, right = MARGIN + _DOT + 28.0, WIDTH - MARGIN
    points = f"{row.points:g}"
    screen.say(right, top + 40, points, PLAIN, is_bold=True, anchor="end")
    room = right - left - 30 - len(points) * 27
    note_room = len(row.note) * 18.0 + 20 if row.note else 0.0
    name = shorten(row.name, room - note_room, PLAIN)
    screen.say(left, top + 40, name, PLAIN)
    if row.note:
        at = right - len(points) * 27 - 24
        screen.say(at, top + 40, row.note, SMALL, fill=theme.faint, anchor="end")
    screen.bar(top + 54, row.points / most, height=14, width=right - left)
    screen.y += _ROW


def _draw_rank(screen: Screen, rank: int, top: float) -> None:
    theme, is_first = screen.theme, rank <= _FIRST
    size = 30.0 if rank < 100 else 22.0
    screen.box(
        MARGIN,
        top + 6,
        (_DOT, _DOT),
        theme.accent if is_first else theme.panel,
        curve=int(_DOT / 2),
    )
    fill = theme.on_accent if is_first else theme.ink
    middle = MARGIN + _DOT / 2
    base = top + 6 + _DOT / 2 + size * 0.36
    screen.say(middle, base, str(rank), size, fill=fill, is_bold=True, anchor="middle")


def _draw_rest(screen: Screen, board: BoardText) -> None:
    """Say who else takes part without standing here."""
    words = [_many(board.members, "takes part", "take part")]
    if board.shape == "members":
        others = board.members - board.hidden - len(board.rows)
        if others > 0:
            words.append(f"{others} more on the next pages")
    if board.hidden:
        words.append(f"{board.hidden} unseen")
    screen.y += 8
    screen.text(" · ".join(words), SMALL, fill=screen.theme.faint)


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _draw_goal(screen: Screen, board: BoardText) -> None:
    theme = screen.theme
    screen.say(MARGIN, screen.y + 120, f"{board.points}", 140, is_bold=True)
    goal = board.goal or 0
    percent = int(board.reached * 100)
    screen.say(WIDTH - MARGIN, screen.y + 120, f"of {goal}", 64, fill=theme.faint, anchor="end")
    screen.bar(screen.y + 164, board.reached, height=56)
    screen.y += 250
    done = "The goal is reached" if goal and board.points >= goal else f"{percent} % of the way"
    screen.text(f"{done}, by {board.members} of us", PLAIN)


def describe_board(board: BoardText) -> str:
    """Write a board in words, for those who cannot see the picture; at most 1,000 signs."""
    title = say_title(board.title)
    parts = [f"{board.club}: {title}" if board.club else title, f"{_about(board)}."]
    if board.shape == "club":
        parts.append(f"{board.points} of {board.goal or 0}, by {board.members} of us.")
    lines = (
        f"{row.rank}. {row.name}, {row.points:g}{f' ({row.note})' if row.note else ''}"
        for row in board.rows
    )
    words = " ".join([*parts, "; ".join(lines)]).strip()
    return words if len(words) <= _ALT else f"{words[: _ALT - 1]}…"

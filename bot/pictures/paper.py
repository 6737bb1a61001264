"""A page of paper that is filled from top to bottom: texts, boxes and lines with their places."""

from __future__ import annotations

from dataclasses import dataclass

from bot.pictures.fonts import wrap

WIDTH, HEIGHT, MARGIN = 1240, 1754, 84  # A4 at 150 dots an inch
INK, FAINT, GREEN = "#1d2524", "#5c6b68", "#2f7d6d"
_PALE, _RULE = "#eef5f3", "#cfd9d6"
_LEADING = 1.36
_FOOT = "Rapport · Keep it a conversation: ask one, listen, and follow what they say."
_NOTES = 34  # pixels from one ruled line to the next
_FEWEST_NOTES = 3


@dataclass(frozen=True)
class Text:
    """One line of text; ``y`` is its base line."""

    x: float
    y: float
    words: str
    size: float
    fill: str = INK
    is_bold: bool = False


@dataclass(frozen=True)
class Box:
    """A filled box; a thin one is a line."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    line: str = ""
    round: int = 0


class Paper:
    """A page, or a column of one; ``y`` is where the next thing goes. Sizes are in pixels."""

    def __init__(self, scale: float) -> None:
        self.width, self.height = WIDTH, HEIGHT
        self.scale = scale
        self.texts: list[Text] = []
        self.boxes: list[Box] = []
        self.x, self.room, self.y = float(MARGIN), float(WIDTH - 2 * MARGIN), float(MARGIN)

    @property
    def fits(self) -> bool:
        """Tell whether all of it stands on the page."""
        return self.y <= HEIGHT - MARGIN

    def column(self, x: float, room: float, y: float) -> Paper:
        """Open a column that draws on the same page."""
        other = Paper(self.scale)
        other.texts, other.boxes = self.texts, self.boxes
        other.x, other.room, other.y = x, room, y
        return other

    def gap(self, height: float) -> None:
        """Leave room."""
        self.y += height * self.scale

    def text(
        self, words: str, size: float, *, indent: float = 0, is_bold: bool = False, fill: str = INK
    ) -> None:
        """Set a text in as many lines as it takes."""
        size, indent = round(size * self.scale, 1), indent * self.scale
        for line in wrap(words, self.room - indent, size, is_bold=is_bold):
            base = round(self.y + size, 1)
            self.texts.append(Text(round(self.x + indent, 1), base, line, size, fill, is_bold))
            self.y += size * _LEADING

    def heading(self, words: str) -> None:
        """Begin a part of the page."""
        self.gap(16)
        self.text(words, 23, is_bold=True, fill=GREEN)
        self.gap(2)

    def panel(self, lines: tuple[str, ...], size: float) -> None:
        """Set lines on a pale ground."""
        top = self.y
        self.gap(12)
        for line in lines:
            self.text(line, size, indent=20, is_bold=line is lines[0])
        self.gap(12)
        height = round(self.y - top, 1)
        self.boxes.insert(0, Box(self.x, round(top, 1), self.room, height, _PALE, round=10))

    def numbered(self, number: int, words: str, more: str) -> None:
        """Set a question beside its number, and below it what to ask next."""
        top = self.y
        self.text(f"{number}.", 22, is_bold=True, fill=GREEN)
        self.y = top
        self.text(words, 22, indent=44)
        if more:
            self.text(f"If the answer is short: {more}", 18, indent=44, fill=FAINT)
        self.gap(8)

    def ticked(self, words: str, *, is_done: bool) -> None:
        """Set a line beside a box to tick."""
        side, top = 16 * self.scale, self.y
        fill = GREEN if is_done else "#ffffff"
        place = (round(self.x, 1), round(top + 3 * self.scale, 1), round(side, 1), round(side, 1))
        self.boxes.append(Box(*place, fill, GREEN, 3))
        if is_done:
            at = round(top + 16.5 * self.scale, 1)
            mark = round(15 * self.scale, 1)
            self.texts.append(Text(round(self.x + 2 * self.scale, 1), at, "✓", mark, "#ffffff"))
        self.text(words, 18, indent=30)
        self.gap(4)

    def listed(self, words: str) -> None:
        """Set a line beside a dot."""
        dot, top = 6 * self.scale, self.y
        at = round(top + 8 * self.scale, 1)
        self.boxes.append(Box(round(self.x + 4, 1), at, dot, dot, GREEN, round=3))
        self.text(words, 18, indent=30)
        self.gap(4)

    def rule_notes(self) -> None:
        """Rule what is left of the page for notes (R33), and sign it."""
        bottom = HEIGHT - MARGIN
        if self.y + _NOTES * (_FEWEST_NOTES + 2) < bottom:
            self.heading("Notes")
            while self.y + _NOTES < bottom:
                self.y += _NOTES
                self.boxes.append(Box(self.x, round(self.y, 1), self.room, 1.5, _RULE))
        self.texts.append(Text(self.x, HEIGHT - MARGIN / 2, _FOOT, 15, FAINT))

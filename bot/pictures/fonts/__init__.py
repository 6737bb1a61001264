"""The font of the pictures, and how wide a text is in it.

SVG does not break lines, so each text is measured before it is drawn. The font is DejaVu Sans, it
has Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian and Georgian; its licence lies beside it.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
REGULAR, BOLD = _FOLDER / "DejaVuSans.ttf", _FOLDER / "DejaVuSans-Bold.ttf"
FILES = (REGULAR, BOLD)
_UNKNOWN = 0.62  # em, for a sign that another font has to draw
_NEVER = frozenset({"Cc", "Cs", "Cn", "Co"})  # an SVG may not hold them, or nobody knows them


class Font:
    """The widths of one font file's signs."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        tables = _tables(data)
        (self._em,) = struct.unpack_from(">H", data, tables["head"] + 18)
        (count,) = struct.unpack_from(">H", data, tables["hhea"] + 34)
        pairs = struct.unpack_from(f">{count * 2}H", data, tables["hmtx"])
        self._advances = pairs[::2]
        self._groups = _groups(data, tables["cmap"])
        self._widths: dict[str, float] = {}

    def has(self, sign: str) -> bool:
        """Tell whether the font can draw a sign."""
        return self._glyph(ord(sign)) > 0

    def width(self, text: str, size: float) -> float:
        """Measure a text in pixels."""
        return sum(self._width(sign) for sign in text) * size

    def _width(self, sign: str) -> float:
        known = self._widths.get(sign)
        if known is None:
            known = self._widths[sign] = self._measure(sign)
        return known

    def _measure(self, sign: str) -> float:
        glyph = self._glyph(ord(sign))
        if not glyph:
            return 1.0 if unicodedata.east_asian_width(sign) in "WF" else _UNKNOWN
        return self._advances[min(glyph, len(self._advances) - 1)] / self._em

    def _glyph(self, code: int) -> int:
        for start, end, first in self._groups:
            if start <= code <= end:
                return first + code - start
        return 0


def _tables(data: bytes) -> dict[str, int]:
    (count,) = struct.unpack_from(">H", data, 4)
    heads = (struct.unpack_from(">4sLLL", data, 12 + 16 * place) for place in range(count))
    return {tag.decode("latin-1"): offset for tag, _, offset, _ in heads}


def _groups(data: bytes, cmap: int) -> tuple[tuple[int, int, int], ...]:
    """Read which codes are which glyphs: (first code, last code, glyph of the first)."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for place in range(count):
        _, _, offset = struct.unpack_from(">HHL", data, cmap + 4 + 8 * place)
        (shape,) = struct.unpack_from(">H", data, cmap + offset)
        if shape == 12:  # the one with all codes; both files have it
            (groups,) = struct.unpack_from(">L", data, cmap + offset + 12)
            start = cmap + offset + 16
            return tuple(
                struct.unpack_from(">LLL", data, start + 12 * one) for one in range(groups)
            )
    raise ValueError("the font has no table of all codes")


@cache
def font(*, is_bold: bool = False) -> Font:
    """Read a font once, when the first picture is drawn."""
    return Font(BOLD if is_bold else REGULAR)


def drawable(text: str) -> str:
    """Leave out what no SVG may hold, and pictograms that the font does not have.

    Letters of any script stay.
    """
    return "".join(sign for sign in text if sign == "\n" or _is_drawable(sign))


def _is_drawable(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind not in _NEVER and (font().has(sign) or not _is_pictogram(sign, kind))


def _is_pictogram(sign: str, kind: str) -> bool:
    return kind in ("So", "Sk") or "\ufe00" <= sign <= "\ufe0f"


def needs_other_fonts(text: str) -> bool:
    """Tell whether a text has letters that the bot's own font cannot draw."""
    known = font()
    return any(not known.has(sign) and not sign.isspace() for sign in set(text))


def wrap(text: str, width: float, size: float, *, is_bold: bool = False) -> list[str]:
    """Break a text into lines of at most ``width`` pixels; a word that is too long is cut."""
    measure = font(is_bold=is_bold)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if measure.width(longer, size) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *whole, line = _cut(word, width, size, measure)
            lines += whole
        if line:
            lines.append(line)
    return lines


def _cut(word: str, width: float, size: float, measure: Font) -> list[str]:
    parts = [""]
    for sign in word:
        if parts[-1] and measure.width(parts[-1] + sign, size) > width:
            parts.append("")
        parts[-1] += sign
    return parts

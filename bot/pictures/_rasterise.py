"""Turns an SVG on standard input into a PNG on standard output; a process of its own.

Drawing holds the interpreter for 0.3 s, so it may not happen where messages are answered. It is
started by its path and imports nothing of ours, so that it is up in a tenth of a second.
"""

from __future__ import annotations

import sys

import resvg_py


def main(fonts: list[str], *, with_system_fonts: bool) -> None:
    """Draw with these font files; others of the system too, if asked for."""
    svg = sys.stdin.buffer.read().decode()
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        font_files=fonts,
        font_family="DejaVu Sans",
        skip_system_fonts=not with_system_fonts,
    )
    sys.stdout.buffer.write(bytes(png))


if __name__ == "__main__":
    main(sys.argv[2:], with_system_fonts=sys.argv[1] == "system")

"""Makes a PNG of an SVG in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.errors import UserError
from bot.pictures.fonts import FILES

_WORKER = Path(__file__).with_name("_rasterise.py")
_AT_ONCE = 2
_SECONDS = 20
_FAILED = "The picture could not be drawn this time. The sheet itself has all of it."


class Rasteriser:
    """Draws at most two pictures at once."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def png(self, svg: str, *, with_system_fonts: bool = False) -> bytes:
        """Draw a picture; raises UserError when that fails or takes too long.

        ``with_system_fonts`` is for scripts that the bot's own font does not have.
        """
        async with self._places:
            return await _draw(svg, "system" if with_system_fonts else "own")


async def _draw(svg: str, fonts: str) -> bytes:
    try:
        worker = await _started(fonts)
        try:
            async with asyncio.timeout(_SECONDS):
                png, _ = await worker.communicate(svg.encode())
        finally:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
    except OSError as error:  # too slow, or a machine without room for another process
        raise UserError(_FAILED) from error
    if worker.returncode or not png:
        raise UserError(_FAILED)
    return png


async def _started(fonts: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(_WORKER),
        fonts,
        *map(str, FILES),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )

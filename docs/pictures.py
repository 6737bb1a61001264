"""Takes the README's two pictures of the demo: ``make pictures`` (it needs Chromium)."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Settings
from bot.demo.shell import serve
from bot.demo.stage import Stage
from tests.demo.browser import chromium
from tests.demo.window import Window

HERE = Path(__file__).parent
START = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)  # a Tuesday, 10:00 in New York
ANSWERS = {
    "A field": "hospital work",
    "One person": "Rosa Vega, nurse, Mercy Hospital",
    "Your name": "Ana Silva",
    "You in one": "second-year biology student at Hill College",
}
TAKEAWAYS = {
    "What did you enjoy": "How calm you stay when five things happen at once",
    "What advice": "Shadow a night shift before deciding",
    "What will you do": "Ask the ward about a night shift",
}


async def take() -> None:
    """Play the guide's path and save what is on the screen, twice."""
    logging.disable(logging.INFO)
    async with serve(Stage(Settings(), START), 0) as address, chromium() as page:
        await page.open(address, width=1280, height=860)
        window = Window(page)
        await _begin(window)
        await _save(window, "demo-start.png")
        await _talk(window)
        await _save(window, "demo-dm.png")


async def _begin(window: Window) -> None:
    await window.press("Start")
    await window.press("Begin")
    await window.fill(ANSWERS)
    await window.shows("You are set")
    await window.page.until("document.querySelector('[data-place=ana-dm] .unread')")


async def _talk(window: Window) -> None:
    await window.press("Draft your message")
    await window.shows("All the best")
    await window.turn_to("ana-dm")
    await window.press("It arrived")
    await window.shows("Good, my messages reach you")
    await window.slash("log", "We talked", "Rosa")
    await window.fill(TAKEAWAYS)
    await window.shows("your advice: shadow a night shift")
    await window.jump("day")
    await window.shows("Yesterday you talked to Rosa")


async def _save(window: Window, name: str) -> None:
    await window.ready()
    await window.page.until("document.querySelector('#toast').hidden")
    await window.page.until(
        "!document.querySelector('#window').contentDocument.getAnimations().length"
    )
    await window.page.picture(HERE / name)


if __name__ == "__main__":
    asyncio.run(take())

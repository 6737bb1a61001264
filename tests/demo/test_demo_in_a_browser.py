from __future__ import annotations

import asyncio
import json

from tests.demo.browser import chromium
from tests.demo.window import Window

ANSWERS = {
    "A field": "hospital work",
    "One person": "Rosa Vega, nurse, Mercy Hospital",
    "Your name": "Ana Silva",
    "You in one": "second-year biology student at Hill College",
}
TAKEAWAYS = {"What did you enjoy": "How calm she stays", "What advice": "Shadow a night shift"}
LAST_IN_SIGHT = """(() => {
  const frame = document.querySelector('#window').contentDocument;
  const timeline = frame.querySelector('#channel-timeline');
  const last = [...timeline.querySelectorAll('[data-message-id]')].at(-1);
  const [low, end] = [last, timeline].map(one => one.getBoundingClientRect().bottom);
  return low <= end + 2;
})()"""
STEPS = "document.querySelectorAll('#steps .done').length"


async def test_a_visitor_goes_the_whole_path(address: str) -> None:
    async with chromium() as page:
        await page.open(address)
        window = Window(page)
        await window.press("Start")
        await window.press("Begin")
        await window.fill(ANSWERS)
        await window.shows("You are set", "Rosa Vega")
        await page.until(LAST_IN_SIGHT)
        await page.until("document.querySelector('[data-place=ana-dm] .unread')")
        await window.press("Draft your message")
        await window.shows("All the best")
        await page.until(LAST_IN_SIGHT)

        await window.follow("Open our DM")
        await window.press("It arrived")
        await window.shows("Good, my messages reach you")
        await window.slash("log", "We talked", "Rosa")
        await window.fill(TAKEAWAYS)
        await window.shows("your advice: shadow a night shift")
        await page.until(f"{STEPS} === 4")

        # Somebody presses while the clock is moved: both happen.
        await asyncio.gather(window.press("Today"), window.jump("day"))
        await window.shows("Yesterday you talked to Rosa")
        await page.until(LAST_IN_SIGHT)
        await page.until(f"{STEPS} === 5")
        await window.press("I sent it")
        await window.shows("you thanked Rosa")
        await page.until(LAST_IN_SIGHT)
        assert page.errors == []


async def test_who_starts_again_while_the_window_still_loads_gets_there(address: str) -> None:
    async with chromium() as page:
        await page.open(address)
        for _ in range(3):
            await page.until("state && document.querySelector('[data-jump]')")
            await page.run("document.querySelector('#again').click()")
        await Window(page).shows("Talk to people about their work")
        await page.command("Page.reload")
        await Window(page).shows("Talk to people about their work")
        assert page.errors == []


async def test_it_fits_a_phone(address: str) -> None:
    async with chromium() as page:
        await page.open(address, width=375, height=667)
        window = Window(page)
        await window.shows("Talk to people about their work")
        assert await page.run("document.documentElement.scrollWidth") == 375
        assert await page.run("document.documentElement.scrollHeight") == 667
        view = await page.run("document.querySelector('#window').getBoundingClientRect().height")
        assert view > 667 / 2
        await window.press("Start")
        await window.shows("Welcome")
        await page.until(LAST_IN_SIGHT)
        assert page.errors == []


async def test_the_keyboard_stays_on_the_button_that_was_pressed(address: str) -> None:
    async with chromium() as page:
        await page.open(address)
        window = Window(page)
        await window.shows("Talk to people about their work")
        for button in ("[data-jump=day]", "[data-jump=hour]", "[data-place=ben-dm]"):
            await page.run(f"document.querySelector('{button}').focus()")
            before = await page.run("state.now + state.current")
            await page.key("Enter", 13)
            await page.until(f"state.now + state.current !== {json.dumps(before)} && !busy")
            await window.ready()
            assert await page.run(f"document.activeElement.matches('{button}')"), button
        assert page.errors == []

"""A person at the demo's page: they type commands, press buttons and fill forms in the window."""

from __future__ import annotations

import json

from tests.demo.browser import Page

# Everything in the window that can be acted on is drawn anew when the bot answers; so each step
# waits until the window is at rest, and then looks for what it needs.
_DOCUMENT = "document.querySelector('#window').contentDocument"
_AT_REST = (
    "document.querySelector('#wait').hidden"
    f" && !/…|awaiting/.test({_DOCUMENT}.querySelector('#action-status').textContent)"
    f" && !{_DOCUMENT}.querySelector('.component-button[aria-disabled=true]')"
)
_ENTER = 13


class Window:
    """The window into the simulated Discord."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def ready(self) -> None:
        await self.page.until(_AT_REST)

    async def shows(self, *texts: str) -> None:
        """Wait until all these texts are in the timeline."""
        for text in texts:
            timeline = f"{_DOCUMENT}.querySelector('#channel-timeline').innerText"
            await self.page.until(f"{timeline}.includes({json.dumps(text)})")
        await self.ready()

    async def slash(self, command: str, *values: str) -> None:
        """Type a command, choose each value from what is offered for it, and send it."""
        await self.ready()
        await self.page.run(f"{_DOCUMENT}.querySelector('#channel-composer-input').focus()")
        await self.page.type(f"/{command}")
        await self._choose(f"/{command}")
        for number, value in enumerate(values):
            await self.page.until(_focused_option(number))
            await self.page.type(value)
            await self._choose(value)
        await self.page.until(f"{_DOCUMENT}.querySelector('[data-command-chip]')")
        await self.ready()
        await self.page.key("Enter", _ENTER)
        await self.page.until(f"!{_DOCUMENT}.querySelector('[data-command-chip]')")

    async def _choose(self, text: str) -> None:
        active = f"{_DOCUMENT}.querySelector('[role=option][aria-selected=true]')"
        await self.page.until(f"{active}.innerText.includes({json.dumps(text)})")
        await self.page.key("Enter", _ENTER)

    async def press(self, label: str) -> None:
        """Press the latest button of this label."""
        await self.ready()
        await self._click(
            f"[...{_DOCUMENT}.querySelectorAll('#channel-timeline button')]"
            f".filter(one => one.innerText.trim() === {json.dumps(label)} && !one.disabled).at(-1)"
        )

    async def follow(self, label: str) -> None:
        """Follow the latest link of this label to another place."""
        before = await self.page.run("document.querySelector('#window').src")
        await self._click(
            f"[...{_DOCUMENT}.querySelectorAll('#channel-timeline a')]"
            f".filter(one => one.innerText.trim() === {json.dumps(label)}).at(-1)"
        )
        await self.page.until(f"document.querySelector('#window').src !== {json.dumps(before)}")
        await self.ready()

    async def fill(self, values: dict[str, str]) -> None:
        """Fill the open form by label, and submit it."""
        for label, text in values.items():
            field = (
                f"[...{_DOCUMENT}.querySelectorAll('#modal-root .modal-field')]"
                f".find(one => one.innerText.startsWith({json.dumps(label)}))"
                "?.querySelector('input, textarea')"
            )
            await self.page.until(f"({field})?.checkVisibility()")
            await self.page.run(f"{field}.focus(), {field}.select()")
            await self.page.type(text)
        await self._click(f"{_DOCUMENT}.querySelector('#modal-root button[type=submit]')")
        await self.page.until(f"{_DOCUMENT}.querySelector('#modal-root').hidden")

    async def turn_to(self, place: str) -> None:
        """Turn the window to another place."""
        await self.page.run(f"document.querySelector('[data-place={place}]').click()")
        await self.page.until(f"document.querySelector('[data-place={place}][aria-current=true]')")
        await self.ready()

    async def jump(self, step: str) -> None:
        """Press one of the clock's buttons and wait until the jump is done."""
        button = f"document.querySelector('[data-jump={step}]')"
        await self.page.run(f"{button}.click()")
        await self.page.until(f"!{button}.disabled")
        await self.ready()

    async def _click(self, element: str) -> None:
        await self.page.until(f"({element})?.checkVisibility()")
        await self.page.run(f"({element}).click()")


def _focused_option(number: int) -> str:
    pills = f"[...{_DOCUMENT}.querySelectorAll('.command-pill')]"
    return f"{pills}.findIndex(one => one.classList.contains('is-focused')) === {number}"

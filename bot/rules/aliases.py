"""Names for boards that say nothing of who stands behind them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

_FIRST = (
    *("Amber", "Autumn", "Bold", "Brave", "Bright", "Calm", "Clever", "Copper", "Coral", "Curious"),
    *("Daring", "Early", "Eager", "Gentle", "Golden", "Happy", "Honest", "Indigo", "Ivory"),
    *("Jolly", "Keen", "Kind", "Lively", "Lucky", "Lunar", "Mellow", "Merry", "Misty", "Noble"),
    *("Olive", "Patient", "Polite", "Quick", "Quiet", "Ready", "Rosy", "Silver", "Sincere"),
    *("Snowy", "Solar", "Steady", "Sunny", "Swift", "Tidy", "Velvet", "Warm", "Wise", "Witty"),
)
_SECOND = (
    *("Otter", "Heron", "Badger", "Falcon", "Fox", "Lynx", "Panda", "Robin", "Seal", "Sparrow"),
    *("Beaver", "Bison", "Crane", "Deer", "Dolphin", "Finch", "Gecko", "Hare", "Ibis", "Jay"),
    *("Koala", "Lark", "Marten", "Newt", "Orca", "Owl", "Penguin", "Puffin", "Quail", "Raven"),
    *("Swan", "Tapir", "Tern", "Toucan", "Turtle", "Walrus", "Whale", "Wren", "Yak", "Zebra"),
)
_TRIES = 60


class Chance(Protocol):
    """Draws one of several."""

    def choice(self, seq: Sequence[str], /) -> str:
        """Give one of them."""
        ...

    def randrange(self, start: int, stop: int, /) -> int:
        """Give a number from ``start`` up to ``stop``, which is not among them."""
        ...


def new_alias(taken: Collection[str], chance: Chance) -> str:
    """Draw a name that nobody has: "Curious Otter", with a number when names run short."""
    held = set(taken)
    for _ in range(_TRIES):
        alias = f"{chance.choice(_FIRST)} {chance.choice(_SECOND)}"
        if alias not in held:
            return alias
    while True:
        alias = f"{chance.choice(_FIRST)} {chance.choice(_SECOND)} {chance.randrange(2, 100_000)}"
        if alias not in held:
            return alias

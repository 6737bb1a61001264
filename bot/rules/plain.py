"""Showing what a member typed as they typed it: no formatting, no mention, no turned writing."""

from __future__ import annotations

import re

_MARKS = re.compile(
    r"(?P<link>https?://[^\s<>]+)|(?P<mark>[\\*_~|`<>\[\]#]|^[-+](?=\s)|(?<=^\d)\.(?=\s))", re.M
)
# Signs that turn the writing round for all that follows, words of ours included.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters by name, nothing to see


def plain_text(text: str) -> str:
    """Show a member's words as typed: marks of formatting and mentions are escaped, links stay."""
    return _MARKS.sub(lambda m: m["link"] or f"\\{m['mark']}", straight(text))


def straight(text: str) -> str:
    """Take out the signs that turn the writing round; right-to-left words need none of them."""
    return text.translate(_TURNING)


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen."""
    return not any(sign.isprintable() and not sign.isspace() for sign in set(text) - _BLANK)

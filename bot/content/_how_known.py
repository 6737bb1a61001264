"""Makes a sentence to somebody out of a note on how one knows them."""

from __future__ import annotations

import re

_KIN = (
    r"my ([\w'’-]+ ){0,3}(mother|mom|mum|father|dad|aunt|uncle|cousin|brother|sister|parents|family"
    r"|grand\w+|friend|roommate|neighbou?r|professor|teacher|coach|boss|advis[eo]r|tutor|doctor"
    r"|classmate|teammate|mentor)"
)
_WAYS: tuple[tuple[str, str], ...] = (
    (r"(met|worked|studied|talked|spoke|volunteered|played)\b.*", "We {0}."),
    (r"(we|i|you)\b(?!\.).*", "{0}."),
    (
        r"(my|the|a|an|our) [\w ,'’-]{1,60}?"
        r" (said|told|suggested|mentioned|recommended|gave|introduced|thought|pointed)\b.*",
        "{0}.",
    ),
    (r"(found|saw|heard|read|noticed|discovered|watched|know|remember) (of )?your?\b.*", "I {0}."),
    (r"(came across|learned of|learnt of|got) your?\b.*", "I {0}."),
    (r"(?:(?:found|discovered|saw) )?((?:through|via|on|by|in|from|at) .+)", "I found you {1}."),
    (r"LinkedIn|Handshake|Instagram", "I found you on {0}."),
    (
        r"(the |our |my )?([\w'’-]+ ){0,3}(directory|newsletter|magazine|database)",
        "I found you in {0}.",
    ),
    (_KIN, "I found you through {0}."),
    (r".*", "How I came to you: {0}."),
)
_LOWERED = re.compile(
    r"(the|a|an|my|our|through|via|on|by|in|from|at|found|saw|heard|read|noticed|discovered|watched"
    r"|know|remember|came|learned|learnt|got|met|worked|studied|talked|spoke|volunteered|played)\b",
    re.IGNORECASE,
)


def how_line(note: str) -> str:
    """Say a note on how the member knows somebody as a sentence to them; "" for none."""
    words = note.rstrip(" .")
    if not words:
        return ""
    for pattern, said in _WAYS:
        if found := re.fullmatch(pattern, words, re.IGNORECASE | re.DOTALL):
            line = said.format(_lowered(words), _lowered(found[1] or "") if "{1}" in said else "")
            return line[:1].upper() + line[1:]
    return ""


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:] if _LOWERED.match(words) else words

"""What was found in a message: where it is, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.content import plain_text
from bot.notebook.drafts import Drafted, review_draft
from bot.rules.review import FAULT_WORDS, Finding, in_order

SPELLING_UNKNOWN = "Spelling was not checked: please read it once aloud before you send it."
_SHOWN = 5
_QUOTE = 90
_ROOM = 900


@dataclass(frozen=True)
class Looked:
    """What the spelling check found: None while nobody looked, or could not."""

    slips: tuple[Finding, ...] | None = None
    is_over: bool = False


def all_findings(draft: Drafted, looked: Looked) -> tuple[Finding, ...]:
    """Give what to mend in a message, slips of spelling among it."""
    return in_order((*review_draft(draft), *(looked.slips or ())))


def findings_words(draft: Drafted, looked: Looked) -> str:
    """Say what to mend, the gravest first; for the member's own words also that all is well."""
    found = all_findings(draft, looked)
    lines: list[str] = []
    for one in found[:_SHOWN]:
        line = f"- {finding_line(draft, one)}"
        if sum(map(len, lines)) + len(line) > _ROOM:
            break
        lines.append(line)
    more = len(found) - len(lines)
    if more > 0:
        lines.append(f"-# and {more} more: press **Why?**")
    if lines:
        lines.insert(
            0, "**Before it goes out:**" if draft.is_edited else "**Have a look at this:**"
        )
    elif draft.is_edited and not draft.gaps:
        lines.append("I looked it over and would change nothing.")
    if looked.is_over and looked.slips is None:
        lines.append(f"-# {SPELLING_UNKNOWN}")
    return "\n".join(lines)


def finding_line(draft: Drafted, found: Finding) -> str:
    """Say one finding in a line: its name, the place, how to mend it."""
    name = FAULT_WORDS[found.fault]
    words = f"{name} (a hint)" if found.is_hint else name
    words += "" if words.endswith("?") else "."
    place = " ".join(draft.text[found.start : found.end].split())
    quote = f" “{plain_text(_cut(place))}”." if place else ""
    return f"**{words}**{quote} {plain_text(found.remedy)}"


def _cut(place: str) -> str:
    return place if len(place) <= _QUOTE else place[: _QUOTE - 1].rstrip() + "…"

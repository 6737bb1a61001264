"""The second row under a message: another tone, shorter or longer, why it looks as it does."""

from __future__ import annotations

from dataclasses import replace

from bot.content import Content
from bot.notebook.drafts import Drafted, Wanted, is_worded_otherwise, spec
from bot.rules.presses import Press
from cogs._ui.draft_words import TONE_LABELS, next_tones


def second_row(content: Content, draft: Drafted) -> tuple[Press, ...]:
    """Give what changes the wording; a tone or a length that says the same is left out."""
    now = draft.wanted
    row: list[Press] = []
    tones = next_tones(now.tone or draft.facts.tone)
    others = (replace(now, tone=tone) for tone in tones)
    other = next((one for one in others if is_worded_otherwise(content, draft, one)), None)
    if other is not None:
        row.append(_turn(draft, TONE_LABELS[other.tone], other, "tone"))
    longer = replace(now, is_short=not now.is_short)
    if is_worded_otherwise(content, draft, longer):
        row.append(_turn(draft, "Longer" if now.is_short else "Shorter", longer, "length"))
    if draft.own is not None:
        row.append(_turn(draft, "My own version", draft.own, "own"))
    row.append(Press("w", draft.page.key, "why", "Why?", arg=spec(now)))
    row.append(Press("w", draft.page.key, "paste", "Check my own words", arg=spec(now)))
    return tuple(row)


def _turn(draft: Drafted, label: str, other: Wanted, verb: str) -> Press:
    return Press("w", draft.page.key, verb, label, arg=spec(other))

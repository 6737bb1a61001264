"""The words of a message: the template's with the notebook's facts, or the member's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from bot.content import Content, Draft, DraftFacts, render_draft
from bot.notebook.drafts.choosing import Wanted, last_talk, next_talk, settle
from bot.notebook.facts import draft_facts
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.rules.follow_ups import talk_anchor
from bot.rules.records import TouchKind

_OWN_MESSAGES = frozenset({TouchKind.ASKED, TouchKind.WROTE, TouchKind.THANKED})


@dataclass(frozen=True)
class Drafted:
    """A message as it stands: ``gaps`` are the questions that its ``[…]`` still ask."""

    page: Page
    wanted: Wanted
    subject: str
    text: str
    gaps: tuple[str, ...]
    is_edited: bool = False


def draft_message(
    content: Content,
    page: Page,
    member: MemberFacts,
    *,
    now: datetime,
    wanted: Wanted | None = None,
) -> Drafted:
    """Word a message to a contact; what is left open is chosen by the stage and by habit.

    What the member edited stands instead of the template's words.
    """
    wanted = settle(content, page, member, now, wanted or Wanted("", ""))
    facts = _facts(page, member, now, wanted)
    draft = render_draft(content, wanted.kind, wanted.channel, facts)
    kept = kept_with(page, wanted)
    edited = kept.get("texts", {}).get(wanted.channel)
    draft = _answered(draft, kept.get("answers", {}))
    if edited is None:
        return Drafted(page, wanted, draft.subject, draft.text, draft.gaps)
    subject, text = edited
    gaps = tuple(gap for gap in draft.gaps if f"[{gap}]" in text or f"[{gap}]" in subject)
    return Drafted(page, wanted, subject, text, gaps, is_edited=True)


def _facts(page: Page, member: MemberFacts, now: datetime, wanted: Wanted) -> DraftFacts:
    is_late = wanted.kind == "running_late"
    talk = next_talk(page, now) if is_late else last_talk(page, now, member.zone_or_club)
    anchor = "" if is_late else wanted.about
    delay = f"{wanted.about} minutes" if is_late and wanted.about else ""
    usual = talk_anchor(talk) if talk else ""
    return draft_facts(page, member, now, anchor=anchor or usual, delay=delay)


def kept_with(page: Page, wanted: Wanted) -> dict[str, Any]:
    """Give what the member typed into this message, unless they have written since."""
    drafts = cast("dict[str, Any]", page.contact.details.get("drafts", {}))
    kept = drafts.get(wanted.kind)
    if kept is None or kept["about"] != wanted.about:
        return {}
    since = datetime.fromisoformat(kept["at"])
    is_sent = any(
        touch.kind in _OWN_MESSAGES and touch.recorded_at > since for touch in page.notes.touches
    )
    return {} if is_sent else kept


def _answered(draft: Draft, answers: Mapping[str, str]) -> Draft:
    subject, text = draft.subject, draft.text
    for question, answer in answers.items():
        subject, text = (put_answer(one, question, answer) for one in (subject, text))
    gaps = tuple(gap for gap in draft.gaps if gap not in answers)
    return replace(draft, subject=subject, text=text, gaps=gaps)


def put_answer(text: str, question: str, answer: str) -> str:
    """Put an answer where a text asks for it."""
    ended = answer if answer.endswith((".", "!", "?", "…")) else f"{answer}."
    text = text.replace(f"[{question}].", ended)
    return text.replace(f"[{question}]", answer.removesuffix("."))

"""The words of a message: the template's with the notebook's facts, or the member's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.content import Content, Draft, DraftFacts, render_draft, untold
from bot.notebook.drafts.choosing import (
    Wanted,
    is_last_try,
    kept_with,
    last_talk,
    next_talk,
    own_version,
    settle,
    talk_without_date,
)
from bot.notebook.facts import draft_facts
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.notebook.profile import asks_for
from bot.rules import history
from bot.rules.follow_ups import talk_anchor, talk_key
from bot.rules.hours import local_day
from bot.rules.records import Talk

ASKED_BEFORE = (
    frozenset({"what did you enjoy most?", "which advice helped?"}),
    frozenset({"how did you find this person?"}),
    frozenset({"why this person?"}),
    frozenset({"what is your news?"}),
)
"""Gaps that leave a message without anything of its own: asked before the draft is shown."""


@dataclass(frozen=True)
class Drafted:
    """A message as it stands: ``gaps`` are the questions that its ``[…]`` still ask.

    ``facts`` are what it was worded from, ``limit`` how many characters its channel takes (0: any),
    ``own`` another wording of it that the member edited, ``is_begun`` whether they typed anything.
    """

    page: Page
    wanted: Wanted
    subject: str
    text: str
    gaps: tuple[str, ...]
    is_edited: bool = False
    facts: DraftFacts = field(default_factory=DraftFacts)
    limit: int = 0
    own: Wanted | None = None
    is_begun: bool = False

    @property
    def asks_first(self) -> bool:
        """Tell whether to ask before it is shown: it would say nothing of its own."""
        return not self.is_begun and any(gaps.issubset(self.gaps) for gaps in ASKED_BEFORE)


_NOTE_OF = {
    "how did you find this person?": "how_known",
    "where did you meet?": "how_known",
    "why this person?": "why",
    "what did you enjoy most?": "enjoyed",
    "which advice helped?": "advice",
    "what is your next step?": "promises",
    "what did you do?": "done",
}


def notes_for_gaps(drafted: Drafted) -> dict[str, str]:
    """Give the notes that a message had to leave out, being about them or too long, by gap."""
    asked = [gap for gap in drafted.gaps if gap in _NOTE_OF]
    notes = {gap: _note(getattr(drafted.facts, _NOTE_OF[gap])) for gap in asked}
    return {gap: note for gap, note in notes.items() if note}


def _note(fact: str | tuple[str, ...]) -> str:
    return fact if isinstance(fact, str) else "; ".join(untold(fact) or fact)


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
    draft = _answered(draft, kept.get("answers", {}))
    edited = kept.get("texts", {}).get(wanted.version)
    own = own_version(content, page, wanted)
    drafted = Drafted(
        page,
        wanted,
        draft.subject,
        draft.text,
        draft.gaps,
        facts=facts,
        limit=content.templates[f"{wanted.kind}.{wanted.channel}"].max_chars,
        own=None if own == wanted else own,
        is_begun=bool(kept),
    )
    if edited is None:
        return drafted
    subject, text = edited
    gaps = tuple(gap for gap in draft.gaps if f"[{gap}]" in text or f"[{gap}]" in subject)
    return replace(drafted, subject=subject, text=text, gaps=gaps, is_edited=True)


def is_worded_otherwise(content: Content, drafted: Drafted, other: Wanted) -> bool:
    """Tell whether another tone or length of a message has other words at all."""
    now = drafted.wanted
    here, there = (
        render_draft(content, now.kind, now.channel, _worded(drafted.facts, one)).text
        for one in (replace(now, tone=now.tone or drafted.facts.tone), other)
    )
    return here != there


def _worded(facts: DraftFacts, wanted: Wanted) -> DraftFacts:
    return replace(facts, tone=wanted.tone or facts.tone, short=wanted.is_short)


def _facts(page: Page, member: MemberFacts, now: datetime, wanted: Wanted) -> DraftFacts:
    is_late = wanted.kind == "running_late"
    talk = _talk_meant(page, member, now, wanted)
    is_named = wanted.kind in _FOR_A_DATE or is_late  # what it is about is no talk, or is found
    anchor = "" if is_named else wanted.about
    delay = f"{wanted.about} minutes" if is_late and wanted.about else ""
    usual = talk_anchor(talk) if talk else ""
    facts = draft_facts(page, member, now, anchor=anchor or usual, delay=delay)
    if wanted.kind in _FOR_A_DATE and talk is None:
        facts = replace(facts, talk_day="", talk_time="", is_over=False)
    if wanted.kind == "find_a_time":
        is_last = is_last_try(page, local_day(now, member.zone_or_club))
        facts = replace(facts, is_last=is_last)
    if wanted.kind in _ASKS_ANEW:
        facts = replace(facts, minutes=asks_for(member.profile))
    chosen = str(page.contact.details.get("objective", ""))
    return _worded(replace(facts, objective=chosen or facts.objective), wanted)


_FOR_A_DATE = frozenset({"after_cancelled", "find_a_time", "reschedule"})
"""Kinds about the talk that needs a new date: not about one that was held before it."""


_ASKS_ANEW = frozenset({"request", "write_again", "reply_yes", "ask_introduction", "blurb"})
"""Kinds that ask for a talk to come: the length of an earlier one says nothing of it (R07)."""


def _talk_meant(page: Page, member: MemberFacts, now: datetime, wanted: Wanted) -> Talk | None:
    if wanted.kind == "running_late":
        return next_talk(page, now)
    if wanted.kind in _FOR_A_DATE:
        key = talk_key(wanted.about)
        named = (talk for talk in page.notes.talks if talk.key == key)
        return next(named, None) or talk_without_date(page, now)
    if wanted.kind == "request":
        return history.last_held(page.notes)
    return last_talk(page, now, member.zone_or_club)


def _answered(draft: Draft, answers: Mapping[str, str]) -> Draft:
    subject, text = draft.subject, draft.text
    for question, answer in answers.items():
        subject, text = (put_answer(one, question, answer) for one in (subject, text))
    gaps = tuple(gap for gap in draft.gaps if gap not in answers)
    return replace(draft, subject=subject, text=text, gaps=gaps)


def put_answer(text: str, question: str, answer: str) -> str:
    """Put an answer where a text asks for it, going on with the sentence that it stands in."""

    def put(found: re.Match[str]) -> str:
        words = _within(found["before"], answer) if found["before"] else answer
        if not found["stop"]:
            return found["before"] + words.removesuffix(".")
        return found["before"] + (words if words.endswith((".", "!", "?", "…")) else f"{words}.")

    place = rf"(?P<before>(?:[\w,;:’'\]] )?)\[{re.escape(question)}\](?P<stop>\.?)"
    return re.sub(place, put, text)


_GOES_ON = re.compile(r"(At|In|On|Last|Yesterday|Through|By|During)\b")
_A_NOUN = re.compile(r"(The|An?)\b")


def _within(before: str, answer: str) -> str:
    # After a colon a whole sentence may stand, which keeps its capital.
    is_lowered = _GOES_ON.match(answer) or (":" not in before and _A_NOUN.match(answer))
    return answer[:1].lower() + answer[1:] if is_lowered else answer

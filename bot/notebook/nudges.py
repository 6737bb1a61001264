"""Words one member's due reminders as one message: its text, its draft and its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from bot.content import (
    NUDGE_FACTS,
    Content,
    NudgeFacts,
    NudgeText,
    render_item,
    render_nudge,
    render_words,
)
from bot.notebook.drafts import (
    Drafted,
    Wanted,
    draft_message,
    fitting_kind,
    notes_for_gaps,
)
from bot.notebook.facts import say_delay
from bot.notebook.members import MemberFacts
from bot.notebook.nudge_facts import Told
from bot.notebook.pages import Page
from bot.rules.hours import EVENING, instant, is_quiet, local, local_day
from bot.rules.presses import NO_KEY, Press
from bot.rules.records import Kind

MAX_CHARS = 2000
SHOWN_ITEMS = 5
LATE_AFTER = timedelta(hours=1)
_NOTE = 160  # so much of a note is quoted
_LAST_TONIGHT = time(17, 0)
_URGENT_FIRST = (
    Kind.STARTS_SOON,
    Kind.THANK_YOU,
    Kind.CONFIRM,
    Kind.PREPARE,
    Kind.DEBRIEF,
    Kind.FIND_A_TIME,
    Kind.CHASE_REPLY,
    Kind.PROMISE,
    Kind.ASK_AGAIN,
    Kind.APPROACH_LEAD,
    Kind.CHECK_IN,
    Kind.NEXT_STEP,
)

Rows = tuple[tuple[Press, ...], ...]


@dataclass(frozen=True)
class Due:
    """One reminder that is to be sent now, with the page of its contact (None: it has none)."""

    key: str
    kind: Kind
    anchor: str
    step: int
    wake_at: datetime
    expires_at: datetime
    page: Page | None = None


@dataclass(frozen=True)
class Nudge:
    """The message: at most 2,000 characters and two rows of buttons."""

    content: str
    buttons: Rows


def compose(
    content: Content,
    member: MemberFacts,
    due: Sequence[Due],
    *,
    key: str,
    now: datetime,
    asks_quiet: bool = False,
) -> Nudge:
    """Word what is due as one message; ``key`` is the delivery's, ``asks_quiet`` adds the question.

    One reminder speaks for itself, with its draft; several are a list with an Open button each.
    """
    ordered = sorted(due, key=lambda one: (_URGENT_FIRST.index(one.kind), one.wake_at, one.key))
    words = _Wording(content, member, now)
    last = _last_row(content, key, asks_quiet=asks_quiet)
    question = f"\n\n{render_words(content, 'go_quiet')}" if asks_quiet else ""
    room = MAX_CHARS - len(question)
    thanks, debrief = (None, None) if member.discreet else _of_one_talk(ordered)
    if thanks and debrief:
        text, row = words.single(thanks, room, debrief)
    elif len(due) == 1:
        text, row = words.single(ordered[0], room)
    else:
        text, row = words.several(ordered)
    return Nudge(_cut(text, room) + question, (row, last) if row else (last,))


def ask_for_zone(content: Content, nudge: Nudge) -> Nudge:
    """Let a message ask where the member's mornings are; it stays within two rows of buttons."""
    *rows, last = nudge.buttons
    zone = Press("m", NO_KEY, "zone", content.buttons["zone"].label)
    question = f"\n\n{render_words(content, 'no_zone')}"
    text = _cut(nudge.content, MAX_CHARS - len(question)) + question
    return Nudge(text, (*rows, (*last, zone)))


def _of_one_talk(due: Sequence[Due]) -> tuple[Due | None, Due | None]:
    """Give the thank-you and the question how it went, if these two are all and of one talk."""
    if [one.kind for one in due] != [Kind.THANK_YOU, Kind.DEBRIEF]:
        return None, None
    thanks, debrief = due
    return (thanks, debrief) if thanks.anchor == debrief.anchor else (None, None)


def word_item(content: Content, member: MemberFacts, due: Due, *, now: datetime) -> str:
    """Say what is due in one line, as a list of several says it."""
    return _cut(_Wording(content, member, now).item(due), 200)


def _last_row(content: Content, key: str, *, asks_quiet: bool) -> tuple[Press, ...]:
    verbs = ("quiet_no", "quiet_yes", "today") if asks_quiet else ("today", "fewer")
    return tuple(Press("d", key, verb, content.buttons[verb].label) for verb in verbs)


def _cut(text: str, room: int) -> str:
    text = text.strip()
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


@dataclass(frozen=True)
class _Wording:
    """Content, member and moment of one message."""

    content: Content
    member: MemberFacts
    now: datetime

    def single(
        self, due: Due, room: int, debrief: Due | None = None
    ) -> tuple[str, tuple[Press, ...]]:
        """Word one reminder; a draft that does not fit beside the rest is left to its button.

        A thank-you takes the question how the talk went with it.
        """
        facts = self.facts(due, with_draft=not self.member.discreet)
        facts = replace(facts, debrief=debrief is not None)
        text = self._render(due, facts)
        if len(text.text) > room and facts.draft:
            text = self._render(due, replace(facts, draft=""))
        kept = [one for one in text.presses if one.verb != "tonight" or self._may_wait(due)]
        row = tuple(
            Press("r", due.key, one.verb, one.label, "secondary" if number else "primary")
            for number, one in enumerate(kept)
        )
        if debrief:
            talked = Press("r", debrief.key, "talked", self.content.buttons["talked"].label)
            row = (talked, *row)
        return text.text, row

    def _render(self, due: Due, facts: NudgeFacts) -> NudgeText:
        discreet = self.member.discreet
        return render_nudge(self.content, due.kind, due.step, facts, discreet=discreet)

    def several(self, due: Sequence[Due]) -> tuple[str, tuple[Press, ...]]:
        """List five reminders, a line and an Open button each, and say how many more there are."""
        shown = due[:SHOWN_ITEMS]
        label = self.content.buttons["open"].label
        row = tuple(
            Press("r", one.key, "open", f"{label} {number}")
            for number, one in enumerate(shown, start=1)
        )
        if self.member.discreet:
            return render_words(self.content, "morning_head_discreet", n=len(due)), row
        late = self._late(due)
        lines = [render_words(self.content, "morning_head", n=len(due))]
        lines += [render_words(self.content, "late", delay=late)] if late else []
        lines.extend(
            f"{number}. {_cut(self.item(one), 200)}" for number, one in enumerate(shown, start=1)
        )
        if len(due) > SHOWN_ITEMS:
            lines.append(render_words(self.content, "morning_more", n=len(due) - SHOWN_ITEMS))
        return "\n".join(lines), row

    def item(self, due: Due) -> str:
        """Word one line of a list."""
        words = render_item(self.content, due.kind, due.step, partial(self._told, due))
        return " ".join(words.split())

    def _late(self, due: Sequence[Due]) -> str:
        late = self.now - min(one.wake_at for one in due)
        return say_delay(late) if late > LATE_AFTER else ""

    def _may_wait(self, due: Due) -> bool:
        """Tell whether "Tonight" still comes before the deadline and outside quiet hours."""
        rhythm = self.member.rhythm
        here = local(self.now, rhythm.zone)
        tonight = instant(here.date(), EVENING, rhythm.zone)
        return (
            here.time() < _LAST_TONIGHT
            and tonight < due.expires_at
            and not is_quiet(tonight, rhythm)
        )

    def facts(self, due: Due, *, with_draft: bool = False) -> NudgeFacts:
        """Gather what the nudge may say."""
        draft = self._draft(due, due.page) if with_draft and due.page else {}
        return NudgeFacts(**self._told(due, NUDGE_FACTS), **draft, late=self._late((due,)))

    def _told(self, due: Due, names: frozenset[str]) -> dict[str, Any]:
        if due.page is None:
            return {}
        return Told(due.page, due.kind, due.anchor, self.member, self.now).tell(names)

    def _draft(self, due: Due, page: Page) -> dict[str, Any]:
        kind = self.content.nudge(due.kind, due.step).draft
        if not kind:
            return {}
        today = local_day(self.now, self.member.zone_or_club)
        wanted = Wanted(fitting_kind(page, kind, today), "", due.anchor)
        drafted = draft_message(self.content, page, self.member, now=self.now, wanted=wanted)
        return {"draft": drafted.text, "asks": self._asks(drafted)}

    def _asks(self, drafted: Drafted) -> str:
        """Say what the draft's brackets are for, and what the member noted of it."""
        notes = notes_for_gaps(drafted)
        lines = [
            render_words(self.content, "gap_noted", gap=gap, note=_cut(note.rstrip(" ."), _NOTE))
            for gap, note in notes.items()
        ]
        if any(gap not in notes for gap in drafted.gaps):
            lines.append(render_words(self.content, "gaps_open"))
        return "\n".join(lines)

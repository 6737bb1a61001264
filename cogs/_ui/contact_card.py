"""The card of one contact: details, stage, timeline, referrals, what is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot.content import plain_text
from bot.notebook.drafts import KIND_WORDS, begun_with
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Entry, Page
from bot.notebook.questions import has_set
from bot.notebook.reminders import open_plan
from bot.rules.history import open_request
from bot.rules.hours import local_day
from bot.rules.presses import Press
from bot.rules.records import Kind, ReminderState, TalkState, TouchKind
from bot.rules.stages import Stage, stage
from cogs._ui.cards import Card, Menu
from cogs._ui.draft_list import begun_press
from cogs._ui.planned import Planned, planned_lines, which_talks
from cogs._ui.tag_forms import own_lines
from cogs._ui.words import MODE_WORDS, shortened, stamp, touch_line

_DRAFTS = 2
_TIMELINE = 6
_QUOTE = 240
_MOST_PROMISES = 12  # two lines each, and a drop-down holds 25
_REACH = (("email", "Email"), ("phone", "Phone"), ("linkedin", "LinkedIn"), ("address", "Address"))
_HOW = (("how_known", "How you know them"), ("field", "Field"), ("notes", "Notes"))
_TO_COME = frozenset(
    {
        ReminderState.WAITING,
        ReminderState.SENDING,
        ReminderState.UNREACHABLE,
        ReminderState.DELIVERED,
        ReminderState.WITHDRAWN,  # until a moment ago: what is in the plan again, waits again
    }
)


def contact_card(page: Page, member: MemberFacts, *, now: datetime, head: str = "") -> Card:
    """Draw a contact's card; ``head`` is a line above it that says what just happened."""
    today = local_day(now, member.zone_or_club)
    parts = [
        head,
        f"## {plain_text(page.name)}",
        _subtitle(page),
        _stage(page, today),
        _fields(page, (*_REACH, *_HOW)),
        own_lines(page.contact.details),
        _people(page),
        _talks(page, now),
        _timeline(page, today),
        _due(page, member, now),
    ]
    return Card(
        "\n".join(part for part in parts if part),
        rows=(
            contact_buttons(page.key),
            _promise_buttons(page),
            (*_question_buttons(page, now), *_draft_buttons(page)),
        ),
        menus=_promise_menu(page),
        keep=True,
    )


def contact_buttons(key: str) -> tuple[Press, ...]:
    """Give the buttons of every card."""
    return (
        Press("c", key, "log", "Log", style="primary"),
        Press("c", key, "draft", "Draft"),
        Press("c", key, "prepare", "Prepare"),
        Press("c", key, "edit", "Edit"),
        Press("c", key, "more", "More"),
    )


def _question_buttons(page: Page, now: datetime) -> tuple[Press, ...]:
    questions = Press("c", page.key, "questions", "Questions")
    begun = [
        entry
        for entry in page.interviews
        if entry.row.s1 == TalkState.HELD or (entry.row.t1 is not None and entry.row.t1 <= now)
    ]
    if not begun or not has_set(begun[-1].details):
        return (questions,)
    return (questions, Press("i", begun[-1].key, "q_asked", "What you asked"))


def _draft_buttons(page: Page) -> tuple[Press, ...]:
    return tuple(
        begun_press(one, f"Your draft: {KIND_WORDS[one.kind]}")
        for one in begun_with(page)[:_DRAFTS]
    )


def _open_promises(page: Page) -> list[tuple[str, str]]:
    """Give what the member still wants to do, each with the key of its reminder."""
    rows = {entry.row.s2: entry.key for entry in page.reminders if entry.row.s1 == Kind.PROMISE}
    still = (entry for entry in page.promises if entry.row.d2 is None)
    return [(rows[entry.key], entry.text) for entry in still if entry.key in rows]


def _promise_buttons(page: Page) -> tuple[Press, ...]:
    promises = _open_promises(page)
    if len(promises) != 1:
        return ()
    ((key, text),) = promises
    return (
        Press("r", key, "done", f"Done: {_in_short(text, 60)}"),
        Press("r", key, "drop", "Not any more"),
    )


def _promise_menu(page: Page) -> tuple[Menu, ...]:
    promises = _open_promises(page)[:_MOST_PROMISES]
    if len(promises) < 2:
        return ()
    options = [
        (f"{verb}.{key}", f"{label}: {_in_short(text, 80)}", "")
        for verb, label in (("done", "Done"), ("drop", "Not any more"))
        for key, text in promises
    ]
    press = Press("c", page.key, "promise")
    return (Menu(press, tuple(options), "What you wanted to do: done, or not any more"),)


def _in_short(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def _stage(page: Page, today: date) -> str:
    reached = stage(page.notes, today)
    if reached is not Stage.RESTING or open_request(page.notes) is None:
        return f"**{reached}**"
    # R15: two friendly lines are enough, and it is said so.
    return f"**{reached}**: no answer came. You did what you could; a new entry wakes the card up."


def _subtitle(page: Page) -> str:
    details = page.contact.details
    parts = [str(details[name]) for name in ("role", "organization") if details.get(name)]
    return plain_text(" · ".join(parts))


def _fields(page: Page, names: Iterable[tuple[str, str]]) -> str:
    details = page.contact.details
    return "\n".join(
        f"{label}: {plain_text(str(details[name]))}" for name, label in names if details.get(name)
    )


def _people(page: Page) -> str:
    lines: list[str] = []
    if page.referrer:
        may = {"yes": "you may use the name", "no": "do not use the name"}.get(
            page.contact.row.s1, "ask before you use the name"
        )
        lines.append(f"Named by {plain_text(page.referrer.name)} ({may})")
    lines.extend(_introduction(page))
    if page.referrals:
        names = ", ".join(plain_text(entry.name) for entry in page.referrals)
        lines.append(f"Led you to: {names}")
    return "\n".join(lines)


def _introduction(page: Page) -> tuple[str, ...]:
    """Say who promised to introduce them, until it has happened (R36)."""
    came = any(touch.kind is TouchKind.INTRODUCED for touch in page.notes.touches)
    if not page.notes.they_introduce or came or page.notes.talks:
        return ()
    who = plain_text(page.referrer.name) if page.referrer else "Somebody"
    return (f"{who} promised to introduce you",)


def _talks(page: Page, now: datetime) -> str:
    planned = [
        f"Talk: {stamp(entry.row.t1)} ({stamp(entry.row.t1, 'R')}), {MODE_WORDS[entry.row.s2]}"
        for entry in page.interviews
        if entry.row.s1 == TalkState.PLANNED and entry.row.t1 and entry.row.t1 > now
    ]
    held = [entry for entry in page.interviews if entry.row.s1 == TalkState.HELD]
    return "\n".join([*planned, *(line for entry in held[-1:] for line in _takeaways(page, entry))])


def _takeaways(page: Page, talk: Entry) -> list[str]:
    kept = (("enjoyed", "You enjoyed"), ("advice", "Their advice"))
    lines = [
        f"{label}: {shortened(str(talk.details[name]), _QUOTE)}"
        for name, label in kept
        if talk.details.get(name)
    ]
    return lines + [
        f"{'Done' if entry.row.n1 else 'You will'}: {shortened(entry.text, _QUOTE)}"
        for entry in page.promises
        if entry.row.d2 is None or (entry.row.n1 and entry.row.s4 == talk.key)
    ]


def _timeline(page: Page, today: date) -> str:
    if not page.touches:
        return ""
    lines = [f"- {touch_line(entry, today)}" for entry in reversed(page.touches[-_TIMELINE:])]
    more = len(page.touches) - _TIMELINE
    if more > 0:
        lines.append(f"- and {more} earlier")
    return "**What happened**\n" + "\n".join(lines)


def _due(page: Page, member: MemberFacts, now: datetime) -> str:
    """Say what comes next by the plan: right after a change, the reminders are those of before."""
    rows = {entry.row.s3: entry.row for entry in page.reminders}
    planned = open_plan(page, member.rhythm)
    talks = which_talks(page, planned, local_day(now, member.zone_or_club))
    coming: list[Planned] = []
    for due in planned:
        row = rows.get(due.key)
        if due.expires_at > now and (row is None or row.s4 in _TO_COME):
            put_off = row.t2 if row is not None and row.t1 == due.due_at else None
            at, talk = put_off or due.due_at, talks.get(due.anchor, "")
            coming.append(Planned(due.kind, due.step, at, talk))
    lines = planned_lines(coming, now, introduced=page.notes.they_introduce)
    return "**What comes next**\n" + "\n".join(lines) if lines else ""

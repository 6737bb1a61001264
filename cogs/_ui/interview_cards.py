"""The cards of a talk: its date, the prep sheet, what it brought, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.content import Content, plain_text
from bot.notebook.changes import Stored
from bot.notebook.drafts import Wanted, spec
from bot.notebook.facts import say_near_day
from bot.notebook.filling_in import FilledIn, say_field
from bot.notebook.interviews import StoredTalk, TalkPage
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.notebook.questions import has_set
from bot.rules.follow_ups import talk_key
from bot.rules.hours import local, local_day
from bot.rules.names import called
from bot.rules.presses import Press
from bot.rules.records import (
    AROUND_A_TALK,
    FollowUp,
    KeepInTouch,
    Kind,
    ReminderState,
    TalkState,
)
from bot.rules.when.moment import say_day, say_hour
from bot.rules.zones import say_zone
from cogs._ui.calendar_cards import calendar_row
from cogs._ui.cards import Card
from cogs._ui.coming import ask_zone, zone_row
from cogs._ui.draft_list import draft_press
from cogs._ui.planned import Planned, planned_lines
from cogs._ui.words import MODE_WORDS, shortened, stamp

_WORDS_SHOWN = 400
_OVER = frozenset(ReminderState) - {ReminderState.WAITING, ReminderState.WITHDRAWN}
_DETAILS = (
    ("place", "Place or link"),
    ("who_calls", "Who calls"),
    ("attire", "Clothes"),
    ("parking", "Parking"),
    ("way", "The way"),
)


def say_talk(on: TalkPage, member: MemberFacts, now: datetime) -> str:
    """Say when a talk is, on the member's clock: "Tuesday 10 March, 3:00 pm"."""
    row = on.talk.row
    zone = member.zone_or_club
    today = local_day(now, zone)
    if row.t1 is None:
        return say_near_day(row.d1, today)
    here = local(row.t1, zone)
    return f"{say_day(here.date(), today)}, {say_hour(here.time())}"


def agreed_lines(on: TalkPage, member: MemberFacts, now: datetime) -> list[str]:
    """Say as typed all that is agreed about a talk; also on their clock, where it is another."""
    row, told = on.talk.row, on.talk.details
    lines = [f"{say_talk(on, member, now)}, {row.n1} minutes {MODE_WORDS[row.s2]}"]
    if row.t1 is not None and row.s5 != member.zone_or_club:
        there = local(row.t1, row.s5)
        day = say_day(there.date(), local_day(now, row.s5))
        lines.append(f"For them ({say_zone(row.s5)}): {day}, {say_hour(there.time())}")
    return lines + [f"{label}: {told[name]}" for name, label in _DETAILS if told.get(name)]


def talk_lines(on: TalkPage, member: MemberFacts, now: datetime) -> str:
    """Say all that is agreed about a talk, with the time on the reader's own clock."""
    first, *rest = (plain_text(line) for line in agreed_lines(on, member, now))
    day, _, length = first.rpartition(f", {on.talk.row.n1} minutes")
    lines = [f"**{day}**, {on.talk.row.n1} minutes{length}"]
    if on.talk.row.t1 is not None:
        at = on.talk.row.t1
        lines.append(f"On your clock: {stamp(at)} ({stamp(at, 'R')})")
    return "\n".join((*lines, *rest))


def planned_words(stored: Stored, contact: str, now: datetime, *, talk: str = "") -> str:
    """List what I will remind the member of, each with its reason.

    With ``talk``, a key, what is planned around other talks is left out.
    """
    over = {entry.row.s3 for entry in stored.pages[contact].reminders if entry.row.s4 in _OVER}
    ahead = [due for due in stored.plans[contact] if due.due_at > now and due.key not in over]
    shown = [due for due in ahead if not talk or _is_near_to(due, talk)]
    if not shown:
        around = "around this talk now" if ahead else "with them for now"
        return f"Nothing is planned {around}."
    lines = planned_lines((Planned(due.kind, due.step, due.due_at) for due in shown), now)
    return "**What I will remind you of**\n" + "\n".join(lines)


def _is_near_to(due: FollowUp, talk: str) -> bool:
    return due.kind not in AROUND_A_TALK or talk_key(due.anchor) == talk


def booked_card(content: Content, at: StoredTalk, now: datetime, head: str) -> Card:
    """Say back when two people talk, and what follows from it."""
    stored, on = at.stored, at.on
    parts = [
        head,
        talk_lines(on, stored.member, now),
        ask_zone(stored.member),
        planned_words(stored, on.page.key, now, talk=on.talk.key),
    ]
    key = on.talk.key
    row = (
        Press("i", key, "details", "Details", style="primary"),
        Press("i", key, "sheet", "Prepare"),
        Press("i", key, "move", "It moved"),
        Press("i", key, "cancel", "Call it off"),
    )
    calendar = calendar_row(content, on, stored.member, now)
    return _card(parts, (row, zone_row(stored), calendar), change=stored.change)


def _card(parts: list[str], rows: tuple[tuple[Press, ...], ...], change: str = "") -> Card:
    return Card("\n".join(part for part in parts if part), rows=rows, change=change, keep=True)


def is_near(at: StoredTalk, now: datetime) -> bool:
    """Tell whether a talk is too near for the sheet to come by itself: it comes in the reply."""
    return not any(due.kind is Kind.PREPARE and due.due_at > now for due in at.plan)


def draft_button(content: Content, on: TalkPage, kind: str, label: str) -> Press:
    """Make a button that drafts a message about a talk, in the kind's usual channel."""
    wanted = Wanted(kind, content.channels(kind)[0], on.anchor)
    return Press("c", on.page.key, "draft", label, arg=spec(wanted))


def held_card(at: StoredTalk, now: datetime, *, thanks: str = "") -> Card:
    """Say what was noted about a talk that was held, and what is planned; ``thanks`` is about
    the thank-you.
    """
    stored, on = at.stored, at.on
    today = local_day(now, stored.member.zone_or_club)
    name = plain_text(on.page.first)
    day = say_near_day(on.talk.row.d1, today)
    parts = [
        f"Noted: you talked to **{plain_text(on.page.name)}** {day}. Well done.",
        _taken_words(on),
        thanks,
        planned_words(stored, on.page.key, now, talk=on.talk.key),
        ask_zone(stored.member),
        _suggested_words(on.page),
        f"Did {name} name anybody you could talk to?",
    ]
    row = [Press("i", on.talk.key, "named", "Add a person they named", style="primary")]
    if has_set(on.talk.details):
        row.append(Press("i", on.talk.key, "q_asked", "Tick what you asked"))
    row.append(Press("c", on.page.key, "open", "Card"))
    rows = (zone_row(stored), tuple(row), _after_presses(on))
    return _card(parts, rows, change=stored.change)


def _suggested_words(page: Page) -> str:
    if page.referrer is None:
        return ""
    giver, name = plain_text(page.referrer.name), plain_text(page.first)
    return f"{giver} gave you the name. Hearing that you talked to {name} is the nicest thanks."


def _after_presses(on: TalkPage) -> tuple[Press, ...]:
    """Offer to tell who gave the name (R42), and to connect where that was said (R38)."""
    row: list[Press] = []
    giver, key = on.page.referrer, on.page.key
    if giver is not None:
        label = f"Tell {called(giver.name)[:40]}"
        row.append(draft_press(giver.key, "talked_to", label, about=key))
    if on.talk.row.s3 == KeepInTouch.LINKEDIN:
        row.append(draft_press(key, "linkedin_invitation", "Connect on LinkedIn", about=on.anchor))
    return tuple(row)


def _taken_words(on: TalkPage) -> str:
    mine = [entry for entry in on.page.promises if entry.row.s4 == on.talk.key]
    if not mine:
        return ""
    return "**You will**\n" + "\n".join(f"- {plain_text(entry.text)}" for entry in mine)


def late_card(at: StoredTalk, content: Content, question: str) -> Card:
    """Ask about a thank-you whose time has passed by when the talk was noted (R41)."""
    key = at.on.talk.key
    row = (
        Press("i", key, "thanked", "Thanked: yes, on …"),
        draft_button(content, at.on, "thank_you", "Draft it now"),
        Press("i", key, "unthanked", "Not needed"),
    )
    return Card(question, rows=(row,), keep=True)


def off_card(content: Content, at: StoredTalk, now: datetime) -> Card:
    """Say that a talk is off, and offer the way to a new date."""
    stored, on = at.stored, at.on
    name = plain_text(on.page.first)
    is_wanted = on.talk.row.s1 == TalkState.CANCELLED
    if is_wanted:
        became = "is off. Nobody minds a second try"
    elif _is_ahead(on, stored.member, now):
        became = "is off, and no new date is planned"
    else:
        became = "did not happen"
    head = f"Noted: your talk with **{name}** {became}."
    again = Press("i", on.talk.key, "cancel", "I want a new date")
    leave = Press("i", on.talk.key, "cancel", "No new date", arg="no")
    row = (
        Press("c", on.page.key, "schedule", "Set the new date", style="primary"),
        leave if is_wanted else again,
        *calendar_row(content, on, stored.member, now),
    )
    parts = [
        head,
        planned_words(stored, on.page.key, now, talk=on.talk.key),
        ask_zone(stored.member),
    ]
    if not is_wanted:
        return _card(parts, (zone_row(stored), row), change=stored.change)
    parts.append(f"**Who called it off?** I word your message to {name} so that it fits.")
    return _card(parts, (zone_row(stored), row, _off_presses(on)), change=stored.change)


def _is_ahead(on: TalkPage, member: MemberFacts, now: datetime) -> bool:
    row = on.talk.row
    return row.t1 > now if row.t1 else row.d1 >= local_day(now, member.zone_or_club)


def _off_presses(on: TalkPage) -> tuple[Press, ...]:
    """Offer an apology to who calls off (R30), and thanks for the word to who was called off."""
    return tuple(
        draft_press(on.page.key, kind, label, about=on.anchor)
        for label, kind in (("I did", "reschedule"), ("They did", "after_cancelled"))
    )


def settled_card(at: StoredTalk, now: datetime, head: str) -> Card:
    """Say what was settled about a talk, and what comes next."""
    planned = planned_words(at.stored, at.on.page.key, now, talk=at.on.talk.key)
    parts = [head, planned]
    row = [Press("c", at.on.page.key, "open", "Card")]
    if at.on.talk.row.s1 == TalkState.PLANNED:
        row.insert(0, Press("i", at.on.talk.key, "sheet", "Sheet"))
    return _card(parts, (tuple(row),), change=at.stored.change)


def named_card(
    stored: Stored, named: str, giver: Page, now: datetime, typed: FilledIn | None = None
) -> Card:
    """Say who was noted as a person to ask, by whose word, and when I remind of them.

    ``typed`` is what became of the words about somebody who had a card already.
    """
    lead = stored.pages[named]
    parts = [
        f"Noted as a person to ask: **{plain_text(lead.name)}**, "
        f"named by {plain_text(giver.name)}.",
        *(_filled_words(typed) if typed else ()),
        planned_words(stored, named, now),
    ]
    row = (
        Press("c", giver.key, "log", "Add another", style="primary", arg="named"),
        Press("c", named, "draft", f"Write to {lead.first[:40]}"),
        Press("c", named, "open", "Card"),
    )
    return _card(parts, (row,), change=stored.change)


def _filled_words(typed: FilledIn) -> Iterator[str]:
    if typed.new:
        new = (f"{say_field(name)} {text}" for name, text in typed.new.items())
        yield f"Added to the card: {shortened(', '.join(new), _WORDS_SHOWN)}."
    if typed.clashing:
        where = "among the entries" if typed.left else "in the notes"
        said = shortened("; ".join(typed.clashing), _WORDS_SHOWN)
        yield f"The card says otherwise, so this stands {where}: {said}"


def unbooked_card(page: Page, past: TalkPage | None, member: MemberFacts, now: datetime) -> Card:
    """Say that no talk is ahead with a contact, and what to do instead."""
    name = plain_text(page.first)
    set_date = Press("c", page.key, "schedule", "Set the date", style="primary")
    if past is None:
        text = f"There is no talk with {name} in your book yet. Set the date, and I take it on."
        questions = Press("c", page.key, "questions", "Questions")
        return Card(text, rows=((set_date, questions, Press("c", page.key, "draft", "Draft")),))
    key = past.talk.key
    text = f"Your talk with {name} was {say_talk(past, member, now)}, and has no notes yet."
    row = (
        Press("i", key, "done", "We talked", style="primary"),
        Press("i", key, "move", "It moved"),
        Press("i", key, "cancel", "It did not happen", arg="no"),
    )
    return Card(text, rows=(row, (set_date,)))

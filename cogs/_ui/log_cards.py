"""The cards of the log: choosing what happened, what was noted, and fixing an entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.content import plain_text, quoted
from bot.notebook.changes import Stored
from bot.notebook.good_news import Circle
from bot.notebook.log import Logged
from bot.notebook.pages import Entry, Page
from bot.rules.hours import local_day
from bot.rules.presses import Press, menu
from bot.rules.records import Answer, TouchKind
from cogs._ui.cards import Card, Item, Menu
from cogs._ui.coming import next_words, zone_row
from cogs._ui.draft_list import draft_press
from cogs._ui.log_forms import ANSWERS, CHOICES
from cogs._ui.people_menu import people_menu
from cogs._ui.words import MEDIA, MEDIUM_WORDS, day_words, stamp, touch_line

_SHOWN_TEXT = 300
_FIXABLE = 25
_HELPERS = 6
_WROTE = frozenset({TouchKind.ASKED, TouchKind.THANKED, TouchKind.WROTE})
_SENTENCES: dict[TouchKind, str] = {
    TouchKind.ASKED: "you asked **{first}** to meet",
    TouchKind.TALKED: "you talked to **{first}**",
    TouchKind.THANKED: "you thanked **{first}**",
    TouchKind.WROTE: "you wrote to **{first}**",
    TouchKind.INTRODUCED: "you and **{first}** were introduced",
    TouchKind.NEWS: "you shared good news with **{first}**",
    TouchKind.NOTE: "a note about **{first}**",
}
_ANSWER_SENTENCES: dict[Answer, str] = {
    Answer.YES: "**{first}** said yes",
    Answer.LATER: "**{first}** said “not now”",
    Answer.NO: "**{first}** said no",
    Answer.OTHER: "**{first}** gave you another name",
}


def what_card(page: Page) -> Card:
    """Ask what happened with a person, a button for each kind."""
    presses = [_what_press(page.key, what, label) for what, label in CHOICES]
    rows = (tuple(presses[:3]), tuple(presses[3:]))
    return Card(f"What happened with {plain_text(page.name)}?", rows=rows)


def _what_press(key: str, what: str, label: str) -> Press:
    if what == "talked":
        return Press("c", key, "done", label)
    return Press("c", key, "log", label, arg=what)


def anybody_card() -> Card:
    """Ask what happened, before it is known with whom."""
    presses = [menu("log", label, arg=what) for what, label in CHOICES]
    return Card("What happened?", rows=(tuple(presses[:3]), tuple(presses[3:])))


def talked_card(people: Sequence[tuple[str, str]]) -> Card:
    """Ask with whom the member talked."""
    new = (menu("add", "Somebody new"),)
    if not people:
        return Card("With whom? Add them first, then press **Log** on their card.", rows=(new,))
    chooser = people_menu(menu("talked", ""), people, "With whom?")
    return Card("With whom did you talk?", menus=(chooser,), rows=(new,))


def answer_card(page: Page, press: Press) -> Card:
    """Ask what they answered; each button is ``press`` with the answer as its argument."""
    row = tuple(replace(press, label=label, arg=what) for what, label in ANSWERS)
    return Card(f"What did {plain_text(page.first)} answer?", rows=(row,))


def day_card(question: str, press: Press) -> Card:
    """Ask when it happened, for a press that comes late; ``press`` leads each argument."""
    lead = f"{press.arg}." if press.arg else ""
    row = tuple(
        replace(press, label=label, arg=f"{lead}{day}")
        for day, label in (("today", "Today"), ("yesterday", "Yesterday"), ("day", "Another day"))
    )
    return Card(question, rows=(row,))


def entry_of(logged: Logged) -> Entry:
    """Find the entry that was stored."""
    page = logged.stored.pages[logged.contact]
    return next(entry for entry in page.touches if entry.key == logged.entry)


def noted_card(logged: Logged, *, now: datetime, head: str = "Noted") -> Card:
    """Say what was stored, what comes next and why, with Undo and the next step's button."""
    stored, page = logged.stored, logged.stored.pages[logged.contact]
    entry = entry_of(logged)
    said = noted_words(page, entry, local_day(now, stored.member.zone_or_club))
    lines = [f"{head}: {said}", next_words(stored, page.key, now=now)]
    fix = Press("t", entry.key, "fix", "Change details")
    row = (*_next_presses(page, entry), fix)
    is_medium_open = entry.row.s1 in _WROTE and not entry.row.s3
    return Card(
        "\n".join(lines),
        menus=(_medium_menu(entry.key),) if is_medium_open else (),
        rows=(row, zone_row(stored)),
        change=stored.change,
        keep=True,
    )


def with_gaps_said(card: Card, gaps: Sequence[str]) -> Card:
    """Add that the draft under the nudge still had gaps: nobody sends them unnoticed."""
    if not gaps:
        return card
    asked = ", ".join(f"“{plain_text(gap)}”" for gap in gaps)
    words = f"My draft in that message still had gaps: {asked}. If they went out, a line mends it."
    return replace(card, text=f"{card.text}\n{words}")


def noted_words(page: Page, entry: Entry, today: date) -> str:
    """Say an entry in a sentence: what, when, how, until when, and its text."""
    row = entry.row
    source = _ANSWER_SENTENCES[Answer(row.s2)] if row.s2 else _SENTENCES[TouchKind(row.s1)]
    words = source.format(first=plain_text(page.first)) + f", {day_words(row.d1, today)}"
    if row.t1 is not None and row.t1 != row.t2:
        words += f" ({stamp(row.t1)})"
    if row.s3:
        words += f", {MEDIUM_WORDS.get(row.s3, str(row.s3))}"
    words += f".{_until(entry)}"
    return f"{words}\n{quoted(_short(entry.text))}" if entry.text else words


def _until(entry: Entry) -> str:
    row = entry.row
    if row.d2 is None:
        return ""
    said = f"{row.d2:%A} {row.d2.day} {row.d2:%B}"
    if row.s1 == TouchKind.ASKED:
        return f" You said you would write again on {said}."
    return f" They named {said}."


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_TEXT else text[:_SHOWN_TEXT].rstrip() + "…"


def _next_presses(page: Page, entry: Entry) -> tuple[Press, ...]:
    key, row = page.key, entry.row
    match row.s2 or row.s1:
        case Answer.YES:
            return (
                Press("c", key, "schedule", "Set the date", style="primary"),
                draft_press(key, "reply_yes", "Answer them"),
            )
        case Answer.LATER:
            return (
                draft_press(key, "reply_later", "Answer them", style="primary"),
                Press("c", key, "open", "Card"),
            )
        case Answer.NO:
            return (
                draft_press(key, "thanks_anyway", "Thank them anyway", style="primary"),
                Press("c", key, "log", "They gave me a name", arg="named"),
            )
        case Answer.OTHER:
            return (Press("c", key, "log", "Add that person", "primary", arg="named"),)
        case TouchKind.INTRODUCED:
            return (Press("c", key, "draft", f"Write to {page.first[:40]}", style="primary"),)
        case _:
            return (Press("c", key, "open", "Card"),)


def _medium_menu(entry: str) -> Menu:
    options = tuple((value, label, "") for value, label in MEDIA)
    return Menu(Press("t", entry, "medium"), options, "How did you write?")


def named_card(logged: Logged, *, now: datetime) -> Card:
    """Say who was named by whom, and offer the first line to them."""
    stored, named = logged.stored, logged.named or ""
    page, lead = stored.pages[logged.contact], stored.pages[named]
    lines = [
        f"Noted: **{plain_text(page.first)}** gave you a name, and **{plain_text(lead.name)}** is "
        "a person to ask now.",
        next_words(stored, named, now=now),
        f"Thank {plain_text(page.first)} for the name; it is a favour.",
    ]
    row = (
        Press("c", named, "draft", f"Write to {lead.first[:40]}", style="primary"),
        draft_press(page.key, "thanks_anyway", f"Thank {page.first[:40]}"),
        Press("c", page.key, "log", "One more name", arg="named"),
    )
    return Card("\n".join(lines), rows=(row, zone_row(stored)), change=stored.change, keep=True)


def news_card(noted: Card, circle: Circle, *, but: str, entry: str = "") -> Card:
    """Add to what was noted everybody else who helped, a draft each about this entry (R45)."""
    helpers = [page for page in circle.helpers if page.key != but]
    text = noted.text
    if helpers:
        text += "\n**These people helped. Good news is the nicest reason to write to them:**"
    if (more := len(helpers) - _HELPERS) > 0:
        text += f"\n({more} more {'is' if more == 1 else 'are'} in **/contact list**)"
    items = tuple(
        Item(plain_text(page.name), draft_press(page.key, "good_news", "Draft", about=entry))
        for page in helpers[:_HELPERS]
    )
    row = [menu("reminders", "How often to stay in touch")]
    if circle.open_requests:
        count = len(circle.open_requests)
        row.insert(0, menu("stop_requests", f"Stop the open requests ({count})"))
    return replace(noted, text=text, items=items, rows=(*noted.rows, tuple(row)))


def stopped_card(stored: Stored) -> Card:
    """Say whose requests rest now."""
    names = ", ".join(plain_text(page.name) for page in stored.pages.values())
    text = (
        f"Stopped: {names}. I remind you of none of them, and a new entry wakes the card up. "
        "Two lines to each are kind: tell them that you have found something."
    )
    return Card(text, change=stored.change)


def deleted_card(logged: Logged, *, now: datetime) -> Card:
    """Say that an entry is gone, and what comes next without it."""
    page = logged.stored.pages[logged.contact]
    text = f"Deleted from {plain_text(page.name)}'s entries.\n"
    row = (Press("c", page.key, "open", "Card"),)
    return Card(
        text + next_words(logged.stored, page.key, now=now),
        rows=(row,),
        change=logged.stored.change,
    )


def entries_card(page: Page, today: date) -> Card:
    """Offer the latest entries of a person to be fixed."""
    entries = list(reversed(page.touches))[:_FIXABLE]
    if not entries:
        return Card(
            f"Nothing is noted about {plain_text(page.name)} yet.",
            rows=((Press("c", page.key, "log", "Log", style="primary"),),),
        )
    options = tuple((entry.key, touch_line(entry, today)[:100], "") for entry in entries)
    chooser = Menu(Press("c", page.key, "fix"), options, "Which entry?")
    return Card(f"Which entry about {plain_text(page.name)} is wrong?", menus=(chooser,))


def entry_card(entry: Entry, today: date) -> Card:
    """Offer what can be fixed about one entry."""
    line = touch_line(entry, today)
    if entry.row.s4:
        line += (
            "\nThis entry belongs to the notes of your talk: another day moves the talk too, and "
            "without the entry the talk did not happen."
        )
    row = (
        Press("t", entry.key, "fix", "Change", style="primary"),
        Press("t", entry.key, "delete", "Delete", style="danger"),
    )
    return Card(line, rows=(row,))

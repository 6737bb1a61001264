"""Plain words for what is stored: kinds of entries, media, days."""

from __future__ import annotations

from datetime import date, datetime

from bot.content import plain_text
from bot.notebook.pages import Entry
from bot.rules.records import Answer, TouchKind

TOUCH_WORDS: dict[TouchKind, str] = {
    TouchKind.ASKED: "You asked to meet",
    TouchKind.ANSWERED: "They answered",
    TouchKind.TALKED: "You talked",
    TouchKind.THANKED: "You thanked them",
    TouchKind.WROTE: "You wrote again",
    TouchKind.INTRODUCED: "You were introduced",
    TouchKind.NEWS: "You shared good news",
    TouchKind.NOTE: "Note",
}
ANSWER_WORDS: dict[Answer, str] = {
    Answer.YES: "yes",
    Answer.LATER: "not now",
    Answer.NO: "no",
    Answer.OTHER: "another name",
}
MEDIA: tuple[tuple[str, str], ...] = (
    ("email", "Email"),
    ("linkedin", "LinkedIn"),
    ("phone", "Phone"),
    ("text", "Text message"),
    ("card", "Card or letter"),
    ("in_person", "In person"),
)
MEDIUM_WORDS = {value: label.lower() for value, label in MEDIA} | {"linkedin": "LinkedIn"}
MODE_WORDS = {"video": "by video", "phone": "by phone", "in_person": "in person"}


def day_words(on: date, today: date) -> str:
    """Say a day as people do: "today", "yesterday", "tomorrow", else "Tue 3 Mar"."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((on - today).days)
    if near:
        return near
    year = "" if on.year == today.year else f" {on.year}"
    return f"{on:%a} {on.day} {on:%b}{year}"


def stamp(at: datetime, style: str = "F") -> str:
    """Write a time that Discord shows to each reader in their own zone and language."""
    return f"<t:{int(at.timestamp())}:{style}>"


def touch_line(entry: Entry, today: date) -> str:
    """Say one entry of a timeline in a line."""
    row = entry.row
    words = TOUCH_WORDS[TouchKind(row.s1)]
    if row.s2:
        words = f"{words}: {ANSWER_WORDS[Answer(row.s2)]}"
    if row.s3:
        words = f"{words}, {MEDIUM_WORDS.get(row.s3, str(row.s3))}"
    if text := shortened(entry.text, 120):
        words = f"{words} · {text}"
    return f"{day_words(row.d1, today)}: {words}"


def shortened(text: str, length: int) -> str:
    """Show what a member typed in one line of a card, its beginning when it is long."""
    line = " ".join(text.split())
    return plain_text(line[:length]) + ("…" if len(line) > length else "")

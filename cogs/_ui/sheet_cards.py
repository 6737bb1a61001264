"""The prep sheet as a card with two sides: before the talk, and at the talk."""

from __future__ import annotations

import io
from datetime import datetime

import discord

from bot.content import Content, plain_text
from bot.notebook.interviews import TalkPage
from bot.notebook.members import MemberFacts
from bot.notebook.prep_sheets import TO_TICK, WHY_LENGTH, Item, PrepSheet, prep_sheet
from bot.notebook.questions import Prepared, bank_of
from bot.pictures.prep_sheet import SheetText
from bot.rules.presses import Press, menu
from bot.rules.records import Kind, TalkState
from bot.rules.zones import say_zone
from cogs._ui.calendar_cards import calendar_row
from cogs._ui.cards import Card, Menu
from cogs._ui.forms import Form, TextField
from cogs._ui.interview_cards import agreed_lines, draft_button, talk_lines
from cogs._ui.words import shortened

AT_THE_TALK = "talk"
"""The argument of the button that turns the sheet to its second side."""

LISTS = {
    "research": "Read up on them",
    "confirm": "Check",
    "bring": "Bring",
    "manners": "While you talk",
}
WHY = Form(
    "sheet_why",
    "Why them?",
    (
        TextField(
            "why",
            "Your view helps me because …",
            "One sentence; your messages can use it, too",
            max_length=WHY_LENGTH,
            long=True,
        ),
    ),
)
"""Its subject is an interview's key."""

_QUOTE = 300
_ALT = 1000  # Discord takes 1,024 characters


def sheet_card(
    content: Content,
    on: TalkPage,
    member: MemberFacts,
    now: datetime,
    *,
    side: str = "",
    change: str = "",
) -> Card:
    """Draw one side of the sheet; ``side`` AT_THE_TALK is the second."""
    sheet = prep_sheet(content, on, member, bank_of(content))
    is_second = side == AT_THE_TALK
    parts = [f"## Your talk with {plain_text(on.page.first)}", talk_lines(on, member, now)]
    parts += _at_the_talk(sheet) if is_second else _before(content, sheet)
    return Card(
        "\n".join(part for part in parts if part),
        rows=_rows(content, on, member, now, is_second=is_second),
        menus=() if is_second else _tick_menu(sheet),
        change=change,
        keep=True,
    )


def _before(content: Content, sheet: PrepSheet) -> list[str]:
    who = [plain_text(sheet.who)] if sheet.who else [content.words["sheet_who_gap"].text]
    who += [shortened(line, _QUOTE) for line in sheet.known]
    why = plain_text(sheet.why) if sheet.why else content.words["sheet_why_gap"].text
    lists = [_ticked_list(LISTS[name], sheet.lists[name]) for name in TO_TICK]
    return ["**Who they are**", *who, "**Why their view helps you**", why, *lists]


def _ticked_list(title: str, items: tuple[Item, ...]) -> str:
    lines = [f"{'☑' if item.is_done else '☐'} {item.text}" for item in items]
    return "\n".join((f"**{title}**", *lines)) if lines else ""


def _at_the_talk(sheet: PrepSheet) -> list[str]:
    other = f"-# Or: {sheet.other_opening}" if sheet.other_opening else ""
    manners = "\n".join(f"- {line}" for line in sheet.manners)
    return [
        "**An opening, to say aloud twice before you go**",
        plain_text(sheet.opening),
        other,
        _questions(sheet.questions),
        f"**{LISTS['manners']}**\n{manners}" if manners else "",
    ]


def _questions(questions: tuple[Prepared, ...]) -> str:
    lines = ["**Your questions, the most important first**"]
    lines += [f"{n}. {plain_text(one.text)}" for n, one in enumerate(questions, start=1)]
    return "\n".join(lines) if questions else ""


def _tick_menu(sheet: PrepSheet) -> tuple[Menu, ...]:
    items = [(LISTS[name], item) for name in TO_TICK for item in sheet.lists[name]]
    if not items:
        return ()
    options = tuple((item.id, item.text, title) for title, item in items)
    ticked = frozenset(item.id for _, item in items if item.is_done)
    press = Press("i", sheet.on.talk.key, "tick")
    return (Menu(press, options, "Tick what is done", ticked=ticked),)


def _rows(
    content: Content, on: TalkPage, member: MemberFacts, now: datetime, *, is_second: bool
) -> tuple[tuple[Press, ...], ...]:
    key = on.talk.key
    turn = (
        Press("i", key, "side", "Before the talk")
        if is_second
        else Press("i", key, "side", "At the talk", "primary", AT_THE_TALK)
    )
    picture = Press("i", key, "picture", "One page to take along")
    first = [turn, Press("i", key, "questions", "Questions"), picture]
    why = menu("why", "Why?", arg="during" if is_second else "preparing")
    if on.talk.row.s1 != TalkState.PLANNED or (on.talk.row.t1 and on.talk.row.t1 <= now):
        return ((*first, why),)
    if not on.is_settled(Kind.PREPARE):
        first.append(Press("i", key, "ready", "Ready", "success"))
    second = (
        Press("i", key, "why", "Why them?"),
        draft_button(content, on, "about_me", "Note about me"),
        Press("i", key, "details", "Details"),
    )
    return ((*first, why), second, calendar_row(content, on, member, now))


def sheet_text(content: Content, on: TalkPage, member: MemberFacts, now: datetime) -> SheetText:
    """Write the sheet out for one page of paper."""
    sheet = prep_sheet(content, on, member, bank_of(content))
    agreed = agreed_lines(on, member, now)
    if on.talk.row.t1 is not None:
        agreed[0] = f"{agreed[0]} ({say_zone(member.zone_or_club)} time)"
    return SheetText(
        title=f"Your talk with {on.page.name}",
        who=sheet.who,
        agreed=tuple(agreed),
        why=sheet.why,
        opening=sheet.opening,
        questions=tuple((one.text, one.probe) for one in sheet.questions),
        research=_as_ticked(sheet, "research"),
        before=(*_as_ticked(sheet, "confirm"), *_as_ticked(sheet, "bring")),
        manners=sheet.manners,
    )


def _as_ticked(sheet: PrepSheet, name: str) -> tuple[tuple[str, bool], ...]:
    return tuple((item.text, item.is_done) for item in sheet.lists[name])


def sheet_file(sheet: SheetText, png: bytes) -> discord.File:
    """Give the page as a picture, with words for those who cannot see it."""
    asked = " ".join(f"{n}. {text}" for n, (text, _) in enumerate(sheet.questions, start=1))
    words = f"{sheet.title}. {sheet.agreed[0]}. My questions: {asked}"
    shown = words if len(words) <= _ALT else f"{words[: _ALT - 1]}…"
    return discord.File(io.BytesIO(png), filename="prep-sheet.png", description=shown)

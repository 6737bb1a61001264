"""The cards of question sets: the set, one question of it, the fields, what was asked."""

from __future__ import annotations

from datetime import datetime

from bot.content import FIELDS, plain_text
from bot.notebook.question_sets import (
    LOOSE,
    WITH_CONTACT,
    WITH_TALK,
    OpenSet,
    can_prepare,
)
from bot.notebook.questions import NO_FIELD, Kept, Prepared
from bot.rules.presses import Press, menu
from bot.rules.question_choice import MOST
from bot.rules.records import TalkState
from cogs._ui.cards import Card, Menu
from cogs._ui.interview_cards import say_talk
from cogs._ui.question_forms import TOPICS
from cogs._ui.words import shortened

_ROOM = 3300  # of the 4,000 characters of a card; the rest is for heads and lines
_ANSWER = 160
_GENERAL = "None of these: questions for any field"


def set_card(opened: OpenSet, now: datetime, *, head: str = "", picked: str = "") -> Card:
    """Draw a set with its buttons; ``picked`` is the tag of the question that they are about."""
    kept = opened.kept
    parts = [head, _title(opened), _about(opened, now), _questions(kept, picked), _hint(kept)]
    chosen = next((one for one in kept.questions if one.tag == picked), None)
    return Card(
        "\n".join(part for part in parts if part),
        rows=(*_rows_for_one(opened, chosen), *_rows(opened, now)),
        menus=_pick_menu(opened, picked),
        change=opened.change,
        keep=True,
    )


def press(opened: OpenSet, verb: str, label: str = "", style: str = "secondary") -> Press:
    """Make a button that is about this set; a dot parts the verb from its argument."""
    verb, _, arg = verb.partition(".")
    return Press(opened.scope, opened.key, f"q_{verb}", label, style, arg)


def subject(opened: OpenSet, tag: str = "") -> str:
    """Name a set, and a question of it, in the subject of a form."""
    return ".".join(part for part in (opened.scope, opened.key, tag) if part)


def _title(opened: OpenSet) -> str:
    if opened.page is None:
        return "## Questions for a talk"
    return f"## Questions for {plain_text(opened.page.first)}"


def _about(opened: OpenSet, now: datetime) -> str:
    kept = opened.kept
    count = len(kept.questions)
    size = f"{count} question{'' if count == 1 else 's'} for {kept.minutes} minutes"
    kind, _, name = kept.focus.partition(":")
    if kind == "topic":
        size = f"{size}, most about: {TOPICS[name].lower()}"
    return f"{_field_words(opened)}\n{size}. {_where(opened, now)}".rstrip()


def _field_words(opened: OpenSet) -> str:
    field = opened.field
    if field.is_said and not field.id:
        return "For: any field"
    if not field.id:
        who = "your field" if opened.page is None else "their field"
        return f"For: any field. I could not tell {who}: **Change field** fits the set to it."
    doubt = "" if field.is_sure else " I am not sure: **Change field** mends it."
    return f"For: **{field.label}**.{doubt}"


def _where(opened: OpenSet, now: datetime) -> str:
    if opened.scope == LOOSE:
        return "Not saved yet: I keep it for a day."
    if opened.scope == WITH_CONTACT:
        return "Saved with their card; it moves to your talk when there is a date."
    if opened.on is None:
        return ""
    return f"Kept with your talk: {say_talk(opened.on, opened.member, now)}."


def _questions(kept: Kept, picked: str) -> str:
    """List the questions with why and probe; when that is too long, only the picked one's."""
    full = "\n".join(_lines(n, one, picked, with_more=True) for n, one in _numbered(kept))
    if len(full) <= _ROOM:
        return full
    return "\n".join(
        _lines(n, one, picked, with_more=one.tag == picked) for n, one in _numbered(kept)
    )


def _numbered(kept: Kept) -> list[tuple[int, Prepared]]:
    return list(enumerate(kept.questions, start=1))


def _lines(number: int, one: Prepared, picked: str, *, with_more: bool) -> str:
    text = plain_text(one.text)
    marks = " · locked" if one.is_locked else ""
    marks += " · asked" if one.is_asked else ""
    lines = [f"{number}. **{text}**{marks}" if one.tag == picked else f"{number}. {text}{marks}"]
    if with_more and one.why:
        lines.append(f"-# {plain_text(one.why)}")
    if with_more and one.probe:
        lines.append(f"-# If the answer is short: {plain_text(one.probe)}")
    return "\n".join(lines)


def _hint(kept: Kept) -> str:
    if not kept.questions:
        return "The set is empty: **Choose new ones**, or add your own."
    if len(kept.questions) > MOST:
        return f"More than {MOST} are hard to fit into one talk: remove what you can spare."
    return ""


def _pick_menu(opened: OpenSet, picked: str) -> tuple[Menu, ...]:
    if not opened.kept.questions:
        return ()
    options = tuple(
        (one.tag, f"{number}. {one.text}", "Locked" if one.is_locked else "")
        for number, one in _numbered(opened.kept)
    )
    words = "Pick another question" if picked else "Pick a question to change"
    return (Menu(press(opened, "pick"), options, words),)


def _rows_for_one(opened: OpenSet, chosen: Prepared | None) -> tuple[tuple[Press, ...], ...]:
    if chosen is None:
        return ()
    tag = chosen.tag
    verb, label = ("unlock", "Unlock") if chosen.is_locked else ("lock", "Lock")
    return (
        (
            press(opened, f"swap.{tag}", "Swap", "primary"),
            press(opened, f"{verb}.{tag}", label),
            press(opened, f"up.{tag}", "Up"),
            press(opened, f"down.{tag}", "Down"),
        ),
        (
            press(opened, f"edit.{tag}", "Edit the wording"),
            press(opened, f"remove.{tag}", "Remove"),
        ),
    )


def _rows(opened: OpenSet, now: datetime) -> tuple[tuple[Press, ...], ...]:
    label = "Regenerate the rest" if opened.kept.questions else "Choose new ones"
    first = (
        press(opened, "anew", label),
        press(opened, "add", "Add your own"),
        press(opened, "field", "Change field"),
        menu("my_questions", "My questions"),
        menu("why", "Why?", arg="questions"),
    )
    return (first, tuple(_last_row(opened, now)))


def _last_row(opened: OpenSet, now: datetime) -> list[Press]:
    if opened.scope == LOOSE:
        save = press(opened, "save", "Save" if opened.page else "Save for a person", "success")
        return [save] if opened.before is None else [save, press(opened, "back", "Back")]
    if opened.on is not None:
        return _talk_presses(opened, now)
    contact = opened.key
    return [
        Press("c", contact, "schedule", "Set the date"),
        Press("c", contact, "open", "Card"),
    ]


def _talk_presses(opened: OpenSet, now: datetime) -> list[Press]:
    if opened.on is None:
        return []
    row = opened.on.talk.row
    if row.s1 == TalkState.HELD or (row.t1 is not None and row.t1 <= now):
        return [press(opened, "asked", "Tick what you asked", "primary")]
    sheet = Press(WITH_TALK, opened.key, "sheet", "Sheet")
    if can_prepare(opened.on, now):
        return [press(opened, "save", "Save", "success"), sheet]
    return [sheet]


def field_card(opened: OpenSet) -> Card:
    """Ask which field a contact works in, in two drop-downs."""
    labels = list(FIELDS.items())
    half = (len(labels) + 1) // 2
    first, second = labels[:half], labels[half:]
    who = "are you curious about" if opened.page is None else "do they work in"
    text = f"{_title(opened)}\nWhich field {who}?"
    menus = (
        _field_menu(opened, "a", first, f"{first[0][1]} … {first[-1][1]}"),
        _field_menu(opened, "b", [*second, (NO_FIELD, _GENERAL)], f"{second[0][1]} … or none"),
    )
    return Card(text, menus=menus, rows=((press(opened, "show", "Back to the questions"),),))


def _field_menu(opened: OpenSet, name: str, labels: list[tuple[str, str]], words: str) -> Menu:
    options = tuple((value, label, "") for value, label in labels)
    return Menu(press(opened, f"in_field.{name}"), options, words)


def asked_card(opened: OpenSet, *, head: str = "") -> Card:
    """Offer to tick what was asked in a talk, and to write an answer down (R33)."""
    kept = opened.kept
    who = plain_text(opened.page.first) if opened.page else ""
    lines = [head, f"## What did you ask {who}?"]
    for number, one in _numbered(kept):
        lines.append(f"{'☑' if one.is_asked else '☐'} {number}. {plain_text(one.text)}")
        if one.answer:
            lines.append(f"-# {shortened(one.answer, _ANSWER)}")
    lines.append("What you tick does not come again with them; answers go to the timeline.")
    options = tuple((one.tag, f"{n}. {one.text}", "") for n, one in _numbered(kept))
    ticked = frozenset(one.tag for one in kept.questions if one.is_asked)
    menus = (
        Menu(press(opened, "tick"), options, "Tick what you asked", ticked=ticked),
        Menu(press(opened, "answer"), options, "Write an answer down"),
    )
    row = (Press("c", opened.page.key, "open", "Card"),) if opened.page else ()
    text = "\n".join(line for line in lines if line)
    return Card(text, menus=menus, rows=(row,), change=opened.change, keep=True)

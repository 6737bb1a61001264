"""The forms of a contact, and the cards that list people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.content import plain_text
from bot.notebook.changes import Stored
from bot.notebook.contacts import Label
from bot.notebook.people import PEOPLE_SHOWN, People
from bot.rules.presses import Press, menu
from cogs._ui.cards import Card, Item
from cogs._ui.forms import ChoiceField, Form, TextField
from cogs._ui.words import shortened

_SEARCH_SHOWN = 60

KEEP_IN_TOUCH = (
    ("email", "Yes, by email"),
    ("linkedin", "Yes, on LinkedIn"),
    ("phone", "Yes, by phone"),
    ("not_asked", "Did not ask"),
    ("no", "No"),
)
_ABOUT_NOTES = "Write only what you would be glad for {first} to read."
WORDS_ABOUT_NOTES = _ABOUT_NOTES.format(first="them")
INTRODUCES = "Who makes the introduction?"
ADD = Form(
    "contact_add",
    "Note a person",
    (
        TextField("name", "Name", required=True),
        TextField("role", "What they do"),
        TextField("organization", "Where they work"),
        TextField("how_known", "How do you know them?", max_length=300),
        TextField("notes", "Notes", WORDS_ABOUT_NOTES, max_length=1500, long=True),
    ),
)
ADD_NAMED = Form(
    "contact_named",
    "Note a person",
    (
        *ADD.fields[:3],
        TextField("referred_by", "Who gave you the name?"),
        ADD.fields[4],
    ),
)
"""What `/contact add` fills in: its options are all in this form."""
EDIT_WHO = Form(
    "contact_who",
    "Who they are",
    (
        TextField("name", "Name", required=True),
        TextField("role", "What they do"),
        TextField("organization", "Where they work"),
        TextField("field", "Field"),
        TextField("notes", "Notes", WORDS_ABOUT_NOTES, max_length=1500, long=True),
    ),
)
EDIT_REACH = Form(
    "contact_reach",
    "How to reach them",
    (
        TextField("email", "Email", max_length=200),
        TextField("phone", "Phone", max_length=60),
        TextField("linkedin", "LinkedIn", max_length=200),
        TextField("address", "Address", max_length=300, long=True),
    ),
)
EDIT_HOW = Form(
    "contact_how",
    "How you know each other",
    (
        TextField("how_known", "How do you know them?", max_length=300),
        ChoiceField(
            "connection",
            "What connects you?",
            (
                ("family", "Family or family friend"),
                ("friend", "Friend or classmate"),
                ("colleague", "Job or internship"),
                ("teacher", "Professor or teacher"),
                ("alumni", "Alumni of my school"),
                ("acquaintance", "Somebody I met"),
                ("stranger", "We never met"),
            ),
        ),
        ChoiceField(
            "may_use_name",
            "May you use the name of who named them?",
            (("yes", "Yes"), ("not_asked", "Not asked"), ("no", "No")),
        ),
        ChoiceField(
            "they_introduce",
            INTRODUCES,
            (("yes", "Whoever named them"), ("no", "I write myself")),
        ),
        ChoiceField("keep_in_touch", "May you keep in touch?", KEEP_IN_TOUCH, "After a talk"),
    ),
)
EDITS = {form.name: form for form in (EDIT_WHO, EDIT_REACH, EDIT_HOW)}


def edit_form(name: str, first: str) -> Form:
    """Give a form of the card; under its notes it says whom they are about."""
    words = _ABOUT_NOTES.format(first=first[:40])
    fields = (
        replace(part, about=words)
        if isinstance(part, TextField) and part.about == WORDS_ABOUT_NOTES
        else part
        for part in EDITS[name].fields
    )
    return replace(EDITS[name], fields=tuple(fields))


NAMES = Form(
    "contact_names",
    "People to ask",
    (
        TextField(
            "names",
            "One name a line",
            "Add a comma and what they do or where they work, if you know it",
            max_length=1500,
            long=True,
            required=True,
        ),
    ),
)
SHOW = Form("contact_show", "Whose card?", (TextField("contact", "Name", required=True),))


def people_card(found: People, wanted: str = "") -> Card:
    """Draw a page of the list of people; ``wanted`` says which, where no search found them."""

    def turn(label: str, page: int) -> Press:
        if found.key:
            return Press("u", found.key, "people", label, arg=str(page))
        return menu("people", label, arg=f"{page}.{wanted}")

    items = tuple(
        Item(f"{plain_text(page.name)} · {stage.value}", Press("c", page.key, "open", "Open"))
        for page, stage in found.shown
    )
    turns = (turn("Earlier", found.page - 1),) if found.page > 0 else ()
    turns += (turn("More", found.page + 1),) if found.has_more else ()
    others = (menu("add", "Add a person"), menu("removed", "Removed people"))
    return Card(_how_many(found), items=items, rows=((*turns, *others),))


def _how_many(found: People) -> str:
    if not found.search:
        return f"**{found.total:,}** in your notebook" if found.shown else "Nobody here yet."
    sought = f"“{shortened(found.search, _SEARCH_SHOWN)}”"
    if not found.total:
        return f"Nobody here matches {sought}. Fewer letters find more."
    return f"**{found.total:,}** {'matches' if found.total == 1 else 'match'} {sought}"


def removed_card(removed: Sequence[Label], number: int) -> Card:
    """Draw a page of those who can still be brought back."""
    first = number * PEOPLE_SHOWN
    items = tuple(
        Item(plain_text(one.text), Press("c", one.key, "restore", "Restore"))
        for one in removed[first : first + PEOPLE_SHOWN]
    )
    turns = (menu("removed", "Earlier", arg=str(number - 1)),) if number > 0 else ()
    if first + PEOPLE_SHOWN < len(removed):
        turns += (menu("removed", "More", arg=str(number + 1)),)
    if not items:
        return Card("Nobody is waiting to be restored.", rows=(turns,))
    return Card(f"**{len(removed):,}** removed in the last 30 days:", items=items, rows=(turns,))


def added_card(stored: Stored, group: str) -> Card:
    """Say who was noted, with a way to the first of them and to the next circle."""
    pages = list(stored.pages.values())
    names = ", ".join(plain_text(page.name) for page in pages)
    row = (
        Press("c", pages[0].key, "draft", f"Ask {pages[0].first[:40]}", style="primary"),
        menu("ideas", "Next idea", arg=group),
    )
    return Card(f"Noted as people to ask: {names}.", rows=(row,), change=stored.change)

"""What can be logged, and the form of each: for a known person, and with a field for the name."""

from __future__ import annotations

from dataclasses import replace

from bot.rules.records import Answer, TouchKind
from cogs._ui.forms import ChoiceField, Field, Form, TextField
from cogs._ui.interview_forms import NAMED
from cogs._ui.words import MEDIA

TEXT = 1500
WHAT: dict[str, tuple[TouchKind, Answer | None]] = {
    "asked": (TouchKind.ASKED, None),
    "yes": (TouchKind.ANSWERED, Answer.YES),
    "later": (TouchKind.ANSWERED, Answer.LATER),
    "no": (TouchKind.ANSWERED, Answer.NO),
    "other": (TouchKind.ANSWERED, Answer.OTHER),
    "thanked": (TouchKind.THANKED, None),
    "wrote": (TouchKind.WROTE, None),
    "introduced": (TouchKind.INTRODUCED, None),
    "news": (TouchKind.NEWS, None),
    "note": (TouchKind.NOTE, None),
}
CHOICES = (
    ("asked", "I asked to meet"),
    ("answered", "They answered"),
    ("talked", "We talked"),
    ("thanked", "I thanked them"),
    ("wrote", "I wrote again"),
    ("news", "Good news"),
    ("note", "A note"),
)
ANSWERS = (
    ("yes", "Yes"),
    ("later", "Not now"),
    ("no", "No"),
    ("other", "Gave me another name"),
)
OF_VERB: dict[str, str] = {
    "sent": "thanked",
    "asked": "asked",
    "wrote": "wrote",
    "introduced": "introduced",
}

_WHO = TextField("contact", "Who?", "Their name; somebody new is added", required=True)
_TOLD = replace(_WHO, label="Whom did you tell?")
_WHEN = TextField("when", "When?", "Empty: today", placeholder="yesterday, Tue 3pm, March 2")
_HOW = ChoiceField("medium", "How?", MEDIA)
_PROMISED = TextField(
    "until",
    "When did you say you would write again?",
    "Empty: I remind you after your usual days",
    placeholder="in a week, next Tuesday",
)
_UNTIL = TextField(
    "until", "Until when?", "Empty: I suggest a month", placeholder="in 3 weeks, after March 15"
)
_SAID = TextField("text", "What did they say?", max_length=TEXT, long=True)
_NOTE = TextField("text", "Anything to remember?", max_length=TEXT, long=True)
_TALK = TextField("text", "What did you enjoy?", max_length=TEXT, long=True)
_NEWS = TextField("text", "What is the news?", "One line", max_length=300, required=True)


def _form(name: str, title: str, *fields: Field) -> Form:
    return Form(f"log_{name}", title, fields)


FORMS: dict[str, Form] = {
    "asked": _form("asked", "You asked to meet", _WHEN, _HOW, _PROMISED, _NOTE),
    "answered": _form("answered", "They answered", _WHEN, _SAID),
    "yes": _form("yes", "They said yes", _WHEN, _SAID),
    "later": _form("later", "They said not now", _UNTIL, _WHEN, _SAID),
    "no": _form("no", "They said no", _WHEN, _SAID),
    "other": _form("other", "They gave you a name", *NAMED.fields),
    "talked": _form("talked", "You talked", _WHEN, _TALK),
    "thanked": _form("thanked", "You thanked them", _WHEN, _HOW, _NOTE),
    "wrote": _form("wrote", "You wrote again", _WHEN, _HOW, _NOTE),
    "introduced": _form("introduced", "You were introduced", _WHEN, _NOTE),
    "news": _form("news", "Good news", _NEWS, _WHEN),
    "note": _form("note", "A note", replace(_NOTE, label="Your note", required=True), _WHEN),
}
"""For a person who is known: the form's subject is their key, or "r." and a reminder's."""

WITH_NAME: dict[str, Form] = {
    what: Form(
        f"{FORMS[what].name}_who",
        FORMS[what].title,
        (_TOLD if what == "news" else _WHO, *FORMS[what].fields),
    )
    for what, _ in CHOICES
}
FIX = Form(
    "log_fix",
    "Fix an entry",
    (
        replace(_WHEN, about=""),
        _HOW,
        replace(_PROMISED, label="Write again, or ask again, on", about="If you agreed on a day"),
        _NOTE,
    ),
)


def what_of(form: str) -> str:
    """Tell what a form logs, by its name."""
    return form.removeprefix("log_").removesuffix("_who")

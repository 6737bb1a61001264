"""The forms of a message: which one, the member's own words, and its gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.content import DRAFT_KINDS
from bot.errors import UserError
from bot.notebook.drafts import KIND_WORDS, SUBJECT_LENGTH, TEXT_LENGTH, Drafted
from cogs._ui.draft_words import CHANNEL_CHOICES, begun
from cogs._ui.forms import ChoiceField, Form, TextField

DRAFT = Form(
    "draft",
    "A message",
    (
        TextField("contact", "To whom?", required=True),
        ChoiceField("kind", "Which message?", tuple((k, KIND_WORDS[k]) for k in DRAFT_KINDS)),
        ChoiceField("channel", "How does it travel?", CHANNEL_CHOICES),
    ),
)
EDIT = Form(
    "draft_edit",
    "Your words",
    (
        TextField("subject", "Subject", max_length=SUBJECT_LENGTH),
        TextField("text", "Message", "Empty it to start over", max_length=TEXT_LENGTH, long=True),
    ),
)
PASTE = Form(
    "draft_paste",
    "Check my own words",
    (
        TextField(
            "text",
            "Your message",
            "Paste it here: I look it over and keep it with this person",
            max_length=TEXT_LENGTH,
            long=True,
            required=True,
        ),
    ),
)
GAPS = Form("draft_gaps", "Fill the gaps", ())
"""Its fields are the questions of one draft: see ``gaps_form``."""
FIRST_GAPS = Form("draft_first", GAPS.title, ())
"""The same before a draft is shown: its answer may not take the place of the card underneath."""

_GAPS_AT_ONCE = 5
_GAP_LENGTH = 700
_FROM_NOTES = "From your notes: word it as you would say it to them"
_SKIP = "Leave anything empty: it stays open in the message"


def gaps_form(draft: Drafted, notes: Mapping[str, str], *, before: bool = False) -> Form:
    """Ask the first five gaps of a draft, each in a box of its own; ``notes`` fill some of them.

    ``before`` is the form that comes before the draft is shown: nothing in it has to be answered.
    """
    fields = [
        TextField(
            gap[:100],
            begun(gap),
            _FROM_NOTES if gap in notes else "",
            max_length=_GAP_LENGTH,
            long=True,
        )
        for gap in draft.gaps[:_GAPS_AT_ONCE]
    ]
    if before:
        fields[0] = replace(fields[0], about=fields[0].about or _SKIP)
    form = FIRST_GAPS if before else GAPS
    return replace(form, fields=tuple(fields))


def notes_that_fit(notes: Mapping[str, str]) -> dict[str, str]:
    """Cut notes to what a box holds, by words."""
    return {
        gap: note if len(note) <= _GAP_LENGTH else note[:_GAP_LENGTH].rpartition(" ")[0]
        for gap, note in notes.items()
    }


def check_answers(answers: Mapping[str, str]) -> None:
    """Refuse answers that are longer than their boxes say."""
    for gap, text in answers.items():
        if len(text.strip()) > _GAP_LENGTH:
            raise UserError(
                f"“{begun(gap)}” is {len(text.strip())} characters long and {_GAP_LENGTH} fit. "
                "Please shorten it: press **Correct it**, your text is still there."
            )

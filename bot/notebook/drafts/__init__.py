"""Drafts: what to write to a contact, worded from the notebook, then filled in and edited.

What the member typed is kept with the contact, a text for each kind and wording, until a message
to them is noted; from then on it is worded anew.
"""

from __future__ import annotations

from bot.notebook.drafts.choosing import (
    KIND_OF_REMINDER,
    KIND_OF_STAGE,
    Wanted,
    check_in_kind,
    fitting_kind,
    kept_drafts,
    kind_called_for,
    kind_of_nudge,
    read_spec,
    spec,
)
from bot.notebook.drafts.keeping import (
    SUBJECT_LENGTH,
    TEXT_LENGTH,
    choose_objective,
    edit_draft,
    fill_gaps,
    note_asked,
)
from bot.notebook.drafts.listing import Begun, begun_with, list_drafts
from bot.notebook.drafts.reviewing import UNNOTICED, about_draft, names_in, review_draft
from bot.notebook.drafts.sending import log_sent
from bot.notebook.drafts.wording import (
    Drafted,
    draft_message,
    is_worded_otherwise,
    notes_for_gaps,
)
from bot.notebook.drafts.words import KIND_WORDS

__all__ = [
    "KIND_OF_REMINDER",
    "KIND_OF_STAGE",
    "KIND_WORDS",
    "SUBJECT_LENGTH",
    "TEXT_LENGTH",
    "UNNOTICED",
    "Begun",
    "Drafted",
    "Wanted",
    "about_draft",
    "begun_with",
    "check_in_kind",
    "choose_objective",
    "draft_message",
    "edit_draft",
    "fill_gaps",
    "fitting_kind",
    "is_worded_otherwise",
    "kept_drafts",
    "kind_called_for",
    "kind_of_nudge",
    "list_drafts",
    "log_sent",
    "names_in",
    "note_asked",
    "notes_for_gaps",
    "read_spec",
    "review_draft",
    "spec",
]

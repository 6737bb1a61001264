"""Drafts: what to write to a contact, worded from the notebook, then filled in and edited.

What the member typed is kept with the contact, one text for each kind and channel, until a message
to them is noted; from then on it is worded anew.
"""

from __future__ import annotations

from bot.notebook.drafts.choosing import (
    KIND_OF_REMINDER,
    KIND_OF_STAGE,
    Wanted,
    kind_called_for,
    read_spec,
    spec,
)
from bot.notebook.drafts.keeping import SUBJECT_LENGTH, TEXT_LENGTH, edit_draft, fill_gaps
from bot.notebook.drafts.sending import log_sent
from bot.notebook.drafts.wording import Drafted, draft_message

__all__ = [
    "KIND_OF_REMINDER",
    "KIND_OF_STAGE",
    "SUBJECT_LENGTH",
    "TEXT_LENGTH",
    "Drafted",
    "Wanted",
    "draft_message",
    "edit_draft",
    "fill_gaps",
    "kind_called_for",
    "log_sent",
    "read_spec",
    "spec",
]

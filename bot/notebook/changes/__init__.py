"""Changes: each use case that writes records one, and an undo takes back one.

A change remembers, for every row it wrote, what stood there before (None: nothing). Undoing writes
that back, so no use case needs an undo of its own; reminders are planned anew afterwards.
"""

from __future__ import annotations

from bot.notebook.changes.ledger import Actor, Ledger, Stored, begin, plan_anew
from bot.notebook.changes.redating import redate
from bot.notebook.changes.undoing import KEPT_DAYS, Undone, undo

__all__ = [
    "KEPT_DAYS",
    "Actor",
    "Ledger",
    "Stored",
    "Undone",
    "begin",
    "plan_anew",
    "redate",
    "undo",
]

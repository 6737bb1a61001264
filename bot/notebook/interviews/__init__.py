"""Interviews: a talk gets its date, moves, is called off, is held, and leaves its takeaways."""

from __future__ import annotations

from bot.notebook.interviews.booking import (
    DETAIL_LENGTHS,
    USUAL_MINUTES,
    Slot,
    cancel_interview,
    decide_about_talk,
    move_interview,
    note_details,
    schedule_interview,
)
from bot.notebook.interviews.holding import (
    THEMSELVES,
    Held,
    Takeaways,
    log_interview,
    note_giver,
    note_named,
)
from bot.notebook.interviews.talks import StoredTalk, TalkPage, access_talk, nudged_talk

__all__ = [
    "DETAIL_LENGTHS",
    "THEMSELVES",
    "USUAL_MINUTES",
    "Held",
    "Slot",
    "StoredTalk",
    "Takeaways",
    "TalkPage",
    "access_talk",
    "cancel_interview",
    "decide_about_talk",
    "log_interview",
    "move_interview",
    "note_details",
    "note_giver",
    "note_named",
    "nudged_talk",
    "schedule_interview",
]

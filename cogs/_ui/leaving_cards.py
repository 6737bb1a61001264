"""Cards about erasing everything: what goes, what stays, and the week in between."""

from __future__ import annotations

from datetime import datetime

from bot.notebook.members import MemberFacts
from bot.rules.presses import Press, menu
from cogs._ui.cards import WARNING, Card
from cogs._ui.forms import ChoiceField, Form, TextField
from cogs._ui.words import stamp

WORD = "ERASE"
ERASE = Form(
    "erase",
    "Erase everything of mine",
    (
        TextField(
            "confirm",
            f"Type {WORD} to go on",
            "It stands for 7 more days, in which you can keep it; then nobody can bring it back",
            max_length=40,
        ),
        ChoiceField(
            "messages",
            "My messages in your DM",
            (("delete", "Delete them too"), ("keep", "Leave them there")),
        ),
    ),
)
_BEYOND = (
    "What I cannot delete: entries that you took over into a calendar, files and messages that "
    "you copied or sent, what a computer of yours or Discord has stored, and your own messages."
)
_CLEARED = "My messages in your DM go too, a few each minute."
_LEFT = "My messages in your DM stay until you delete them."


def leaving_buttons() -> tuple[Press, ...]:
    """Offer to keep a notebook that is to be erased, or to erase it now."""
    return (
        menu("keep_notebook", "Keep my notebook", style="success"),
        menu("erase_now", "Erase now", style="danger"),
    )


def leaving_line(member: MemberFacts) -> str:
    """Say when everything is erased; "" for whoever stays."""
    if not member.is_leaving or member.erase_at is None:
        return ""
    return f"**Everything of yours is erased {stamp(member.erase_at, 'R')}**, as you asked."


def leaving_card(at: datetime, *, clears_dm: bool) -> Card:
    """Say what is going to happen, and until when it can be kept."""
    text = (
        f"Everything of yours is erased on {stamp(at)}. Until then it stands as it is: "
        "**/today** and **/privacy** have **Keep my notebook**, should you change your mind, and "
        "I only write around talks that are in your book.\n"
        f"{_CLEARED if clears_dm else _LEFT}\n{_BEYOND}"
    )
    export = menu("export", "Give me my files first")
    return Card(text, rows=((*leaving_buttons(), export),), colour=WARNING)


def erased_card(*, clears_dm: bool, keep_days: int) -> Card:
    """Say that all is erased, and what is not in anybody's hands here."""
    backups = f"Backups made before forget you within {keep_days} days. " if keep_days else ""
    text = (
        "Everything of yours is erased; I don't know you any more. "
        f"{backups}Boards of challenges that are over say “Somebody who left” in your place.\n"
        f"{_CLEARED if clears_dm else _LEFT}\n{_BEYOND}\n"
        "Should you come back one day, **/start** begins anew."
    )
    return Card(text)

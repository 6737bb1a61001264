"""How a member's own questions look, and what a review of a question says."""

from __future__ import annotations

from collections.abc import Sequence

from bot.content import FIELDS, plain_text
from bot.notebook.own_questions import LONGEST_OWN, MOST_OWN, Own
from bot.rules.presses import Press, menu
from bot.rules.question_review import Finding
from cogs._ui.cards import Card, Item
from cogs._ui.forms import Form, TextField

SHOWN = 6
ADD_OWN = Form(
    "own_question",
    "A question of your own",
    (
        TextField(
            "text",
            "Your question",
            "As you would say it aloud; “what” and “how” open people up",
            max_length=LONGEST_OWN,
            long=True,
            required=True,
        ),
        TextField(
            "field",
            "Only for one field of work?",
            "Such as nursing or theater; empty: for everybody",
            max_length=60,
        ),
    ),
)
ADD_PRESS = menu("add_question", "Add a question", style="primary")
_ROOM = 560  # characters of one line: six of them fit in a message
_NAMES = {
    "empty": "Nothing there",
    "job ask": "A job ask",
    "searchable": "A search answers it",
    "double": "Two in one",
    "closed": "Yes or no",
    "too long": "Long",
    "not a question": "Not a question yet",
}


def own_card(owns: Sequence[Own], page: int) -> Card:
    """Draw a page of a member's own questions, each with its Remove."""
    if not owns:
        text = (
            "**My questions**\nNone yet. What would you ask everybody, if you dared? Add it, and "
            "it opens the sets that I choose for you."
        )
        return Card(text, rows=((ADD_PRESS,),))
    last = (len(owns) - 1) // SHOWN
    page = min(page, last)
    items = tuple(
        Item(own_line(one), Press("o", one.key, "drop", "Remove"))
        for one in owns[page * SHOWN : (page + 1) * SHOWN]
    )
    turn = [ADD_PRESS]
    if page > 0:
        turn.append(menu("my_questions", "Newer", arg=str(page - 1)))
    if page < last:
        turn.append(menu("my_questions", "Older", arg=str(page + 1)))
    head = (
        f"**My questions** · {len(owns)} of {MOST_OWN}\nThey open the sets that I choose for you."
    )
    return Card(head, items=items, rows=(tuple(turn),))


def own_line(one: Own) -> str:
    """Show one own question, with its field."""
    shown = plain_text(one.text)
    if len(shown) > _ROOM:  # nothing but marks of formatting
        shown = f"{plain_text(one.text[: _ROOM // 2])}…"
    field = FIELDS.get(one.field or "", "")
    return f"{shown} · {field}" if field else shown


def review_words(text: str, findings: Sequence[Finding]) -> str:
    """Say what a review found, each with its place and how to mend it."""
    lines = [f"“{plain_text(text)}” could be stronger:"]
    for one in findings:
        place = plain_text(text[one.start : one.end].strip())
        quoted = f" (“{place}”)" if place and len(place) <= 60 else ""
        lines.append(f"- **{_NAMES[one.fault]}**{quoted}: {one.remedy}")
    return "\n".join(lines)

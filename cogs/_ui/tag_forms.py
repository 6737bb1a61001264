"""The forms of tags, own fields and how often to be in touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.content import plain_text
from bot.notebook.network import read_gap, tags_of
from bot.notebook.tags import own_fields
from cogs._ui.forms import ChoiceField, Form, TextField

_IDEAL = TextField("ideal", "In touch ideally every …", "30, 6 weeks, 2 months; empty: as usual")
_LONGEST = TextField("longest", "… and at the longest every", "Empty: twice as long")
_TAGS = TextField("tags", "Tags, with commas between", max_length=400)
_TAG = ChoiceField("tag", "Everybody with the tag", (), required=True)
TAGS = Form(
    "contact_tags",
    "Tags and own fields",
    (
        _TAGS,
        TextField(
            "fields",
            "Your own fields, one a line",
            "Name and colon, as in Birthday: 3 May",
            max_length=2500,
            long=True,
        ),
        _IDEAL,
        _LONGEST,
    ),
)
"""Its subject is a contact's key."""

OFTEN = Form(
    "often_by_tag",
    "How often, by tag",
    (_TAG, _IDEAL, _LONGEST),
)

_SHOWN = 80


def tags_form(tags: Sequence[str]) -> Form:
    """Give the form with the member's tags in sight."""
    about = f"Yours: {', '.join(tags)}"[:_SHOWN] if tags else "Such as mentor, alumni, book club"
    return replace(TAGS, fields=(replace(_TAGS, about=about), *TAGS.fields[1:]))


def held_values(details: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """Give what the form is filled in with: what there is, and the names still to be filled."""
    own, gap = own_fields(details), read_gap(details.get("gap"))
    lines = [f"{name}: {own.get(name, '')}".strip() for name in dict.fromkeys([*own, *names])]
    return {
        "tags": ", ".join(tags_of(details)),
        "fields": "\n".join(lines),
        "ideal": str(gap.ideal) if gap else "",
        "longest": str(gap.longest) if gap else "",
    }


def often_form(tags: Sequence[str]) -> Form:
    """Give the form with the member's tags to choose from."""
    options = tuple((tag, tag) for tag in tags)
    return replace(OFTEN, fields=(replace(_TAG, options=options), _IDEAL, _LONGEST))


def own_lines(details: Mapping[str, Any]) -> str:
    """Say tags, own fields and how often, for a contact's card."""
    lines: list[str] = []
    if tags := tags_of(details):
        lines.append(f"Tags: {plain_text(', '.join(tags))}")
    lines += [
        f"{plain_text(name)}: {plain_text(text)}" for name, text in own_fields(details).items()
    ]
    if gap := read_gap(details.get("gap")):
        lines.append(f"In touch: ideally every {gap.ideal} days, at the longest {gap.longest}")
    return "\n".join(lines)

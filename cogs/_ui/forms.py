"""Forms: declared as data, shown filled in, read back from the submit alone.

Nothing of an open form is kept in memory: its id says which form it is and what it is about, so a
form that outlives a restart runs the same code. A form that fails is kept for a day and comes back
filled in.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import discord

PREFIX = "f:"
_TITLE = 45
_LABEL = 45
_OPTIONS = 25
_LONGEST = 4000


@dataclass(frozen=True)
class TextField:
    """A box to type into."""

    name: str
    label: str
    about: str = ""
    max_length: int = 100
    long: bool = False
    required: bool = False
    placeholder: str = ""


@dataclass(frozen=True)
class ChoiceField:
    """A drop-down of fixed answers: (value, label) pairs."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    about: str = ""
    required: bool = False


@dataclass(frozen=True)
class Form:
    """A form of at most five parts."""

    name: str
    title: str
    fields: tuple[TextField | ChoiceField, ...]


@dataclass(frozen=True)
class Filled:
    """What somebody submitted: which form, what it is about, and the values by field name.

    ``subject`` is a key (of a contact, an interview, a reminder …) or "".
    """

    form: str
    subject: str = ""
    values: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def get(self, name: str) -> str:
        """Give one value, trimmed; "" if it was left empty."""
        return self.values.get(name, "").strip()


async def open_form(
    interaction: discord.Interaction,
    form: Form,
    *,
    subject: str = "",
    values: Mapping[str, str] | None = None,
    title: str = "",
) -> None:
    """Show a form, filled in with ``values``; ``title`` may name whom it is about."""
    modal = discord.ui.Modal(
        title=(title or form.title)[:_TITLE],
        custom_id=f"{PREFIX}{form.name}:{subject}:{secrets.token_hex(6)}",
        timeout=1,
    )
    for part in form.fields:
        modal.add_item(_label(part, (values or {}).get(part.name, "")))
    modal.stop()  # the listener answers; the library need not wait for it
    await interaction.response.send_modal(modal)


def _label(part: TextField | ChoiceField, value: str) -> discord.ui.Label[Any]:
    inner = _text(part, value) if isinstance(part, TextField) else _choice(part, value)
    return discord.ui.Label(
        text=part.label[:_LABEL], description=part.about[:100] or None, component=inner
    )


def _text(part: TextField, value: str) -> discord.ui.TextInput[Any]:
    # A value that is too long comes back whole, with room to shorten it: nothing typed is lost.
    # A long box takes all that Discord can hold, for a phone cuts what is pasted beyond the limit.
    limit = _LONGEST if part.long else min(_LONGEST, max(part.max_length, len(value)))
    return discord.ui.TextInput(
        custom_id=part.name,
        style=discord.TextStyle.paragraph if part.long else discord.TextStyle.short,
        default=value[:_LONGEST] or None,
        placeholder=part.placeholder or None,
        required=part.required,
        max_length=limit,
    )


def _choice(part: ChoiceField, value: str) -> discord.ui.Select[Any]:
    # A value from elsewhere, such as a zone that is not in the list, stays chosen.
    others = () if not value or value in dict(part.options) else ((value, value),)
    return discord.ui.Select(
        custom_id=part.name,
        required=part.required,
        min_values=1 if part.required else 0,
        options=[
            discord.SelectOption(label=label[:100], value=name, default=name == value)
            for name, label in (*others, *part.options)[:_OPTIONS]
        ],
    )


def read_submit(data: Mapping[str, Any]) -> Filled | None:
    """Read a submitted form from the interaction's data; None if it is not one of ours."""
    custom_id = str(data.get("custom_id", ""))
    parts = custom_id.split(":")
    if not custom_id.startswith(PREFIX) or len(parts) != 4:
        return None
    values: dict[str, str] = {}
    for outer in data.get("components", ()):
        inner = outer.get("component") or {}
        chosen = inner.get("values")
        value = inner.get("value") if chosen is None else ",".join(chosen)
        values[str(inner.get("custom_id", ""))] = str(value or "")
    return Filled(parts[1], parts[2], values)

"""Forms: declared as data, shown filled in, read back from the submit alone.

Nothing of an open form is kept in memory: its id says which form it is and what it is about, so a
form that outlives a restart runs the same code. A form that fails is kept for a day and comes back
filled in.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import discord

from cogs._ui.cards import each_once

PREFIX = "f:"
PICKED = "\N{INVISIBLE SEPARATOR}"
"""Leads an answer that was pressed: nobody types it."""

_TITLE = 45
_LABEL = 45
_OPTIONS = 25
_LONGEST = 4000
_CHANNELS = [discord.ChannelType.text, discord.ChannelType.news]


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
    most: int = 1  # several answers arrive joined by commas


@dataclass(frozen=True)
class PickField:
    """A drop-down of what a server has: text channels, roles or members; the answer is an id."""

    name: str
    label: str
    kind: Literal["channel", "role", "member"]
    about: str = ""
    required: bool = False


Field = TextField | ChoiceField | PickField


@dataclass(frozen=True)
class Form:
    """A form of at most five parts."""

    name: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Filled:
    """What somebody submitted: which form, what it is about, and the values by field name.

    ``subject`` is a key (of a contact, an interview, a reminder …) or "". ``kept`` is the key under
    which it is kept, when it failed before; "" for a form that is filled in for the first time.
    """

    form: str
    subject: str = ""
    values: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    kept: str = ""

    def get(self, name: str) -> str:
        """Give one value, trimmed; "" if it was left empty."""
        return self.values.get(name, "").strip()


@dataclass(frozen=True)
class Picked:
    """Who was picked for a box that shows their name: they are meant as long as it stands there.

    ``key`` is "" for somebody who is to be added.
    """

    box: str
    name: str = field(repr=False)
    key: str = ""

    @property
    def sign(self) -> str:
        """Write it into the form's id, the name as a checksum alone."""
        return f".{self.box}.{self.key}.{_checksum(self.name)}"


async def open_form(
    interaction: discord.Interaction,
    form: Form,
    *,
    subject: str = "",
    values: Mapping[str, str] | None = None,
    title: str = "",
    picked: Picked | None = None,
    kept: str = "",
) -> None:
    """Show a form, filled in with ``values``; ``title`` may name whom it is about.

    ``kept`` is the key of the failed form that this one takes up.
    """
    sign = picked.sign if picked and picked.name else ""
    # What a phone remembers of a form goes by its id: it is another one each time.
    once = f"{secrets.token_hex(3)}-{kept}" if kept else secrets.token_hex(6)
    modal = discord.ui.Modal(
        title=(title or form.title)[:_TITLE],
        custom_id=f"{PREFIX}{form.name}:{subject}:{once}{sign}",
        timeout=1,
    )
    for part in form.fields:
        modal.add_item(_label(part, (values or {}).get(part.name, "")))
    modal.stop()  # the listener answers; the library need not wait for it
    await interaction.response.send_modal(modal)


def _label(part: Field, value: str) -> discord.ui.Label[Any]:
    if isinstance(part, TextField):
        inner = _text(part, value)
    else:
        inner = _pick(part, value) if isinstance(part, PickField) else _choice(part, value)
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
    chosen = value.split(",") if part.most > 1 else [value]
    known = {"", *(name for name, _ in part.options)}
    others = tuple((one, one) for one in chosen if one not in known)
    return discord.ui.Select(
        custom_id=part.name,
        required=part.required,
        min_values=1 if part.required else 0,
        max_values=part.most,
        options=[
            discord.SelectOption(label=label[:100], value=name, default=name in chosen)
            for name, label in each_once((*others, *part.options))[:_OPTIONS]
        ],
    )


def _pick(part: PickField, value: str) -> discord.ui.Item[Any]:
    ids = [int(value)] if value.isdigit() else []
    common: dict[str, Any] = {"custom_id": part.name, "required": part.required}
    common["min_values"] = 1 if part.required else 0
    if part.kind == "channel":
        kept = [discord.SelectDefaultValue.from_channel(discord.Object(one)) for one in ids]
        return discord.ui.ChannelSelect(channel_types=_CHANNELS, default_values=kept, **common)
    if part.kind == "role":
        kept = [discord.SelectDefaultValue.from_role(discord.Object(one)) for one in ids]
        return discord.ui.RoleSelect(default_values=kept, **common)
    kept = [discord.SelectDefaultValue.from_user(discord.Object(one)) for one in ids]
    return discord.ui.UserSelect(default_values=kept, **common)


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
    kept = parts[3].partition(".")[0].partition("-")[2]
    return Filled(parts[1], parts[2], values | _still_picked(parts[3], values), kept)


def _still_picked(sign: str, values: Mapping[str, str]) -> dict[str, str]:
    _, *picked = sign.split(".")
    if len(picked) != 3:
        return {}
    box, key, checksum = picked
    text = values.get(box, "").strip()
    if _checksum(text) != checksum:
        return {}
    return {box: f"#{key}" if key else f"{PICKED}+{text}"}


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"

"""Playing a club: a member types a command, presses a button, fills a form, reads a DM."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import discord
from simcord import Env

from bot.client import RapportBot, create_bot
from bot.config import Settings
from bot.storage.db import parse_url
from tests.databases import open_copy


class EnvClock:
    """The simulated Discord's clock; it stands at ``start`` until the world is there."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.env: Env | None = None

    def now(self) -> datetime:
        return self.env.now() if self.env is not None else self.start


def walk(components: Any) -> Iterator[dict[str, Any]]:
    """Walk a message's components as Discord sent them, from top to bottom."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        if "accessory" in component:
            yield component["accessory"]


def text_of(message: Any) -> str:
    """Read all that a message shows: its content and every text in its cards."""
    parts = [message.content or ""]
    parts += [c["content"] for c in walk(raw_components(message)) if c.get("content")]
    return "\n".join(part for part in parts if part)


def raw_components(message: Any) -> list[dict[str, Any]]:
    return [c if isinstance(c, dict) else c.to_dict() for c in message.components]


def labels_of(message: Any) -> list[str]:
    """List the labels of a message's buttons, in order."""
    return [
        c["label"] for c in walk(raw_components(message)) if c.get("type") == 2 and c.get("label")
    ]


def menus_of(message: Any) -> list[dict[str, Any]]:
    """List a message's drop-downs as Discord sent them."""
    return [c for c in walk(raw_components(message)) if c.get("type") == 3]


@dataclass
class Reply:
    """What came back: its texts, its buttons, or a form."""

    result: Any

    @property
    def message(self) -> Any:
        messages = [m for m in (self.result.response, *self.result.followups) if m is not None]
        return messages[-1]

    @property
    def messages(self) -> list[Any]:
        return [m for m in (self.result.response, *self.result.followups) if m is not None]

    @property
    def text(self) -> str:
        return "\n".join(text_of(message) for message in self.messages)

    @property
    def labels(self) -> list[str]:
        return labels_of(self.message)

    @property
    def is_private(self) -> bool:
        return bool(self.result.ephemeral)

    @property
    def form(self) -> dict[str, Any] | None:
        return self.result.modal

    @property
    def title(self) -> str:
        return str(self.result.modal["title"])

    @property
    def held(self) -> dict[str, str]:
        """What the form is filled in with, by label."""
        assert self.result.modal is not None, f"no form, but: {self.text}"
        return {
            part["label"]: _default(part["component"])
            for part in self.result.modal["components"]
            if "label" in part
        }


def _held(component: dict[str, Any], place: Any) -> Any:
    """What a person's client sends back for a part that they leave as it was filled in."""
    if "default_values" in component:
        kept = {int(one["id"]) for one in component["default_values"]}
        there = (*place.guild.channels.values(), *place.guild.roles.values())
        return [one for one in there if one.id in kept]
    if "options" in component:
        return [o["value"] for o in component["options"] if o.get("default")]
    return component.get("value")


def _default(component: dict[str, Any]) -> str:
    if "options" in component:
        return ",".join(o["value"] for o in component["options"] if o.get("default"))
    return str(component.get("value") or "")


@dataclass
class Player:
    """One person, in one place (a server's channel, or their DM)."""

    actor: Any
    place: Any
    user: Any

    @property
    def _channel(self) -> tuple[Any, ...]:
        """Where commands are typed; the bot's DM goes without saying."""
        return () if self.actor is self.user else (self.place,)

    async def slash(self, name: str, /, **options: Any) -> Reply:
        return Reply(await self.actor.slash(*self._channel, name, **options))

    async def draft(self, **options: Any) -> Reply:
        """Ask for a message; whatever is asked before it is left empty."""
        reply = await self.slash("draft", **options)
        return await self.fill(reply, {}) if reply.form is not None else reply

    async def complete(self, name: str, option: str, typed: str, **others: Any) -> list[str]:
        result = await self.actor.autocomplete(*self._channel, name, option, typed, **others)
        return [choice["name"] for choice in result or []]

    async def press(self, on: Reply | Any, label: str) -> Reply:
        """Press the button of this label on a reply, or on a message such as a DM."""
        message = on.message if isinstance(on, Reply) else on
        return Reply(await self.actor.click(_native(message), custom_id=find_id(message, label)))

    async def choose(self, on: Reply | Any, *values: str, menu: str = "") -> Reply:
        """Choose values of the drop-down that has them, or of that with these first words."""
        message = on.message if isinstance(on, Reply) else on
        (found,) = [
            one
            for one in menus_of(message)
            if (one.get("placeholder") or "").startswith(menu)
            and set(values) <= {option["value"] for option in one["options"]}
        ]
        return Reply(
            await self.actor.select(_native(message), list(values), custom_id=found["custom_id"])
        )

    async def fill(self, on: Reply, values: dict[str, Any]) -> Reply:
        """Submit a form with these values by label; what is not named stays as it was filled in."""
        assert on.result.modal is not None, f"no form, but: {on.text}"
        ids = {
            part["label"]: part["component"]
            for part in on.result.modal["components"]
            if "label" in part
        }
        unknown = set(values) - set(ids)
        assert not unknown, f"the form has {list(ids)}"
        held = {
            part["custom_id"]: filled
            for part in ids.values()
            if (filled := _held(part, self.place))
        }
        given = held | {ids[label]["custom_id"]: value for label, value in values.items()}
        reply = Reply(await self.actor.submit_modal(on.result, given))
        assert reply.form is None, "Discord opens no form from a form"
        return reply

    @property
    def dms(self) -> list[Any]:
        """All messages of the DM that the bot wrote, oldest first."""
        history = self.user.dm_channel.history(viewer=self.user)
        return [message for message in history if message.author.id != self.user.id]

    @property
    def dm(self) -> Any:
        """The latest message that the bot wrote in the DM."""
        return self.dms[-1]


def find_id(message: Any, label: str) -> str:
    for component in walk(raw_components(message)):
        if component.get("type") == 2 and component.get("label") == label:
            return str(component["custom_id"])
    raise AssertionError(f"no button {label!r}: {labels_of(message)}\n{text_of(message)}")


def _native(message: Any) -> Any:
    return getattr(message, "message", message)


@dataclass
class Club:
    """A simulated server with the bot on it."""

    env: Env
    bot: RapportBot
    clock: EnvClock
    guild: Any
    channel: Any

    def member(self, name: str = "Ana", **options: Any) -> Player:
        """Let somebody join; they type in the club's channel."""
        user = self.env.create_user(name.lower(), global_name=name)
        return Player(self.guild.add_member(user, **options), self.channel, user)

    def organiser(self, name: str = "Olga") -> Player:
        """Let somebody join who may manage the server."""
        can = discord.Permissions(manage_guild=True)
        return self.member(name, roles=[self.guild.create_role(name, permissions=can)])

    def in_dm(self, player: Player) -> Player:
        """Let the same person type in the bot's DM."""
        return Player(player.user, player.user.dm_channel, player.user)

    async def pass_time(self, until: datetime) -> None:
        """Move on to a moment, sending whatever falls due on the way at its own time."""
        while True:
            following = await self.bot.dispatcher.next_due()
            stop = until if following is None or following > until else following
            if stop > self.env.now():
                await self.env.advance_time((stop - self.env.now()).total_seconds())
            if following is None or following > until:
                return
            await self.bot.dispatcher.run_due()
            await self.env.settle()

    async def pass_days(self, days: float) -> None:
        await self.pass_time(self.env.now() + timedelta(days=days))


def make_bot(folder: Path, key_file: Path, clock: EnvClock) -> RapportBot:
    """Build the real bot on a database file that is there already."""
    settings = Settings(data_dir=folder)
    db = open_copy(parse_url(settings.database_url), key_file)
    return create_bot(settings, db=db, clock=clock, is_paced=False)


async def open_club(env: Env, bot: RapportBot, clock: EnvClock) -> Club:
    """Put a server around the bot, at the clock's start."""
    clock.env = env
    await env.advance_time((clock.start - env.now()).total_seconds())
    guild = env.create_guild("Career Club")
    return Club(env, bot, clock, guild, guild.create_text_channel("career-chat"))

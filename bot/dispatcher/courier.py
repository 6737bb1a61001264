"""What the dispatcher asks of whoever carries a message, and what can become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.rules.presses import Press

Rows = tuple[tuple[Press, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to draw and attach: which one, and what stands in it as plain JSON values."""

    name: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One message in plain data; ``key`` goes along as its nonce. ``channel_id`` None: not open.

    Without a member it goes to a server's channel, where one role may be pinged.
    """

    key: str
    member_id: int | None
    channel_id: int | None
    content: str
    buttons: Rows = ()
    silent: bool = False
    picture: Picture | None = None
    ping_role_id: int | None = None

    def as_plain_text(self) -> Message:
        """Leave away all that Discord might have refused."""
        return replace(self, buttons=(), silent=False, picture=None)


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there."""

    message_id: int
    channel_id: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The member's DMs are closed, the bot is blocked, or there is no shared server."""

    code: int


@dataclass(frozen=True, slots=True)
class Gone:
    """The stored channel does not exist any more."""


@dataclass(frozen=True, slots=True)
class TooFast:
    """Discord asks to wait; nothing was sent."""

    retry_after: float


@dataclass(frozen=True, slots=True)
class Uncertain:
    """No answer came: it may have been sent or not."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Discord found fault with the request itself."""

    status: int
    code: int


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """The token is not accepted."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """The bot's own among a few messages of a channel, newest first.

    ``last`` is the oldest of them all; None: there are none before.
    """

    own: tuple[int, ...]
    last: int | None


Answer = Sent | Closed | Gone | TooFast | Uncertain | Refused | Unauthorized


class RoleGiven(StrEnum):
    """What became of giving a member a role."""

    GIVEN = "given"
    LEFT = "left"  # the member is not on the server any more
    NO_ROLE = "no_role"  # the role was deleted
    NOT_ALLOWED = "not_allowed"  # Manage Roles is missing, or the role stands above the bot's own
    LATER = "later"  # no answer came: ask again


class Courier(Protocol):
    """Carries messages; answers what became of each and never raises."""

    async def send(self, message: Message) -> Answer:
        """Send to the message's channel, once, under its key."""
        ...

    async def find(self, message: Message, after: datetime) -> int | Answer | None:
        """Look for a message in its channel's history: its id, None, or why it cannot be read."""
        ...

    async def open(self, member_id: int) -> int | Answer:
        """Open the DM channel with a member: its id, or why not."""
        ...

    async def is_member(self, guild_id: int, member_id: int) -> bool | None:
        """Tell whether somebody is on a server; None when that cannot be learned now."""
        ...

    async def give_role(self, guild_id: int, member_id: int, role_id: int) -> RoleGiven:
        """Give a member a role; they have it once, however often this is asked."""
        ...

    def has_role(self, guild_id: int, role_id: int) -> bool | None:
        """Tell whether a server has a role; None when I don't know that server now."""
        ...

    async def own_messages(self, channel_id: int, before: int | None) -> MessagePage | Answer:
        """Look through the messages before one (None: the latest), or say why it cannot."""
        ...

    async def delete(self, channel_id: int, message_id: int) -> Answer | None:
        """Delete one of the bot's own messages: None when it is gone, or why not."""
        ...


def to_body(
    content: str,
    buttons: Rows,
    *,
    silent: bool,
    asks_quiet: bool = False,
    picture: Picture | None = None,
    ping_role_id: int | None = None,
) -> Any:
    """Freeze a message for its delivery row."""
    rows = [
        [[p.scope, p.key, p.verb, p.label, p.style, p.arg, p.url] for p in row] for row in buttons
    ]
    body: dict[str, Any] = {
        "content": content,
        "buttons": rows,
        "silent": silent,
        "asks_quiet": asks_quiet,
    }
    if picture is not None:
        body["picture"] = [picture.name, dict(picture.data)]
    if ping_role_id is not None:
        body["ping_role"] = ping_role_id
    return body


def from_body(body: Any, *, key: str, member_id: int | None, channel_id: int | None) -> Message:
    """Thaw the message of a delivery row."""
    picture = body.get("picture")
    return Message(
        key=key,
        member_id=member_id,
        channel_id=channel_id,
        content=body["content"],
        buttons=tuple(tuple(Press(*press) for press in row) for row in body["buttons"]),
        silent=body["silent"],
        picture=Picture(*picture) if picture else None,
        ping_role_id=body.get("ping_role"),
    )

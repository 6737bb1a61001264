"""Whether a message of a channel's history is the one that was sent, when no answer told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.dispatcher import Message


def is_same(found: Mapping[str, Any], message: Message, *, by: int) -> bool:
    """Tell whether a message of the history, as Discord gives it, is this delivery's.

    Nobody's but the bot's own is looked at. It is known by the delivery's key: as nonce, which
    Discord keeps for minutes only, or in a button. Not every message has such a button, and one
    that was refused goes without any; so it is also known by its text with the same buttons or
    none. What has another's nonce, or a button with another's key, is never taken for it.
    """
    if int(found["author"]["id"]) != by:
        return False
    nonce = found.get("nonce")
    if nonce is not None:
        return str(nonce) == message.key
    ids = list(_ids(found))
    if any(one.startswith(f"d:{message.key}:") for one in ids):
        return True
    sent = [press.id for row in message.buttons for press in row if not press.url]
    is_worded_alike = found.get("content", "").strip() == message.content.strip()
    return is_worded_alike and ids in (sent, [])


def _ids(part: Mapping[str, Any]) -> Iterator[str]:
    """Give the ids of all buttons in a message or a part of it, however deep."""
    if "custom_id" in part:
        yield part["custom_id"]
    for inner in part.get("components") or ():
        yield from _ids(inner)
    if accessory := part.get("accessory"):
        yield from _ids(accessory)

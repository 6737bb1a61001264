"""Asks a language model over HTTP: one question, one answer, within one deadline."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

import aiohttp

from bot.config import AssistantTable, Secret

_LARGEST = 64 * 1024  # bytes; a draft is 4 KB at most
_AGAIN = frozenset({408, 429, 500, 502, 503, 504, 529})
_TRIES = 3
_FIRST_PAUSE = 0.5  # seconds, doubled each time unless the server says how long


class Silence(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    BUSY = "busy"
    REFUSED = "refused"
    UNUSABLE = "unusable"


class NoAnswer(Exception):
    """There is no answer to work with; ``status`` is the server's, 0 if it said nothing."""

    def __init__(self, why: Silence, status: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


async def ask(
    table: AssistantTable, key: Secret | None, messages: Sequence[Mapping[str, str]]
) -> str:
    """Ask for the answer to a chat; raises NoAnswer.

    What is busy or broken is tried up to three times, as late as the server wants it, but never
    beyond the time that a member waits.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + table.timeout_seconds
    try:
        async with asyncio.timeout_at(until), _session(key) as session:
            for number in range(_TRIES):
                try:
                    return await _try(session, table, messages)
                except _Later as later:
                    pause = _FIRST_PAUSE * 2**number if later.pause is None else later.pause
                    if number == _TRIES - 1 or loop.time() + pause >= until:
                        raise later.meaning from None
                    await asyncio.sleep(pause)
    except TimeoutError:
        raise NoAnswer(Silence.TOO_SLOW) from None
    raise AssertionError


class _Later(Exception):
    def __init__(self, meaning: NoAnswer, pause: float | None = None) -> None:
        super().__init__()
        self.meaning = meaning
        self.pause = pause


def _session(key: Secret | None) -> aiohttp.ClientSession:
    headers = {"Authorization": f"Bearer {key.reveal()}"} if key else {}
    # The deadline is the caller's; a second one of the library's would only differ from it.
    return aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=None))


async def _try(
    session: aiohttp.ClientSession, table: AssistantTable, messages: Sequence[Mapping[str, str]]
) -> str:
    body = {"model": table.model, "messages": list(messages), "stream": False}
    try:
        # A redirect would carry the draft to a host that the member never agreed to.
        async with session.post(table.endpoint, json=body, allow_redirects=False) as answer:
            if answer.status in _AGAIN:
                raise _Later(NoAnswer(Silence.BUSY, answer.status), _pause(answer.headers))
            if answer.status != 200:
                raise NoAnswer(Silence.REFUSED, answer.status)
            return _content(await _read(answer.content))
    except (aiohttp.ClientError, OSError) as error:
        if isinstance(error, TimeoutError):
            raise
        raise _Later(NoAnswer(Silence.UNREACHABLE)) from None  # its text may quote the request


def _pause(headers: Mapping[str, str]) -> float | None:
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:  # none, or a date: by then the member has gone
        return None
    return seconds if seconds >= 0 else None


async def _read(stream: aiohttp.StreamReader) -> bytes:
    whole = bytearray()
    async for part in stream.iter_chunked(8192):
        whole += part
        if len(whole) > _LARGEST:
            raise NoAnswer(Silence.UNUSABLE, 200)
    return bytes(whole)


def _content(body: bytes) -> str:
    try:
        choice: dict[str, Any] = json.loads(body)["choices"][0]
        text = cast("object", choice["message"]["content"])
    except (ValueError, LookupError, TypeError, RecursionError):
        raise NoAnswer(Silence.UNUSABLE, 200) from None
    if not isinstance(text, str) or choice.get("finish_reason") == "length":
        raise NoAnswer(Silence.UNUSABLE, 200)
    return text

"""Asks the assistant, where one is set, which models it has; no member's word is sent."""

from __future__ import annotations

import ipaddress
import json
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp

from bot.config import AssistantTable, Secret
from bot.errors import ConfigError
from bot.upkeep.findings import Finding

_LARGEST = 1024 * 1024
_KEY = "Put the right one into RAPPORT_ASSISTANT__KEY, or into the file of [assistant] key_file."


async def check_assistant(table: AssistantTable) -> list[Finding]:
    """Check the settings of the assistant, and that it is there; nothing where none is set."""
    if not table.is_on:
        return []
    try:
        key = table.key()
    except ConfigError as error:
        return [Finding("bad", f"Assistant: {error}", _KEY)]
    return [*_check_way(table), await _check_answer(table, key)]


def _check_way(table: AssistantTable) -> list[Finding]:
    parts = urlsplit(table.url or "")
    if parts.scheme == "https" or _is_near(parts.hostname or ""):
        return []
    what = f"Assistant: drafts go to {table.host} unencrypted."
    return [Finding("warn", what, "Write https:// in [assistant] url.")]


def _is_near(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host


async def _check_answer(table: AssistantTable, key: Secret | None) -> Finding:
    headers = {"Authorization": f"Bearer {key.reveal()}"} if key else {}
    timeout = aiohttp.ClientTimeout(total=table.timeout_seconds)
    url = f"{table.endpoint.removesuffix('/chat/completions')}/models"
    try:
        async with (
            aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            body = await answer.content.read(_LARGEST)
            return _judge(table, answer.status, body)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        reason = str(error) or f"no answer in {table.timeout_seconds:g} seconds"
        how = "Check [assistant] url. Until it answers, drafts stay as they are worded."
        return Finding("warn", f"Assistant: {table.host} cannot be reached: {reason}", how)


def _judge(table: AssistantTable, status: int, body: bytes) -> Finding:
    if status in (401, 403):
        return Finding("bad", f"Assistant: {table.host} does not accept the key.", _KEY)
    if status != 200:
        what = f"Assistant: {table.host} answers, and does not say which models it has."
        return Finding("ok", f"{what} {table.model} was not looked for.")
    names = _names(body)
    if names and table.model not in names:
        how = f"Set [assistant] model to one of: {', '.join(sorted(names)[:8])}."
        return Finding("warn", f"Assistant: {table.host} has no {table.model}.", how)
    return Finding("ok", f"Assistant: {table.host} answers, the model is {table.model}.")


def _names(body: bytes) -> set[str]:
    try:
        listed = cast("list[dict[str, Any]]", json.loads(body)["data"])
        return {str(one["id"]) for one in listed}
    except (ValueError, LookupError, TypeError):
        return set()

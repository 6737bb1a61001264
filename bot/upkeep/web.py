"""Asks the web server, where one is set, whether it is there: on this machine, and from outside."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import aiohttp

from bot.config import WebTable
from bot.upkeep.findings import Finding

_TIMEOUT = aiohttp.ClientTimeout(total=5)
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - names what is asked instead


async def check_web(table: WebTable) -> list[Finding]:
    """Check that calendars can be had, and privately; nothing where no server is set."""
    if not table.is_on:
        return []
    host = _ANYWHERE.get(table.host, table.host)
    near = f"http://{f'[{host}]' if ':' in host else host}:{table.port}"
    found = [await _ask(near, "It listens while the bot runs. Else check [web] host and port.")]
    if not table.public_url:
        what = "Calendars: no [web] public_url, so members cannot have an address for theirs."
        return [*found, Finding("ok", what)]
    how = "Let the proxy pass /calendar/ and /healthz on to [web] port."
    return [*found, *_check_way(table.public_url), await _ask(table.public_url.rstrip("/"), how)]


def _check_way(url: str) -> list[Finding]:
    parts = urlsplit(url)
    if parts.scheme == "https" or _is_near(parts.hostname or ""):
        return []
    what = f"Calendars: {parts.netloc} is asked without https, so others can read along."
    return [Finding("warn", what, "Put a proxy with https in front, and write https:// in [web].")]


def _is_near(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _ask(base: str, how: str) -> Finding:
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(f"{base}/healthz", allow_redirects=False) as answer,
        ):
            status, text = (
                answer.status,
                (await answer.content.read(100)).decode("utf-8", "replace"),
            )
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        reason = str(error) or "no answer in 5 seconds"
        return Finding("warn", f"Web server: {base} cannot be reached: {reason}", how)
    if status == 200 and text == "well":
        return Finding("ok", f"Web server: {base} answers.")
    if status == 503 and text == "not well":
        return Finding(
            "warn", f"Web server: {base} answers that the bot is not well.", "See its log."
        )
    return Finding("warn", f"Web server: at {base} something else answers ({status}).", how)

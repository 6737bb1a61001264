"""Asks Discord about the token, the application, the servers and the time."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.clock import Clock
from bot.config import Settings
from bot.errors import ConfigError
from bot.upkeep.findings import Finding

API = "https://discord.com/api/v10"
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_PORTAL = "https://discord.com/developers/applications"
_VERIFIED_BOT = 1 << 16
_PRIVILEGED = 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15 | 1 << 18 | 1 << 19
_SERVER_LIMIT = 100
_WARN_SERVERS = 70
_USER_INSTALL = "1"


async def check_discord(settings: Settings, clock: Clock) -> list[Finding]:
    """Ask Discord, or the proxy in front of it; says so when neither can be reached."""
    base = (settings.discord.api_base_url or API).rstrip("/")
    token, missing = _read_token(settings)
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            drift = await _check_clock(session, base, clock)
            return [drift, *missing, *await _check_token(session, base, token)]
    except (aiohttp.ClientError, TimeoutError) as error:
        reason = str(error) or "no answer in 10 seconds"
        how = "Check the network, the firewall, and [discord] api_base_url. The rest was checked."
        return [Finding("bad", f"Discord cannot be reached at {base}: {reason}", how), *missing]


def _read_token(settings: Settings) -> tuple[str | None, list[Finding]]:
    """Give the token, or what to say of its absence."""
    try:
        return settings.token().reveal(), []
    except ConfigError as error:
        how = f"Copy it from {_PORTAL}, your application, Bot."
        return None, [Finding("bad", str(error), how)]


async def _check_clock(session: aiohttp.ClientSession, base: str, clock: Clock) -> Finding:
    async with session.get(f"{base}/gateway") as answer:
        stamp = answer.headers.get("Date")
    if stamp is None:
        return Finding("warn", "Clock: Discord's answer carries no date to compare with.")
    drift = (clock.now() - parsedate_to_datetime(stamp)).total_seconds()
    what = f"Clock: {abs(drift):.0f} s {'ahead of' if drift > 0 else 'behind'} Discord's."
    if abs(drift) <= 5:
        return Finding("ok", what)
    how = "Switch on time synchronisation (timedatectl set-ntp true): reminders go by this clock."
    return Finding("warn" if abs(drift) <= 60 else "bad", what, how)


async def _check_token(
    session: aiohttp.ClientSession, base: str, token: str | None
) -> list[Finding]:
    if token is None:
        return []
    status, user = await _get(session, f"{base}/users/@me", token)
    if status == 401:
        how = f"Reset it at {_PORTAL}, your application, Bot, and put in the new one."
        return [Finding("bad", "Token: Discord does not accept it.", how)]
    if status != 200:
        return [Finding("bad", f"Token: Discord answers {status}.", "Try again in a few minutes.")]
    _, application = await _get(session, f"{base}/applications/@me", token)
    return [
        Finding("ok", f"Token: accepted, the bot is {user.get('username')}."),
        check_intents(application),
        check_servers(application, user),
        *check_user_install(application),
    ]


async def _get(session: aiohttp.ClientSession, url: str, token: str) -> tuple[int, dict[str, Any]]:
    async with session.get(url, headers={"Authorization": f"Bot {token}"}) as answer:
        if answer.status != 200:
            return answer.status, {}
        return answer.status, await answer.json(content_type=None)


def check_intents(application: dict[str, Any]) -> Finding:
    """Say that no privileged intent is needed, and which way a needless one goes off."""
    if int(application.get("flags") or 0) & _PRIVILEGED:
        how = f"They may be switched off at {_PORTAL}, your application, Bot."
        return Finding("ok", "Intents: privileged ones are on, and the bot needs none.", how)
    return Finding("ok", "Intents: no privileged one is needed.")


def check_servers(application: dict[str, Any], user: dict[str, Any]) -> Finding:
    """Count the servers: an application that is not verified ends at 100."""
    count = int(application.get("approximate_guild_count") or 0)
    if int(user.get("public_flags") or 0) & _VERIFIED_BOT:
        return Finding("ok", f"Servers: about {count}. The bot is verified.")
    what = f"Servers: about {count} of {_SERVER_LIMIT} that an unverified bot may join."
    how = f"Ask for verification at {_PORTAL}; it takes days to weeks."
    if count >= _SERVER_LIMIT:
        return Finding("bad", what, how)
    return Finding("warn", what, how) if count >= _WARN_SERVERS else Finding("ok", what)


def check_user_install(application: dict[str, Any]) -> list[Finding]:
    """Check that members may add the bot to their account, where Discord tells."""
    kinds = application.get("integration_types_config")
    if kinds is None or _USER_INSTALL in kinds:
        return []
    how = f"Tick User Install at {_PORTAL}, your application, Installation."
    return [Finding("warn", "Members cannot add the bot to their own account.", how)]

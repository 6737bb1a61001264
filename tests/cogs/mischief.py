"""What a member's client, or somebody with a client of their own, can do to the bot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import simcord.interactions
from sqlalchemy import func, select

from bot.notebook.contacts import list_labels
from bot.notebook.exchange import gather_export
from bot.rules.presses import Press, read
from bot.storage.models import Base
from cogs._ui.cards import buttons
from tests.cogs.playing import Club, Player, Reply, raw_components, walk


async def everything(club: Club, player: Player) -> dict[str, Any]:
    """Read all that is kept of a member, but for what they have left unfinished.

    The seal of the file changes with that, too.
    """
    async with club.bot.db.read() as session:
        whole = await gather_export(session, player.user.id, now=club.env.now())
    return {name: rows for name, rows in whole.items() if name not in ("unfinished", "seal")}


def presses_of(message: Any) -> list[Press]:
    """Read the ids of a message's buttons and menus back."""
    ids = [c["custom_id"] for c in walk(raw_components(message)) if c.get("custom_id")]
    return [read(one) for one in ids]


def key_of(message: Any, scope: str) -> str:
    """Find the key that a message's buttons of one scope carry."""
    return next(press.key for press in presses_of(message) if press.scope == scope)


async def press_anything(club: Club, player: Player, ids: Iterable[str]) -> dict[str, Reply]:
    """Press buttons of these ids, whoever's they are, as somebody who forged them would."""
    user = await club.bot.fetch_user(player.user.id)
    home = club.in_dm(player)
    replies: dict[str, Reply] = {}
    for one in ids:
        scope, key, rest = one.split(":")
        verb, _, arg = rest.partition(".")
        await user.send("Look", view=buttons(((Press(scope, key, verb, "Here", arg=arg),),)))
        replies[one] = await home.press(home.dm, "Here")
    return replies


def asked_to_wait(club: Club) -> bool:
    """Tell whether the last thing that was answered told Discord first that it takes longer."""
    answers = [one.json for one in club.env.http_requests if one.path.endswith("/callback")]
    return bool(answers) and (answers[-1] or {}).get("type") == 5


def deliver_twice(
    club: Club, monkeypatch: pytest.MonkeyPatch, name: str = "INTERACTION_CREATE"
) -> None:
    """Let the gateway deliver each event of a name twice from here on, as after a resume."""
    emit = club.env.backend.emit

    def twice(event: str, payload: Any, *rest: Any, **options: Any) -> Any:
        if event == name:
            emit(event, payload, *rest, **options)
        return emit(event, payload, *rest, **options)

    monkeypatch.setattr(club.env.backend, "emit", twice)


def deliver_again(club: Club, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Remember the interactions from here on; the returned function delivers the last once more."""
    emit, seen = club.env.backend.emit, list[tuple[str, Any]]()

    def remember(event: str, payload: Any, *rest: Any, **options: Any) -> Any:
        if event == "INTERACTION_CREATE":
            seen.append((event, payload))
        return emit(event, payload, *rest, **options)

    async def again() -> None:
        emit(*seen[-1])
        await club.env.settle()

    monkeypatch.setattr(club.env.backend, "emit", remember)
    return again


def interactions_come_with(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> None:
    """Change what every interaction says about its place, as Discord does for user installs."""
    base = simcord.interactions.base_payload

    def patched(*arguments: Any, **options: Any) -> Any:
        record, payload = base(*arguments, **options)
        payload.update(changed)
        payload["authorizing_integration_owners"] = {"1": str(options["user_id"])}
        return record, payload

    monkeypatch.setattr(simcord.interactions, "base_payload", patched)


def replies_expire(club: Club, *, times: int | None = 1) -> None:
    """Let the next replies come too late for Discord."""
    club.env.inject_error(
        "POST",
        "/interactions/*/callback",
        status=404,
        code=10062,
        message="Unknown interaction",
        times=times,
    )


async def names(club: Club, player: Player) -> list[str]:
    """List whom a member has in their notebook."""
    async with club.bot.db.read() as session:
        return [one.text for one in await list_labels(session, player.user.id)]


async def count(club: Club, table: str) -> int:
    """Count the rows of a table."""
    async with club.bot.db.read() as session:
        rows = await session.execute(select(func.count()).select_from(Base.metadata.tables[table]))
        return int(rows.scalar_one())


async def card_of(player: Player) -> Reply:
    return await player.slash("contact show", contact="rosa")


async def remove(player: Player) -> Reply:
    return await player.press(await player.press(await card_of(player), "More"), "Remove")

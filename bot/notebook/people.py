"""The list of people: eight at a time, all of them, or those of a stage, a tag or a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.notebook.contacts import list_labels
from bot.notebook.members import find_member
from bot.notebook.pages import Page, load_pages
from bot.notebook.tags import find_described
from bot.notebook.unfinished import access_unfinished, keep_unfinished
from bot.rules.hours import local_day
from bot.rules.stages import Stage
from bot.rules.stages import stage as stage_of
from bot.storage.session import Session

PEOPLE_SHOWN = 8
_FORM = "people"
_KEPT = 200  # so many of those who were found can be leafed through


@dataclass(frozen=True)
class People:
    """One page of the list of people, each with their stage.

    ``found`` are the keys of all whom a search found, as far as they are kept for its other pages,
    and ``key`` is where they are kept.
    """

    shown: tuple[tuple[Page, Stage], ...]
    total: int
    page: int
    has_more: bool
    search: str = field(default="", repr=False)
    found: tuple[str, ...] = ()
    key: str = ""


async def list_people(
    session: Session,
    owner_id: int,
    *,
    stage: Stage | None,
    search: str,
    tag: str = "",
    page: int,
    now: datetime,
) -> People:
    """List a page of eight people, the latest first, of one stage, a tag or matching a search.

    Who matches a search comes by how well they do.
    """
    search = search.strip()
    if search or tag:
        keys = await find_described(session, owner_id, search=search, tag=tag)
    else:
        keys = [one.key for one in await list_labels(session, owner_id)]
    today = await _today(session, owner_id, now)
    if stage:
        keys = await _keys_at(session, owner_id, keys, stage=stage, today=today)
    shown = await _shown(session, owner_id, keys, page=page, today=today)
    if not search:
        has_more = (page + 1) * PEOPLE_SHOWN < len(keys)
        return People(shown, len(keys), page, has_more)
    kept = tuple(keys[:_KEPT])
    return People(shown, len(keys), page, len(keys) > PEOPLE_SHOWN, search, kept)


async def keep_found(session: Session, owner_id: int, found: People, *, now: datetime) -> str:
    """Keep whom a search found for a day, so that its pages can be turned; returns where."""
    values = {"search": found.search, "found": list(found.found), "total": found.total}
    return await keep_unfinished(session, owner_id, form=_FORM, subject="", values=values, now=now)


async def turn_found(
    session: Session, owner_id: int, key: str, *, page: int, now: datetime
) -> People:
    """Turn to a page of those whom a search found; it raises UserError after a day."""
    kept = (await access_unfinished(session, owner_id, key, now=now)).values
    keys = tuple(str(one) for one in kept.get("found", ()))
    today = await _today(session, owner_id, now)
    shown = await _shown(session, owner_id, keys, page=page, today=today)
    has_more = (page + 1) * PEOPLE_SHOWN < len(keys)
    total, search = int(kept.get("total", 0)), str(kept.get("search", ""))
    return People(shown, total, page, has_more, search, keys, key)


async def _today(session: Session, owner_id: int, now: datetime) -> date:
    member = await find_member(session, owner_id, guild_id=None)
    return local_day(now, member.zone_or_club)


async def _shown(
    session: Session, owner_id: int, keys: Sequence[str], *, page: int, today: date
) -> tuple[tuple[Page, Stage], ...]:
    start = page * PEOPLE_SHOWN
    pages = await load_pages(session, keys[start : start + PEOPLE_SHOWN], owner_id=owner_id)
    return tuple((one, stage_of(one.notes, today)) for one in pages.values())


async def _keys_at(
    session: Session, owner_id: int, keys: Sequence[str], *, stage: Stage, today: date
) -> list[str]:
    """Keep those of a stage; who was only brought in is known, and is not read for that."""
    begun = await load_pages(session, None, owner_id=owner_id, only_begun=True)
    stages = {key: stage_of(one.notes, today) for key, one in begun.items()}
    return [key for key in keys if stages.get(key, Stage.KNOWN) is stage]

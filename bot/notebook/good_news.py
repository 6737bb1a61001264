"""Good news: who helped on the way, and which requests can rest now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import UserError
from bot.notebook.access import mine
from bot.notebook.changes import Actor, Stored, begin
from bot.notebook.pages import Page, load_pages
from bot.rules import history
from bot.rules.hours import local_day
from bot.rules.records import Kind, TalkState, TouchKind, Verdict
from bot.storage.models import Interview, Touch
from bot.storage.session import Session
from bot.storage.types import new_key

_ASKED = (TouchKind.ASKED, TouchKind.INTRODUCED)


@dataclass(frozen=True)
class Circle:
    """Whom good news concerns: who helped, and who was asked and has not answered."""

    helpers: tuple[Page, ...]
    open_requests: tuple[Page, ...]


async def load_circle(session: Session, owner_id: int) -> Circle:
    """Find everybody who talked with the member, named somebody or introduced them (R45)."""
    talked = mine(owner_id, Interview, Interview.contact_key).where(
        Interview.state == TalkState.HELD
    )
    asked = mine(owner_id, Touch, Touch.contact_key).where(Touch.kind.in_(_ASKED))
    rows = await session.execute(talked.union(asked))
    pages = await load_pages(session, sorted(row[0] for row in rows), owner_id=owner_id)
    referrers = {page.referrer.key for page in pages.values() if page.referrer}
    helpers = [page for page in pages.values() if page.key in referrers or _has_helped(page)]
    helpers.sort(key=lambda page: page.contact.row.t3, reverse=True)
    waiting = tuple(page for page in pages.values() if open_request(page) is not None)
    return Circle(tuple(helpers), waiting)


async def load_news(session: Session, owner_id: int, key: str) -> str:
    """Read the member's news as they noted it with somebody; "" when that entry is gone."""
    found = await session.execute(mine(owner_id, Touch, Touch.text).where(Touch.key == key))
    return str(found.scalar_one_or_none() or "")


def _has_helped(page: Page) -> bool:
    is_introduced = any(touch.kind is TouchKind.INTRODUCED for touch in page.notes.touches)
    return is_introduced or history.last_held(page.notes) is not None


def open_request(page: Page) -> str | None:
    """Give the key of the request that waits for an answer, if the contact does not rest."""
    asked = history.open_request(page.notes)
    return None if asked is None or history.is_resting(page.notes) else asked.key


async def stop_requests(session: Session, *, by: Actor, pages: Sequence[Page]) -> Stored:
    """Let everybody rest who was asked and has not answered; a later entry wakes them."""
    ledger = await begin(session, by, "stopping the open requests")
    today = local_day(by.now, ledger.member.zone_or_club)
    decided = {"verdict": Verdict.REST, "kind": Kind.CHASE_REPLY, "on": today, "at": by.now}
    found = [(page, key) for page in pages if (key := open_request(page)) is not None]
    if not found:
        raise UserError("No request is open, so there is nothing to stop.")
    rows = [
        {"key": new_key(), "contact_key": page.key, "anchor": anchor, **decided}
        for page, anchor in found
        if not _was_resting(page, anchor)
    ]
    await ledger.insert("decisions", *rows)
    for page, anchor in found:
        for entry in page.decisions:
            if (entry.row.s2, entry.row.s3) == (anchor, Verdict.REST):
                before = {"on": entry.row.d1, "at": entry.row.t1}
                await ledger.update("decisions", entry.key, before, on=today, at=by.now)
    ledger.concern(*(page.key for page, _ in found))
    return await ledger.finish()


def _was_resting(page: Page, anchor: str) -> bool:
    rests = ((entry.row.s2, entry.row.s3) for entry in page.decisions)
    return (anchor, Verdict.REST) in rests

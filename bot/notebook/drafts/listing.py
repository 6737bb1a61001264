"""The messages that a member has begun and not sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.notebook.access import mine
from bot.notebook.drafts.choosing import kept_drafts
from bot.notebook.pages import Page, load_pages
from bot.storage.models import Contact
from bot.storage.session import Session

_LOOKED_AT = 100  # contacts, those touched last
_MOST_PAGES = 16


@dataclass(frozen=True)
class Begun:
    """A message that the member has begun: of which kind, to whom, about what, and when."""

    page: Page
    kind: str
    about: str
    at: datetime


async def list_drafts(session: Session, owner_id: int) -> list[Begun]:
    """List the messages that were begun and not sent, the latest first, in two statements."""
    newest = mine(owner_id, Contact, Contact.key, Contact.details).where(
        Contact.removed_at.is_(None)
    )
    rows = await session.execute(newest.order_by(Contact.last_at.desc()).limit(_LOOKED_AT))
    keys = [row.key for row in rows if any(map(_has_words, row.details.get("drafts", {}).values()))]
    pages = await load_pages(session, keys[:_MOST_PAGES], owner_id=owner_id)
    found = [one for page in pages.values() for one in begun_with(page)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def begun_with(page: Page) -> list[Begun]:
    """List the messages to one contact that were begun and not sent, the latest first."""
    found = [
        Begun(page, kind, str(kept["about"]), datetime.fromisoformat(kept["at"]))
        for kind, kept in kept_drafts(page).items()
        if _has_words(kept)
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _has_words(kept: dict[str, Any]) -> bool:
    return bool(kept.get("texts") or kept.get("answers"))

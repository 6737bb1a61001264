"""One talk on its contact's page: how it is read, changed and planned anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.errors import NotYours
from bot.notebook.access import access_mine
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.pages import Entry, Page, load_pages
from bot.notebook.pressed import Pressed, settle_reminder
from bot.rules.follow_ups import talk_anchor, talk_key
from bot.rules.hours import local_day
from bot.rules.records import FollowUp, Kind, Talk
from bot.storage.models import Interview
from bot.storage.session import Session

REMOVED = (
    "You removed this person from your notebook, so nothing was stored. "
    "**/contact list** brings removed people back for 30 days."
)


@dataclass(frozen=True)
class TalkPage:
    """One talk with the page of its contact."""

    page: Page
    talk: Entry

    @property
    def notes(self) -> Talk:
        """The talk as the rules see it."""
        return next(talk for talk in self.page.notes.talks if talk.key == self.talk.key)

    @property
    def anchor(self) -> str:
        """What decisions about the talk point at."""
        return talk_anchor(self.notes)

    def is_settled(self, kind: Kind) -> bool:
        """Tell whether the member decided about this kind for the talk on its present day."""
        rows = (entry.row for entry in self.page.decisions)
        return any((row.s1, row.s2) == (kind, self.anchor) for row in rows)


@dataclass(frozen=True)
class StoredTalk:
    """What a use case stored about one talk, with the talk as it is now."""

    stored: Stored
    on: TalkPage

    @property
    def plan(self) -> tuple[FollowUp, ...]:
        """The contact's follow-ups as planned now."""
        return self.stored.plans[self.on.page.key]


async def access_talk(session: Session, owner_id: int, key: str) -> TalkPage:
    """Read one of the member's talks with its contact's page, or raise NotYours."""
    row = await access_mine(session, owner_id, Interview, key, Interview.contact_key)
    return await find_on_page(session, owner_id, row.contact_key, key)


async def find_on_page(session: Session, owner_id: int, contact_key: str, key: str) -> TalkPage:
    """Read a talk with the page of its contact, or raise NotYours."""
    pages = await load_pages(session, (contact_key,), owner_id=owner_id)
    if contact_key not in pages:
        raise NotYours(REMOVED)
    return TalkPage(pages[contact_key], _entry(pages[contact_key], key))


def nudged_talk(pressed: Pressed) -> TalkPage:
    """Give the talk that a pressed nudge is about, or raise NotYours."""
    return TalkPage(pressed.contact, _entry(pressed.contact, talk_key(pressed.anchor)))


def _entry(page: Page, key: str) -> Entry:
    talk = next((entry for entry in page.interviews if entry.key == key), None)
    if talk is None:
        raise NotYours
    return talk


async def begin_talk(
    session: Session, by: Actor, verb: str, on: TalkPage, pressed: Pressed | None = None
) -> Ledger:
    """Start a use case about one talk; ``pressed`` is the nudge whose button did it."""
    ledger = await begin(session, by, verb, known=pressed.member if pressed else None)
    ledger.concern(on.page.key)
    if pressed is not None:
        await settle_reminder(ledger, pressed)
    return ledger


async def update_talk(ledger: Ledger, talk: Entry, **values: Any) -> None:
    """Change columns of a talk."""
    await ledger.update("interviews", talk.key, talk_columns(talk), **values)


def talk_columns(talk: Entry) -> dict[str, Any]:
    """Give a talk's columns by the names of its table."""
    row = talk.row
    return {
        "state": row.s1,
        "mode": row.s2,
        "keep_in_touch": row.s3,
        "outcome": row.s4,
        "zone": row.s5,
        "starts_at": row.t1,
        "recorded_at": row.t2,
        "logged_at": row.t3,
        "on": row.d1,
        "cancelled_on": row.d2,
        "named_on": row.d3,
        "minutes": row.n1,
        "way_minutes": row.n2,
        "sequence": row.n3,
        "details": talk.details,
    }


async def finish_talk(ledger: Ledger, contact: str, key: str) -> StoredTalk:
    """Finish a use case about one talk; a contact removed meanwhile raises NotYours."""
    stored = await ledger.finish()
    page = stored.pages[contact]
    if page.is_removed:
        raise NotYours(REMOVED)
    return StoredTalk(stored, TalkPage(page, _entry(page, key)))


def day_of(ledger: Ledger, at: datetime) -> date:
    """Tell the member's day of an instant."""
    return local_day(at, ledger.member.zone_or_club)

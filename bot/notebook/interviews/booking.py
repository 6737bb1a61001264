"""Booking a talk: its date, its details, a move, calling it off, and what is settled about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.errors import UserError
from bot.notebook.changes import Actor, begin
from bot.notebook.contacts import contact_of
from bot.notebook.interviews.talks import (
    StoredTalk,
    TalkPage,
    begin_talk,
    day_of,
    finish_talk,
    update_talk,
)
from bot.notebook.pages import Page
from bot.notebook.pressed import Pressed, settle_reminder
from bot.notebook.questions import has_set, moving_set, without_set
from bot.rules.follow_ups.settling import named_on
from bot.rules.records import Kind, Mode, TalkState, Verdict
from bot.storage.session import Session
from bot.storage.types import new_key

USUAL_MINUTES = 20  # R07
DETAIL_LENGTHS = {"place": 300, "who_calls": 100, "attire": 200, "parking": 200, "way": 300}
"""What can be noted about a talk beforehand (R20 R30), and how many characters each may have."""
_DETAIL_WORDS = {
    "place": "The place or link",
    "who_calls": "Who calls whom",
    "attire": "What people wear there",
    "parking": "Parking",
    "way": "The way there",
}


@dataclass(frozen=True)
class Slot:
    """When two people talk, for how long, how, and the zone in which it was agreed."""

    at: datetime
    zone: str
    minutes: int = USUAL_MINUTES
    mode: Mode = Mode.VIDEO


async def schedule_interview(
    session: Session,
    *,
    by: Actor,
    ref: str,
    slot: Slot,
    page: Page | None = None,
    pressed: Pressed | None = None,
) -> StoredTalk:
    """Put a talk in the book (R20); ``ref`` is "#key", or "+name" for somebody new.

    ``page`` is the contact's, if it was read: questions that were saved there move to the talk.
    ``pressed`` is the nudge that was answered by it.
    """
    known = pressed.member if pressed else None
    ledger = await begin(session, by, "setting a date", known=known)
    contact_key = await contact_of(ledger, ref)
    key = new_key()
    await ledger.insert(
        "interviews",
        {
            "key": key,
            "contact_key": contact_key,
            "state": TalkState.PLANNED,
            "on": day_of(ledger, slot.at),
            "starts_at": slot.at,
            "minutes": slot.minutes,
            "zone": slot.zone,
            "mode": slot.mode,
            "details": moving_set(page.contact.details) if page else {},
            "recorded_at": by.now,
        },
    )
    if page is not None and has_set(page.contact.details):
        old = page.contact.details
        await ledger.update("contacts", page.key, {"details": old}, details=without_set(old))
    if pressed is not None:
        await settle_reminder(ledger, pressed)
    return await finish_talk(ledger, contact_key, key)


async def move_interview(
    session: Session, *, by: Actor, on: TalkPage, slot: Slot, pressed: Pressed | None = None
) -> StoredTalk:
    """Give a talk a new time; what was decided for another day no longer counts."""
    ledger = await begin_talk(session, by, "moving a talk", on, pressed)
    if on.talk.row.s1 == TalkState.HELD:
        raise UserError("That talk is noted as held. Set a date for the next one instead.")
    day = day_of(ledger, slot.at)
    await update_talk(
        ledger,
        on.talk,
        state=TalkState.PLANNED,
        on=day,
        named_on=named_on(day, on.talk.row.d1, on.talk.row.d3),
        starts_at=slot.at,
        minutes=slot.minutes,
        mode=slot.mode,
        zone=slot.zone,
        recorded_at=by.now,
        cancelled_on=None,
        sequence=on.talk.row.n3 + 1,
    )
    return await finish_talk(ledger, on.page.key, on.talk.key)


async def cancel_interview(
    session: Session,
    *,
    by: Actor,
    on: TalkPage,
    wants_new_date: bool = True,
    pressed: Pressed | None = None,
) -> StoredTalk:
    """Call a talk off, or note that it did not happen; a new date may be wanted or not."""
    verb = "calling a talk off" if wants_new_date else "noting that a talk did not happen"
    ledger = await begin_talk(session, by, verb, on, pressed)
    state = TalkState.CANCELLED if wants_new_date else TalkState.NOT_HELD
    if on.talk.row.s1 == TalkState.HELD:
        raise UserError("That talk is noted as held. Undo that first, or fix it on the card.")
    if on.talk.row.s1 == state:
        raise UserError("That is noted already; nothing was changed.")
    today = day_of(ledger, by.now)
    await update_talk(
        ledger,
        on.talk,
        state=state,
        cancelled_on=today if wants_new_date else None,
        sequence=on.talk.row.n3 + 1,
    )
    return await finish_talk(ledger, on.page.key, on.talk.key)


async def note_details(
    session: Session,
    *,
    by: Actor,
    on: TalkPage,
    details: Mapping[str, str],
    way_minutes: int | None = None,
) -> StoredTalk:
    """Note place or link, who calls, attire, parking and the way there (R20 R30)."""
    for name, text in details.items():
        if len(text) > DETAIL_LENGTHS[name]:
            raise UserError(
                f"{_DETAIL_WORDS[name]}: that is {len(text)} characters long, and "
                f"{DETAIL_LENGTHS[name]} fit. Please shorten it."
            )
    ledger = await begin_talk(session, by, "noting details of a talk", on)
    whole = {**on.talk.details, **details}
    kept = {name: value for name, value in whole.items() if value}
    await update_talk(
        ledger, on.talk, details=kept, way_minutes=way_minutes, sequence=on.talk.row.n3 + 1
    )
    return await finish_talk(ledger, on.page.key, on.talk.key)


async def decide_about_talk(
    session: Session,
    *,
    by: Actor,
    on: TalkPage,
    kind: Kind,
    verdict: Verdict,
    pressed: Pressed | None = None,
) -> StoredTalk:
    """Settle one follow-up of a talk: "All set", "Ready", or no thank-you needed."""
    ledger = await begin_talk(session, by, _DECIDING[verdict], on, pressed)
    if on.is_settled(kind):
        raise UserError("That is noted already; nothing was changed.")
    await ledger.insert(
        "decisions",
        {
            "key": new_key(),
            "contact_key": on.page.key,
            "kind": kind,
            "anchor": on.anchor,
            "verdict": verdict,
            "on": day_of(ledger, by.now),
            "at": by.now,
        },
    )
    return await finish_talk(ledger, on.page.key, on.talk.key)


_DECIDING = {
    Verdict.ALL_SET: "confirming a talk",
    Verdict.READY: "being ready for a talk",
    Verdict.NOT_NEEDED: "leaving out a thank-you",
}

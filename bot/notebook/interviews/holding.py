"""A talk was held: what it brought, and what the member will do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot.content import plain_text
from bot.errors import Choice, NotYours, Unclear, UserError
from bot.notebook.access import AnyRow, access_mine, as_dict
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.contacts import FIELD_LENGTHS, insert_contacts, searchable
from bot.notebook.facts import say_clock, say_near_day
from bot.notebook.filling_in import FilledIn, fill_in
from bot.notebook.interviews.booking import USUAL_MINUTES
from bot.notebook.interviews.talks import (
    REMOVED,
    StoredTalk,
    TalkPage,
    day_of,
    finish_talk,
    talk_columns,
    update_talk,
)
from bot.notebook.joining import note_entry
from bot.notebook.pages import Entry
from bot.notebook.pressed import Pressed, settle_reminder
from bot.rules.follow_ups.settling import named_on
from bot.rules.hours import local_day
from bot.rules.records import KeepInTouch, Mode, Outcome, TalkState, TouchKind
from bot.storage.models import Contact
from bot.storage.session import Session
from bot.storage.types import new_key

MOST_PROMISES = 10
THEMSELVES = "That is the person themselves. Who else did they name?"
_MEDIA = {Mode.PHONE: "phone", Mode.IN_PERSON: "in_person"}


@dataclass(frozen=True)
class Takeaways:
    """What a member brings home from a talk (R33 R42 R51 R57 R59)."""

    enjoyed: str = field(default="", repr=False)
    advice: str = field(default="", repr=False)
    promises: tuple[str, ...] = field(default=(), repr=False)
    keep_in_touch: KeepInTouch = KeepInTouch.NOT_ASKED
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Held:
    """Which talk was held: one in the book, or (None) a new one, not booked before.

    ``on`` and ``at`` say when; for a talk in the book, None keeps its own time. With ``at`` alone
    it was on the member's day then.
    """

    contact: str
    talk: TalkPage | None = None
    on: date | None = None
    at: datetime | None = None


async def log_interview(
    session: Session,
    *,
    by: Actor,
    held: Held,
    takeaways: Takeaways,
    pressed: Pressed | None = None,
) -> StoredTalk:
    """Note that a talk was held and what it brought: entry, takeaways, promises (R33 R42 R51)."""
    _check(held, takeaways)
    known = pressed.member if pressed else None
    ledger = await begin(session, by, "noting a talk", known=known)
    ledger.concern(held.contact)
    if held.on is None and held.at is not None:
        held = replace(held, on=day_of(ledger, held.at))
    if held.on is None and held.talk is not None:
        _ask_if_ahead(held.talk, ledger)
    if held.talk is None:
        row = await _add(ledger, held, takeaways)
    else:
        row = await _close(ledger, held, held.talk.talk, takeaways)
    await ledger.insert("touches", _entry_of(row, held, ledger, pressed))
    await ledger.insert("promises", *_promises(ledger, held.contact, row["key"], takeaways))
    if pressed is not None:
        await settle_reminder(ledger, pressed)
    return await finish_talk(ledger, held.contact, row["key"])


def _check(held: Held, takeaways: Takeaways) -> None:
    if len(takeaways.promises) > MOST_PROMISES:
        raise UserError(
            f"Those are {len(takeaways.promises)} things to do next. "
            f"Keep the {MOST_PROMISES} that matter most, one a line."
        )
    if held.talk is not None and held.talk.talk.row.s1 == TalkState.HELD:
        raise UserError("That talk is noted already; nothing was changed.")


def _ask_if_ahead(on: TalkPage, ledger: Ledger) -> None:
    # An older button, or a form left open, is about the time that the talk had then.
    now, zone, row = ledger.by.now, ledger.member.zone_or_club, on.talk.row
    if row.t1 is None or row.t1 <= now or on.page.owner_id != ledger.member.id:
        return
    day = say_near_day(row.d1, local_day(now, zone)).removeprefix("on ")
    raise Unclear(
        f"Your talk with {plain_text(on.page.first)} is in your book for {day} "
        f"{say_clock(row.t1, zone)}, which is still to come. Did you talk today instead?",
        field_name="is_today",
        choices=(Choice("Yes, today", "yes"),),
    )


def _entry_of(
    row: Mapping[str, Any], held: Held, ledger: Ledger, pressed: Pressed | None
) -> dict[str, Any]:
    return {
        # A talk has one entry, under the talk's own key: two forms at once cannot note it twice.
        "key": row["key"],
        "contact_key": held.contact,
        "interview_key": row["key"],
        "kind": TouchKind.TALKED,
        "on": row["on"],
        "at": row["starts_at"],
        "zone": row["zone"],
        "medium": _MEDIA.get(row["mode"]) if held.talk else None,
        "reminder_key": pressed.key if pressed else None,
        "recorded_at": ledger.by.now,
    }


async def _close(ledger: Ledger, held: Held, talk: Entry, takeaways: Takeaways) -> dict[str, Any]:
    """Close a talk that was in the book."""
    values = _taken(talk.details, takeaways, ledger.by.now)
    if held.on is not None:
        values |= {"on": held.on, "starts_at": held.at, "sequence": talk.row.n3 + 1}
        values["named_on"] = named_on(held.on, talk.row.d1, talk.row.d3)
    await update_talk(ledger, talk, **values)
    return {**talk_columns(talk), **values, "key": talk.key}


async def _add(ledger: Ledger, held: Held, takeaways: Takeaways) -> dict[str, Any]:
    """Add a talk that nobody had booked."""
    row = {
        "key": new_key(),
        "contact_key": held.contact,
        "on": held.on or day_of(ledger, ledger.by.now),
        "starts_at": held.at,
        "minutes": USUAL_MINUTES,
        "zone": ledger.member.zone_or_club,
        "mode": Mode.VIDEO,
        "recorded_at": ledger.by.now,
        **_taken({}, takeaways, ledger.by.now),
    }
    await ledger.insert("interviews", row)
    return row


def _taken(details: Mapping[str, Any], takeaways: Takeaways, now: datetime) -> dict[str, Any]:
    words = {"enjoyed": takeaways.enjoyed, "advice": takeaways.advice}
    return {
        "state": TalkState.HELD,
        "logged_at": now,
        "cancelled_on": None,
        "keep_in_touch": takeaways.keep_in_touch,
        "outcome": takeaways.outcome,
        "details": {**details, **{name: text for name, text in words.items() if text}},
    }


def _promises(ledger: Ledger, contact: str, key: str, takeaways: Takeaways) -> list[dict[str, Any]]:
    today = day_of(ledger, ledger.by.now)
    shared = {"contact_key": contact, "interview_key": key, "on": today}
    keys = sorted(new_key() for _ in takeaways.promises)  # lists keep the order in which they came
    return [
        {"key": one, "text": text, **shared}
        for one, text in zip(keys, takeaways.promises, strict=True)
    ]


async def note_named(
    session: Session, *, by: Actor, giver: str, person: Mapping[str, str]
) -> tuple[Stored, str]:
    """Note a person whom a contact named as one to ask (R36 R52 R58); returns their key too.

    ``person`` holds the fields of a contact, and beside them ``may_use_name`` and ``introduces``
    ("yes": the contact will).
    """
    ledger = await begin(session, by, "adding a person they named")
    ledger.concern(giver)
    fields = dict(person)
    may_use_name = fields.pop("may_use_name", "") or "not_asked"
    introduces = fields.pop("introduces", "") == "yes"
    (key,) = await insert_contacts(
        ledger,
        [fields],
        referred_by=giver,
        may_use_name=may_use_name,
        they_introduce=introduces,
    )
    return await _finish_present(ledger, giver), key


async def note_giver(
    session: Session, *, by: Actor, key: str, giver: str, person: Mapping[str, str]
) -> tuple[Stored, FilledIn]:
    """Note who named a contact that is in the notebook already; ``person`` as above.

    Their card is filled in with what was typed about them; returns what became of that, too.
    """
    if key == giver:
        raise UserError(THEMSELVES)
    ledger = await begin(session, by, "noting who named a person")
    row = await access_mine(session, by.member_id, Contact, key, *_GIVEN)
    ledger.concern(giver, key)
    typed = {name: text for name, text in person.items() if name in FIELD_LENGTHS}
    filled = fill_in(row.details, typed)
    before = as_dict(row) | searchable(session, row.details)
    values = {
        **_given(row, giver, person),
        "lead_on": row.lead_on or day_of(ledger, by.now),
        **(searchable(session, filled.details) if filled.details != row.details else {}),
    }
    await ledger.update("contacts", key, before, **values)
    if filled.left:
        await ledger.insert("touches", note_entry(ledger, key, filled.left))
    return await _finish_present(ledger, giver), filled


def _given(row: AnyRow, giver: str, person: Mapping[str, str]) -> dict[str, Any]:
    """Say how the name was given; what is not answered again stays, if the same person gave it."""
    is_known = row.referred_by == giver
    may, introduces = person.get("may_use_name"), person.get("introduces")
    return {
        "referred_by": giver,
        "may_use_name": may or (row.may_use_name if is_known else "not_asked"),
        "they_introduce": introduces == "yes"
        or (is_known and not introduces and bool(row.they_introduce)),
    }


async def _finish_present(ledger: Ledger, giver: str) -> Stored:
    stored = await ledger.finish()
    if stored.pages[giver].is_removed:
        raise NotYours(REMOVED)
    return stored


_GIVEN = (
    Contact.referred_by,
    Contact.may_use_name,
    Contact.they_introduce,
    Contact.lead_on,
    Contact.details,
)

"""Contacts: the people in a member's notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.errors import UNCHANGED, UserError
from bot.notebook.access import (
    access_mine,
    as_dict,
    labels_of_owner,
    mine,
    mine_removed,
)
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.pages import access_page
from bot.rules.fields import read_work
from bot.rules.plain import is_blank, straight
from bot.rules.profiles import profile_of
from bot.rules.records import TalkState
from bot.rules.search import best_matches, folded, is_clear_match
from bot.storage.keys import Keyring
from bot.storage.models import Contact, Reminder
from bot.storage.session import Session
from bot.storage.types import keyring_of, new_key

NAME_LENGTH = 100
MOST_AT_ONCE = 40
NAMELESS = "Every person needs a name: even a first name will do."
FIELD_LENGTHS: dict[str, int] = {
    "name": NAME_LENGTH,
    "role": 100,
    "organization": 100,
    "field": 100,
    "school": 100,
    "email": 200,
    "phone": 60,
    "linkedin": 200,
    "address": 300,
    "how_known": 300,
    "connection": 40,
    "notes": 1500,
}
"""The fields of a contact (R47–R49 R54–R57) and how many characters each may have."""


class Label(NamedTuple):
    """A contact as lists show them; made by the thousand, so a plain tuple."""

    key: str
    text: str


def label(details: Mapping[str, Any]) -> str:
    """Join what tells people apart: "name · organization · role"."""
    parts = (details.get(name) for name in ("name", "organization", "role"))
    return " · ".join(str(part) for part in parts if part)


def clean_details(values: Mapping[str, str]) -> dict[str, str]:
    """Check a contact's fields: known ones, one line each but for the notes, not too long."""
    details: dict[str, str] = {}
    for name, text in values.items():
        tidy = text.strip() if name == "notes" else straight(" ".join(text.split()))
        if len(tidy) > FIELD_LENGTHS[name]:
            raise UserError(
                f"The {name.replace('_', ' ')} is {len(tidy)} characters long; "
                f"please keep it to {FIELD_LENGTHS[name]}."
            )
        details[name] = tidy
    return details


async def add_contact(
    session: Session,
    *,
    by: Actor,
    values: Mapping[str, str],
    referred_by: str | None = None,
    may_use_name: str = "not_asked",
) -> Stored:
    """Note a person to ask (R01); ``values`` are their fields, the name among them.

    ``referred_by`` is "#key", or "+name" for somebody who is added on the way.
    """
    ledger = await begin(session, by, "adding a person")
    if referred_by and referred_by.startswith("+"):
        people = ({"name": referred_by[1:]}, values)
        await _insert_with_giver(ledger, *people, may_use_name=may_use_name)
        return await ledger.finish()
    giver = referred_by.removeprefix("#") if referred_by else None
    await insert_contacts(ledger, [values], referred_by=giver, may_use_name=may_use_name)
    return await ledger.finish()


async def insert_contacts(
    ledger: Ledger,
    people: Sequence[Mapping[str, str]],
    *,
    referred_by: str | None = None,
    may_use_name: str = "not_asked",
    they_introduce: bool = False,
) -> list[str]:
    """Insert people to ask within a use case; returns their keys in order."""
    if referred_by and referred_by not in ledger.contacts:  # else the ledger looks at them
        await access_mine(ledger.session, ledger.member.id, Contact, referred_by, Contact.key)
    given = {
        "referred_by": referred_by,
        "may_use_name": may_use_name,
        "they_introduce": they_introduce,
    }
    rows = [{**_contact_columns(ledger, values), **given} for values in people]
    return await _insert_rows(ledger, rows)


async def _insert_with_giver(
    ledger: Ledger, giver: Mapping[str, str], person: Mapping[str, str], *, may_use_name: str
) -> None:
    unnamed = {"referred_by": None, "may_use_name": "not_asked", "they_introduce": False}
    first = {**_contact_columns(ledger, giver), **unnamed}
    named = {"referred_by": first["key"], "may_use_name": may_use_name}
    await _insert_rows(ledger, [first, {**_contact_columns(ledger, person), **unnamed, **named}])


async def _insert_rows(ledger: Ledger, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    await ledger.insert("contacts", *rows)
    keys = [str(row["key"]) for row in rows]
    ledger.concern(*keys)
    return keys


def _contact_columns(ledger: Ledger, values: Mapping[str, str]) -> dict[str, Any]:
    details = clean_details(values)
    if is_blank(details.get("name", "")):
        raise UserError(NAMELESS)
    now = ledger.by.now
    return {
        "key": new_key(),
        **searchable(ledger.session, details),
        "lead_on": now.astimezone(ZoneInfo(ledger.member.zone_or_club)).date(),
        "added_at": now,
        "last_at": now,
    }


def searchable(session: Session, details: Mapping[str, str]) -> dict[str, Any]:
    """Give the columns that follow from the details: the label and the look-up hashes."""
    return found_by(keyring_of(session.get_bind().dialect), details)


def found_by(ring: Keyring, details: Mapping[str, str]) -> dict[str, Any]:
    """Give the same, where there is no session."""
    email, linkedin = details.get("email"), details.get("linkedin")
    return {
        "details": dict(details),
        "label": label(details),
        "email_hash": ring.lookup_hash(email) if email else None,
        "linkedin_hash": ring.lookup_hash(profile_of(linkedin)) if linkedin else None,
    }


async def edit_contact(
    session: Session,
    *,
    by: Actor,
    key: str,
    values: Mapping[str, str],
    may_use_name: str | None = None,
    they_introduce: bool | None = None,
    keep_in_touch: str | None = None,
) -> Stored:
    """Change some of a contact's fields; ``keep_in_touch`` is kept with the latest talk (R57).

    ``they_introduce``: whoever gave the name makes the introduction (R36). None leaves as it is.
    """
    ledger = await begin(session, by, "editing a person")
    page = await access_page(session, by.member_id, key)
    fresh = {**page.contact.details, **clean_details(values)}
    if is_blank(fresh.get("name", "")):
        raise UserError(NAMELESS)
    kept = {name: text for name, text in fresh.items() if text}
    given = {"may_use_name": page.contact.row.s1, "they_introduce": page.notes.they_introduce}
    said = {"may_use_name": may_use_name or None, "they_introduce": they_introduce}
    changed = {name: value for name, value in said.items() if value is not None}
    columns = {**searchable(session, kept), **given, **changed}
    before = {**searchable(session, page.contact.details), **given}
    held = [entry for entry in page.interviews if entry.row.s1 == TalkState.HELD]
    is_other = bool(keep_in_touch and held and held[-1].row.s3 != keep_in_touch)
    is_same = kept == {name: text for name, text in page.contact.details.items() if text}
    if is_same and given == {**given, **changed} and not is_other:
        raise UserError(UNCHANGED)
    ledger.concern(key)
    await ledger.update("contacts", key, before, **columns)
    if is_other:
        old = {"keep_in_touch": held[-1].row.s3}
        await ledger.update("interviews", held[-1].key, old, keep_in_touch=keep_in_touch)
    return await ledger.finish()


async def add_people(
    session: Session, *, by: Actor, lines: Sequence[str], connection: str = ""
) -> Stored:
    """Note several people to ask, one a line as ``read_person`` takes it (R02-R05)."""
    shared = {"connection": connection} if connection.strip() else {}
    people = [person | shared for line in lines if (person := read_person(line.strip(" -*•\t")))]
    if not people:
        raise UserError("I need at least one name, one a line.")
    if len(people) > MOST_AT_ONCE:
        raise UserError(f"Those are {len(people)} names; please send {MOST_AT_ONCE} at a time.")
    ledger = await begin(session, by, "adding people")
    await insert_contacts(ledger, people)
    return await ledger.finish()


def read_person(line: str) -> dict[str, str]:
    """Read "name, role, organization" or a name with one of the two; nothing without a name.

    "nurse" is a role, "nurse at Mercy Hospital" is both, and any other single part where they work.
    """
    name, *work = (" ".join(part.split()) for part in line.split(",", 2))
    role, place = read_work(work[0]) if work else ("", "")
    if len(work) > 1:
        role, place = (role, f"{place}, {work[1]}") if role and place else (work[0], work[1])
    person = {"name": name, "role": role, "organization": place}
    return {field: text for field, text in person.items() if text} if name else {}


async def remove_contact(session: Session, *, by: Actor, key: str) -> Stored:
    """Take a contact out of the notebook; for 30 days they can be restored."""
    ledger = await begin(session, by, "removing a person")
    ledger.moves_up = False  # those who were removed are listed by when
    row = await access_mine(session, by.member_id, Contact, key, Contact.removed_at)
    ledger.concern(key)
    await ledger.update("contacts", key, as_dict(row), removed_at=by.now)
    return await ledger.finish()


async def restore_contact(session: Session, *, by: Actor, key: str) -> Stored:
    """Bring back a contact that was removed; who is there already is left alone."""
    ledger = await begin(session, by, "restoring a person")
    ledger.moves_up = False  # done here, in the same statement
    columns = (Contact.removed_at, Contact.last_at)
    removed = mine_removed(by.member_id, *columns).where(Contact.key == key)
    row = (await session.execute(removed)).one_or_none()
    if row is None:
        await access_mine(session, by.member_id, Contact, key, Contact.key)
        raise UserError("They are in your notebook already; nothing was changed.")
    ledger.concern(key)
    await ledger.update("contacts", key, as_dict(row), removed_at=None, last_at=by.now)
    return await ledger.finish()


async def list_labels(session: Session, owner_id: int) -> list[Label]:
    """List all of the member's contacts, the latest first."""
    rows = await session.rows(labels_of_owner(), {"owner": owner_id})
    ring = keyring_of(session.get_bind().dialect)
    texts = ring.unseal_texts([sealed for _, sealed in rows], "contacts.label")
    return [Label(key, text) for (key, _), text in zip(rows, texts, strict=True)]


async def find_latest(session: Session, owner_id: int, *, count: int) -> list[Label]:
    """Find the first of the member's contacts, the latest first, told apart."""
    return await tell_apart(session, owner_id, (await list_labels(session, owner_id))[:count])


async def find_names(session: Session, owner_id: int, keys: Sequence[str]) -> dict[str, str]:
    """Give the names of contacts of the member's by key; who is removed is left out."""
    wanted = mine(owner_id, Contact, Contact.key, Contact.label).where(Contact.key.in_(keys))
    rows = await session.execute(wanted)
    return {row.key: row.label.split(" · ")[0] for row in rows}


async def list_removed(session: Session, owner_id: int) -> list[Label]:
    """List the contacts that can still be restored, the latest first."""
    rows = await session.execute(
        mine_removed(owner_id, Contact.key, Contact.label).order_by(Contact.removed_at.desc())
    )
    return [Label(row.key, row.label) for row in rows]


_APART = ("email", "phone", "linkedin")
_APART_ROOM = (50, 26)  # of a line and of what is added to it: a button holds 80 characters


async def tell_apart(session: Session, owner_id: int, labels: Sequence[Label]) -> list[Label]:
    """Add to labels that read the same what differs: how to reach them, or when they were added."""
    counts = Counter(one.text for one in labels)
    same = [one for one in labels if counts[one.text] > 1]
    if not same:
        return list(labels)
    wanted = mine(owner_id, Contact, Contact.key, Contact.added_at, Contact.details)
    found = await session.execute(wanted.where(Contact.key.in_([one.key for one in same])))
    rows = {row.key: row for row in found}
    groups = {text: [one.key for one in same if one.text == text] for text in counts}
    marks = {key: mark for keys in groups.values() for key, mark in _marks(keys, rows).items()}
    line, room = _APART_ROOM
    return [
        Label(one.key, f"{one.text[:line]} · {marks[one.key][:room]}") if one.key in marks else one
        for one in labels
    ]


def _marks(keys: Sequence[str], rows: Mapping[str, Any]) -> dict[str, str]:
    for name in _APART:
        told = {key: str(rows[key].details.get(name) or f"no {name}") for key in keys}
        if len({text[: _APART_ROOM[1]] for text in told.values()}) == len(keys):
            return told
    ordered = sorted(keys, key=lambda key: (rows[key].added_at, key))
    return {
        key: f"added {rows[key].added_at.day} {rows[key].added_at:%b %Y} ({number})"
        for number, key in enumerate(ordered, start=1)
    }


async def find_duplicate(session: Session, owner_id: int, name: str) -> Label | None:
    """Find somebody of the same name, accents and case aside."""
    wanted = folded(" ".join(name.split()))
    for one in await list_labels(session, owner_id):
        if folded(one.text).split(" · ")[0] == wanted:
            return one
    return None


async def suggest_contacts(
    session: Session, owner_id: int, typed: str, *, now: datetime
) -> list[Label]:
    """Suggest up to 25 contacts for what was typed; for nothing typed, the due ones first."""
    labels = await list_labels(session, owner_id)
    if typed.strip():
        found = best_matches(typed, [one.text for one in labels], limit=25)
        return await tell_apart(session, owner_id, [labels[index] for index in found])
    due = await session.execute(
        mine(owner_id, Reminder, Reminder.contact_key)
        .where(Reminder.state.in_(("delivered", "unreachable", "waiting")), Reminder.due_at <= now)
        .where(Reminder.expires_at > now)
    )
    waiting = {row.contact_key for row in due}
    shown = sorted(labels, key=lambda one: one.key not in waiting)[:25]
    return await tell_apart(session, owner_id, shown)


@dataclass(frozen=True)
class Found:
    """What typed text means: one contact, or several that it could mean, or none."""

    key: str | None = None
    several: tuple[Label, ...] = ()


async def find_contact(session: Session, owner_id: int, typed: str) -> Found:
    """Find the contact that words mean; one clear match is taken."""
    labels = await list_labels(session, owner_id)
    texts = [one.text for one in labels]
    found = [labels[index] for index in best_matches(typed, texts, limit=5)]
    if found and is_clear_match(typed, [one.text for one in found]):
        return Found(found[0].key)
    return Found(several=tuple(await tell_apart(session, owner_id, found)))


async def contact_of(ledger: Ledger, ref: str) -> str:
    """Settle within a use case whom a reference means: "#key", or "+name" to add on the way.

    A key that is not the member's raises NotYours when the ledger finishes.
    """
    if ref.startswith("+"):
        return (await insert_contacts(ledger, [{"name": ref[1:]}]))[0]
    ledger.concern(ref.removeprefix("#"))
    return ref.removeprefix("#")

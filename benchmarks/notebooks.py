"""Fills a database with many notebooks, fast."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert

from bot.notebook.contacts import label
from bot.rules import records
from bot.rules.follow_ups import plan
from bot.rules.records import Kind, ReminderState, Rhythm
from bot.storage.db import Database, parse_url
from bot.storage.keys import Keyring, read_keyring
from bot.storage.models import Contact, Member, Reminder, Touch
from bot.storage.opening import open_database
from bot.storage.types import new_key

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
FIRST = ("Rosa", "Ana", "Leo", "Mia", "Ben", "Amara", "Yuki", "Omar", "Tomás", "Zoë", "Priya")
LAST = ("Vega", "Novak", "Okafor", "Tanaka", "Haddad", "Silva", "Petrović", "Singh", "García")
ROLES = ("Nurse", "Data analyst", "Stage manager", "Civil engineer", "Editor", "Teacher", "Chef")
PLACES = ("Mercy Hospital", "City Theatre", "Northwind", "Blue River Labs", "Harbor School")
ZONE = "America/New_York"
FIRST_MEMBER = 100_000_000_000_000_000
_BATCH = 5_000
_FEW_DUE, _MANY_DUE = 2, 12  # of a thousand
_ASKED, _ASKED_LONG_AGO = (0, 6), (9, 14)  # days ago; the plan reminds after seven


def fill(folder: Path, *, members: int, contacts: int) -> tuple[str, Keyring, list[str]]:
    """Make a database of so many members with so many contacts in all.

    Every contact was asked for a talk and has not answered, with the reminder that is planned for
    it. With each second member some are due, their reminders delivered: with the first two, with
    the second so many that a card of today is full. Returns the URL, the keys, and the keys of the
    first member's contacts.
    """
    url = parse_url(f"sqlite:///{folder / 'rapport.db'}")
    open_database(url, folder / "rapport.key")
    ring = read_keyring(folder / "rapport.key")
    engine = create_engine(url)
    engine.dialect.rapport_keyring = ring  # type: ignore[attr-defined] - as the database does
    chance = random.Random(7)
    first: list[str] = []
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        connection.execute(insert(Member), [_member(n) for n in range(members)])
        each = contacts // members
        for start in range(0, contacts, _BATCH):
            rows = [
                _contact(chance, number // each, ring) for number in range(start, start + _BATCH)
            ]
            connection.execute(insert(Contact), rows)
            touches = [
                _touch(chance, row, is_due=number % each % _due_each(number // each) == 0)
                for number, row in enumerate(rows, start=start)
            ]
            connection.execute(insert(Touch), touches)
            connection.execute(insert(Reminder), [_reminder(touch) for touch in touches])
            first += [row["key"] for row in rows if row["owner_id"] == FIRST_MEMBER]
    engine.dispose()
    return str(url), ring, first


def open_filled(folder: Path) -> Database:
    """Open a database that was filled."""
    url = parse_url(f"sqlite:///{folder / 'rapport.db'}")
    return Database(url, read_keyring(folder / "rapport.key"))


def _member(number: int) -> dict[str, Any]:
    return {
        "id": FIRST_MEMBER + number,
        "profile": {"name": "Ana", "line": "a second-year student of biology"},
        "zone": ZONE,
        "created_at": NOW - timedelta(days=90),
        "hello_at": NOW,
        "dm_channel_id": FIRST_MEMBER * 2 + number,
    }


def _contact(chance: random.Random, member: int, _: Keyring) -> dict[str, Any]:
    details = {
        "name": f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        "role": chance.choice(ROLES),
        "organization": chance.choice(PLACES),
        "email": f"p{chance.randrange(10**9)}@example.org",
        "notes": "Met at the career fair; likes to talk about the early years.",
    }
    return {
        "key": new_key(),
        "owner_id": FIRST_MEMBER + member,
        "label": label(details),
        "details": details,
        "may_use_name": "not_asked",
        "they_introduce": False,
        "lead_on": NOW.date(),
        "added_at": NOW - timedelta(days=60),
        "last_at": NOW - timedelta(minutes=chance.randrange(60 * 24 * 60)),
    }


def _due_each(member: int) -> int:
    return 1000 // (_MANY_DUE if member % 2 else _FEW_DUE)


def _touch(chance: random.Random, contact: dict[str, Any], *, is_due: bool) -> dict[str, Any]:
    at = NOW - timedelta(days=chance.randrange(*(_ASKED_LONG_AGO if is_due else _ASKED)))
    return {
        "key": new_key(),
        "owner_id": contact["owner_id"],
        "contact_key": contact["key"],
        "kind": "asked",
        "on": at.date(),
        "at": at,
        "zone": ZONE,
        "medium": "email",
        "text": "Asked for twenty minutes.",
        "recorded_at": at,
    }


def _reminder(touch: dict[str, Any]) -> dict[str, Any]:
    due_at, expires_at = _chase(touch["on"])
    was_sent = due_at <= NOW
    return {
        "key": new_key(),
        "owner_id": touch["owner_id"],
        "contact_key": touch["contact_key"],
        "plan_key": f"{Kind.CHASE_REPLY}:{touch['key']}:1",
        "kind": Kind.CHASE_REPLY,
        "anchor": touch["key"],
        "step": 1,
        "due_at": due_at,
        "wake_at": due_at,
        "expires_at": expires_at,
        "state": ReminderState.DELIVERED if was_sent else ReminderState.WAITING,
        "delivered_at": due_at if was_sent else None,
        "delivered_on": due_at.date() if was_sent else None,
    }


@cache
def _chase(on: date) -> tuple[datetime, datetime]:
    """Ask the plan when to write again to somebody who was asked on a day, and until when."""
    noted = datetime.combine(on, NOW.timetz())
    touch = records.Touch("asked", records.TouchKind.ASKED, on, recorded_at=noted)
    due, *_ = plan(records.ContactNotes("contact", touches=(touch,)), Rhythm(zone=ZONE))
    return due.due_at, due.expires_at

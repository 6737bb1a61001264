"""Fills a database with many notebooks, fast."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert

from bot.notebook.contacts import label
from bot.rules.records import ReminderState
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
FIRST_MEMBER = 100_000_000_000_000_000
_BATCH = 5_000


def fill(folder: Path, *, members: int, contacts: int) -> tuple[str, Keyring, list[str]]:
    """Make a database of so many members with so many contacts in all.

    Every contact has one touch and one waiting reminder. Returns the URL, the keys, and the keys of
    the first member's contacts.
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
            connection.execute(insert(Touch), [_touch(row) for row in rows])
            connection.execute(insert(Reminder), [_reminder(row) for row in rows])
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
        "zone": "America/New_York",
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


def _touch(contact: dict[str, Any]) -> dict[str, Any]:
    at = contact["last_at"]
    return {
        "key": new_key(),
        "owner_id": contact["owner_id"],
        "contact_key": contact["key"],
        "kind": "asked",
        "on": at.date(),
        "at": at,
        "zone": "America/New_York",
        "medium": "email",
        "text": "Asked for twenty minutes.",
        "recorded_at": at,
    }


def _reminder(contact: dict[str, Any]) -> dict[str, Any]:
    due = NOW + timedelta(days=1, minutes=hash(contact["key"]) % (60 * 24 * 300))
    return {
        "key": new_key(),
        "owner_id": contact["owner_id"],
        "contact_key": contact["key"],
        "plan_key": f"chase_reply:{contact['key']}:1",
        "kind": "chase_reply",
        "anchor": contact["key"],
        "step": 1,
        "due_at": due,
        "wake_at": due,
        "expires_at": due + timedelta(days=21),
        "state": ReminderState.WAITING,
    }

"""Times the board of a challenge in a database of 10,000 members and 1,000,000 touches.

Everybody is in a challenge of each kind, which has run its days. Most talks are thanked for, within
a few days; SQLite has no figures (ANALYZE), for no installation has any. Printed are the quickest
and the middle of some runs.

python -m benchmarks.standings [members] [touches]
"""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert
from sqlalchemy.engine import Connection

from benchmarks.notebooks import FIRST_MEMBER, open_filled
from bot.club.boards import read_board
from bot.club.challenges import ChallengeFacts, challenge_facts, select_challenges
from bot.content import Kit, load
from bot.notebook.effort import gather_effort
from bot.rules.scoring import Window
from bot.storage.db import parse_url
from bot.storage.keys import read_keyring
from bot.storage.models import Challenge, Contact, Interview, Member, Participation, Touch
from bot.storage.opening import open_database
from bot.storage.session import Session
from bot.storage.types import new_key

ENDS = date(2026, 11, 30)
_YEAR = 365
_NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
_KINDS = ("asked", "answered", "talked", "talked", "thanked", "wrote", "note")
_BATCH = 500
_THANKED = 0.8
_RUNS = 9


def fill(folder: Path, *, members: int, touches: int) -> dict[str, str]:
    """Spread touches over a year; everybody is in all challenges. Returns their keys, by kit."""
    url = parse_url(f"sqlite:///{folder / 'rapport.db'}")
    open_database(url, folder / "rapport.key")
    engine = create_engine(url)
    engine.dialect.rapport_keyring = read_keyring(folder / "rapport.key")  # type: ignore[attr-defined] - as the database does
    challenges = {new_key(): kit for kit in load().kits.values()}
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        connection.execute(insert(Challenge), [_challenge(*one) for one in challenges.items()])
        chance = random.Random(7)
        for start in range(0, members, _BATCH):
            ids = range(FIRST_MEMBER + start, FIRST_MEMBER + min(start + _BATCH, members))
            _insert(connection, list(ids), touches // members, chance)
            joined = [
                _joined(key, kit, one, chance) for key, kit in challenges.items() for one in ids
            ]
            connection.execute(insert(Participation), joined)
    engine.dispose()
    return {kit.id: key for key, kit in challenges.items()}


def _insert(connection: Connection, ids: list[int], each: int, chance: random.Random) -> None:
    rows: dict[type[Any], list[dict[str, Any]]] = {Contact: [], Interview: [], Touch: []}
    for member in ids:
        for model, row in _notebook(member, each, chance):
            rows[model].append(row)
    connection.execute(insert(Member), [_member(one) for one in ids])
    for model, theirs in rows.items():
        connection.execute(insert(model), theirs)


def _notebook(
    member: int, touches: int, chance: random.Random
) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    contacts = [new_key() for _ in range(max(touches // 5, 1))]
    for number, key in enumerate(contacts):
        yield Contact, _contact(member, key, contacts[number - 1] if number % 4 == 3 else None)
    talks: list[tuple[str, date]] = []
    for _ in range(touches):
        contact, kind = chance.choice(contacts), chance.choice(_KINDS)
        on = ENDS - timedelta(days=chance.randrange(_YEAR))
        late = chance.choice((0, 0, 0, 1, 9))
        if kind == "thanked" and talks and chance.random() < _THANKED:
            contact, on = talks.pop()
            on = min(on + timedelta(days=chance.choice((0, 1, 1, 2, 4))), ENDS)
        shared = {"key": new_key(), "owner_id": member, "contact_key": contact, "on": on}
        shared["late_days"] = late
        is_talk = kind == "talked"
        if is_talk:
            talks.append((contact, on))
            yield Interview, {**shared, **_talk(chance)}
        yield (
            Touch,
            {
                **shared,
                "kind": kind,
                "zone": "UTC",
                "interview_key": shared["key"] if is_talk else None,
                "recorded_at": _NOON,
            },
        )


def _talk(chance: random.Random) -> dict[str, Any]:
    return {
        "state": "held",
        "zone": "UTC",
        "details": {},
        "recorded_at": _NOON,
        "logged_at": _NOON,
        "question_count": chance.choice((0, 6)),
        "prepared_at": _NOON - timedelta(days=500),
        "has_takeaways": chance.random() < 0.6,
    }


def _contact(member: int, key: str, giver: str | None) -> dict[str, Any]:
    return {
        "key": key,
        "owner_id": member,
        "label": "Rosa Vega",
        "details": {},
        "referred_by": giver,
        "lead_on": ENDS - timedelta(days=hash(key) % _YEAR),
        "added_at": _NOON,
        "last_at": _NOON,
        "is_alum": hash(key) % 3 == 0,
        "field_hash": bytes([hash(key) % 23]),
    }


def _member(member: int) -> dict[str, Any]:
    return {"id": member, "profile": {}, "zone": "UTC", "created_at": _NOON}


def _window(kit: Kit) -> Window:
    return Window(ENDS - timedelta(days=kit.days - 1), ENDS)


def _joined(challenge: str, kit: Kit, member: int, chance: random.Random) -> dict[str, Any]:
    late = chance.choice((0, 0, 0, 8))
    return {
        "key": new_key(),
        "challenge_key": challenge,
        "owner_id": member,
        "counts_from": _window(kit).starts_on + timedelta(days=late),
        "joined_at": _NOON,
        "alias": f"Otter {member}",
    }


def _challenge(key: str, kit: Kit) -> dict[str, Any]:
    return {
        "key": key,
        "guild_id": 1,
        "title": "Five talks",
        "text": "",
        "terms": [],
        "starts_on": _window(kit).starts_on,
        "ends_on": ENDS,
        "created_at": _NOON,
    }


async def measure(folder: Path, challenges: Mapping[str, str]) -> None:
    """Print for each ready-made challenge how long a page of its board takes, live."""
    database = open_filled(folder)
    gc.freeze()  # as the real start does
    for kit in load().kits.values():
        made = await database.load(_facts, challenges[kit.id])
        facts = replace(made, terms=tuple(kit.scoring))
        counting, whole = list[float](), list[float]()
        board = await database.load(read_board, facts, viewer=FIRST_MEMBER)
        for _ in range(_RUNS):
            started = time.perf_counter()
            await database.load(_count, facts)
            counted = time.perf_counter()
            await database.load(read_board, facts, viewer=FIRST_MEMBER)
            counting.append(counted - started)
            whole.append(time.perf_counter() - counted)
        print(
            f"{kit.id:28} {kit.days:2} days   counting {_best_and_middle(counting)}"
            f"   board {_best_and_middle(whole)}   {board.members} members, {board.points} points",
            flush=True,
        )
    await database.close()


async def _facts(session: Session, challenge: str) -> ChallengeFacts:
    rows = await session.execute(select_challenges().where(Challenge.key == challenge))
    return challenge_facts(rows.one())


async def _count(session: Session, facts: ChallengeFacts) -> None:
    await gather_effort(session, facts.key, window=facts.window, measures=facts.measures)


def _best_and_middle(times: list[float]) -> str:
    return f"{min(times) * 1000:4.0f} to {statistics.median(times) * 1000:4.0f} ms"


def main() -> None:
    """Fill a database and measure."""
    members, touches = (
        int(one) for one in (sys.argv[1:] + ["10000", "1000000"][len(sys.argv) - 1 :])
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        challenges = fill(folder, members=members, touches=touches)
        print(f"{members} members, {touches} touches in a year")
        asyncio.run(measure(folder, challenges))


if __name__ == "__main__":
    main()

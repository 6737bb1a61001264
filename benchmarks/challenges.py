"""Who wins a challenge: honest members, a spammer, back-daters, a late joiner, in each kit.

Through the real notebook and board, on a database of its own. The spammers and the back-daters must
never pass the honest median.

    python -m benchmarks.challenges
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.club.boards import read_board
from bot.club.challenges import ChallengeFacts, access_challenge, create_challenge, draft_of_kit
from bot.club.taking_part import join_challenge
from bot.content import Kit, load
from bot.notebook.members import change_settings, ensure_member
from bot.storage.db import Database, parse_url
from bot.storage.keys import read_keyring
from bot.storage.models import Contact, Interview, Touch
from bot.storage.opening import open_database
from bot.storage.types import new_key

FIRST_DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GUILD = 1
HONEST = 30
_FIELDS = 12


@dataclass
class Notebook:
    """Rows of one member, as the ledger would have written them."""

    owner: int
    chance: random.Random
    rows: list[tuple[Any, dict[str, Any]]]

    def person(self, day: int, *, is_alum: bool = False, giver: str | None = None) -> str:
        """Add somebody."""
        key = new_key()
        row = {
            "key": key,
            "owner_id": self.owner,
            "label": "Rosa",
            "details": {},
            "lead_on": FIRST_DAY + timedelta(days=day),
            "added_at": NOON,
            "last_at": NOON,
            "is_alum": is_alum,
            "referred_by": giver,
            "field_hash": bytes([self.chance.randrange(_FIELDS)]),
        }
        self.rows.append((Contact, row))
        return key

    def note(self, contact: str, kind: str, day: int, late: int = 0) -> None:
        """Note one entry, so many days late."""
        self.rows.append((Touch, self._entry(new_key(), contact, kind, day, late)))

    def talk(self, contact: str, day: int, *, is_good: bool, late: int = 0) -> None:
        """Note a talk; a good one was prepared and has takeaways."""
        key, start = new_key(), NOON + timedelta(days=day)
        row = {
            "key": key,
            "owner_id": self.owner,
            "contact_key": contact,
            "state": "held",
            "on": FIRST_DAY + timedelta(days=day),
            "starts_at": start,
            "zone": "UTC",
            "details": {},
            "recorded_at": start + timedelta(days=late),
            "logged_at": start + timedelta(days=late),
            "late_days": late,
            "question_count": 6 if is_good else 0,
            "prepared_at": start - timedelta(days=1) if is_good else None,
            "has_takeaways": is_good,
        }
        self.rows.append((Interview, row))
        entry = {**self._entry(key, contact, "talked", day, late), "interview_key": key}
        self.rows.append((Touch, entry))

    def _entry(self, key: str, contact: str, kind: str, day: int, late: int) -> dict[str, Any]:
        return {
            "key": key,
            "owner_id": self.owner,
            "contact_key": contact,
            "interview_key": None,
            "kind": kind,
            "on": FIRST_DAY + timedelta(days=day),
            "zone": "UTC",
            "recorded_at": NOON + timedelta(days=day + late),
            "late_days": late,
        }


def honest(book: Notebook, days: int, *, start: int = 0) -> None:
    """Ask somebody every few days; most answer, and most talks are prepared and thanked for."""
    chance, day, giver = book.chance, start, None
    friends = [book.person(-60) for _ in range(4)]
    for one in friends:
        book.talk(one, -40, is_good=True)
    while day < days:
        person = book.person(day, is_alum=chance.random() < 0.5, giver=giver)
        book.note(person, "asked", day)
        if chance.random() < 0.7:
            book.note(person, "answered", day + 1, chance.choice((0, 1)))
            on = day + chance.randint(2, 4)
            book.talk(person, on, is_good=chance.random() < 0.75, late=chance.choice((0, 0, 1)))
            giver = person if chance.random() < 0.6 else None
            if chance.random() < 0.8:
                book.note(person, "thanked", on + 1)
        if friends and chance.random() < 0.4:
            book.note(friends.pop(), "wrote", day)
        day += chance.randint(3, 6)


def spammer(book: Notebook, days: int) -> None:
    """Make up 500 people in one evening, each with all that a few presses can say."""
    _fake(book, [days // 2] * 500)


def patient_spammer(book: Notebook, days: int) -> None:
    """Make up 500 people, some each day, each with all that a few presses can say."""
    _fake(book, [number % days for number in range(500)])


def _fake(book: Notebook, days: list[int]) -> None:
    giver: str | None = None
    for day in days:
        person = book.person(day, is_alum=True, giver=giver)
        for kind in ("asked", "answered", "thanked", "wrote"):
            book.note(person, kind, day)
        book.talk(person, day, is_good=False)
        giver = person


def back_dater(book: Notebook, days: int) -> None:
    """Note on the last evening a whole challenge that never was, two talks a week."""
    for day in range(0, days, 3):
        person = book.person(day, is_alum=True)
        late = days - 1 - day
        for kind in ("asked", "answered", "thanked"):
            book.note(person, kind, day, late)
        book.talk(person, day, is_good=False, late=late)


PLAYERS = {
    "spammer, one evening": spammer,
    "spammer, every day": patient_spammer,
    "back-dater": back_dater,
}


async def play(db: Database, kit: Kit, chance: random.Random) -> list[str]:
    """Play one kit; returns its line of the table."""
    draft = draft_of_kit(kit, starts_on=FIRST_DAY)
    if draft.shape != "members":  # what counts is the same; the board ranks members here
        draft = replace(draft, shape="members")
    challenge = await db.store(_create, draft)
    late = kit.days // 2
    players: dict[str, list[int]] = {
        "honest": [],
        "late joiner": [],
        **{name: [] for name in PLAYERS},
    }
    first = chance.randrange(10**9) * 1000
    roles = ["honest"] * HONEST + ["late joiner"] * 5 + list(PLAYERS)
    for number, role in enumerate(roles, start=first):
        players[role].append(number)
        book = Notebook(number, chance, [])
        if role in PLAYERS:
            PLAYERS[role](book, kit.days)
        else:
            honest(book, kit.days, start=late if role == "late joiner" else 0)
        joined = NOON + timedelta(days=late if role == "late joiner" else 0)
        await db.store(_enter, challenge, book, joined)
    points = await db.load(_points, challenge)
    median = statistics.median(points[one] for one in players["honest"])
    cells = [f"{statistics.median(points[one] for one in players[name]):6g}" for name in players]
    worst = max(points[one] for name in PLAYERS for one in players[name])
    mark = "" if worst <= median else "  <-- passes the honest median"
    return [kit.id, *cells, mark]


async def _create(session: Any, draft: Any) -> ChallengeFacts:
    return await create_challenge(
        session, GUILD, draft, by=1, now=NOON, today=FIRST_DAY, channel_id=None
    )


async def _enter(session: Any, challenge: ChallengeFacts, book: Notebook, joined: datetime) -> None:
    await ensure_member(session, book.owner, now=NOON)
    await change_settings(session, book.owner, zone="UTC")
    for model in (Contact, Interview, Touch):
        rows = [row for kind, row in book.rows if kind is model]
        if rows:
            await session.execute(insert(model), rows)
    await join_challenge(session, GUILD, challenge.key, member_id=book.owner, name="", now=joined)


async def _points(session: Any, challenge: ChallengeFacts) -> dict[int, float]:
    fresh = await access_challenge(session, GUILD, challenge.key)
    first = await read_board(session, fresh)
    boards = [first, *[await read_board(session, fresh, page=n) for n in range(1, first.pages)]]
    return {line.owner_id: line.points for board in boards for line in board.lines if line.owner_id}


async def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = parse_url(f"sqlite:///{folder / 'rapport.db'}")
        open_database(url, folder / "rapport.key")
        db = Database(url, read_keyring(folder / "rapport.key"))
        chance, passed = random.Random(5), list[str]()
        print(f"{'':26} honest   late  spam1  spamN  back   (median points)")
        for kit in load().kits.values():
            title, *cells, mark = await play(db, kit, chance)
            print(f"{title:26}", *cells, mark)
            passed.append(mark)
        await db.close()
    if any(passed):
        raise SystemExit("Made-up people pass the honest median.")


if __name__ == "__main__":
    asyncio.run(main())

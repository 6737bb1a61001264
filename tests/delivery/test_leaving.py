from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.clock import Clock
from bot.config import DeliveryTable
from bot.content import load
from bot.dispatcher import Dispatcher, MessagePage, NoPacer, TooFast
from bot.dispatcher.leaving import erase_due, spare
from bot.dispatcher.reaching import store_seen
from bot.dispatcher.retaining import UNUSED_FOR, tell_unused
from bot.dispatcher.wishes import ask_owners
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact
from bot.notebook.forgetting import forget_contact
from bot.notebook.leaving import ask_to_leave
from bot.notebook.members import find_member
from bot.storage.db import Database
from bot.storage.models import Contact, Member, Sweep

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
ANA, BEN = 101, 102


class HandClock:
    at = NOW

    def now(self) -> datetime:
        return self.at


class Channel:
    """One DM: its messages, newest first; Discord asks to wait once."""

    def __init__(self, *messages: int) -> None:
        self.messages = list(messages)
        self.is_busy = True

    async def open(self, _: int) -> int:
        return 7

    async def own_messages(self, _: int, before: int | None) -> MessagePage:
        older = [one for one in self.messages if before is None or one < before]
        return MessagePage(tuple(older[:2]), older[1] if len(older) > 1 else None)

    async def delete(self, _: int, message: int) -> TooFast | None:
        if message == 3 and self.is_busy:
            self.is_busy = False
            return TooFast(90)
        self.messages.remove(message)
        return None


def make(db: Database, clock: Clock, channel: Channel) -> Dispatcher:
    dispatcher = Dispatcher(db, clock, load(), DeliveryTable(), pacer=NoPacer())
    dispatcher.attach(channel)  # type: ignore[arg-type] - nothing is sent here
    return dispatcher


async def add(db: Database, owner: int, **values: str) -> None:
    await db.store(add_contact, by=Actor(owner, NOW), values=values)


async def count(db: Database, model: type[Contact | Member | Sweep]) -> int:
    async with db.read() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_who_leaves_is_erased_after_a_week_and_their_dm_cleared(db: Database):
    clock, channel = HandClock(), Channel(5, 4, 3, 2, 1)
    dispatcher = make(db, clock, channel)
    for owner in (ANA, BEN):
        await add(db, owner, name="Rosa")
    await db.store(ask_to_leave, ANA, clears_dm=True, now=NOW)
    assert await erase_due(db, clock, dispatcher) == 0
    clock.at += timedelta(days=7)
    assert await erase_due(db, clock, dispatcher) == 1
    assert [await count(db, model) for model in (Member, Contact, Sweep)] == [1, 1, 1]
    async with db.read() as session:
        key = (await session.execute(select(Sweep.key))).scalar_one()
    await spare(db, key, 2)
    assert await dispatcher.sweeper.run() == 0
    clock.at += timedelta(minutes=1)
    assert await dispatcher.sweeper.run() == 2
    assert await dispatcher.sweeper.run() == 0
    clock.at += timedelta(minutes=2)
    assert await dispatcher.sweeper.run() == 2
    assert channel.messages == [2]
    assert await count(db, Sweep) == 0


async def test_who_was_told_and_comes_back_stays(db: Database):
    await add(db, ANA, name="Rosa")
    later = NOW + UNUSED_FOR + timedelta(days=1)
    assert [await db.store(tell_unused, now=later) for _ in range(2)] == [1, 0]
    assert (await db.load(find_member, ANA)).erase_at == later + timedelta(days=30)
    await db.store(store_seen, {ANA: (later, None)})
    assert (await db.load(find_member, ANA)).erase_at is None
    assert await db.store(tell_unused, now=later) == 0


async def test_coming_back_does_not_undo_what_was_asked_for(db: Database):
    await add(db, ANA, name="Rosa")
    await db.store(ask_to_leave, ANA, clears_dm=False, now=NOW)
    await db.store(store_seen, {ANA: (NOW, None)})
    assert (await db.load(find_member, ANA)).is_leaving


async def test_a_wish_reaches_each_owner_and_deleting_leaves_no_row(db: Database):
    for owner in (ANA, BEN):
        await add(db, owner, name="Rosa", email="rosa@example.org")
    assert await db.store(ask_owners, email="Rosa@Example.org", now=NOW) == 2
    async with db.read() as session:
        key = (await session.execute(select(Contact.key).where(Contact.owner_id == ANA))).scalar()
    assert await db.store(forget_contact, ANA, str(key)) == "Rosa"
    assert await db.store(ask_owners, email="rosa@example.org", now=NOW) == 1

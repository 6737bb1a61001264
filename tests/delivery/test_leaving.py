from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.clock import Clock
from bot.config import DeliveryTable
from bot.content import load
from bot.dispatcher import (
    Answer,
    Closed,
    Dispatcher,
    MessagePage,
    NoPacer,
    Refused,
    TooFast,
    Unauthorized,
    Uncertain,
)
from bot.dispatcher.leaving import erase_due, spare
from bot.dispatcher.reaching import store_seen
from bot.dispatcher.retaining import UNUSED_FOR, tell_unused
from bot.dispatcher.sweeping import MOST_AT_ONCE, begin_sweep
from bot.dispatcher.wishes import ask_owners
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact
from bot.notebook.forgetting import forget_contact
from bot.notebook.leaving import ask_to_leave
from bot.notebook.members import change_settings, find_member
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


class Opening(Channel):
    """A DM whose opening is answered by what is given, one after another."""

    def __init__(self, *answers: int | Answer) -> None:
        super().__init__()
        self.answers = list(answers)

    async def open(self, _: int) -> int | Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class LongDm(Channel):
    """A DM with pages of a hundred, where others write too; some messages cannot be deleted."""

    def __init__(self, own: int, others: int, *, firm: int = 0) -> None:
        mine = range(1000, 1000 + own * 3, 3)
        super().__init__(*sorted([*mine, *range(1001, 1001 + others * 3, 3)], reverse=True))
        self.own = set(mine)
        self.firm = set(sorted(mine)[own // 2 :][:firm])
        self.reads = 0

    async def own_messages(self, _: int, before: int | None) -> MessagePage:
        self.reads += 1
        assert self.reads < 100, "reads the history over and over"
        older = [one for one in self.messages if before is None or one < before][:100]
        own = tuple(one for one in older if one in self.own)
        return MessagePage(own, older[-1] if len(older) == 100 else None)

    async def delete(self, _: int, message: int) -> Refused | None:
        assert message in self.own
        if message in self.firm:
            return Refused(403, 50021)
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


async def leave(db: Database, clock: HandClock, **settings: int) -> None:
    await add(db, ANA, name="Rosa")
    if settings:
        await db.store(change_settings, ANA, **settings)
    await db.store(ask_to_leave, ANA, clears_dm=True, now=NOW)
    clock.at += timedelta(days=7)


async def swept(db: Database) -> list[int]:
    async with db.read() as session:
        return list(await session.scalars(select(Sweep.channel_id)))


async def test_a_dm_that_is_known_is_cleared_without_being_opened(db: Database):
    clock = HandClock()
    dispatcher = make(db, clock, Opening(Uncertain()))
    await leave(db, clock, dm_channel_id=4711)
    assert await erase_due(db, clock, dispatcher) == 1
    assert (await count(db, Member), await swept(db)) == (0, [4711])


@pytest.mark.parametrize("unclear", [Uncertain(), TooFast(60), Unauthorized()])
async def test_who_leaves_while_discord_does_not_answer_waits_for_the_next_hour(
    db: Database, unclear: Answer
):
    clock = HandClock()
    dispatcher = make(db, clock, Opening(unclear, 7))
    await leave(db, clock)
    assert await erase_due(db, clock, dispatcher) == 0
    assert (await count(db, Contact), await swept(db)) == (1, [])
    clock.at += timedelta(hours=1)
    assert await erase_due(db, clock, dispatcher) == 1
    assert (await count(db, Member), await swept(db)) == (0, [7])


async def test_nobody_waits_for_discord_longer_than_a_day(db: Database):
    clock = HandClock()
    dispatcher = make(db, clock, Opening(Uncertain()))
    await leave(db, clock)
    assert await erase_due(db, clock, dispatcher) == 0
    clock.at += timedelta(days=1)
    assert await erase_due(db, clock, dispatcher) == 1
    assert (await count(db, Member), await swept(db)) == (0, [])


async def test_who_has_no_dm_with_the_bot_is_erased_without_a_sweep(db: Database):
    clock = HandClock()
    dispatcher = make(db, clock, Opening(Closed(50007)))
    await leave(db, clock)
    assert await erase_due(db, clock, dispatcher) == 1
    assert (await count(db, Member), await swept(db)) == (0, [])


@pytest.mark.parametrize(
    ("own", "others", "firm"),
    [(1, 0, 0), (25, 0, 0), (26, 0, 0), (30, 0, 0), (200, 0, 0), (150, 150, 0), (130, 900, 30)],
)
async def test_all_but_the_answer_is_deleted_however_long_the_dm_is(
    db: Database, own: int, others: int, firm: int
):
    clock, dm = HandClock(), LongDm(own, others, firm=firm)
    dispatcher = make(db, clock, dm)
    answer = max(dm.own)
    await spare(db, await db.store(begin_sweep, 7, at=NOW), answer)
    runs = 0
    while await count(db, Sweep):
        runs += 1
        assert await dispatcher.sweeper.run() <= MOST_AT_ONCE
    assert {one for one in dm.messages if one in dm.own} == {answer, *dm.firm}
    assert len(dm.messages) == others + 1 + firm
    assert runs <= own // MOST_AT_ONCE + (own + others) // 100 + 1


async def test_a_dm_that_breaks_its_sweep_holds_up_no_other(db: Database):
    class Broken(Channel):
        async def own_messages(self, channel: int, before: int | None) -> MessagePage:
            if channel != 7:
                raise KeyError("author")
            return await super().own_messages(channel, before)

    dm = Broken(3, 2, 1)
    dm.is_busy = False
    for channel in (4, 5, 6, 7):
        await db.store(begin_sweep, channel, at=NOW - timedelta(seconds=10 - channel))
    sweeper = make(db, HandClock(), dm).sweeper
    assert [await sweeper.run() for _ in range(2)] == [0, 3]
    assert await count(db, Sweep) == 3


async def test_who_was_told_and_comes_back_stays(db: Database):
    await add(db, ANA, name="Rosa")
    later = NOW + UNUSED_FOR + timedelta(days=1)
    assert [await db.store(tell_unused, now=later) for _ in range(2)] == [1, 0]
    assert (await db.load(find_member, ANA, guild_id=None)).erase_at == later + timedelta(days=30)
    await db.store(store_seen, {ANA: (later, None)})
    assert (await db.load(find_member, ANA, guild_id=None)).erase_at is None
    assert await db.store(tell_unused, now=later) == 0


async def test_coming_back_does_not_undo_what_was_asked_for(db: Database):
    await add(db, ANA, name="Rosa")
    await db.store(ask_to_leave, ANA, clears_dm=False, now=NOW)
    await db.store(store_seen, {ANA: (NOW, None)})
    assert (await db.load(find_member, ANA, guild_id=None)).is_leaving


async def test_a_wish_reaches_each_owner_and_deleting_leaves_no_row(db: Database):
    for owner in (ANA, BEN):
        await add(db, owner, name="Rosa", email="rosa@example.org")
    assert await db.store(ask_owners, email="Rosa@Example.org", now=NOW) == 2
    async with db.read() as session:
        key = (await session.execute(select(Contact.key).where(Contact.owner_id == ANA))).scalar()
    assert await db.store(forget_contact, ANA, str(key)) == "Rosa"
    assert await db.store(ask_owners, email="rosa@example.org", now=NOW) == 1

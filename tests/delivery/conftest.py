from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from discord.http import Route
from sqlalchemy import select

from bot.config import DeliveryTable
from bot.content import Content, load
from bot.dispatcher import Dispatcher, NoPacer
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact
from bot.notebook.members import change_settings, ensure_member
from bot.storage.db import Database
from bot.storage.models import Delivery, Member, Reminder
from cogs.reminders import DiscordCourier
from tests.delivery.loopback import Loopback, serve

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday
MORNING = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)  # a week later, when a lead is to be asked


BRIEF = 0.4


@dataclass
class HandClock:
    """A clock that is moved by hand."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at


@dataclass
class Post:
    """Everything between a member's notebook and their DM."""

    db: Database
    discord: Loopback
    clock: HandClock
    content: Content
    client: discord.Client
    dispatchers: list[Dispatcher] = field(default_factory=list)

    def dispatcher(self, *, seconds: float = 30) -> Dispatcher:
        """A bot process of its own on the same database.

        It waits so many ``seconds`` for Discord: long, for a busy machine answers late; where an
        answer shall be lost, ``BRIEF``.
        """
        made = Dispatcher(self.db, self.clock, self.content, DeliveryTable(), pacer=NoPacer())
        made.attach(DiscordCourier(self.client, seconds=seconds))
        self.dispatchers.append(made)
        return made

    async def member(
        self, number: int, *names: str, opened: bool = True, **settings: Any
    ) -> list[str]:
        """A member with people to ask; returns the contacts' keys."""
        keys: list[str] = []
        async with self.db.write() as session:
            await ensure_member(session, number, now=self.clock.now())
            for name in names:
                by = Actor(number, self.clock.now())
                stored = await add_contact(session, by=by, values={"name": name})
                keys += stored.pages
            channel = number + 1000 if opened else None
            await change_settings(
                session, number, zone="UTC", dm_channel_id=channel, hello_at=START, **settings
            )
        return keys

    async def move_to_morning(self) -> None:
        self.clock.at = MORNING + timedelta(minutes=10)

    async def rows(self, model: type[Delivery | Reminder | Member], *columns: str) -> list[Any]:
        async with self.db.read() as session:
            chosen = [getattr(model, name) for name in columns]
            return [
                tuple(row)
                for row in await session.execute(
                    select(*chosen).order_by(*model.__table__.primary_key)
                )
            ]


@pytest.fixture(scope="session")
def content() -> Content:
    return load()


@pytest.fixture
async def post(db: Database, content: Content) -> AsyncIterator[Post]:
    clock = HandClock()
    loopback = Loopback(now=clock.now)
    async with serve(loopback) as address:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Route, "BASE", address)
            client = discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=30)
            await client.login("a.token.of-tests")
            yield Post(db, loopback, clock, content, client)
            await client.close()

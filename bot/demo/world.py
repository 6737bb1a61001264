"""The simulated club: the real bot in a Discord whose clock we turn."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import simcord
import structlog

from bot.client import RapportBot, create_bot
from bot.config import Settings
from bot.storage.db import parse_url
from bot.storage.opening import open_database

log = structlog.get_logger("bot.demo")

CLUB = "Career Club"
CHANNEL = "career-club"
_OPENING = time(10, 0)
_MOST_STOPS = 2000  # a jump that finds more than this to do has met a fault


@dataclass(frozen=True)
class Person:
    """A member of the simulated club, and where they live."""

    key: str
    name: str
    city: str
    zone: str


PEOPLE = (
    Person("ana", "Ana", "New York", "America/New_York"),
    Person("ben", "Ben", "Berlin", "Europe/Berlin"),
    Person("chiyo", "Chiyo", "Tokyo", "Asia/Tokyo"),
)


@dataclass
class Place:
    """What one person sees of one channel: the club's, or their DM with the bot."""

    key: str
    person: Person
    is_dm: bool
    channel: simcord.ChannelHandle
    viewer: simcord.MemberActor | simcord.UserHandle
    seen: int = 0  # the latest message that was on the screen
    came: list[int] = field(default_factory=list[int])  # the bot's messages, oldest first

    @property
    def unread(self) -> int:
        """How many of the bot's messages were not yet on the screen."""
        return sum(1 for message in self.came if message > self.seen)


class DemoClock:
    """The simulated Discord's clock; before there is one, the moment at which it will start."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.env: simcord.Env | None = None

    def now(self) -> datetime:
        """Give the simulated present as an aware UTC datetime."""
        return self.start if self.env is None else self.env.now()


class World:
    """One run of the club. Its callers take turns: simcord does one thing at a time."""

    def __init__(self, env: simcord.Env, bot: RapportBot) -> None:
        self.env = env
        self.bot = bot
        owner = env.create_user("club", global_name="Career Centre")
        guild = env.create_guild(CLUB, owner=owner)
        self.owner = guild.add_member(owner)
        self.club = guild.create_text_channel(CHANNEL, topic="Ask, talk, thank, stay in touch")
        self.users: dict[str, simcord.UserHandle] = {}
        self.places: dict[str, Place] = {}
        for person in PEOPLE:
            user = env.create_user(person.key, global_name=person.name)
            member = guild.add_member(user)
            self.users[person.key] = user
            in_club = Place(f"{person.key}-club", person, False, self.club, member)
            in_dm = Place(f"{person.key}-dm", person, True, user.dm_channel, user)
            self.places |= {in_club.key: in_club, in_dm.key: in_dm}

    def look(self, shown: str) -> None:
        """Take in what the bot has written; what is in the place shown counts as read."""
        me = self.bot.user
        for place in self.places.values():
            history = place.channel.history(viewer=place.viewer)
            place.came = [message.id for message in history if message.author == me]
        if (place := self.places.get(shown)) and place.came:
            place.seen = max(place.seen, place.came[-1])

    async def next_due(self) -> datetime | None:
        """Tell when the next message comes due, or None when nothing is planned."""
        return await self.bot.dispatcher.next_due()

    async def send_due(self) -> int:
        """Send what is due now; returns how many messages arrived."""
        due = await self.next_due()
        if due is None or due > self.env.now():
            return 0
        arrived = await self.bot.dispatcher.run_due()
        await self.env.settle()
        return arrived

    async def jump(self, until: datetime) -> int:
        """Move on to a moment; whatever falls due on the way is sent at its own time.

        Returns how many messages arrived.
        """
        arrived = 0
        for _ in range(_MOST_STOPS):
            due = await self.next_due()
            stop = until if due is None else min(due, until)
            if stop > self.env.now():
                await self.env.advance_time((stop - self.env.now()).total_seconds())
            if due is None or due > until:
                return arrived
            arrived += await self.send_due()
        log.error("the jump found no end", until=str(until))
        return arrived

    async def jump_to_next(self) -> int:
        """Move on until a message arrives, or nothing is planned any more; returns how many."""
        for _ in range(_MOST_STOPS):
            due = await self.next_due()
            if due is None:
                return 0
            if arrived := await self.jump(max(due, self.env.now())):
                return arrived
        return 0


@asynccontextmanager
async def open_world(settings: Settings, start: datetime) -> AsyncGenerator[World]:
    """Start the bot on a new database in a club of its own; both are gone at the end."""
    with tempfile.TemporaryDirectory(prefix="rapport-demo-") as folder:
        own = Settings(data_dir=Path(folder), content=settings.content, delivery=settings.delivery)
        url = parse_url(own.database_url)
        db = await asyncio.to_thread(open_database, url, own.key_file)
        clock = DemoClock(start)
        bot = create_bot(own, db=db, clock=clock, is_paced=False)
        env = simcord.Env(bot, check_errors=False)
        try:
            await env.start()
            await env.advance_time((start - env.now()).total_seconds())
            clock.env = env
            await _name_the_bot(bot)
            yield World(env, bot)
        finally:
            await env.shutdown()
            await bot.close()


async def _name_the_bot(bot: RapportBot) -> None:
    if bot.user is not None:
        await bot.user.edit(username="Rapport")


def opening_time(today: datetime) -> datetime:
    """Choose a working day's morning in New York, today's or the next: the demo opens then."""
    zone = ZoneInfo(PEOPLE[0].zone)
    day = today.astimezone(zone).date()
    while day.weekday() > 3:  # a talk tomorrow should not fall on a weekend
        day += timedelta(days=1)
    return datetime.combine(day, _OPENING, zone)

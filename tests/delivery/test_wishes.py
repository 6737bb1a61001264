"""A person's wish to be forgotten reaches the owners of notes about them by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.dispatcher.wishes import ask_owners
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact
from bot.notebook.members import change_settings
from tests.delivery.answers import lose
from tests.delivery.conftest import BRIEF, Post

NIGHT = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
SILENT = 1 << 12


async def note(post: Post, **settings: Any) -> None:
    await post.member(7)
    async with post.db.write() as session:
        by = Actor(7, post.clock.now())
        await add_contact(session, by=by, values={"name": "Rosa Marin", "email": "r@x.org"})
        if settings:
            await change_settings(session, 7, **settings)


async def ask(post: Post, at: datetime) -> None:
    post.clock.at = at
    assert await post.db.store(ask_owners, email="r@x.org", now=at) == 1


@pytest.mark.parametrize("asked_at", [NIGHT, NIGHT - timedelta(hours=9)], ids=["night", "before"])
async def test_a_wish_does_not_ring_at_night(post: Post, asked_at: datetime):
    await note(post)
    await ask(post, asked_at)  # where the bot was off, it finds a wish of the evening at night
    post.clock.at = NIGHT
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 0
    due = await dispatcher.next_due()
    assert due == NIGHT.replace(hour=8)
    post.clock.at = due
    assert await dispatcher.run_due() == 1
    assert post.discord.texts(1007)[0].startswith("**Rosa Marin** asks that")


async def test_a_wish_comes_at_once_by_day(post: Post):
    await note(post)
    await ask(post, NIGHT.replace(hour=11))
    assert await post.dispatcher().run_due() == 1
    assert post.discord.messages[1007][0]["flags"] == 0


async def test_whose_night_nobody_knows_hears_of_a_wish_without_a_sound(post: Post):
    await note(post, zone=None)
    await ask(post, NIGHT.replace(hour=11))
    assert await post.dispatcher().run_due() == 1
    assert post.discord.messages[1007][0]["flags"] == SILENT


async def test_a_wish_that_may_have_come_is_looked_up_by_night_too(post: Post):
    post.discord.forgets_nonces = True
    await note(post)
    evening = NIGHT.replace(day=2, hour=20, minute=59)
    await ask(post, evening)
    post.discord.faults["send"].append(lose(stored=True))
    dispatcher = post.dispatcher(seconds=BRIEF)
    assert await dispatcher.run_due() == 0
    post.clock.at = evening + timedelta(minutes=3)
    assert await dispatcher.run_due() == 1
    assert len(post.discord.messages[1007]) == 1

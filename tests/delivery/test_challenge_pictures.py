"""A board is posted with its picture, and without it rather than not at all."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image
from sqlalchemy import update

from bot.club.taking_part import Shown
from bot.storage.models import Delivery
from tests.delivery.answers import refuse
from tests.delivery.conftest import START, Post
from tests.delivery.test_challenge_posts import NEWS, join, start, talk, tick

WEEK = START + timedelta(days=7, hours=9)


async def begin(post: Post) -> None:
    challenge = await start(post)
    await join(post, challenge, 11, shown=Shown.NAME)
    await talk(post, 11)
    await tick(post)


async def test_a_board_has_its_picture_with_words_for_it_and_the_opening_has_none(post: Post):
    await begin(post)
    assert post.discord.files[NEWS] == []
    await tick(post, WEEK)
    ((name, words, png),) = post.discord.files[NEWS]
    assert name == "board.png"
    assert words.startswith("Career Club: Five talks in thirty days. The board so far")
    assert "1. Member 11, 3" in words
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.width == 1080


async def test_where_files_may_not_be_attached_the_words_come_alone(post: Post):
    await begin(post)
    post.discord.always["attach"] = refuse(403, 50013)
    await tick(post, WEEK)
    assert post.discord.files[NEWS] == []
    assert "1\\. Member 11 · 3 points" in post.discord.texts(NEWS)[-1]
    assert [row[0] for row in await post.rows(Delivery, "state")] == ["delivered"] * 2


async def test_a_picture_that_cannot_be_drawn_holds_nothing_up(post: Post):
    await begin(post)
    post.clock.at = WEEK
    dispatcher = post.dispatcher()
    await dispatcher.announce()
    async with post.db.write() as session:
        broken = {"content": "board", "buttons": [], "silent": False, "picture": ["board", {}]}
        await session.execute(update(Delivery).where(Delivery.state == "retry").values(body=broken))
    await dispatcher.run_due()
    assert post.discord.texts(NEWS)[-1] == "board"
    assert post.discord.files[NEWS] == []

"""Whether a message arrived whose answer was lost is read from the history, whatever it carries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.club.troubles import list_troubles
from bot.dispatcher import Dispatcher
from bot.dispatcher.wishes import ask_owners
from bot.rules.presses import NO_KEY, Press
from bot.storage.models import Contact, Delivery
from tests.delivery.answers import ME, Fault, lose, refuse
from tests.delivery.conftest import BRIEF, START, Post
from tests.delivery.test_challenge_posts import BOSSES, GUILD, NEWS, start, tick

IT_ARRIVED = (Press("d", NO_KEY, "arrived", "It arrived"),)
TEXT = {"type": 10, "content": "A text that stands by itself"}
BUTTON = {"type": 2, "custom_id": "c:abcdefghijklm:open", "label": "Open", "style": 2}
SECTION = {"type": 9, "components": [TEXT], "accessory": BUTTON}
BOX = {"type": 17, "components": [TEXT, SECTION, {"type": 1, "components": [BUTTON]}]}


def ready(post: Post, *faults: Fault) -> Dispatcher:
    post.discord.forgets_nonces = True
    post.discord.faults["send"] += faults
    return post.dispatcher(seconds=BRIEF)


async def queue(post: Post, name: str, *row: Press) -> None:
    async with post.db.write() as session:
        await post.dispatchers[0].post(
            session,
            name=name,
            owner_id=7,
            content="Hello",
            buttons=(row,) if row else (),
            now=post.clock.now(),
        )


async def look_back(post: Post, dispatcher: Dispatcher) -> int:
    post.clock.at += timedelta(seconds=121)
    return await dispatcher.run_due()


def write_after(post: Post, channel: int, **changed: Any) -> None:
    """Let somebody write in a channel after the bot has."""
    mine = post.discord.messages[channel][-1]
    other = {**mine, "id": str(int(mine["id"]) + 1), "nonce": None, **changed}
    post.discord.messages[channel].append(other)


@pytest.mark.parametrize("row", [IT_ARRIVED, ()], ids=["with its button", "without"])
async def test_others_messages_of_any_shape_are_passed_over(post: Post, row: tuple[Press, ...]):
    await post.member(7)
    dispatcher = ready(post, lose(stored=True))
    await queue(post, "hello:7", *row)
    assert await dispatcher.run_due() == 0
    write_after(post, 1007, author={**ME, "id": "99"}, components=[TEXT, BOX])
    write_after(post, 1007, author=ME, content="", components=[TEXT, BOX])
    assert await look_back(post, dispatcher) == 1
    assert post.discord.asked.count("send") == 1


@pytest.mark.parametrize("who", [{**ME, "id": "99"}, {"id": "7", "username": "ana"}])
async def test_the_same_words_by_somebody_else_are_not_the_message(post: Post, who: dict[str, str]):
    await post.member(7)
    dispatcher = ready(post, lose(stored=True))
    await queue(post, "hello:7")
    assert await dispatcher.run_due() == 0
    write_after(post, 1007, author=who)
    del post.discord.messages[1007][0]
    assert await look_back(post, dispatcher) == 1
    assert post.discord.asked.count("send") == 2


async def test_the_same_words_of_another_message_are_not_taken_for_it(post: Post):
    await post.member(7)
    dispatcher = ready(post, lose(stored=False))
    await queue(post, "hello:7", *IT_ARRIVED)
    assert await dispatcher.run_due() == 0
    await queue(post, "hello:7:again", *IT_ARRIVED)
    assert await dispatcher.run_due() == 1
    assert await look_back(post, dispatcher) == 1
    assert post.discord.texts(1007) == ["Hello", "Hello"]


async def test_what_went_as_plain_text_is_known_by_its_words(post: Post):
    await post.member(7)
    dispatcher = ready(post, refuse(400, 50035), lose(stored=True))
    await queue(post, "hello:7", *IT_ARRIVED)
    assert await dispatcher.run_due() == 0
    assert await look_back(post, dispatcher) == 1
    (message,) = post.discord.messages[1007]
    assert message["components"] == []


async def test_a_wish_without_a_button_of_its_own_comes_once(post: Post):
    await post.member(7, "Rosa Marin")
    signed = update(Contact).values(email_hash=post.db.keyring.lookup_hash("r@x.org"))
    async with post.db.write() as session:
        await session.execute(signed)
    await post.db.store(ask_owners, email="r@x.org", now=START)
    dispatcher = ready(post, lose(stored=True))
    assert await dispatcher.run_due() == 0
    assert await look_back(post, dispatcher) == 1
    assert len(post.discord.messages[1007]) == 1


async def test_a_late_post_is_known_by_the_words_that_say_so(post: Post):
    await start(post)
    post.discord.always[f"send:{NEWS}"] = refuse(403, 50013)
    await tick(post)
    post.discord.always.clear()
    post.clock.at += timedelta(days=2)
    dispatcher = ready(post, lose(stored=True))
    await dispatcher.retry_unreachable()
    await dispatcher.run_due()
    post.discord.messages[NEWS][0]["components"] = []
    await look_back(post, dispatcher)
    (opening,) = post.discord.texts(NEWS)
    assert opening.count("This post comes late") == 1


async def test_organisers_hear_once_of_a_post_that_nobody_can_say_arrived(post: Post):
    await start(post)
    dispatcher = ready(post, lose(stored=True))
    post.discord.always["history"] = refuse(403, 50001)
    await dispatcher.announce()
    await dispatcher.run_due()
    for _ in range(30):
        post.clock.at += timedelta(hours=4)
        await dispatcher.run_due()
    told = [text for text in post.discord.texts(BOSSES) if "could not make sure" in text]
    assert len(told) == 1
    assert f"in <#{NEWS}>" in told[0]
    async with post.db.read() as session:
        assert await list_troubles(session, GUILD, now=post.clock.now()) == told
    assert ("failed",) in await post.rows(Delivery, "state")
    assert len([text for text in post.discord.texts(NEWS) if "thirty days**" in text]) == 1

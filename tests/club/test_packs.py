"""Packs are kept by server and name, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.club.packs import PackShelf, list_packs, publish_pack, remove_pack
from bot.content import Question, load
from bot.storage.db import Database

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
CLUB, OTHER = 10**18, 10**18 + 1
CONTENT = load()


def question(text: str) -> Question:
    return Question(id="one", text=text, facets=("day",), rules=("R24",))


async def publish(db: Database, guild_id: int, name: str, text: str) -> bool:
    async with db.write() as session:
        return await publish_pack(
            session, guild_id, name=name, questions=[question(text)], published_by=1, now=NOW
        )


async def texts(db: Database, guild_id: int) -> list[str]:
    async with db.read() as session:
        return [one.questions[0].text for one in await list_packs(session, guild_id)]


async def test_a_name_is_there_once_in_a_club_and_keeps_its_key(db: Database):
    assert not await publish(db, CLUB, "hotel", "What is old?")
    async with db.read() as session:
        (before,) = await list_packs(session, CLUB)
    assert await publish(db, CLUB, "hotel", "What is new?")
    assert not await publish(db, OTHER, "hotel", "What is elsewhere?")
    assert await texts(db, CLUB) == ["What is new?"]
    async with db.read() as session:
        (after,) = await list_packs(session, CLUB)
    assert after.key == before.key
    async with db.write() as session:
        assert (await remove_pack(session, CLUB, after.key))[0] == "hotel"
    assert await texts(db, CLUB) == []
    assert await texts(db, OTHER) == ["What is elsewhere?"]


async def test_two_packs_with_the_same_id_stand_beside_each_other(db: Database):
    await publish(db, CLUB, "a", "What is first?")
    await publish(db, CLUB, "b", "What is second?")
    shelf = PackShelf(db, CONTENT)
    assert (await shelf.content_for(CLUB)) is CONTENT
    await shelf.look_through()
    both = await shelf.content_for(CLUB)
    assert len(both.questions) == len(CONTENT.questions) + 2
    assert (await shelf.content_for(OTHER)) is CONTENT
    assert (await shelf.content_for(None)) is CONTENT


async def test_a_shelf_holds_the_clubs_that_asked_last_and_reads_others_anew(db: Database):
    for number in range(40):
        await publish(db, CLUB + number, "a", "What is first?")
    shelf = PackShelf(db, CONTENT)
    await shelf.look_through()
    for number in (*range(40), 0):
        assert len((await shelf.content_for(CLUB + number)).questions) > len(CONTENT.questions)
    await publish(db, CLUB, "b", "What is second?")
    shelf.forget(CLUB)
    assert len((await shelf.content_for(CLUB)).questions) == len(CONTENT.questions) + 2

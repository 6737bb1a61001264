from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bot.assistant.rewriting import messages_of
from bot.content import load
from bot.errors import UserError
from bot.notebook.changes import Actor, undo
from bot.notebook.contacts import add_contact
from bot.notebook.drafts import Wanted, draft_message
from bot.notebook.members import find_member
from bot.notebook.pages import access_page
from bot.notebook.profile import change_zone, start_notebook
from bot.notebook.voice import allow_host, keep_sample, list_names, take_turn, task_of, voice_of
from bot.storage.db import Database

ANA = 101
NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
_interactions = count(1)


def by() -> Actor:
    return Actor(ANA, NOW, next(_interactions))


async def turn(db: Database, now: datetime, per_day: int = 2) -> bool:
    try:
        async with db.write() as session:
            await take_turn(
                session, await find_member(session, ANA, guild_id=None), now=now, per_day=per_day
            )
    except UserError as error:
        return f"{per_day} times today" not in error.text
    return True


async def test_turns_are_counted_by_the_members_own_day(db: Database):
    async with db.write() as session:
        await change_zone(session, by=by(), zone="America/New_York")
    late = datetime(2026, 3, 4, 4, 30, tzinfo=UTC)  # still 3 March in New York
    assert [await turn(db, now) for now in (NOW, late, late)] == [True, True, False]
    tomorrow = late + timedelta(hours=1)
    assert [await turn(db, tomorrow) for _ in range(3)] == [True, True, False]


async def test_a_move_to_the_west_gives_no_second_day(db: Database):
    async with db.write() as session:
        await change_zone(session, by=by(), zone="Pacific/Auckland")
    assert [await turn(db, NOW) for _ in range(2)] == [True, True]
    async with db.write() as session:
        await change_zone(session, by=by(), zone="America/Los_Angeles")
    assert not await turn(db, NOW)


async def test_a_sample_and_a_yes_are_kept_and_taken_out_together(sqlite_db: Database):
    async with sqlite_db.write() as session:
        await allow_host(session, by=by(), host="a.example")
        stored = await keep_sample(session, by=by(), text=f"  {'I wrote it. ' * 10} ")
    voice = voice_of(stored.member)
    assert (voice.host, voice.sample) == ("a.example", ("I wrote it. " * 10).strip())
    async with sqlite_db.write() as session:
        stored = await keep_sample(session, by=by(), text=" ")
    assert (voice_of(stored.member).host, voice_of(stored.member).sample) == ("", "")


@pytest.mark.parametrize(("text", "words"), [("hey", "at least 80"), ("x" * 3001, "3,000 fit")])
async def test_a_sample_too_short_or_too_long_is_refused(
    sqlite_db: Database, text: str, words: str
):
    with pytest.raises(UserError, match=words):
        async with sqlite_db.write() as session:
            await keep_sample(session, by=by(), text=text)


async def test_nothing_by_which_anybody_is_known_goes_out(sqlite_db: Database):
    mine = {"name": "Ana Lima", "email": "ana@uni.example", "phone": "555 0100", "school": "state"}
    theirs = {
        "name": "Rosa Vega",
        "organization": "mercy hospital",
        "role": "nurse",
        "how_known": "through leo, who works with Kim Okafor at Initech (leo@initech.example)",
    }
    async with sqlite_db.write() as session:
        await start_notebook(session, by=by(), profile=mine)
        await add_contact(session, by=by(), values={"name": "Leo Bauer"})
        added = await add_contact(session, by=by(), values=theirs)
        await keep_sample(session, by=by(), text="Hi, leo and I met Dr. Okafor at 5, yay. " * 3)
        (key,) = added.pages
        member = await find_member(session, ANA, guild_id=None)
        page = await access_page(session, ANA, key)
        names = await list_names(session, ANA)
    draft = draft_message(load(), page, member, now=NOW, wanted=Wanted("request", "email"))
    sent = messages_of(task_of(draft, member, names))[1]["content"]
    private = ("ana", "lima", "rosa", "vega", "leo", "bauer", "kim", "okafor", "mercy", "state")
    found = [word for word in (*private, "initech", "uni.example", "555") if word in sent.lower()]
    assert found == []
    assert "nurse" in sent


async def test_the_second_change_of_one_interaction_can_be_undone(sqlite_db: Database):
    async with sqlite_db.write() as session:
        await keep_sample(session, by=by(), text="I wrote it. " * 10)
        second = replace(by(), interaction_id=None)
        stored = await allow_host(session, by=second, host="a.example")
        await undo(session, by(), stored.change)
        assert voice_of(await find_member(session, ANA, guild_id=None)).host == ""

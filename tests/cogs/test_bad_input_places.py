from __future__ import annotations

import pytest
from sqlalchemy import text as sql

from tests.cogs.mischief import interactions_come_with
from tests.cogs.playing import Club, Player

SOMEWHERE_ELSE = "999999999999999999"


@pytest.fixture
async def rosa(ana: Player) -> Player:
    await ana.slash("contact add", name="Rosa Vega")
    return ana


EVERY_COMMAND = {
    "start": {},
    "today": {},
    "log": {"what": "note", "contact": "rosa", "text": "likes tea"},
    "contact add": {"name": "Leo Park"},
    "contact show": {"contact": "rosa"},
    "contact list": {},
    "contact ideas": {},
    "interview schedule": {"contact": "rosa", "when": "Mar 10 15:00"},
    "interview prepare": {"contact": "rosa"},
    "interview cancel": {"contact": "rosa"},
    "draft": {"contact": "rosa", "kind": "check_in"},
    "reminders": {},
    "profile": {},
    "privacy": {},
    "help": {},
}


@pytest.mark.parametrize("command", EVERY_COMMAND)
async def test_in_a_friends_dm_every_reply_is_for_the_member_alone(
    club: Club, rosa: Player, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    interactions_come_with(monkeypatch, context=2)
    reply = await club.in_dm(rosa).slash(command, **EVERY_COMMAND[command])
    assert reply.messages
    assert reply.is_private
    wrong = await club.in_dm(rosa).slash("contact show", contact="#aaaaaaaaaaaaa")
    assert wrong.is_private


@pytest.mark.parametrize("command", EVERY_COMMAND)
async def test_on_a_server_without_the_bot_every_reply_is_for_the_member_alone(
    rosa: Player, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    interactions_come_with(monkeypatch, guild_id=SOMEWHERE_ELSE)
    reply = await rosa.slash(command, **EVERY_COMMAND[command])
    assert reply.messages
    assert reply.is_private


@pytest.mark.parametrize("command", EVERY_COMMAND)
async def test_an_interaction_without_a_place_is_answered_privately(
    club: Club, rosa: Player, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    interactions_come_with(monkeypatch, context=None)
    reply = await club.in_dm(rosa).slash(command, **EVERY_COMMAND[command])
    assert reply.is_private


async def test_a_member_who_begins_on_a_foreign_server_belongs_to_no_club(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = club.member("Ben")
    with monkeypatch.context() as elsewhere:
        interactions_come_with(elsewhere, guild_id=SOMEWHERE_ELSE)
        await ben.slash("contact add", name="Mia Chen")
    async with club.bot.db.read() as session:
        rows = (await session.execute(sql("SELECT guild_id FROM members"))).scalars().all()
    assert rows == [None]


async def test_errors_in_a_friends_dm_are_for_the_member_alone(
    club: Club, rosa: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    interactions_come_with(monkeypatch, context=2)
    async with club.bot.db.write() as session:
        await session.execute(sql("ALTER TABLE touches RENAME TO elsewhere"))
    reply = await club.in_dm(rosa).slash("contact show", contact="rosa")
    assert "Something went wrong on my side" in reply.text
    assert reply.is_private

"""The bot is removed from a server, and comes back: seen at once, or at the next start."""

from __future__ import annotations

import asyncio

import pytest

from bot.club.settings import find_club
from tests.cogs.playing import Club, Player, text_of
from tests.cogs.test_challenges import ZONE, preview, start, tick


async def organiser(club: Club) -> tuple[Player, object]:
    olga = club.organiser()
    desk = club.guild.create_text_channel("organisers")
    form = await olga.slash("organise setup")
    await olga.fill(form, {ZONE: ["America/New_York"], "Where do organisers read?": [desk]})
    return olga, desk


async def is_left(club: Club) -> bool:
    found = await club.bot.db.load(find_club, club.guild.id)
    return found.left_at is not None


@pytest.mark.parametrize("is_seen", [True, False])
async def test_a_server_that_removes_the_bot_and_takes_it_back(club: Club, is_seen: bool) -> None:
    olga, desk = await organiser(club)
    await start(club, olga)
    servers = club.bot.get_cog("Servers")
    here = club.bot.get_guild(club.guild.id)
    if is_seen:
        await servers.on_guild_remove(here)
    else:
        club.bot._connection._guilds.pop(club.guild.id)
        await servers.on_ready()
        club.bot._connection._guilds[club.guild.id] = here
    assert await is_left(club)
    await club.pass_days(8)
    await tick(club)
    posts = len(list(club.channel.history()))
    await (servers.on_guild_join(here) if is_seen else servers.on_ready())
    await servers.on_ready()
    await tick(club)
    assert not await is_left(club)
    assert len(list(club.channel.history())) == posts + 1
    told = [text_of(one) for one in desk.history() if "I am back" in text_of(one)]
    assert len(told) == 1


async def test_a_server_that_is_gone_before_the_cogs_are_there_is_noted_all_the_same(
    club: Club,
) -> None:
    await organiser(club)
    club.bot.is_loaded.clear()
    here = club.bot._connection._guilds.pop(club.guild.id)
    club.bot.dispatch("ready")
    await club.env.settle()
    assert not await is_left(club)
    club.bot.answer_waiting()
    heard = [one for one in asyncio.all_tasks() if one.get_name() == "discord.py: on_ready"]
    await asyncio.gather(*heard)  # the simulator does not know what the test itself began
    assert heard
    assert await is_left(club)
    club.bot._connection._guilds[club.guild.id] = here


async def test_a_server_that_never_set_it_up_leaves_nothing_behind(club: Club) -> None:
    servers = club.bot.get_cog("Servers")
    await servers.on_guild_remove(club.bot.get_guild(club.guild.id))
    await servers.on_guild_join(club.bot.get_guild(club.guild.id))
    assert not await is_left(club)


async def test_a_channel_that_was_deleted_stands_in_the_status_until_another_is_chosen(
    club: Club,
) -> None:
    olga, desk = await organiser(club)
    news = club.guild.create_text_channel("news")
    form = await olga.slash("organise setup")
    await olga.fill(form, {"Where are challenges announced?": [news]})
    club.env.inject_error(
        "POST", f"/channels/{news.id}/messages", status=404, code=10003, message="Unknown Channel"
    )
    await olga.press(await preview(olga), "Start it")
    await tick(club)
    await tick(club)
    assert "was deleted" in (await olga.slash("organise status")).text
    assert "was deleted" in text_of(list(desk.history())[-1])
    await olga.fill(
        await olga.slash("organise setup"), {"Where are challenges announced?": [club.channel]}
    )
    await tick(club)
    assert "was deleted" not in (await olga.slash("organise status")).text
    assert any("Five talks" in text_of(one) for one in club.channel.history())

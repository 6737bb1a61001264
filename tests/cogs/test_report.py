"""What organisers read: the report, and what members ask them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.club.report import SELF_REPORTED, UNDER
from bot.storage.models import Unfinished
from tests.cogs.playing import Club, Player, Reply, text_of
from tests.cogs.test_challenges import latest, start, talk, tick

ZONE = "The club's time zone"
DESK = "Where do organisers read?"


@pytest.fixture
async def olga(club: Club) -> Player:
    """An organiser of a club that is set up."""
    player = club.organiser()
    await player.fill(await player.slash("organise setup"), {ZONE: ["America/New_York"]})
    return player


async def test_the_report_counts_five_or_says_under_five_and_brings_a_file(
    club: Club, olga: Player
) -> None:
    assert "no challenge here yet" in (await olga.slash("organise report")).text
    await start(club, olga)
    for number in range(5):
        member = club.member(f"M{number}")
        await member.press(latest(club), "Join")
        await talk(member, f"Rosa{number}")
    early = await olga.slash("organise report")
    assert "5 weeks are not in it yet" in early.text
    await club.pass_time(datetime(2026, 3, 20, 15, tzinfo=UTC))
    await tick(club)
    report = await olga.slash("organise report")
    assert report.is_private
    assert SELF_REPORTED in report.text
    assert "**Taking part**: 5" in report.text
    assert f"Week of 3 March: Asked {UNDER} · Answered {UNDER} · Talked 5" in report.text
    assert "Talked: people you talked to." in report.text
    assert "Rosa" not in report.text
    (file,) = report.message.attachments
    assert file.filename == "report.csv"
    (name,) = await olga.complete("organise report", "challenge", "talks")
    assert name == "Five talks in thirty days (03 Mar 2026)"
    again = await olga.press(await olga.slash("organise challenge"), "Manage")
    assert SELF_REPORTED in (await olga.press(again, "Report")).text


async def test_of_several_challenges_it_asks_which(club: Club, olga: Player) -> None:
    await start(club, olga)
    await start(club, olga, "keep-it-warm")
    asked = await olga.slash("organise report")
    assert asked.labels == ["Report", "Report"]
    assert SELF_REPORTED in (await olga.press(asked, "Report")).text


async def ask(player: Player, text: str, name: str) -> Reply:
    form = await player.press(await player.slash("help"), "Ask an organiser")
    return await player.fill(form, {"Your question": text, "With your name?": [name]})


async def test_a_question_comes_to_the_organisers_with_the_name_or_without(
    club: Club, olga: Player, ana: Player
) -> None:
    nowhere = await ana.press(await ana.slash("help"), "Ask an organiser")
    assert "not told me yet where they read" in nowhere.text
    desk = club.guild.create_text_channel("organisers")
    await olga.fill(await olga.slash("organise setup"), {DESK: [desk]})
    assert "with your name" in (await ask(ana, "**When** is <@&5> it?\n@everyone", "yes")).text
    assert "without your name" in (await ask(ana, "May I leave?", "no")).text
    named, nameless = [text_of(message) for message in desk.history()]
    assert f"<@{ana.user.id}> (Ana) asks" in named
    assert "> \\*\\*When\\*\\* is \\<@&5\\> it?\n> @everyone" in named
    assert nameless == "A member asks, without their name:\n> May I leave?"
    for _ in range(3):
        await ask(ana, "And?", "no")
    assert "Please send this one tomorrow" in (await ask(ana, "And?", "no")).text
    assert len(list(desk.history())) == 5
    for request in club.env.http_requests:
        if isinstance(request.json, dict) and "asks" in str(request.json.get("content")):
            assert request.json["allowed_mentions"] == {"parse": []}


async def test_a_closed_channel_keeps_the_question_for_another_try(
    club: Club, olga: Player, ana: Player
) -> None:
    desk = club.guild.create_text_channel("organisers")
    await olga.fill(await olga.slash("organise setup"), {DESK: [desk]})
    club.env.inject_error(
        "POST", f"/channels/{desk.id}/messages", status=403, code=50013, message="Missing"
    )
    refused = await ask(ana, "May I leave?", "no")
    assert "your question is not sent" in refused.text
    again = await ana.press(refused, "Correct it")
    assert again.held["Your question"] == "May I leave?"


async def test_a_question_that_was_refused_first_is_kept_nowhere_once_it_is_sent(
    club: Club, olga: Player, ana: Player
) -> None:
    desk = club.guild.create_text_channel("organisers")
    await olga.fill(await olga.slash("organise setup"), {DESK: [desk]})
    club.env.inject_error(
        "POST", f"/channels/{desk.id}/messages", status=403, code=50013, message="No", times=3
    )
    await ask(ana, "Is that fair?", "no")
    refused = await ask(ana, "Is it fair?", "no")
    refused = await ana.fill(await ana.press(refused, "Correct it"), {})
    assert len(await unfinished(club)) == 2
    sent = await ana.fill(await ana.press(refused, "Correct it"), {})
    assert "I don't keep that it was you" in sent.text
    assert await unfinished(club) == []


async def unfinished(club: Club) -> list[str]:
    async with club.bot.db.read() as session:
        return list(await session.scalars(select(Unfinished.form)))


async def test_a_question_whose_signs_take_too_much_room_is_not_cut(
    club: Club, olga: Player, ana: Player
) -> None:
    desk = club.guild.create_text_channel("organisers")
    await olga.fill(await olga.slash("organise setup"), {DESK: [desk]})
    refused = await ask(ana, "*" * 1400 + " END", "no")
    assert "shorten it by about 841 characters" in refused.text
    assert list(desk.history()) == []
    again = await ana.press(refused, "Correct it")
    assert again.held["Your question"].endswith("END")
    assert "without your name" in (await ana.fill(again, {"Your question": "*END*"})).text


async def test_in_the_dm_the_question_goes_to_the_club_where_they_began(
    club: Club, olga: Player, ana: Player
) -> None:
    desk = club.guild.create_text_channel("organisers")
    await olga.fill(await olga.slash("organise setup"), {DESK: [desk]})
    await ana.slash("contact add", name="Rosa Vega")
    await ask(club.in_dm(ana), "Where do we meet?", "yes")
    assert "Where do we meet?" in text_of(desk.history()[-1])


async def test_in_the_dm_of_who_began_nowhere_the_question_is_sent_to_the_server(
    club: Club, olga: Player, ana: Player
) -> None:
    desk = club.guild.create_text_channel("organisers")
    await olga.fill(await olga.slash("organise setup"), {DESK: [desk]})
    dm = club.in_dm(ana)
    refused = await dm.press(await dm.slash("help"), "Ask an organiser")
    assert "which club is yours" in refused.text
    assert "on your server" in refused.text

"""A challenge is called off or ended early: everybody is told what is so."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.cogs.playing import Club, Player, text_of
from tests.cogs.test_challenges import latest, manage, olga, preview, start, tick
from tests.cogs.test_organise import DESK

__all__ = ["olga"]


async def plan(olga: Player) -> None:
    """Plan a challenge that begins on 9 March."""
    form = await olga.press(await preview(olga), "Words and days")
    days = {"First day": "Mar 9", "Last day": "9 days"}
    await olga.press(await olga.fill(form, days), "Plan it")


async def test_called_off_before_it_began_it_has_no_board_and_no_report(
    olga: Player, ana: Player
) -> None:
    await plan(olga)
    joined = await ana.slash("challenge join")
    card = await manage(olga)
    asked = await olga.press(card, "Call it off")
    assert "has not been announced yet" in asked.text
    off = await olga.press(asked, "Yes, call it off")
    assert "1 member had joined" in off.text
    assert off.labels == []
    assert "9 March" not in off.text
    assert "was called off" in (await olga.press(asked, "Yes, call it off")).text
    assert "was called off" in (await olga.press(card, "Call it off")).text
    for label in ("Board", "Hidden", "Leave", "Write to me"):
        refused = await ana.press(joined, label)
        assert "was called off" in refused.text, label
        assert "Nobody has joined" not in refused.text
    assert "no open challenge" in (await ana.slash("challenge leave")).text


async def test_what_is_planned_gets_a_later_end_in_silence(club: Club, olga: Player) -> None:
    await plan(olga)
    form = await olga.press(await manage(olga), "Let it go on")
    longer = await olga.fill(form, {"New last day": "Apr 10"})
    assert "I post nothing about it" in longer.text
    await tick(club)
    assert not [m for m in club.channel.history() if "Five talks" in text_of(m)]


async def test_nobody_is_waited_for_when_nobody_had_joined(olga: Player) -> None:
    await plan(olga)
    asked = await olga.press(await manage(olga), "Call it off")
    assert "Nobody had joined" in (await olga.press(asked, "Yes, call it off")).text


async def test_ended_on_its_first_morning_before_it_opened_it_is_called_off(
    club: Club, olga: Player
) -> None:
    await plan(olga)
    await club.pass_time(datetime(2026, 3, 9, 12, tzinfo=UTC))  # eight in the club's morning
    asked = await olga.press(await manage(olga), "End early")
    assert "has not been announced yet" in asked.text
    assert "It is called off" in (await olga.press(asked, "Yes, call it off")).text
    await club.pass_time(datetime(2026, 3, 9, 15, tzinfo=UTC))
    await tick(club)
    assert not [m for m in club.channel.history() if "Five talks" in text_of(m)]


async def test_one_that_runs_can_be_called_off_and_says_nothing_more(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    await ana.press(await ana.press(post, "Join"), "Write to me")
    asked = await olga.press(await manage(olga), "End early")
    assert "today is its last day" in asked.text
    off = await olga.press(asked, "Call it off")
    assert "It is called off" in off.text
    assert f"I say so in <#{club.channel.id}>. 1 member had joined." in off.text
    await tick(club)
    told = text_of(list(club.channel.history())[-1])
    assert "was called off. It is over." in told
    count = len(list(club.channel.history()))
    for day in (10, 18, 30, 31):
        await club.pass_time(datetime(2026, 3, day, 23, tzinfo=UTC))
        await tick(club)
    assert len(list(club.channel.history())) == count
    assert ana.dms == []
    for label in ("Join", "Board"):
        assert "was called off" in (await ana.press(post, label)).text


async def test_the_club_hears_of_the_new_end_and_the_organiser_where(
    club: Club, olga: Player
) -> None:
    await start(club, olga)
    form = await olga.press(await manage(olga), "Let it go on")
    longer = await olga.fill(form, {"New last day": "Apr 10"})
    assert f"I say so in <#{club.channel.id}>." in longer.text
    await tick(club)
    assert "goes on until Friday, 10 April" in text_of(latest(club))
    asked = await olga.press(await manage(olga), "End early")
    ended = await olga.press(asked, "Yes, end it")
    assert "It ends today" in ended.text
    assert f"I say so in <#{club.channel.id}>." in ended.text
    await tick(club)
    assert "ends earlier than planned" in text_of(latest(club))
    over = await olga.press(await manage(olga), "End early")
    assert "Yes, end it" not in over.labels
    assert "Call it off" in over.labels


async def test_a_ping_whose_role_was_deleted_is_left_out_and_organisers_hear_of_it(
    club: Club, olga: Player
) -> None:
    desk = club.guild.create_text_channel("organisers")
    await olga.fill(await olga.slash("organise setup"), {DESK: [desk]})
    role = club.guild.create_role("Cohort", mentionable=True)
    form = await olga.press(await preview(olga), "Board and pings")
    shown = await olga.fill(form, {"Role to ping in the opening post": [role]})
    form = await olga.press(shown, "Words and days")
    days = {"First day": "Mar 9", "Last day": "9 days"}
    await olga.press(await olga.fill(form, days), "Plan it")
    status = await olga.slash("organise status")
    assert "was deleted" not in status.text
    club.env.backend.delete_role(club.guild.id, role.id)
    await club.env.settle()
    told = "The role to ping for **Five talks in thirty days** was deleted"
    assert told in (await olga.slash("organise status")).text
    await club.pass_time(datetime(2026, 3, 9, 15, tzinfo=UTC))
    await tick(club)
    await tick(club)
    assert text_of(latest(club)).startswith("**Five talks in thirty days**")
    assert [told in text_of(message) for message in desk.history()] == [True]
    assert "role to ping" not in (await olga.slash("organise status")).text  # it is up


async def test_a_day_that_passed_while_a_form_lay_open_is_not_taken_for_next_years(
    club: Club, olga: Player
) -> None:
    await club.pass_time(datetime(2026, 3, 8, 3, 58, tzinfo=UTC))  # 22:58 on the 7th
    shown = await preview(olga)
    await club.pass_time(datetime(2026, 3, 8, 5, 30, tzinfo=UTC))
    form = await olga.press(shown, "Words and days")
    assert form.held["First day"] == "2026-03-07"
    past = await olga.fill(form, {})
    assert "That start is in the past. Choose today or a later day." in past.text
    assert "2027" not in str(past.labels) + past.text
    assert "Plan it" not in past.labels
    form = await olga.press(past, "Words and days")
    assert "Plan it" in (await olga.fill(form, {"First day": "today"})).labels


async def test_a_last_day_that_is_over_is_not_taken_for_next_years(
    club: Club, olga: Player
) -> None:
    await start(club, olga)
    card = await manage(olga)
    await club.pass_time(datetime(2026, 4, 3, 15, tzinfo=UTC))  # its last day was the 1st
    same = await olga.fill(await olga.press(card, "Let it go on"), {})
    assert "That is not later than it ends now" in same.text
    assert "2027" not in str(same.labels)


async def test_a_goal_is_a_number(olga: Player) -> None:
    form = await olga.press(await preview(olga), "Board and pings")
    refused = await olga.fill(form, {"The goal, in points": "²", "Who is ranked": ["club"]})
    assert "The goal is a number of points" in refused.text

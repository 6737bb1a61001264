from __future__ import annotations

import json
from datetime import timedelta

from bot.dispatcher.leaving import erase_due
from bot.dispatcher.retaining import UNUSED_FOR, tell_unused
from tests.cogs.playing import Club, Player, labels_of, text_of
from tests.cogs.test_leaving import rows_of


async def leave_alone(club: Club, player: Player) -> None:
    await player.slash("contact add", name="Rosa Vega")
    await player.slash("reminders")
    await club.bot.dispatcher.run_due()
    await club.env.advance_time((UNUSED_FOR - timedelta(days=1)).total_seconds())


async def hour(club: Club) -> int:
    count = await club.bot.db.store(tell_unused, now=club.clock.now())
    await club.bot.dispatcher.run_due()
    await club.env.settle()
    return count


async def erase(club: Club) -> int:
    return await erase_due(club.bot.db, club.clock, club.bot.dispatcher)


async def days(club: Club, number: int) -> None:
    await club.env.advance_time(timedelta(days=number).total_seconds())


async def test_after_two_years_one_message_brings_the_notebook_and_a_month_later_it_goes(
    club: Club, ana: Player
) -> None:
    await leave_alone(club, ana)
    assert await hour(club) == 0
    await days(club, 2)
    ben = club.member("Ben")
    await ben.slash("contact add", name="Leo")
    assert [await hour(club), await hour(club)] == [1, 0]
    told = next(one for one in ana.dms if "two years" in text_of(one))
    assert labels_of(told) == ["Keep my notebook"]
    (file,) = told.attachments
    assert json.loads(await file.read())["contacts"][0]["details"]["name"] == "Rosa Vega"
    await days(club, 29)
    assert await erase(club) == 0
    await days(club, 2)
    assert await erase(club) == 1
    assert await rows_of(club, ana) == 0
    assert await rows_of(club, ben) > 1
    assert [one for one in ana.dms if "two years" in text_of(one)]


async def test_any_use_keeps_it(club: Club, ana: Player) -> None:
    await leave_alone(club, ana)
    await days(club, 2)
    await hour(club)
    assert "is erased" not in (await ana.slash("today")).text
    await club.bot.dispatcher.run_due()
    await days(club, 31)
    assert await erase(club) == 0
    assert await hour(club) == 0
    assert await rows_of(club, ana) > 1


async def test_the_button_keeps_it_too(club: Club, ana: Player) -> None:
    await leave_alone(club, ana)
    await days(club, 2)
    await hour(club)
    told = next(one for one in ana.dms if "two years" in text_of(one))
    kept = await club.in_dm(ana).press(told, "Keep my notebook")
    assert "stays" in kept.text
    await days(club, 31)
    assert await erase(club) == 0
    await club.bot.dispatcher.run_due()
    assert await hour(club) == 0


async def test_nothing_is_erased_until_a_month_after_the_message_came(
    club: Club, ana: Player
) -> None:
    await leave_alone(club, ana)
    await days(club, 2)
    assert await club.bot.db.store(tell_unused, now=club.clock.now()) == 1
    await days(club, 40)  # the bot was down before it could send
    assert await erase(club) == 0
    assert await hour(club) == 0
    assert [one for one in ana.dms if "two years" in text_of(one)]
    await days(club, 29)
    assert await erase(club) == 0
    await days(club, 2)
    assert await erase(club) == 1

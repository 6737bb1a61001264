from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from bot.storage.models import Reminder
from tests.cogs.playing import Club, Player, Reply, labels_of, text_of

# The club has no zone, so days run in UTC; it is Tuesday 3 March 2026, 15:00.


async def opt_in(player: Player) -> Reply:
    return await player.press(await player.slash("reminders"), "Monday ideas")


def days_of(messages: list[Any]) -> list[str]:
    return [f"{message.created_at:%a %d %b %H}" for message in messages]


async def count_ideas(club: Club, *states: str) -> int:
    async with club.bot.db.read() as session:
        found = await session.scalar(
            select(func.count()).where(Reminder.kind == "next_step", Reminder.state.in_(states))
        )
    return found or 0


async def test_nobody_gets_ideas_without_asking_for_them(club: Club, ana: Player) -> None:
    settings = await ana.slash("reminders")
    assert "One idea on a quiet Monday: off." in settings.text
    await ana.slash("profile")
    await club.pass_days(60)
    assert ana.dms == []


async def test_an_idea_comes_on_the_first_monday_after_ten_empty_days(
    club: Club, ana: Player
) -> None:
    chosen = await opt_in(ana)
    assert "One idea on a quiet Monday: on." in chosen.text
    at = int(datetime(2026, 3, 16, 9, tzinfo=UTC).timestamp())
    assert f"**<t:{at}:D>** one small step" in chosen.text
    assert "one small step keeps your network growing" in chosen.text
    await club.pass_days(14)
    assert days_of(ana.dms) == ["Mon 16 Mar 09"]
    assert text_of(ana.dm).startswith("A quiet week ahead")
    last_row = ["Today", "Fewer messages", "My time zone"]
    assert labels_of(ana.dm) == ["One idea", "Not this month", *last_row]


async def test_three_ideas_without_an_answer_are_the_last(club: Club, ana: Player) -> None:
    await opt_in(ana)
    await club.pass_days(120)
    assert days_of(ana.dms) == ["Mon 16 Mar 09", "Mon 30 Mar 09", "Mon 13 Apr 09"]
    assert text_of(ana.dm).startswith("One last idea from me")
    assert await count_ideas(club, "waiting") == 0


async def test_whoever_comes_back_gets_ideas_again(club: Club, ana: Player) -> None:
    await opt_in(ana)
    await club.pass_days(60)
    card = await ana.slash("contact add", name="Rosa Vega")
    await ana.press(await ana.press(card, "More"), "Remove")
    await club.pass_days(20)
    assert text_of(ana.dm).startswith("A quiet week ahead")
    assert days_of(ana.dms)[3:] == ["Mon 18 May 09"]


async def test_one_idea_shows_people_to_think_of_and_the_next_one_starts_over(
    club: Club, ana: Player
) -> None:
    await opt_in(ana)
    await club.pass_days(14)
    dm = club.in_dm(ana)
    nudge = dm.dm
    idea = await dm.press(nudge, "One idea")
    assert "Note names" in idea.labels
    assert "Undo" in idea.labels
    assert "noted already" in (await dm.press(nudge, "One idea")).text
    await club.pass_days(20)
    assert text_of(ana.dm).startswith("A quiet week ahead")


async def test_not_this_month_keeps_a_month_free(club: Club, ana: Player) -> None:
    await opt_in(ana)
    await club.pass_days(14)
    dm = club.in_dm(ana)
    assert "not this month" in (await dm.press(dm.dm, "Not this month")).text
    seen = len(ana.dms)
    await club.pass_time(datetime(2026, 4, 20, 8, tzinfo=UTC))
    assert len(ana.dms) == seen
    await club.pass_days(1)
    assert days_of(ana.dms)[seen:] == ["Mon 20 Apr 09"]


async def test_looking_at_today_under_an_idea_counts_as_an_answer(club: Club, ana: Player) -> None:
    await opt_in(ana)
    await club.pass_days(14)
    dm = club.in_dm(ana)
    await dm.press(dm.dm, "Today")
    await club.pass_days(14)
    assert text_of(ana.dm).startswith("A quiet week ahead")


async def test_an_idea_stands_back_behind_all_that_is_planned(club: Club, ana: Player) -> None:
    await opt_in(ana)
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("log", what="asked", contact="rosa")
    await club.pass_days(60)
    about_rosa = [message for message in ana.dms if "Rosa" in text_of(message)]
    ideas = [message for message in ana.dms if "Rosa" not in text_of(message)]
    assert days_of(about_rosa) == ["Tue 10 Mar 09", "Tue 17 Mar 09"]
    assert days_of(ideas)[0] == "Mon 30 Mar 09"  # ten empty days after the last of them


async def test_ideas_can_be_turned_off_again_and_undo_restores_them(
    club: Club, ana: Player
) -> None:
    await opt_in(ana)
    off = await ana.press(await ana.slash("reminders"), "No Monday ideas")
    assert "One idea on a quiet Monday: off." in off.text
    assert "one small step" not in off.text
    assert await count_ideas(club, "waiting") == 0
    await ana.press(off, "Undo")
    assert "one small step" in (await ana.slash("reminders")).text
    await club.pass_days(14)
    assert days_of(ana.dms) == ["Mon 16 Mar 09"]


async def test_undo_of_the_opt_in_leaves_nothing_waiting(club: Club, ana: Player) -> None:
    await ana.press(await opt_in(ana), "Undo")
    await club.pass_days(60)
    assert ana.dms == []


async def test_a_pause_moves_the_idea_behind_it(club: Club, ana: Player) -> None:
    await opt_in(ana)
    await ana.slash("reminders", pause_until="Apr 8")
    await club.pass_days(45)
    assert days_of(ana.dms) == ["Mon 13 Apr 09"]


async def test_an_active_member_has_one_waiting_idea_and_no_heap_of_old_ones(
    club: Club, ana: Player
) -> None:
    await opt_in(ana)
    await ana.slash("contact add", name="Rosa Vega")
    for _ in range(4):
        await club.pass_days(1)
        await ana.slash("log", what="note", contact="rosa", text="A thought")
    assert await count_ideas(club, "waiting") == 1
    assert await count_ideas(club, "waiting", "withdrawn") == 1


async def test_an_idea_says_nothing_in_discreet_mode_and_opens_in_full(
    club: Club, ana: Player
) -> None:
    await opt_in(ana)
    await ana.press(await ana.slash("reminders"), "Hide names in messages")
    await club.pass_days(14)
    dm = club.in_dm(ana)
    assert "quiet week" not in text_of(dm.dm)
    opened = await dm.press(dm.dm, "Open")
    assert "A quiet week ahead" in opened.text
    assert "Not this month" in opened.labels

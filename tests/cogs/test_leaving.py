from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.dispatcher.leaving import erase_due
from bot.dispatcher.sweeping import MOST_AT_ONCE
from bot.storage.models import Base, Member, Sweep
from tests.cogs.playing import Club, Player, Reply, text_of
from tests.cogs.test_start import begin

CONFIRM = "Type ERASE to go on"
MESSAGES = "My messages in your DM"
LEAVE = {MESSAGES: ["keep"]}


async def ask(player: Player, **values: Any) -> Reply:
    form = await player.press(await player.slash("privacy"), "Erase everything")
    return await player.fill(form, {CONFIRM: "erase", **values})


async def erase(player: Player, **values: Any) -> Reply:
    return await player.press(await ask(player, **values), "Erase now")


async def rows_of(club: Club, player: Player) -> int:
    async with club.bot.db.read() as session:
        counts = [
            await session.scalar(
                select(func.count()).select_from(table).where(table.c.owner_id == player.user.id)
            )
            for table in Base.metadata.sorted_tables
            if "owner_id" in table.columns
        ]
        mine = await session.scalar(
            select(func.count()).select_from(Member).where(Member.id == player.user.id)
        )
    return sum(counts) + mine


async def sweeps(club: Club) -> list[Any]:
    async with club.bot.db.read() as session:
        return list((await session.execute(select(*Sweep.__table__.columns))).all())


async def sweep(club: Club) -> int:
    await club.env.advance_time(60)
    return await club.bot.dispatcher.sweeper.run()


async def pass_hour(club: Club) -> int:
    return await erase_due(club.bot.db, club.clock, club.bot.dispatcher)


async def test_another_word_erases_nothing_and_the_form_comes_back(club: Club, ana: Player) -> None:
    await begin(ana)
    refused = await ask(ana, **{CONFIRM: "yes please"})
    assert "Nothing was erased" in refused.text
    assert await rows_of(club, ana) > 3
    again = await ana.press(refused, "Correct it")
    assert again.held[CONFIRM] == "yes please"


async def test_after_the_word_everything_stands_for_a_week(club: Club, ana: Player) -> None:
    await begin(ana)
    told = await ask(ana)
    assert told.is_private
    assert "cannot delete" in told.text
    assert told.labels == ["Keep my notebook", "Erase now", "Give me my files first"]
    for place in ("today", "privacy"):
        shown = await ana.slash(place)
        assert "is erased <t:" in shown.text
        assert "Keep my notebook" in shown.labels
        assert "Erase everything" not in shown.labels
    await club.pass_days(6.9)
    assert await pass_hour(club) == 0
    assert await rows_of(club, ana) > 3
    await club.pass_days(0.2)
    assert await pass_hour(club) == 1
    assert await rows_of(club, ana) == 0
    assert await pass_hour(club) == 0


async def test_who_keeps_the_notebook_keeps_everything(club: Club, ana: Player) -> None:
    await begin(ana)
    await ask(ana)
    kept = await ana.press(await ana.slash("today"), "Keep my notebook")
    assert "stays" in kept.text
    await club.pass_days(9)
    assert await pass_hour(club) == 0
    assert "Rosa Vega" in (await ana.slash("contact show", contact="Rosa")).text
    assert "Erase everything" in (await ana.slash("privacy")).labels
    assert "stays" in (await ana.press(kept_buttons := await ask(ana), "Keep my notebook")).text
    assert "Nothing of yours" in (await ana.press(kept_buttons, "Keep my notebook")).text
    assert "Nothing of yours" in (await ana.press(kept_buttons, "Erase now")).text


async def test_in_that_week_no_reminder_comes(club: Club, ana: Player) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    before = len(ana.dms)
    await ask(ana)
    await club.pass_days(6.5)
    assert len(ana.dms) == before
    await ana.press(await ana.slash("today"), "Keep my notebook")
    await club.pass_days(4)
    assert len(ana.dms) > before


async def test_the_hold_of_that_week_is_no_pause_that_could_end(club: Club, ana: Player) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    paused = await ana.slash("reminders", pause_until="Mar 5")
    before = len(ana.dms)
    await ask(ana)
    await ana.press(paused, "Undo")
    await ana.press(paused, "End the pause")
    settings = await ana.slash("reminders")
    assert "only write around talks" in settings.text
    assert "Paused until" not in settings.text
    assert "End the pause" not in settings.labels
    await club.pass_days(6.5)
    assert len(ana.dms) == before


async def test_a_pause_of_ones_own_outlives_that_week(ana: Player) -> None:
    await begin(ana)
    await ana.slash("reminders", pause_until="Mar 5")
    await ask(ana)
    await ana.press(await ana.slash("today"), "Keep my notebook")
    settings = await ana.slash("reminders")
    assert "Paused until <t:1772686800" in settings.text  # 5 March begins in New York
    assert "only write around talks" not in settings.text


async def test_the_week_can_be_cut_short(club: Club, ana: Player) -> None:
    await begin(ana)
    ben = club.member("Ben")
    await ben.slash("contact add", name="Leo")
    gone = await erase(ana)
    assert "I don't know you any more" in gone.text
    assert "within 7 days" in gone.text
    assert "cannot delete" in gone.text
    assert await rows_of(club, ana) == 0
    assert await rows_of(club, ben) > 1
    assert (await ana.slash("start")).labels == ["Begin"]


async def test_the_bots_messages_go_too_and_nobody_elses(club: Club, ana: Player) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    await ana.user.send_dm("Thank you!")
    assert len(ana.dms) > 1
    await erase(ana)
    assert await sweep(club) > 1
    assert ana.dms == []
    history = ana.user.dm_channel.history(viewer=ana.user)
    assert [message.content for message in history] == ["Thank you!"]
    assert await sweeps(club) == []


async def test_the_messages_stay_when_asked(club: Club, ana: Player) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    gone = await erase(ana, **LEAVE)
    assert "stay until you delete them" in gone.text
    assert await sweep(club) == 0
    assert len(ana.dms) == 1


async def test_in_the_dm_the_answer_itself_stays(club: Club, ana: Player) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    await erase(club.in_dm(ana))
    await sweep(club)
    (answer,) = ana.dms
    assert "Everything of yours is erased" in text_of(answer)
    assert await sweeps(club) == []


async def test_a_long_dm_is_cleared_in_several_runs_each_going_on(club: Club, ana: Player) -> None:
    await begin(ana)
    for number in range(MOST_AT_ONCE + 4):
        await ana.user.send_dm(f"note {number}")
    count = len(ana.dms)
    assert count > MOST_AT_ONCE
    await erase(ana)
    assert await sweep(club) == MOST_AT_ONCE
    assert len(ana.dms) == count - MOST_AT_ONCE
    assert await sweep(club) == count - MOST_AT_ONCE
    assert ana.dms == []
    assert await sweeps(club) == []


async def test_a_sweep_that_discord_refuses_goes_on_later(club: Club, ana: Player) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    await erase(ana)
    club.env.inject_error("DELETE", "/channels/*", status=500, code=0, message="Oh")
    assert await sweep(club) == 0
    (row,) = await sweeps(club)
    assert row.tries == 1
    assert await sweep(club) == 0
    club.env.backend.faults.clear()
    await club.env.advance_time(timedelta(hours=1).total_seconds())
    assert await sweep(club) == 1
    assert ana.dms == []


async def test_who_erases_while_discord_does_not_answer_is_told_and_loses_nothing(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    asked = await ask(ana)
    path = "/users/@me/channels"
    club.env.inject_error("POST", path, status=503, code=0, message="Oh", times=1)
    refused = await ana.press(asked, "Erase now")
    assert "nothing was erased yet" in refused.text
    assert await rows_of(club, ana) > 1
    assert "is erased" in (await ana.press(asked, "Erase now")).text
    assert await rows_of(club, ana) == 0
    assert len(await sweeps(club)) == 1


async def test_after_erasing_nothing_is_sent_any_more(club: Club, ana: Player) -> None:
    await begin(ana)
    await erase(ana)
    await club.pass_days(20)
    assert ana.dms == []


async def test_who_has_nothing_has_nothing_to_erase(ana: Player) -> None:
    assert "nothing of yours" in (await ask(ana)).text


async def test_erasing_clears_the_dm_also_when_its_reply_comes_too_late(
    club: Club, ana: Player
) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    assert len(ana.dms) == 1
    asked = await ask(ana)
    club.env.inject_error(
        "POST", "/interactions/*", status=404, code=10062, message="Unknown interaction"
    )
    with contextlib.suppress(AssertionError):  # the member saw no answer
        await ana.press(asked, "Erase now")
    assert await rows_of(club, ana) == 0
    await sweep(club)
    assert ana.dms == []


async def test_who_comes_back_brings_the_whole_notebook_along(club: Club, ana: Player) -> None:
    await begin(ana)
    await ana.slash("log", what="asked", contact="Rosa", text="About the ward")
    export = await ana.press(await ana.slash("privacy"), "Give me my file")
    file = export.message.attachments[0]
    data = await file.read()
    await erase(ana)
    back = await ana.slash("contact import", file=(file.filename, data))
    assert "Your notebook is back" in back.text
    assert "1 person, 0 talks, 1 entry" in back.text
    assert "About the ward" in (await ana.slash("contact show", contact="Rosa")).text
    again = await ana.slash("contact import", file=(file.filename, data))
    assert "nothing was changed" in again.text
    changed = data.replace(b"Rosa Vega", b"Rosa Vegas")
    assert (
        "Your notebook is back"
        not in (
            await club.member("Ben").slash("contact import", file=(file.filename, changed))
        ).text
    )

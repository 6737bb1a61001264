from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.errors import NotYours
from bot.notebook.pressed import access_pressed
from bot.rules.presses import read
from bot.storage.models import Delivery
from bot.upkeep.purge import purge
from tests.cogs.playing import Club, Player, find_id, menus_of, text_of

# The club has no zone, so days run in UTC; it is Tuesday 3 March 2026, 15:00.


async def asked_rosa(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("log", what="asked", contact="rosa")


async def nudged(club: Club, player: Player, days: float) -> Player:
    """Let days pass; the same person answers in their DM."""
    await club.pass_days(days)
    return club.in_dm(player)


async def thank_you_due(club: Club, ana: Player) -> Player:
    """A talk yesterday, and the morning after it: the thank-you's nudge has come."""
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="today 4pm")
    return await nudged(club, ana, 0.8)


async def test_reminders_say_what_is_planned_and_why(ana: Player) -> None:
    empty = await ana.slash("reminders")
    assert empty.is_private
    assert "Nothing is planned yet" in empty.text
    assert "One message a day, at 9:00 am" in empty.text
    assert "Monday to Friday" in empty.text
    await asked_rosa(ana)
    planned = await ana.slash("reminders")
    assert "write again · Rosa Vega" in planned.text
    assert "if they have not answered by then" in planned.text
    card = await ana.press(planned, "Open")
    assert "## Rosa Vega" in card.text


async def test_several_reminders_about_one_person_each_have_their_line(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="Mar 10 15:00")
    planned = await ana.slash("reminders")
    assert planned.labels.count("Open") == 5
    assert "confirm the talk · Rosa Vega" in planned.text
    assert "and 3 more later" in planned.text


async def test_other_hours_plan_everything_anew_and_undo_restores_them(
    club: Club, ana: Player
) -> None:
    await asked_rosa(ana)
    form = await ana.press(await ana.slash("reminders"), "Hours")
    assert form.held == {"Morning message at": "540", "Quiet from": "1260", "Quiet until": "480"}
    changed = await ana.fill(form, {"Morning message at": ["720"]})
    at = int(datetime(2026, 3, 10, 12, tzinfo=UTC).timestamp())
    assert f"<t:{at}:D>" in changed.text
    assert "at 12:00 pm" in changed.text
    assert "Undone" in (await ana.press(changed, "Undo")).text
    await club.pass_time(datetime(2026, 3, 10, 9, 15, tzinfo=UTC))
    assert "No answer from Rosa yet" in text_of(ana.dm)


async def test_a_morning_hour_inside_the_quiet_hours_is_refused(ana: Player) -> None:
    form = await ana.press(await ana.slash("reminders"), "Hours")
    refused = await ana.fill(form, {"Morning message at": ["420"]})
    assert "inside your quiet hours" in refused.text
    again = await ana.press(refused, "Correct it")
    assert again.held["Morning message at"] == "420"
    accepted = await ana.fill(again, {"Quiet until": ["420"]})
    assert "at 7:00 am" in accepted.text


async def test_no_quiet_hours_are_said_so(ana: Player) -> None:
    form = await ana.press(await ana.slash("reminders"), "Hours")
    changed = await ana.fill(form, {"Quiet from": ["none"]})
    assert "No quiet hours." in changed.text
    assert (await ana.press(changed, "Hours")).held["Quiet from"] == "none"


async def test_how_often_moves_what_is_planned(club: Club, ana: Player) -> None:
    await asked_rosa(ana)
    form = await ana.press(await ana.slash("reminders"), "How often")
    often = "No answer: remind me to write again"
    changed = await ana.fill(form, {often: ["0"]})
    assert "No reminder when nobody answers." in changed.text
    assert "Rosa" not in changed.text
    await club.pass_days(10)
    assert ana.dms == []


async def test_weekdays_are_turned_on_and_off(ana: Player) -> None:
    await asked_rosa(ana)  # her answer is due on a Tuesday
    card = await ana.press(await ana.slash("reminders"), "Weekdays")
    changed = await ana.press(card, "Tue")
    assert "Monday, Wednesday, Thursday, Friday" in changed.text
    planned = await ana.press(changed, "All settings")
    assert f"<t:{int(datetime(2026, 3, 11, 9, tzinfo=UTC).timestamp())}:D>" in planned.text


async def test_a_pause_says_until_when_and_holds_messages(club: Club, ana: Player) -> None:
    await asked_rosa(ana)
    paused = await ana.slash("reminders", pause_until="in two weeks")
    assert "Paused until Tuesday 17 March" in paused.text
    assert f"<t:{int(datetime(2026, 3, 17, tzinfo=UTC).timestamp())}:F>" in paused.text
    assert "waits" in (await ana.slash("reminders")).text
    await club.pass_time(datetime(2026, 3, 16, 20, tzinfo=UTC))
    assert ana.dms == []
    await club.pass_time(datetime(2026, 3, 17, 9, 15, tzinfo=UTC))
    assert "Rosa" in text_of(ana.dm)


async def test_a_pause_ends_when_asked(club: Club, ana: Player) -> None:
    await asked_rosa(ana)
    paused = await ana.slash("reminders", pause_until="in two weeks")
    over = await ana.press(paused, "End the pause")
    assert "The pause is over" in over.text
    assert "Paused" not in over.text
    await club.pass_time(datetime(2026, 3, 10, 9, 15, tzinfo=UTC))
    assert "Rosa" in text_of(ana.dm)


async def test_a_pause_until_a_time_that_cannot_be_read_is_asked_about(ana: Player) -> None:
    asked = await ana.slash("reminders", pause_until="blursday")
    assert "blursday" in asked.text
    assert (await ana.press(asked, "Correct it")).held["Until when?"] == "blursday"
    past = await ana.slash("reminders", pause_until="yesterday")
    assert "Correct it" in past.labels


async def test_fewer_messages_under_a_nudge_keeps_only_what_is_around_talks(
    club: Club, ana: Player
) -> None:
    await asked_rosa(ana)
    dm = await nudged(club, ana, 7)
    fewer = await dm.press(dm.dm, "Fewer messages")
    talks = await dm.press(fewer, "Only around my talks")
    assert "Only the messages around your talks" in talks.text
    await club.pass_days(20)
    assert len(ana.dms) == 2  # the nudge, and the reply in which the choice was made


async def test_names_can_be_hidden_in_messages(club: Club, ana: Player) -> None:
    await asked_rosa(ana)
    hidden = await ana.press(await ana.slash("reminders"), "Hide names in messages")
    assert "Names are hidden" in hidden.text
    await club.pass_days(7)
    assert "Rosa" not in text_of(ana.dm)


async def test_let_it_rest_ends_the_asking_and_undo_brings_it_back(club: Club, ana: Player) -> None:
    await asked_rosa(ana)
    dm = await nudged(club, ana, 7)
    nudge = dm.dm
    rests = await dm.press(nudge, "Let it rest")
    assert "Rosa rests now" in rests.text
    assert "**Resting**" in (await dm.slash("contact show", contact="rosa")).text
    again = await dm.press(nudge, "Let it rest")
    assert "noted already" in again.text
    await dm.press(rests, "Undo")
    assert "**Asked**" in (await dm.slash("contact show", contact="rosa")).text


async def test_not_for_me_lets_a_person_rest(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    dm = await nudged(club, ana, 7)
    rests = await dm.press(dm.dm, "Not for me")
    assert "does not come up again" in rests.text
    assert "Nothing else is planned" in rests.text


async def test_a_press_after_the_answer_came_changes_nothing(club: Club, ana: Player) -> None:
    await asked_rosa(ana)
    dm = await nudged(club, ana, 7)
    nudge = dm.dm
    await dm.press(await dm.slash("log", what="answered", contact="rosa"), "Yes")
    late = await dm.press(nudge, "Let it rest")
    assert "noted already" in late.text
    assert "**Said yes**" in (await dm.slash("contact show", contact="rosa")).text


async def test_a_nudge_about_somebody_removed_says_so(club: Club, ana: Player) -> None:
    await asked_rosa(ana)
    dm = await nudged(club, ana, 7)
    nudge = dm.dm
    card = await dm.slash("contact show", contact="rosa")
    await dm.press(await dm.press(card, "More"), "Remove")
    assert "You removed this person" in (await dm.press(nudge, "Let it rest")).text
    assert "You removed this person" in (await dm.press(nudge, "Draft")).text


async def test_somebody_elses_reminder_is_as_if_it_were_not_there(club: Club, ana: Player) -> None:
    await asked_rosa(ana)
    dm = await nudged(club, ana, 7)
    key = read(find_id(dm.dm, "Let it rest")).key
    ben = club.member("Ben")
    async with club.bot.db.read() as session:
        assert await access_pressed(session, club.bot.content, ana.user.id, key)
        with pytest.raises(NotYours, match="somebody else's notebook"):
            await access_pressed(session, club.bot.content, ben.user.id, key)


async def test_the_draft_of_a_nudge_is_the_second_note(club: Club, ana: Player) -> None:
    await asked_rosa(ana)
    dm = await nudged(club, ana, 7)
    nudge = dm.dm
    draft = await dm.press(nudge, "Draft")
    assert "Writing again: Rosa Vega" in draft.text
    sent = await dm.press(await dm.press(draft, "I sent it"), "Yes, I filled them in")
    assert "one last friendly line" in sent.text
    assert "noted already" in (await dm.press(nudge, "Let it rest")).text


async def test_tonight_brings_the_thank_you_back_in_the_evening(club: Club, ana: Player) -> None:
    dm = await thank_you_due(club, ana)
    nudge = dm.dm
    assert "talked to Rosa" in text_of(nudge)
    later = await dm.press(nudge, "Tonight")
    assert f"<t:{int(datetime(2026, 3, 4, 18, tzinfo=UTC).timestamp())}:F>" in later.text
    assert "Tomorrow" in later.labels
    assert "Monday" not in later.labels  # past the 72 hours
    assert "already" in (await dm.press(nudge, "Tonight")).text
    before = len(dm.dms)
    await club.pass_time(datetime(2026, 3, 4, 18, 30, tzinfo=UTC))
    assert len(dm.dms) == before + 1
    assert "Rosa" in text_of(dm.dm)


async def test_tomorrow_is_the_message_that_is_planned_for_then(club: Club, ana: Player) -> None:
    dm = await thank_you_due(club, ana)
    later = await dm.press(await dm.press(dm.dm, "Tonight"), "Tomorrow")
    assert f"<t:{int(datetime(2026, 3, 5, 9, tzinfo=UTC).timestamp())}:F>" in later.text
    before = len(dm.dms)
    await club.pass_time(datetime(2026, 3, 5, 12, tzinfo=UTC))
    assert len(dm.dms) == before + 1


async def test_not_needed_ends_the_thank_yous_of_a_talk(club: Club, ana: Player) -> None:
    dm = await thank_you_due(club, ana)
    done = await dm.press(dm.dm, "Not needed")
    assert "I leave that one out" in done.text
    assert "say thank you" not in (await dm.slash("reminders")).text


async def test_what_was_edited_is_in_the_nudge(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="today 4pm")
    await club.pass_days(0.1)
    draft = await ana.draft(contact="rosa", kind="thank_you")
    form = await ana.press(draft, "Edit")
    await ana.fill(form, {"Message": "Dear Rosa, the lab was wonderful."})
    await club.pass_time(datetime(2026, 3, 4, 9, 15, tzinfo=UTC))
    assert "> Dear Rosa, the lab was wonderful." in text_of(ana.dm)


async def talked_with_a_plan(club: Club, ana: Player) -> Player:
    """A talk with one promise, thanked for; a week later its nudge has come."""
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="today 4pm")
    await club.pass_days(0.1)
    form = await ana.slash("interview done", contact="rosa")
    done = {"What will you do next?": "Read the report", "May you keep in touch?": ["email"]}
    await ana.fill(form, {**done, "How did it feel?": ["connection"]})
    await ana.slash("log", what="thanked", contact="rosa")
    return await nudged(club, ana, 7)


async def test_a_kept_promise_is_told_to_the_person(club: Club, ana: Player) -> None:
    dm = await talked_with_a_plan(club, ana)
    nudge = dm.dm
    assert "Read the report" in text_of(nudge)
    done = await dm.press(nudge, "Done")
    assert "Well done. Tell Rosa" in done.text
    draft = await dm.press(done, "Tell them")
    assert "one thing to do: read the report." in draft.text
    assert "noted already" in (await dm.press(nudge, "Not any more")).text


async def test_a_dropped_promise_is_off_the_list(club: Club, ana: Player) -> None:
    dm = await talked_with_a_plan(club, ana)
    nudge = dm.dm
    dropped = await dm.press(nudge, "Not any more")
    assert "off your list" in dropped.text
    await dm.press(dropped, "Undo")
    assert "Well done" in (await dm.press(nudge, "Done")).text


async def test_a_check_in_is_skipped_and_the_next_one_comes(club: Club, ana: Player) -> None:
    dm = await talked_with_a_plan(club, ana)
    await dm.press(dm.dm, "Done")
    await club.pass_days(40)
    nudge = dm.dm
    assert "Rosa" in text_of(nudge)
    skipped = await dm.press(nudge, "Skip this one")
    assert "Skipped" in skipped.text
    assert "a line every three months" in skipped.text


async def test_check_ins_stop_for_one_person(club: Club, ana: Player) -> None:
    dm = await talked_with_a_plan(club, ana)
    await dm.press(dm.dm, "Done")
    await club.pass_days(40)
    stopped = await dm.press(dm.dm, "Stop for Rosa")
    assert "Nothing else is planned" in stopped.text
    assert "Nothing is planned yet" in (await dm.slash("reminders")).text


async def test_running_late_gives_the_message_alone(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="today 4pm")
    await club.pass_time(datetime(2026, 3, 3, 15, 50, tzinfo=UTC))
    dm = club.in_dm(ana)
    asked = await dm.press(dm.dm, "Running late")
    assert "How late" in asked.text
    message = await dm.press(asked, "10 minutes")
    assert "running 10 minutes late for our talk at 4:00 pm" in message.text
    assert message.labels == []


async def test_running_late_says_what_its_message_still_asks(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="my former boss")
    await ana.slash("interview schedule", contact="my former boss", when="today 4pm")
    await club.pass_time(datetime(2026, 3, 3, 15, 50, tzinfo=UTC))
    dm = club.in_dm(ana)
    message = await dm.press(await dm.press(dm.dm, "Running late"), "10 minutes")
    said, warned = (text_of(one) for one in message.messages)
    assert said.startswith("Hi [what do you call them?], I'm so sorry, I'm running 10 minutes late")
    assert warned == "Before you send it, fill in what stands in brackets."


async def test_after_four_unanswered_messages_a_press_says_how_it_goes_on(
    club: Club, ana: Player
) -> None:
    for name in ("Rosa Vega", "Leo Park", "Mia Chen", "Tom Ode", "Eva Lund"):
        await ana.slash("contact add", name=name)
        await club.pass_days(1)
    await club.pass_days(12)
    dm = club.in_dm(ana)
    asked = next(one for one in dm.dms if "Are my messages too many?" in text_of(one))
    kept = await dm.press(asked, "Keep them coming")
    assert "I keep writing" in kept.text
    quiet = await dm.press(asked, "Only around my talks")
    assert "only around your talks" in quiet.text
    assert "Only the messages around your talks" in (await dm.slash("reminders")).text


async def test_a_promise_stays_until_it_is_settled_on_the_card(club: Club, ana: Player) -> None:
    dm = await talked_with_a_plan(club, ana)
    await club.pass_days(40)
    today = await dm.slash("today")
    assert "Done? Read the report" in today.text
    card = await dm.slash("contact show", contact="rosa")
    assert "You will: Read the report" in card.text
    assert "Well done. Tell Rosa" in (await dm.press(card, "Done: Read the report")).text
    assert "Read the report" not in (await dm.slash("today")).text
    card = await dm.slash("contact show", contact="rosa")
    assert "Done: Read the report" in card.text
    assert "Not any more" not in card.labels


async def test_one_of_several_promises_is_chosen_on_the_card(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    talked = await ana.slash("interview done", contact="Rosa")
    await ana.fill(talked, {"What will you do next?": "Read the report\nAsk Leo"})
    card = await ana.slash("contact show", contact="rosa")
    (menu,) = menus_of(card.message)
    values = {option["label"]: option["value"] for option in menu["options"]}
    assert list(values) == [
        "Done: Read the report",
        "Done: Ask Leo",
        "Not any more: Read the report",
        "Not any more: Ask Leo",
    ]
    dropped = await ana.choose(card, values["Not any more: Ask Leo"])
    assert "off your list" in dropped.text
    card = await ana.slash("contact show", contact="rosa")
    assert "Ask Leo" not in card.text
    assert "Done: Read the report" in card.labels


async def test_buttons_work_when_the_words_of_their_message_are_thrown_away(
    club: Club, ana: Player
) -> None:
    dm = await talked_with_a_plan(club, ana)
    nudge = dm.dm

    async def purge_at_once() -> int:
        async with club.bot.db.write() as session:
            await purge(session, now=club.clock.now())
        async with club.bot.db.read() as session:
            return len((await session.scalars(select(Delivery.key).where(worded))).all())

    worded = Delivery.body.is_not(None)
    before = await purge_at_once()
    assert before > 0
    await club.env.advance_time(timedelta(days=31).total_seconds())
    assert await purge_at_once() == 0
    assert "Well done" in (await dm.press(nudge, "Done")).text


async def asks_whether_to_go_quiet(ana: Player) -> bool:
    return any("Are my messages too many?" in text_of(one) for one in ana.dms)


async def test_whoever_looks_at_today_is_not_asked_whether_to_go_quiet(
    club: Club, ana: Player
) -> None:
    for name in ("Rosa Vega", "Leo Park", "Mia Chen", "Tom Ode", "Eva Lund", "Uma Roy"):
        await ana.slash("contact add", name=name)
        await club.pass_days(1)
    await club.pass_days(4)
    for _ in range(8):
        await ana.slash("today")
        await club.pass_days(1)
    assert len(ana.dms) >= 5
    assert not await asks_whether_to_go_quiet(ana)


async def test_messages_around_a_talk_are_no_reason_to_ask_whether_to_go_quiet(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="Rosa Vega", when="Mar 9 3pm")
    await ana.slash("contact add", name="Leo Park")
    await club.pass_days(12)
    assert len(ana.dms) >= 6
    assert not await asks_whether_to_go_quiet(ana)

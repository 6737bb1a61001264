from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.notebook.interviews import TalkPage
from bot.rules.presses import Press
from cogs._ui.cards import buttons
from cogs._ui.interview_forms import read_way
from tests.cogs.playing import Club, Player, Reply, text_of
from tests.cogs.question_sets import page_of


async def talks_of(club: Club, player: Player, name: str) -> list[TalkPage]:
    """Read a person's talks from the database, the earliest first."""
    page = await page_of(club, player, name)
    return [TalkPage(page, entry) for entry in page.interviews]


async def book(player: Player, when: str = "Mar 10 15:00", **options: object) -> Reply:
    await player.slash("contact add", name="Rosa Vega")
    return await player.slash("interview schedule", contact="rosa", when=when, **options)


async def test_a_talk_is_booked_and_what_follows_is_said_with_reasons(ana: Player) -> None:
    reply = await book(ana)
    assert reply.is_private
    assert "Tuesday 10 March, 3:00 pm" in reply.text
    assert f"<t:{int(datetime(2026, 3, 10, 15, tzinfo=UTC).timestamp())}:F>" in reply.text
    assert "20 minutes by video" in reply.text
    assert "(to read up on them and write your questions" in reply.text
    assert "while the talk is fresh, within three days" in reply.text
    assert "Undo" in reply.labels


async def test_the_first_reply_that_plans_something_asks_for_the_zone(ana: Player) -> None:
    reply = await book(ana)
    assert "Which time zone are you in?" in reply.labels


async def test_a_talk_tomorrow_brings_its_sheet_in_the_reply(ana: Player) -> None:
    near = await book(ana, "tomorrow 3pm")
    assert "Read up on them" in near.text
    assert "At the talk" in near.labels
    assert "prepare the talk" not in near.text


async def test_somebody_new_is_added_on_the_way_with_nothing_typed_again(
    club: Club, ana: Player
) -> None:
    asked = await ana.slash(
        "interview schedule", contact="Sam Lee", when="Mar 12 9am", minutes=45, mode="phone"
    )
    assert "not in your notebook yet" in asked.text
    booked = await ana.press(asked, "Add “Sam Lee”")
    assert "Thursday 12 March, 9:00 am" in booked.text
    assert "45 minutes by phone" in booked.text
    assert len(await talks_of(club, ana, "Sam Lee")) == 1


async def test_undo_takes_a_booking_back(club: Club, ana: Player) -> None:
    reply = await book(ana)
    assert "Undone: setting a date" in (await ana.press(reply, "Undo")).text
    assert await talks_of(club, ana, "Rosa") == []


async def test_a_time_is_asked_about_when_it_may_be_on_their_clock(club: Club, ana: Player) -> None:
    asked = await book(ana, their_zone="Tokyo")
    assert "your time, or theirs" in asked.text
    booked = await ana.press(asked, "Tuesday 10 March, 3:00 pm, Tokyo time (theirs)")
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.row.t1 == datetime(2026, 3, 10, 6, tzinfo=UTC)
    assert "For them (Tokyo): Tuesday 10 March, 3:00 pm" in booked.text


async def test_their_clock_is_not_asked_about_when_it_reads_the_same(ana: Player) -> None:
    assert "It is in your book" in (await book(ana, their_zone="UTC")).text


async def test_a_time_that_has_passed_here_may_be_to_come_there(club: Club, ana: Player) -> None:
    asked = await book(ana, "today 2pm", their_zone="New York")  # it is 15:00 here, 10:00 there
    assert "2:00 pm has passed" in asked.text
    assert asked.labels[0] == "Tuesday 3 March, 2:00 pm, New York time (theirs)"
    booked = await ana.press(asked, asked.labels[0])
    assert "It is in your book" in booked.text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert (talk.talk.row.t1, talk.talk.row.s5) == (
        datetime(2026, 3, 3, 19, tzinfo=UTC),
        "America/New_York",
    )


async def test_a_time_that_has_passed_on_both_clocks_is_asked_about(ana: Player) -> None:
    asked = await book(ana, "today 9am", their_zone="New York")
    assert "has passed" in asked.text
    assert not any("theirs" in label for label in asked.labels)


async def test_a_zone_that_does_not_exist_is_named(ana: Player) -> None:
    refused = await book(ana, their_zone="Atlantis City")
    assert "Atlantis City" in refused.text
    assert "Correct it" in refused.labels


async def test_a_past_date_for_a_talk_is_refused_and_what_was_typed_stays(ana: Player) -> None:
    refused = await book(ana, "March 1 3pm", minutes=30)
    assert "Correct it" in refused.labels
    form = await ana.press(refused, "Correct it")
    assert form.held["When?"] == "March 1 3pm"
    assert form.held["How many minutes?"] == "30"
    booked = await ana.fill(form, {"When?": "March 11 3pm"})
    assert "Wednesday 11 March, 3:00 pm" in booked.text
    assert "30 minutes" in booked.text


async def test_a_day_without_an_hour_is_asked_for_its_hour(ana: Player) -> None:
    asked = await book(ana, "next Tuesday")
    assert "It is in your book" not in asked.text
    assert "Correct it" in asked.labels


async def test_an_hour_that_may_be_morning_or_afternoon_is_asked_about(ana: Player) -> None:
    asked = await book(ana, "Mar 10 at 3")
    picked = next(label for label in asked.labels if "3:00 pm" in label)
    assert "Tuesday 10 March, 3:00 pm" in (await ana.press(asked, picked)).text


async def test_minutes_that_cannot_be_meant_are_refused(ana: Player) -> None:
    refused = await book(ana, minutes=4000)
    assert "from 5 to 240" in refused.text


async def test_a_second_date_asks_whether_the_first_one_moved(club: Club, ana: Player) -> None:
    await book(ana, minutes=45, mode="phone")
    asked = await ana.slash("interview schedule", contact="rosa", when="Mar 12 15:00")
    assert "in your book already" in asked.text
    moved = await ana.press(asked, "It moved: it was Tuesday 10 March, 3:00 pm")
    assert "45 minutes by phone" in moved.text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.row.t1 == datetime(2026, 3, 12, 15, tzinfo=UTC)


async def test_a_second_date_can_be_another_talk(club: Club, ana: Player) -> None:
    await book(ana)
    asked = await ana.slash("interview schedule", contact="rosa", when="Mar 12 15:00")
    await ana.press(asked, "Another talk")
    assert len(await talks_of(club, ana, "Rosa")) == 2
    which = await ana.slash("interview prepare", contact="rosa")
    assert "several talks" in which.text
    sheet = await ana.press(which, "Thursday 12 March, 3:00 pm")
    assert "Thursday 12 March" in sheet.text


async def test_details_come_back_filled_in_and_harmless(club: Club, ana: Player) -> None:
    booked = await book(ana, mode="in_person")
    form = await ana.press(booked, "Details")
    noted = await ana.fill(
        form,
        {
            "Place or link": "Café *Luna* @everyone",
            "The way there, and how long it takes": "Bus 12 from the station, 25 minutes",
        },
    )
    assert "The way takes 25 minutes, so I call you 55 minutes before" in noted.text
    assert "Café \\*Luna\\*" in noted.text
    again = await ana.press(noted, "Details")
    assert again.held["Place or link"] == "Café *Luna* @everyone"
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.row.n2 == 25


async def test_a_way_without_minutes_says_when_the_call_comes(ana: Player) -> None:
    booked = await book(ana, mode="in_person")
    form = await ana.press(booked, "Details")
    noted = await ana.fill(form, {"The way there, and how long it takes": "By bus"})
    assert "an hour and a half before" in noted.text


async def test_cancel_with_a_new_time_moves_the_talk(club: Club, ana: Player) -> None:
    await book(ana)
    reply = await ana.slash("interview cancel", contact="rosa", new_time="Mar 13 4pm")
    assert "It has moved" in reply.text
    assert "Friday 13 March, 4:00 pm" in reply.text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert (talk.talk.row.s1, talk.talk.row.n3) == ("planned", 1)


async def test_a_new_time_in_the_past_comes_back(ana: Player) -> None:
    await book(ana)
    refused = await ana.slash("interview cancel", contact="rosa", new_time="Feb 13 4pm")
    form = await ana.press(refused, "Correct it")
    assert form.held == {"When is it now?": "Feb 13 4pm"}
    moved = await ana.fill(form, {"When is it now?": "Mar 13 4pm"})
    assert "Friday 13 March, 4:00 pm" in moved.text


async def test_cancel_without_a_time_calls_it_off_and_words_the_way_to_a_new_date(
    club: Club, ana: Player
) -> None:
    await book(ana)
    reply = await ana.slash("interview cancel", contact="rosa")
    assert "your talk with **Rosa** is off" in reply.text
    assert "find a date" in reply.text
    for who in ("I did", "They did"):
        assert "two times that suit you" in (await ana.press(reply, who)).text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.row.s1 == "cancelled"


async def test_a_talk_called_off_can_get_a_new_date_at_once(ana: Player) -> None:
    await book(ana)
    off = await ana.slash("interview cancel", contact="rosa")
    form = await ana.press(off.messages[0], "Set the new date")
    assert form.title == "When do you talk to Rosa?"
    booked = await ana.fill(form, {"When?": "Mar 17 10am"})
    assert "Tuesday 17 March, 10:00 am" in booked.text
    assert "find a date" not in booked.text


async def test_no_new_date_ends_the_search_for_one(ana: Player) -> None:
    await book(ana)
    off = await ana.slash("interview cancel", contact="rosa")
    left = await ana.press(off.messages[0], "No new date")
    assert "find a date" not in left.text
    assert "That is noted already" in (await ana.press(off.messages[0], "No new date")).text


async def test_with_no_talk_ahead_cancel_and_prepare_offer_a_date(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    for command in ("interview cancel", "interview prepare"):
        reply = await ana.slash(command, contact="rosa")
        assert "no talk with Rosa in your book" in reply.text
        assert "Set the date" in reply.labels


async def test_cancel_after_a_talk_without_notes_asks_what_became_of_it(
    club: Club, ana: Player
) -> None:
    await book(ana, "tomorrow 3pm")
    await club.pass_days(1.5)
    reply = await ana.slash("interview cancel", contact="rosa")
    assert "has no notes yet" in reply.text
    assert reply.labels[:3] == ["We talked", "It moved", "It did not happen"]


async def test_the_buttons_of_a_talk_refuse_somebody_else(club: Club, ana: Player) -> None:
    await book(ana)
    (talk,) = await talks_of(club, ana, "Rosa")
    ben = club.in_dm(club.member("Ben"))
    stolen = tuple(
        (Press("i", talk.talk.key, verb, verb),)
        for verb in ("details", "sheet", "move", "cancel", "done")
    )
    user = await club.bot.fetch_user(ben.user.id)
    await user.send("Look what I found", view=buttons(stolen))
    for (press,) in stolen:
        reply = await ben.press(ben.dms[0], press.label)
        assert "can't find that in your notebook" in reply.text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.row.s1 == "planned"


async def test_a_date_form_survives_that_its_contact_was_removed(ana: Player) -> None:
    booked = await book(ana)
    form = await ana.press(booked, "It moved")
    card = await ana.slash("contact show", contact="rosa")
    removed = await ana.press(await ana.press(card, "More"), "Remove")
    refused = await ana.fill(form, {"When?": "Mar 20 3pm"})
    assert "brings removed people back" in refused.text
    await ana.press(removed, "Undo")
    again = await ana.press(refused, "Correct it")
    assert "Friday 20 March, 3:00 pm" in (await ana.fill(again, {})).text


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("Bus 12 from the station, 25 minutes", 25),
        ("1 h 10 by train", 70),
        ("1h30", 90),
        ("1.5 hours on foot", 90),
        ("1 hour 15 min", 75),
        ("Bus 12", None),
        ("900 minutes", None),
    ],
)
def test_the_minutes_of_a_way_are_read_from_words(said: str, minutes: int | None) -> None:
    assert read_way(said) == minutes


async def called_before(club: Club, ana: Player, mode: str, **details: str) -> str:
    """Book a talk of tomorrow, note its details, and read the call before it."""
    booked = await book(ana, "tomorrow 3pm", mode=mode)
    form = await ana.press(booked, "Details")
    await ana.fill(form, {"Place or link": "5 Main St.", **details})
    await club.pass_days(1)
    return next(text_of(one) for one in reversed(ana.dms) if "ou meet" in text_of(one))


async def test_the_call_before_a_talk_in_person_says_when_to_leave(club: Club, ana: Player) -> None:
    way = {"The way there, and how long it takes": "Bus 12, 25 minutes."}
    told = await called_before(club, ana, "in_person", **way)
    first, second, *_ = told.splitlines()
    assert first == (
        "You meet Rosa at 3:00 pm (5 Main St.). Leave at 2:25 pm to be there ten minutes early."
    )
    assert second == "The way there: Bus 12, 25 minutes."


async def test_the_call_before_a_talk_whose_way_is_unknown_says_to_look_it_up(
    club: Club, ana: Player
) -> None:
    told = await called_before(club, ana, "in_person")
    assert told.splitlines()[0] == (
        "You meet Rosa at 3:00 pm (5 Main St.). "
        "Look up the way now, and be there ten minutes early."
    )


@pytest.mark.parametrize("mode", ["phone", "video"])
async def test_the_call_before_a_talk_has_one_full_stop(club: Club, ana: Player, mode: str) -> None:
    booked = await book(ana, "tomorrow 3pm", mode=mode)
    await ana.fill(await ana.press(booked, "Details"), {"Place or link": "At their desk."})
    await club.pass_days(1)
    told = next(text_of(one) for one in reversed(ana.dms) if "starts at" in text_of(one))
    assert told.splitlines()[0].endswith("starts at 3:00 pm: At their desk.")


async def test_no_new_date_for_a_talk_that_is_still_ahead_says_that_it_is_off(
    club: Club, ana: Player
) -> None:
    await book(ana)
    off = await ana.slash("interview cancel", contact="rosa")
    left = await ana.press(off.messages[0], "No new date")
    assert "your talk with **Rosa** is off, and no new date is planned" in left.text
    assert "did not happen" not in left.text
    again = await ana.press(left, "I want a new date")
    await club.pass_time(datetime(2026, 3, 10, 15, 1, tzinfo=UTC))
    assert "did not happen" in (await ana.press(again, "No new date")).text

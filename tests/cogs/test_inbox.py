from __future__ import annotations

from typing import Any

import pytest

from bot.notebook.inbox import read_verbs
from bot.notebook.members import find_member
from tests.cogs.mischief import deliver_twice
from tests.cogs.playing import Club, Player, labels_of, raw_components, text_of, walk


async def write(club: Club, player: Player, text: str) -> Any:
    """Send a plain message to the bot; returns its answer."""
    await player.user.send_dm(text)
    await club.env.settle()
    return player.dm


@pytest.fixture
async def waiting(club: Club, ana: Player) -> Player:
    """Ana asked Rosa, a week went by, and the nudge has come."""
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("log", what="asked", contact="rosa")
    await club.pass_days(7)
    assert "No answer from Rosa yet" in ana.dm.content
    return club.in_dm(ana)


async def test_sent_under_a_nudge_offers_its_button(club: Club, waiting: Player) -> None:
    answer = await write(club, waiting, "sent!")
    assert "Is that about Rosa?" in text_of(answer)
    assert labels_of(answer)[0] == "I wrote again"
    noted = await waiting.press(answer, "I wrote again")
    assert "you wrote to **Rosa**, today" in noted.text


async def test_they_said_yes_under_a_nudge_offers_the_yes(club: Club, waiting: Player) -> None:
    answer = await write(club, waiting, "They said yes")
    noted = await waiting.press(answer, "They said yes")
    assert "**Rosa** said yes" in noted.text
    assert "Set the date" in noted.labels


async def test_two_reminders_about_one_person_offer_an_answer_once(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    talked = await ana.slash("interview done", contact="rosa")
    promised = "read the book\njoin the club"
    await ana.fill(talked, {"What did you enjoy?": "all", "What will you do next?": promised})
    await ana.slash("log", what="thanked", contact="rosa")
    await club.pass_days(8)
    assert "two things today" in ana.dm.content
    answer = await write(club, club.in_dm(ana), "she said yes")
    assert "Is that about Rosa?" in text_of(answer)
    assert labels_of(answer).count("They said yes") == 1


async def test_two_promises_to_one_person_are_told_apart(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    talked = await ana.slash("interview done", contact="rosa")
    promised = "read the book\njoin the club " + "of those who read " * 8
    await ana.fill(talked, {"What did you enjoy?": "all", "What will you do next?": promised})
    await ana.slash("log", what="thanked", contact="rosa")
    await club.pass_days(8)
    answer = await write(club, club.in_dm(ana), "done")
    kept = [label for label in labels_of(answer) if label.startswith("Done")]
    short, long = sorted(kept, key=len)
    assert short == "Done: read the book"
    assert long.startswith("Done: join the club of those")
    assert long.endswith("…")
    assert len(long) <= 80


async def test_whoever_writes_is_answered_whatever_goes_wrong(club: Club, waiting: Player) -> None:
    path = f"/channels/{waiting.user.dm_channel.id}/messages"
    club.env.inject_error("POST", path, status=400, code=50035, message="Invalid", times=1)
    answer = await write(club, waiting, "hello?")
    assert "Something went wrong on my side" in text_of(answer)
    assert "hello?" in text_of(await write(club, waiting, "hello?"))


async def test_anything_else_can_be_saved_as_a_note(club: Club, waiting: Player) -> None:
    answer = await write(club, waiting, "Mercy opens a new wing in *May* @everyone")
    assert "what shall I do with that?" in text_of(answer)
    assert labels_of(answer) == ["We talked", "Draft", "Today", "Help"]
    menu = next(c for c in walk(raw_components(answer)) if c.get("type") == 3)
    noted = await waiting.choose(answer, menu["options"][0]["value"])
    assert "a note about **Rosa**" in noted.text
    assert "Mercy opens a new wing in \\*May\\* @everyone" in noted.text


async def test_a_message_that_names_somebody_offers_them(club: Club, waiting: Player) -> None:
    answer = await write(club, waiting, "Rosa Vega likes hiking")
    assert labels_of(answer) == ["Note about Rosa", "We talked", "Draft", "Today", "Help"]
    noted = await waiting.press(answer, "Note about Rosa")
    assert "likes hiking" in noted.text
    shown = await waiting.slash("contact show", contact="rosa")
    assert "Note · Rosa Vega likes hiking" in shown.text


async def test_a_message_of_somebody_new_is_answered_too(club: Club) -> None:
    ben = club.in_dm(club.member("Ben"))
    answer = await write(club, ben, "hello?")
    assert "what shall I do with that?" in text_of(answer)
    whom = await ben.press(answer, "Draft")
    assert "Nobody is in your notebook yet" in whom.text


async def test_a_very_long_message_comes_back_for_shortening(club: Club, waiting: Player) -> None:
    answer = await write(club, waiting, "Rosa Vega " + "x" * 1800)
    refused = await waiting.press(answer, "Note about Rosa")
    assert "1810 characters long and 1500 fit" in refused.text
    form = await waiting.press(refused, "Correct it")
    assert len(form.held["Your note"]) == 1810


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("done", "sent"),
        ("I thanked her", "sent"),
        ("They said yes!", "answered.yes"),
        ("said no", "answered.no"),
        ("not now, maybe in spring", "answered.later"),
        ("he wrote back", "answered"),
        ("I wrote", "wrote"),
        ("We talked", "talked"),
    ],
)
def test_short_messages_are_understood(text: str, first: str) -> None:
    assert read_verbs(text)[0] == first


@pytest.mark.parametrize("text", ["", "not sent", "I haven't sent it yet", "x" * 200, "maybe"])
def test_what_is_not_clearly_done_is_not_taken_for_it(text: str) -> None:
    assert read_verbs(text) == ()


async def test_a_message_that_comes_twice_is_answered_once(
    club: Club, ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_twice(club, monkeypatch, "MESSAGE_CREATE")
    await write(club, ana, "Hello there")
    assert len(ana.dms) == 1
    await write(club, ana, "Hello there")
    assert len(ana.dms) == 2


async def test_a_command_in_the_dm_tells_its_channel_so_that_nothing_has_to_open_it(
    club: Club, ana: Player
) -> None:
    here = club.in_dm(ana)
    await here.slash("contact add", name="Rosa Vega")
    await club.bot.dispatcher.run_due()
    async with club.bot.db.read() as session:
        assert (
            await find_member(session, ana.user.id, guild_id=None)
        ).dm_channel_id == ana.user.dm_channel.id

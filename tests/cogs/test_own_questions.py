"""My questions: reviewed, kept, listed, removed, and nobody else's business."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.notebook.changes import Actor
from bot.notebook.own_questions import (
    MOST_OWN,
    Own,
    add_own_question,
    fitting,
    list_own_questions,
)
from tests.cogs.mischief import everything, press_anything
from tests.cogs.playing import Club, Player, Reply
from tests.cogs.question_sets import questions_of

GOOD = "What do you wish you had known in your first year?"
OTHER = "How did you find your way into this work?"
TEXT, FIELD = "Your question", "Only for one field of work?"


async def opened(club: Club, player: Player) -> Reply:
    (reply,) = (await press_anything(club, player, ["m:-:my_questions"])).values()
    return reply


async def add(club: Club, player: Player, text: str, field: str = "") -> Reply:
    home = club.in_dm(player)
    form = await home.press(await opened(club, player), "Add a question")
    return await home.fill(form, {TEXT: text, FIELD: field})


async def texts(club: Club, player: Player) -> list[str]:
    async with club.bot.db.read() as session:
        return [one.text for one in await list_own_questions(session, player.user.id)]


async def test_a_question_is_added_listed_removed_and_brought_back(club: Club, ana: Player):
    home = club.in_dm(ana)
    assert "None yet" in (await opened(club, ana)).text
    noted = await add(club, ana, f"  {GOOD} ")
    assert f"Noted, for everybody: “{GOOD}”" in noted.text
    listed = await home.press(noted, "My questions")
    assert GOOD in listed.text
    assert "1 of 50" in listed.text
    removed = await home.press(listed, "Remove")
    assert GOOD in removed.text
    assert await texts(club, ana) == []
    await home.press(removed, "Undo")
    assert await texts(club, ana) == [GOOD]


async def test_undo_takes_an_added_question_back(club: Club, ana: Player):
    noted = await add(club, ana, GOOD)
    await club.in_dm(ana).press(noted, "Undo")
    assert await texts(club, ana) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Do you like it?", "“what” or “how”"),
        ("What does your company do?", "a search or their profile"),
        ("Can you get me a job?", "their advice instead"),
        ("What is hard? What is easy?", "two questions"),
        (" ".join(["What", *["so"] * 29, "far?"]), "31 words"),
        ("Nurses", "asks nothing yet"),
    ],
)
async def test_a_weak_question_is_reviewed_and_may_be_kept(
    club: Club, ana: Player, text: str, says: str
):
    home = club.in_dm(ana)
    reviewed = await add(club, ana, text)
    assert says in reviewed.text
    assert await texts(club, ana) == []
    assert "Noted" in (await home.press(reviewed, "Keep it anyway")).text
    assert await texts(club, ana) == [text]


async def test_a_reviewed_question_can_be_changed_and_nothing_typed_is_lost(
    club: Club, ana: Player
):
    home = club.in_dm(ana)
    reviewed = await add(club, ana, "Do you like being a nurse?", "nursing")
    form = await home.press(reviewed, "Correct it")
    assert form.held == {TEXT: "Do you like being a nurse?", FIELD: "nursing"}
    noted = await home.fill(form, {TEXT: "What do you like about being a nurse?"})
    assert "medicine and nursing" in noted.text
    assert await texts(club, ana) == ["What do you like about being a nurse?"]


@pytest.mark.parametrize("text", ["⠀⠀", "​"])
async def test_an_invisible_question_is_none(club: Club, ana: Player, text: str):
    assert "no question there yet" in (await add(club, ana, text)).text
    assert await texts(club, ana) == []


async def test_a_question_that_is_too_long_comes_back_whole(club: Club, ana: Player):
    text = "What " + "very " * 80 + "matters?"
    refused = await add(club, ana, text)
    assert "300 fit" in refused.text
    form = await club.in_dm(ana).press(refused, "Correct it")
    assert form.held[TEXT] == text


async def test_the_same_question_is_there_once(club: Club, ana: Player):
    await add(club, ana, GOOD)
    assert "already" in (await add(club, ana, GOOD.upper())).text
    assert await texts(club, ana) == [GOOD]


async def test_an_unknown_field_is_asked_about(club: Club, ana: Player):
    asked = await add(club, ana, GOOD, "zzqx")
    assert "zzqx" in asked.text
    noted = await club.in_dm(ana).press(asked, "For everybody")
    assert "for everybody" in noted.text


async def test_fifty_fit_and_the_next_gets_a_sentence_and_is_kept(club: Club, ana: Player):
    await add(club, ana, GOOD)
    await fill_up(club, ana)
    refused = await add(club, ana, OTHER)
    assert "50 questions of your own" in refused.text
    assert len(await texts(club, ana)) == MOST_OWN
    home = club.in_dm(ana)
    await home.press(await opened(club, ana), "Remove")
    noted = await home.fill(await home.press(refused, "Correct it"), {})
    assert OTHER in noted.text


async def fill_up(club: Club, player: Player) -> None:
    for number in range(MOST_OWN - 1):
        async with club.bot.db.write() as session:
            by = Actor(player.user.id, club.env.now() + timedelta(seconds=number + 1))
            await add_own_question(session, by=by, text=f"What is *{number}* " + "_" * 280)


async def test_a_full_list_is_turned_over_page_by_page(club: Club, ana: Player):
    await add(club, ana, GOOD)
    await fill_up(club, ana)
    home, page = club.in_dm(ana), await opened(club, ana)
    pages = 1
    while "Older" in page.labels:
        page = await home.press(page, "Older")
        pages += 1
    assert pages == 9
    assert GOOD in page.text
    assert "Newer" in page.labels


async def test_markdown_and_mentions_are_shown_as_typed(club: Club, ana: Player):
    text = "What does @everyone think of **this** <@1> [here](https://x.y)?"
    noted = await add(club, ana, text)
    assert r"\*\*this\*\*" in noted.text
    assert r"\<@1\>" in noted.text
    assert await texts(club, ana) == [text]


async def test_nobody_reaches_the_questions_of_another(club: Club, ana: Player):
    await add(club, ana, GOOD)
    (row,) = (await everything(club, ana))["own_questions"]
    ben = club.member("Ben")
    (reply,) = (await press_anything(club, ben, [f"o:{row['key']}:drop"])).values()
    assert "can't find that" in reply.text
    assert await texts(club, ana) == [GOOD]
    assert "None yet" in (await opened(club, ben)).text


async def test_the_file_of_everything_holds_them_and_they_are_stored_encrypted(
    club: Club, ana: Player
):
    await add(club, ana, GOOD)
    assert [row["text"] for row in (await everything(club, ana))["own_questions"]] == [GOOD]
    async with club.bot.db.read() as session:
        raw = await session.scalar(text("SELECT text FROM own_questions"))
    assert GOOD.encode() not in raw


async def test_they_open_the_sets_of_those_whom_they_suit(club: Club, ana: Player):
    await add(club, ana, OTHER, "nursing")
    await club.pass_days(1)
    await add(club, ana, GOOD)
    await ana.slash("contact add", name="Rosa", role="registered nurse")
    await ana.slash("contact add", name="Leo", role="lawyer")
    for_a_nurse = (await ana.slash("questions", contact="Rosa")).text
    for_a_lawyer = (await ana.slash("questions", contact="Leo")).text
    assert f"1. {GOOD}" in for_a_nurse.replace("*", "")
    assert f"2. {OTHER}" in for_a_nurse.replace("*", "")
    assert f"1. {GOOD}" in for_a_lawyer.replace("*", "")
    assert OTHER not in for_a_lawyer


def test_those_for_a_field_suit_that_field_alone():
    owns = [Own("a", "For all?"), Own("b", "For law?", "law"), Own("c", "For art?", "design")]
    assert list(fitting(owns, "law")) == ["own-a", "own-b"]
    assert list(fitting(owns, "")) == ["own-a"]


async def test_a_question_that_the_bot_has_too_is_asked_once(club: Club, ana: Player):
    text = "What did you do at work yesterday, from the first hour to the last?"
    await club.in_dm(ana).press(await add(club, ana, text), "My questions")
    for number in range(6):
        name = f"P{number} Vega"
        await ana.slash("contact add", name=name)
        await ana.slash("interview schedule", contact=name, when=f"Mar {10 + number} 15:00")
        shown = await ana.slash("questions", contact=name)
        assert questions_of(shown).count(text) == 1

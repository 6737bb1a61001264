"""The prep sheet: who and why, ticks that are remembered, an opening, one page to take along."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.cogs.mischief import press_anything
from tests.cogs.playing import Club, Player, Reply, menus_of
from tests.cogs.question_sets import page_of
from tests.cogs.test_interviews import book, talks_of
from tests.cogs.test_interviews_prepare import at_the_talk


async def sheet(player: Player, **options: object) -> Reply:
    await player.slash("contact add", name="Rosa Vega", role="Staff nurse", organization="Mercy")
    await player.slash("interview schedule", contact="rosa", when="Mar 10 15:00", **options)
    return await player.slash("interview prepare", contact="rosa")


async def test_it_says_who_they_are_and_asks_why_they_matter(club: Club, ana: Player) -> None:
    shown = await sheet(ana)
    assert "Staff nurse · Mercy" in shown.text
    assert "Finish this sentence" in shown.text
    form = await ana.press(shown, "Why them?")
    said = await ana.fill(form, {"Your view helps me because …": "I *dread* night shifts."})
    assert "I \\*dread\\* night shifts." in said.text
    assert "Finish this sentence: “Your view helps me because …” **Why" not in said.text
    assert (await page_of(club, ana, "Rosa")).contact.details["why"] == "I *dread* night shifts."
    draft = await ana.draft(contact="rosa", kind="request")
    assert "dread" in draft.text
    await ana.press(said, "Undo")
    assert "why" not in (await page_of(club, ana, "Rosa")).contact.details


async def test_somebody_of_whom_nothing_is_known_leaves_a_gap(ana: Player) -> None:
    await book(ana)
    assert (
        "I know nothing about their work yet"
        in (await ana.slash("interview prepare", contact="rosa")).text
    )


async def test_ticks_are_remembered_and_taken_back(club: Club, ana: Player) -> None:
    shown = await sheet(ana)
    assert "☑" not in shown.text
    ticked = await ana.choose(shown, "research_profile", "bring_paper")
    assert ticked.text.count("☑") == 2
    again = await ana.slash("interview prepare", contact="rosa")
    assert again.text.count("☑") == 2
    (menu,) = menus_of(again.message)
    chosen = {option["value"] for option in menu["options"] if option.get("default")}
    assert chosen == {"research_profile", "bring_paper"}
    none = await ana.choose(again, menu="Tick")
    assert "☑" not in none.text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert "ticks" not in talk.talk.details
    assert "Undone: ticking the prep sheet" in (await ana.press(none, "Undo")).text


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("video", "can you hear me well?"),
        ("phone", "is this still a good time?"),
        ("in_person", "Thank you for having me"),
    ],
)
async def test_the_opening_is_by_how_people_talk(ana: Player, mode: str, said: str) -> None:
    await sheet(ana, mode=mode)
    assert said in (await at_the_talk(ana)).text


async def test_the_opening_is_from_the_profile_and_leads_to_the_first_question(
    club: Club, ana: Player
) -> None:
    form = await ana.press(await ana.slash("start"), "Begin")
    about = {
        "A field you are curious about": "nursing",
        "Your name, as you sign": "Ana Ruiz",
        "You in one line": "a second-year biology student.",
    }
    await ana.fill(form, about)
    await sheet(ana)
    shown = await at_the_talk(ana)
    assert (
        "I'm Ana Ruiz, a second-year biology student, and I'm curious about nursing." in shown.text
    )
    (talk,) = await talks_of(club, ana, "Rosa")
    first = talk.talk.details["questions"][0]["text"]
    assert f"nursing.\nMay I start with the one I'm most curious about? {first}”" in shown.text


async def test_who_named_them_is_named_only_if_one_may(ana: Player) -> None:
    await ana.slash("contact add", name="Tom Reed")
    await ana.slash("contact add", name="Rosa Vega", role="Nurse", referred_by="Tom Reed")
    await ana.slash("interview schedule", contact="rosa", when="Mar 10 15:00")
    before = await ana.slash("interview prepare", contact="rosa")
    assert "Named by Tom Reed (ask before you use the name)" in before.text
    assert "Tom Reed" not in (await at_the_talk(ana)).text


async def test_a_later_talk_opens_with_the_advice(club: Club, ana: Player) -> None:
    await book(ana, "tomorrow 3pm")
    await club.pass_days(1.5)
    done = await ana.slash("interview done", contact="rosa")
    await ana.fill(done, {"What advice did they give?": "Spend a night on a ward"})
    await ana.slash("interview schedule", contact="rosa", when="in 10 days 3pm")
    shown = await at_the_talk(ana)
    assert "Last time you gave me this advice: spend a night on a ward." in shown.text
    before = await ana.slash("interview prepare", contact="rosa")
    assert "Their advice last time: Spend a night on a ward" in before.text


async def test_one_page_to_take_along_is_a_picture_with_words_for_it(ana: Player) -> None:
    shown = await sheet(ana)
    reply = await ana.press(shown, "One page to take along")
    assert reply.is_private
    (file,) = reply.message.attachments
    assert file.filename == "prep-sheet.png"
    assert file.description.startswith("Your talk with Rosa Vega. Tuesday 10 March, 3:00 pm")
    assert "My questions: 1. " in file.description
    with Image.open(io.BytesIO(await file.read())) as picture:
        assert picture.size == (1240, 1754)


async def test_a_talk_without_an_hour_has_its_page_too(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.fill(await ana.slash("interview done", contact="rosa", when="yesterday"), {})
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.row.t1 is None
    ids = [f"i:{talk.talk.key}:{verb}" for verb in ("sheet", "questions", "picture")]
    replies = list((await press_anything(club, ana, ids)).values())
    assert "20 minutes by video" in replies[0].text
    assert "Questions for Rosa" in replies[1].text
    assert replies[2].message.attachments

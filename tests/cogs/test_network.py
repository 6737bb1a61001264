"""The network as pictures: drawn from the notebook, with words for each, and ways to go on."""

from __future__ import annotations

import io

from PIL import Image

from bot.rules.network.forest import Forest
from cogs._ui.network_cards import more_of
from tests.cogs.playing import Club, Player, Reply, raw_components, walk
from tests.cogs.test_importing import upload


def pictures_of(reply: Reply) -> list[str]:
    """List the words of the pictures that a reply shows."""
    parts = walk(raw_components(reply.message))
    return [
        item["description"] for part in parts for item in part.get("items", ()) if "media" in item
    ]


async def talked(player: Player, name: str, **options: str) -> None:
    await player.slash("contact add", name=name, **options)
    form = await player.slash("interview done", contact=name, when="today")
    await player.fill(form, {})


async def test_an_empty_notebook_has_a_way_to_begin_instead_of_a_picture(ana: Player) -> None:
    shown = await ana.slash("network")
    assert shown.is_private
    assert "nothing to draw" in shown.text
    assert shown.labels == ["Add a person", "Find people"]
    assert pictures_of(shown) == []


async def test_the_map_says_who_led_to_whom(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega", role="Nurse", organization="Mercy & <b>")
    await ana.slash("contact add", name="Ольга", referred_by="Rosa Vega")
    shown = await ana.slash("network")
    assert shown.is_private
    assert "2 people · 1 organization · 1 led you to others" in shown.text
    (words,) = pictures_of(shown)
    assert "Rosa Vega led to Ольга" in words
    (file,) = shown.message.attachments
    with Image.open(io.BytesIO(await file.read())) as picture:
        assert picture.width == 960
    by_place = await ana.press(shown, "By organization")
    assert pictures_of(by_place)
    assert "By field" in by_place.labels


async def test_nobody_sees_the_people_of_another(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    assert "nothing to draw" in (await club.member("Ben").slash("network")).text


async def test_who_drifts_away_has_a_button_to_draft_a_line(club: Club, ana: Player) -> None:
    await talked(ana, "Rosa Vega")
    now = await ana.slash("network", view="losing")
    assert "No: you are in touch" in now.text
    await club.pass_days(95)
    shown = await ana.slash("network", view="losing")
    assert "Rosa Vega**: 95 days, too long (ideally 45, at the longest 90)" in shown.text
    assert "Rosa Vega: 95 days, too long" in pictures_of(shown)[0]
    draft = await ana.press(shown, "Draft a line")
    assert "Keeping in touch: Rosa Vega" in draft.text
    await ana.slash("log", what="wrote", contact="rosa")
    await club.pass_days(95)
    again = await ana.press(await ana.slash("network", view="losing"), "Draft a line")
    assert "Keeping in touch, once more: Rosa Vega" in again.text


async def test_how_it_goes_is_set_beside_ones_own_past(club: Club, ana: Player) -> None:
    assert "nothing to draw" in (await ana.slash("network", view="goes")).text
    await talked(ana, "Rosa Vega")
    await club.pass_days(100)
    await ana.slash("contact add", name="Leo Bauer")
    await ana.slash("log", what="asked", contact="Leo")
    shown = await ana.slash("network", view="goes")
    assert "Asked: 1 (before that: 1)" in shown.text
    assert "Talked: 0 of 1 (0 %); before: 1 of 1 (100 %)" in shown.text
    year = await ana.press(shown, "A year of touches")
    assert "2 touches in 2 weeks" in year.text
    assert "June: 1" in pictures_of(year)[0]


async def test_of_a_large_network_it_says_how_many_were_looked_at(ana: Player) -> None:
    lines = "".join(f"Person {number},Company {number}\n" for number in range(1_100))
    seen = await upload(ana, f"name,company\n{lines}", "mine.csv")
    await ana.press(await ana.press(seen, "Go on"), "Take all 1,100")
    shown = await ana.slash("network")
    assert "1,100 people · 1,000 organizations among 1,000 of them" in shown.text
    assert "**1,100** in your notebook" in (await ana.slash("contact list")).text


async def test_letters_that_no_font_may_have_are_spoken_of(ana: Player) -> None:
    await ana.slash("contact add", name="Ольга")
    assert "stands as a box" not in (await ana.slash("network")).text
    await ana.slash("contact add", name="小林 太郎", referred_by="Ольга")
    shown = await ana.slash("network")
    assert "stands as a box" in shown.text
    assert "小林 太郎" in pictures_of(shown)[0]


def test_a_heading_from_right_to_left_turns_nothing_around_it() -> None:
    forest = Forest((), (("مستشفى", 54), ("Northwind", 52)), 0, 0)
    assert more_of(forest, 0) == "and 106 more: 54 مستشفى\u200e · 52 Northwind\u200e"

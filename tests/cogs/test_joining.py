from __future__ import annotations

from tests.cogs.playing import Player, Reply, menus_of

WHOSE = "Whose card is the other one?"


async def two_cards(player: Player) -> None:
    await player.slash("contact add", name="Rosa Vega", role="Nurse")
    await player.slash("contact add", name="Rosa V.", role="Head nurse", organization="Mercy")
    await player.slash("log", what="asked", contact="Rosa V.")


async def look(player: Player, whose: str) -> Reply:
    more = await player.press(await player.slash("contact show", contact="Rosa Vega"), "More")
    return await player.fill(await player.press(more, "Join with another card"), {WHOSE: whose})


async def test_two_cards_become_one_and_undo_takes_them_apart(ana: Player) -> None:
    await two_cards(ana)
    seen = await look(ana, "Rosa V.")
    assert seen.is_private
    assert "Join Rosa Vega and Rosa V.?" in seen.text
    assert "1 entry of the other card" in seen.text
    assert "What they do: **Head nurse**, not Nurse" in seen.text
    chosen = await ana.choose(seen, "name")
    assert "Name: **Rosa V.**, not Rosa Vega" in chosen.text
    assert "What they do: **Nurse**, not Head nurse" in chosen.text
    joined = await ana.press(await ana.choose(chosen, "name", "role"), "Join them")
    assert "Joined." in joined.text
    assert "Head nurse · Mercy" in joined.text
    assert "Asked" in joined.text
    assert "**1** in your notebook" in (await ana.slash("contact list")).text
    await ana.press(joined, "Undo")
    assert "**2** in your notebook" in (await ana.slash("contact list")).text
    assert "Nurse" in (await ana.slash("contact show", contact="Rosa Vega")).text


async def test_the_card_of_both_says_what_comes_next_with_both(ana: Player) -> None:
    await two_cards(ana)
    joined = await ana.press(await look(ana, "Rosa V."), "Join them")
    assert "- write again:" in joined.text
    assert "ask to meet" not in joined.text
    shown = await ana.slash("contact show", contact="Rosa")
    assert joined.text.partition("What comes next")[2] == shown.text.partition("What comes next")[2]


async def test_a_second_press_joins_nothing_twice(ana: Player) -> None:
    await two_cards(ana)
    seen = await look(ana, "Rosa V.")
    await ana.press(seen, "Join them")
    assert "finished" in (await ana.press(seen, "Join them")).text


async def test_somebody_who_has_no_card_cannot_be_joined(ana: Player) -> None:
    await two_cards(ana)
    asked = await look(ana, "Zoe Quill")
    refused = await ana.press(asked, "Add “Zoe Quill”")
    assert "Press **Join with another card** again and pick a name" in refused.text


async def test_what_is_typed_about_somebody_known_can_go_onto_their_card(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega", role="Nurse")
    asked = await ana.slash("contact add", name="rosa vega", role="RN", organization="Mercy")
    seen = await ana.press(asked, "Yes, join what I typed to it")
    assert "What they do: **Nurse**, not RN" in seen.text
    assert [one["value"] for one in menus_of(seen.message)[0]["options"]] == ["role"]
    joined = await ana.press(seen, "Join them")
    assert "Nurse · Mercy" in joined.text
    assert "**1** in your notebook" in (await ana.slash("contact list")).text


async def test_the_card_that_stays_is_not_counted_as_somebody_named(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa V.")
    await ana.slash("contact add", name="Rosa Vega", referred_by="Rosa V.")
    await ana.slash("contact add", name="Sam Lee", referred_by="Rosa V.")
    seen = await look(ana, "Rosa V.")
    assert "1 person they named of the other card" in seen.text

"""Tags and own fields: typed into one form, on the card, found by, and how often by tag."""

from __future__ import annotations

import pytest

from tests.cogs.playing import Club, Player, Reply

TAGS, OWN = "Tags, with commas between", "Your own fields, one a line"
IDEAL, LONGEST = "In touch ideally every …", "… and at the longest every"


async def form_of(player: Player, name: str) -> Reply:
    card = await player.slash("contact show", contact=name)
    return await player.press(await player.press(card, "More"), "Tags")


async def test_tags_and_own_fields_stand_on_the_card_and_are_found(ana: Player) -> None:
    for name in ("Rosa Vega", "Tom Reed", "Leo Bauer"):
        await ana.slash("contact add", name=name)
    typed = {TAGS: "Mentor, book club, mentor", OWN: "Birthday: 3 May\nDog: Otto *I*\n"}
    card = await ana.fill(await form_of(ana, "Rosa"), {**typed, IDEAL: "a month"})
    assert "Tags: Mentor, book club" in card.text
    assert "Birthday: 3 May\nDog: Otto \\*I\\*" in card.text
    assert "ideally every 30 days, at the longest 60" in card.text
    await ana.fill(await form_of(ana, "Tom"), {TAGS: "#MENTOR"})
    assert await ana.complete("contact list", "tag", "men") == ["Mentor"]
    assert await ana.complete("contact list", "tag", "") == ["Mentor", "book club"]
    found = await ana.slash("contact list", tag="mentor")
    assert "Rosa Vega" in found.text
    assert "Tom Reed" in found.text
    assert "Leo Bauer" not in found.text
    assert "Rosa Vega" in (await ana.slash("contact list", search="otto")).text
    undone = await ana.press(card, "Undo")
    assert "Undone: changing tags and fields" in undone.text
    assert "Rosa Vega" not in (await ana.slash("contact list", tag="mentor")).text


async def test_the_form_brings_what_is_there_and_the_names_used_elsewhere(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("contact add", name="Tom Reed")
    await ana.fill(await form_of(ana, "Rosa"), {TAGS: "mentor", OWN: "Birthday: 3 May"})
    assert (await form_of(ana, "Rosa")).held[OWN] == "Birthday: 3 May"
    held = (await form_of(ana, "Tom")).held
    assert (held[TAGS], held[OWN]) == ("", "Birthday:")
    await ana.fill(await form_of(ana, "Rosa"), {TAGS: "", OWN: ""})
    assert "Tags" not in (await ana.slash("contact show", contact="Rosa")).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({OWN: "*3* May"}, "I can't read “\\*3\\* May” as a field"),
        (
            {OWN: "\n".join(f"Field {n}: x" for n in range(11))},
            "and that are 11",
        ),
        ({TAGS: "*" * 31}, "“" + "\\*" * 30 + "…” is long for a tag"),
        ({TAGS: ",".join(f"tag{n}" for n in range(13))}, "a person can have 12"),
        ({IDEAL: "*often*"}, "I can't read “\\*often\\*” as a number of days"),
        ({IDEAL: "60", LONGEST: "30"}, "Please swap the two"),
        ({LONGEST: "9 years"}, "from one day to two years"),
    ],
)
async def test_what_cannot_be_read_comes_back_to_be_corrected(
    ana: Player, typed: dict[str, str], said: str
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    refused = await ana.fill(await form_of(ana, "Rosa"), typed)
    assert said in refused.text
    again = await ana.press(refused, "Correct it")
    assert {label: again.held[label] for label in typed} == typed


async def test_how_often_can_be_chosen_by_tag(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    losing = await ana.slash("network", view="losing")
    assert "You have no tags yet" in (await ana.press(losing, "How often, by tag")).text
    await ana.fill(await form_of(ana, "Rosa"), {TAGS: "mentor"})
    await ana.slash("log", what="wrote", contact="Rosa")
    form = await ana.press(losing, "How often, by tag")
    stored = await ana.fill(
        form, {"Everybody with the tag": ["mentor"], IDEAL: "1 week", LONGEST: "2 weeks"}
    )
    assert "tagged **mentor**: ideally every 7 days, at the longest 14" in stored.text
    await club.pass_days(10)
    shown = await ana.press(stored, "Losing touch")
    assert "10 days, past the ideal (ideally 7, at the longest 14)" in shown.text


async def test_tags_sent_back_as_they_were_change_nothing(ana: Player) -> None:
    await ana.slash("contact add", name="Tom Reed")
    await ana.slash("contact add", name="Rosa Vega")
    await ana.fill(await form_of(ana, "Tom"), {OWN: "Dog: Otto"})
    typed = {TAGS: "Mentor", OWN: "Birthday: 3 May", IDEAL: "a month"}
    await ana.fill(await form_of(ana, "Rosa"), typed)
    same = await ana.fill(await form_of(ana, "Rosa"), {})
    assert "Nothing is different, so nothing was changed." in same.text
    assert "Undo" not in same.labels

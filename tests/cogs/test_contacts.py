from __future__ import annotations

import json

from bot.notebook.contacts import list_labels
from tests.cogs.playing import Club, Player


async def test_a_person_is_noted_and_their_card_comes_back(ana: Player) -> None:
    reply = await ana.slash("contact add", name="Rosa Vega", role="Nurse", organization="Mercy")
    assert reply.is_private
    assert "Rosa Vega" in reply.text
    assert "To ask" in reply.text
    assert reply.labels[:5] == ["Log", "Draft", "Prepare", "Edit", "More"]

    shown = await ana.slash("contact show", contact="rosa")
    assert "Nurse · Mercy" in shown.text


async def test_undo_takes_the_person_back_out(ana: Player) -> None:
    reply = await ana.slash("contact add", name="Rosa Vega")
    undone = await ana.press(reply, "Undo")
    assert "Undone: adding a person" in undone.text
    assert "not in your notebook yet" in (await ana.slash("contact show", contact="rosa")).text


async def test_a_form_without_a_name_comes_back_filled_in(ana: Player) -> None:
    form = await ana.slash("contact add")
    refused = await ana.fill(form, {"Name": "   ", "What they do": "Nurse"})
    assert "needs a name" in refused.text
    again = await ana.press(refused, "Correct it")
    assert again.held["What they do"] == "Nurse"
    noted = await ana.fill(again, {"Name": "Rosa Vega", "What they do": "Nurse"})
    assert "Rosa Vega" in noted.text


async def test_somebody_else_cannot_open_the_card(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    async with club.bot.db.read() as session:
        (label,) = await list_labels(session, ana.user.id)
    ben = club.member("Ben")
    reply = await ben.slash("contact show", contact=f"#{label.key}")
    assert "Rosa" not in reply.text


async def test_names_are_noted_a_line_each(ana: Player) -> None:
    idea = await ana.slash("contact ideas")
    assert "family" in idea.text.lower()
    form = await ana.press(idea, "Note names")
    noted = await ana.fill(form, {"One name a line": "Aunt Mia, City Hospital\n\n- Leo"})
    assert "Aunt Mia, Leo" in noted.text
    listed = await ana.slash("contact list")
    assert "2" in listed.text
    assert "Aunt Mia" in listed.text


async def test_under_the_notes_stands_whom_they_are_about(ana: Player) -> None:
    form = await ana.slash("contact add")
    assert "glad for them to read" in json.dumps(form.form)
    card = await ana.slash("contact add", name="Rosa Vega")
    edit = await ana.press(await ana.press(card, "Edit"), "Who")
    assert "Write only what you would be glad for Rosa to read." in json.dumps(edit.form)


async def test_a_first_name_alone_means_whoever_has_just_that_name(ana: Player) -> None:
    work = {"organization": "BigCorp International", "role": "Director"}
    await ana.slash("contact add", name="Rosa", **work)
    await ana.slash("contact add", name="Rosa Diaz")
    await ana.slash("log", what="asked", contact="Rosa")
    shown = await ana.slash("contact show", contact="rosa")
    assert "BigCorp" in shown.text
    assert "Asked" in shown.text
    assert "Asked" not in (await ana.slash("contact show", contact="rosa diaz")).text
    assert (await ana.complete("contact show", "contact", "rosa"))[0].startswith("Rosa · ")

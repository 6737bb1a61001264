"""A right click: a member as a person to ask, a message as a note; nothing unasked."""

from __future__ import annotations

from typing import Any

from tests.cogs.playing import Club, Player, Reply


async def on(player: Player, name: str, target: Any) -> Reply:
    return Reply(await player.actor.context_menu(player.place, name, target))


async def test_a_member_is_added_by_their_display_name_and_asked_about_first(
    club: Club, ana: Player
) -> None:
    rosa = club.member("Rosa", nick="Rosa Vega")
    form = await on(ana, "Log as contact", rosa.actor)
    assert form.title == "Add them to your notebook?"
    assert {label: held for label, held in form.held.items() if held} == {"Name": "Rosa Vega"}
    assert "Nobody here yet" in (await ana.slash("contact list")).text
    added = await ana.fill(form, {})
    assert added.is_private
    assert "Rosa Vega" in added.text
    assert rosa.user.dm_channel.history(viewer=rosa.user) == []


async def test_one_cannot_add_oneself(ana: Player) -> None:
    assert "That is you" in (await on(ana, "Log as contact", ana.actor)).text


async def test_a_message_becomes_a_note_with_its_address(club: Club, ana: Player) -> None:
    rosa = club.member("Rosa", nick="Rosa Vega")
    await ana.slash("contact add", name="Rosa Vega")
    message = await rosa.actor.send(club.channel, "Come to the *open ward* on Friday")
    form = await on(ana, "Save as note", message)
    assert form.held["Who?"] == "Rosa"
    noted = await ana.fill(form, {})
    assert noted.is_private
    assert "Come to the \\*open ward\\* on Friday" in noted.text
    card = await ana.slash("contact show", contact="Rosa")
    assert "discord.com/channels/" in card.text


async def test_a_long_message_is_shortened_and_keeps_its_address(club: Club, ana: Player) -> None:
    rosa = club.member("Rosa")
    message = await rosa.actor.send(club.channel, "ward " * 390)
    held = (await on(ana, "Save as note", message)).held
    assert held["Who?"] == ""
    assert len(held["Your note"]) <= 1500
    assert held["Your note"].splitlines()[-1].startswith("https://discord.com/channels/")

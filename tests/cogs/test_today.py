from __future__ import annotations

from tests.cogs.playing import Club, Player


async def test_an_empty_notebook_still_shows_a_next_step(ana: Player) -> None:
    reply = await ana.slash("today")
    assert reply.is_private
    assert "Next best step" in reply.text
    assert reply.labels[:3] == ["Find a person", "Log", "Add a person"]


async def test_a_person_to_ask_is_the_next_step_before_they_are_due(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    reply = await ana.slash("today")
    assert "**Next best step:** Ask Rosa for a short talk" in reply.text
    assert reply.labels[0] == "Draft"


async def test_what_is_overdue_comes_with_its_day_and_opens_its_message(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("log", what="asked", contact="rosa", when="yesterday")
    await club.pass_days(9)
    reply = await ana.slash("today")
    assert "Write to Rosa again: no answer yet" in reply.text
    assert "due since Mon 9 Mar" in reply.text
    opened = await ana.press(reply, "Open")
    assert "No answer from Rosa yet" in opened.text
    assert "I wrote again" in opened.labels

from __future__ import annotations

from tests.cogs.playing import Club, Player


async def test_asking_says_what_was_stored_and_when_it_reminds(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    reply = await ana.slash("log", what="asked", contact="rosa")
    assert reply.is_private
    assert "you asked **Rosa** to meet, today." in reply.text
    assert "Next: **write again**, <t:1773133200:D>" in reply.text  # 10 March, 9:00 UTC
    assert "R15" in reply.text
    assert "Undo" in reply.labels

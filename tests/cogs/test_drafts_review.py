"""Looking a message over: what is found, where it is said, and what is asked before it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from bot import proofreading
from bot.content import load
from cogs._ui.draft_why import RULE_WORDS
from tests.cogs.playing import Club, Player, Reply, labels_of, text_of

BAD = (
    "Dear Roza,\n\nI am looking for an internship. Could you give me a job? I need an hour of "
    "your time.\n\n[your name]"
)


async def pasted(ana: Player, text: str) -> Reply:
    await ana.slash("contact add", name="Rosa Vega")
    card = await ana.draft(contact="rosa")
    return await ana.fill(await ana.press(card, "Check my own words"), {"Your message": text})


async def test_pasted_words_are_looked_over_and_kept(ana: Player) -> None:
    card = await pasted(ana, BAD)
    assert "**Not their name.** “Roza”" in card.text
    assert "**Asks for a job" in card.text
    assert "“an hour”" in card.text
    assert "Spelling was not checked" in card.text
    assert (await ana.press(card, "Copy")).text == BAD
    why = await ana.press(card, "Why?")
    assert "What I would mend" in why.text
    assert "**Not their name.**" in why.text


async def test_a_wrong_name_or_a_gap_never_counts_as_sent_unnoticed(ana: Player) -> None:
    card = await pasted(ana, BAD)
    asked = await ana.press(card, "I sent it")
    assert "Did you mend it before you sent it?" in asked.text
    assert "“Roza”" in asked.text
    assert "**To ask**" in (await ana.slash("contact show", contact="rosa")).text
    sent = await ana.press(asked, "Yes, I mended it")
    assert "Noted as sent today" in sent.text


async def test_a_name_that_may_not_be_used_is_asked_about(ana: Player) -> None:
    await ana.slash("contact add", name="Tom Kovac")
    await ana.slash("contact add", name="Leo Meyer", referred_by="Tom Kovac")
    card = await ana.draft(contact="leo")
    form = await ana.press(card, "Check my own words")
    card = await ana.fill(form, {"Your message": "Hi Leo, Tom Kovac told me to write to you."})
    asked = await ana.press(card, "I sent it")
    assert "A name you may not use yet" in asked.text


async def test_empty_and_endless_words_come_back(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    card = await ana.draft(contact="rosa")
    empty = await ana.fill(await ana.press(card, "Check my own words"), {"Your message": "  "})
    assert "Paste your message" in empty.text
    form = await ana.press(card, "Check my own words")
    refused = await ana.fill(form, {"Your message": "x" * 3950})
    assert "3950 characters long and 3900 fit" in refused.text
    assert len((await ana.press(refused, "Correct it")).held["Your message"]) == 3950


async def test_spelling_is_told_after_the_card_is_shown(
    ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = proofreading.Proofreader(seconds=30)
    monkeypatch.setattr(proofreading, "_shared", real)
    card = await pasted(ana, "Dear Rosa,\n\nThank you for your generus help with my studys.\n\nAna")
    await real.close()
    assert "“generus”" in text_of(card.message)
    assert "Spelling was not checked" not in text_of(card.message)


async def test_a_long_message_in_the_dm_is_checked_as_one_to_somebody(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    home = club.in_dm(ana)
    text = "Dear Rosa, thank you so much for your time last week. Could you give me a job now? Ana"
    await ana.user.send_dm(text)
    await club.env.settle()
    assert labels_of(ana.dm)[0] == "Check it as a message to Rosa"
    card = await home.press(ana.dm, "Check it as a message to Rosa")
    assert "Thank-you: Rosa Vega" in card.text
    assert "**Asks for a job" in card.text
    await ana.user.send_dm("Rosa likes tea")
    await club.env.settle()
    assert not any(label.startswith("Check it") for label in labels_of(ana.dm))


def test_every_rule_of_a_message_is_said_in_plain_words() -> None:
    templates: Any = load().templates.values()
    used = {rule for template in templates for rule in template.rules}
    assert sorted(used - RULE_WORDS.keys()) == []

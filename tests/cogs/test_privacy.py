from __future__ import annotations

import json

from tests.cogs.mischief import asked_to_wait
from tests.cogs.playing import Club, Player
from tests.cogs.test_start import begin


async def test_it_says_what_is_kept_who_could_read_it_and_what_a_backup_holds(
    ana: Player,
) -> None:
    kept = await ana.slash("privacy")
    assert kept.is_private
    for words in ("never sees your contacts", "encrypted", "key is with whoever hosts", "backup"):
        assert words in kept.text
    assert kept.labels == ["Give me my file", "Erase everything", "Today"]


async def test_the_file_holds_the_notebook_as_json(ana: Player) -> None:
    await begin(ana)
    reply = await ana.press(await ana.slash("privacy"), "Give me my file")
    assert reply.is_private
    file, table, cards = reply.message.attachments
    assert file.filename == "notebook-2026-03-03.json"
    whole = json.loads(await file.read())
    assert whole["version"] == 1
    assert whole["contacts"][0]["details"]["name"] == "Rosa Vega"
    assert table.filename == "people-2026-03-03.csv"
    assert b'"Rosa Vega"' in await table.read()
    assert cards.filename == "people-2026-03-03.vcf"
    assert b"FN:Rosa Vega" in await cards.read()


async def test_a_file_may_take_longer_than_discord_waits_for_an_answer(
    club: Club, ana: Player
) -> None:
    await begin(ana)
    reply = await ana.press(await ana.slash("privacy"), "Give me my file")
    assert len(reply.message.attachments) == 3
    assert asked_to_wait(club)


async def test_who_has_nothing_gets_a_sentence_instead_of_a_file(ana: Player) -> None:
    reply = await ana.press(await ana.slash("privacy"), "Give me my file")
    assert "nothing of yours" in reply.text


async def test_the_file_of_one_member_says_nothing_of_another(club: Club, ana: Player) -> None:
    await begin(ana)
    ben = club.member("Ben")
    await ben.slash("contact add", name="Leo")
    reply = await ben.press(await ben.slash("privacy"), "Give me my file")
    text = (await reply.message.attachments[0].read()).decode()
    assert "Leo" in text
    assert "Rosa" not in text

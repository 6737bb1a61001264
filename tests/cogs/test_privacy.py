from __future__ import annotations

import contextlib
import json

from sqlalchemy import func, select

from bot.storage.models import Base, Member
from tests.cogs.playing import Club, Player, Reply, text_of
from tests.cogs.test_start import begin

CONFIRM = "Type ERASE to go on"
MESSAGES = "My messages in your DM"


async def erase(player: Player, **values) -> Reply:
    form = await player.press(await player.slash("privacy"), "Erase everything")
    return await player.fill(form, {CONFIRM: "erase", **values})


async def rows_of(club: Club, player: Player) -> int:
    async with club.bot.db.read() as session:
        counts = [
            await session.scalar(
                select(func.count()).select_from(table).where(table.c.owner_id == player.user.id)
            )
            for table in Base.metadata.sorted_tables
            if "owner_id" in table.columns
        ]
        mine = await session.scalar(
            select(func.count()).select_from(Member).where(Member.id == player.user.id)
        )
    return sum(counts) + mine


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


async def test_another_word_erases_nothing_and_the_form_comes_back(club: Club, ana: Player) -> None:
    await begin(ana)
    refused = await erase(ana, **{CONFIRM: "yes please"})
    assert "Nothing was erased" in refused.text
    assert await rows_of(club, ana) > 3
    again = await ana.press(refused, "Correct it")
    assert again.held[CONFIRM] == "yes please"


async def test_the_typed_word_erases_every_row(club: Club, ana: Player) -> None:
    await begin(ana)
    ben = club.member("Ben")
    await ben.slash("contact add", name="Leo")
    await erase(ana, **{CONFIRM: "no"})
    gone = await erase(ana)
    assert "erased" in gone.text
    assert "within 7 days" in gone.text
    assert await rows_of(club, ana) == 0
    assert await rows_of(club, ben) > 1
    assert (await ana.slash("start")).labels == ["Begin"]


async def test_erasing_leaves_the_messages_unless_asked(club: Club, ana: Player) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    assert len(ana.dms) == 1
    await erase(ana)
    assert len(ana.dms) == 1
    await begin(ana)
    gone = await erase(ana, **{MESSAGES: ["delete"]})
    assert "deleting my messages" in gone.text
    assert ana.dms == []


async def test_erasing_in_the_dm_keeps_its_own_answer(club: Club, ana: Player) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    await erase(club.in_dm(ana), **{MESSAGES: ["delete"]})
    (answer,) = ana.dms
    assert "Everything of yours is erased" in text_of(answer)


async def test_after_erasing_nothing_is_sent_any_more(club: Club, ana: Player) -> None:
    await begin(ana)
    await erase(ana)
    await club.pass_days(20)
    assert ana.dms == []


async def test_a_second_erasing_finds_nothing(ana: Player) -> None:
    await begin(ana)
    await erase(ana)
    assert "nothing of yours" in (await erase(ana)).text


async def test_erasing_clears_the_dm_also_when_its_reply_comes_too_late(
    club: Club, ana: Player
) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    assert len(ana.dms) == 1
    form = await ana.press(await ana.slash("privacy"), "Erase everything")
    club.env.inject_error(
        "POST", "/interactions/*", status=404, code=10062, message="Unknown interaction"
    )
    with contextlib.suppress(AssertionError):  # the member saw no answer
        await ana.fill(form, {CONFIRM: "erase", MESSAGES: ["delete"]})
    assert await rows_of(club, ana) == 0
    assert ana.dms == []

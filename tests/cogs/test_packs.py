"""An organiser brings questions for the server: checked, looked at, published, used, removed."""

from __future__ import annotations

import asyncio

import discord
import pytest

from bot.club.packs import MOST_PACKS, PackShelf, list_packs, pack_name, publish_pack
from bot.content import PACK_QUESTIONS, read_pack
from bot.upkeep.erase import erase_member
from tests.cogs.mischief import press_anything
from tests.cogs.playing import Club, Player, Reply, make_bot


def entry(name: str, text: str, facet: str = "day", more: str = "") -> str:
    return (
        f'[[question]]\nid = "{name}"\ntext = "{text}"\nfacets = ["{facet}"]\n'
        f'weight = 5\nrules = ["R24"]\n{more}\n'
    )


FACETS = ("path", "day", "satisfactions", "skills", "organisation", "field", "start")
HOTEL = "".join(
    entry(f"q{number}", f"What is good about the {facet} of our guests {number}?", facet)
    for number, facet in enumerate(FACETS * 20)
)
SMALL = entry("one", "What do you notice that guests never see?")


@pytest.fixture
def olga(club: Club) -> Player:
    return club.organiser()


async def upload(olga: Player, body: str | bytes, name: str = "hotel.toml") -> Reply:
    data = body.encode() if isinstance(body, str) else body
    return await olga.slash("organise pack", file=(name, data))


async def publish(olga: Player, body: str, name: str = "hotel.toml") -> Reply:
    return await olga.press(await upload(olga, body, name), "Publish")


async def packs(club: Club) -> dict[str, int]:
    async with club.bot.db.read() as session:
        return {one.name: len(one.questions) for one in await list_packs(session, club.guild.id)}


async def test_a_pack_is_looked_at_before_it_is_published(club: Club, olga: Player):
    body = (
        entry("a", "What do you notice that guests never see?")
        + entry("b", "Do you like guests?", "path", 'fields = ["law"]')
        + entry("c", "What is the **best** guest?")
    )
    seen = await upload(olga, body, "Our Hotel (2).toml")
    assert seen.is_private
    assert "## our hotel" in seen.text
    assert "2 questions for the members" in seen.text
    assert "path 1 · day 1" in seen.text
    assert "Law 1" in seen.text
    assert "> What do you notice that guests never see?" in seen.text
    assert "1 left out" in seen.text
    assert "line 15: c: “\\*” in its text cannot be said aloud" in seen.text
    assert "1 question could be stronger" in seen.text
    assert "Begin with “what” or “how”" in seen.text
    assert await packs(club) == {}
    assert "is published" in (await olga.press(seen, "Publish")).text
    assert await packs(club) == {"our hotel": 2}


async def test_members_of_the_club_get_them_and_others_do_not(
    club: Club, olga: Player, ana: Player
):
    await ana.slash("contact add", name="Rosa")
    assert "our guests" not in (await ana.slash("questions", contact="Rosa", minutes=30)).text
    await publish(olga, HOTEL)
    assert "our guests" in (await ana.slash("questions", contact="Rosa", minutes=30)).text
    stranger = club.in_dm(club.member("Ben"))
    await stranger.slash("contact add", name="Leo")
    assert "our guests" not in (await stranger.slash("questions", contact="Leo", minutes=30)).text
    assert all("guests" not in one.text for one in club.bot.content.questions.values())


async def test_a_removed_pack_is_gone_for_new_sets_and_can_come_back(
    club: Club, olga: Player, ana: Player
):
    await publish(olga, HOTEL)
    await ana.slash("contact add", name="Rosa")
    listed = await olga.slash("organise pack")
    assert "**hotel** · 140 questions" in listed.text
    removed = await olga.press(listed, "Remove")
    assert await packs(club) == {}
    assert "our guests" not in (await ana.slash("questions", contact="Rosa", minutes=30)).text
    await olga.press(removed, "Publish again")
    assert await packs(club) == {"hotel": 140}
    assert "our guests" in (await ana.slash("questions", contact="Rosa", minutes=15)).text


async def test_a_pack_of_the_same_name_takes_the_place_of_the_one_before(club: Club, olga: Player):
    await publish(olga, HOTEL)
    seen = await upload(olga, SMALL, "HOTEL (1).TOML")
    assert "takes the place of the pack of this name (140 questions)" in seen.text
    await olga.press(seen, "Publish")
    await olga.press(seen, "Publish")
    assert await packs(club) == {"hotel": 1}


async def test_what_is_published_is_there_after_a_restart(
    club: Club, olga: Player, ana: Player, key_file
):
    await publish(olga, HOTEL)
    await ana.slash("contact add", name="Rosa")
    seen = await upload(olga, SMALL, "small.toml")
    folder = club.bot.settings.data_dir
    club.bot = make_bot(folder, key_file, club.clock)
    await club.env.restart_bot(club.bot)
    assert "our guests" in (await ana.slash("questions", contact="Rosa", minutes=30)).text
    await olga.press(seen, "Publish")
    assert await packs(club) == {"hotel": 140, "small": 1}


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "photo.toml", "not a text file"),
        ("Dear bot, here are my questions", "letter.toml", "line 1: This is not TOML"),
        (SMALL.replace("facets", "facet"), "a.toml", "line 1: Object contains unknown field"),
        ('[[nudge]]\nid = "x"\n', "a.toml", "“nudge” is not a table of mine"),
        ("", "a.toml", "empty"),
        (SMALL * 2000, "a.toml", "2,000 questions here"),
        (SMALL.replace("guests", "@everyone"), "a.toml", "cannot be said aloud"),
        ("a" + ".a" * 120_000 + "=1", "a.toml", "too many dots"),
    ],
)
async def test_a_file_that_is_no_pack_is_refused_with_its_line(
    olga: Player, body: str | bytes, name: str, says: str
):
    refused = await upload(olga, body, name)
    assert says in refused.text
    assert refused.is_private
    assert "Publish" not in refused.labels
    assert "[[question]]" in (await olga.press(refused, "Show me an example")).text


async def test_a_film_is_not_even_fetched(club: Club, olga: Player):
    club.env.inject_error("GET", "/attachments/*", status=500)
    refused = await upload(olga, b"\0" * 30_000_000, "film.toml")
    assert "29,296 KB" in refused.text


async def test_the_same_id_twice_is_named_and_the_first_one_kept(olga: Player):
    seen = await upload(olga, SMALL + SMALL.replace("notice", "see"))
    assert "stands already in line 1" in seen.text
    assert "1 question for" in seen.text


async def test_the_example_is_a_sound_pack(olga: Player):
    example = await olga.press(await olga.slash("organise pack"), "Show me an example")
    (file,) = example.message.attachments
    pack = read_pack(await file.read(), "example.toml")
    assert len(pack.questions) == 2
    assert pack.problems == ()


async def test_marks_in_a_files_name_or_its_mistakes_are_shown_as_typed(olga: Player):
    seen = await upload(olga, SMALL, "**@everyone** <@1>.toml")
    assert "## everyone 1" in seen.text
    refused = await upload(olga, SMALL.replace("weight", '"**<@1>**"'))
    assert r"\*\*\<@1\>\*\*" in refused.text


async def test_a_server_holds_ten_packs(olga: Player):
    for number in range(MOST_PACKS):
        await publish(olga, SMALL, f"pack {number}.toml")
    seen = await upload(olga, SMALL, "one more.toml")
    assert "10 packs here" in (await olga.press(seen, "Publish")).text
    await olga.press(await olga.slash("organise pack"), "Remove")
    assert "is published" in (await olga.press(seen, "Publish")).text


async def test_the_packs_of_a_server_hold_six_hundred_questions(club: Club, olga: Player):
    full = "".join(entry(f"q{n}", f"What is so good about {n}?") for n in range(PACK_QUESTIONS))
    await publish(olga, full, "a.toml")
    await publish(olga, full, "b.toml")
    refused = await publish(olga, SMALL, "c.toml")
    assert "600 questions" in refused.text
    assert await packs(club) == {"a": 300, "b": 300}


async def test_nobody_else_publishes_or_removes(club: Club, olga: Player, ana: Player):
    seen = await upload(olga, SMALL)
    await publish(olga, HOTEL, "other.toml")
    async with club.bot.db.read() as session:
        (pack,) = await list_packs(session, club.guild.id)
    ids = [f"k:{pack.key}:remove_pack", f"k:{pack.key}:publish", "m:-:packs"]
    for reply in (await press_anything(club, ana, ids)).values():
        assert "works on a server" in reply.text
    assert await packs(club) == {"other": 140}
    assert "published" in (await olga.press(seen, "Publish")).text


async def test_the_organisers_of_another_server_reach_nothing_here(club: Club, olga: Player):
    await publish(olga, HOTEL)
    elsewhere = club.env.create_guild("Other Club")
    channel = elsewhere.create_text_channel("chat")
    role = elsewhere.create_role("Staff", permissions=discord.Permissions(manage_guild=True))
    other = club.env.create_user("otto")
    otto = Player(elsewhere.add_member(other, roles=[role]), channel, other)
    assert "0 of 10" in (await otto.slash("organise pack")).text
    await publish(otto, SMALL)
    assert await packs(club) == {"hotel": 140}


async def test_what_was_read_while_a_pack_changed_is_not_held(club: Club):
    (question,) = read_pack(SMALL.encode(), "a.toml").questions
    shelf = PackShelf(club.bot.db, club.bot.content)
    shelf.forget(club.guild.id)
    reading = asyncio.create_task(shelf.content_for(club.guild.id))
    async with club.bot.db.write() as session:
        await publish_pack(
            session,
            club.guild.id,
            name="a",
            questions=[question],
            published_by=1,
            now=club.env.now(),
        )
    shelf.forget(club.guild.id)
    await reading
    content = await shelf.content_for(club.guild.id)
    assert len(content.questions) == len(club.bot.content.questions) + 1


async def test_a_pack_forgets_who_published_it_and_stays(club: Club, olga: Player):
    await publish(olga, SMALL)
    async with club.bot.db.write() as session:
        await erase_member(session, olga.user.id)
    assert await packs(club) == {"hotel": 1}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Theatre_2.toml", "theatre 2"),
        ("theatre (3).toml", "theatre"),
        (".toml", "questions"),
        ("事務.toml", "事務"),
        ("a" * 90, "a" * 40),
        ("pack.toml.txt", "pack"),
    ],
)
def test_a_pack_is_named_after_its_file(file: str, name: str):
    assert pack_name(file) == name

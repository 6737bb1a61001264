from __future__ import annotations

from datetime import timedelta

from bot.notebook.members import MemberFacts, find_member
from tests.cogs.playing import Club, Player, Reply, labels_of, text_of

ANSWERS = {
    "A field you are curious about": "nursing",
    "One person you know who works": "Rosa Vega, Mercy Hospital",
    "Your name, as you sign": "Ana Silva",
    "You in one line": "a second-year biology student",
    "Your time zone": ["America/New_York"],
}


async def facts(club: Club, player: Player) -> MemberFacts:
    async with club.bot.db.read() as session:
        return await find_member(session, player.user.id)


async def begin(player: Player, **changed) -> Reply:
    form = await player.press(await player.slash("start"), "Begin")
    return await player.fill(form, {**ANSWERS, **changed})


async def test_the_welcome_is_three_lines_and_one_button(ana: Player) -> None:
    welcome = await ana.slash("start")
    assert welcome.is_private
    assert len(welcome.text.splitlines()) == 3
    assert "low-stakes" in welcome.text
    assert welcome.labels == ["Begin"]


async def test_one_form_ends_with_a_person_and_a_draft_one_press_away(
    club: Club, ana: Player
) -> None:
    form = await ana.press(await ana.slash("start"), "Begin")
    assert list(form.held) == list(ANSWERS)
    done = await ana.fill(form, ANSWERS)
    assert done.is_private
    assert "Rosa Vega" in done.text
    assert "Mercy Hospital" in done.text
    assert done.labels[0] == "Draft your message"
    member = await facts(club, ana)
    assert member.profile["name"] == "Ana Silva"
    assert member.profile["field"] == "nursing"
    assert member.zone == "America/New_York"


async def test_the_hello_waits_for_its_turn_and_it_arrived_is_remembered(
    club: Club, ana: Player
) -> None:
    done = await begin(ana)
    assert "on its way to your DMs" in done.text
    assert "Open our DM" in done.labels
    await club.pass_time(club.env.now() + timedelta(minutes=1))
    assert "Hello Ana" in text_of(ana.dm)
    assert labels_of(ana.dm) == ["It arrived"]
    thanks = await club.in_dm(ana).press(ana.dm, "It arrived")
    assert "my messages reach you" in thanks.text
    assert not thanks.is_private
    assert (await facts(club, ana)).hello_at == club.env.now()

from __future__ import annotations

from datetime import timedelta

import pytest

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
        return await find_member(session, player.user.id, guild_id=None)


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


async def test_a_role_between_commas_is_no_workplace(ana: Player) -> None:
    done = await begin(ana, **{"One person you know who works": "Rosa Vega, nurse, Mercy Hospital"})
    assert "nurse · Mercy Hospital" in done.text
    draft = await ana.press(done, "Draft your message")
    assert "as nurse at Mercy Hospital" in draft.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Emi Sato, level designer", "Your work as level designer is"),
        (
            "Jonas Weber, traffic planner at the city of Potsdam",
            "as traffic planner at the city of",
        ),
        ("Rosa Vega, nurse at Mercy Hospital, Boston", "as nurse at Mercy Hospital, Boston is"),
        ("Rosa Vega, Baker Street Books", "Your work at Baker Street Books is"),
    ],
)
async def test_the_first_draft_tells_a_role_from_a_workplace(
    ana: Player, typed: str, said: str
) -> None:
    done = await begin(ana, **{"One person you know who works": typed})
    assert said in (await ana.press(done, "Draft your message")).text


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
    assert "It arrived" not in (await ana.slash("start")).text


async def test_a_hello_that_could_not_arrive_is_tried_again_by_starting_again(
    club: Club, ana: Player
) -> None:
    path = f"/channels/{ana.user.dm_channel.id}/messages"
    club.env.inject_error("POST", path, status=403, code=50007, message="Cannot send", times=1)
    await begin(ana)
    await club.pass_days(0.01)
    assert ana.dms == []
    again = await ana.slash("start")
    assert "Privacy Settings" in again.text
    await club.pass_days(0.01)
    assert labels_of(ana.dm) == ["It arrived"]


async def test_without_a_person_the_circles_are_offered(ana: Player) -> None:
    done = await begin(ana, **{"One person you know who works": ""})
    assert done.labels[0] == "Find people"
    idea = await ana.press(done, "Find people")
    assert "family" in idea.text.lower()


async def test_starting_again_keeps_everything_and_offers_to_edit(club: Club, ana: Player) -> None:
    await begin(ana)
    again = await ana.slash("start")
    assert "Welcome back, Ana" in again.text
    assert "nursing" in again.text
    form = await ana.press(again, "About me")
    assert form.held["You in one line"] == "a second-year biology student"
    changed = await ana.fill(form, {"You in one line": "a third-year biology student"})
    assert "third-year" in changed.text
    assert (await facts(club, ana)).profile["field"] == "nursing"
    assert "Rosa Vega" in (await ana.slash("contact list")).text


async def test_a_form_left_open_and_sent_again_doubles_nothing(club: Club, ana: Player) -> None:
    welcome = await ana.slash("start")
    await ana.fill(await ana.press(welcome, "Begin"), ANSWERS)
    form = await ana.press(welcome, "Begin")
    assert form.held["Your name, as you sign"] == "Ana Silva"
    await ana.fill(form, {"One person you know who works": "rosa vega", "You in one line": ""})
    assert "**1** in your notebook" in (await ana.slash("contact list")).text
    assert (await facts(club, ana)).profile["line"] == "a second-year biology student"
    await club.pass_days(0.1)
    assert len(ana.dms) == 1


async def test_undo_takes_back_the_whole_beginning(club: Club, ana: Player) -> None:
    undone = await ana.press(await begin(ana), "Undo")
    assert "Undone: starting" in undone.text
    member = await facts(club, ana)
    assert member.profile == {}
    assert member.zone is None
    assert (await ana.slash("start")).labels == ["Begin"]


async def test_what_is_typed_is_shown_harmless(club: Club, ana: Player) -> None:
    done = await begin(
        ana,
        **{
            "One person you know who works": "@everyone **Rosa** מרים 🌱",
            "Your name, as you sign": "# `Ana` <@1>",
        },
    )
    assert "\\*\\*Rosa\\*\\*" in done.text
    answers = [r for r in club.env.http_requests if "@everyone" in str(r)]
    assert answers
    assert all("'allowed_mentions': {'parse': []" in str(r) for r in answers)
    assert "מרים 🌱" in done.text
    again = await ana.slash("start")
    assert "\n# " not in again.text
    assert "<@1>" not in again.text


async def test_a_name_that_is_too_long_brings_the_form_back_filled_in(ana: Player) -> None:
    long = "R" * 150
    refused = await begin(ana, **{"One person you know who works": long})
    assert "150 characters" in refused.text
    again = await ana.press(refused, "Correct it")
    assert again.held["One person you know who works"] == long
    assert again.held["Your time zone"] == "America/New_York"
    done = await ana.fill(again, {"One person you know who works": "Rosa"})
    assert "Draft your message" in done.labels


async def test_another_zone_is_asked_for_next(club: Club, ana: Player) -> None:
    done = await begin(ana, **{"Your time zone": ["other"]})
    assert "I don't know your time zone yet" in done.text
    form = await ana.press(done, "Which time zone are you in?")
    set_ = await ana.fill(form, {"Or type one": "Kathmandu"})
    assert "Kathmandu, where it is 8:45 pm on Tuesday" in set_.text
    assert (await facts(club, ana)).zone == "Asia/Kathmandu"


async def test_a_zone_that_does_not_exist_is_asked_for_again(club: Club, ana: Player) -> None:
    done = await begin(ana, **{"Your time zone": ["other"]})
    form = await ana.press(done, "Which time zone are you in?")
    refused = await ana.fill(form, {"Or type one": "Atlantis Springs"})
    assert "I don't know" in refused.text
    again = await ana.press(refused, "Correct it")
    assert again.held["Or type one"] == "Atlantis Springs"
    assert (await facts(club, ana)).zone is None


async def test_a_zone_with_several_meanings_offers_each(club: Club, ana: Player) -> None:
    await begin(ana)
    form = await ana.press(await ana.slash("profile"), "Time zone")
    asked = await ana.fill(form, {"Or type one": "CST"})
    assert asked.labels[:3] == ["Chicago", "Mexico City", "Shanghai"]
    await ana.press(asked, "Shanghai")
    assert (await facts(club, ana)).zone == "Asia/Shanghai"


async def test_a_new_zone_moves_what_is_planned_and_undo_moves_it_back(
    club: Club, ana: Player
) -> None:
    await begin(ana)
    await club.pass_days(0.1)
    in_new_york = await club.bot.dispatcher.next_due()
    form = await ana.press(await ana.slash("profile"), "Time zone")
    moved = await ana.fill(form, {"Pick a city on your clock": ["Europe/London"]})
    in_london = await club.bot.dispatcher.next_due()
    assert in_new_york - in_london == timedelta(hours=4)  # in March, between the two changes
    await ana.press(moved, "Undo")
    assert await club.bot.dispatcher.next_due() == in_new_york


async def test_starting_in_the_dm_needs_no_channel_to_be_opened(club: Club, ana: Player) -> None:
    here = club.in_dm(ana)
    done = await begin(here)
    assert not done.is_private
    assert "follows right here" in done.text
    await club.pass_days(0.01)
    assert labels_of(ana.dm) == ["It arrived"]
    opened = [one for one in club.env.http_requests if one.path.endswith("/users/@me/channels")]
    assert opened == []


async def test_it_arrived_counts_the_first_time(club: Club, ana: Player) -> None:
    await begin(ana)
    await club.pass_days(0.01)
    await club.in_dm(ana).press(ana.dms[0], "It arrived")
    first = (await facts(club, ana)).hello_at
    await club.pass_days(1)
    await club.in_dm(ana).press(ana.dms[0], "It arrived")
    assert (await facts(club, ana)).hello_at == first


async def test_the_profile_says_how_one_asks(club: Club, ana: Player) -> None:
    shown = await ana.slash("profile")
    assert "20 minutes, in a warm tone" in shown.text
    form = await ana.press(shown, "How I ask")
    assert form.held["I follow up by"] == "writing"
    changed = await ana.fill(
        form,
        {
            "Your email": "ana@example.edu",
            "Your phone": "555 0100",
            "How long a talk do you ask for?": ["15"],
            "I follow up by": ["none"],
            "How do you write?": ["formal"],
        },
    )
    assert "ana@example.edu · 555 0100" in changed.text
    assert "15 minutes, in a formal tone, and follow up not at all" in changed.text
    member = await facts(club, ana)
    assert member.rhythm.chase_days == 0
    undone = await ana.press(changed, "Undo")
    assert "changing your profile" in undone.text
    assert (await facts(club, ana)).rhythm.chase_days == 7


async def test_who_follows_up_by_phone_again_is_reminded_after_a_week(
    club: Club, ana: Player
) -> None:
    for by, said in (("none", "follow up not at all"), ("phone", "by phone after a week")):
        form = await ana.press(await ana.slash("profile"), "How I ask")
        assert said in (await ana.fill(form, {"I follow up by": [by]})).text
    assert (await facts(club, ana)).rhythm.chase_days == 7


async def test_help_gives_one_guide_or_all_to_choose_from(ana: Player) -> None:
    overview = await ana.slash("help")
    assert "Commands are English, and so are the dates" in overview.text
    guide = await ana.choose(overview, "asking")
    assert "Never ask for a job" in guide.text
    direct = await ana.slash("help", topic="dates")
    assert "Dates that I can read" in direct.text
    unknown = await ana.slash("help", topic="horses")
    assert "There is no guide on that" in unknown.text


async def test_help_completes_the_topic(ana: Player) -> None:
    assert await ana.complete("help", "topic", "ask") == ["Asking for a talk"]
    assert len(await ana.complete("help", "topic", "")) > 5

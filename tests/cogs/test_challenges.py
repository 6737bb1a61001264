"""Challenges on the server: started by an organiser, joined by pressing, watched on the board."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from bot.club.challenges import list_challenges, list_seasons
from bot.club.settings import leave_club
from bot.notebook.changes import Actor
from bot.rules.presses import Press, menu
from cogs._ui.cards import buttons
from cogs.challenges import join_from, look_at
from tests.cogs.counting import counted
from tests.cogs.playing import Club, Player, Reply, labels_of, menus_of, text_of

ZONE = "The club's time zone"
KIT = "five-talks"


@pytest.fixture
async def olga(club: Club) -> Player:
    """An organiser of a club that is set up."""
    player = club.organiser()
    await player.fill(await player.slash("organise setup"), {ZONE: ["America/New_York"]})
    return player


async def tick(club: Club) -> None:
    """Let the bot say what challenges have to say now."""
    await club.bot.dispatcher.announce()
    await club.bot.dispatcher.run_due()
    await club.env.settle()


async def preview(olga: Player, kit: str = KIT) -> Reply:
    return await olga.choose(await olga.slash("organise challenge"), kit)


async def start(club: Club, olga: Player, kit: str = KIT) -> Any:
    """Start a ready-made challenge; returns its opening post."""
    await olga.press(await preview(olga, kit), "Start it")
    await tick(club)
    return latest(club)


def latest(club: Club) -> Any:
    return next(m for m in reversed(list(club.channel.history())) if "Board" in labels_of(m))


async def talk(player: Player, name: str) -> None:
    form = await player.slash("interview done", contact=name)
    if form.form is None:
        form = await player.press(form, f"Add “{name}”")
    await player.fill(form, {"What did you enjoy?": "All of it"})


async def test_an_organiser_starts_a_kit_and_a_member_joins_with_one_press(
    club: Club, olga: Player, ana: Player
) -> None:
    shown = await preview(olga)
    assert shown.is_private
    for part in (
        "Five talks in thirty days",
        "What counts",
        "1 April",
        "pinging nobody",
        "- Now · Opening",
    ):
        assert part in shown.text
    assert not [m for m in club.channel.history() if "Five talks" in text_of(m)]
    started = await olga.press(shown, "Start it")
    assert "by itself" in started.text
    await tick(club)
    post = latest(club)
    assert labels_of(post) == ["Join", "Board"]
    joined = await ana.press(post, "Join")
    assert joined.is_private
    assert "You are in: Five talks" in joined.text
    assert "a name drawn for you" in joined.text
    assert "Which time zone are you in?" in joined.labels
    named = await ana.press(joined, "Under my name")
    assert "**On the board**: your own name." in named.text
    allowed = await ana.press(named, "Write to me")
    assert "when two days are left**: yes." in allowed.text
    board = await ana.press(post, "Board")
    assert "1\\. Ana · 0 points" in board.text
    assert "It runs until Wednesday, 1 April. 1 takes part." in board.text
    assert "**You**: place 1, 0 points" in board.text
    club.env.backend.get_guild(club.guild.id).members[ana.user.id].nick = "Annie"
    await ana.press(await ana.press(board, "How I am shown"), "Under my name")
    assert "1\\. Annie · 0 points" in (await ana.press(post, "Board")).text


async def test_another_title_and_other_days_stand_in_the_preview_before_they_are_posted(
    club: Club, olga: Player
) -> None:
    form = await olga.press(await preview(olga), "Words and days")
    assert form.held["Title"] == "Five talks in thirty days"
    values = {"Title": "**March** <@&5> @everyone", "First day": "Mar 9", "Last day": "10 days"}
    changed = await olga.fill(form, values)
    assert "\\*\\*March\\*\\* \\<@&5\\>" in changed.text
    assert "Monday, 9 March to Wednesday, 18 March" in changed.text
    await olga.press(changed, "Plan it")
    await tick(club)
    assert not [m for m in club.channel.history() if "March" in text_of(m)]
    await club.pass_time(datetime(2026, 3, 9, 15, tzinfo=UTC))
    await tick(club)
    assert "\\*\\*March\\*\\* \\<@&5\\>" in text_of(latest(club))


REFUSED = [
    ({"First day": "Mar 10", "Last day": "Mar 9"}, "ends before it starts"),
    ({"Last day": "0 days"}, "ends before it starts"),
    ({"Last day": "1 day"}, "at least 3 days"),
    ({"Last day": "4000 days"}, "3650 days"),
    ({"Title": " "}, "needs a name"),
    ({"First day": "the ides"}, "can't read"),
    ({"Last day": "yesterday"}, "has passed"),
]


async def test_what_makes_no_challenge_is_said_and_can_be_mended(olga: Player) -> None:
    shown = await preview(olga)
    for values, said in REFUSED:
        form = await olga.press(shown, "Words and days")
        refused = await olga.fill(form, {"Title": "Ours", **values})
        assert said in refused.text
        assert "Start it" not in refused.labels
        label = "Correct it" if "Correct it" in refused.labels else "Words and days"
        again = await olga.press(refused, label)
        mended = {"Title": "Ours", "First day": "today", "Last day": "9 days"}
        assert "Start it" in (await olga.fill(again, mended)).labels


async def test_a_second_one_of_the_same_name_asks_for_another(club: Club, olga: Player) -> None:
    await start(club, olga)
    twin = await preview(olga)
    assert "a challenge of that name already" in twin.text
    assert "Start it" not in twin.labels


async def test_pressing_start_twice_starts_it_once(club: Club, olga: Player) -> None:
    shown = await preview(olga)
    await olga.press(shown, "Start it")
    again = await olga.press(shown, "Start it")
    assert "That one is finished" in again.text
    async with club.bot.db.read() as session:
        assert len(await list_challenges(session, club.guild.id)) == 1


async def test_own_metrics_get_points_of_their_own(olga: Player) -> None:
    form = await olga.choose(await olga.slash("organise challenge"), "own")
    values = {"Title": "Letters", "What counts": ["thanks", "check_ins"], "Last day": "2 weeks"}
    shown = await olga.fill(form, values)
    assert "1 point: thank-yous" in shown.text
    points = await olga.press(shown, "Points")
    first, second = points.held
    refused = await olga.fill(points, {first: "lots", second: "3, up to 5"})
    assert "not a number of points" in refused.text
    points = await olga.press(shown, "Points")
    given = await olga.fill(points, {first: "2", second: "3, up to 5"})
    assert "- 2 points: thank-yous" in given.text
    assert "(up to 5)" in given.text


async def test_all_towards_one_goal_shows_a_bar_and_nobody(
    club: Club, olga: Player, ana: Player
) -> None:
    form = await olga.press(await preview(olga), "Board and pings")
    refused = await olga.fill(form, {"Who is ranked": ["club"]})
    assert "needs a goal" in refused.text
    form = await olga.press(refused, "Board and pings")
    wrong = await olga.fill(form, {"Who is ranked": ["club"], "The goal, in points": "many"})
    assert "such as 100" in wrong.text
    form = await olga.press(wrong, "Correct it")
    shown = await olga.fill(form, {"Who is ranked": ["club"], "The goal, in points": "12"})
    await olga.press(shown, "Start it")
    await tick(club)
    assert "choose how you are shown" not in text_of(latest(club))
    assert "Nobody is shown alone" in text_of(latest(club))
    joined = await ana.press(latest(club), "Join")
    assert "On the board" not in joined.text
    assert "nobody is shown alone" in joined.text
    assert not {"Under my name", "Hidden"} & set(joined.labels)
    await talk(ana, "Rosa")
    board = await ana.press(latest(club), "Board")
    assert "of 12, by 1 of us" in board.text
    assert "place" not in board.text
    assert "**You**: 1" in board.text or "**You**: 3" in board.text


async def test_everyone_is_never_pinged(club: Club, olga: Player) -> None:
    form = await olga.press(await preview(olga), "Board and pings")
    everyone = club.guild.default_role
    refused = await olga.fill(form, {"Role to ping in the opening post": [everyone]})
    assert "never ping or give @everyone" in refused.text


async def test_a_ping_that_nobody_would_hear_is_said_before(club: Club, olga: Player) -> None:
    role = club.guild.create_role("Cohort")
    mute = discord.PermissionOverwrite(mention_everyone=False, attach_files=False)
    place = club.guild.create_text_channel("news", overwrites={club.guild.me: mute})
    there = Player(olga.actor, place, olga.user)
    form = await there.press(await preview(there), "Board and pings")
    shown = await there.fill(
        form, {"Role to ping in the opening post": [role], "Role for the winners": [role]}
    )
    assert f"pinging <@&{role.id}>" in shown.text
    assert "Nobody hears the ping yet" in shown.text
    assert "I lack **Attach Files**" in shown.text
    await there.press(shown, "Start it")
    await tick(club)
    (post,) = [m for m in place.history() if "Board" in labels_of(m)]
    assert text_of(post).startswith(f"<@&{role.id}>")


async def test_the_board_shows_ties_late_joiners_and_hidden_ones(club: Club, olga: Player) -> None:
    post = await start(club, olga)
    players = [club.member(name) for name in ("Ana", "Ben", "Eva")]
    ana, ben, eva = players
    for player in players:
        joined = await player.press(post, "Join")
        label = "Hidden" if player is eva else "Under my name"
        await player.press(joined, label)
        await talk(player, "Rosa")
    await club.pass_days(4)
    kai = club.member("Kai")
    late = await kai.press(post, "Join")
    assert "counts from Saturday, 7 March on" in late.text
    await kai.press(late, "Under my name")
    board = await ana.press(post, "Board")
    assert "1\\. Ana · 3 points" in board.text
    assert "1\\. Ben · 3 points" in board.text
    assert "The same points, the same place." in board.text
    assert "3\\. Kai · 0 points · since 7 March" in board.text
    assert "Eva" not in board.text
    assert "4 take part, 1 of them unseen." in board.text
    assert "1 × people you talked to: 3 points" in board.text
    assert "Rosa" not in board.text
    own = await eva.press(post, "Board")
    assert "**You**: place 1, 3 points (only you see your place" in own.text
    await club.pass_time(datetime(2026, 4, 3, 15, tzinfo=UTC))
    counting = await ana.slash("challenge standings")
    assert "Still counting until Saturday, 4 April" in counting.text
    await club.pass_time(datetime(2026, 4, 7, 15, tzinfo=UTC))
    await tick(club)
    final = await ana.slash("challenge standings", season=(await seasons(club))[0])
    assert "This is the final board." in final.text
    hidden = await ana.press(final, "Hide me")
    assert "off the final board" in hidden.text
    anew = await ben.slash("challenge standings", season=(await seasons(club))[0])
    assert "Ana" not in anew.text
    assert "Ben" in anew.text


async def seasons(club: Club) -> list[str]:
    async with club.bot.db.read() as session:
        return [one.key for one in await list_seasons(session, club.guild.id)]


async def enter(club: Club, number: int) -> None:
    (challenge,) = await club.bot.db.load(list_challenges, club.guild.id)
    by = Actor(number, club.env.now(), guild_id=club.guild.id)
    await club.bot.db.store(join_from, by, club.guild.id, challenge.key, f"Member {number}")


async def test_fifty_members_press_join_in_one_second_and_the_board_has_pages(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    numbers = [number for number in range(1, 51) for _ in range(2)]  # and each of them twice
    await asyncio.gather(*(enter(club, number) for number in numbers))
    shown = await ana.press(post, "Board")
    assert "50 take part." in shown.text
    names = places(shown)
    while "Further down" in shown.labels:
        shown = await ana.press(shown, "Further down")
        names += places(shown)
    assert len(names) == len(set(names)) == 50
    assert "Back" in shown.labels


async def test_those_who_look_at_a_final_board_at_once_share_one_reading(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    await ana.press(await ana.press(post, "Join"), "Under my name")
    ben = club.member("Ben")
    await ben.press(await ben.press(post, "Join"), "Under my name")
    await club.pass_time(datetime(2026, 4, 7, 15, tzinfo=UTC))
    await tick(club)
    (season,) = await seasons(club)
    cog: Any = club.bot.get_cog("Challenges")
    look = await club.bot.db.load(look_at, ben.user.id, club.guild.id, season)
    with counted(club.bot.db) as counts:
        boards = await asyncio.gather(*(cog._board(look, ben.user.id) for _ in range(50)))
    assert {tuple(line.name for line in board.lines) for board in boards} == {("Ana", "Ben")}
    assert {board.mine.name for board in boards} == {"Ben"}
    assert 1 <= len([one for one in counts.reads if "FROM standings" in one]) <= 2
    await ben.press(await ben.slash("challenge standings", season=season), "Hide me")
    board = await cog._board(look, ben.user.id)
    assert [line.name for line in board.lines] == ["Ana"]
    assert board.mine.name == "Ben"


def places(board: Reply) -> list[str]:
    return [line.split("\\. ")[1] for line in board.text.splitlines() if "\\. " in line]


async def test_join_and_leave_by_command(club: Club, olga: Player, ana: Player) -> None:
    assert "No challenge is open" in (await ana.slash("challenge join")).text
    assert "in no open challenge" in (await ana.slash("challenge leave")).text
    await start(club, olga)
    assert "You are in" in (await ana.slash("challenge join")).text
    assert "You are in already" in (await ana.slash("challenge join")).text
    assert len(await ana.complete("challenge leave", "challenge", "talks")) == 1
    left = await ana.slash("challenge leave")
    assert "joining again brings all back" in left.text
    assert "You are in" in (await ana.press(left, "Join again")).text
    gone = await ana.slash("challenge standings", challenge="Nonsense")
    assert "not here any more" in gone.text


async def test_several_open_ones_are_offered(club: Club, olga: Player, ana: Player) -> None:
    await start(club, olga)
    await start(club, olga, "keep-it-warm")
    asked = await ana.slash("challenge join")
    assert asked.labels == ["Join", "Join"]
    assert "You are in" in (await ana.press(asked, "Join")).text


async def test_nobody_joins_once_it_is_over(club: Club, olga: Player, ana: Player) -> None:
    post = await start(club, olga)
    await club.pass_time(datetime(2026, 4, 3, 15, tzinfo=UTC))
    assert "is over" in (await ana.press(post, "Join")).text
    counting = await ana.slash("challenge standings")
    assert "Join" not in counting.labels
    assert "Nobody took part this time." in counting.text
    assert "Who is first" not in counting.text


async def test_challenges_belong_to_servers(club: Club, ana: Player) -> None:
    home = club.in_dm(ana)
    for name in ("challenge join", "challenge standings"):
        with pytest.raises(Exception, match="challenge"):
            await home.slash(name)


async def test_the_question_is_answered_once_and_counted_without_a_name(
    club: Club, olga: Player, ana: Player
) -> None:
    form = await olga.press(await preview(olga), "Board and pings")
    label = "One anonymous question, at start and end?"
    await olga.press(await olga.fill(form, {label: ["yes"]}), "Start it")
    await tick(club)
    joined = await ana.press(latest(club), "Join")
    asked = await ana.press(joined, "One anonymous question")
    assert "How ready do you feel" in asked.text
    assert "Thank you" in (await ana.press(asked, "4")).text
    assert "answered already" in (await ana.press(asked, "2")).text


async def test_a_members_dm_about_the_last_days_opens_the_board_too(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    await ana.press(await ana.press(post, "Join"), "Write to me")
    for day in (30, 31):
        await club.pass_time(datetime(2026, 3, day, 23, tzinfo=UTC))
        await tick(club)
        await club.pass_time(datetime(2026, 3, day, 23, 30, tzinfo=UTC))
    assert "two days are left" in text_of(ana.dm)
    home = club.in_dm(ana)
    board = await home.press(ana.dm, "Board")
    assert "It runs until Wednesday, 1 April" in board.text
    mine = await home.press(board, "How I am shown")
    assert "a name drawn for you" in mine.text
    left = await home.press(mine, "Leave")
    assert "You are in" in (await home.press(left, "Join again")).text


async def manage(olga: Player) -> Reply:
    return await olga.press(await olga.slash("organise challenge"), "Manage")


async def test_a_running_challenge_gets_other_words_a_later_end_and_an_early_one(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    form = await olga.press(await manage(olga), "Its words")
    assert "Spring talks" in (await olga.fill(form, {"Title": "Spring talks"})).text
    form = await olga.press(await manage(olga), "Let it go on")
    early = await olga.fill(form, {"New last day": "Mar 20"})
    assert "not later than it ends now" in early.text
    again = await olga.press(early, "Correct it")
    assert "until Friday, 10 April" in (await olga.fill(again, {"New last day": "Apr 10"})).text
    asked = await olga.press(await manage(olga), "End early")
    assert "End it now?" in asked.text
    assert "It ends today" in (await olga.press(asked, "Yes, end it")).text
    assert "It runs until Tuesday, 3 March" in (await ana.press(post, "Board")).text


async def test_one_that_has_not_begun_is_called_off(club: Club, olga: Player) -> None:
    form = await olga.press(await preview(olga), "Words and days")
    await olga.press(await olga.fill(form, {"First day": "Mar 9", "Last day": "9 days"}), "Plan it")
    asked = await olga.press(await manage(olga), "Call it off")
    assert "It is called off" in (await olga.press(asked, "Yes, call it off")).text
    await club.pass_days(8)
    await tick(club)
    assert not [m for m in club.channel.history() if "Five talks" in text_of(m)]
    assert "None is open" in (await olga.slash("organise challenge")).text


async def test_an_organiser_takes_somebody_off_the_board_and_puts_them_back(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    await ana.press(await ana.press(post, "Join"), "Under my name")
    for what, count in (("Off", 0), ("Back", 1)):
        lines = await olga.press(await manage(olga), "Take somebody off")
        assert "The total and the report count it as before" in lines.text
        (menu,) = menus_of(lines.message)
        (option,) = menu["options"]
        assert option["label"] == ("1. Ana" if what == "Off" else "Ana")
        assert str(ana.user.id) not in str(menu)
        done = await olga.choose(lines, option["value"], menu=what)
        assert ("is off the board" in done.text) == (what == "Off")
        board = await ana.press(post, "Board")
        assert board.text.count("Ana") == count
        assert "Nobody has joined yet" not in board.text
        assert "1 takes part" in board.text
        said = "Your organisers took your line off this board" in board.text
        assert said == (what == "Off")
        mine = await ana.press(board, "How I am shown")
        assert ("took your line off this board" in mine.text) == (what == "Off")
        assert ("still count you" in mine.text) == (what == "Off")


async def test_who_is_no_organiser_cannot_press_an_organisers_buttons(
    club: Club, olga: Player, ana: Player
) -> None:
    await start(club, olga)
    (challenge,) = await club.bot.db.load(list_challenges, club.guild.id)
    channel = club.bot.get_partial_messageable(club.channel.id)
    for verb in ("manage", "words", "extend", "end", "off"):
        press = Press("g", challenge.key, verb, verb, arg="yes" if verb == "end" else "")
        message = await channel.send(view=buttons(((press,),)))
        refused = await ana.press(message, verb)
        assert "for the club's organisers" in refused.text, verb
    message = await channel.send(view=buttons(((menu("kits", "kits", arg=KIT),),)))
    assert "for the club's organisers" in (await ana.press(message, "kits")).text


async def test_the_profile_shows_badges_to_their_owner(ana: Player) -> None:
    assert "Your badges" not in (await ana.slash("profile")).text
    await ana.slash("contact add", name="Leo Bauer")
    assert "None yet" in (await ana.slash("profile")).text
    await talk(ana, "Rosa")
    profile = await ana.slash("profile")
    assert profile.is_private
    assert "**First talk**" in profile.text
    assert "1 of 10: Ten talks." in profile.text
    assert "Only you see them." in profile.text


async def test_board_and_badges_come_as_pictures_too(club: Club, olga: Player, ana: Player) -> None:
    post = await start(club, olga)
    await ana.press(post, "Join")
    await talk(ana, "Rosa")
    pressed = (
        (await ana.press(post, "Board"), "Picture", "board.png"),
        (await ana.slash("profile"), "Badges as a picture", "badges.png"),
        (await olga.slash("organise report"), "As a picture", "report.png"),
    )
    for shown, label, name in pressed:
        player = olga if label == "As a picture" else ana
        drawn = await player.press(shown, label)
        assert drawn.is_private
        (file,) = drawn.message.attachments
        assert file.filename == name
        assert "Rosa" not in str(file.description)


@pytest.mark.usefixtures("olga")
async def test_badges_name_the_club_that_their_owner_came_from(club: Club, ana: Player) -> None:
    await talk(ana, "Rosa")

    async def sheet(player: Player) -> str:
        drawn = await player.press(await player.slash("profile"), "Badges as a picture")
        (file,) = drawn.message.attachments
        return str(file.description)

    assert (await sheet(ana)).startswith("Career Club: Badges. First talk: earned")
    assert (await sheet(club.in_dm(ana))).startswith("Career Club: ")
    ben = club.in_dm(club.member("Ben"))
    await ben.slash("contact add", name="Mia Chen")
    assert (await sheet(ben)).startswith("Badges. ")
    await club.bot.db.store(leave_club, club.guild.id, now=club.bot.clock.now())
    assert (await sheet(ana)).startswith("Badges. ")

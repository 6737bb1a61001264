"""Groups on the server: organisers make them, members join and leave."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import discord
import pytest

from bot.client import GIVING_ROLES, PERMISSIONS
from bot.club.cohorts import MOST_COHORTS, CohortFacts, list_cohorts
from bot.rules.presses import Press
from cogs._ui.cards import buttons
from cogs._ui.cohort_cards import NEW
from tests.cogs.playing import Club, Player, Reply, menus_of
from tests.cogs.test_challenges import latest, preview, tick

ZONE = "The club's time zone"
TEAMS = "Teams, one a line"


@pytest.fixture
async def olga(club: Club) -> Player:
    """An organiser of a club that is set up."""
    player = club.organiser()
    await player.fill(await player.slash("organise setup"), {ZONE: ["America/New_York"]})
    return player


async def create(olga: Player, name: str = "Spring", **values: str) -> Reply:
    form = await olga.press(await olga.slash("organise cohort"), "New group")
    return await olga.fill(form, {"Name": name, **values})


async def groups(club: Club) -> list[CohortFacts]:
    return await club.bot.db.load(list_cohorts, club.guild.id, with_archived=True)


def roles_of(club: Club, player: Player) -> list[int]:
    return list(club.env.backend.get_guild(club.guild.id).members[player.actor.id].role_ids)


async def test_a_group_is_made_joined_with_its_role_and_left(
    club: Club, olga: Player, ana: Player
) -> None:
    role = club.guild.create_role("Spring")
    card = await create(olga, **{"Room for how many": "1", "Last day": "Jun 30"})
    assert "Until Tuesday, 30 June" in card.text
    form = await olga.press(card, "Teams and role")
    values = {"Teams, one a line": "Otters\nFoxes", "Role for who joins": [role]}
    card = await olga.fill(form, values)
    assert "- Otters: 0" in card.text
    assert f"Who joins gets <@&{role.id}>" in card.text
    joined = await ana.slash("cohort join")
    assert joined.is_private
    assert "You are in the group **Spring**." in joined.text
    assert "Your team is **Otters**." in joined.text
    assert f"You have <@&{role.id}> now." in joined.text
    assert role.id in roles_of(club, ana)
    assert "in the group **Spring** already" in (await ana.slash("cohort join")).text
    ben = club.member("Ben")
    assert "This group is full" in (await ben.slash("cohort join")).text
    assert await ana.complete("cohort leave", "cohort", "spr") == ["Spring (full)"]
    left = await ana.slash("cohort leave", cohort="spring")
    assert "You have left" in left.text
    assert role.id not in roles_of(club, ana)
    assert "not in that group" in (await ana.slash("cohort leave", cohort="Spring")).text


async def test_a_role_that_i_may_not_give_is_explained_and_the_member_is_in(
    club: Club, olga: Player, ana: Player
) -> None:
    role = club.guild.create_role("Spring")
    form = await olga.press(await create(olga), "Teams and role")
    await olga.fill(form, {"Role for who joins": [role]})
    club.env.inject_error(
        "PUT", "/guilds/*/members/*/roles/*", status=403, code=50013, message="Missing Permissions"
    )
    joined = await ana.slash("cohort join")
    assert "You are in the group" in joined.text
    assert "I may not give it to you" in joined.text
    assert "tell an organiser" in joined.text


def allow(club: Club, permissions: discord.Permissions) -> None:
    """Give the bot these permissions on the server, and no others."""
    backend = club.env.backend
    (own,) = [one for one in backend.get_guild(club.guild.id).roles.values() if one.managed]
    backend.edit_role(club.guild.id, own.id, {"permissions": permissions.value})


async def test_an_organiser_who_picks_a_role_is_told_how_i_may_give_it(
    club: Club, olga: Player, ana: Player
) -> None:
    role = club.guild.create_role("Spring")
    allow(club, PERMISSIONS)
    await club.env.settle()
    form = await olga.press(await create(olga), "Teams and role")
    picked = await olga.fill(form, {"Role for who joins": [role]})
    assert f"To give <@&{role.id}> I need Manage Roles" in picked.text
    assert "drag my role above it" in picked.text
    (link,) = re.findall(r"https://discord.com/oauth2/authorize\S+(?=\))", picked.text)
    asked = discord.Permissions(int(parse_qs(link)["permissions"][0]))
    assert (asked, f"guild_id={club.guild.id}" in link) == (PERMISSIONS | GIVING_ROLES, True)
    challenge = await preview(olga)
    form = await olga.press(challenge, "Board and pings")
    assert link in (await olga.fill(form, {"Role for the winners": [role]})).text
    joined = await ana.slash("cohort join")
    assert "tell an organiser" in joined.text
    assert "https://" not in joined.text
    allow(club, asked)
    await club.env.settle()
    again = await olga.press(await olga.slash("organise cohort"), "Open")
    assert "1 member\n" in again.text
    assert "⚠" not in again.text


async def test_a_code_is_asked_for_and_a_wrong_one_can_be_mended(
    club: Club, olga: Player, ana: Player
) -> None:
    await create(olga, **{"Code to join": "otter-7"})
    assert await ana.complete("cohort join", "cohort", "") == ["Spring (with a code)"]
    form = await ana.slash("cohort join", cohort="Spring")
    assert form.title == "Join Spring"
    wrong = await ana.fill(form, {"Code": "fox"})
    assert "does not open this group" in wrong.text
    again = await ana.press(wrong, "Correct it")
    assert again.held["Code"] == "fox"
    assert "You are in" in (await ana.fill(again, {"Code": "OTTER-7"})).text
    ben = club.member("Ben")
    assert "You are in" in (await ben.slash("cohort join", cohort="Spring", code="otter-7")).text


REFUSED = [
    ({"Name": " "}, "needs a name"),
    ({"Name": "spring"}, "a group of that name already"),
    ({"First day": "Jun 1", "Last day": "May 1"}, "ends before it starts"),
    ({"Room for how many": "many"}, "give a number"),
    ({"Room for how many": "0"}, "room for one member"),
    ({"Room for how many": "²"}, "give a number"),
    ({"First day": "the ides"}, "can't read"),
]


async def test_what_makes_no_group_comes_back_with_what_was_typed(olga: Player) -> None:
    await create(olga)
    for number, (values, said) in enumerate(REFUSED):
        refused = await create(olga, **{"Name": "Autumn", **values})
        assert said in refused.text
        again = await olga.press(refused, "Correct it")
        for label, typed in values.items():
            assert again.held[label] == typed
        fixed = {"First day": "", "Last day": "", "Room for how many": ""}
        done = await olga.fill(again, {"Name": f"Autumn {number}", **fixed})
        assert "Here it is" in done.text


async def test_two_hundred_teams_are_too_many(olga: Player) -> None:
    card = await create(olga)
    names = "\n".join(f"Team {number}" for number in range(200))
    form = await olga.press(card, "Teams and role")
    refused = await olga.fill(form, {"Teams, one a line": names})
    assert "Those are 200 teams" in refused.text
    assert "Correct it" in refused.labels
    form = await olga.press(card, "Teams and role")
    assert "One team has nobody" in (await olga.fill(form, {"Teams, one a line": "Us"})).text


async def test_organisers_put_members_into_teams_by_hand(
    club: Club, olga: Player, ana: Player
) -> None:
    card = await create(olga)
    form = await olga.press(card, "Teams and role")
    hand = {"Teams, one a line": "Otters\nFoxes", "Who puts members into teams?": ["no"]}
    card = await olga.fill(form, hand)
    assert "Your team" not in (await ana.slash("cohort join")).text
    (group,) = await groups(club)
    ben = club.member("Ben")
    for who, said in ((ben, "not in that group"), (ana, "in **Foxes** now")):
        form = await olga.press(card, "Put into a team")
        done = await olga.fill(form, {"Who": [who.actor], "Into": [group.teams[1].key]})
        assert said in done.text


async def teams(olga: Player, card: Reply, names: str, **values: object) -> Reply:
    form = await olga.press(card, "Teams and role")
    return await olga.fill(form, {TEAMS: names, **values})


async def test_a_team_that_somebody_is_in_is_not_dropped(
    club: Club, olga: Player, ana: Player
) -> None:
    card = await teams(olga, await create(olga), "Otters\nFoxes")
    await ana.slash("cohort join")
    (before,) = await groups(club)
    refused = await teams(olga, card, "Foxes\nHares\nBears")
    assert "**Otters** has 1 member, so its line has to stay" in refused.text
    assert "**Put into a team**" in refused.text
    again = await olga.press(refused, "Correct it")
    assert again.held[TEAMS] == "Foxes\nHares\nBears"
    assert (await groups(club)) == [before]
    done = await teams(olga, card, "Bears\nOtters")
    assert "- Otters: 1" in done.text
    assert (await groups(club))[0].team(before.teams[0].key)
    assert "- Hares: 1" in (await teams(olga, card, "Bears\nHares")).text  # renamed in its line


async def test_a_team_that_plays_is_not_dropped_though_its_members_have_moved(
    club: Club, olga: Player, ana: Player
) -> None:
    card = await teams(olga, await create(olga), "Otters\nFoxes")
    await ana.slash("cohort join")
    (group,) = await groups(club)
    form = await olga.press(await preview(olga), "Board and pings")
    shown = await olga.fill(form, {"Who is ranked": ["teams"]})
    await olga.press(await olga.choose(shown, group.key), "Start it")
    await tick(club)
    await ana.press(latest(club), "Join")
    form = await olga.press(card, "Put into a team")
    await olga.fill(form, {"Who": [ana.actor], "Into": [group.teams[1].key]})
    refused = await teams(olga, card, "Foxes\nHares\nBears")
    assert "**Otters** plays in **Five talks in thirty days**" in refused.text
    assert [team.name for team in (await groups(club))[0].teams] == ["Otters", "Foxes"]


async def test_a_form_that_was_opened_before_drops_no_team_that_was_joined_since(
    club: Club, olga: Player, ana: Player
) -> None:
    card = await teams(olga, await create(olga), "Otters\nFoxes")
    early = await olga.press(card, "Teams and role")
    oscar = club.organiser("Oscar")
    shown = await oscar.press(await oscar.slash("organise cohort"), "Open")
    await teams(oscar, shown, "Hares\nOtters\nFoxes")
    await ana.slash("cohort join")
    assert "**Hares** has 1 member" in (await olga.fill(early, {})).text


async def test_who_joined_before_there_were_teams_is_dealt_into_them(
    club: Club, olga: Player, ana: Player
) -> None:
    card = await create(olga)
    for player in (ana, club.member("Ben"), club.member("Cy")):
        await player.slash("cohort join")
    by_hand = {"Who puts members into teams?": ["no"]}
    done = await teams(olga, card, "Otters\nFoxes", **by_hand)
    assert "- Otters: 0\n- Foxes: 0" in done.text
    done = await teams(olga, card, "Otters\nFoxes", **{"Who puts members into teams?": ["yes"]})
    assert "3 members had no team and are in one now" in done.text
    assert "- Otters: 2\n- Foxes: 1" in done.text
    assert "Your team is **Otters**" in (await ana.slash("cohort join")).text
    done = await teams(olga, done, "Otters\nFoxes\nHares")
    assert "had no team" not in done.text
    assert "- Hares: 0" in done.text


async def test_a_group_that_is_brought_back_needs_its_name_and_a_place(olga: Player) -> None:
    away = await olga.press(await create(olga), "Archive")
    await create(olga)
    refused = await olga.press(away, "Bring it back")
    assert "There is a group **Spring** already" in refused.text
    await olga.fill(await olga.press(away, "Change"), {"Name": "Spring 2025"})
    for number in range(MOST_COHORTS - 1):
        last = await create(olga, f"Group {number}")
    assert "There are 25 groups here" in (await olga.press(away, "Bring it back")).text
    await olga.press(last, "Archive")
    back = await olga.press(away, "Bring it back")
    assert "It is back" in back.text
    assert "It is back" in (await olga.press(away, "Bring it back")).text


async def test_an_archived_group_can_be_left(club: Club, olga: Player, ana: Player) -> None:
    role = club.guild.create_role("Spring")
    card = await teams(olga, await create(olga), "", **{"Role for who joins": [role]})
    await ana.slash("cohort join")
    await olga.press(card, "Archive")
    await create(olga)
    assert await ana.complete("cohort leave", "cohort", "") == ["Spring"]
    assert "You have left" in (await ana.slash("cohort leave", cohort="spring")).text
    assert role.id not in roles_of(club, ana)
    assert "not in that group" in (await ana.slash("cohort leave", cohort="spring")).text


async def test_of_many_groups_each_can_be_opened(club: Club, olga: Player) -> None:
    for number in range(MOST_COHORTS):
        card = await create(olga, f"Group {number}")
    await olga.press(card, "Archive")
    await create(olga, "Latest")
    (first,) = [one for one in await groups(club) if one.name == "Group 0"]
    shown = await olga.slash("organise cohort")
    assert [len(menu["options"]) for menu in menus_of(shown.message)] == [25, 1]
    assert "## Group 0" in (await olga.choose(shown, first.key)).text
    away = await olga.choose(shown, menus_of(shown.message)[1]["options"][0]["value"])
    assert "Bring it back" in away.labels


async def test_an_archived_group_is_joined_by_nobody_until_it_is_back(
    club: Club, olga: Player, ana: Player
) -> None:
    card = await create(olga)
    away = await olga.press(card, "Archive")
    assert "Archived" in away.text
    told = (await ana.slash("cohort join")).text
    assert "The groups of this server are over" in told
    assert "/organise cohort" in told
    assert await ana.complete("cohort join", "cohort", "") == []
    back = await olga.press(away, "Bring it back")
    assert "It is back" in back.text
    changed = await olga.fill(await olga.press(back, "Change"), {"Name": "Summer"})
    assert "Summer" in changed.text
    assert "You are in" in (await ana.slash("cohort join", cohort="Summer")).text
    assert len(await groups(club)) == 1


async def test_a_group_whose_days_are_over_is_not_offered_to_join(
    club: Club, olga: Player, ana: Player
) -> None:
    assert "There is no group" in (await ana.slash("cohort join")).text
    await create(olga, **{"Last day": "Mar 20"})
    await club.pass_days(30)
    assert "The groups of this server are over" in (await ana.slash("cohort join")).text
    await create(olga, "Summer")
    assert "You are in the group **Summer**" in (await ana.slash("cohort join")).text
    assert await ana.complete("cohort join", "cohort", "") == ["Summer"]
    over = await ana.slash("cohort join", cohort="Spring")
    assert "That group is over" in over.text


async def test_a_challenge_of_a_group_is_for_who_is_in_it(
    club: Club, olga: Player, ana: Player
) -> None:
    await create(olga)
    (group,) = await groups(club)
    shown = await olga.choose(await preview(olga), group.key)
    assert "Nobody is in Spring yet" in shown.text
    await ana.slash("cohort join")
    shown = await olga.choose(await preview(olga), group.key)
    assert "the group Spring (1)" in shown.text
    await olga.press(shown, "Start it")
    await tick(club)
    ben = club.member("Ben")
    refused = await ben.press(latest(club), "Join")
    assert "is for the group Spring" in refused.text
    assert "You are in" in (await ana.press(latest(club), "Join")).text


async def test_teams_need_a_group_with_teams(club: Club, olga: Player, ana: Player) -> None:
    await create(olga)
    await ana.slash("cohort join")
    (group,) = await groups(club)
    shown = await preview(olga, "ready-before-we-talk")
    assert "Teams belong to a group" in shown.text
    shown = await olga.choose(shown, group.key)
    assert "has no teams yet" in shown.text


async def test_who_is_no_organiser_cannot_press_their_buttons(
    club: Club, olga: Player, ana: Player
) -> None:
    await create(olga)
    (group,) = await groups(club)
    channel = club.bot.get_partial_messageable(club.channel.id)
    for press in (NEW, *presses(group.key)):
        message = await channel.send(view=buttons(((press,),)))
        refused = await ana.press(message, press.label)
        assert "for the club's organisers" in refused.text, press.id


def presses(key: str) -> list[Press]:
    verbs = ("open", "edit", "teams", "into", "archive")
    return [Press("y", key, verb, verb, arg="yes" if verb == "archive" else "") for verb in verbs]


async def test_groups_belong_to_servers(club: Club, ana: Player) -> None:
    with pytest.raises(Exception, match="cohort"):
        await club.in_dm(ana).slash("cohort join")


async def test_of_several_groups_one_is_chosen(club: Club, olga: Player, ana: Player) -> None:
    await create(olga)
    await create(olga, "Autumn", **{"Code to join": "fox"})
    by_name = {group.name: group.key for group in await groups(club)}
    asked = await ana.slash("cohort join")
    assert "Which group is yours?" in asked.text
    assert "group **Spring**" in (await ana.choose(asked, by_name["Spring"])).text
    form = await ana.choose(asked, by_name["Autumn"])
    assert form.title == "Join Autumn"

"""How members take part: under which name, what is kept of it, leaving, and coming back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.client import PERMISSIONS
from bot.club.taking_part import Shown
from bot.rules.scoring import CAPS, Measure
from bot.storage.models import Participation
from tests.cogs.playing import Club, Player
from tests.cogs.test_challenges import olga, preview, start, talk, tick
from tests.cogs.test_cohorts import allow

__all__ = ["olga"]

TITLE = "Five talks in thirty days"
COUNTING = datetime(2026, 4, 3, 15, tzinfo=UTC)
OVER = datetime(2026, 4, 7, 15, tzinfo=UTC)


async def reach(club: Club, when: datetime) -> None:
    """Let time pass, and the bot say what it has to."""
    await club.pass_time(when)
    await tick(club)


async def kept(club: Club, player: Player) -> tuple[str, str | None]:
    """Read how a member stands on the board, and the name that is kept for it."""
    columns = select(Participation.shown, Participation.name)
    async with club.bot.db.read() as session:
        rows = await session.execute(columns.where(Participation.owner_id == player.user.id))
        row = rows.one()
    return row.shown, row.name


def call(club: Club, player: Player, nick: str) -> None:
    """Give a member another name on the server."""
    club.env.backend.get_guild(club.guild.id).members[player.user.id].nick = nick


# --- leaving and coming back ---------------------------------------------------------


async def test_who_leaves_while_it_still_counts_comes_back_with_all_until_the_board_is_final(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    await ana.press(post, "Join")
    await talk(ana, "Rosa Vega")
    await reach(club, COUNTING)
    before = await ana.press(post, "Board")
    assert "3 points" in before.text
    left = await ana.press(await ana.press(before, "How I am shown"), "Leave")
    assert "until the board is final" in left.text
    assert "3 points" not in (await ana.press(post, "Board")).text
    back = await ana.press(left, "Join again")
    assert "You are in" in back.text
    assert (await ana.press(post, "Board")).text == before.text
    ben = club.member("Ben")
    assert "is over" in (await ben.press(post, "Join")).text
    await ana.press(back, "Leave")
    await reach(club, OVER)
    assert "is over" in (await ana.press(left, "Join again")).text


# --- names ---------------------------------------------------------------------------


async def test_a_name_is_kept_only_for_as_long_as_its_owner_shows_it(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    joined = await ana.press(post, "Join")
    assert await kept(club, ana) == (Shown.ALIAS, None)
    for label, now in (
        ("Hidden", (Shown.HIDDEN, None)),
        ("Under my name", (Shown.NAME, "Ana")),
        ("Under another name", (Shown.ALIAS, None)),
    ):
        await ana.press(joined, label)
        assert await kept(club, ana) == now, label


async def test_who_shows_their_name_in_one_challenge_has_none_kept_for_another(
    club: Club, olga: Player, ana: Player
) -> None:
    await ana.press(await start(club, olga), "Join")
    joined = await ana.press(await start(club, olga, "keep-it-warm"), "Join")
    await ana.press(joined, "Under my name")
    columns = select(Participation.shown, Participation.name)
    async with club.bot.db.read() as session:
        rows = await session.execute(columns.where(Participation.owner_id == ana.user.id))
        found = {(row.shown, row.name) for row in rows.all()}
    assert found == {(Shown.ALIAS, None), (Shown.NAME, "Ana")}


async def test_a_name_chosen_in_the_dm_is_the_one_on_the_server_and_stays_it_after_a_leave(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    await ana.press(await ana.press(post, "Join"), "Write to me")
    call(club, ana, "Annie")
    for day in (30, 31):
        await reach(club, datetime(2026, 3, day, 23, 30, tzinfo=UTC))
    home = club.in_dm(ana)
    mine = await home.press(await home.press(ana.dm, "Board"), "How I am shown")
    named = await home.press(mine, "Under my name")
    assert "your own name" in named.text
    assert await kept(club, ana) == (Shown.NAME, "Annie")
    left = await home.press(named, "Leave")
    assert "You are in" in (await home.press(left, "Join again")).text
    assert "1\\. Annie · 0 points" in (await ana.press(post, "Board")).text
    there = f"/guilds/{club.guild.id}/members/*"
    club.env.inject_error("GET", there, status=403, code=50001, message="Missing Access")
    again = await home.press(named, "Under my name")
    assert "can't see your name" in again.text
    assert await kept(club, ana) == (Shown.NAME, "Annie")


async def test_privacy_says_what_is_kept_of_challenges(ana: Player) -> None:
    said = await ana.slash("privacy")
    assert "Groups and challenges" in said.text
    assert "your own if you chose to show it" in said.text


async def test_who_goes_from_their_name_to_another_reads_that_some_may_guess(
    club: Club, olga: Player, ana: Player
) -> None:
    joined = await ana.press(await start(club, olga), "Join")
    warning = "Those who saw your name there may guess"
    assert warning not in joined.text
    assert "nobody can trace" not in joined.text
    named = await ana.press(joined, "Under my name")
    assert warning not in named.text
    again = await ana.press(named, "Under another name")
    assert "a name drawn for you" in again.text
    assert warning in again.text


# --- the final board -----------------------------------------------------------------


async def test_who_hides_on_the_final_board_reads_so_and_the_others_read_one_unseen(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    ben = club.member("Ben")
    for player in (ana, ben):
        await player.press(post, "Join")
        await talk(player, "Rosa Vega")
    await reach(club, OVER)
    final = await ana.press(post, "Board")
    assert "**You, as " in final.text
    hidden = await ana.press(final, "Hide me")
    assert "posted" in hidden.text  # the post in the channel is not written anew
    own = await ana.press(hidden, "Board")
    assert "**You**: place 1, 3 points (only you see your place" in own.text
    assert "Hide me" not in own.labels
    others = await ben.press(post, "Board")
    for shown in (own, others):
        assert "2 take part, 1 of them unseen." in shown.text
    assert "Hide me" in others.labels


async def test_a_typed_title_finds_the_newest_challenge_of_that_name_that_is_over(
    club: Club, olga: Player, ana: Player
) -> None:
    await ana.press(await start(club, olga), "Join")
    await reach(club, OVER)
    await start(club, olga)
    await club.pass_days(40)
    await tick(club)
    for given in ({"season": TITLE}, {"challenge": TITLE.upper()}):
        said = (await ana.slash("challenge standings", **given)).text
        assert "It ended on Wednesday, 6 May. This is the final board." in said, given
    await start(club, olga)
    assert "It runs until" in (await ana.slash("challenge standings", challenge=TITLE)).text
    season = await ana.slash("challenge standings", season=TITLE)
    assert "It ended on Wednesday, 6 May" in season.text
    for command in ("challenge join", "challenge leave"):
        assert "not here any more" not in (await ana.slash(command, challenge=TITLE)).text
    gone = await ana.slash("challenge standings", season="Nonsense")
    assert "not here any more" in gone.text


# --- what is promised and what counts ------------------------------------------------


@pytest.mark.parametrize("shape", ["members", "teams", "club"])
async def test_a_role_is_promised_to_winners_only_where_members_can_show_their_name(
    club: Club, olga: Player, shape: str
) -> None:
    role = club.guild.create_role("Champion")
    allow(club, PERMISSIONS)  # to give roles is not among them
    form = await olga.press(await preview(olga), "Board and pings")
    values: dict[str, Any] = {"Role for the winners": [role], "Who is ranked": [shape]}
    shown = await olga.fill(form, {**values, "The goal, in points": "50"})
    can_win = shape == "members"
    assert ("**Winners get** <@&" in shown.text) == can_win
    assert ("**Nobody gets** <@&" in shown.text) != can_win
    assert ("Manage Roles" in shown.text) == can_win


async def test_who_did_more_than_counts_reads_it_on_their_own_board(
    club: Club, olga: Player, ana: Player
) -> None:
    post = await start(club, olga)
    ben = club.member("Ben")
    for player in (ana, ben):
        await player.press(post, "Join")
    more = "You did more than counts here"
    for name in ("Rosa Vega", "Karl Boe", "Mia Chen"):
        assert more not in (await ana.press(post, "Board")).text
        await talk(ana, name)
    board = await ana.press(post, "Board")
    assert "2 × people you talked to" in board.text
    assert more in board.text
    assert more not in (await ben.press(post, "Board")).text
    await reach(club, OVER)
    assert more in (await ana.press(post, "Board")).text
    assert CAPS[Measure.TALKS] == (2, 3, 4)
    said = await ana.slash("help", topic="challenges")
    assert "At most two talks count for one day and four for a week" in said.text

"""How members take part: under which name, what is kept of it, leaving, and coming back."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from bot.storage.models import Participation
from tests.cogs.playing import Club, Player
from tests.cogs.test_challenges import olga, start, talk, tick

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

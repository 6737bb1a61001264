"""Setting up a club: its time zone, and the Start post in this channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import discord

from bot.club.settings import Boards, Club, find_club, place_boards, set_up_club
from bot.errors import UserError
from bot.notebook.profile import list_on_club_zone, plan_all_anew
from bot.rules.presses import Press, menu
from bot.rules.zones import COMMON_ZONES, find_zone, say_zone
from cogs._ui.cards import Card
from cogs._ui.feature import on_form, on_press
from cogs._ui.forms import ChoiceField, Filled, Form, PickField, TextField
from cogs._ui.replies import show
from cogs.organise.places import (
    IN_NEWS,
    IN_ORGANISERS,
    check_channel,
    is_gone,
    organised,
    place,
    say_lacking,
    without_gone,
)
from cogs.organise.posting import BUTTONS, ROLES, PostCog

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS = (9, 12, 18)
_BOARD_TIMES = tuple(
    (f"{weekday}.{hour * 60}", f"{day}, {hour}:00")
    for weekday, day in enumerate(_DAYS)
    for hour in _HOURS
)
CLUB = Form(
    "club",
    "Set up your club",
    (
        ChoiceField(
            "zone",
            "The club's time zone",
            tuple((zone, cities) for cities, zone in COMMON_ZONES),
            "It holds for each member until they give their own",
        ),
        TextField("city", "Or type a city", "The nearest big one, if yours is not in the list"),
        PickField(
            "news", "Where are challenges announced?", "channel", "None: where you start them"
        ),
        PickField(
            "organisers",
            "Where do organisers read?",
            "channel",
            "For reports, and for members' questions to you. None: neither",
        ),
        ChoiceField("board", "When are weekly boards posted?", _BOARD_TIMES),
    ),
)


class SettingUp(PostCog):
    """What sets up a club."""

    @on_form(CLUB)
    async def club_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store the zone, put up the Start post, and say how others get this command."""
        guild_id = place(interaction)
        typed = filled.get("city") or filled.get("zone")
        if not typed:
            raise UserError("Pick the club's time zone from the list, or type a big city in it.")
        zone = find_zone(typed, field_name="city")
        before = await self.bot.db.load(find_club, guild_id)
        there = without_gone(interaction, before)
        boards = _boards(interaction, filled, before)
        await interaction.response.defer(ephemeral=True, thinking=True)
        by = self.by(interaction)
        guild = interaction.guild
        async with self.bot.db.write() as session:
            await set_up_club(session, guild_id, zone=zone, set_up_by=by.member_id, now=by.now)
            name = guild.name if guild else ""
            await place_boards(session, guild_id, boards, name=name, now=by.now)
        if before.zone != zone:
            await self._plan_members(guild_id, before.zone or "UTC", by.now)
        where, old = await self.put_up(interaction, before)
        text = (
            f"{where} Members press **Start** on it; I answer each "
            f"of them privately.\nThe club's clock is {say_zone(zone)}, until a member gives "
            f"their own. {old}\n{say_boards(boards)}\n{_say_cleared(there, boards)}"
            f"{_say_gone(interaction, before, boards)}{_say_closed(interaction, boards)}{ROLES}"
        )
        await show(interaction, Card(text, rows=(BUTTONS, _put_back(there, boards))))

    @on_press("m", "boards_back")
    async def menu_boards_back(self, interaction: discord.Interaction, press: Press) -> None:
        """Choose the channels again that the last setup cleared."""
        guild_id, now = organised(interaction), self.bot.clock.now()
        news, desk = (int(one) or None for one in press.arg.split("."))
        if news:
            check_channel(interaction, news, IN_NEWS)
        if desk:
            check_channel(interaction, desk, IN_ORGANISERS)
        async with self.bot.db.write() as session:
            club = await find_club(session, guild_id)
            boards = Boards(
                news or club.news_channel_id,
                desk or club.organiser_channel_id,
                club.board_weekday,
                club.board_minute,
            )
            await place_boards(session, guild_id, boards, name=club.name or "", now=now)
        await show(interaction, Card(say_boards(boards), rows=(BUTTONS,)))

    async def _plan_members(self, guild_id: int, was: str, now: datetime) -> None:
        members = await self.bot.db.load(list_on_club_zone, guild_id)
        for member_id in members:
            await self.bot.db.store(plan_all_anew, member_id, was=was, now=now)


def _boards(interaction: discord.Interaction, filled: Filled, before: Club) -> Boards:
    """Read the channels and the board day; a channel that was emptied is none from now on.

    One that stood there before is not what stops another change: if it was closed to me, the reply
    says so, and if it was deleted, it is none, too.
    """
    news = _picked(interaction, filled.get("news"), before.news_channel_id, IN_NEWS)
    desk = _picked(
        interaction, filled.get("organisers"), before.organiser_channel_id, IN_ORGANISERS
    )
    weekday, _, minute = filled.get("board").partition(".")
    return Boards(
        news_channel_id=news,
        organiser_channel_id=desk,
        weekday=int(weekday) if weekday else before.board_weekday,
        minute=int(minute) if minute else before.board_minute,
    )


def _picked(
    interaction: discord.Interaction,
    filled: str,
    before: int | None,
    needed: tuple[tuple[str, str], ...],
) -> int | None:
    channel_id = int(filled) if filled else None
    if channel_id is not None and channel_id != before:
        check_channel(interaction, channel_id, needed)
    return None if is_gone(interaction, channel_id) else channel_id


def say_gone(interaction: discord.Interaction, club: Club) -> list[str]:
    """Say which of a club's channels were deleted, and what waits until there is another."""
    lines: list[str] = []
    if is_gone(interaction, club.news_channel_id):
        lines.append(
            "The channel where challenges are announced was deleted. What they have to say waits "
            "until you choose another one with **/organise setup**."
        )
    if is_gone(interaction, club.organiser_channel_id):
        lines.append(
            "The channel where organisers read was deleted. Choose another one with "
            "**/organise setup**."
        )
    return lines


def _say_gone(interaction: discord.Interaction, before: Club, boards: Boards) -> str:
    """Say the same of those in whose place no other was chosen."""
    unreplaced = replace(
        before,
        news_channel_id=None if boards.news_channel_id else before.news_channel_id,
        organiser_channel_id=None if boards.organiser_channel_id else before.organiser_channel_id,
    )
    return "".join(f"⚠ {line}\n" for line in say_gone(interaction, unreplaced))


def say_closed(interaction: discord.Interaction, boards: Boards) -> list[str]:
    """Say in which of the channels I may not do all that I need."""
    places = ((boards.news_channel_id, IN_NEWS), (boards.organiser_channel_id, IN_ORGANISERS))
    said = [say_lacking(interaction, one, needed) for one, needed in places if one]
    return [line for line in said if line]


def _say_closed(interaction: discord.Interaction, boards: Boards) -> str:
    mend = "Open that channel's Edit Channel → Permissions, add my role, and allow that."
    return "".join(f"⚠ {line}. {mend}\n" for line in say_closed(interaction, boards))


def _cleared(before: Club, boards: Boards) -> tuple[int | None, int | None]:
    """Give the channels that are not chosen any more."""
    news = None if boards.news_channel_id else before.news_channel_id
    desk = None if boards.organiser_channel_id else before.organiser_channel_id
    return news, desk


def _say_cleared(before: Club, boards: Boards) -> str:
    """Say what stops with a channel that was emptied; "" when none was."""
    news, desk = _cleared(before, boards)
    lines = [
        news
        and f"No channel for announcements any more: new challenges are posted where you start "
        f"them. Those that are open go on in <#{news}>.",
        desk
        and f"I write nothing into <#{desk}> any more: no reports at the end of a challenge, no "
        "questions from members, no word when a post finds no way.",
    ]
    return "".join(f"{line}\n" for line in lines if line)


def _put_back(before: Club, boards: Boards) -> tuple[Press, ...]:
    news, desk = _cleared(before, boards)
    if news is None and desk is None:
        return ()
    return (menu("boards_back", "Put it back", arg=f"{news or 0}.{desk or 0}"),)


def held_boards(club: Club) -> dict[str, str]:
    """Give what the form is filled in with."""
    return {
        "news": str(club.news_channel_id or ""),
        "organisers": str(club.organiser_channel_id or ""),
        "board": f"{club.board_weekday}.{club.board_minute}",
    }


def say_boards(boards: Boards) -> str:
    """Say where challenges are announced and when boards are posted."""
    hour, minute = divmod(boards.minute, 60)
    when = f"{_DAYS[boards.weekday]}s at {hour}:{minute:02}"
    where = f"in <#{boards.news_channel_id}>" if boards.news_channel_id else "where you start them"
    organisers = (
        f"Reports and members' questions go to <#{boards.organiser_channel_id}>."
        if boards.organiser_channel_id
        else "Organisers have no channel yet: members can't ask them through me."
    )
    return f"Challenges are announced {where}, their boards on {when}. {organisers}"

"""Changing a challenge on its way: its words, its end, who stands on the board."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import discord

from bot.club.boards import list_lines
from bot.club.challenges import (
    ChallengeFacts,
    access_challenge,
    access_open,
    cancel_challenge,
    edit_challenge,
    end_early,
    extend_challenge,
)
from bot.club.posts import say_day
from bot.club.settings import Club, find_club
from bot.club.taking_part import count_joined, exclude
from bot.club.timeline import Change, opens_at
from bot.content import Content, plain_text
from bot.dispatcher.announcing import announce_change
from bot.rules.presses import Press
from bot.rules.when import read_date
from cogs._ui.cards import WARNING, Card
from cogs._ui.clubs import club_day
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.replies import show
from cogs._ui.starting_cards import EXTEND, WORDS, lines_card, manage_card
from cogs.organise.places import organised

_ENDS_TODAY = (
    "It ends today. Thank-yous and notes count for three more days, then the final board is posted."
)

_OFF = "That line is off the board. Whoever it is reads so there; I wrote to nobody."
_ON_AGAIN = "That line stands on the board again."


class Managing(FeatureCog):
    """What organisers do while a challenge runs."""

    @on_press("g", "manage")
    async def challenge_manage(self, interaction: discord.Interaction, press: Press) -> None:
        """Show what can be changed."""
        await self._show_managed(interaction, await self._challenge(interaction, press.key))

    async def _challenge(self, interaction: discord.Interaction, key: str) -> ChallengeFacts:
        return await self.bot.db.load(access_challenge, organised(interaction), key)

    async def _show_managed(
        self, interaction: discord.Interaction, challenge: ChallengeFacts, head: str = ""
    ) -> None:
        club = await self.bot.db.load(find_club, challenge.guild_id)
        today = club_day(club, self.bot.clock.now())
        await show(interaction, manage_card(self.bot.content, challenge, today=today, head=head))

    @on_press("g", "words")
    async def challenge_words(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the form of its words."""
        challenge = await self._challenge(interaction, press.key)
        values = {"title": challenge.title, "text": challenge.text}
        await open_form(interaction, WORDS, subject=press.key, values=values)

    @on_form(WORDS)
    async def words_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Take its words; posts that are up stay as they are."""
        challenge = await self.bot.db.store(
            edit_challenge,
            organised(interaction),
            filled.subject,
            title=filled.get("title"),
            text=filled.get("text"),
        )
        head = "Changed. What is posted already stays as it was; later posts have the new title."
        await self._show_managed(interaction, challenge, head)

    @on_press("g", "extend")
    async def challenge_extend(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask until when it goes on."""
        challenge = await self._challenge(interaction, press.key)
        values = {"ends": challenge.ends_on.isoformat()}
        await open_form(interaction, EXTEND, subject=press.key, values=values)

    @on_form(EXTEND)
    async def extend_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Let it end later."""
        challenge, is_told = await self.bot.db.store(
            _extend,
            self.bot.content,
            organised(interaction),
            filled.subject,
            filled.get("ends"),
            now=self.bot.clock.now(),
        )
        text = f"It goes on until {say_day(challenge.ends_on)}. The weekly boards follow."
        head = f"{text} {_say_told(challenge, is_told=is_told)}"
        await self._show_managed(interaction, challenge, head)

    @on_press("g", "end")
    async def challenge_end(self, interaction: discord.Interaction, press: Press) -> None:
        """End it today, or call it off; asks once."""
        guild_id, now = organised(interaction), self.bot.clock.now()
        if not press.arg:
            await show(interaction, await self.bot.db.load(_sure_card, guild_id, press.key, now))
            return
        is_off = press.arg == "off"
        ended, is_told = await self.bot.db.store(
            _end, self.bot.content, guild_id, press.key, is_off=is_off, now=now
        )
        if ended.cancelled_at is None:
            head = f"{_ENDS_TODAY} {_say_told(ended, is_told=is_told)}"
        else:
            joined = await self.bot.db.load(count_joined, ended.key)
            head = _say_off(ended, joined, is_told=is_told)
        await self._show_managed(interaction, ended, head)

    @on_press("g", "off")
    async def challenge_off(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask which line comes off the board, page by page."""
        page = int(press.arg) if press.arg.isdigit() else 0
        await self._show_lines(interaction, press.key, page=page, in_place=bool(press.arg))

    @on_press("g", "take_off", "put_back")
    async def challenge_line(self, interaction: discord.Interaction, press: Press) -> None:
        """Take a line off the board, or put it back."""
        is_off = press.verb == "take_off"
        now = self.bot.clock.now() if is_off else None
        await self.bot.db.store(exclude, organised(interaction), press.key, line=press.arg, now=now)
        await self._show_lines(interaction, press.key, head=_OFF if is_off else _ON_AGAIN)

    async def _show_lines(
        self,
        interaction: discord.Interaction,
        key: str,
        *,
        page: int = 0,
        head: str = "",
        in_place: bool = True,
    ) -> None:
        found = await self.bot.db.load(_lines, organised(interaction), key, page)
        await show(interaction, lines_card(*found, head=head), in_place=in_place)


async def _lines(session: Any, guild_id: int, key: str, page: int) -> Any:
    return await list_lines(session, await access_open(session, guild_id, key), page=page)


async def _sure_card(session: Any, guild_id: int, key: str, now: datetime) -> Card:
    """Ask once, and say what would follow as things stand."""
    challenge = await access_open(session, guild_id, key)
    club = await find_club(session, guild_id)
    said = "" if challenge.channel_id is None else "I say so in its channel, "
    off = f"{said}nothing more is posted, and no board is kept."
    choices = [_choice(key, "off")]
    if not _is_open(challenge, club, now):
        text = "It has not been announced yet. Call it off? Then nothing of it is posted."
        choices = [_choice(key, "off", "Yes, call it off")]
    elif club_day(club, now) < challenge.ends_on:
        text = (
            "End it now? Then today is its last day, what members did stays, and the final board "
            f"comes once thank-yous and notes are in.\nOr call it off: {off}"
        )
        choices.insert(0, _choice(key, "yes", "Yes, end it"))
    else:
        text = f"Its last day is today or over, so it ends by itself. Or call it off: {off}"
    row = (*choices, Press("g", key, "manage", "No"))
    return Card(f"**{plain_text(challenge.title)}**: {text}", rows=(row,), colour=WARNING)


def _choice(key: str, arg: str, label: str = "Call it off") -> Press:
    return Press("g", key, "end", label, "danger", arg=arg)


def _is_open(challenge: ChallengeFacts, club: Club, now: datetime) -> bool:
    return now >= opens_at(challenge.window, club, created_at=challenge.created_at)


def _say_told(challenge: ChallengeFacts, *, is_told: bool) -> str:
    """Say where the club hears of the other end, or that it does not."""
    if is_told:
        return f"I say so in <#{challenge.channel_id}>."
    return "I post nothing about it, for the challenge has not been opened in a channel yet."


def _say_off(challenge: ChallengeFacts, joined: int, *, is_told: bool) -> str:
    """Say that it is called off, and who hears it from whom."""
    who = "1 member had joined" if joined == 1 else f"{joined} members had joined"
    if is_told:
        had = f"{who}." if joined else "Nobody had joined."
        return f"It is called off, and I say so in <#{challenge.channel_id}>. {had}"
    had = f"{who}, and I told nobody: please do." if joined else "Nobody had joined."
    return f"It is called off: nothing is posted. {had}"


async def _extend(
    session: Any, content: Content, guild_id: int, key: str, typed: str, *, now: datetime
) -> tuple[ChallengeFacts, bool]:
    club = await find_club(session, guild_id)
    ends_on = read_date(typed, now=now, zone=club.zone or "UTC", field_name="ends")
    new = await extend_challenge(session, club, key, ends_on=ends_on, now=now)
    return new, await announce_change(session, content, club, new, Change.EXTENDED, now=now)


async def _end(
    session: Any, content: Content, guild_id: int, key: str, *, is_off: bool, now: datetime
) -> tuple[ChallengeFacts, bool]:
    club = await find_club(session, guild_id)
    if is_off or not _is_open(await access_open(session, guild_id, key), club, now):
        new, change = await cancel_challenge(session, guild_id, key, now=now), Change.CALLED_OFF
    else:
        new, change = await end_early(session, club, key, now=now), Change.ENDED
    return new, await announce_change(session, content, club, new, change, now=now)

"""The organisers' report, and members' questions to the organisers."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

import discord

from bot.client import RapportBot
from bot.club.challenges import ChallengeFacts, access_challenge, list_challenges
from bot.club.report import Report, read_report
from bot.club.settings import Club, find_club
from bot.content import plain_text
from bot.errors import UserError
from bot.notebook.members import find_member
from bot.notebook.unfinished import drop_unfinished_of
from bot.pictures.rasterising import Rasteriser
from bot.rules.presses import Press
from cogs._ui.cards import Card
from cogs._ui.drawing import report_file
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import ChoiceField, Filled, Form, TextField, open_form
from cogs._ui.replies import say, show
from cogs._ui.report_card import report_card, reports_card
from cogs.organise.places import guild_of, organised

LETTER = Form(
    "letter",
    "Ask an organiser",
    (
        TextField("text", "Your question", max_length=1500, long=True, required=True),
        ChoiceField(
            "name",
            "With your name?",
            (("yes", "Yes, so that they can answer me"), ("no", "No, without my name")),
            "Without it they can only answer to everybody",
            required=True,
        ),
    ),
)
_NO_DESK = (
    "Your organisers have not told me yet where they read. Ask them on the server; "
    "they choose their channel with **/organise setup**."
)
_NO_CLUB = (
    "I can't tell here which club is yours. Open **/help** on your server, and press "
    "**Ask an organiser** there."
)
_CLOSED_DESK = (
    "I may not write where your organisers read, so your question is not sent. "
    "Ask them on the server, and tell them to run **/organise setup**."
)


class Reporting(FeatureCog):
    """What organisers read."""

    def __init__(self, bot: RapportBot) -> None:
        super().__init__(bot)
        self._rasteriser = Rasteriser()
        self._letters_on = date.min
        self._letters = Counter[int]()

    async def show_report(self, interaction: discord.Interaction, ref: str | None) -> None:
        """Show the report of a challenge; of several, ask which."""
        guild_id = guild_of(interaction)
        if ref:
            await self._show_report(interaction, guild_id, ref)
            return
        found = await self.list_all(interaction)
        if not found:
            raise UserError("There was no challenge here yet: **/organise challenge** starts one.")
        if len(found) == 1:
            await self._show_report(interaction, guild_id, found[0].key)
        else:
            await show(interaction, reports_card(found))

    async def list_all(self, interaction: discord.Interaction) -> list[ChallengeFacts]:
        """List every challenge of this server, the latest first."""
        guild_id = interaction.guild_id or 0
        found = await self.bot.db.load(list_challenges, guild_id, with_closed=True)
        return [one for one in found if one.cancelled_at is None]

    @on_press("g", "report")
    async def challenge_report(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the report from a card."""
        await self._show_report(interaction, organised(interaction), press.key)

    async def _show_report(self, interaction: discord.Interaction, guild_id: int, ref: str) -> None:
        report = await self.bot.db.load(_report, guild_id, ref, now=self.bot.clock.now())
        await show(interaction, report_card(report))

    @on_press("g", "report_picture")
    async def challenge_report_picture(
        self, interaction: discord.Interaction, press: Press
    ) -> None:
        """Give the report as a picture of one page."""
        guild_id = organised(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        async with self.bot.db.read() as session:
            club = await find_club(session, guild_id)
            report = await _report(session, guild_id, press.key, now=self.bot.clock.now())
        file = await report_file(self._rasteriser, club, report)
        await say(interaction, "The report on one page.", file=file)

    @on_press("m", "letter")
    async def menu_letter(self, interaction: discord.Interaction, _: Press) -> None:
        """Ask what a member wants to know from their organisers."""
        await self._desk(interaction)
        await open_form(interaction, LETTER, values={"name": "yes"})

    def _count(self, member_id: int) -> None:
        """Let nobody flood the organisers: a few letters a day, counted in memory alone."""
        today = self.bot.clock.now().date()
        if self._letters_on != today:
            self._letters_on, self._letters = today, Counter[int]()
        self._letters[member_id] += 1
        if self._letters[member_id] > _LETTERS:
            raise UserError("That is a lot for one day. Please send this one tomorrow.")

    async def _desk(self, interaction: discord.Interaction) -> int:
        """Find the organisers' channel of this server, or of the member's club in a DM."""
        club = await self.bot.db.load(_club_of, interaction.user.id, self.by(interaction).guild_id)
        if club is None:
            raise UserError(_NO_CLUB)
        if club.organiser_channel_id is None:
            raise UserError(_NO_DESK)
        return club.organiser_channel_id

    @on_form(LETTER)
    async def letter_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Put a question into the organisers' channel, with the name or without."""
        desk, is_named = await self._desk(interaction), filled.get("name") == "yes"
        user = interaction.user
        who = f"<@{user.id}> ({plain_text(user.display_name)}) asks" if is_named else _NAMELESS
        letter = _letter(who, filled.get("text"))
        self._count(user.id)
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            await self.bot.get_partial_messageable(desk).send(letter)
        except (discord.Forbidden, discord.NotFound) as error:
            raise UserError(_CLOSED_DESK) from error
        # What was refused before it names the sender, so it goes as soon as the question stands.
        await self.bot.db.store(drop_unfinished_of, user.id, LETTER.name)
        end = (
            "with your name. They answer you on the server."
            if is_named
            else "without your name. I don't keep that it was you, so watch the server for an "
            "answer to everybody."
        )
        await show(interaction, Card(f"Your question stands in your organisers' channel, {end}"))


_LETTERS = 5
_NAMELESS = "A member asks, without their name"
_MESSAGE = 2000  # characters that Discord takes


def _letter(who: str, text: str) -> str:
    """Quote a question; raises UserError if it would be cut, for its end is often what is asked."""
    lines = "\n".join(f"> {line}" for line in plain_text(text).splitlines())
    letter = f"{who}:\n{lines}"
    if len(letter) > _MESSAGE:
        raise UserError(
            "That does not fit into one message: signs such as * and _ and each new line take more "
            f"room than they show. Please shorten it by about {len(letter) - _MESSAGE} characters."
        )
    return letter


async def _report(session: Any, guild_id: int, ref: str, *, now: datetime) -> Report:
    return await read_report(session, await access_challenge(session, guild_id, ref), now=now)


async def _club_of(session: Any, member_id: int, guild_id: int | None) -> Club | None:
    club_id = guild_id or (await find_member(session, member_id, guild_id=None)).guild_id
    return await find_club(session, club_id) if club_id else None

"""Challenges as members meet them: Join, the board, how they are shown, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import discord
from discord import app_commands

from bot.client import RapportBot, is_private
from bot.club.boards import Whole, hide_from_final, read_board, read_whole
from bot.club.challenges import ChallengeFacts, State, find_titled, list_challenges, list_seasons
from bot.club.posts import plain_board
from bot.club.report import answer_question
from bot.club.settings import Club, find_club
from bot.club.sharing import Shared
from bot.club.standings import Board
from bot.club.taking_part import (
    PartFacts,
    Shown,
    access_part,
    access_seen,
    choose_showing,
    find_part,
    join_challenge,
    leave_challenge,
    list_joined,
    renew_name,
)
from bot.club.timeline import challenge_of_delivery
from bot.content import plain_text
from bot.errors import UserError
from bot.notebook.changes import Actor
from bot.notebook.members import MemberFacts, ensure_member, find_member
from bot.pictures.rasterising import Rasteriser
from bot.rules.presses import Press
from cogs._ui.cards import Card
from cogs._ui.challenge_cards import (
    board_button,
    board_card,
    challenges_card,
    part_card,
    question_card,
    what_counts,
)
from cogs._ui.clubs import club_day, guild_of
from cogs._ui.drawing import board_file
from cogs._ui.feature import FeatureCog, on_press
from cogs._ui.replies import say, show

_NONE_OPEN = (
    "No challenge is open here now. Your organisers start one with **/organise challenge**."
)
_NAME_UNSEEN = (
    "I can't see your name on the server now; nothing was changed. Press **Board** and "
    "**How I am shown** there."
)
_CLOSED = "That challenge is closed. **Hide me** under its board takes you off it."


@dataclass(frozen=True)
class _Look:
    """What one look at a challenge reads."""

    challenge: ChallengeFacts
    club: Club
    part: PartFacts | None


@dataclass(frozen=True)
class _Mine:
    """A member's part in a challenge, and what their card needs."""

    challenge: ChallengeFacts
    part: PartFacts
    member: MemberFacts
    club: Club


class Challenges(FeatureCog):
    """What members do in challenges."""

    def __init__(self, bot: RapportBot) -> None:
        super().__init__(bot)
        self._rasteriser = Rasteriser()
        self._boards = Shared[Whole]()

    challenge = app_commands.Group(
        name="challenge",
        description="Your club's challenges",
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=False, private_channel=False
        ),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @challenge.command(name="join", description="Take part in a challenge of this server")
    @app_commands.describe(challenge="Which one")
    async def challenge_join(
        self, interaction: discord.Interaction, challenge: str | None = None
    ) -> None:
        """Join the one that is named, or the only one that is open."""
        found = await self._pick(interaction, challenge, verb="join")
        if found:
            await self._join(interaction, found)

    @challenge.command(name="leave", description="Leave a challenge: your line goes off the board")
    @app_commands.describe(challenge="Which one")
    async def challenge_leave(
        self, interaction: discord.Interaction, challenge: str | None = None
    ) -> None:
        """Leave the one that is named, or the only one."""
        found = await self._pick(interaction, challenge, verb="leave")
        if found:
            await self._leave(interaction, guild_of(interaction), found)

    @challenge.command(name="standings", description="The board of a challenge, as it stands now")
    @app_commands.describe(challenge="One that is open", season="One that is over")
    async def challenge_standings(
        self,
        interaction: discord.Interaction,
        challenge: str | None = None,
        season: str | None = None,
    ) -> None:
        """Show the board of an open or a past challenge."""
        if season:  # an open one may have the same title
            seasons = await self.bot.db.load(list_seasons, guild_of(interaction))
            past = find_titled(seasons, season)
            season = past.key if past else season
        found = await self._pick(interaction, season or challenge, verb="board")
        if found:
            await self._show_board(interaction, found)

    @challenge_join.autocomplete("challenge")
    @challenge_standings.autocomplete("challenge")
    async def complete_open(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the open challenges of this server."""
        found = await self.bot.db.load(list_challenges, interaction.guild_id or 0)
        return _choices(found, current)

    @challenge_leave.autocomplete("challenge")
    async def complete_joined(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the open challenges that the member is in."""
        return _choices(await self._offered(interaction, "leave"), current)

    @challenge_standings.autocomplete("season")
    async def complete_season(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the challenges that are over."""
        return _choices(await self.bot.db.load(list_seasons, interaction.guild_id or 0), current)

    async def _pick(
        self, interaction: discord.Interaction, typed: str | None, *, verb: str
    ) -> str | None:
        """Say which challenge is meant; when it could be several, offer them and give None."""
        if typed:
            return typed
        found = await self._offered(interaction, verb)
        if not found:
            raise UserError("You are in no open challenge." if verb == "leave" else _NONE_OPEN)
        if len(found) == 1:
            return found[0].key
        await show(interaction, challenges_card(tuple(found), verb=verb, head="Which one?"))
        return None

    async def _offered(self, interaction: discord.Interaction, verb: str) -> list[ChallengeFacts]:
        guild_id = guild_of(interaction)
        async with self.bot.db.read() as session:
            club = await find_club(session, guild_id)
            found = await list_challenges(session, guild_id)
            mine = await list_joined(session, interaction.user.id) if verb == "leave" else ()
        today = club_day(club, self.bot.clock.now())
        if verb == "leave":
            return [one for one in found if one.key in mine]
        open_ones = (State.PLANNED, State.RUNNING)
        return [one for one in found if verb != "join" or one.state(today) in open_ones]

    @on_press("g", "join")
    async def challenge_pressed_join(self, interaction: discord.Interaction, press: Press) -> None:
        """Join from the opening post, a board or a list."""
        await self._join(interaction, press.key)

    async def _join(self, interaction: discord.Interaction, ref: str) -> None:
        if interaction.guild_id is None:  # "Join again" in the DM, where they go by another name
            guild_id, name = (await self._look(interaction, ref)).challenge.guild_id, ""
        else:
            guild_id, name = guild_of(interaction), interaction.user.display_name
        mine = await self.bot.db.store(join_from, self.by(interaction), guild_id, ref, name)
        title = plain_text(mine.challenge.title)
        if mine.part.is_new:
            head = f"## You are in: {title}\n{what_counts(mine.challenge)}"
        else:
            head = f"## You are in already: {title}"
        await self._show_part(interaction, mine, head=head)

    async def _show_part(
        self,
        interaction: discord.Interaction,
        mine: _Mine,
        *,
        head: str = "",
        in_place: bool = False,
    ) -> None:
        today = self._today(mine.club)
        card = part_card(mine.challenge, mine.part, mine.member, today=today, head=head)
        await show(interaction, card, in_place=in_place)

    def _today(self, club: Club) -> date:
        return club_day(club, self.bot.clock.now())

    @on_press("g", "mine", "show", "dm")
    async def challenge_mine(self, interaction: discord.Interaction, press: Press) -> None:
        """Show how a member takes part; change how they stand there, or whether I write."""
        user, guild_id = interaction.user, interaction.guild_id
        name = await self._name_there(interaction, press) if press.arg == Shown.NAME else ""
        mine = await self.bot.db.store(change_part, user.id, guild_id, press, name)
        await self._show_part(interaction, mine, in_place=press.verb != "mine")

    async def _name_there(self, interaction: discord.Interaction, press: Press) -> str:
        """Give a member's name on the club's server; in the DM it has to be asked for."""
        if interaction.guild_id is not None:
            return interaction.user.display_name
        guild = self.bot.get_guild((await self._look(interaction, press.key)).challenge.guild_id)
        try:
            member = guild and await guild.fetch_member(interaction.user.id)
        except discord.HTTPException:
            member = None
        if member is None:
            raise UserError(_NAME_UNSEEN)
        return member.display_name

    @on_press("g", "page")
    async def challenge_page(self, interaction: discord.Interaction, press: Press) -> None:
        """Show a page of a board in place of the one before."""
        page = int(press.arg) if press.arg.isdigit() else 0
        await self._show_board(interaction, press.key, page=page, in_place=True)

    @on_press("g", "board")
    async def challenge_board(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the board beside the post that was pressed."""
        await self._show_board(interaction, press.key)

    @on_press("d", "board")
    async def delivery_board(self, interaction: discord.Interaction, press: Press) -> None:
        """Do the same under a post of which only the delivery is known."""
        key = await self.bot.db.load(challenge_of_delivery, press.key)
        if key is None:
            raise UserError("That board is not here any more. Look at **/challenge standings**.")
        await self._show_board(interaction, key)

    async def _show_board(
        self, interaction: discord.Interaction, ref: str, *, page: int = 0, in_place: bool = False
    ) -> None:
        look = await self._look(interaction, ref)
        board = await self._board(look, interaction.user.id, page=page)
        today = self._today(look.club)
        card = board_card(self.bot.content, board, today=today, part=look.part)
        await show(interaction, card, in_place=in_place)

    @on_press("g", "picture")
    async def challenge_picture(self, interaction: discord.Interaction, press: Press) -> None:
        """Give the board as a picture."""
        await interaction.response.defer(ephemeral=is_private(interaction), thinking=True)
        look = await self._look(interaction, press.key)
        board = await self._board(look, interaction.user.id)
        file = await board_file(self._rasteriser, plain_board(look.club, board))
        await say(interaction, "The board as it stands now.", file=file)

    @on_press("g", "hide")
    async def challenge_hide(self, interaction: discord.Interaction, press: Press) -> None:
        """Take the member's line off a closed board."""
        await self.bot.db.store(hide_from_final, press.key, member_id=interaction.user.id)
        text = (
            "Your line is off the final board. You alone still see it, and it stays in the total. "
            "What was posted before stays as it was."
        )
        await show(interaction, Card(text, rows=((board_button(press.key),),)))

    @on_press("g", "leave")
    async def challenge_pressed_leave(self, interaction: discord.Interaction, press: Press) -> None:
        """Leave from a card or a list."""
        look = await self._look(interaction, press.key)
        await self._leave(interaction, look.challenge.guild_id, press.key)

    async def _leave(self, interaction: discord.Interaction, guild_id: int, ref: str) -> None:
        challenge = await self.bot.db.store(
            leave_challenge,
            guild_id,
            ref,
            member_id=interaction.user.id,
            now=self.bot.clock.now(),
        )
        text = (
            f"You have left **{plain_text(challenge.title)}**; your line is off the board. "
            "Your notebook stays as it is, and joining again brings all back until the board is "
            "final."
        )
        row = (Press("g", challenge.key, "join", "Join again"),)
        await show(interaction, Card(text, rows=(row,)))

    async def _look(self, interaction: discord.Interaction, key: str) -> _Look:
        return await self.bot.db.load(look_at, interaction.user.id, interaction.guild_id, key)

    async def _board(self, look: _Look, member_id: int, *, page: int = 0) -> Board:
        """Read a page of a board; what everybody has come to is read once for all who ask now."""
        db, challenge = self.bot.db, look.challenge
        whole = await self._boards.read(challenge, lambda: db.load(read_whole, challenge))
        return await db.load(read_board, challenge, viewer=member_id, page=page, whole=whole)

    @on_press("g", "question")
    async def challenge_question(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask the one anonymous question."""
        look = await self._look(interaction, press.key)
        await show(interaction, question_card(press.key, self._moment(look)))

    @on_press("g", "answer")
    async def challenge_answer(self, interaction: discord.Interaction, press: Press) -> None:
        """Count an answer, and forget whose it was."""
        look = await self._look(interaction, press.key)
        moment, _, value = press.arg.partition(".")
        if moment != self._moment(look) or not value.isdigit():
            raise UserError("That question was for another moment of the challenge.")
        await self.bot.db.store(
            answer_question,
            press.key,
            member_id=interaction.user.id,
            moment=moment,
            value=int(value),
            now=self.bot.clock.now(),
        )
        text = "Thank you. Your number is counted; that it was yours is not kept."
        await show(interaction, Card(text, rows=((board_button(press.key),),)))

    def _moment(self, look: _Look) -> str:
        if look.part is None or not look.challenge.asks_question:
            raise UserError("That question is for those who take part in the challenge.")
        state = look.challenge.state(self._today(look.club))
        return "start" if state in (State.PLANNED, State.RUNNING) else "close"


def _choices(found: list[ChallengeFacts], typed: str) -> list[app_commands.Choice[str]]:
    wanted = typed.casefold()
    return [
        app_commands.Choice(name=f"{one.title} (until {one.ends_on:%d %b %Y})"[:100], value=one.key)
        for one in found
        if wanted in one.title.casefold()
    ][:25]


async def look_at(session: Any, member_id: int, guild_id: int | None, ref: str) -> _Look:
    """Read a challenge, its club and the member's part."""
    challenge = await access_seen(session, ref, guild_id=guild_id, member_id=member_id)
    club = await find_club(session, challenge.guild_id)
    part = await find_part(session, challenge.key, member_id)
    return _Look(challenge, club, part)


async def join_from(session: Any, by: Actor, guild_id: int, ref: str, name: str) -> _Mine:
    """Let a member in, who need not have used the bot before."""
    member = await ensure_member(session, by.member_id, now=by.now, guild_id=by.guild_id)
    challenge, part = await join_challenge(
        session, guild_id, ref, member_id=by.member_id, name=name, now=by.now
    )
    return _Mine(challenge, part, member, await find_club(session, guild_id))


async def change_part(
    session: Any, member_id: int, guild_id: int | None, press: Press, name: str
) -> _Mine:
    """Read a member's part; "show" and "dm" change it first, "show" takes their name anew."""
    challenge = await access_seen(session, press.key, guild_id=guild_id, member_id=member_id)
    if challenge.closed_at is not None:
        raise UserError(_CLOSED)
    if press.verb == "show":
        shown = Shown(press.arg)
        part = await choose_showing(session, press.key, member_id=member_id, shown=shown, name=name)
        if shown is Shown.NAME:
            await renew_name(session, challenge.guild_id, member_id, name=name)
    elif press.verb == "dm":
        may_dm = press.arg == "yes"
        part = await choose_showing(session, press.key, member_id=member_id, may_dm=may_dm)
    else:
        part = await access_part(session, press.key, member_id)
    member = await find_member(session, member_id, guild_id=guild_id)
    return _Mine(challenge, part, member, await find_club(session, challenge.guild_id))


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Challenges(bot))

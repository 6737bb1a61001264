"""Groups as members meet them: joining, with a code or without, and leaving."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.club.cohorts import (
    CohortFacts,
    JoinedCohort,
    access_cohort,
    cohorts_of,
    join_cohort,
    leave_cohort,
    list_cohorts,
)
from bot.club.settings import find_club
from bot.content import plain_text
from bot.errors import UserError
from bot.notebook.changes import Actor
from bot.notebook.members import ensure_member
from bot.rules.presses import Press
from cogs._ui.cards import Card
from cogs._ui.clubs import club_day, give_role, guild_of, take_role
from cogs._ui.cohort_cards import CODE, about_joining, joined_card, which_card
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.replies import show

_LAST_ZONE = timedelta(hours=12)
_WHOLE_CLUB = "Challenges of the whole club: **/challenge join**."
_NONE = f"There is no group on this server. {_WHOLE_CLUB}"
_ALL_OVER = (
    "The groups of this server are over, so there is none to join. Ask your organisers for the "
    f"next one: with **/organise cohort** they start it, or bring one back. {_WHOLE_CLUB}"
)


class Cohorts(FeatureCog):
    """What members do with the groups of their club."""

    cohort = app_commands.Group(
        name="cohort",
        description="The groups of your club",
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=False, private_channel=False
        ),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @cohort.command(name="join", description="Join a group of this server")
    @app_commands.describe(cohort="Which group", code="If it has one, from your organisers")
    async def cohort_join(
        self, interaction: discord.Interaction, cohort: str | None = None, code: str | None = None
    ) -> None:
        """Join a group; one with a code asks for it."""
        guild_id = guild_of(interaction)
        if cohort:
            found = await self.bot.db.load(access_cohort, guild_id, cohort)
            await self._join(interaction, found, code or "")
            return
        known, offered = await self._groups(guild_id)
        if not offered:
            raise UserError(_ALL_OVER if known else _NONE)
        if len(offered) == 1:
            await self._join(interaction, offered[0], code or "")
        else:
            await show(interaction, which_card(offered))

    async def _groups(self, guild_id: int) -> tuple[list[CohortFacts], list[CohortFacts]]:
        """List the groups of a server, and those of them that go on."""
        known = await self.bot.db.load(list_cohorts, guild_id, with_archived=True)
        day = (self.bot.clock.now() - _LAST_ZONE).date()  # whoever joins is checked by the club's
        return known, [one for one in known if one.goes_on(day)]

    @on_press("m", "group")
    async def menu_group(self, interaction: discord.Interaction, press: Press) -> None:
        """Join the group that was chosen."""
        found = await self.bot.db.load(access_cohort, guild_of(interaction), press.arg)
        await self._join(interaction, found, "")

    async def _join(self, interaction: discord.Interaction, cohort: CohortFacts, code: str) -> None:
        if cohort.is_open or code:
            await self.submit(interaction, CODE, {"code": code}, subject=cohort.key)
        else:
            await open_form(interaction, CODE, subject=cohort.key, title=f"Join {cohort.name}")

    @on_form(CODE)
    async def code_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Let the member in, and give the role that goes with it."""
        joined = await self.bot.db.store(
            join_from,
            self.by(interaction),
            guild_of(interaction),
            filled.subject,
            filled.get("code"),
        )
        await interaction.response.defer(ephemeral=True, thinking=True)
        role = await give_role(interaction, joined.cohort.role_id)
        await show(interaction, joined_card(joined, role=role))

    @cohort.command(name="leave", description="Leave a group")
    @app_commands.describe(cohort="Which group")
    async def cohort_leave(self, interaction: discord.Interaction, cohort: str) -> None:
        """Leave a group; its role goes, too."""
        left = await self.bot.db.store(
            leave_cohort,
            guild_of(interaction),
            cohort,
            member_id=interaction.user.id,
            now=self.bot.clock.now(),
        )
        await interaction.response.defer(ephemeral=True, thinking=True)
        await take_role(interaction, left.role_id)
        text = (
            f"You have left the group **{plain_text(left.name)}**. What you did in its challenges "
            "stays on their boards; **/challenge leave** takes it off."
        )
        await show(interaction, Card(text))

    @cohort_join.autocomplete("cohort")
    async def complete_open(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the groups of this server that go on."""
        _, offered = await self._groups(interaction.guild_id or 0)
        return _choices(offered, current)

    @cohort_leave.autocomplete("cohort")
    async def complete_mine(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the groups that the member is in."""
        guild_id, member_id = interaction.guild_id or 0, interaction.user.id
        return _choices(await self.bot.db.load(cohorts_of, guild_id, member_id), current)


def _choices(found: list[CohortFacts], typed: str) -> list[app_commands.Choice[str]]:
    wanted = typed.casefold()
    return [
        app_commands.Choice(name=f"{one.name}{about_joining(one)}"[:100], value=one.key)
        for one in found
        if wanted in one.name.casefold()
    ][:25]


async def join_from(session: Any, by: Actor, guild_id: int, ref: str, code: str) -> JoinedCohort:
    """Let a member into a group, who need not have used the bot before."""
    await ensure_member(session, by.member_id, now=by.now, guild_id=by.guild_id)
    today = club_day(await find_club(session, guild_id), by.now)
    return await join_cohort(
        session, guild_id, ref, member_id=by.member_id, now=by.now, today=today, code=code
    )


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Cohorts(bot))

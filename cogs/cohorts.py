"""Groups as members meet them: joining, with a code or without, and leaving."""

from __future__ import annotations

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
from cogs._ui.cards import Card
from cogs._ui.clubs import club_day, give_role, guild_of, take_role
from cogs._ui.cohort_cards import CODE, joined_card
from cogs._ui.feature import FeatureCog, on_form
from cogs._ui.forms import Filled, open_form
from cogs._ui.replies import show

_NONE = "There is no group on this server. Challenges of the whole club: **/challenge join**."


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
        found = await self._pick(interaction, cohort)
        if found.is_open or code:
            await self.submit(interaction, CODE, {"code": code}, subject=found.key)
        else:
            await open_form(interaction, CODE, subject=found.key, title=f"Join {found.name}")

    async def _pick(self, interaction: discord.Interaction, typed: str | None) -> CohortFacts:
        guild_id = guild_of(interaction)
        if typed:
            return await self.bot.db.load(access_cohort, guild_id, typed)
        found = await self.bot.db.load(list_cohorts, guild_id)
        if not found:
            raise UserError(_NONE)
        if len(found) > 1:
            names = ", ".join(plain_text(one.name) for one in found[:5])
            raise UserError(f"Which group? Pick one after **/cohort join**: {names} …")
        return found[0]

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
        """Suggest the groups of this server."""
        found = await self.bot.db.load(list_cohorts, interaction.guild_id or 0)
        return _choices(found, current)

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
        app_commands.Choice(name=f"{one.name}{_about(one)}"[:100], value=one.key)
        for one in found
        if wanted in one.name.casefold()
    ][:25]


def _about(cohort: CohortFacts) -> str:
    if cohort.is_full:
        return " (full)"
    return "" if cohort.is_open else " (with a code)"


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

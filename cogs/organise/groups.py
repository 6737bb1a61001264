"""Groups of members: created, changed, put into teams, archived by organisers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import discord

from bot.client import roles_link
from bot.club.arranging import (
    archive_cohort,
    create_cohort,
    deal_out,
    draft_of,
    edit_cohort,
    put_into_team,
)
from bot.club.cohorts import CohortDraft, CohortFacts, access_cohort, list_cohorts
from bot.club.settings import find_club
from bot.content import plain_text
from bot.errors import UserError
from bot.rules.presses import Press
from bot.rules.when import read_date
from cogs._ui.cards import WARNING, Card
from cogs._ui.clubs import cannot_give, club_day
from cogs._ui.cohort_cards import (
    COHORT,
    INTO_TEAM,
    TEAMS,
    cohort_card,
    cohorts_card,
    into_team_form,
    say_dealt,
)
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.replies import show
from cogs.organise.places import guild_of, organised, picked_role


class Groups(FeatureCog):
    """What organisers do with groups."""

    async def show_cohorts(self, interaction: discord.Interaction) -> None:
        """List the groups, archived ones too."""
        found = await self.bot.db.load(list_cohorts, guild_of(interaction), with_archived=True)
        await show(interaction, cohorts_card(found))

    @on_press("m", "cohorts")
    async def menu_cohorts(self, interaction: discord.Interaction, press: Press) -> None:
        """List the groups, or open the form of a new one."""
        organised(interaction)
        if press.arg == "new":
            await open_form(interaction, COHORT)
        else:
            await self.show_cohorts(interaction)

    async def _cohort(self, interaction: discord.Interaction, key: str) -> CohortFacts:
        return await self.bot.db.load(access_cohort, organised(interaction), key)

    @on_press("m", "cohort_open")
    async def menu_cohort_open(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the group that was chosen of many."""
        await self._show_cohort(interaction, await self._cohort(interaction, press.arg))

    @on_press("y", "open")
    async def cohort_open(self, interaction: discord.Interaction, press: Press) -> None:
        """Show one group."""
        await self._show_cohort(interaction, await self._cohort(interaction, press.key))

    async def _show_cohort(
        self, interaction: discord.Interaction, cohort: CohortFacts, head: str = ""
    ) -> None:
        guild = interaction.guild
        warning = ""
        if guild and cohort.role_id:
            warning = cannot_give(guild, cohort.role_id, link=roles_link(self.bot, guild))
        await show(interaction, cohort_card(cohort, head=head, warning=warning))

    @on_press("y", "edit")
    async def cohort_edit(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the form of a group."""
        old = draft_of(await self._cohort(interaction, press.key))
        values = {
            "name": old.name,
            "starts": old.starts_on.isoformat() if old.starts_on else "",
            "ends": old.ends_on.isoformat() if old.ends_on else "",
            "capacity": str(old.capacity or ""),
            "code": old.code,
        }
        await open_form(interaction, COHORT, subject=press.key, values=values)

    @on_form(COHORT)
    async def cohort_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Create a group, or change one."""
        guild_id, now = organised(interaction), self.bot.clock.now()
        old = await self._cohort(interaction, filled.subject) if filled.subject else None
        draft = replace(
            draft_of(old) if old else CohortDraft(""),
            name=filled.get("name"),
            starts_on=await self._group_day(guild_id, filled, "starts"),
            ends_on=await self._group_day(guild_id, filled, "ends"),
            capacity=_number(filled.get("capacity")),
            code=filled.get("code"),
        )
        if old:
            cohort = await self.bot.db.store(edit_cohort, guild_id, old.key, draft)
            await self._show_cohort(interaction, cohort, "Changed.")
            return
        cohort = await self.bot.db.store(
            create_cohort, guild_id, draft, by=interaction.user.id, now=now
        )
        await self._show_cohort(interaction, cohort, "Here it is. **Teams and role** come next.")

    async def _group_day(self, guild_id: int, filled: Filled, name: str) -> date | None:
        typed = filled.get(name)
        if not typed:
            return None
        club = await self.bot.db.load(find_club, guild_id)
        now, zone = self.bot.clock.now(), club.zone or "UTC"
        return read_date(typed, now=now, zone=zone, field_name=name)

    @on_press("y", "teams")
    async def cohort_teams(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the form of teams and the role."""
        old = draft_of(await self._cohort(interaction, press.key))
        values = {
            "teams": "\n".join(old.team_names),
            "balanced": "yes" if old.is_balanced or not old.team_names else "no",
            "role": str(old.role_id or ""),
        }
        await open_form(interaction, TEAMS, subject=press.key, values=values)

    @on_form(TEAMS)
    async def teams_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store the teams and the role."""
        old = await self._cohort(interaction, filled.subject)
        names = tuple(line.strip() for line in filled.get("teams").splitlines() if line.strip())
        draft = replace(
            draft_of(old),
            team_names=names,
            is_balanced=filled.get("balanced") != "no",
            role_id=picked_role(interaction, filled.get("role")),
        )
        guild_id = organised(interaction)
        async with self.bot.db.write() as session:
            cohort, dealt = await edit_cohort(session, guild_id, old.key, draft), 0
            if cohort.is_balanced and cohort.without_team:
                today = club_day(await find_club(session, guild_id), self.bot.clock.now())
                cohort, dealt = await deal_out(session, cohort, today=today)
        await self._show_cohort(interaction, cohort, f"Changed. {say_dealt(dealt)}".strip())

    @on_press("y", "into")
    async def cohort_into(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask who comes into which team."""
        cohort = await self._cohort(interaction, press.key)
        await open_form(interaction, into_team_form(cohort), subject=press.key)

    @on_form(INTO_TEAM)
    async def into_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Put a member into a team; picked again rather than typed when it cannot be."""
        again = (Press("y", filled.subject, "into", "Somebody else"),)
        member, team = filled.get("member"), filled.get("team")
        try:
            found = await self.bot.db.store(
                put_into_team,
                organised(interaction),
                filled.subject,
                member_id=int(member),
                team_key=None if team == "none" else team,
                today=await self._group_today(organised(interaction)),
            )
        except UserError as error:
            await show(interaction, Card(error.text, rows=(again,), colour=WARNING))
            return
        where = f"in **{plain_text(found.name)}**" if found else "in no team"
        text = f"<@{member}> is {where} now. Challenges that have begun go on with the old teams."
        await show(interaction, Card(text, rows=(again,)))

    async def _group_today(self, guild_id: int) -> date:
        club = await self.bot.db.load(find_club, guild_id)
        return club_day(club, self.bot.clock.now())

    @on_press("y", "archive")
    async def cohort_archive(self, interaction: discord.Interaction, press: Press) -> None:
        """Put a group away, or bring it back."""
        guild_id, is_away = organised(interaction), press.arg == "yes"
        now = self.bot.clock.now() if is_away else None
        cohort = await self.bot.db.store(archive_cohort, guild_id, press.key, now=now)
        head = (
            "Archived: nobody joins it any more, and its boards stay."
            if is_away
            else "It is back: members can join it."
        )
        await self._show_cohort(interaction, cohort, head)


def _number(typed: str) -> int | None:
    if not typed:
        return None
    if not typed.isdecimal():
        raise UserError("Room for how many? Please give a number, or leave it empty.")
    return int(typed)

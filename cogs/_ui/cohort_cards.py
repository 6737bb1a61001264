"""How groups of a club's members look: to organisers, and to who may join."""

from __future__ import annotations

from collections.abc import Sequence

from bot.club.cohorts import CODE_LENGTH, CohortFacts, JoinedCohort
from bot.club.posts import say_day
from bot.content import plain_text
from bot.rules.presses import Press, menu
from cogs._ui.cards import Card, Item, Menu
from cogs._ui.forms import ChoiceField, Form, PickField, TextField

NEW = menu("cohorts", "New group", style="primary", arg="new")
COHORT = Form(
    "cohort",
    "A group",
    (
        TextField("name", "Name", "“Spring 2026”, “Biology”", 60, required=True),
        TextField("starts", "First day", "None: it begins now"),
        TextField("ends", "Last day", "None: it has no end"),
        TextField("capacity", "Room for how many", "None: no limit", 6),
        TextField("code", "Code to join", "None: everybody on this server may", CODE_LENGTH),
    ),
)
TEAMS = Form(
    "cohort_teams",
    "Teams and role",
    (
        TextField("teams", "Teams, one a line", "None: no teams", 4000, long=True),
        ChoiceField(
            "balanced",
            "Who puts members into teams?",
            (("yes", "I do: who joins comes into the smallest"), ("no", "Organisers, by hand")),
        ),
        PickField("role", "Role for who joins", "role", "None: no role"),
    ),
)
INTO_TEAM = Form("cohort_into_team", "Into a team", ())
CODE = Form(
    "cohort_join",
    "Join a group",
    (TextField("code", "Code", "Your organisers gave it to you", CODE_LENGTH),),
)


def cohorts_card(cohorts: Sequence[CohortFacts]) -> Card:
    """List a club's groups to organisers, each with its Open, many in menus; archived ones last."""
    head = "## Groups\n" + (
        "Members join with **/cohort join**. A challenge can be for one group alone."
        if cohorts
        else "A group is a class, a year or a cohort of a course: its members join with "
        "**/cohort join**, and a challenge can be for them alone. None is here yet."
    )
    if len(cohorts) > _LISTED:
        return _many_card(head, cohorts)
    ordered = sorted(cohorts, key=lambda one: one.archived_at is not None)
    items = tuple(Item(_line(one), Press("y", one.key, "open", "Open")) for one in ordered)
    return Card(head, items=items, rows=((NEW,),))


_LISTED = 10  # a message holds forty parts, and each line takes three
_OPTIONS = 25


def _many_card(head: str, cohorts: Sequence[CohortFacts]) -> Card:
    going = [one for one in cohorts if one.archived_at is None]
    away = [one for one in cohorts if one.archived_at is not None]
    menus = tuple(
        Menu(menu("cohort_open", ""), tuple(map(_option, found[:_OPTIONS])), words)
        for found, words in ((going, "Open a group"), (away, "Open an archived group"))
        if found
    )
    more = len(away) - _OPTIONS
    footer = f"{more} older archived ones are not shown." if more > 0 else ""
    return Card(head, menus=menus, rows=((NEW,),), footer=footer)


def _option(cohort: CohortFacts) -> tuple[str, str, str]:
    return cohort.key, cohort.name, " · ".join(_parts(cohort))


def _line(cohort: CohortFacts) -> str:
    return " · ".join([f"**{plain_text(cohort.name)}**", *_parts(cohort)])


def _parts(cohort: CohortFacts) -> list[str]:
    room = f"{cohort.members} of {cohort.capacity} members"
    parts = [room if cohort.capacity else say_members(cohort.members)]
    if cohort.teams:
        parts.append(f"{len(cohort.teams)} teams")
    if cohort.archived_at is not None:
        parts.append("archived")
    return parts


def say_members(count: int) -> str:
    """Count members in words."""
    return "1 member" if count == 1 else f"{count} members"


def say_dealt(count: int) -> str:
    """Say how many members were dealt out into teams; "" if nobody was."""
    if not count:
        return ""
    return f"{say_members(count)} had no team and {'is' if count == 1 else 'are'} in one now."


def cohort_card(cohort: CohortFacts, *, head: str = "", warning: str = "") -> Card:
    """Show one group to organisers, with what can be changed."""
    lines = [
        head,
        f"## {plain_text(cohort.name)}",
        _line(cohort),
        _days(cohort),
        f"Code: {plain_text(cohort.code)}" if cohort.code else "Everybody on this server may join.",
        f"Who joins gets <@&{cohort.role_id}>." if cohort.role_id else "",
        *(f"- {plain_text(team.name)}: {team.members}" for team in cohort.teams),
        _hand(cohort),
        f"⚠ {warning}" if warning else "",
    ]
    key = cohort.key
    archive = "Bring it back" if cohort.archived_at else "Archive"
    row = (
        Press("y", key, "edit", "Change"),
        Press("y", key, "teams", "Teams and role"),
        *((Press("y", key, "into", "Put into a team"),) if cohort.teams else ()),
        Press("y", key, "archive", archive, arg="no" if cohort.archived_at else "yes"),
    )
    return Card(
        "\n".join(line for line in lines if line), rows=(row, (menu("cohorts", "All groups"),))
    )


def _hand(cohort: CohortFacts) -> str:
    if not cohort.teams:
        return ""
    return (
        "I put who joins into the smallest team."
        if cohort.is_balanced
        else "Organisers put members into teams: **Put into a team**."
    )


def _days(cohort: CohortFacts) -> str:
    parts = [
        f"from {say_day(cohort.starts_on)}" if cohort.starts_on else "",
        f"until {say_day(cohort.ends_on)}" if cohort.ends_on else "",
    ]
    said = " ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def into_team_form(cohort: CohortFacts) -> Form:
    """Ask who comes into which of a group's teams."""
    teams = tuple((team.key, f"{team.name} ({team.members})") for team in cohort.teams[:24])
    return Form(
        INTO_TEAM.name,
        INTO_TEAM.title,
        (
            PickField("member", "Who", "member", required=True),
            ChoiceField("team", "Into", (*teams, ("none", "No team")), required=True),
        ),
    )


def joined_card(joined: JoinedCohort, *, role: str = "") -> Card:
    """Tell a member that they are in a group, and what came with it."""
    name = plain_text(joined.cohort.name)
    lines = [
        f"You are in the group **{name}** already."
        if joined.was_in
        else f"You are in the group **{name}**.",
        f"Your team is **{plain_text(joined.team.name)}**." if joined.team else "",
        role,
        "Its challenges are under **/challenge join**.",
    ]
    return Card("\n".join(line for line in lines if line))


def about_joining(cohort: CohortFacts) -> str:
    """Say behind a group's name what stands in the way of joining it."""
    if cohort.is_full:
        return " (full)"
    return "" if cohort.is_open else " (with a code)"


def which_card(cohorts: Sequence[CohortFacts]) -> Card:
    """Ask a member which group they join."""
    options = tuple((one.key, f"{one.name}{about_joining(one)}", _days(one)) for one in cohorts)
    return Card("Which group is yours?", menus=(Menu(menu("group", ""), options, "Choose one"),))

"""The organisers' report: counts of all together, what they mean, and a file with everything."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import discord

from bot.club.challenges import ChallengeFacts
from bot.club.comparing import LEAST_MEMBERS
from bot.club.publishing import FUNNEL
from bot.club.report import (
    HEADINGS,
    QUESTION,
    SELF_REPORTED,
    WHEN,
    Figures,
    Report,
    say,
    say_answers,
    write_csv,
)
from bot.content import plain_text
from bot.rules.presses import Press
from bot.rules.scoring import MEANINGS
from cogs._ui.cards import Card, Item

_WEEKS = 8
_TEAMS = 10


def report_card(report: Report) -> Card:
    """Show what members did together; nobody stands behind a figure alone."""
    title = plain_text(report.challenge.title)
    members = say(report.members)
    parts = (
        f"## {title}: what members did\n*{SELF_REPORTED}*",
        f"**Taking part**: {members}",
        f"**All weeks shown**\n{_figures(report.sums)}" if report.weeks else "",
        _part("By week", [(_week(day), figures) for day, figures in report.weeks][-_WEEKS:]),
        _waiting(report.waiting),
        _part("By team", [(plain_text(name), one) for name, one in report.teams][:_TEAMS]),
        _answers(report),
        _definitions(),
    )
    file = discord.File(io.BytesIO(write_csv(report).encode("utf-8-sig")), filename="report.csv")
    key = report.challenge.key
    row = (Press("g", key, "report_picture", "As a picture"), Press("g", key, "manage", "Manage"))
    return Card("\n\n".join(part for part in parts if part), files=(file,), rows=(row,))


def _figures(figures: Figures) -> str:
    return " · ".join(f"{HEADINGS[one]} {say(figures[one])}" for one in FUNNEL)


def _week(day: date) -> str:
    return f"Week of {day.day} {day:%B}"


def _part(head: str, lines: Sequence[tuple[str, Figures]]) -> str:
    if not lines:
        return ""
    return "\n".join([f"**{head}**", *(f"- {name}: {_figures(one)}" for name, one in lines)])


def _waiting(waiting: int) -> str:
    if not waiting:
        return ""
    weeks = "One week is" if waiting == 1 else f"{waiting} weeks are"
    return f"-# {weeks} not in it yet: a week is counted once nothing more can be noted for it."


def _answers(report: Report) -> str:
    challenge = report.challenge
    lines = [
        f"- {WHEN[moment].capitalize()}: {say_answers(answers)}"
        for moment, answers in report.answers.items()
    ]
    if challenge.asks_question and challenge.closed_at and len(lines) < len(WHEN):
        lines.append("-# Those at the end come together, a week after it was closed.")
    return "\n".join([f"**{QUESTION}** (1 to 5)", *lines]) if lines else ""


def _definitions() -> str:
    lines = [f"-# {HEADINGS[one]}: {MEANINGS[one]}." for one in FUNNEL]
    under = f"-# Under 5: fewer than {LEAST_MEMBERS} different members stand behind it."
    return "\n".join([*lines, under])


def reports_card(challenges: Sequence[ChallengeFacts]) -> Card:
    """Ask of which challenge the report is."""
    items = tuple(
        Item(
            f"**{plain_text(one.title)}** · from {one.starts_on.day} {one.starts_on:%B %Y}",
            Press("g", one.key, "report", "Report"),
        )
        for one in challenges[:_TEAMS]
    )
    return Card("Of which challenge?", items=items)

"""Puts what a club has to show into the words of its pictures: board, report, badges."""

from __future__ import annotations

from collections.abc import Sequence

from bot.club.badges import Badge
from bot.club.publishing import FUNNEL
from bot.club.report import HEADINGS, QUESTION, SELF_REPORTED, WHEN, Figures, Report, say
from bot.club.settings import Club
from bot.pictures.badge_sheet import BadgeText
from bot.pictures.report import ReportText
from bot.rules.scoring import MEANINGS


def report_text(club: Club, report: Report) -> ReportText:
    """Write a report for its picture; every figure is one that may stand."""
    challenge = report.challenge
    return ReportText(
        title=challenge.title,
        club=club.name or "",
        about=(SELF_REPORTED, *_waiting(report)),
        steps=tuple((HEADINGS[one], say(report.sums[one]), MEANINGS[one]) for one in FUNNEL),
        weeks=tuple((f"{day.day} {day:%B}", _row(figures)) for day, figures in report.weeks),
        teams=tuple((name, _row(figures)) for name, figures in report.teams),
        question=QUESTION,
        answers=tuple(
            (WHEN[moment].capitalize(), one.average, one.members)
            for moment, one in report.answers.items()
        ),
    )


def _row(figures: Figures) -> tuple[str, ...]:
    return tuple(say(figures[one]) for one in FUNNEL)


def _waiting(report: Report) -> tuple[str, ...]:
    if not report.waiting:
        return ()
    weeks = "week is" if report.waiting == 1 else "weeks are"
    return (f"{report.waiting} more {weeks} to come, when nothing can be added to them any more.",)


def badge_texts(badges: Sequence[Badge]) -> tuple[BadgeText, ...]:
    """Write a member's badges for their sheet."""
    return tuple(BadgeText(one.title, one.text, one.count, one.needed) for one in badges)

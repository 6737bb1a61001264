"""The organisers' report: what members did, in figures that no single member stands behind.

What may stand in it is decided when it is published (bot.club.publishing).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update

from bot.club.challenges import ChallengeFacts
from bot.club.publishing import FUNNEL, LEAST_MEMBERS, UNPUBLISHED, WEEK, weeks_of
from bot.errors import UserError
from bot.rules.scoring import Measure
from bot.storage.models import Participation, Tally, Team
from bot.storage.session import Session
from bot.storage.upserts import insert_new

HEADINGS: Mapping[Measure, str] = {
    Measure.ASKED: "Asked",
    Measure.REPLIES: "Answered",
    Measure.TALKS: "Talked",
    Measure.THANKS: "Thanked in time",
    Measure.CHECK_INS: "Wrote again",
}
SELF_REPORTED = "Self-reported by members. A figure stands when five of them are behind it."
UNDER = "under 5"
QUESTION = "How ready do you feel to ask a stranger for twenty minutes?"
_NAMES = ("start", "close")

Figures = Mapping[Measure, int | None]
"""Figures by measure; None: fewer than five members stand behind it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What organisers may know of a challenge. Weeks and teams come in their order.

    ``sums`` add up the published weeks alone. ``waiting`` weeks are not published yet.
    ``answers`` are how often 1 to 5 was answered, at the start and the close; {} while it runs or
    when too few answered.
    """

    challenge: ChallengeFacts
    members: int | None
    weeks: tuple[tuple[date, Figures], ...]
    sums: Figures
    teams: tuple[tuple[str, Figures], ...]
    waiting: int
    answers: Mapping[str, tuple[int, ...]]


async def read_report(session: Session, challenge: ChallengeFacts) -> Report:
    """Read what is published of a challenge."""
    columns = (Tally.name, Tally.value)
    rows = await session.execute(select(*columns).where(Tally.challenge_key == challenge.key))
    tallies: dict[str, int] = {row.name: row.value for row in rows.all()}
    names = await session.execute(
        select(Team.key, Team.name)
        .where(Team.cohort_key == (challenge.cohort_key or ""))
        .order_by(Team.place)
    )
    count = await session.scalar(
        select(func.count())
        .select_from(Participation)
        .where(Participation.challenge_key == challenge.key, Participation.left_at.is_(None))
    )
    weeks = tuple(
        (challenge.starts_on + number * WEEK, _figures(tallies, "week", str(number)))
        for number in range(weeks_of(challenge.window))
        if f"week:asked:{number}" in tallies
    )
    teams = tuple(
        (row.name, _figures(tallies, "team", row.key))
        for row in names.all()
        if f"team:asked:{row.key}" in tallies
    )
    return Report(
        challenge=challenge,
        members=count if count >= LEAST_MEMBERS else None,
        weeks=weeks,
        sums={measure: _sum(figures[measure] for _, figures in weeks) for measure in FUNNEL},
        teams=teams,
        waiting=weeks_of(challenge.window) - len(weeks),
        answers=_answers(tallies) if challenge.closed_at else {},
    )


def _figures(tallies: Mapping[str, int], what: str, which: str) -> Figures:
    values = {measure: tallies[f"{what}:{measure}:{which}"] for measure in FUNNEL}
    return {measure: None if value == UNPUBLISHED else value for measure, value in values.items()}


def _sum(figures: Iterable[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def _answers(tallies: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    found = {
        moment: tuple(tallies.get(f"question:{moment}:{value}", 0) for value in range(1, 6))
        for moment in _NAMES
    }
    return {moment: counts for moment, counts in found.items() if sum(counts) >= LEAST_MEMBERS}


def say(figure: int | None) -> str:
    """Write a figure down."""
    return UNDER if figure is None else str(figure)


def write_csv(report: Report) -> str:
    """Write a report as CSV: a line a week, the sums, a line a team. No names but teams'."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["", *(HEADINGS[measure] for measure in FUNNEL)])
    lines = [
        *((f"Week of {day.isoformat()}", figures) for day, figures in report.weeks),
        ("All weeks shown", report.sums),
        *((f"Team {_harmless(name)}", figures) for name, figures in report.teams),
    ]
    for head, figures in lines:
        writer.writerow([head, *(say(figures[measure]) for measure in FUNNEL)])
    writer.writerow([SELF_REPORTED])
    return file.getvalue()


def _harmless(name: str) -> str:
    # Behind "Team " no spreadsheet takes it for a formula; line breaks never got in.
    return name.replace("\x00", "")


async def answer_question(
    session: Session, challenge_key: str, *, member_id: int, moment: str, value: int
) -> None:
    """Count a member's answer to the one anonymous question; who gave it is not kept.

    ``moment`` is "start" or "close", ``value`` 1 to 5. Each is answered once.
    """
    if moment not in _NAMES or not 1 <= value <= 5:
        raise UserError("Please choose a number from 1 to 5.")
    mine = (Participation.challenge_key == challenge_key) & (Participation.owner_id == member_id)
    given = await session.scalar(select(Participation.has_answered).where(mine))
    if given is None:
        raise UserError("You are not in that challenge; nothing was changed.")
    if moment in given.split():
        raise UserError("You have answered already, and I did not keep which number was yours.")
    await session.execute(
        update(Participation).where(mine).values(has_answered=f"{given} {moment}")
    )
    name = f"question:{moment}:{value}"
    key = (Tally.challenge_key == challenge_key) & (Tally.name == name)
    row = {"challenge_key": challenge_key, "name": name, "value": 0}
    await insert_new(session, Tally, [row])
    await session.execute(update(Tally).where(key).values(value=Tally.value + 1))

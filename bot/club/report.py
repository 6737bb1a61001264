"""The organisers' report: what members did, in figures that no single member stands behind.

What may stand in it is decided when it is published (bot.club.publishing).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from bot.club.challenges import ChallengeFacts
from bot.club.comparing import LEAST_MEMBERS, UNPUBLISHED, WEEK, weeks_of
from bot.club.publishing import FUNNEL
from bot.club.taking_part import count_joined
from bot.errors import UserError
from bot.rules.scoring import MEANINGS, Measure
from bot.storage.models import Challenge, Participation, Tally, Team
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
WHEN: Mapping[str, str] = {"start": "at the start", "close": "at the end"}
_NAMES = tuple(WHEN)

Figures = Mapping[Measure, int | None]
"""Figures by measure; None: fewer than five members stand behind it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How the one question was answered at one moment: by how many, and what on average."""

    members: int
    average: float


@dataclass(frozen=True, slots=True)
class Report:
    """What organisers may know of a challenge. Weeks and teams come in their order.

    ``sums`` add up the published weeks alone. ``waiting`` weeks are not published yet.
    ``answers`` are those at the "start" and the "close", as far as they are told yet.
    """

    challenge: ChallengeFacts
    members: int | None
    weeks: tuple[tuple[date, Figures], ...]
    sums: Figures
    teams: tuple[tuple[str, Figures], ...]
    waiting: int
    answers: Mapping[str, Answers]


async def read_report(session: Session, challenge: ChallengeFacts, *, now: datetime) -> Report:
    """Read what is published of a challenge."""
    columns = (Tally.name, Tally.value)
    rows = await session.execute(select(*columns).where(Tally.challenge_key == challenge.key))
    tallies: dict[str, int] = {row.name: row.value for row in rows.all()}
    names = await session.execute(
        select(Team.key, Team.name)
        .where(Team.cohort_key == (challenge.cohort_key or ""))
        .order_by(Team.place)
    )
    count = await count_joined(session, challenge.key)
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
        answers=_answers(tallies, challenge.closed_at, now),
    )


def _figures(tallies: Mapping[str, int], what: str, which: str) -> Figures:
    values = {measure: tallies[f"{what}:{measure}:{which}"] for measure in FUNNEL}
    return {measure: None if value == UNPUBLISHED else value for measure, value in values.items()}


def _sum(figures: Iterable[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def _answers(
    tallies: Mapping[str, int], closed_at: datetime | None, now: datetime
) -> dict[str, Answers]:
    """Average what was answered, once nobody can answer any more; a single answer is never told."""
    moments = _NAMES if closed_at and are_answers_in(closed_at, now) else _NAMES[:1]
    found: dict[str, Answers] = {}
    for moment in moments if closed_at else ():
        counts = {value: tallies.get(f"question:{moment}:{value}", 0) for value in range(1, 6)}
        members = sum(counts.values())
        if members >= LEAST_MEMBERS:
            total = sum(value * count for value, count in counts.items())
            found[moment] = Answers(members, round(total / members, 1))
    return found


def are_answers_in(closed_at: datetime, now: datetime) -> bool:
    """Tell whether the answers at the end are counted: a week after a challenge was closed."""
    return now >= closed_at + WEEK


def say(figure: int | None) -> str:
    """Write a figure down."""
    return UNDER if figure is None else str(figure)


def say_answers(answers: Answers) -> str:
    """Write down how a moment was answered."""
    return f"{answers.average:g} of 5 on average, {answers.members} answered"


def write_csv(report: Report) -> str:
    """Write a report as CSV: a line a week, the sums, a line a team, what the words mean."""
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
    for moment, answers in report.answers.items():
        writer.writerow([f"{QUESTION} ({WHEN[moment]})", say_answers(answers)])
    writer.writerow([SELF_REPORTED])
    writer.writerows([HEADINGS[measure], MEANINGS[measure]] for measure in FUNNEL)
    return file.getvalue()


def _harmless(name: str) -> str:
    # Behind "Team " no spreadsheet takes it for a formula; line breaks never got in.
    return name.replace("\x00", "")


async def answer_question(
    session: Session,
    challenge_key: str,
    *,
    member_id: int,
    moment: str,
    value: int,
    now: datetime,
) -> None:
    """Count a member's answer to the one anonymous question; who gave it is not kept.

    ``moment`` is "start" or "close", ``value`` 1 to 5. Each is answered once.
    """
    if moment not in _NAMES or not 1 <= value <= 5:
        raise UserError("Please choose a number from 1 to 5.")
    mine = (Participation.challenge_key == challenge_key) & (Participation.owner_id == member_id)
    found = await session.execute(
        select(Participation.has_answered, Challenge.closed_at)
        .join(Challenge, Challenge.key == Participation.challenge_key)
        .where(mine)
    )
    row = found.one_or_none()
    if row is None:
        raise UserError("You are not in that challenge; nothing was changed.")
    if row.closed_at is not None and are_answers_in(row.closed_at, now):
        raise UserError("The answers are counted already; nothing was changed.")
    if moment in row.has_answered.split():
        raise UserError("You have answered already, and I did not keep which number was yours.")
    await session.execute(
        update(Participation).where(mine).values(has_answered=f"{row.has_answered} {moment}")
    )
    name = f"question:{moment}:{value}"
    key = (Tally.challenge_key == challenge_key) & (Tally.name == name)
    row = {"challenge_key": challenge_key, "name": name, "value": 0}
    await insert_new(session, Tally, [row])
    await session.execute(update(Tally).where(key).values(value=Tally.value + 1))

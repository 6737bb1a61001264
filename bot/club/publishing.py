"""Publishes the organisers' figures: never one that tells what fewer than five did.

A week's figures are published once, when nothing can be added to it any more, and never change
afterwards: so two reports never differ by what one member did. A figure is published when five
different members stand behind it; else it is "under 5", also in every sum. Nor do figures together
tell less than five apart (bot.club.comparing). Whose deeds a published figure counts is read again
for that, and one keyed hash of them lies beside it: where they are others by now, since somebody
left or took a deed back, even if the sum is the same, nothing is published that it could be
compared to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.club.challenges import ChallengeFacts, challenge_facts, select_challenges
from bot.club.comparing import (
    WEEK,
    Figure,
    Told,
    figure_of_week,
    figures_of_teams,
    weeks_of,
)
from bot.club.settings import Club
from bot.club.timeline import closes_at
from bot.notebook.effort import gather_effort
from bot.rules.hours import local_day
from bot.rules.scoring import LATE_DAYS, Measure, Window
from bot.storage.models import Challenge, Participation, Tally
from bot.storage.session import Session
from bot.storage.types import keyring_of
from bot.storage.upserts import insert_new

FUNNEL = (Measure.ASKED, Measure.REPLIES, Measure.TALKS, Measure.THANKS, Measure.CHECK_INS)
"""What the report shows, in the order in which it happens."""


async def publish_figures(
    session: Session, challenge: ChallengeFacts, club: Club, *, now: datetime
) -> int:
    """Publish the weeks that are over for good; returns how many. Idempotent."""
    done = await session.scalar(
        select(func.count())
        .select_from(Tally)
        .where(Tally.challenge_key == challenge.key, Tally.name.startswith("week:asked:"))
    )
    due = [
        number
        for number in range(done, weeks_of(challenge.window))
        if _is_over(challenge.window, number, club, now)
    ]
    if not due:
        return 0
    ours, *others = await _read_all(session, challenge)
    values = {
        f"week:{measure}:{number}": figure_of_week(ours, others, measure, number)
        for number in due
        for measure in FUNNEL
    }
    if due[-1] == weeks_of(challenge.window) - 1:
        for measure in FUNNEL:
            told = replace(ours, figures={**ours.figures, **values})
            values |= figures_of_teams(told, others, measure)
    rows = [
        {"challenge_key": challenge.key, "name": name, **figure._asdict()}
        for name, figure in values.items()
    ]
    await insert_new(session, Tally, rows)
    return len(due)


def _is_over(window: Window, number: int, club: Club, now: datetime) -> bool:
    """Tell whether nothing more can be noted for a week, in any zone; all are when it closes."""
    if now >= closes_at(window, club):
        return True
    last = window.starts_on + (number + 1) * WEEK
    today = local_day(now, club.zone or "UTC")
    is_last = number == weeks_of(window) - 1  # it goes on as long as deeds count
    return not is_last and today >= last + timedelta(days=LATE_DAYS + 1)


async def _read_all(session: Session, challenge: ChallengeFacts) -> list[Told]:
    """Read a challenge, and after it the others of its days of which something is published."""
    is_near = (
        (Challenge.guild_id == challenge.guild_id)
        & (Challenge.starts_on <= challenge.window.still_counting_until)
        & (Challenge.ends_on >= challenge.starts_on - timedelta(days=LATE_DAYS))
    )
    rows = await session.execute(select_challenges().where(is_near))
    near = [one for one in map(challenge_facts, rows.all()) if one.key != challenge.key]
    keys = [challenge.key, *(one.key for one in near)]
    figures = await _figures_of(session, keys)
    teams = await _teams_of(session, keys)
    ring = keyring_of(session.get_bind().dialect)
    return [
        Told(
            one,
            await gather_effort(session, one.key, window=one.window, measures=FUNNEL),
            teams[one.key],
            figures[one.key],
            ring,
        )
        for one in (challenge, *(one for one in near if figures[one.key]))
    ]


async def _figures_of(session: Session, keys: Sequence[str]) -> Mapping[str, Mapping[str, Figure]]:
    found: defaultdict[str, dict[str, Figure]] = defaultdict(dict)
    columns = (Tally.challenge_key, Tally.name, Tally.value, Tally.behind)
    rows = await session.execute(select(*columns).where(Tally.challenge_key.in_(keys)))
    for key, name, value, behind in rows.all():
        found[key][name] = Figure(value, behind and bytes(behind))
    return found


async def _teams_of(
    session: Session, keys: Sequence[str]
) -> Mapping[str, Mapping[int, str | None]]:
    found: defaultdict[str, dict[int, str | None]] = defaultdict(dict)
    columns = (Participation.challenge_key, Participation.owner_id, Participation.team_key)
    rows = await session.execute(select(*columns).where(Participation.challenge_key.in_(keys)))
    for key, member, team in rows.all():
        found[key][member] = team
    return found

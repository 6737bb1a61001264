"""Challenges: what an organiser starts, from a kit or of their own, and changes on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update

from bot.club.cohorts import access_cohort
from bot.club.naming import clean_name, clean_text
from bot.club.settings import Club
from bot.club.timeline import move_posts, take_back_posts, timeline
from bot.content import Kit
from bot.errors import UserError
from bot.rules.hours import local_day
from bot.rules.scoring import Measure, Term, Window, check_terms
from bot.storage.models import Challenge, Cohort
from bot.storage.session import Session
from bot.storage.types import new_key

LEAST_DAYS, MOST_DAYS = 3, 180
MOST_OPEN = 10
GONE = "That challenge is not here any more. **/challenge standings** lists those there are."


class State(StrEnum):
    """Where a challenge stands on a day of the club's."""

    PLANNED = "planned"
    RUNNING = "running"
    COUNTING = "counting"  # over, but thank-yous and notes still count
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ChallengeDraft:
    """A challenge as an organiser describes it; ``cohort_key`` None: for the whole club."""

    title: str
    text: str
    terms: tuple[Term, ...]
    starts_on: date
    ends_on: date
    kit: str = ""
    shape: str = "members"  # members · teams · club
    goal: int | None = None
    cohort_key: str | None = None
    ping_role_id: int | None = None
    winners_role_id: int | None = None
    asks_question: bool = False


@dataclass(frozen=True, slots=True)
class ChallengeFacts:
    """A challenge as it stands."""

    key: str
    guild_id: int
    cohort_key: str | None
    cohort_name: str | None
    kit: str
    title: str
    text: str
    shape: str
    goal: int | None
    terms: tuple[Term, ...]
    starts_on: date
    ends_on: date
    channel_id: int | None
    ping_role_id: int | None
    winners_role_id: int | None
    asks_question: bool
    created_at: datetime
    cancelled_at: datetime | None
    closed_at: datetime | None
    roles_given_at: datetime | None

    @property
    def window(self) -> Window:
        """Its days."""
        return Window(self.starts_on, self.ends_on)

    @property
    def measures(self) -> frozenset[Measure]:
        """What it counts."""
        return frozenset(term.measure for term in self.terms)

    def state(self, today: date) -> State:
        """Tell where it stands on a day of the club's."""
        if self.cancelled_at is not None:
            return State.CANCELLED
        if self.closed_at is not None:
            return State.CLOSED
        if today < self.starts_on:
            return State.PLANNED
        return State.RUNNING if today <= self.ends_on else State.COUNTING


def draft_of_kit(
    kit: Kit, *, starts_on: date, days: int | None = None, cohort_key: str | None = None
) -> ChallengeDraft:
    """Describe a challenge from a ready-made one; everything may be changed before it starts."""
    return ChallengeDraft(
        title=kit.title,
        text=kit.announcement,
        terms=kit.scoring,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=(days or kit.days) - 1),
        kit=kit.id,
        shape=kit.shape,
        goal=kit.goal or None,
        cohort_key=cohort_key,
    )


async def check_draft(
    session: Session, guild_id: int, draft: ChallengeDraft, *, today: date
) -> ChallengeDraft:
    """Tidy a description, or raise UserError saying what to mend. ``today`` is the club's day."""
    there = await list_challenges(session, guild_id)
    if len(there) >= MOST_OPEN:
        raise UserError(
            f"{MOST_OPEN} challenges are open here, and more would be lost in each other. "
            "End one first."
        )
    title = clean_name(draft.title, "challenge", taken=[one.title for one in there])
    _check_dates(draft.starts_on, draft.ends_on, today)
    check_terms(draft.terms)
    if draft.shape == "club" and not (draft.goal and draft.goal > 0):
        raise UserError("A challenge of the whole club needs a goal: how many points together?")
    if draft.shape == "teams":
        await _check_teams(session, guild_id, draft.cohort_key)
    elif draft.cohort_key is not None:
        await _check_cohort(session, guild_id, draft.cohort_key)
    return replace(draft, title=title, text=clean_text(draft.text))


def _check_dates(starts_on: date, ends_on: date, today: date) -> None:
    days = (ends_on - starts_on).days + 1
    if days < 1:
        raise UserError("It ends before it starts. Please exchange or mend the two dates.")
    if starts_on < today:
        raise UserError("That start is in the past. Choose today or a later day.")
    if days < LEAST_DAYS:
        raise UserError(
            f"Give people at least {LEAST_DAYS} days: a request takes a few days to be answered."
        )
    if days > MOST_DAYS:
        raise UserError(f"Those are {days} days. Keep it to {MOST_DAYS}, and start another after.")


async def _check_cohort(session: Session, guild_id: int, key: str) -> None:
    cohort = await access_cohort(session, guild_id, key)
    if cohort.archived_at is not None:
        raise UserError("That group is archived. Choose one that goes on, or the whole club.")
    if not cohort.members:
        raise UserError(
            f"Nobody is in {cohort.name} yet. Let people join it with **/cohort join** first, "
            "or choose the whole club."
        )


async def _check_teams(session: Session, guild_id: int, key: str | None) -> None:
    if key is None:
        raise UserError("Teams belong to a group. Choose the group whose teams play.")
    await _check_cohort(session, guild_id, key)
    if len((await access_cohort(session, guild_id, key)).teams) < 2:
        raise UserError("That group has no teams yet. Add two or more under **/organise cohort**.")


async def create_challenge(
    session: Session,
    guild_id: int,
    draft: ChallengeDraft,
    *,
    by: int,
    now: datetime,
    today: date,
    channel_id: int | None,
) -> ChallengeFacts:
    """Create a challenge; its posts go to ``channel_id``. Raises UserError for what makes none."""
    sound = await check_draft(session, guild_id, draft, today=today)
    key = new_key()
    row = {
        "key": key,
        "guild_id": guild_id,
        "cohort_key": sound.cohort_key,
        "kit": sound.kit,
        "title": sound.title,
        "text": sound.text,
        "shape": sound.shape,
        "goal": sound.goal,
        "terms": [[one.measure, one.points, one.most] for one in sound.terms],
        "starts_on": sound.starts_on,
        "ends_on": sound.ends_on,
        "channel_id": channel_id,
        "ping_role_id": sound.ping_role_id,
        "winners_role_id": sound.winners_role_id,
        "asks_question": sound.asks_question,
        "created_by": by,
        "created_at": now,
    }
    await session.execute(insert(Challenge), [row])
    return await access_challenge(session, guild_id, key)


async def list_challenges(
    session: Session, guild_id: int, *, with_closed: bool = False
) -> list[ChallengeFacts]:
    """List a club's challenges, the latest start first; one statement."""
    statement = select_challenges().where(Challenge.guild_id == guild_id)
    if not with_closed:
        statement = statement.where(Challenge.closed_at.is_(None))
    rows = await session.execute(statement.order_by(Challenge.starts_on.desc(), Challenge.key))
    return [challenge_facts(row) for row in rows.all()]


async def access_challenge(session: Session, guild_id: int, ref: str) -> ChallengeFacts:
    """Find one of a club's challenges by its key or its title; else UserError.

    Of several with that title it is the open one, then the one that was closed last.
    """
    rows = await session.execute(
        select_challenges().where(
            Challenge.guild_id == guild_id, (Challenge.key == ref) | Challenge.closed_at.is_(None)
        )
    )
    opened = [challenge_facts(row) for row in rows.all()]
    found = next((one for one in opened if one.key == ref), None) or find_titled(opened, ref)
    found = found or find_titled(await list_seasons(session, guild_id), ref)
    if found is None:
        raise UserError(GONE)
    return found


def find_titled(challenges: Iterable[ChallengeFacts], typed: str) -> ChallengeFacts | None:
    """Find the first challenge of a title, however it was spaced and capitalised."""
    wanted = " ".join(typed.split()).casefold()
    return next((one for one in challenges if one.title.casefold() == wanted), None)


async def list_seasons(session: Session, guild_id: int) -> list[ChallengeFacts]:
    """List a club's closed challenges, the latest first; their boards stay as they were."""
    rows = await session.execute(
        select_challenges()
        .where(
            Challenge.guild_id == guild_id,
            Challenge.closed_at.is_not(None),
            Challenge.cancelled_at.is_(None),
        )
        .order_by(Challenge.ends_on.desc(), Challenge.closed_at.desc())
    )
    return [challenge_facts(row) for row in rows.all()]


def select_challenges() -> Any:
    """Select challenges with the name of their group."""
    return select(Challenge, Cohort.name.label("cohort_name")).outerjoin(
        Cohort, Cohort.key == Challenge.cohort_key
    )


def challenge_facts(row: Any) -> ChallengeFacts:
    """Read a challenge from its row."""
    names = ChallengeFacts.__dataclass_fields__.keys() - {"terms"}
    return ChallengeFacts(
        **{name: getattr(row, name) for name in names}, terms=_read_terms(row.terms)
    )


def _read_terms(rows: Sequence[Any]) -> tuple[Term, ...]:
    return tuple(Term(Measure(measure), points, most) for measure, points, most in rows)


async def edit_challenge(
    session: Session, guild_id: int, key: str, *, title: str, text: str
) -> ChallengeFacts:
    """Change the words of an open challenge; what counts stays, since people have begun."""
    old = await access_open(session, guild_id, key)
    others = [one.title for one in await list_challenges(session, guild_id) if one.key != key]
    values = {"title": clean_name(title, "challenge", taken=others), "text": clean_text(text)}
    return await _change(session, old, values)


async def extend_challenge(
    session: Session, club: Club, key: str, *, ends_on: date, now: datetime
) -> ChallengeFacts:
    """Let a challenge end later."""
    old = await access_open(session, club.guild_id, key)
    if ends_on <= old.ends_on:
        raise UserError(
            "That is not later than it ends now. To end it sooner, use **End early** instead."
        )
    if ends_on < local_day(now, club.zone or "UTC"):
        raise UserError("That day is in the past. Choose today or a later day.")
    if (ends_on - old.starts_on).days + 1 > MOST_DAYS:
        raise UserError(f"Together that would be more than {MOST_DAYS} days. Start another after.")
    return await _move_end(session, club, old, ends_on, now=now)


async def end_early(session: Session, club: Club, key: str, *, now: datetime) -> ChallengeFacts:
    """Let a challenge end today; thank-yous and notes still count for three days.

    One that has not begun is cancelled: use ``cancel_challenge``.
    """
    old = await access_open(session, club.guild_id, key)
    today = local_day(now, club.zone or "UTC")
    if today < old.starts_on:
        raise UserError(
            "It has not begun yet. **Call it off** takes it back before anybody counts."
        )
    if today >= old.ends_on:
        raise UserError("It ends by itself today, or has ended. Nothing was changed.")
    return await _move_end(session, club, old, today, now=now)


async def _move_end(
    session: Session, club: Club, old: ChallengeFacts, ends_on: date, *, now: datetime
) -> ChallengeFacts:
    new = await _change(session, old, {"ends_on": ends_on})
    posts = timeline(new.window, club, created_at=new.created_at)
    await move_posts(session, new.key, posts, now=now)
    return new


async def cancel_challenge(
    session: Session, guild_id: int, key: str, *, now: datetime
) -> ChallengeFacts:
    """Take a challenge back: nothing more is posted, and no board is kept."""
    old = await access_open(session, guild_id, key)
    await take_back_posts(session, old.key, now=now)
    return await _change(session, old, {"cancelled_at": now, "closed_at": now})


async def access_open(session: Session, guild_id: int, key: str) -> ChallengeFacts:
    """Find one of a club's challenges that can still be changed, else UserError.

    It is locked: what is being written of it elsewhere is there first, or sees what is changed.
    """
    here = (Challenge.guild_id == guild_id) & (Challenge.key == key)
    row = (await session.execute(locked(select_challenges().where(here)))).one_or_none()
    if row is None:
        raise UserError(GONE)
    challenge = challenge_facts(row)
    if challenge.cancelled_at is not None:
        raise UserError("That challenge was called off; nothing was changed.")
    if challenge.closed_at is not None:
        raise UserError("That challenge is closed; its board stays as it is.")
    return challenge


def locked(statement: Any) -> Any:
    """Let one transaction at a time decide what becomes of a challenge.

    On SQLite a write is alone anyway. On PostgreSQL others may still join it.
    """
    return statement.with_for_update(key_share=True, of=Challenge)


async def _change(session: Session, old: ChallengeFacts, values: dict[str, Any]) -> ChallengeFacts:
    await session.execute(update(Challenge).where(Challenge.key == old.key).values(**values))
    return replace(old, **values)


async def note_roles_given(session: Session, key: str, *, now: datetime) -> None:
    """Note that the winners have their role, so that nobody gives it twice."""
    await session.execute(update(Challenge).where(Challenge.key == key).values(roles_given_at=now))

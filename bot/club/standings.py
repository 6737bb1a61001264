"""Boards: who stands where in a challenge, live while it runs and frozen when it closes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary, insert, select, type_coerce, update

from bot.club.challenges import ChallengeFacts, challenge_facts, select_challenges
from bot.club.taking_part import NOT_IN_IT, Shown
from bot.errors import UserError
from bot.notebook.effort import Effort, gather_effort
from bot.rules.scoring import (
    Measure,
    Part,
    Score,
    Share,
    goal_reached,
    ranks,
    score,
    share_of,
    team_average,
)
from bot.storage.keys import Keyring
from bot.storage.models import Challenge, Participation, Standing, Team
from bot.storage.session import Session
from bot.storage.types import keyring_of, new_key

PAGE = 10
"""So many lines stand on one page of a board."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a board. ``owner_id`` is never shown; a team's line has none.

    ``since`` is the day from which a late joiner counts, and shown so.
    """

    rank: int
    name: str
    points: float
    parts: tuple[Part, ...] = ()
    since: date | None = None
    owner_id: int | None = None
    members: int = 1
    is_named: bool = False  # under the member's own name: a winners' role gives nothing away
    has_left: bool = False  # the server; told of nobody under an alias, which it would give away


@dataclass(frozen=True, slots=True)
class Board:
    """One page of a board, and what stands around it. All names are as typed: escape them.

    ``mine`` is the viewer's own line, also when they are hidden; its rank is the place that they
    have or would have. ``points`` and ``members`` count everybody who takes part, hidden ones too.
    """

    challenge: ChallengeFacts
    lines: tuple[Line, ...]
    page: int
    pages: int
    members: int
    hidden: int  # so many of them take part without standing on the board
    points: int
    reached: float  # of the goal: 0 to 1
    is_final: bool
    mine: Line | None = None
    team: Line | None = None  # the viewer's team's


@dataclass(frozen=True, slots=True)
class _Player:
    """A participant with their score; the names are still sealed."""

    row: Any
    score: Score
    share: Share

    @property
    def is_shown(self) -> bool:
        return self.row.shown != Shown.HIDDEN


async def read_board(
    session: Session, challenge: ChallengeFacts, *, viewer: int | None = None, page: int = 0
) -> Board:
    """Read a page of a challenge's board; live, or as it was frozen. At most three statements."""
    if challenge.closed_at is not None:
        return await _read_frozen(session, challenge, viewer, page)
    players = await _players(session, challenge)
    ring = keyring_of(session.get_bind().dialect)
    by_owner = {player.row.owner_id: player.row for player in players}
    teams = _team_lines(players) if challenge.shape == "teams" else []
    lines = teams or (_member_lines(players) if challenge.shape == "members" else [])
    mine = next((player for player in players if player.row.owner_id == viewer), None)
    board = _paged(challenge, lines, page, _sum_of(players))
    return replace(
        board,
        lines=tuple(_named(line, by_owner, ring) for line in board.lines),
        mine=_named(_own_line(mine, players), by_owner, ring) if mine else None,
        team=_find_team(teams, mine.row.team_name) if mine else None,
    )


@dataclass(frozen=True, slots=True)
class _Sum:
    """What a whole challenge comes to."""

    members: int
    hidden: int
    points: int


def _sum_of(players: Sequence[_Player]) -> _Sum:
    hidden = sum(1 for player in players if not player.is_shown)
    return _Sum(len(players), hidden, sum(player.score.points for player in players))


def _named(line: Line, by_owner: Mapping[int, Any], ring: Keyring) -> Line:
    """Put a member's name into their line: names are opened for one page only."""
    if line.owner_id is None:
        return line
    row = by_owner[line.owner_id]
    is_named = row.shown == Shown.NAME and row.name is not None
    column = "name" if is_named else "alias"
    name = ring.unseal(bytes(getattr(row, column)), f"participations.{column}").decode()
    return replace(line, name=name)


async def _players(session: Session, challenge: ChallengeFacts) -> list[_Player]:
    rows = await session.execute(
        select(
            Participation.owner_id,
            Participation.counts_from,
            Participation.shown,
            type_coerce(Participation.alias, LargeBinary()).label("alias"),
            type_coerce(Participation.name, LargeBinary()).label("name"),
            Team.name.label("team_name"),
        )
        .outerjoin(Team, Team.key == Participation.team_key)
        .where(
            Participation.challenge_key == challenge.key,
            Participation.left_at.is_(None),
            Participation.excluded_at.is_(None),
        )
        .order_by(Participation.joined_at, Participation.owner_id)
    )
    effort = await gather_effort(
        session, challenge.key, window=challenge.window, measures=challenge.measures
    )
    return [_player(row, challenge, effort) for row in rows.all()]


def _player(row: Any, challenge: ChallengeFacts, effort: Effort) -> _Player:
    whole = challenge.window
    own = whole if row.counts_from <= whole.starts_on else whole.since(row.counts_from)
    deeds = effort.get(row.owner_id)
    result = score(challenge.terms, deeds, own) if deeds else _NOTHING
    return _Player(row, result, share_of(result.points, own, whole))


_NOTHING = Score()


def _member_lines(everybody: Sequence[_Player]) -> list[Line]:
    """Rank those who are shown; their names are put in for the page that is looked at."""
    players = [player for player in everybody if player.is_shown]
    places = ranks([player.score.points for player in players])
    lines = [
        Line(
            rank,
            "",
            player.score.points,
            player.score.parts,
            _since(player),
            player.row.owner_id,
            is_named=player.row.shown == Shown.NAME,
        )
        for rank, player in zip(places, players, strict=True)
    ]
    return sorted(lines, key=lambda line: line.rank)


def _since(player: _Player) -> date | None:
    return player.row.counts_from if player.share.part < 1 else None


def _own_line(mine: _Player, players: Sequence[_Player]) -> Line:
    ahead = sum(1 for one in players if one.is_shown and one.score.points > mine.score.points)
    owner = mine.row.owner_id
    return Line(ahead + 1, "", mine.score.points, mine.score.parts, _since(mine), owner)


def _team_lines(players: Sequence[_Player]) -> list[Line]:
    """Rank teams by the average of their members, hidden ones too; nobody stands out in it."""
    teams: defaultdict[str, list[Share]] = defaultdict(list)
    for player in players:
        if player.row.team_name is not None:
            teams[player.row.team_name].append(player.share)
    averages = [team_average(shares) for shares in teams.values()]
    lines = [
        Line(rank, name, average, members=len(teams[name]))
        for rank, name, average in zip(ranks(averages), teams, averages, strict=True)
    ]
    return sorted(lines, key=lambda line: (line.rank, line.name))


def _find_team(lines: Sequence[Line], name: str | None) -> Line | None:
    return next((line for line in lines if line.name == name), None)


def _paged(challenge: ChallengeFacts, lines: Sequence[Line], page: int, whole: _Sum) -> Board:
    pages = max(-(-len(lines) // PAGE), 1)
    page = min(max(page, 0), pages - 1)
    return Board(
        challenge=challenge,
        lines=tuple(lines[page * PAGE : (page + 1) * PAGE]),
        page=page,
        pages=pages,
        members=whole.members,
        hidden=whole.hidden,
        points=whole.points,
        reached=goal_reached(whole.points, challenge.goal or 0),
        is_final=challenge.closed_at is not None,
    )


def mark_left(lines: Iterable[Line], left: Collection[int]) -> tuple[Line, ...]:
    """Mark those who have left the server, of those who stand under their own name."""
    return tuple(replace(line, has_left=line.is_named and line.owner_id in left) for line in lines)


async def freeze(
    session: Session, challenge: ChallengeFacts, *, now: datetime, left: Collection[int] = ()
) -> ChallengeFacts:
    """Close a challenge and keep its board as it stands; from here on nothing changes it.

    ``left`` are members who are not on the server any more.
    """
    players = await _players(session, challenge)
    ring = keyring_of(session.get_bind().dialect)
    by_owner = {player.row.owner_id: player.row for player in players}
    whole = _sum_of(players)
    kept = [_kept("sum", members=whole.members, hidden=whole.hidden, points=whole.points)]
    kept += [_kept_line("team", line) for line in _team_lines(players)]
    members = mark_left(_member_lines(players), left)
    kept += [_kept_line("member", _named(line, by_owner, ring)) for line in members]
    kept += [
        _kept_line("hidden", _named(_own_line(player, players), by_owner, ring))
        for player in players
        if not player.is_shown
    ]
    rows = [{**row, "key": new_key(), "challenge_key": challenge.key} for row in kept]
    await session.execute(insert(Standing), rows)
    await session.execute(
        update(Challenge).where(Challenge.key == challenge.key).values(closed_at=now)
    )
    return replace(challenge, closed_at=now)


def _kept(kind: str, owner_id: int | None = None, **line: Any) -> dict[str, Any]:
    return {"owner_id": owner_id, "line": {"kind": kind, **line}}


def _kept_line(kind: str, line: Line) -> dict[str, Any]:
    return _kept(
        kind,
        line.owner_id,
        rank=line.rank,
        name=line.name,
        points=line.points,
        parts=[list(part) for part in line.parts],
        since=line.since.isoformat() if line.since else None,
        members=line.members,
        is_named=line.is_named,
        has_left=line.has_left,
    )


async def _read_frozen(
    session: Session, challenge: ChallengeFacts, viewer: int | None, page: int
) -> Board:
    columns = (Standing.owner_id, Standing.line)
    rows = await session.execute(select(*columns).where(Standing.challenge_key == challenge.key))
    kept = [(row.owner_id, row.line) for row in rows.all()]
    whole = next((line for _, line in kept if line["kind"] == "sum"), _EMPTY)
    wanted = "team" if challenge.shape == "teams" else "member"
    lines = [_thawed(line, owner) for owner, line in kept if line["kind"] == wanted]
    shown = [] if challenge.shape == "club" else sorted(lines, key=lambda one: (one.rank, one.name))
    mine = [_thawed(line, owner) for owner, line in kept if viewer and owner == viewer]
    summed = _Sum(whole["members"], whole["hidden"], whole["points"])
    return replace(_paged(challenge, shown, page, summed), mine=mine[0] if mine else None)


_EMPTY: Mapping[str, Any] = {"members": 0, "hidden": 0, "points": 0}


def _thawed(kept: Mapping[str, Any], owner_id: int | None) -> Line:
    return Line(
        rank=kept["rank"],
        name=kept["name"],
        points=kept["points"],
        parts=tuple(Part(Measure(one), count, points) for one, count, points in kept["parts"]),
        since=date.fromisoformat(kept["since"]) if kept["since"] else None,
        owner_id=owner_id,
        members=kept["members"],
        is_named=kept["is_named"],
        has_left=kept.get("has_left", False),
    )


async def hide_from_final(session: Session, challenge_key: str, *, member_id: int) -> None:
    """Take a member's line off a closed board; they alone still see it."""
    mine = (Standing.challenge_key == challenge_key) & (Standing.owner_id == member_id)
    row = (await session.execute(select(Standing.key, Standing.line).where(mine))).one_or_none()
    if row is None:
        raise UserError(NOT_IN_IT)
    hidden = {**row.line, "kind": "hidden"}
    await session.execute(update(Standing).where(Standing.key == row.key).values(line=hidden))


async def list_seasons(session: Session, guild_id: int) -> list[ChallengeFacts]:
    """List a club's closed challenges, the latest first; their boards stay as they were."""
    rows = await session.execute(
        select_challenges()
        .where(
            Challenge.guild_id == guild_id,
            Challenge.closed_at.is_not(None),
            Challenge.cancelled_at.is_(None),
        )
        .order_by(Challenge.ends_on.desc())
    )
    return [challenge_facts(row) for row in rows.all()]


async def list_winners(session: Session, challenge_key: str) -> list[int]:
    """List the members of rank one on a closed board who show their name.

    A role would give an alias away, so those under one get none. Nobody wins without points.
    """
    rows = await session.execute(
        select(Standing.owner_id, Standing.line).where(
            Standing.challenge_key == challenge_key, Standing.owner_id.is_not(None)
        )
    )
    return [
        row.owner_id
        for row in rows.all()
        if row.line["kind"] == "member"
        and row.line["rank"] == 1
        and row.line["points"] > 0
        and row.line["is_named"]
    ]

"""Boards: who stands where in a challenge, live while it runs and frozen when it closes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import LargeBinary, String, bindparam, cast, insert, select, type_coerce, update

from bot.club.challenges import ChallengeFacts, challenge_facts, select_challenges
from bot.club.taking_part import NOT_IN_IT, Shown
from bot.errors import UserError
from bot.notebook.effort import gather_effort
from bot.rules.scoring import (
    Deeds,
    Measure,
    Part,
    Share,
    Window,
    goal_reached,
    points_of,
    ranks,
    score,
    share_of,
    team_average,
)
from bot.storage.keys import Keyring
from bot.storage.models import Challenge, Participation, Standing, Team
from bot.storage.prepared import Prepared, as_it_is
from bot.storage.session import Session
from bot.storage.types import Key, keyring_of, new_key

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


class _Player(NamedTuple):
    """A participant with their points; they have no name before their line is written."""

    owner_id: int
    shown: str
    team: str | None
    deeds: Deeds
    window: Window  # their part of the challenge's
    points: int


async def read_board(
    session: Session, challenge: ChallengeFacts, *, viewer: int | None = None, page: int = 0
) -> Board:
    """Read a page of a challenge's board; live, or as it was frozen. At most four statements.

    Of all who take part only the points are reckoned; names and what the points come from are read
    for the page alone.
    """
    if challenge.closed_at is not None:
        return await _read_frozen(session, challenge, viewer, page)
    players = await _players(session, challenge)
    teams = _team_lines(players, challenge) if challenge.shape == "teams" else []
    ranked = _ranked(players) if challenge.shape == "members" else []
    board = _board(challenge, _sum_of(players), page, len(teams) or len(ranked))
    on_page = slice(board.page * PAGE, (board.page + 1) * PAGE)
    mine = next((player for player in players if player.owner_id == viewer), None)
    named = [player for _, player in ranked[on_page]] + ([mine] if mine else [])
    writing = await _writing(session, challenge, named)
    return replace(
        board,
        lines=tuple(teams[on_page] or [writing.line(*one) for one in ranked[on_page]]),
        mine=writing.line(_place_of(mine, players), mine) if mine else None,
        team=_find_team(teams, mine.team) if mine else None,
    )


@dataclass(frozen=True, slots=True)
class _Sum:
    """What a whole challenge comes to."""

    members: int
    hidden: int
    points: int


def _sum_of(players: Sequence[_Player]) -> _Sum:
    hidden = sum(1 for player in players if player.shown == Shown.HIDDEN)
    return _Sum(len(players), hidden, sum(player.points for player in players))


async def _players(session: Session, challenge: ChallengeFacts) -> list[_Player]:
    rows = await session.rows(_taking_part(), {"challenge": challenge.key})
    terms, whole = challenge.terms, challenge.window
    effort = await gather_effort(session, challenge.key, window=whole, measures=challenge.measures)
    parts = dict[str, Window]()
    players: list[_Player] = []
    for owner_id, counts_from, shown, team in rows:
        own = parts.get(counts_from)
        if own is None:
            own = parts[counts_from] = whole.since(date.fromisoformat(counts_from))
        deeds = effort.get(owner_id, _NOTHING)
        points = points_of(terms, deeds, own) if deeds else 0
        players.append(_Player(owner_id, shown, team, deeds, own, points))
    return players


@cache
def _taking_part() -> Prepared[tuple[int, str, str, str | None]]:
    statement = (
        select(
            Participation.owner_id,
            cast(Participation.counts_from, String),  # few different ones, of thousands
            Participation.shown,
            Team.name,
        )
        .outerjoin(Team, Team.key == Participation.team_key)
        .where(
            Participation.challenge_key == bindparam("challenge", type_=Key),
            Participation.left_at.is_(None),
            Participation.excluded_at.is_(None),
        )
        .order_by(Participation.joined_at, Participation.owner_id)
    )
    return Prepared(statement, as_it_is)


_NOTHING: Deeds = {}


def _ranked(players: Iterable[_Player]) -> list[tuple[int, _Player]]:
    """Rank those who are shown, the best first; who joined first stands first among equals."""
    shown = [player for player in players if player.shown != Shown.HIDDEN]
    shown.sort(key=_points, reverse=True)
    return list(zip(ranks([player.points for player in shown]), shown, strict=True))


_points = attrgetter("points")


def _place_of(mine: _Player, players: Iterable[_Player]) -> int:
    """Tell the place that a member has, or would have if they were shown."""
    return 1 + sum(1 for one in players if one.points > mine.points and one.shown != Shown.HIDDEN)


async def _writing(
    session: Session, challenge: ChallengeFacts, players: Iterable[_Player] | None = None
) -> _Writing:
    """Read the names under which some members stand on the board; all of them if None."""
    names = select(
        Participation.owner_id,
        type_coerce(Participation.alias, LargeBinary()),
        type_coerce(Participation.name, LargeBinary()),
    ).where(Participation.challenge_key == challenge.key)
    if players is not None:
        names = names.where(Participation.owner_id.in_([one.owner_id for one in players]))
    found = {owner_id: sealed for owner_id, *sealed in await session.execute(names)}
    return _Writing(challenge, found, keyring_of(session.get_bind().dialect))


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes the lines of members, whose names are opened only here."""

    challenge: ChallengeFacts
    names: Mapping[int, Sequence[bytes | None]]  # alias and name, sealed
    ring: Keyring

    def line(self, rank: int, player: _Player) -> Line:
        """Write a member's line."""
        terms, whole = self.challenge.terms, self.challenge.window
        is_late = player.window.starts_on > whole.starts_on
        return Line(
            rank,
            self._name(player),
            player.points,
            score(terms, player.deeds, player.window).parts if player.deeds else (),
            player.window.starts_on if is_late else None,
            player.owner_id,
            is_named=player.shown == Shown.NAME,
        )

    def _name(self, player: _Player) -> str:
        alias, name = self.names[player.owner_id]
        if player.shown == Shown.NAME and name is not None:
            return self.ring.unseal(bytes(name), "participations.name").decode()
        return self.ring.unseal(bytes(alias or b""), "participations.alias").decode()


def _team_lines(players: Iterable[_Player], challenge: ChallengeFacts) -> list[Line]:
    """Rank teams by the average of their members, hidden ones too; nobody stands out in it."""
    teams: defaultdict[str, list[Share]] = defaultdict(list)
    for player in players:
        if player.team is not None:
            share = share_of(player.points, player.window, challenge.window)
            teams[player.team].append(share)
    averages = [team_average(shares) for shares in teams.values()]
    lines = [
        Line(rank, name, average, members=len(teams[name]))
        for rank, name, average in zip(ranks(averages), teams, averages, strict=True)
    ]
    return sorted(lines, key=lambda line: (line.rank, line.name))


def _find_team(lines: Sequence[Line], name: str | None) -> Line | None:
    return next((line for line in lines if line.name == name), None)


def _board(challenge: ChallengeFacts, whole: _Sum, page: int, count: int) -> Board:
    """Begin a board of ``count`` lines, on the page that is nearest to the one asked for."""
    pages = max(-(-count // PAGE), 1)
    return Board(
        challenge=challenge,
        lines=(),
        page=min(max(page, 0), pages - 1),
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
    writing = await _writing(session, challenge)
    whole = _sum_of(players)
    kept = [_kept("sum", members=whole.members, hidden=whole.hidden, points=whole.points)]
    kept += [_kept_line("team", line) for line in _team_lines(players, challenge)]
    members = mark_left([writing.line(*one) for one in _ranked(players)], left)
    kept += [_kept_line("member", line) for line in members]
    kept += [
        _kept_line("hidden", writing.line(_place_of(player, players), player))
        for player in players
        if player.shown == Shown.HIDDEN
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
    board = _board(challenge, summed, page, len(shown))
    lines = tuple(shown[board.page * PAGE : (board.page + 1) * PAGE])
    return replace(board, lines=lines, mine=mine[0] if mine else None)


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

"""Standings: who stands where in a challenge, while it runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import LargeBinary, String, bindparam, case, cast, select, type_coerce

from bot.club.challenges import ChallengeFacts
from bot.club.comparing import LEAST_MEMBERS
from bot.club.taking_part import Shown
from bot.notebook.effort import gather_effort
from bot.rules.scoring import (
    Deeds,
    Part,
    Score,
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
from bot.storage.models import Participation, Team
from bot.storage.prepared import Prepared, as_it_is
from bot.storage.session import Session
from bot.storage.types import Key, keyring_of

PAGE = 10
"""So many lines stand on one page of a board."""

TAKEN_OFF = "off"
"""How a member is shown whose line an organiser took off: not at all, and counted as before."""

_UNSEEN = (Shown.HIDDEN, TAKEN_OFF)


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
    is_hidden: bool = False  # seen by its owner alone
    is_capped: bool = False  # they did more than counts of a day or a week
    has_left: bool = False  # the server; told of nobody under an alias, which it would give away


@dataclass(frozen=True, slots=True)
class Board:
    """One page of a board, and what stands around it. All names are as typed: escape them.

    ``mine`` is the viewer's own line, also when they are hidden; its rank is the place that they
    have or would have. ``points`` and ``members`` count everybody who takes part, as the report
    does: those too who are hidden, or whose line was taken off.
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


class Player(NamedTuple):
    """A participant with their points; they have no name before their line is written."""

    owner_id: int
    shown: str
    team: str | None
    deeds: Deeds
    window: Window  # their part of the challenge's
    points: int


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What all who take part have come to by now: the same for whoever looks at it."""

    players: Sequence[Player]
    ranked: Sequence[tuple[int, Player]]
    teams: Sequence[Line]
    whole: Sum


async def reckon(session: Session, challenge: ChallengeFacts) -> Reckoned:
    """Reckon everybody's points; what they come from, and who they are, a page reads for itself."""
    players = await read_players(session, challenge)
    return Reckoned(
        players,
        ranked=ranked(players) if challenge.shape == "members" else (),
        teams=team_lines(players, challenge) if challenge.shape == "teams" else (),
        whole=sum_of(players),
    )


async def live_page(
    session: Session,
    challenge: ChallengeFacts,
    reckoned: Reckoned,
    *,
    viewer: int | None,
    page: int,
) -> Board:
    """Write a page of the board of a challenge that still runs or counts; one statement."""
    players, teams = reckoned.players, reckoned.teams
    board = begin_board(challenge, reckoned.whole, page, len(teams) or len(reckoned.ranked))
    on_page = slice(board.page * PAGE, (board.page + 1) * PAGE)
    mine = next((one for one in players if one.owner_id == viewer and one.shown != TAKEN_OFF), None)
    shown = reckoned.ranked[on_page]
    names = [player for _, player in shown] + ([mine] if mine else [])
    writing = await read_names(session, challenge, names)
    return replace(
        board,
        lines=tuple(teams[on_page] or [writing.line(*one) for one in shown]),
        mine=writing.line(place_of(mine, players), mine) if mine else None,
        team=find_team(teams, mine.team) if mine else None,
    )


@dataclass(frozen=True, slots=True)
class Sum:
    """What a whole challenge comes to."""

    members: int
    hidden: int
    points: int


def sum_of(players: Sequence[Player]) -> Sum:
    """Sum up everybody who takes part, unseen ones too."""
    hidden = sum(1 for player in players if player.shown in _UNSEEN)
    return Sum(len(players), hidden, sum(player.points for player in players))


async def read_players(session: Session, challenge: ChallengeFacts) -> list[Player]:
    """Read who takes part, and reckon their points; who joined first comes first."""
    rows = await session.rows(_taking_part(), {"challenge": challenge.key})
    terms, whole = challenge.terms, challenge.window
    effort = await gather_effort(session, challenge.key, window=whole, measures=challenge.measures)
    parts = dict[str, Window]()
    players: list[Player] = []
    for owner_id, counts_from, shown, team in rows:
        own = parts.get(counts_from)
        if own is None:
            own = parts[counts_from] = whole.since(date.fromisoformat(counts_from))
        deeds = effort.get(owner_id, _NOTHING)
        points = points_of(terms, deeds, own) if deeds else 0
        players.append(Player(owner_id, shown, team, deeds, own, points))
    return players


@cache
def _taking_part() -> Prepared[tuple[int, str, str, str | None]]:
    statement = (
        select(
            Participation.owner_id,
            cast(Participation.counts_from, String),  # few different ones, of thousands
            case((Participation.excluded_at.is_not(None), TAKEN_OFF), else_=Participation.shown),
            Team.name,
        )
        .outerjoin(Team, Team.key == Participation.team_key)
        .where(
            Participation.challenge_key == bindparam("challenge", type_=Key),
            Participation.left_at.is_(None),
        )
        .order_by(Participation.joined_at, Participation.owner_id)
    )
    return Prepared(statement, as_it_is)


_NOTHING: Deeds = {}


def ranked(players: Iterable[Player]) -> list[tuple[int, Player]]:
    """Rank those who are shown, the best first; who joined first stands first among equals."""
    shown = [player for player in players if player.shown not in _UNSEEN]
    shown.sort(key=_points, reverse=True)
    return list(zip(ranks([player.points for player in shown]), shown, strict=True))


_points = attrgetter("points")


def place_of(mine: Player, players: Iterable[Player]) -> int:
    """Tell the place that a member has, or would have if they were shown."""
    return 1 + sum(1 for one in players if one.points > mine.points and one.shown not in _UNSEEN)


async def read_names(
    session: Session, challenge: ChallengeFacts, players: Iterable[Player] | None = None
) -> Writing:
    """Read the names under which some members stand on the board; all of them if None."""
    names = select(
        Participation.owner_id,
        type_coerce(Participation.alias, LargeBinary()),
        type_coerce(Participation.name, LargeBinary()),
    ).where(Participation.challenge_key == challenge.key)
    if players is not None:
        names = names.where(Participation.owner_id.in_([one.owner_id for one in players]))
    found = {owner_id: sealed for owner_id, *sealed in await session.execute(names)}
    return Writing(challenge, found, keyring_of(session.get_bind().dialect))


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes the lines of members, whose names are opened only here."""

    challenge: ChallengeFacts
    names: Mapping[int, Sequence[bytes | None]]  # alias and name, sealed
    ring: Keyring

    def line(self, rank: int, player: Player) -> Line:
        """Write a member's line."""
        terms, whole = self.challenge.terms, self.challenge.window
        is_late = player.window.starts_on > whole.starts_on
        own = score(terms, player.deeds, player.window) if player.deeds else Score()
        return Line(
            rank,
            self._name(player),
            player.points,
            own.parts,
            player.window.starts_on if is_late else None,
            player.owner_id,
            is_named=player.shown == Shown.NAME,
            is_hidden=player.shown == Shown.HIDDEN,
            is_capped=own.is_capped,
        )

    def _name(self, player: Player) -> str:
        alias, name = self.names[player.owner_id]
        if player.shown == Shown.NAME and name is not None:
            return self.ring.unseal(bytes(name), "participations.name").decode()
        return self.ring.unseal(bytes(alias or b""), "participations.alias").decode()


def team_lines(players: Iterable[Player], challenge: ChallengeFacts) -> list[Line]:
    """Rank teams by the average of their members, unseen ones too; nobody stands out in it.

    So a team of fewer than five is not among them.
    """
    teams: defaultdict[str, list[Share]] = defaultdict(list)
    for player in players:
        if player.team is not None:
            share = share_of(player.points, player.window, challenge.window)
            teams[player.team].append(share)
    large = {name: shares for name, shares in teams.items() if len(shares) >= LEAST_MEMBERS}
    averages = [team_average(shares) for shares in large.values()]
    lines = [
        Line(rank, name, average, members=len(large[name]))
        for rank, name, average in zip(ranks(averages), large, averages, strict=True)
    ]
    return sorted(lines, key=lambda line: (line.rank, line.name))


def find_team(lines: Sequence[Line], name: str | None) -> Line | None:
    """Find the line of a team."""
    return next((line for line in lines if line.name == name), None)


def begin_board(challenge: ChallengeFacts, whole: Sum, page: int, count: int) -> Board:
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

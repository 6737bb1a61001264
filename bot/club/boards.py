"""Boards: a page of a challenge's standings, live while it runs, frozen when it closes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.club.challenges import ChallengeFacts
from bot.club.standings import (
    PAGE,
    Board,
    Line,
    Reckoned,
    Sum,
    begin_board,
    live_page,
    place_of,
    ranked,
    read_names,
    read_players,
    reckon,
    sum_of,
    team_lines,
)
from bot.club.taking_part import NOT_IN_IT, Shown
from bot.errors import UserError
from bot.rules.scoring import Measure, Part
from bot.storage.models import Challenge, Participation, Standing
from bot.storage.session import Session
from bot.storage.types import new_key

_Kept = tuple[int | None, Mapping[str, Any]]


async def read_board(
    session: Session,
    challenge: ChallengeFacts,
    *,
    viewer: int | None = None,
    page: int = 0,
    whole: Whole | None = None,
) -> Board:
    """Read a page of a challenge's board; live, or as it was frozen. At most four statements.

    With ``whole``, which whoever asks at the same time shares, one; of a frozen board none.
    """
    whole = whole or await read_whole(session, challenge)
    if isinstance(whole, Frozen):
        return _frozen_page(challenge, whole, viewer, page)
    return await live_page(session, challenge, whole, viewer=viewer, page=page)


async def read_whole(session: Session, challenge: ChallengeFacts) -> Whole:
    """Read what is the same for whoever looks at a board."""
    if challenge.closed_at is not None:
        return await _read_frozen(session, challenge)
    return await reckon(session, challenge)


async def list_lines(
    session: Session, challenge: ChallengeFacts, *, page: int
) -> tuple[Board, Mapping[str, Line], Mapping[str, str]]:
    """Read a page of the board with each line by a key of its own, and the lines taken off it.

    Of the latter the names by key; no key tells who a member is.
    """
    board = await read_board(session, challenge, page=page)
    columns = (Participation.key, Participation.owner_id, Participation.excluded_at)
    named = (Participation.shown, Participation.alias, Participation.name)
    rows = await session.execute(
        select(*columns, *named).where(
            Participation.challenge_key == challenge.key,
            Participation.left_at.is_(None),
            Participation.shown != Shown.HIDDEN,
            Participation.excluded_at.is_not(None)
            | Participation.owner_id.in_([line.owner_id for line in board.lines]),
        )
    )
    found = rows.all()
    keys = {row.owner_id: row.key for row in found if row.excluded_at is None}
    lines = {keys[line.owner_id]: line for line in board.lines if line.owner_id in keys}
    off = {
        row.key: (row.name if row.shown == Shown.NAME else None) or row.alias
        for row in found
        if row.excluded_at is not None
    }
    return board, lines, off


def mark_left(lines: Iterable[Line], left: Collection[int]) -> tuple[Line, ...]:
    """Mark those who have left the server, of those who stand under their own name."""
    return tuple(replace(line, has_left=line.is_named and line.owner_id in left) for line in lines)


async def freeze(
    session: Session, challenge: ChallengeFacts, *, now: datetime, left: Collection[int] = ()
) -> ChallengeFacts:
    """Close a challenge and keep its board as it stands; from here on nothing changes it.

    ``left`` are members who are not on the server any more.
    """
    players = await read_players(session, challenge)
    writing = await read_names(session, challenge)
    whole = sum_of(players)
    kept = [_kept("sum", members=whole.members, points=whole.points)]
    kept += [_kept_line("team", line) for line in team_lines(players, challenge)]
    members = mark_left([writing.line(*one) for one in ranked(players)], left)
    kept += [_kept_line("member", line) for line in members]
    kept += [
        _kept_line("hidden", writing.line(place_of(player, players), player))
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
        is_capped=line.is_capped,
    )


@dataclass(frozen=True, slots=True)
class Frozen:
    """A closed board as it is kept: lines as plain data with their owners, in their order.

    Whose lines they are, and their ranks, stay sealed at rest: together they would tell who stands
    behind an alias.
    """

    whole: Sum
    shown: Sequence[_Kept]
    own: Mapping[int, _Kept]


async def _read_frozen(session: Session, challenge: ChallengeFacts) -> Frozen:
    columns = (Standing.owner_id, Standing.line)
    rows = await session.execute(select(*columns).where(Standing.challenge_key == challenge.key))
    kept: list[_Kept] = [(row.owner_id, row.line) for row in rows.all()]
    whole = next((line for _, line in kept if line["kind"] == "sum"), _EMPTY)
    wanted = {"members": "member", "teams": "team"}.get(challenge.shape)
    shown = [one for one in kept if one[1]["kind"] == wanted]
    seen = sum(1 for _, line in kept if line["kind"] == "member")  # some hide after the end
    return Frozen(
        Sum(whole["members"], whole["members"] - seen, whole["points"]),
        sorted(shown, key=lambda one: (one[1]["rank"], one[1]["name"])),
        {owner: (owner, line) for owner, line in kept if owner is not None},
    )


def _frozen_page(challenge: ChallengeFacts, kept: Frozen, viewer: int | None, page: int) -> Board:
    board = begin_board(challenge, kept.whole, page, len(kept.shown))
    on_page = kept.shown[board.page * PAGE : (board.page + 1) * PAGE]
    mine = kept.own.get(viewer) if viewer else None
    return replace(
        board,
        lines=tuple(_thawed(line, owner) for owner, line in on_page),
        mine=_thawed(mine[1], mine[0]) if mine else None,
    )


Whole = Reckoned | Frozen
_EMPTY: Mapping[str, Any] = {"members": 0, "points": 0}


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
        is_hidden=kept["kind"] == "hidden",
        has_left=kept.get("has_left", False),
        is_capped=kept.get("is_capped", False),
    )


async def hide_from_final(session: Session, challenge_key: str, *, member_id: int) -> None:
    """Take a member's line off a closed board for good; they alone still see it, marked as hidden.

    Ranks and totals stay, and what was posted before.
    """
    mine = (Standing.challenge_key == challenge_key) & (Standing.owner_id == member_id)
    row = (await session.execute(select(Standing.key, Standing.line).where(mine))).one_or_none()
    if row is None:
        raise UserError(NOT_IN_IT)
    hidden = {**row.line, "kind": "hidden"}
    await session.execute(update(Standing).where(Standing.key == row.key).values(line=hidden))


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

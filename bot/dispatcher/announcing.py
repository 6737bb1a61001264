"""Turns what challenges have to say into deliveries: each post once, whatever restarts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.club.boards import freeze, mark_left, read_board
from bot.club.challenges import ChallengeFacts, challenge_facts, locked, select_challenges
from bot.club.posts import Post, write_change, write_last_call, write_post, write_report_post
from bot.club.publishing import publish_figures
from bot.club.report import read_report
from bot.club.settings import Club, find_club
from bot.club.standings import Board, Line
from bot.club.timeline import (
    BOARDS,
    Change,
    Due,
    Moment,
    let_lapse,
    post_name,
    take_back_posts,
    timeline,
)
from bot.club.troubles import say_ping_deleted
from bot.content import Content
from bot.dispatcher.calling import plan_calls
from bot.dispatcher.courier import Picture, to_body
from bot.dispatcher.explaining import tell_organisers
from bot.rules.presses import NO_KEY
from bot.storage.models import Challenge, Delivery, Guild
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import insert_new


async def list_open(session: Session) -> list[ChallengeFacts]:
    """List every challenge that has something to say yet, of clubs that the bot is in."""
    rows = await session.execute(_select_open())
    return [challenge_facts(row) for row in rows.all()]


def _select_open() -> Any:
    return (
        select_challenges()
        .outerjoin(Guild, Guild.id == Challenge.guild_id)
        .where(Challenge.closed_at.is_(None), Guild.left_at.is_(None))
    )


async def list_to_look_for(
    session: Session, challenge: ChallengeFacts, *, now: datetime
) -> list[int]:
    """List whom a board that is due now would show by name: they may have left the server.

    One page of a board has ten lines, so ten members at most are looked up, and rarely.
    """
    club = await find_club(session, challenge.guild_id)
    posts = timeline(challenge.window, club, created_at=challenge.created_at)
    shown = (*BOARDS, Moment.CLOSE)
    due = [post for post in posts if post.at <= now and post.moment in shown]
    if challenge.shape != "members" or not due or not await _not_said(session, challenge, due):
        return []
    board = await read_board(session, challenge)
    return [line.owner_id for line in board.lines if line.is_named and line.owner_id is not None]


async def announce(
    session: Session,
    content: Content,
    key: str,
    *,
    now: datetime,
    left: Collection[int] = (),
    is_ping_gone: bool = False,
) -> int:
    """Write the deliveries of a challenge's posts that are due; returns how many.

    Of several boards that are due at once only the latest is posted. When its time is over, the
    challenge is closed, its board frozen, and only that is said. ``left`` are members who are not
    on the server any more: a board marks them. ``is_ping_gone``: the role to ping was deleted, so
    the opening pings nobody, and the organisers hear of it.

    The challenge is read here, and locked: while Discord was asked who left, it may have been
    called off, and another process may be about to.
    """
    open_one = locked(_select_open().where(Challenge.key == key))
    row = (await session.execute(open_one)).one_or_none()
    if row is None:
        return 0
    challenge = challenge_facts(row)
    club = await find_club(session, challenge.guild_id)
    await publish_figures(session, challenge, club, now=now)
    posts = timeline(challenge.window, club, created_at=challenge.created_at)
    due = await _not_said(session, challenge, [post for post in posts if post.at <= now])
    if not due:
        return 0
    speech = _Speech(session, content, club, challenge, now, left)
    moments = {post.moment for post in due}
    if Moment.CLOSE in moments:
        return await speech.close(due)
    if is_ping_gone and Moment.OPEN in moments:
        name, text = f"trouble:{challenge.key}:ping", say_ping_deleted(challenge)
        await tell_organisers(session, club.guild_id, name=name, text=text, now=now)
        speech = replace(speech, challenge=replace(challenge, ping_role_id=None))
    return await speech.go_on(due)


async def announce_change(
    session: Session,
    content: Content,
    club: Club,
    challenge: ChallengeFacts,
    change: Change,
    *,
    now: datetime,
) -> bool:
    """Write the delivery that tells of an organiser's change; returns whether there is one.

    It belongs into the change's own transaction: so each is told once. What was not opened in a
    channel is changed in silence.
    """
    opening = Delivery.name == post_name(challenge.key, Moment.OPEN)
    state = await session.scalar(select(Delivery.state).where(opening))
    if challenge.channel_id is None or state not in ("sending", "delivered"):
        return False
    await _Speech(session, content, club, challenge, now, ()).tell(change)
    return True


async def _not_said(session: Session, challenge: ChallengeFacts, posts: Sequence[Due]) -> list[Due]:
    names = {post_name(challenge.key, post.label): post for post in posts}
    rows = await session.execute(select(Delivery.name).where(Delivery.name.in_(names)))
    said = {row.name for row in rows.all()}
    return [post for name, post in names.items() if name not in said]


@dataclass(frozen=True, slots=True)
class _Speech:
    """One challenge speaking at one moment."""

    session: Session
    content: Content
    club: Club
    challenge: ChallengeFacts
    now: datetime
    left: Collection[int]

    async def go_on(self, due: Sequence[Due]) -> int:
        """Say what is due while the challenge runs; without a channel, wait for one."""
        count = 0
        boards = [post for post in due if post.moment in BOARDS]
        for post in due:
            if post.moment is Moment.LAST:
                count += await self._remind(post)
            elif self.challenge.channel_id is None:
                continue
            elif post in boards[:-1]:
                await self._skip(post)
            else:
                await self._let_older_boards_lapse()
                count += await self._say(post, self.challenge)
        return count

    async def close(self, due: Sequence[Due]) -> int:
        """Freeze the board and say so, and nothing of what should have come before or waits."""
        await take_back_posts(self.session, self.challenge.key, now=self.now)
        closed = await freeze(self.session, self.challenge, now=self.now, left=self.left)
        count = 0
        for post in due:
            if post.moment is Moment.CLOSE and closed.channel_id is not None:
                count += await self._say(post, closed)
            elif post.moment is Moment.REPORT and self.club.organiser_channel_id is not None:
                place = self.club.organiser_channel_id
                report = await read_report(self.session, closed, now=self.now)
                words = write_report_post(self.club, report)
                await self._write(post.label, words, channel_id=place)
                count += 1
            else:
                await self._skip(post)
        return count

    async def tell(self, change: Change) -> None:
        """Tell of a change."""
        words = write_change(self.content, self.challenge, change)
        # One end may be set twice, so what it is does not make a name that is its own.
        label = f"{Moment.CHANGED}:{change}:{new_key()}"
        await self._write(label, words, channel_id=self.challenge.channel_id)

    async def _say(self, post: Due, challenge: ChallengeFacts) -> int:
        board = await read_board(self.session, challenge)
        board = replace(board, lines=_marked(board, self.left))
        words = write_post(self.content, self.club, board, post, now=self.now)
        await self._write(post.label, words, channel_id=challenge.channel_id)
        return 1

    async def _let_older_boards_lapse(self) -> None:
        """Take back boards that found no channel yet."""
        boards = post_name(self.challenge.key, Moment.WEEK)
        half = post_name(self.challenge.key, Moment.HALF)
        is_board = Delivery.name.startswith(f"{boards}:") | (Delivery.name == half)
        await let_lapse(self.session, is_board, now=self.now)

    async def _skip(self, post: Due) -> None:
        empty = Post("", ())
        await self._write(post.label, empty, channel_id=None, state="lapsed")

    async def _remind(self, post: Due) -> int:
        """Write to those who allowed it."""
        await self._skip(post)
        words = [
            write_last_call(self.content, self.challenge, is_last_day=is_last_day)
            for is_last_day in (False, True)
        ]
        calls = await plan_calls(self.session, self.challenge, now=self.now)
        rows = [
            {
                **self._row(
                    f"{post.label}:{call.member_id}",
                    replace(words[call.is_last_day], is_silent=call.is_silent),
                    at=call.at,
                ),
                "owner_id": call.member_id,
                "expires_at": call.expires_at,
            }
            for call in calls
        ]
        await insert_new(self.session, Delivery, rows)
        return len(rows)

    async def _write(
        self, label: str, words: Post, *, channel_id: int | None, state: str = "retry"
    ) -> None:
        row = self._row(label, words, channel_id=channel_id, state=state, at=self.now)
        await insert_new(self.session, Delivery, [row])

    def _row(
        self,
        label: str,
        words: Post,
        *,
        at: datetime,
        channel_id: int | None = None,
        state: str = "retry",
    ) -> dict[str, Any]:
        key = new_key()
        rows = tuple(
            tuple(
                replace(one, key=key) if one.scope == "d" and one.key == NO_KEY else one
                for one in row
            )
            for row in words.buttons
        )
        body = to_body(
            words.content,
            rows,
            silent=words.is_silent,
            picture=_picture(words),
            ping_role_id=words.ping_role_id,
        )
        is_over = state == "lapsed"
        return {
            "key": key,
            "name": post_name(self.challenge.key, label),
            "owner_id": None,
            "channel_id": channel_id,
            "body": body,
            "state": state,
            "attempts": 0,
            "created_at": self.now,
            "lease_until": None if is_over else at,
            "retry_at": None if is_over else at,
        }


def _marked(board: Board, left: Collection[int]) -> tuple[Line, ...]:
    return board.lines if board.is_final else mark_left(board.lines, left)


def _picture(words: Post) -> Picture | None:
    if words.board:
        return Picture("board", words.board)
    return Picture("report", words.report) if words.report else None

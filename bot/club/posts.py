"""Words the posts of a challenge: what is said when, with the board beneath."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.club.challenges import ChallengeDraft, ChallengeFacts
from bot.club.drawing import report_text
from bot.club.report import Report
from bot.club.settings import Club
from bot.club.standings import Board, Line
from bot.club.timeline import Change, Due, Moment
from bot.content import Content, plain_text, render_words
from bot.rules.hours import local_day
from bot.rules.presses import NO_KEY, Press, menu
from bot.rules.scoring import MEANINGS, Term, Window

_LATE = timedelta(hours=1)
_LAST_DAYS = timedelta(days=2)
_LINES = 5
_BAR = 20
_POST_CHARS = 1990
TEAMS_OF_FIVE = "-# A team stands here once five of it take part, so that nobody is shown alone."


@dataclass(frozen=True, slots=True)
class Post:
    """A post in words. A button of scope ``d`` gets the delivery's key; ``board`` is the picture's.

    ``board`` is plain data: title, club, lines (rank, name, points, since), points, goal, reached,
    members, hidden, is_final. ``report`` is the data of bot.pictures.report.ReportText.
    """

    content: str
    buttons: tuple[tuple[Press, ...], ...]
    board: Mapping[str, Any] | None = None
    ping_role_id: int | None = None
    report: Mapping[str, Any] | None = None
    is_silent: bool = False


def write_post(content: Content, club: Club, board: Board, due: Due, *, now: datetime) -> Post:
    """Word one post of a challenge; a late one says when it was due."""
    challenge = board.challenge
    is_open = due.moment is Moment.OPEN
    is_empty = due.moment is Moment.CLOSE and not board.members  # there is nobody to praise
    parts = [_head(content, challenge, due)]
    if not is_empty:
        parts.append(_text(content, club, challenge, due))
    if is_open:
        parts += [f"What counts:\n{say_terms(challenge.terms)}", say_dates(content, challenge)]
        is_ranked = challenge.shape == "members"
        words = "challenge_join" if is_ranked else "challenge_join_together"
        parts.append(render_words(content, words))
    else:
        parts.append(_board(content, board))
    if due.moment is Moment.CLOSE and not is_empty:
        parts.append(render_words(content, "challenge_badges"))
    if now - due.at > _LATE:
        when = say_day(local_day(due.at, club.zone or "UTC"))
        parts.append(f"-# {render_words(content, 'challenge_late', when=when)}")
    if is_open and challenge.ping_role_id is not None:
        parts.insert(0, f"<@&{challenge.ping_role_id}>")
    return Post(
        "\n\n".join(part for part in parts if part)[:_POST_CHARS],
        _buttons(challenge, due.moment),
        None if is_open else plain_board(club, board),
        challenge.ping_role_id if is_open else None,
    )


def _head(content: Content, challenge: ChallengeFacts, due: Due) -> str:
    if due.moment is Moment.OPEN:
        return f"**{plain_text(challenge.title)}**"
    boards = {Moment.WEEK: "challenge_so_far", Moment.HALF: "challenge_half"}
    words = boards.get(due.moment)
    if words is None:
        over = render_words(content, "challenge_close", title=_in_a_sentence(challenge.title))
        return f"**{over}**"
    is_question = challenge.title.endswith("?")
    values = {"title": challenge.title, "n": due.number, "is_question": is_question}
    return f"**{render_words(content, words, **values)}**"


def _in_a_sentence(title: str) -> str:
    """Give a title that a sentence goes on after; one with a mark of its own stands in quotes."""
    return f"“{title}”" if title.endswith(("?", "!", ".", "…")) else title


def _text(content: Content, club: Club, challenge: ChallengeFacts, due: Due) -> str:
    """Give a kit's words for this moment; an organiser's own stand in the opening post.

    In the last days a board stands alone: what a week's words ask for would come too late.
    """
    if due.moment is Moment.OPEN:
        return challenge.text and plain_text(challenge.text)
    kit = content.kits.get(challenge.kit)
    if kit is None:
        return ""
    if due.moment is Moment.WEEK:
        day = local_day(due.at, club.zone or "UTC")
        return kit.week(due.number) if challenge.ends_on - day > _LAST_DAYS else ""
    return kit.half if due.moment is Moment.HALF else kit.close


def say_terms(terms: Iterable[Term]) -> str:
    """List what counts: "- 3 points: people you talked to (up to 5)"."""
    return "\n".join(
        f"- {term.points} {'point' if term.points == 1 else 'points'}: {MEANINGS[term.measure]}"
        + (f" (up to {term.most})" if term.most else "")
        for term in terms
    )


def say_dates(content: Content, challenge: ChallengeFacts | ChallengeDraft) -> str:
    """Say from when to when a challenge runs, and until when something can still be noted."""
    window = Window(challenge.starts_on, challenge.ends_on)
    return render_words(
        content,
        "challenge_dates",
        starts=say_day(challenge.starts_on),
        ends=say_day(challenge.ends_on),
        until=say_day(window.still_counting_until),
    )


def say_day(day: date) -> str:
    """Say a day as "Monday, 2 March"."""
    return f"{day:%A}, {day.day} {day:%B}"


def _board(content: Content, board: Board) -> str:
    if not board.members:
        return say_empty(content, is_over=board.is_final)
    if board.challenge.shape == "club":
        return say_progress(board)
    lines = [say_line(line) for line in board.lines[:_LINES]]
    if board.challenge.shape == "teams":
        return "\n".join([*lines, TEAMS_OF_FIVE])
    return "\n".join(lines) or say_unseen(content, board)


def say_empty(content: Content, *, is_over: bool) -> str:
    """Say that nobody is on a board; while it runs, ask who is first."""
    return render_words(content, "challenge_nobody" if is_over else "challenge_empty")


def say_unseen(content: Content, board: Board) -> str:
    """Say that all who take part chose not to stand on the board."""
    return render_words(content, "challenge_unseen", n=board.members, is_final=board.is_final)


def say_line(line: Line) -> str:
    """Write one line of a board: "2. Curious Otter · 12 points · since 8 March"."""
    since = f" · since {line.since.day} {line.since:%B}" if line.since else ""
    left = " · has left" if line.has_left else ""
    return f"{line.rank}\\. {plain_text(line.name)} · {say_points(line.points)}{since}{left}"


def say_points(points: float) -> str:
    """Write down points: "12 points"."""
    return f"{points:g} {'point' if points == 1 else 'points'}"


def say_progress(board: Board) -> str:
    """Write how far a club is towards its goal, as a bar of characters."""
    full = round(board.reached * _BAR)
    goal = board.challenge.goal or 0
    return f"{'▰' * full}{'▱' * (_BAR - full)}\n{board.points} of {goal}, by {board.members} of us"


def _buttons(challenge: ChallengeFacts, moment: Moment) -> tuple[tuple[Press, ...], ...]:
    join = Press("g", challenge.key, "join", "Join", "primary")
    board = Press("d", NO_KEY, "board", "Board")
    return ((board,),) if moment in (Moment.CLOSE, Moment.REPORT) else ((join, board),)


def plain_board(club: Club, board: Board) -> dict[str, Any]:
    """Give a board as the plain data of its picture."""
    return {
        "title": board.challenge.title,
        "club": club.name or "",
        "shape": board.challenge.shape,
        "lines": [
            [
                one.rank,
                one.name,
                one.points,
                one.since.isoformat() if one.since else None,
                one.has_left,
            ]
            for one in board.lines
        ],
        "points": board.points,
        "goal": board.challenge.goal,
        "reached": board.reached,
        "members": board.members,
        "hidden": board.hidden,
        "is_final": board.is_final,
    }


_CHANGES = {
    Change.EXTENDED: "challenge_extended",
    Change.ENDED: "challenge_ended_early",
    Change.CALLED_OFF: "challenge_called_off",
}


def write_change(content: Content, challenge: ChallengeFacts, change: Change) -> Post:
    """Word the post that a challenge goes on, ends earlier than planned, or was called off."""
    text = render_words(
        content,
        _CHANGES[change],
        title=_in_a_sentence(challenge.title),
        ends=say_day(challenge.ends_on),
        until=say_day(challenge.window.still_counting_until),
    )
    is_off = change is Change.CALLED_OFF  # it has no board
    return Post(text, () if is_off else _buttons(challenge, Moment.CHANGED))


def write_last_call(content: Content, challenge: ChallengeFacts, *, is_last_day: bool) -> Post:
    """Word the DM when two days are left, or the last one alone, for those who allowed it."""
    head = render_words(
        content,
        "challenge_last_day" if is_last_day else "challenge_last",
        title=_in_a_sentence(challenge.title),
        ends=say_day(challenge.ends_on),
        until=say_day(challenge.window.still_counting_until),
    )
    kit = None if is_last_day else content.kits.get(challenge.kit)  # its words say "two days"
    log = menu("log", "Log", style="primary")
    board = Press("d", NO_KEY, "board", "Board")
    return Post("\n".join([head, *([kit.last] if kit else [])]), ((log, board),))


def write_report_post(club: Club, report: Report) -> Post:
    """Word the organisers' post; its picture is the report on one page."""
    challenge = report.challenge
    text = (
        f"**{plain_text(challenge.title)}** is over. **/organise report** shows what members did, "
        "in figures that nobody stands behind alone."
    )
    return Post(text, _buttons(challenge, Moment.REPORT), report=asdict(report_text(club, report)))

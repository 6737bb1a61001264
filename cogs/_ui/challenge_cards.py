"""How members see a challenge: its board, their part in it, and the one question."""

from __future__ import annotations

from collections import Counter
from datetime import date

from bot.club.challenges import ChallengeFacts, State
from bot.club.posts import (
    TEAMS_OF_FIVE,
    say_day,
    say_empty,
    say_line,
    say_points,
    say_progress,
    say_terms,
)
from bot.club.report import QUESTION
from bot.club.standings import Board, Line
from bot.club.taking_part import PartFacts, Shown
from bot.content import Content, plain_text, render_words
from bot.notebook.members import MemberFacts
from bot.rules.presses import Press, menu
from bot.rules.scoring import MEANINGS
from cogs._ui.cards import Card, Item

NOBODY_ELSE = "only you see your place, and your points are in the organisers' total"
TAKEN_OFF = (
    "Your organisers took your line off this board. Under another name it does not tell them that "
    "it is yours. Your notebook is as it was, and nobody else is told. The total and their report "
    "still count you, never alone."
)
DID_MORE = (
    "-# You did more than counts here: each thing has a limit for a day and for a week, so that a "
    "steady pace wins. Your notebook has all of it."
)
MAY_GUESS = "Those who saw your name there may guess that it is you."
_SHOWN = {Shown.ALIAS: "Under another name", Shown.NAME: "Under my name", Shown.HIDDEN: "Hidden"}


def board_button(key: str) -> Press:
    """Show a board in a reply of its own."""
    return Press("g", key, "board", "Board")


def _page_button(key: str, page: int, label: str) -> Press:
    return Press("g", key, "page", label, arg=str(page))


def board_card(
    content: Content, board: Board, *, today: date, part: PartFacts | None = None
) -> Card:
    """Show a page of a board to one member: live, or final."""
    parts = (
        f"## {plain_text(board.challenge.title)}\n{_state_line(content, board, today)}",
        _lines(content, board, part, today),
        _own(board, part),
        _tie_line(board.lines),
    )
    rows = (_paging(board), _board_buttons(board, today, part), _question(board, today, part))
    return Card("\n\n".join(part for part in parts if part), rows=rows)


def _state_line(content: Content, board: Board, today: date) -> str:
    challenge = board.challenge
    ends, until = say_day(challenge.ends_on), say_day(challenge.window.still_counting_until)
    state = {
        State.PLANNED: f"It begins on {say_day(challenge.starts_on)} and ends on {ends}.",
        State.RUNNING: f"It runs until {ends}.",
        State.COUNTING: render_words(content, "challenge_counting", until=until, ends=ends),
        State.CLOSED: f"It ended on {ends}. This is the final board.",
        State.CANCELLED: "It was called off.",
    }[challenge.state(today)]
    return f"{state} {_count(board)}"


def _count(board: Board) -> str:
    if not board.members:
        return ""
    people = "1 takes part" if board.members == 1 else f"{board.members} take part"
    unseen = board.hidden if board.challenge.shape == "members" else 0
    return f"{people}, {unseen} of them unseen." if unseen else f"{people}."


def _lines(content: Content, board: Board, part: PartFacts | None, today: date) -> str:
    if not board.members and part is None:
        is_over = board.challenge.state(today) in (State.COUNTING, State.CLOSED)
        return say_empty(content, is_over=is_over)
    if board.challenge.shape == "club":
        return say_progress(board)
    lines = [say_line(line) for line in board.lines]
    if board.challenge.shape == "teams":
        return "\n".join([*lines, TEAMS_OF_FIVE])
    return "\n".join(lines) or "Nobody stands on the board."


def _tie_line(lines: tuple[Line, ...]) -> str:
    is_tied = any(count > 1 for count in Counter(line.rank for line in lines).values())
    return "-# The same points, the same place." if is_tied else ""


def _own(board: Board, part: PartFacts | None) -> str:
    mine = board.mine
    if mine is None:
        return TAKEN_OFF if part is not None and part.is_excluded else ""
    is_ranked = board.challenge.shape == "members"
    place = f"place {mine.rank}, " if is_ranked else ""
    is_alias = is_ranked and not (mine.is_named or mine.is_hidden)
    whom = f"You, as {plain_text(mine.name)}" if is_alias else "You"
    lines = [f"**{whom}**: {place}{say_points(mine.points)}"]
    if is_ranked and mine.is_hidden:
        lines[0] += f" ({NOBODY_ELSE})"
    if mine.since:
        lines[0] += f", counted since {say_day(mine.since)}"
    lines += [
        f"- {one.counted} × {MEANINGS[one.measure]}: {say_points(one.points)}"
        for one in mine.parts
        if one.counted
    ]
    if mine.is_capped:
        lines.append(DID_MORE)
    if board.team is not None:
        lines.append(f"**Your team**: {say_line(board.team)}")
    return "\n".join(lines)


def _paging(board: Board) -> tuple[Press, ...]:
    key = board.challenge.key
    earlier = (_page_button(key, board.page - 1, "Back"),) if board.page else ()
    more = board.page + 1 < board.pages
    later = (_page_button(key, board.page + 1, "Further down"),) if more else ()
    return (*earlier, *later)


def _board_buttons(board: Board, today: date, part: PartFacts | None) -> tuple[Press, ...]:
    key, state = board.challenge.key, board.challenge.state(today)
    picture = (Press("g", key, "picture", "Picture"),) if board.members else ()
    if state is State.CLOSED:
        is_in = board.mine is not None and not board.mine.is_hidden
        seen = is_in and board.challenge.shape == "members"
        return (*picture, *((Press("g", key, "hide", "Hide me"),) if seen else ()))
    anew = _page_button(key, board.page, "Look again")
    if part is not None:
        return (Press("g", key, "mine", "How I am shown"), anew, *picture)
    if state in (State.PLANNED, State.RUNNING):
        return (Press("g", key, "join", "Join", "primary"), anew, *picture)
    return (anew, *picture)


def _question(board: Board, today: date, part: PartFacts | None) -> tuple[Press, ...]:
    is_over = board.challenge.state(today) in (State.COUNTING, State.CLOSED)
    if part is None or not is_over or not board.challenge.asks_question:
        return ()
    return (Press("g", board.challenge.key, "question", "One anonymous question"),)


def part_card(
    challenge: ChallengeFacts, part: PartFacts, member: MemberFacts, *, today: date, head: str = ""
) -> Card:
    """Show how somebody takes part, each answer one tap away (the usual ones are set)."""
    late = part.counts_from > challenge.starts_on
    lines = (
        head or f"## {plain_text(challenge.title)}",
        f"What you do counts from {say_day(part.counts_from)} on." if late else "",
        _say_shown(challenge, part),
        f"**A message from me when two days are left**: {'yes.' if part.may_dm else 'no.'}",
        "-# Nobody sees whom you talk to: the board knows counts, never names.",
    )
    return Card("\n".join(filter(None, lines)), rows=_part_rows(challenge, part, member, today))


def _say_shown(challenge: ChallengeFacts, part: PartFacts) -> str:
    if part.is_excluded:
        return TAKEN_OFF
    if challenge.shape != "members":
        is_team = challenge.shape == "teams"
        whose = "the average of your team, from five on" if is_team else "what all reach together"
        return f"Your points count for {whose}; nobody is shown alone."
    alias = f"**{plain_text(part.alias)}**"
    shown = {
        Shown.ALIAS: f"{alias}, a name drawn for you; I tell nobody whose it is.",
        Shown.NAME: "your own name.",
        Shown.HIDDEN: f"not at all: {NOBODY_ELSE}.",
    }[part.shown]
    guess = f" {MAY_GUESS}" if part.was_named else ""
    return f"**On the board**: {shown}{guess}"


def _part_rows(
    challenge: ChallengeFacts, part: PartFacts, member: MemberFacts, today: date
) -> tuple[tuple[Press, ...], ...]:
    key = challenge.key
    shown = tuple(
        Press("g", key, "show", label, _style(one is part.shown), arg=one.value)
        for one, label in _SHOWN.items()
    )
    letters = (
        Press("g", key, "dm", "Write to me", _style(part.may_dm), arg="yes"),
        Press("g", key, "dm", "Don't write to me", _style(not part.may_dm), arg="no"),
    )
    zone = () if member.zone else (menu("zone", "Which time zone are you in?", style="primary"),)
    others = (menu("today", "Today"), board_button(key), Press("g", key, "leave", "Leave"))
    asked = () if not challenge.asks_question or _is_over(challenge, today) else _ask(key)
    is_ranked = challenge.shape == "members" and not part.is_excluded
    return (zone, shown if is_ranked else (), letters, (*others, *asked))


def _is_over(challenge: ChallengeFacts, today: date) -> bool:
    return challenge.state(today) not in (State.PLANNED, State.RUNNING)


def _style(is_chosen: bool) -> str:
    return "success" if is_chosen else "secondary"


def _ask(key: str) -> tuple[Press, ...]:
    return (Press("g", key, "question", "One anonymous question"),)


def question_card(key: str, moment: str) -> Card:
    """Ask the one question; ``moment`` is "start" or "close"."""
    text = (
        f"**{QUESTION}**\n1 is not at all, 5 is any day. I count the answers and do not keep whose "
        "they are; the organisers see the average when all are in, if five have answered."
    )
    row = tuple(
        Press("g", key, "answer", str(value), arg=f"{moment}.{value}") for value in range(1, 6)
    )
    return Card(text, rows=(row,))


def challenges_card(challenges: tuple[ChallengeFacts, ...], *, verb: str, head: str) -> Card:
    """Offer several challenges, each with a button: ``verb`` is "join", "board" or "leave"."""
    items = tuple(
        Item(
            f"**{plain_text(one.title)}** · until {say_day(one.ends_on)}",
            Press("g", one.key, verb, verb.capitalize()),
        )
        for one in challenges
    )
    return Card(head, items=items)


def what_counts(challenge: ChallengeFacts) -> str:
    """Say what counts in a challenge."""
    return f"What counts:\n{say_terms(challenge.terms)}"

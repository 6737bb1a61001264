"""How organisers see a challenge: what there is, a preview, its forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.club.challenges import ChallengeDraft, ChallengeFacts, State
from bot.club.cohorts import CohortFacts
from bot.club.posts import say_dates, say_day, say_points, say_terms
from bot.club.settings import Club
from bot.club.standings import Board, Line
from bot.club.timeline import Due, Moment, timeline
from bot.content import Content, plain_text
from bot.rules.presses import Press, menu
from bot.rules.scoring import MEANINGS, MOST_TERMS, Window
from cogs._ui.cards import ACCENT, WARNING, Card, Item, Menu
from cogs._ui.cohort_cards import say_members
from cogs._ui.forms import ChoiceField, Form, PickField, TextField
from cogs._ui.words import stamp

OWN = "own"
WHOLE_CLUB = "club"
SHAPES = (
    ("members", "Each member"),
    ("teams", "Teams, by their average"),
    ("club", "Nobody: all of us towards one goal"),
)
WHAT = Form(
    "challenge_what",
    "The challenge",
    (
        TextField("title", "Title", max_length=60, required=True),
        TextField("text", "The opening post says", max_length=1000, long=True),
        ChoiceField(
            "counts",
            "What counts",
            tuple((one.value, meaning) for one, meaning in MEANINGS.items()),
            "Up to five things; how many points each gives comes next",
            required=True,
            most=MOST_TERMS,
        ),
        TextField("starts", "First day", "“today”, “next monday”, “Oct 3”", placeholder="today"),
        TextField("ends", "Last day", "Or for how many days", placeholder="30 days"),
    ),
)
BOARD = Form(
    "challenge_board",
    "Board and pings",
    (
        ChoiceField("shape", "Who is ranked", SHAPES, required=True),
        TextField("goal", "The goal, in points", "Only when all go towards one goal", 6),
        PickField("ping", "Role to ping in the opening post", "role", "None: nobody is pinged"),
        PickField("winners", "Role for the winners", "role", "Only those under their own name"),
        ChoiceField(
            "question",
            "One anonymous question, at start and end?",
            (("no", "No"), ("yes", "Yes")),
            "How ready do you feel to ask a stranger for twenty minutes?",
        ),
    ),
)
POINTS = Form("challenge_points", "Points", ())
WORDS = Form("challenge_words", "Its words", WHAT.fields[:2])
EXTEND = Form(
    "challenge_extend",
    "Let it go on",
    (TextField("ends", "New last day", "A date, or “in 2 weeks”", 60, required=True),),
)


@dataclass(frozen=True)
class Preview:
    """A challenge that is not started, and what stands around it."""

    draft: ChallengeDraft
    club: Club
    cohorts: Sequence[CohortFacts]
    channel_id: int
    problem: str = ""
    warnings: tuple[str, ...] = ()


def challenges_card(content: Content, open_ones: Sequence[ChallengeFacts]) -> Card:
    """List the open challenges, and offer the ready-made ones."""
    head = "## Challenges\n" + (
        "These are open. To start another, choose below; you see everything before it is posted."
        if open_ones
        else "None is open. Choose one below; you see everything before it is posted."
    )
    items = tuple(
        Item(
            f"**{plain_text(one.title)}** · {say_day(one.starts_on)} to {say_day(one.ends_on)}",
            Press("g", one.key, "manage", "Manage"),
        )
        for one in open_ones
    )
    kits = tuple((kit.id, kit.title, kit.summary) for kit in content.kits.values())[:24]
    own = (OWN, "Something else", "Choose yourself what counts, for how long, and the words.")
    return Card(head, items=items, menus=(Menu(menu("kits", ""), (*kits, own), "Start one"),))


def preview_card(content: Content, preview: Preview, key: str, *, now: datetime) -> Card:
    """Show a challenge as it would be; ``key`` is the draft's. A problem leaves Start out."""
    draft = preview.draft
    posts = () if preview.problem else _timeline(preview, now)
    parts = (
        preview.problem and f"**Not yet:** {preview.problem}",
        f"## {plain_text(draft.title) or 'No title yet'}",
        plain_text(draft.text),
        f"**What counts**\n{say_terms(draft.terms)}",
        f"**When**\n{say_dates(content, draft)}",
        _who(preview),
        _posts(posts, now) if posts else "",
        *(f"⚠ {one}" for one in preview.warnings),
        "-# Nothing is posted before you press the first button." if not preview.problem else "",
    )
    label = "Start it" if posts and posts[0].at <= now else "Plan it"
    start = (Press("u", key, "ch_start", label, "primary"),) if posts else ()
    row = (
        *start,
        Press("u", key, "ch_what", "Words and days"),
        Press("u", key, "ch_board", "Board and pings"),
        Press("u", key, "ch_points", "Points"),
        *((menu("cohorts", "Groups"),) if draft.shape == "teams" else ()),
    )
    colour = WARNING if preview.problem else ACCENT
    text = "\n\n".join(part for part in parts if part)
    return Card(text, rows=(row,), menus=_group_menu(preview, key), colour=colour)


def _timeline(preview: Preview, now: datetime) -> tuple[Due, ...]:
    window = Window(preview.draft.starts_on, preview.draft.ends_on)
    return timeline(window, preview.club, created_at=now)


def _group_menu(preview: Preview, key: str) -> tuple[Menu, ...]:
    if not preview.cohorts:
        return ()
    groups = tuple(
        (one.key, one.name, f"{say_members(one.members)}, {len(one.teams) or 'no'} teams")
        for one in preview.cohorts[:24]
    )
    whole = (WHOLE_CLUB, "The whole club", "Everybody on this server may join")
    return (Menu(Press("u", key, "ch_group"), (whole, *groups), "For whom"),)


def _who(preview: Preview) -> str:
    draft = preview.draft
    group = next((one for one in preview.cohorts if one.key == draft.cohort_key), None)
    whom = f"the group {plain_text(group.name)} ({group.members})" if group else "the whole club"
    ranked = {
        "members": "each member, under another name unless they choose their own",
        "teams": "teams of five and more, by their average",
        "club": f"nobody; all go towards {draft.goal or 'a goal of'} points",
    }[draft.shape]
    ping = f"<@&{draft.ping_role_id}>" if draft.ping_role_id else "nobody"
    lines = [
        f"**For**: {whom}",
        f"**Ranked**: {ranked}",
        f"**Posted in** <#{preview.channel_id}>, pinging {ping}",
    ]
    if draft.winners_role_id:
        role = f"<@&{draft.winners_role_id}>"
        lines.append(
            f"**Winners get** {role}, if they show their name"
            if draft.shape == "members"
            else f"**Nobody gets** {role}: it is for winners under their name, and here nobody is "
            "shown alone"
        )
    if draft.asks_question:
        lines.append("**One anonymous question** at the start and the end")
    return "\n".join(lines)


_MOMENTS: Mapping[Moment, str] = {
    Moment.OPEN: "Opening, with **Join**",
    Moment.HALF: "Half-way",
    Moment.LAST: "Two days left: a DM to those who allowed it",
    Moment.CLOSE: "The final board",
}


def _posts(posts: Sequence[Due], now: datetime) -> str:
    half = [one.at for one in posts if one.moment is Moment.HALF]
    boards = [one for one in posts if one.moment is Moment.WEEK and one.at not in half]
    said = {one.moment: stamp(one.at, "f") for one in posts if one.moment in _MOMENTS}
    if posts[0].at <= now:
        said[Moment.OPEN] = "Now"
    lines = [f"- {when} · {_MOMENTS[moment]}" for moment, when in said.items()]
    if boards:
        weekly = f", and {len(boards) - 1} more, a week apart" if len(boards) > 1 else ""
        lines.insert(1, f"- {stamp(boards[0].at, 'f')} · The board{weekly}")
    return "**Posts**\n" + "\n".join(lines)


def manage_card(
    content: Content, challenge: ChallengeFacts, *, today: date, head: str = ""
) -> Card:
    """Show a challenge to an organiser, with what can still be changed."""
    state = challenge.state(today)
    if state is State.CANCELLED:
        return Card(f"{head or _STATES[state]}\n\n## {plain_text(challenge.title)}")
    text = "\n\n".join(
        part
        for part in (
            head,
            f"## {plain_text(challenge.title)}",
            f"**What counts**\n{say_terms(challenge.terms)}",
            say_dates(content, challenge),
            _STATES[state],
        )
        if part
    )
    key = challenge.key
    look = (Press("g", key, "board", "Board"), Press("g", key, "report", "Report"))
    if challenge.closed_at is not None:
        return Card(text, rows=(look,))
    end = "Call it off" if state is State.PLANNED else "End early"
    row = (
        Press("g", key, "words", "Its words"),
        Press("g", key, "extend", "Let it go on"),
        Press("g", key, "end", end),
    )
    if challenge.shape == "members":  # elsewhere nobody has a line
        row = (*row, Press("g", key, "off", "Take somebody off"))
    return Card(text, rows=(row, look))


def lines_card(
    board: Board, lines: Mapping[str, Line], taken_off: Mapping[str, str], *, head: str = ""
) -> Card:
    """Offer the lines of a page of the board to take off, and those taken off to put back.

    Lines, not members: who stands behind an alias is nothing to be found out here.
    """
    key, page = board.challenge.key, board.page
    asked = f"**{plain_text(board.challenge.title)}**: which line comes off the board?"
    text = f"{asked}\nThe total and the report count it as before, as they count who is hidden."
    off = tuple(
        (ref, f"{line.rank}. {line.name}", say_points(line.points)) for ref, line in lines.items()
    )
    back = tuple((ref, name, "") for ref, name in taken_off.items())
    menus = (
        Menu(Press("g", key, "take_off"), off, "Off the board"),
        Menu(Press("g", key, "put_back"), back, "Back on the board"),
    )
    earlier = (Press("g", key, "off", "Back", arg=str(page - 1)),) if page else ()
    is_more = page + 1 < board.pages
    later = (Press("g", key, "off", "Further down", arg=str(page + 1)),) if is_more else ()
    row = (*earlier, *later, Press("g", key, "manage", "Done"))
    said = f"{head}\n\n{text}" if head else text
    return Card(said, menus=tuple(one for one in menus if one.options), rows=(row,))


_STATES: Mapping[State, str] = {
    State.PLANNED: "It has not begun.",
    State.RUNNING: "It runs.",
    State.COUNTING: "Its days are over; thank-yous and notes still count.",
    State.CLOSED: "It is closed; its board stays as it is.",
    State.CANCELLED: "It was called off.",
}

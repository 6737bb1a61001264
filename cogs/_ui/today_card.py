"""The card of /today: the one next best step first, then whatever else can be done."""

from __future__ import annotations

from datetime import datetime

from bot.content import Content, plain_text, render_words
from bot.notebook.drafts import begun_with
from bot.notebook.nudges import word_item
from bot.notebook.rhythm import is_paused
from bot.notebook.today import Today
from bot.rules.follow_ups import reason
from bot.rules.follow_ups.settling import is_settled
from bot.rules.hours import local_day
from bot.rules.presses import Press, menu
from bot.rules.records import AROUND_A_TALK, FollowUp, Kind
from bot.rules.today import Item as Task
from bot.rules.today import Step
from cogs._ui.cards import Card, Item
from cogs._ui.coming import ask_zone
from cogs._ui.leaving_cards import leaving_buttons, leaving_line
from cogs._ui.planned import due_words
from cogs._ui.words import day_words, stamp

_SHOWN = 4  # beside the next best step
_COUNTED = 15
_SINCE = frozenset({Step.DATE, Step.ANSWER, Step.PROMISE, Step.LINE, Step.ASK, Step.OLD_PROMISE})
_LOW_STAKES = (
    "Think of one person who does something that you are curious about. A name is enough for now; "
    "most people like being asked."
)


def today_card(content: Content, today: Today, *, now: datetime, is_unreached: bool) -> Card:
    """Draw a member's day; it is never empty."""
    day, best = today.day, today.day.best
    words = _Words(content, today, now)
    rest = [task for task in day.items if task is not best]
    lines = ["## Today"]
    if leaving := leaving_line(today.member):
        lines.append(leaving)
    if is_unreached:
        lines.append(render_words(content, "closed_dms"))
    if today.unsent.hello:
        lines.append("My hello did not reach you either; I try again when your DMs are open.")
    lines.append(f"**Next best step:** {words.line(best) if best else _LOW_STAKES}")
    if rest:
        lines.append(f"**Also {'due' if len(rest) < 2 else 'to do'}:**")
    items = tuple(Item(words.line(task), words.open(task)) for task in rest[:_SHOWN])
    items += _lost_idea(today)
    hidden = max(0, len(rest) - _SHOWN) + today.more
    ask, zone = _zone(today)
    last = " ".join(f"{_more(hidden)}{words.outlook()} {words.rested()} {ask}".split())
    row = [*words.act(best), menu("log", "Log"), menu("add", "Add a person")]
    if any(begun_with(page) for page in today.pages.values()):
        row.append(menu("drafts", "My drafts"))
    leave = leaving_buttons() if leaving else ()
    rows = (tuple(row), zone, leave)
    return Card("\n".join(lines), items=items, rows=rows, footer=last, keep=True)


def _lost_idea(today: Today) -> tuple[Item, ...]:
    key = today.unsent.idea
    text = "One small step for this week · my message did not reach you"
    return (Item(text, Press("r", key, "open", "Open")),) if key else ()


def _zone(today: Today) -> tuple[str, tuple[Press, ...]]:
    """Ask for the zone while nobody knows where the member's mornings are."""
    if today.member.is_new or not today.member.is_without_zone:
        return "", ()
    return ask_zone(today.member), (menu("zone", "Which time zone are you in?"),)


def _more(count: int) -> str:
    said = "many" if count > _COUNTED else str(count)  # not all are read, and it is no debt
    return f"and {said} more: they come up as you go. " if count else ""


class _Words:
    """Words one day's tasks."""

    def __init__(self, content: Content, today: Today, now: datetime) -> None:
        self._content = content
        self._today = today
        self._now = now
        self._on = local_day(now, today.member.zone_or_club)

    def line(self, task: Task) -> str:
        """Say what is to be done, and until or since when."""
        page = self._today.pages[task.contact]
        if task.step is Step.LATE_THANKS:
            return render_words(self._content, "thank_you_late", first=page.first)
        member, due = self._today.member, self._today.due(task)
        return word_item(self._content, member, due, now=self._now) + self._tail(task)

    def _tail(self, task: Task) -> str:
        if task.step is Step.UNDELIVERED:
            return " · my message did not reach you"
        if task.step is Step.THANK and task.kind is Kind.THANK_YOU:
            return f" · until {stamp(task.at, 'f')}"
        if self._is_unthanked_late(task):
            return f" · {render_words(self._content, 'thanks_late_too')}"
        if task.step is Step.TALK:
            return f" · {stamp(task.at, 'R')}"
        due_on = local_day(task.at, self._today.member.zone_or_club)
        if task.step in _SINCE and due_on < self._on:
            return f" · due since {day_words(due_on, self._on)}"
        return ""

    def _is_unthanked_late(self, task: Task) -> bool:
        """Tell whether a talk without notes is past the 72 hours, and thanks are still wanted."""
        if task.step is not Step.THANK or task.kind is not Kind.DEBRIEF or self._now < task.at:
            return False
        return not is_settled(self._today.pages[task.contact].notes, Kind.THANK_YOU, task.anchor)

    def open(self, task: Task) -> Press:
        """Open the nudge behind a task, or the card of the person."""
        reminder = self._today.reminder(task)
        if reminder and task.step is not Step.LATE_THANKS:
            return Press("r", reminder, "open", "Open")
        return Press("c", task.contact, "open", "Open")

    def act(self, task: Task | None) -> tuple[Press, ...]:
        """Give the buttons of the next best step."""
        if task is None and self._today.member.is_new:
            return (menu("start", "Start", style="primary"), menu("ideas", "Find a person"))
        if task is None:
            return (menu("ideas", "Find a person", style="primary"),)
        return (self._first(task), self.open(task))

    def _first(self, task: Task) -> Press:
        key = task.contact
        if task.kind is Kind.DEBRIEF:
            return Press("c", key, "done", "We talked", style="primary")
        if task.step is Step.TALK:
            return Press("c", key, "prepare", "Prepare", style="primary")
        if task.kind is Kind.FIND_A_TIME:
            return Press("c", key, "schedule", "Set the date", style="primary")
        if task.kind is Kind.PROMISE:
            return Press("c", key, "open", "Card", style="primary")
        return Press("c", key, "draft", "Draft", style="primary")

    def outlook(self) -> str:
        """Say what comes later: the next talk, or the next thing that I remind of."""
        day, pages = self._today.day, self._today.pages
        parts: list[str] = []
        if day.next_talk is not None:
            name = plain_text(pages[day.next_talk.contact].first)
            parts.append(f"The next talk: {name}, {stamp(day.next_talk.at)}.")
        if day.coming is not None and not day.items:
            due, page = day.coming, pages[day.coming.contact]
            introduced = page.notes.they_introduce
            what = due_words(due.kind, introduced=introduced)
            why = reason(due.kind, due.step, introduced=introduced)
            when = f"{self._coming(due)}: {stamp(due.due_at, 'D')}"
            parts.append(f"{when}, {what}, {plain_text(page.first)} ({why}).")
        return " ".join(parts)

    def rested(self) -> str:
        """Mention whose request came to rest by itself; nothing is asked."""
        names = [self._today.pages[key].first for key in self._today.day.rested]
        if not names:
            return ""
        said = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
        return render_words(self._content, "resting", first=said, n=len(names))

    def _coming(self, due: FollowUp) -> str:
        member = self._today.member
        is_held = member.mode == "talks" or is_paused(member, self._now)
        return "Next" if is_held and due.kind not in AROUND_A_TALK else "My next message"

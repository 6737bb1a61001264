"""When the bot writes: the cards and forms of a member's settings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from bot.content import plain_text
from bot.notebook.members import MemberFacts, minutes_of
from bot.notebook.rhythm import Outlook, Planned, has_pause, is_paused
from bot.rules.follow_ups import reason
from bot.rules.hours import local_day
from bot.rules.presses import Press, menu
from bot.rules.records import AROUND_A_TALK, Rhythm
from bot.rules.when.moment import say_hour
from bot.rules.zones import say_zone
from cogs._ui.cards import Card, Item
from cogs._ui.forms import ChoiceField, Form, TextField
from cogs._ui.planned import due_words, say_which_talk
from cogs._ui.words import shortened, stamp

_SHOWN = 5
_PROMISE_SHOWN = 60
_NONE = "none"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MODE_LABELS = {
    "daily": "One a day",
    "silent": "One a day, silent",
    "talks": "Only around my talks",
}
MODE_WORDS = {
    "daily": "One message a day",
    "silent": "One message a day, without a sound",
    "talks": "Only the messages around your talks",
}


def _hour_options(first: int, last: int) -> tuple[tuple[str, str], ...]:
    half_hours = range(first * 60, last * 60 + 1, 30)
    return tuple((str(minutes % 1440), _hour(minutes % 1440)) for minutes in half_hours)


def _hour(minutes: int) -> str:
    half, hour = ("am" if minutes < 720 else "pm"), minutes // 60 % 12 or 12
    return f"{hour}:{minutes % 60:02d} {half}"


HOURS = Form(
    "hours",
    "Your hours",
    (
        ChoiceField("morning", "Morning message at", _hour_options(5, 17)),
        ChoiceField(
            "quiet_from",
            "Quiet from",
            ((_NONE, "No quiet hours"), *_hour_options(18, 24)),
            "Nothing comes then but the start of a talk",
        ),
        ChoiceField("quiet_to", "Quiet until", _hour_options(4, 12)),
    ),
)
OFTEN = Form(
    "often",
    "How often",
    (
        ChoiceField(
            "chase_days",
            "No answer: remind me to write again",
            (
                ("5", "After 5 days"),
                ("7", "After a week"),
                ("10", "After 10 days"),
                ("14", "After two weeks"),
                ("0", "Not at all"),
            ),
            "Counted from the day you asked (R15)",
        ),
        ChoiceField(
            "check_in_days",
            "Keep in touch: suggest a line",
            (
                ("30", "After a month"),
                ("45", "After six weeks"),
                ("60", "After two months"),
                ("90", "After three months"),
            ),
            "Counted from the last time you wrote or talked (R44)",
        ),
    ),
)
PAUSE = Form(
    "pause",
    "Pause my messages",
    (
        TextField(
            "until",
            "Until when?",
            "Talks in your book and their thank-yous still come",
            required=True,
            placeholder="next Monday, Jan 7, in two weeks",
        ),
    ),
)


def hours_held(rhythm: Rhythm) -> dict[str, str]:
    """Give what the form of hours is filled in with."""
    is_none = rhythm.quiet_from == rhythm.quiet_to
    return {
        "morning": str(minutes_of(rhythm.morning)),
        "quiet_from": _NONE if is_none else str(minutes_of(rhythm.quiet_from)),
        "quiet_to": "480" if is_none else str(minutes_of(rhythm.quiet_to)),
    }


def hours_of(chosen: Mapping[str, str]) -> dict[str, int]:
    """Turn what was chosen into columns; equal ends mean that there are no quiet hours."""
    end = int(chosen["quiet_to"])
    start = end if chosen["quiet_from"] == _NONE else int(chosen["quiet_from"])
    return {"morning": int(chosen["morning"]), "quiet_from": start, "quiet_to": end}


def often_held(rhythm: Rhythm) -> dict[str, str]:
    """Give what the form of how often is filled in with."""
    return {"chase_days": str(rhythm.chase_days), "check_in_days": str(rhythm.check_in_days)}


def outlook_card(outlook: Outlook, *, now: datetime, head: str = "", change: str = "") -> Card:
    """Draw what is planned and why, and the settings."""
    member, planned = outlook.member, outlook.planned
    held = _is_held(member, now)
    talks = _which_talks(planned, local_day(now, member.zone_or_club))
    items = tuple(
        _item(one, talks.get((one.contact, one.talk_on), ""), is_held=held)
        for one in planned[:_SHOWN]
    )
    more = len(planned) - len(items)
    title = "## What I will remind you of" if items else "## Nothing is planned yet"
    hint = "" if items else "Once you ask somebody or plan a talk, it stands here with its reason."
    parts = [head, title, hint, settings_words(member, now)]
    return Card(
        "\n".join(part for part in parts if part),
        items=items,
        rows=(
            (
                menu("fewer", "Fewer messages"),
                menu("hours", "Hours"),
                menu("weekdays", "Weekdays"),
                menu("often", "How often"),
            ),
            _second_row(member, now),
        ),
        footer=f"and {more} more later" if more > 0 else "",
        change=change,
    )


def _is_held(member: MemberFacts, now: datetime) -> bool:
    return member.mode == "talks" or is_paused(member, now)


def _which_talks(planned: Iterable[Planned], today: date) -> dict[tuple[str, date | None], str]:
    """Say by contact and day which talk is meant, where a contact has several."""
    days: dict[str, set[date]] = defaultdict(set)
    for one in planned:
        if one.talk_on is not None:
            days[one.contact].add(one.talk_on)
    return {
        (contact, on): say_which_talk(on, today)
        for contact, several in days.items()
        if len(several) > 1
        for on in several
    }


def _item(one: Planned, talk: str, *, is_held: bool) -> Item:
    who = f" · {plain_text(one.name)}" if one.name else ""
    asked = due_words(one.kind, talk, introduced=one.introduced)
    what = f": {shortened(one.promise, _PROMISE_SHOWN)}" if one.promise else ""
    waits = is_held and one.kind not in AROUND_A_TALK
    lines = [
        f"**{stamp(one.at, 'D')}** {asked}{what}{who}",
        f"-# {reason(one.kind, one.step, introduced=one.introduced)}{' · waits' if waits else ''}",
    ]
    press = Press("c", one.contact, "open", "Open") if one.contact else menu("today", "Today")
    return Item("\n".join(lines), press)


def _second_row(member: MemberFacts, now: datetime) -> tuple[Press, ...]:
    discreet = (
        menu("discreet", "Show names again", arg="0")
        if member.discreet
        else menu("discreet", "Hide names in messages", arg="1")
    )
    paused = has_pause(member, now)
    pause = menu("unpause", "End the pause") if paused else menu("pause", "Pause")
    ideas = (
        menu("mondays", "No Monday ideas", arg="0")
        if member.ideas
        else menu("mondays", "Monday ideas", arg="1")
    )
    return (menu("zone", "Time zone"), discreet, pause, ideas)


def settings_words(member: MemberFacts, now: datetime) -> str:
    """Say how and when the bot writes to a member."""
    rhythm = member.rhythm
    where = say_zone(rhythm.zone)
    lines = [
        f"{MODE_WORDS[member.mode]}, at {say_hour(rhythm.morning)} ({where}). "
        f"You write to people on {say_weekdays(rhythm.weekdays)}.",
        _quiet_words(rhythm),
        f"{_chase_words(rhythm)} A friendly line after {rhythm.check_in_days} days.",
    ]
    lines.append(f"One idea on a quiet Monday: {'on' if member.ideas else 'off'}.")
    if member.discreet:
        lines.append("Names are hidden: a message only says that something is due.")
    if has_pause(member, now) and member.paused_until is not None:
        lines.append(f"**Paused until {stamp(member.paused_until)}.**")
    if member.is_leaving:
        lines.append("**Everything of yours is to be erased, so I only write around talks.**")
    return "\n".join(lines)


def _quiet_words(rhythm: Rhythm) -> str:
    if rhythm.quiet_from == rhythm.quiet_to:
        return "No quiet hours."
    return f"Quiet from {say_hour(rhythm.quiet_from)} to {say_hour(rhythm.quiet_to)}."


def _chase_words(rhythm: Rhythm) -> str:
    if not rhythm.chase_days:
        return "No reminder when nobody answers."
    return f"No answer: a reminder after {rhythm.chase_days} days."


def say_weekdays(days: frozenset[int]) -> str:
    """Say a set of weekdays: "Monday to Friday", "Monday, Wednesday", "any day"."""
    ordered = sorted(days)
    if not ordered or len(ordered) == len(DAYS):
        return "any day"
    is_run = len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1))
    if is_run:
        return f"{DAYS[ordered[0]]} to {DAYS[ordered[-1]]}"
    return ", ".join(DAYS[day] for day in ordered)


def fewer_card(member: MemberFacts) -> Card:
    """Offer how many messages a member gets; the present choice is marked."""
    row = tuple(
        menu("mode", label, style="success" if mode == member.mode else "secondary", arg=mode)
        for mode, label in MODE_LABELS.items()
    )
    text = (
        "How many messages would you like? Those around your talks (prepare, confirm, "
        "the thank-you) always come; everything is in **/today** too."
    )
    others = (menu("pause", "Pause"), menu("reminders", "All settings"))
    return Card(text, rows=(row, others))


def weekdays_card(member: MemberFacts, *, change: str = "", now: datetime) -> Card:
    """Offer the days on which the member writes to people; a press turns one on or off."""
    days = member.rhythm.weekdays
    toggles = tuple(
        menu(
            "weekdays",
            name[:3],
            style="success" if day in days else "secondary",
            arg="".join(map(str, sorted(days ^ {day}))) or _NONE,
        )
        for day, name in enumerate(DAYS)
    )
    today = DAYS[local_day(now, member.zone_or_club).weekday()]
    text = (
        f"On which days do you write to people? Now: {say_weekdays(days)}. Today is {today}.\n"
        "A thank-you never waits for a weekday."
    )
    back = (menu("reminders", "All settings"),)
    return Card(text, rows=(toggles[:4], toggles[4:], back), change=change)


def weekdays_of(arg: str) -> str:
    """Read the days of a button's argument."""
    return "".join(sorted(set(arg) & set("0123456")))

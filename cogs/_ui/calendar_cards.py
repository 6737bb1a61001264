"""Cards about calendars: the file of a talk, and the address that a calendar program follows."""

from __future__ import annotations

import io
from datetime import datetime

import discord

from bot.content import Content
from bot.notebook.calendars import Feed, naming_for, talk_event
from bot.notebook.changes import Undone
from bot.notebook.interviews import TalkPage
from bot.notebook.members import MemberFacts
from bot.rules.calendar import Event, google_link
from bot.rules.presses import Press, link, menu
from bot.rules.records import TalkState
from cogs._ui.cards import Card

_TAKEN = (
    "Open the file, and the talk stands in your calendar: when and where, what to wear and to "
    "bring, an alarm the evening before and one in time. Family names stay out of it.\n"
    "Should the talk move, take the file again: it moves the entry you have."
)
_GIVEN_BACK = (
    "Open the file, and the talk goes out of your calendar. Some, such as Google's, leave it "
    "there: then delete it by hand."
)
_TAKEN_BACK = (
    "Did you put it into your calendar? Open this file, and the talk goes out of your calendar. "
    "Some, such as Google's, leave it there: then delete it by hand."
)
_ABOUT = (
    "## Your calendar address\n"
    "Your calendar program can follow your talks and follow-ups at an address of your own. What "
    "moves here moves there by itself, a few hours later at the most.\n"
    "- Whoever has the address can read it: keep it as you keep a key.\n"
    "- People stand there as initials, without place or notes, until you say otherwise.\n"
)
_HOW = (
    "## Your calendar address is above\n"
    "- **Google**, on a computer: *Other calendars*, **+**, *From URL*, paste.\n"
    "- **iPhone**: *Settings*, *Apps*, *Calendar*, *Calendar Accounts*, *Add Account*, *Other*, "
    "*Add Subscribed Calendar*, paste.\n"
    "- **Outlook**, on the web: *Add calendar*, *Subscribe from web*, paste.\n\n"
    "Copy it now: I keep only its fingerprint, so I cannot show it again. An address that you had "
    "before leads nowhere from now on."
)
_CALENDAR = "calendar"


def event_of(content: Content, on: TalkPage, member: MemberFacts, now: datetime) -> Event:
    """Make the event of a talk as its member wants people named."""
    return talk_event(content, on, member, now=now, naming=naming_for(member))


def calendar_row(
    content: Content, on: TalkPage, member: MemberFacts, now: datetime
) -> tuple[Press, ...]:
    """Offer a talk to calendars: as a file, and while it is planned, to Google's."""
    file = Press("i", on.talk.key, _CALENDAR, "Calendar file")
    if on.talk.row.s1 != TalkState.PLANNED:
        return (file,)
    return (file, _google(event_of(content, on, member, now)))


def _google(event: Event) -> Press:
    return link("Google Calendar", google_link(event))


def file_card(event: Event, data: bytes) -> Card:
    """Hand over the file of a talk."""
    file = _file(event, data)
    if event.is_cancelled:
        return Card(_GIVEN_BACK, files=(file,))
    return Card(_TAKEN, rows=((_google(event),),), files=(file,))


def _file(event: Event, data: bytes) -> discord.File:
    return discord.File(io.BytesIO(data), filename=f"talk-{event.starts:%Y-%m-%d}.ics")


def undone_card(undone: Undone, event: Event | None, data: bytes) -> Card:
    """Say that a change is undone, and what that means for a calendar that has a talk of it."""
    text = f"Undone: {undone.verb}. Everything is as it was before."
    if event is not None:
        return Card(f"{text}\n\n{_TAKEN_BACK}", files=(_file(event, data),))
    if len(undone.dated) == 1:
        file = Press("i", undone.dated[0], _CALENDAR, "Calendar file")
        return Card(f"{text} If your calendar has the talk, take its file again.", rows=((file,),))
    return Card(text)


def feed_card(feed: Feed, head: str = "") -> Card:
    """Say how it stands with the member's calendar address."""
    if not feed.is_on:
        state = "You have no address now."
        rows = ((menu("calendar_new", "Make an address", style="primary"),),)
    else:
        names = "whole names, places and notes" if feed.has_names else "initials alone"
        state = f"You have an address. It shows {names}."
        turn = (
            menu("calendar_names", "Initials only", arg="no")
            if feed.has_names
            else menu("calendar_names", "Show names", arg="yes")
        )
        rows = (
            (
                turn,
                menu("calendar_new", "A new address"),
                menu("calendar_off", "Take it away", style="danger"),
            ),
        )
    return Card("\n".join(part for part in (head, _ABOUT + state) if part), rows=rows)


def address_card(feed: Feed) -> Card:
    """Say what to do with a new address."""
    return Card(_HOW, rows=feed_card(feed).rows)

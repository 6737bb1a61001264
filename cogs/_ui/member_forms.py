"""The forms and cards of a member: the first two minutes, the profile, the time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.content import plain_text
from bot.notebook.members import MemberFacts
from bot.notebook.profile import (
    MINUTES,
    PROFILE_LENGTHS,
    asks_for,
    contact_line,
    follows_up_by,
    tone_of,
)
from bot.notebook.voice import voice_of
from bot.rules.hours import local
from bot.rules.names import called
from bot.rules.presses import Press, menu
from bot.rules.when.moment import say_hour
from bot.rules.zones import COMMON_ZONES, say_zone
from cogs._ui.cards import Card
from cogs._ui.forms import ChoiceField, Form, TextField

OTHER_ZONE = "other"
_SHOWN = (
    ("name", "You sign as"),
    ("line", "You in one line"),
    ("field", "Curious about"),
    ("school", "School"),
)
_COMMON = tuple((zone, cities) for cities, zone in COMMON_ZONES)
_NAME = TextField(
    "name",
    "Your name, as you sign",
    "It stands under the messages I help you to word",
    max_length=PROFILE_LENGTHS["name"],
    placeholder="Ana Silva",
)
_LINE = TextField(
    "line",
    "You in one line",
    "For the first sentence to somebody who does not know you",
    max_length=PROFILE_LENGTHS["line"],
    placeholder="a second-year biology student at State",
)
_FIELD = TextField(
    "field",
    "A field you are curious about",
    "One is enough; you can change it any time",
    max_length=PROFILE_LENGTHS["field"],
    placeholder="hospital work, game design, city planning …",
)
START = Form(
    "start",
    "Your first two minutes",
    (
        _FIELD,
        TextField(
            "person",
            "One person you know who works",
            "Family, a neighbour, a former boss. After a comma, what they do or where they work",
            max_length=200,
            placeholder="Aunt Rosa, Mercy Hospital",
        ),
        _NAME,
        _LINE,
        ChoiceField(
            "zone",
            "Your time zone",
            (*_COMMON, (OTHER_ZONE, "Another: I ask next")),
            "So that I write in your morning, not in your night",
        ),
    ),
)
ZONE = Form(
    "zone",
    "Your time zone",
    (
        ChoiceField("zone", "Pick a city on your clock", _COMMON),
        TextField("city", "Or type one", "The nearest big city, if yours is not in the list"),
    ),
)
ABOUT = Form(
    "profile_about",
    "About you",
    (
        _NAME,
        _LINE,
        _FIELD,
        TextField("school", "Your school", max_length=PROFILE_LENGTHS["school"]),
    ),
)
ASKING = Form(
    "profile_asking",
    "How you ask",
    (
        TextField(
            "email",
            "Your email",
            "It stands under your messages, so that they can answer",
            max_length=PROFILE_LENGTHS["email"],
        ),
        TextField(
            "phone", "Your phone", "For calls and voicemails", max_length=PROFILE_LENGTHS["phone"]
        ),
        ChoiceField(
            "minutes",
            "How long a talk do you ask for?",
            tuple((str(one), f"{one} minutes") for one in MINUTES),
            "Short is easier to say yes to",
        ),
        ChoiceField(
            "follow_up_by",
            "I follow up by",
            (("phone", "Phone"), ("writing", "Writing"), ("none", "Not at all")),
            "Your messages end with it, and I remind you; the days are under /reminders",
        ),
        ChoiceField(
            "tone",
            "How do you write?",
            (
                ("warm", "Warm: as to somebody you like"),
                ("plain", "Plain: few words"),
                ("formal", "Formal: full sentences, no short forms"),
            ),
        ),
    ),
)
WELCOME = (
    "**Welcome.** Here you learn about work from people who do it, one short talk at a time.\n"
    "It is low-stakes: you ask the questions, most people like being asked, and giving advice "
    "feels good.\n"
    "Five short questions, two minutes, and your first message is half written. "
    "What you note about people is for your eyes alone."
)


def with_zone_first(form: Form, zone: str | None) -> Form:
    """Put the club's zone at the head of a form's zones."""
    if not zone:
        return form
    parts = tuple(
        replace(part, options=_first(part.options, zone))
        if isinstance(part, ChoiceField) and part.name == "zone"
        else part
        for part in form.fields
    )
    return replace(form, fields=parts)


def _first(options: tuple[tuple[str, str], ...], zone: str) -> tuple[tuple[str, str], ...]:
    label = dict(options).get(zone) or say_zone(zone)
    rest = tuple(option for option in options if option[0] != zone)
    return ((zone, f"{label} (your club's)"), *rest)


def welcome_card() -> Card:
    """Greet somebody new: three lines and one button (R60)."""
    return Card(WELCOME, rows=((menu("start", "Begin", style="primary", arg="form"),),))


def welcome_back_card(member: MemberFacts, *, now: datetime) -> Card:
    """Greet somebody who has started before; everything is still there."""
    name = plain_text(called(member.profile.get("name", "")))
    head = f"Welcome back{', ' if name else ''}{name}. Everything you noted is here."
    row = (
        menu("today", "Today", style="primary"),
        menu("add", "Add a person"),
        menu("people", "My people"),
        menu("privacy", "What I keep"),
    )
    if member.hello_at is None:
        head += (
            "\nI don't know yet whether my messages reach you: press **It arrived** under my hello "
            "in our DM. If it is not there, allow direct messages from members of your club's "
            "server (server name → Privacy Settings)."
        )
    card = profile_card(member, now=now, head=head)
    return replace(card, rows=(row, *card.rows))


def profile_card(member: MemberFacts, *, now: datetime, head: str = "") -> Card:
    """Show what a member said about themselves, with the forms to change it."""
    text = "\n".join(part for part in (head, "## About you", *_profile_lines(member, now)) if part)
    row = (
        menu("profile", "About me", arg="about"),
        menu("profile", "How I ask", arg="asking"),
        menu("zone", "Time zone"),
        *([menu("voice", "My sample")] if voice_of(member).sample else []),
    )
    return Card(text, rows=(row,), keep=True)


def _profile_lines(member: MemberFacts, now: datetime) -> list[str]:
    profile: Mapping[str, Any] = member.profile
    said = [
        f"{label}: {plain_text(str(profile[name]))}" if profile.get(name) else ""
        for name, label in _SHOWN
    ]
    said.append(
        f"Under your messages: {plain_text(reach)}" if (reach := contact_line(profile)) else ""
    )
    return [
        *(said if any(said) else ["Nothing yet: **About me** takes a minute."]),
        f"You ask for {asks_for(profile)} minutes, in a {tone_of(profile)} tone, "
        f"and follow up {follow_up_words(member)}.",
        *_voice_lines(member),
        zone_line(member, now),
    ]


def _voice_lines(member: MemberFacts) -> list[str]:
    voice = voice_of(member)
    if not voice.sample:
        return []
    host = f"you agreed to {plain_text(voice.host)}" if voice.host else "no host agreed to"
    return [f"In my voice: a sample of {len(voice.sample):,} characters, {host}."]


def asking_held(member: MemberFacts) -> dict[str, str]:
    """Give what the choices of how a member asks are filled in with."""
    return {"tone": tone_of(member.profile), "follow_up_by": follows_up_by(member) or "none"}


def follow_up_words(member: MemberFacts) -> str:
    """Say how and when a member follows up on a request (R15)."""
    by, days = follows_up_by(member), member.rhythm.chase_days
    if not by:
        return "not at all"
    how = "by phone" if by == "phone" else "in writing"
    return f"{how} after a week" if days == 7 else f"{how} after {days} days"


def zone_line(member: MemberFacts, now: datetime) -> str:
    """Say in which zone a member's days run, and what the clock says there."""
    zone = member.zone_or_club
    here = local(now, zone)
    clock = f"{say_zone(zone)}, where it is {say_hour(here.time())} on {here:%A}"
    if member.zone:
        return f"Your clock: {clock}"
    whose = f"your club's ({say_zone(zone)})" if member.club_zone else "UTC"
    return f"I don't know your time zone yet, so I count in {whose}: pick yours below."


def zone_row(member: MemberFacts) -> tuple[Press, ...]:
    """Ask for the zone where it is not known yet."""
    return () if member.zone else (menu("zone", "Which time zone are you in?"),)

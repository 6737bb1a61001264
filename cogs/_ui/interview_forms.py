"""The forms of a talk, what their subjects say, and how their answers are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.errors import Choice, Unclear, UserError
from bot.notebook.interviews import DETAIL_LENGTHS, USUAL_MINUTES, Slot, Takeaways
from bot.notebook.members import MemberFacts
from bot.rules.records import KeepInTouch, Mode, Outcome
from bot.rules.when import Moment, read_when
from bot.rules.zones import find_zone, say_zone
from cogs._ui.contact_forms import INTRODUCES, KEEP_IN_TOUCH
from cogs._ui.forms import ChoiceField, Filled, Form, TextField

SHORTEST, LONGEST = 5, 240  # minutes
LONGEST_TRIP = 600  # minutes; more is a slip
MODES = (("video", "Video"), ("phone", "Phone"), ("in_person", "In person"))

_WHO = TextField("contact", "Who?", "Their name; somebody new is added", required=True)
_WHEN = TextField(
    "when", "When?", "Day and hour", required=True, placeholder="Tue 3pm, Oct 3 14:30, tomorrow 9am"
)
_MINUTES = TextField("minutes", "How many minutes?", "Empty: 20", max_length=20)
_MODE = ChoiceField("mode", "How do you talk?", MODES, "Empty: by video")
_ZONE = TextField(
    "their_zone", "Their time zone, if it is another", "A city near them", placeholder="Berlin"
)
SCHEDULE = Form("interview_new", "Set the date of a talk", (_WHO, _WHEN, _MINUTES, _MODE, _ZONE))
SCHEDULE_WITH = Form("interview_date", "When do you talk?", (_WHEN, _MINUTES, _MODE, _ZONE))
"""Its subject is a contact's key; after a dot, that of the pressed reminder."""
MOVE = Form("interview_move", "When is it now?", (_WHEN, _MINUTES, _MODE))
"""Its subject is an interview's key; after a dot, that of the pressed reminder."""
PREPARE = Form("interview_prepare", "Prepare a talk", (_WHO,))
_WAS = TextField("when", "When was it?", "Empty: the talk in your book, or today")
DONE = Form("interview_done", "You talked", (_WHO, _WAS))
_ENJOYED = TextField("text", "What did you enjoy?", max_length=1500, long=True)
DONE_WITH = Form("interview_was", "You talked", (_WAS, _ENJOYED))
_NEW = TextField("new_time", "When is it now?", "Empty: it is called off for now")
CANCEL = Form("interview_cancel", "It moved, or is off", (_WHO, _NEW))
CANCEL_WITH = Form("interview_off", "It moved, or is off", (_NEW,))
"""The subject of a form without a name is the contact's key."""
DETAILS = Form(
    "interview_details",
    "Details of the talk",
    (
        TextField("place", "Place or link", max_length=DETAIL_LENGTHS["place"]),
        TextField(
            "who_calls",
            "Who calls whom?",
            "With the number",
            max_length=DETAIL_LENGTHS["who_calls"],
        ),
        TextField("attire", "What do people wear there?", max_length=DETAIL_LENGTHS["attire"]),
        TextField("parking", "Parking", max_length=DETAIL_LENGTHS["parking"]),
        TextField(
            "way",
            "The way there, and how long it takes",
            "I call you half an hour before you must leave",
            max_length=DETAIL_LENGTHS["way"],
            placeholder="Bus 12 from the station, 25 minutes",
        ),
    ),
)
_TO_SEND = "In words that you could send them"  # the thank-you is made of it (R42)
TAKEAWAYS = Form(
    "interview_takeaways",
    "Your talk",
    (
        TextField("enjoyed", "What did you enjoy?", _TO_SEND, max_length=1500, long=True),
        TextField("advice", "What advice did they give?", _TO_SEND, max_length=1500, long=True),
        TextField("promises", "What will you do next?", "One a line", max_length=700, long=True),
        ChoiceField("keep_in_touch", "May you keep in touch?", KEEP_IN_TOUCH),
        ChoiceField(
            "outcome",
            "How did it feel?",
            (("information", "I learned things"), ("connection", "I found a connection")),
        ),
    ),
)
"""Its subject is written by ``TalkSubject``."""
NAMED = Form(
    "interview_named",
    "A person they named",
    (
        TextField("name", "Name", required=True),
        TextField("work", "Role and organization", "A comma between the two", max_length=200),
        TextField("reach", "How to reach them", "Phone, email or link", max_length=200),
        ChoiceField(
            "may_use_name",
            "May you use their name?",
            (("yes", "Yes"), ("not_asked", "Not asked"), ("no", "No")),
        ),
        ChoiceField(
            "introduces",
            INTRODUCES,
            (("yes", "They will"), ("no", "I write myself")),
        ),
    ),
)
"""Its subject is the key of the contact who gave the name."""
THANKED = Form(
    "interview_thanked",
    "You thanked them",
    (
        TextField("when", "When?", "Empty: today", placeholder="yesterday, Tue, March 2"),
        ChoiceField(
            "medium",
            "How?",
            (
                ("email", "Email"),
                ("linkedin", "LinkedIn"),
                ("phone", "Phone"),
                ("text", "Text message"),
                ("card", "Card or letter"),
                ("in_person", "In person"),
            ),
        ),
    ),
)
"""Its subject is an interview's key."""


def named_form(first: str) -> Form:
    """Ask for a person whom somebody named, with that somebody's first name in the questions."""
    who = first if len(first) <= 20 else "their"
    name = f"{who}'s" if who == first else who
    will = f"{first} will" if len(first) <= 60 else "They will"
    fields = tuple(
        replace(part, label=f"May you use {name} name?")
        if part.name == "may_use_name"
        else replace(part, options=(("yes", will), ("no", "I write myself")))
        if isinstance(part, ChoiceField)
        else part
        for part in NAMED.fields
    )
    return replace(NAMED, title=f"A person {first} named", fields=fields)


@dataclass(frozen=True)
class TalkSubject:
    """Which talk a takeaways form is about: one in the book, or one that was not.

    ``interview`` is empty for one that was not; ``reminder`` is the pressed nudge's key; ``on`` and
    ``at`` say when it was, if that is not what the book says.
    """

    interview: str = ""
    contact: str = ""
    reminder: str = ""
    on: date | None = None
    at: datetime | None = None

    def __str__(self) -> str:
        when = f"{int(self.at.timestamp())}" if self.at else ""
        day = f"{self.on:%Y%m%d}" if self.on else ""
        return ".".join((self.interview, self.contact, self.reminder, day, when))


def read_subject(text: str) -> TalkSubject:
    """Read a takeaways form's subject back."""
    parts = text.split(".")
    if len(parts) != 5:
        raise UserError("That form is from an older version. Please open it again.")
    interview, contact, reminder, day, when = parts
    on = date.fromisoformat(day) if day else None
    at = datetime.fromtimestamp(int(when), UTC) if when else None
    return TalkSubject(interview, contact, reminder, on, at)


def read_slot(
    filled: Filled, member: MemberFacts, now: datetime, usual: Slot | None = None
) -> Slot:
    """Read when and how two people talk; ``usual`` holds what an empty answer means.

    A time that means two moments, one on each side's clock, is asked about.
    """
    minutes = read_minutes(filled.get("minutes"), usual.minutes if usual else USUAL_MINUTES)
    mode = Mode(filled.get("mode") or (usual.mode if usual else Mode.VIDEO))
    mine = member.zone_or_club
    typed = filled.get("their_zone")
    theirs = find_zone(typed, field_name="their_zone") if typed else (usual.zone if usual else mine)
    if typed and theirs != mine:
        moment = _read_on_either_clock(filled, now, mine=mine, theirs=theirs)
    else:
        moment = _read_ahead(filled, now, mine)
    assert moment.at is not None  # noqa: S101 - need_time
    return Slot(moment.at, theirs, minutes, mode)


def _read_ahead(filled: Filled, now: datetime, zone: str) -> Moment:
    name = "new_time" if filled.form == CANCEL_WITH.name else "when"
    return read_when(
        filled.get(name), now=now, zone=zone, expect="future", field_name=name, need_time=True
    )


def _read_on_either_clock(filled: Filled, now: datetime, *, mine: str, theirs: str) -> Moment:
    def choice(moment: Moment, zone: str, whose: str) -> Choice:
        label = f"{moment.said}, {say_zone(zone)} time ({whose})"
        return Choice(label, f"{moment.at:%Y-%m-%dT%H:%MZ}")

    other = _if_ahead(filled, now, theirs)
    try:
        moment = _read_ahead(filled, now, mine)
    except Unclear as error:  # it has passed here, say, and is still to come there
        if other is None:
            raise
        choices = (choice(other, theirs, "theirs"), *error.choices)
        raise Unclear(error.text, field_name=error.field_name, choices=choices) from error
    if other is None or other.at == moment.at:
        return moment
    choices = (choice(moment, mine, "mine"), choice(other, theirs, "theirs"))
    raise Unclear("Is that your time, or theirs?", field_name="when", choices=choices)


def _if_ahead(filled: Filled, now: datetime, zone: str) -> Moment | None:
    try:
        return _read_ahead(filled, now, zone)
    except UserError:
        return None


def read_minutes(text: str, usual: int) -> int:
    """Read a number of minutes; empty is ``usual``."""
    if not text:
        return usual
    minutes = _minutes_in(text) if not text.isdigit() else int(text)
    if minutes is None or not SHORTEST <= minutes <= LONGEST:
        raise UserError(
            f"How many minutes is that? Please write a number from {SHORTEST} to {LONGEST}."
        )
    return minutes


_HOURS = re.compile(r"(\d{1,2})(?:[.,](5))?\s*(?:h|hrs?|hours?)(?![a-z])", re.IGNORECASE)
_MINS = re.compile(r"(\d{1,3})\s*(?:m|min|mins|minutes?)\b", re.IGNORECASE)
_AFTER_HOURS = re.compile(r"(?:h|hrs?|hours?)\s*(\d{1,2})\b(?!\s*(?:m|min))", re.IGNORECASE)


def _minutes_in(text: str) -> int | None:
    hours, minutes, rest = _HOURS.search(text), _MINS.search(text), _AFTER_HOURS.search(text)
    if not hours and not minutes:
        return None
    total = int(minutes[1]) if minutes else int(rest[1]) if rest else 0
    if hours:
        total += int(hours[1]) * 60 + (30 if hours[2] else 0)
    return total


def read_way(text: str) -> int | None:
    """Find how many minutes the way takes in what was written about it; None if it does not say."""
    minutes = _minutes_in(text)
    return minutes if minutes is not None and minutes <= LONGEST_TRIP else None


def read_takeaways(filled: Filled) -> Takeaways:
    """Read what a talk brought; each line of "what will you do next?" is a promise."""
    lines = (line.strip(" -*•\t") for line in filled.get("promises").splitlines())
    outcome = filled.get("outcome")
    return Takeaways(
        enjoyed=filled.get("enjoyed"),
        advice=filled.get("advice"),
        promises=tuple(line for line in lines if line),
        keep_in_touch=KeepInTouch(filled.get("keep_in_touch") or KeepInTouch.NOT_ASKED),
        outcome=Outcome(outcome) if outcome else None,
    )


_EMAIL = re.compile(r"[^\s,;<>]+@[^\s,;<>]+\.[^\s,;<>]+")
_LINK = re.compile(r"(?:https?://)?(?:[\w.-]*linkedin\.com|lnkd\.in)/\S+", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d[\d\s()./-]{4,}\d")


def read_person(filled: Filled) -> dict[str, str]:
    """Read a named person's fields: role and organization apart, and each way to reach them."""
    role, organization = _apart(filled.get("work"))
    left = filled.get("reach")
    found = {"name": filled.get("name"), "role": role, "organization": organization}
    for name, shape in (("linkedin", _LINK), ("email", _EMAIL), ("phone", _PHONE)):
        match = shape.search(left)
        if match:
            found[name] = match[0].strip(" .,;")
            left = left.replace(match[0], " ")
    left = " ".join(left.replace(";", ",").split()).strip(" ,")
    if left:
        found["notes"] = f"How to reach them: {left}"
    kept = {name: text for name, text in found.items() if text}
    answered = {name: filled.get(name) for name in ("may_use_name", "introduces")}
    return {**kept, **answered}


def _apart(work: str) -> tuple[str, str]:
    for mark in (",", " · ", " at ", " @ ", " - ", " – "):
        role, found, organization = work.partition(mark)
        if found:
            return role.strip(), organization.strip()
    return work, ""

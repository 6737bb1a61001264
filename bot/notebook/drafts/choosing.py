"""Which message is meant: its kind, how it travels, and what it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.content import Content
from bot.errors import UserError
from bot.notebook.facts import usual_channel
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.rules.follow_ups import talk_anchor
from bot.rules.history import talks_in
from bot.rules.hours import local_day
from bot.rules.records import Kind, Talk, TalkState, TouchKind
from bot.rules.stages import Stage, open_talks_for_preparing
from bot.rules.stages import stage as stage_of

KIND_OF_STAGE: dict[Stage, str] = {
    Stage.KNOWN: "request",
    Stage.TO_ASK: "request",
    Stage.ASKED: "write_again",
    Stage.SAID_YES: "find_a_time",
    Stage.DATE_SET: "confirmation",
    Stage.TALKED: "thank_you",
    Stage.THANKED: "check_in",
    Stage.IN_TOUCH: "check_in",
    Stage.RESTING: "write_again",
    Stage.SAID_NO: "thanks_anyway",
}
KIND_OF_REMINDER: dict[Kind, str] = {
    Kind.APPROACH_LEAD: "request",
    Kind.CHASE_REPLY: "write_again",
    Kind.FIND_A_TIME: "find_a_time",
    Kind.ASK_AGAIN: "request",
    Kind.PREPARE: "about_me",
    Kind.CONFIRM: "confirmation",
    Kind.STARTS_SOON: "running_late",
    Kind.DEBRIEF: "thank_you",
    Kind.THANK_YOU: "thank_you",
    Kind.PROMISE: "tell_promise",
    Kind.CHECK_IN: "check_in",
}
_AHEAD = frozenset({"confirmation", "about_me"})
_ABOUT = _AHEAD | {"thank_you", "tell_promise", "running_late"}
"""Kinds of which a contact may need several, told apart by what they are about."""


@dataclass(frozen=True)
class Wanted:
    """Which message: its kind, how it travels, and what it is about.

    ``about`` is the anchor of a talk or a promise; for ``running_late``, how many minutes.
    """

    kind: str
    channel: str
    about: str = ""


def kind_called_for(page: Page, *, now: datetime, zone: str) -> str:
    """Say which kind of message comes next with a contact, by where they stand."""
    stage = stage_of(page.notes, local_day(now, zone))
    if stage is Stage.DATE_SET and not open_talks_for_preparing(page.notes, now):
        return "thank_you"
    is_asked = any(touch.kind is TouchKind.ASKED for touch in page.notes.touches)
    if stage is Stage.RESTING and not is_asked:
        return "request"
    return KIND_OF_STAGE[stage]


def settle(
    content: Content, page: Page, member: MemberFacts, now: datetime, wanted: Wanted
) -> Wanted:
    """Choose what was left open: by the stage, and by how the member writes to this contact."""
    zone = member.zone_or_club
    kind = wanted.kind or kind_called_for(page, now=now, zone=zone)
    channel = content.channel_for(kind, wanted.channel or usual_channel(page))
    if kind not in _ABOUT:
        return Wanted(kind, channel)
    return Wanted(kind, channel, wanted.about or _about(page, kind, now, zone))


def _about(page: Page, kind: str, now: datetime, zone: str) -> str:
    talk = next_talk(page, now) if kind in _AHEAD else last_talk(page, now, zone)
    return talk_anchor(talk) if talk and kind in _AHEAD | {"thank_you"} else ""


def next_talk(page: Page, now: datetime) -> Talk | None:
    """Find the talk ahead."""
    return next(iter(open_talks_for_preparing(page.notes, now)), None)


def last_talk(page: Page, now: datetime, zone: str) -> Talk | None:
    """Find the latest talk up to today, logged or not."""
    today = local_day(now, zone)
    talks = talks_in(page.notes, TalkState.HELD, TalkState.PLANNED)
    return next((talk for talk in reversed(talks) if talk.on <= today), None)


def spec(wanted: Wanted) -> str:
    """Write which message is meant into a button's argument or a form's subject."""
    return ".".join((wanted.kind, wanted.channel, wanted.about)).rstrip(".")


def read_spec(content: Content, text: str) -> Wanted:
    """Read which message a button meant; raises UserError for one that is not there any more."""
    kind, channel, about = (*text.split(".", 2), "", "", "")[:3]
    if channel not in content.channels(kind):
        raise UserError("I have no draft of that kind any more. **/draft** shows what there is.")
    return Wanted(kind, channel, about if re.fullmatch(r"[\w@]*", about) else "")

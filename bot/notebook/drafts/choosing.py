"""Which message is meant: its kind, how it travels, what it is about, and in which tone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from bot.content import TONES, Content
from bot.errors import UserError
from bot.notebook.drafts.words import KIND_WORDS
from bot.notebook.facts import follows_up_with, usual_channel
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.rules import history
from bot.rules.follow_ups import talk_anchor
from bot.rules.follow_ups.asking import DATE_DAYS
from bot.rules.hours import local_day
from bot.rules.records import Answer, ContactNotes, Kind, Talk, TalkState, TouchKind
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
_AHEAD = frozenset({"confirmation", "about_me", "opening"})
_BEHIND = frozenset({"thank_you", "linkedin_invitation"})
_CALLED_OFF = frozenset({"reschedule", "after_cancelled"})
_ABOUT = (
    _AHEAD
    | _BEHIND
    | _CALLED_OFF
    | {"tell_promise", "running_late", "talked_to", "ask_introduction"}
)
"""Kinds of which a contact may need several, told apart by what they are about."""

_OWN_MESSAGES = frozenset({TouchKind.ASKED, TouchKind.WROTE, TouchKind.THANKED, TouchKind.NEWS})
_SHORT = "s"


@dataclass(frozen=True)
class Wanted:
    """Which message: its kind, how it travels, what it is about, and how it is worded.

    ``about`` is the anchor of a talk, or the key of a promise, of a person who was named or of the
    news that was noted; for ``running_late``, how many minutes. Without a ``tone`` it is the
    member's own.
    """

    kind: str
    channel: str
    about: str = ""
    tone: str = ""
    is_short: bool = False

    @property
    def flags(self) -> str:
        """Write tone and length as letters."""
        return self.tone[:1] + (_SHORT if self.is_short else "")

    @property
    def version(self) -> str:
        """Name this wording among those of one message: "email", "email.fs"."""
        return f"{self.channel}.{self.flags}".rstrip(".")


def kind_called_for(page: Page, *, now: datetime, zone: str) -> str:
    """Say which kind of message comes next with a contact, by where they stand."""
    stage = stage_of(page.notes, local_day(now, zone))
    if stage is Stage.DATE_SET and not open_talks_for_preparing(page.notes, now):
        return "thank_you"
    kind = fitting_kind(page, KIND_OF_STAGE[stage], local_day(now, zone))
    if stage is not Stage.RESTING:
        return kind
    if _is_unanswered(page, Answer.LATER):
        return "reply_later"
    is_asked = any(touch.kind is TouchKind.ASKED for touch in page.notes.touches)
    return kind if is_asked else "request"


def kind_of_nudge(page: Page, nudge: Kind, today: date) -> str:
    """Say which kind of message a nudge is about; "" for one that is about none."""
    if nudge is Kind.APPROACH_LEAD and page.notes.they_introduce and page.referrer:
        return "ask_introduction"
    return fitting_kind(page, KIND_OF_REMINDER.get(nudge, ""), today)


def fitting_kind(page: Page, kind: str, today: date) -> str:
    """Tell a first message from the next of its sort, and a fresh yes from a talk called off.

    Who called it off is not known here: ``find_a_time`` neither apologises for it nor forgives it.
    """
    if kind == "check_in":
        return check_in_kind(page.notes)
    if kind != "find_a_time" or history.to_rearrange(page.notes) or is_last_try(page, today):
        return kind
    return "reply_yes" if _is_unanswered(page, Answer.YES) else kind


def is_last_try(page: Page, today: date) -> bool:
    """Tell whether a date was asked for once: the second line is the last, and another one (R20).

    As the second reminder counts it, also for those who did not note that they wrote.
    """
    yes, talk = history.accepted(page.notes), history.to_rearrange(page.notes)
    if yes is not None:
        anchor, on = yes.key, yes.on
    elif talk is not None:
        anchor, on = talk.key, history.agreed_on(talk)
    else:
        return False
    nudged = history.nudged_on(page.notes, Kind.FIND_A_TIME, anchor, 1)
    return nudged not in (None, today) and today >= on + timedelta(days=DATE_DAYS[-1])


def _is_unanswered(page: Page, answer: Answer) -> bool:
    """Tell whether the contact gave this answer and the member has not written since."""
    touches = history.in_order(page.notes.touches)
    last = history.latest(touches, TouchKind.ANSWERED, *_OWN_MESSAGES)
    if last is None or last.answer is not answer:
        return False
    return not any(_sent_kind(entry) for entry in page.touches if entry.row.t2 > last.recorded_at)


def check_in_kind(notes: ContactNotes) -> str:
    """Say which line keeps in touch: who has checked in since the latest talk writes another."""
    talk = history.last_held(notes)
    kinds = (TouchKind.WROTE, TouchKind.NEWS)
    has_written = talk is not None and any(
        touch.kind in kinds and touch.on >= talk.on for touch in notes.touches
    )
    return "check_in_again" if has_written else "check_in"


def settle(
    content: Content, page: Page, member: MemberFacts, now: datetime, wanted: Wanted
) -> Wanted:
    """Choose what was left open: by the stage, by what was begun, by how the member writes."""
    zone = member.zone_or_club
    kind = wanted.kind or kind_called_for(page, now=now, zone=zone)
    if kind in _ABOUT:
        wanted = replace(wanted, about=wanted.about or _about(page, kind, now, zone))
    if kind == "good_news" and not wanted.about:
        wanted = replace(wanted, about=str(kept_drafts(page).get(kind, {}).get("about", "")))
    wanted = replace(wanted, kind=kind)
    begun = own_version(content, page, wanted)
    if not wanted.channel and begun is not None:
        return begun
    calls = kind == "write_again" and follows_up_with(member, page) == "phone"  # R15
    habit = "phone" if calls else usual_channel(page)
    channel = content.channel_for(kind, wanted.channel or habit)
    return replace(wanted, channel=channel)


def _about(page: Page, kind: str, now: datetime, zone: str) -> str:
    talk = None
    if kind in _AHEAD | _CALLED_OFF:
        talk = talk_without_date(page, now) if kind in _CALLED_OFF else next_talk(page, now)
    elif kind in _BEHIND:
        talk = last_talk(page, now, zone)
    return talk_anchor(talk) if talk else ""


def next_talk(page: Page, now: datetime) -> Talk | None:
    """Find the talk ahead."""
    return next(iter(open_talks_for_preparing(page.notes, now)), None)


def talk_without_date(page: Page, now: datetime) -> Talk | None:
    """Find the talk that a new date is looked for: the one called off, else the talk ahead."""
    return history.to_rearrange(page.notes) or next_talk(page, now)


def last_talk(page: Page, now: datetime, zone: str) -> Talk | None:
    """Find the latest talk up to today, logged or not."""
    today = local_day(now, zone)
    talks = talks_in_book(page)
    return next((talk for talk in reversed(talks) if talk.on <= today), None)


def talks_in_book(page: Page) -> tuple[Talk, ...]:
    """Give the talks that were held or are planned."""
    return history.talks_in(page.notes, TalkState.HELD, TalkState.PLANNED)


def kept_drafts(page: Page) -> dict[str, dict[str, Any]]:
    """Give what the member typed into messages to this contact, by kind, unless it was sent."""
    drafts = cast("dict[str, dict[str, Any]]", page.contact.details.get("drafts", {}))
    return {kind: kept for kind, kept in drafts.items() if not _is_sent(page, kind, kept)}


def kept_with(page: Page, wanted: Wanted) -> dict[str, Any]:
    """Give what the member typed into this message, unless they have written since."""
    kept = kept_drafts(page).get(wanted.kind)
    return kept if kept is not None and kept["about"] == wanted.about else {}


def own_version(content: Content, page: Page, wanted: Wanted) -> Wanted | None:
    """Find the wording that the member edited last, of this message."""
    kept = kept_with(page, wanted)
    last = str(kept.get("last", ""))
    channel, _, flags = last.partition(".")
    if last not in kept.get("texts", {}) or channel not in content.channels(wanted.kind):
        return None
    return _with_flags(replace(wanted, channel=channel), flags)


def _is_sent(page: Page, kind: str, kept: dict[str, Any]) -> bool:
    since = datetime.fromisoformat(kept["at"])
    later = (entry for entry in page.touches if entry.row.t2 > since)
    return any(entry.row.s1 in _OWN_MESSAGES or _sent_kind(entry) == kind for entry in later)


def sent_note(kind: str) -> str:
    """Say in an entry that a message of this kind was sent."""
    return f"Sent: {KIND_WORDS[kind]}"


def _sent_kind(entry: Any) -> str:
    # Of the notes, only those of a message that was sent say how it travelled.
    if entry.row.s1 != TouchKind.NOTE or not entry.row.s3:
        return ""
    return next((kind for kind in KIND_WORDS if sent_note(kind) == entry.text), "")


def spec(wanted: Wanted) -> str:
    """Write which message is meant into a button's argument or a form's subject."""
    return ".".join((wanted.kind, wanted.channel, wanted.about, wanted.flags)).rstrip(".")


def read_spec(content: Content, text: str) -> Wanted:
    """Read which message a button meant; raises UserError for one that is not there any more."""
    kind, channel, about, flags = (*text.split(".", 3), "", "", "", "")[:4]
    if channel and channel not in content.channels(kind):
        raise UserError("I have no draft of that kind any more. **/draft** shows what there is.")
    about = about if re.fullmatch(r"[\w@]*", about) else ""
    return _with_flags(Wanted(kind, channel, about), flags)


def _with_flags(wanted: Wanted, flags: str) -> Wanted:
    tone = next((one for one in TONES if flags.startswith(one[0])), "")
    return replace(wanted, tone=tone, is_short=flags.endswith(_SHORT))

"""Drafts: what to write to a contact, worded from the notebook, then filled in and edited.

What the member typed is kept with the contact, one text for each kind and channel, until a message
to them is noted; from then on it is worded anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content, Draft, DraftFacts, render_draft
from bot.errors import UserError
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.facts import draft_facts, usual_channel
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page, access_page
from bot.rules.follow_ups import talk_anchor, talk_key
from bot.rules.history import talks_in
from bot.rules.hours import local_day
from bot.rules.records import Kind, ReminderState, Talk, TalkState, TouchKind
from bot.rules.stages import Stage, open_talks_for_preparing
from bot.rules.stages import stage as stage_of
from bot.storage.types import new_key

TEXT_LENGTH = 3900
SUBJECT_LENGTH = 200
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

_IN_PROFILE = {
    "your name": "name",
    "you in one line": "line",
    "which field?": "field",
    "your email and phone": "contact",
    "your number": "phone",
    "what do you want to find out?": "objective",
}
_IN_CONTACT = {"why this person?": "why", "how did you find this person?": "how_known"}
_IN_TALK = {"what did you enjoy most?": "enjoyed", "which advice helped?": "advice"}
_OWN_MESSAGES = frozenset({TouchKind.ASKED, TouchKind.WROTE, TouchKind.THANKED})


@dataclass(frozen=True)
class Wanted:
    """Which message: its kind, how it travels, and what it is about.

    ``about`` is the anchor of a talk or a promise; for ``running_late``, how many minutes.
    """

    kind: str
    channel: str
    about: str = ""


@dataclass(frozen=True)
class Drafted:
    """A message as it stands: ``gaps`` are the questions that its ``[…]`` still ask."""

    page: Page
    wanted: Wanted
    subject: str
    text: str
    gaps: tuple[str, ...]
    is_edited: bool = False


def kind_called_for(page: Page, *, now: datetime, zone: str) -> str:
    """Say which kind of message comes next with a contact, by where they stand."""
    stage = stage_of(page.notes, local_day(now, zone))
    if stage is Stage.DATE_SET and not open_talks_for_preparing(page.notes, now):
        return "thank_you"
    is_asked = any(touch.kind is TouchKind.ASKED for touch in page.notes.touches)
    if stage is Stage.RESTING and not is_asked:
        return "request"
    return KIND_OF_STAGE[stage]


def draft_message(
    content: Content,
    page: Page,
    member: MemberFacts,
    *,
    now: datetime,
    wanted: Wanted | None = None,
) -> Drafted:
    """Word a message to a contact; what is left open is chosen by the stage and by habit.

    What the member edited stands instead of the template's words.
    """
    wanted = _settled(content, page, member, now, wanted or Wanted("", ""))
    facts = _facts(page, member, now, wanted)
    draft = render_draft(content, wanted.kind, wanted.channel, facts)
    kept = _kept(page, wanted)
    edited = kept.get("texts", {}).get(wanted.channel)
    draft = _answered(draft, kept.get("answers", {}))
    if edited is None:
        return Drafted(page, wanted, draft.subject, draft.text, draft.gaps)
    subject, text = edited
    gaps = tuple(gap for gap in draft.gaps if f"[{gap}]" in text or f"[{gap}]" in subject)
    return Drafted(page, wanted, subject, text, gaps, is_edited=True)


def _settled(
    content: Content, page: Page, member: MemberFacts, now: datetime, wanted: Wanted
) -> Wanted:
    zone = member.zone_or_club
    kind = wanted.kind or kind_called_for(page, now=now, zone=zone)
    written = content.channels(kind)
    channel = wanted.channel or usual_channel(page)
    if channel not in written:
        channel = written[0] if written else channel
    if kind not in _ABOUT:
        return Wanted(kind, channel)
    return Wanted(kind, channel, wanted.about or _about(page, kind, now, zone))


def _about(page: Page, kind: str, now: datetime, zone: str) -> str:
    talk = _next_talk(page, now) if kind in _AHEAD else _last_talk(page, now, zone)
    return talk_anchor(talk) if talk and kind in _AHEAD | {"thank_you"} else ""


def _next_talk(page: Page, now: datetime) -> Talk | None:
    return next(iter(open_talks_for_preparing(page.notes, now)), None)


def _last_talk(page: Page, now: datetime, zone: str) -> Talk | None:
    today = local_day(now, zone)
    talks = talks_in(page.notes, TalkState.HELD, TalkState.PLANNED)
    return next((talk for talk in reversed(talks) if talk.on <= today), None)


def _facts(page: Page, member: MemberFacts, now: datetime, wanted: Wanted) -> DraftFacts:
    is_late = wanted.kind == "running_late"
    talk = _next_talk(page, now) if is_late else _last_talk(page, now, member.zone_or_club)
    anchor = "" if is_late else wanted.about
    delay = f"{wanted.about} minutes" if is_late and wanted.about else ""
    usual = talk_anchor(talk) if talk else ""
    return draft_facts(page, member, now, anchor=anchor or usual, delay=delay)


def _kept(page: Page, wanted: Wanted) -> dict[str, Any]:
    drafts = cast("dict[str, Any]", page.contact.details.get("drafts", {}))
    kept = drafts.get(wanted.kind)
    if kept is None or kept["about"] != wanted.about:
        return {}
    since = datetime.fromisoformat(kept["at"])
    is_sent = any(
        touch.kind in _OWN_MESSAGES and touch.recorded_at > since for touch in page.notes.touches
    )
    return {} if is_sent else kept


def _answered(draft: Draft, answers: Mapping[str, str]) -> Draft:
    subject, text = draft.subject, draft.text
    for question, answer in answers.items():
        subject, text = (_put(one, question, answer) for one in (subject, text))
    gaps = tuple(gap for gap in draft.gaps if gap not in answers)
    return replace(draft, subject=subject, text=text, gaps=gaps)


def _put(text: str, question: str, answer: str) -> str:
    ended = answer if answer.endswith((".", "!", "?", "…")) else f"{answer}."
    text = text.replace(f"[{question}].", ended)
    return text.replace(f"[{question}]", answer.removesuffix("."))


async def edit_draft(
    session: AsyncSession, *, by: Actor, contact: str, wanted: Wanted, subject: str, text: str
) -> Stored:
    """Keep the member's own words for a message; with no words left, the template speaks again."""
    if len(text) > TEXT_LENGTH or len(subject) > SUBJECT_LENGTH:
        raise UserError(
            f"That text is {len(text)} characters long and {TEXT_LENGTH} fit. Please shorten it."
        )
    ledger = await begin(session, by, "editing a message")
    page = await access_page(session, by.member_id, contact)
    kept = _kept(page, wanted)
    texts = {**kept.get("texts", {}), wanted.channel: [subject, text]}
    if not text.strip():
        del texts[wanted.channel]
    await _keep(ledger, page, wanted, {**kept, "texts": texts})
    return await ledger.finish()


async def fill_gaps(
    session: AsyncSession, *, by: Actor, contact: str, wanted: Wanted, answers: Mapping[str, str]
) -> Stored:
    """Keep the answers to a draft's gaps, each where it belongs, so that it is asked once.

    What is about the member goes to their profile, what is about the contact or the talk there;
    the rest stays with the message.
    """
    ledger = await begin(session, by, "filling in a message")
    page = await access_page(session, by.member_id, contact)
    given = {gap: " ".join(text.split()) for gap, text in answers.items() if text.strip()}
    mine = {_IN_PROFILE[gap]: given[gap] for gap in given if gap in _IN_PROFILE}
    if mine:
        await ledger.change_member(profile={**ledger.member.profile, **mine})
    if await _keep_with_talk(ledger, page, wanted, given):
        given = {gap: text for gap, text in given.items() if gap not in _IN_TALK}
    rest = {gap: text for gap, text in given.items() if gap not in _IN_PROFILE.keys() | _IN_CONTACT}
    kept = _kept(page, wanted)
    texts = {
        channel: [_put_all(part, answers) for part in parts]
        for channel, parts in kept.get("texts", {}).items()
    }
    about_them = {_IN_CONTACT[gap]: given[gap] for gap in given if gap in _IN_CONTACT}
    fresh = {**kept, "texts": texts, "answers": {**kept.get("answers", {}), **rest}}
    await _keep(ledger, page, wanted, fresh, about_them)
    return await ledger.finish()


def _put_all(text: str, answers: Mapping[str, str]) -> str:
    for question, answer in answers.items():
        text = _put(text, question, answer) if answer.strip() else text
    return text


async def _keep_with_talk(
    ledger: Ledger, page: Page, wanted: Wanted, given: Mapping[str, str]
) -> bool:
    key = talk_key(wanted.about)
    talk = next((entry for entry in page.interviews if entry.key == key), None)
    told = {_IN_TALK[gap]: given[gap] for gap in given if gap in _IN_TALK}
    if talk is None or not told:
        return False
    old = {"details": talk.details}
    await ledger.update("interviews", key, old, details={**talk.details, **told})
    return True


async def _keep(
    ledger: Ledger,
    page: Page,
    wanted: Wanted,
    kept: Mapping[str, Any],
    about_them: Mapping[str, str] | None = None,
) -> None:
    old = page.contact.details
    draft = {**kept, "about": wanted.about, "at": ledger.by.now.isoformat()}
    drafts = {**old.get("drafts", {}), wanted.kind: draft}
    if not any(draft.get(name) for name in ("texts", "answers")):
        del drafts[wanted.kind]
    details = {**old, **(about_them or {}), "drafts": drafts}
    if details != old:
        await ledger.update("contacts", page.key, {"details": old}, details=details)


_TOUCH_OF: dict[str, TouchKind] = {
    "request": TouchKind.ASKED,
    "write_again": TouchKind.WROTE,
    "find_a_time": TouchKind.WROTE,
    "thank_you": TouchKind.THANKED,
    "check_in": TouchKind.WROTE,
    "tell_promise": TouchKind.WROTE,
}
"""What sending a message is logged as; any other kind is a note, which counts as no check-in."""

_SETTLES: dict[str, frozenset[Kind]] = {
    "request": frozenset({Kind.APPROACH_LEAD, Kind.ASK_AGAIN}),
    "write_again": frozenset({Kind.CHASE_REPLY}),
    "find_a_time": frozenset({Kind.FIND_A_TIME}),
    "thank_you": frozenset({Kind.THANK_YOU}),
    "check_in": frozenset({Kind.CHECK_IN}),
    "tell_promise": frozenset({Kind.PROMISE}),
}


async def log_sent(
    session: AsyncSession, *, by: Actor, page: Page, wanted: Wanted, text: str = ""
) -> Stored:
    """Note that the member sent a message, and settle the reminder that asked for it.

    ``text`` goes into the entry of a message that is no step of its own, such as a confirmation.
    """
    ledger = await begin(session, by, "noting that you sent it")
    ledger.concern(page.key)
    kind = _TOUCH_OF.get(wanted.kind, TouchKind.NOTE)
    on = local_day(by.now, ledger.member.zone_or_club)
    _refuse_twice(page, kind, wanted, on=on, text=text)
    delivered = [
        entry
        for entry in page.reminders
        if entry.row.s4 == ReminderState.DELIVERED
        and entry.row.s1 in _SETTLES.get(wanted.kind, ())
        and (wanted.kind != "tell_promise" or entry.row.s2 == wanted.about)
    ]
    row: dict[str, Any] = {
        "key": new_key(),
        "contact_key": page.key,
        "kind": kind,
        "on": on,
        "at": by.now,
        "zone": ledger.member.zone_or_club,
        "medium": wanted.channel,
        "text": text or None if kind is TouchKind.NOTE else None,
        "reminder_key": delivered[-1].key if delivered else None,
        "recorded_at": by.now,
    }
    await ledger.insert("touches", row)
    for entry in delivered:
        before = {"state": entry.row.s4, "pressed_at": None}
        await ledger.update(
            "reminders", entry.key, before, state=ReminderState.DONE, pressed_at=by.now
        )
    await _keep_promise(ledger, page, wanted, on)
    return await ledger.finish()


def _refuse_twice(page: Page, kind: TouchKind, wanted: Wanted, *, on: Any, text: str) -> None:
    for entry in page.touches:
        row = entry.row
        is_same = (row.s1, row.s3, row.d1) == (kind, wanted.channel, on)
        if is_same and (kind is not TouchKind.NOTE or entry.text == text):
            raise UserError(
                "That is noted already for today; nothing was changed. "
                "If you did write twice, **/log** takes the second one."
            )


async def _keep_promise(ledger: Ledger, page: Page, wanted: Wanted, on: Any) -> None:
    open_promises = {entry.key for entry in page.promises if entry.row.d2 is None}
    if wanted.kind == "tell_promise" and wanted.about in open_promises:
        before = {"settled_on": None, "kept": None}
        await ledger.update("promises", wanted.about, before, settled_on=on, kept=True)


def spec(wanted: Wanted) -> str:
    """Write which message is meant into a button's argument or a form's subject."""
    return ".".join((wanted.kind, wanted.channel, wanted.about)).rstrip(".")


def read_spec(content: Content, text: str) -> Wanted:
    """Read which message a button meant; raises UserError for one that is not there any more."""
    kind, channel, about = (*text.split(".", 2), "", "", "")[:3]
    if channel not in content.channels(kind):
        raise UserError("I have no draft of that kind any more. **/draft** shows what there is.")
    return Wanted(kind, channel, about if re.fullmatch(r"[\w@]*", about) else "")

"""What a draft or a nudge may say, read off a page: a notebook's words, and days in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.content import CHANNELS, DraftFacts
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Entry, Page
from bot.notebook.profile import asks_for, contact_line, follows_up_by, tone_of
from bot.rules import history
from bot.rules.follow_ups import talk_key
from bot.rules.follow_ups.asking import SECOND_CHASE_DAYS
from bot.rules.hours import local
from bot.rules.names import addressed, own_name
from bot.rules.records import Answer, Kind, TalkState, TouchKind
from bot.rules.when.moment import say_day, say_hour

_TALK_KINDS = frozenset(
    {Kind.PREPARE, Kind.CONFIRM, Kind.STARTS_SOON, Kind.DEBRIEF, Kind.THANK_YOU}
)
_HABITS = frozenset(CHANNELS) - {"card", "in_person"}
"""The channels that are worth taking again because they were taken last."""

_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_WEEK = 7


def say_near_day(on: date, today: date) -> str:
    """Say a day as people do: "yesterday", "on Tuesday" within a week, "on Tuesday 3 March"."""
    days = (on - today).days
    if days in _NEAR:
        return _NEAR[days]
    return f"on {on:%A}" if abs(days) < _WEEK else f"on {say_day(on, today)}"


def say_clock(at: datetime, zone: str) -> str:
    """Say the hour of an instant in a zone: "at 3:00 pm"."""
    return f"at {say_hour(local(at, zone).time())}"


def say_to_them(talk: Entry, zone: str, now: datetime) -> dict[str, str]:
    """Say to a contact when a talk is: their day and hour, and the member's if the clocks differ.

    ``zone`` is the member's; the contact's is the one in which the talk was agreed.
    """
    starts_at, theirs = talk.row.t1, talk.row.s5 or zone
    if starts_at is None:
        return {"talk_day": say_near_day(talk.row.d1, local(now, zone).date())}
    here, there = local(starts_at, zone), local(starts_at, theirs)
    if here.replace(tzinfo=None) == there.replace(tzinfo=None):
        theirs, clock = zone, say_clock(starts_at, zone)
    else:
        clock = f"{say_clock(starts_at, theirs)} your time ({say_hour(here.time())} mine)"
    day = say_near_day(local(starts_at, theirs).date(), local(now, theirs).date())
    return {"talk_day": day, "talk_time": clock}


def talk_of(page: Page, anchor: str = "") -> Entry | None:
    """Find the interview that an anchor names, else the contact's latest one."""
    if anchor:
        key = talk_key(anchor)
        named = next((entry for entry in page.interviews if entry.key == key), None)
        if named is not None:
            return named
    return max(page.interviews, key=lambda entry: entry.row.d1, default=None)


def follows_up_with(member: MemberFacts, page: Page) -> str:
    """Tell how a member follows up with a contact: by phone only where a number is known (R15)."""
    by = follows_up_by(member)
    return "writing" if by == "phone" and not page.contact.details.get("phone") else by


def usual_channel(page: Page) -> str:
    """Guess how the member writes to this contact: as they did last, else by what is known."""
    for touch in reversed(page.touches):
        if touch.row.s3 in _HABITS:
            return str(touch.row.s3)
    details = page.contact.details
    return "linkedin" if details.get("linkedin") and not details.get("email") else "email"


def draft_facts(
    page: Page, member: MemberFacts, now: datetime, *, anchor: str = "", delay: str = ""
) -> DraftFacts:
    """Gather what a draft to this contact may say.

    ``anchor`` names the talk, the promise, or the person that this contact suggested.
    """
    zone = member.zone_or_club
    today = local(now, zone).date()
    details = page.contact.details
    talk = talk_of(page, anchor)
    told = talk.details if talk else {}
    promised = [p for p in page.promises if talk and p.row.s4 == talk.key]
    return replace(
        replace(facts_of_member(member), **_asked(page, today), **_suggested(page, anchor, today)),
        **(_of_talk(talk, zone, now) if talk else {}),
        first=addressed(page.name),
        name=own_name(page.name),
        role=details.get("role", ""),
        organization=details.get("organization", ""),
        connection=details.get("connection", ""),
        relation=relation_of(page),
        how_known=details.get("how_known", ""),
        follow_up_by=follows_up_with(member, page),
        referrer=page.referrer.name if page.referrer else "",
        may_name_referrer=page.contact.row.s1 == "yes",
        why=details.get("why", ""),
        minutes=talk.row.n1 if talk else asks_for(member.profile),
        cancelled=history.to_rearrange(page.notes) is not None,
        advice=told.get("advice") or _advice_before(page, talk, now, today),
        question=_first_question(told),
        promises=tuple(p.text for p in promised if p.row.d2 is None),
        kept=tuple(p.text for p in promised if p.row.n1),
        done=next((p.text for p in page.promises if p.key == anchor), ""),
        is_again=any(one.row.s1 == TalkState.HELD for one in page.interviews),
        news=next((t.text for t in reversed(page.touches) if t.row.s1 == TouchKind.NEWS), ""),
        delay=delay,
    )


def _of_talk(talk: Entry, zone: str, now: datetime) -> dict[str, Any]:
    """Say when and how a talk is, and what was noted with it (R20 R42)."""
    told = {name: talk.details.get(name) or "" for name in ("place", "who_calls", "enjoyed")}
    return {
        **told,
        **say_to_them(talk, zone, now),
        "mode": talk.row.s2,
        "is_over": not _is_ahead(talk, now, local(now, zone).date()),
        "keep_in_touch": talk.row.s3 or "",
    }


FIRST_QUESTION = "How did you come to this work?"
"""What a talk begins with while no question is chosen."""


def _first_question(told: Mapping[str, Any]) -> str:
    kept: list[Any] = told.get("questions") or [FIRST_QUESTION]
    first = kept[0]
    return first if isinstance(first, str) else str(first["text"])


def _is_ahead(talk: Entry, now: datetime, today: date) -> bool:
    return bool(talk.row.t1 > now if talk.row.t1 else talk.row.d1 > today)


def _advice_before(page: Page, talk: Entry | None, now: datetime, today: date) -> str:
    """Give the advice of the talk before one that is still to come."""
    if talk is None or not _is_ahead(talk, now, today):
        return ""
    held = [one for one in page.interviews if one.row.s1 == TalkState.HELD and one is not talk]
    return str(held[-1].details.get("advice") or "") if held else ""


_RELATIONS = {
    "alumni": "alumni",
    "mutual": "mutual",
    "family": "family_friend",
    "friend": "family_friend",
    "family_friend": "family_friend",
    "colleague": "colleague",
    "teacher": "professor",
    "professor": "professor",
    "acquaintance": "event",
    "event": "event",
    "referral": "referral",
}
"""How each type of connection that is stored with a contact is worded (R55)."""


def relation_of(page: Page) -> str:
    """Tell how the member stands to a contact, as one of RELATIONS (R08 R09)."""
    details = page.contact.details
    stored = str(details.get("connection", ""))
    is_named = page.referrer is not None and page.contact.row.s1 == "yes"
    if is_named and stored != "mutual":
        return "referral"
    if not stored and re.search(r"\balum", str(details.get("how_known", "")), re.IGNORECASE):
        return "alumni"
    return _RELATIONS.get(stored, "stranger")


def _asked(page: Page, today: date) -> dict[str, Any]:
    """Say when and how the member asked, how often since, and when they may ask again (R15 R16)."""
    notes = page.notes
    asked = history.latest(history.in_order(notes.touches), TouchKind.ASKED)
    said = history.standing_answer(notes)
    is_later = said is not None and said.answer is Answer.LATER
    # The day is named while it lies ahead: "you told me to try again yesterday" says nothing.
    named = said.until if said is not None and is_later else None
    until = say_near_day(named, today) if named is not None and named > today else ""
    if asked is None:
        return {"asks_again": is_later, "until": until}
    entry = next(one for one in page.touches if one.key == asked.key)
    nudged = history.nudged_on(notes, Kind.CHASE_REPLY, asked.key, 1)
    # Also for those who did not note that they wrote again: the second reminder says "one last".
    is_second_due = nudged is not None and (today - nudged).days >= SECOND_CHASE_DAYS
    return {
        "asked_day": say_near_day(asked.on, today),
        "asked_by": entry.row.s3 or "",
        "is_last": is_second_due or bool(history.chases_of(notes, asked)),
        "asks_again": is_later,
        "until": until,
    }


def _suggested(page: Page, anchor: str, today: date) -> dict[str, Any]:
    """Name whom this contact suggested: who is meant, or was talked to last, or named last (R42).

    Only a name that came from this very contact: no other's finds its way into their messages.
    """
    meant = [one for one in page.referrals if one.key == anchor]
    talked = [one for one in page.referrals if one.row.d2]
    talked.sort(key=lambda one: one.row.d2)
    one = next(iter((*meant, *reversed(talked), *reversed(page.referrals))), None)
    if one is None:
        return {}
    day = say_near_day(one.row.d2, today) if one.row.d2 else ""
    is_allowed = one.row.s1 == "yes"
    offers = {"offered": bool(one.row.n1), "may_mention": is_allowed}
    return {"suggested": one.name, "suggested_day": day, **offers}


def facts_of_member(member: MemberFacts) -> DraftFacts:
    """Gather what a draft may say of the member."""
    profile = member.profile
    return DraftFacts(
        my_name=profile.get("name", ""),
        my_line=profile.get("line", ""),
        my_school=profile.get("school", ""),
        my_field=profile.get("field", ""),
        my_contact=contact_line(profile),
        my_phone=profile.get("phone", ""),
        tone=tone_of(profile),
        objective=profile.get("objective", ""),
        follow_up=_follow_up(member.rhythm.chase_days),
        follow_up_by=follows_up_by(member),
    )


def _follow_up(days: int) -> str:
    if not days:
        return ""
    return "next week" if days == _WEEK else f"in {days} days"


def asked_day(page: Page, today: date) -> str:
    """Say when the member asked the contact to meet, or nothing."""
    asked = history.latest(history.in_order(page.notes.touches), TouchKind.ASKED)
    return say_near_day(asked.on, today) if asked else ""


def is_about_a_talk(kind: Kind) -> bool:
    """Tell whether a kind's anchor names a talk."""
    return kind in _TALK_KINDS


def say_delay(delay: timedelta) -> str:
    """Say how long something took: "40 minutes", "5 hours", "3 days"."""
    minutes = int(delay / timedelta(minutes=1))
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size * (2 if unit == "day" else 1):
            count = minutes // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "a moment"

"""Profiles: what members say about themselves, and the zone in which their days run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.content import TONES
from bot.errors import UserError
from bot.notebook.access import on_club_zone
from bot.notebook.changes import Actor, Stored, begin, plan_anew, redate
from bot.notebook.contacts import find_duplicate, insert_contacts, read_person
from bot.notebook.ideas import reconcile_ideas
from bot.notebook.members import MemberFacts, change_settings, find_member
from bot.rules.records import Rhythm
from bot.rules.redating import NewClock
from bot.storage.session import Session

PROFILE_LENGTHS: dict[str, int] = {
    "name": 80,
    "line": 200,
    "field": 100,
    "school": 100,
    "email": 200,
    "phone": 60,
    "minutes": 3,
    "tone": 10,
    "follow_up_by": 10,
}
"""What a profile holds (R01 R07-R10) and how many characters each part may have."""

MINUTES = (15, 20, 30)
"""The lengths of a talk that a member may ask for (R07)."""

FOLLOW_UPS = ("phone", "writing", "none")
"""How a member follows up on a request; "none" is not at all, and plans no nudge (R15)."""

_USUAL_MINUTES = 20


def asks_for(profile: Mapping[str, Any]) -> int:
    """Tell how many minutes a member asks for: what they chose, else 20 (R07)."""
    return int(profile.get("minutes") or _USUAL_MINUTES)


def tone_of(profile: Mapping[str, Any]) -> str:
    """Tell how a member writes, as one of TONES; "friendly" is what warm was called."""
    return profile["tone"] if profile.get("tone") in TONES else TONES[0]


def follows_up_by(member: MemberFacts) -> str:
    """Tell how a member follows up on a request: phone, writing, or "" for not at all (R15)."""
    if not member.rhythm.chase_days:
        return ""
    return "phone" if member.profile.get("follow_up_by") == "phone" else "writing"


def contact_line(profile: Mapping[str, Any]) -> str:
    """Say under a message how to reach the member: email and phone, or what a draft asked for."""
    email, phone = profile.get("email", ""), profile.get("phone", "")
    if not email and profile.get("contact"):
        return str(profile["contact"])
    return " · ".join(part for part in (email, phone) if part)


def clean_profile(values: Mapping[str, str]) -> dict[str, str]:
    """Check the parts of a profile: one line each, not too long, choices among those offered."""
    tidy = {name: " ".join(text.split()) for name, text in values.items()}
    for name, text in tidy.items():
        if len(text) > PROFILE_LENGTHS[name]:
            raise UserError(
                f"Your {name} is {len(text)} characters long; "
                f"please keep it to {PROFILE_LENGTHS[name]}."
            )
    if tidy.get("minutes") and tidy["minutes"] not in {str(one) for one in MINUTES}:
        raise UserError("Ask for 15, 20 or 30 minutes: short is easier to say yes to.")
    if tidy.get("tone") and tidy["tone"] not in TONES:
        raise UserError("Choose warm, plain or formal.")
    if tidy.get("follow_up_by") and tidy["follow_up_by"] not in FOLLOW_UPS:
        raise UserError("Choose by phone, in writing, or not at all.")
    return tidy


async def start_notebook(
    session: Session,
    *,
    by: Actor,
    profile: Mapping[str, str],
    person: str = "",
    zone: str | None = None,
) -> Stored:
    """Take in the answers of the first form; what was said before stays where nothing is said now.

    ``person`` is as ``read_person`` takes it; somebody of that name is not added twice. The page of
    the person, if there is one, is in ``pages``.
    """
    ledger = await begin(session, by, "starting")
    said = {name: text for name, text in clean_profile(profile).items() if text}
    values: dict[str, Any] = {"profile": {**ledger.member.profile, **said}}
    await ledger.change_member(**values)
    if zone:
        await ledger.change_zone(zone)
    details = read_person(person)
    if details and (twin := await find_duplicate(session, by.member_id, details["name"])):
        ledger.concern(twin.key)
    elif details:
        await insert_contacts(ledger, [details])
    return await ledger.finish()


async def change_profile(session: Session, *, by: Actor, values: Mapping[str, str]) -> Stored:
    """Change parts of the profile, an empty one takes it out.

    How they follow up also sets the days until the nudge, of which 0 is never (R15).
    """
    ledger = await begin(session, by, "changing your profile")
    tidy = clean_profile(values)
    columns = _chase_days(ledger.member, tidy.get("follow_up_by", ""))
    if tidy.get("follow_up_by") == "none":
        del tidy["follow_up_by"]  # kept as it was, for when they follow up again
    fresh = {**ledger.member.profile, **tidy}
    columns["profile"] = {name: text for name, text in fresh.items() if text}
    await ledger.change_member(**columns)
    return await ledger.finish()


def _chase_days(member: MemberFacts, follow_up_by: str) -> dict[str, Any]:
    if follow_up_by == "none":
        return {"chase_days": 0}
    is_anew = bool(follow_up_by) and not member.rhythm.chase_days
    return {"chase_days": Rhythm().chase_days} if is_anew else {}


async def change_zone(session: Session, *, by: Actor, zone: str) -> Stored:
    """Move the member to another IANA zone: all that is planned is planned anew."""
    ledger = await begin(session, by, "changing your time zone")
    await ledger.change_zone(zone)
    return await ledger.finish()


async def confirm_hello(session: Session, member: MemberFacts, *, now: datetime) -> None:
    """Store that the member has seen a DM of the bot's; the first time counts."""
    if member.hello_at is None:
        await change_settings(session, member.id, hello_at=now)


async def list_on_club_zone(session: Session, guild_id: int) -> list[int]:
    """List the members of a club who live by its zone, for want of their own."""
    return list(await session.scalars(on_club_zone(guild_id)))


async def plan_all_anew(session: Session, member_id: int, *, was: str, now: datetime) -> None:
    """Plan all of a member's contacts anew: the zone of their club was another until now."""
    member = await find_member(session, member_id, guild_id=None)
    await redate(session, member_id, NewClock(was, member.zone_or_club, now))
    await plan_anew(session, member, (), now=now, moves_all=True)
    if member.ideas:
        await reconcile_ideas(session, [member], now=now)

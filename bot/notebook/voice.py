"""In my voice: a member's own sample, their word that a draft may be sent out, and their budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import case

from bot.assistant.hiding import Known
from bot.assistant.rewriting import Task
from bot.errors import UserError
from bot.notebook.access import change_member
from bot.notebook.changes import Actor, Stored, begin
from bot.notebook.contacts import list_labels
from bot.notebook.drafts import TEXT_LENGTH, Drafted, about_draft
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.rules.hours import local_day
from bot.rules.review import review_message
from bot.storage.models import Member
from bot.storage.session import Session

SAMPLE_LENGTH = 3000
_SHORTEST = 80
_SAMPLE, _HOST = "voice_sample", "voice_host"


@dataclass(frozen=True, slots=True)
class Voice:
    """What a member gave for it: messages they wrote, and the host that may see them, or ""."""

    sample: str = field(default="", repr=False)
    host: str = ""


def voice_of(member: MemberFacts) -> Voice:
    """Read a member's voice off their profile."""
    profile = member.profile
    return Voice(str(profile.get(_SAMPLE, "")), str(profile.get(_HOST, "")))


async def allow_host(session: Session, *, by: Actor, host: str) -> Stored:
    """Keep that the member agreed to this host; another one has to be agreed to anew."""
    ledger = await begin(session, by, "agreeing to “In my voice”")
    await ledger.change_member(profile={**ledger.member.profile, _HOST: host})
    return await ledger.finish()


async def keep_sample(session: Session, *, by: Actor, text: str) -> Stored:
    """Keep messages that the member wrote; an empty text takes them and the agreement out."""
    sample = text.strip()
    if sample and len(sample) < _SHORTEST:
        raise UserError(
            f"That is {len(sample)} characters, and your voice takes at least {_SHORTEST} to hear. "
            "Please add a message or two that you wrote yourself."
        )
    if len(sample) > SAMPLE_LENGTH:
        raise UserError(
            f"That is {len(sample):,} characters and {SAMPLE_LENGTH:,} fit. Two messages will do."
        )
    ledger = await begin(session, by, "changing your sample")
    profile = {**ledger.member.profile, _SAMPLE: sample}
    if not sample:
        del profile[_SAMPLE]
        profile.pop(_HOST, None)
    await ledger.change_member(profile=profile)
    return await ledger.finish()


async def take_turn(session: Session, member: MemberFacts, *, now: datetime, per_day: int) -> None:
    """Count one use of the assistant on the member's local day; UserError when none is left.

    It is no change, so Undo gives nothing back.
    """
    today = local_day(now, member.zone_or_club)
    is_new_day = Member.voice_on.is_(None) | (Member.voice_on < today)
    counted = (
        change_member(member.id)
        .where(is_new_day | (Member.voice_count < per_day))
        .values(
            voice_count=case((is_new_day, 1), else_=Member.voice_count + 1),
            voice_on=case((is_new_day, today), else_=Member.voice_on),
        )
        .returning(Member.id)
    )
    if (await session.execute(counted)).one_or_none() is None:
        times = "once" if per_day == 1 else f"{per_day} times"
        raise UserError(
            f"You used **In my voice** {times} today, which is all there is for a day. "
            "Your draft is as it was; **Edit** lets you change it yourself."
        )


async def list_names(session: Session, member_id: int) -> list[str]:
    """List the names of all people in a notebook: none of them goes out in somebody's draft."""
    labels = await list_labels(session, member_id)
    return [label.text.split(" · ")[0] for label in labels]


def task_of(draft: Drafted, member: MemberFacts, names: Iterable[str]) -> Task:
    """Say what is to be rewritten, what of it is hidden, and what the answer is judged by."""
    if len(draft.text) > TEXT_LENGTH:
        raise UserError(
            f"This message is {len(draft.text):,} characters long, too long to be said anew. "
            "**As a text file** gives it to you as it is."
        )
    return Task(
        draft=draft.text,
        sample=voice_of(member).sample,
        known=_known(draft.page, member, names),
        faults=_faults(draft),
        gaps=draft.gaps,
        max_chars=draft.limit,
    )


def _known(page: Page, member: MemberFacts, names: Iterable[str]) -> Known:
    me, them = member.profile, page.contact.details
    others = (entry.name for entry in (*page.referrals, page.referrer) if entry)
    return Known(
        them=_texts(page.name, page.first),
        me=_texts(me.get("name")),
        people=_texts(*others, *(name for name in names if name != page.name)),
        places=_texts(them.get("organization"), them.get("school"), me.get("school")),
        reach=_texts(
            *(them.get(name) for name in ("email", "phone", "linkedin", "address")),
            *(me.get(name) for name in ("email", "phone", "contact")),
            *(talk.details.get("place") for talk in page.interviews),
        ),
    )


def _texts(*values: Any) -> tuple[str, ...]:
    return tuple(str(value).strip() for value in values if value and str(value).strip())


def _faults(draft: Drafted) -> Callable[[str], set[str]]:
    about = about_draft(draft)

    def grave(text: str) -> set[str]:
        findings = review_message(text, about, subject=draft.subject)
        return {finding.fault for finding in findings if not finding.is_hint}

    return grave

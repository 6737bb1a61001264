"""What the member typed into a message is kept with the contact, until they have written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.drafts.choosing import Wanted
from bot.notebook.drafts.wording import kept_with, put_answer
from bot.notebook.pages import Page, access_page
from bot.rules.follow_ups import talk_key

TEXT_LENGTH = 3900
SUBJECT_LENGTH = 200
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
    kept = kept_with(page, wanted)
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
    kept = kept_with(page, wanted)
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
        text = put_answer(text, question, answer) if answer.strip() else text
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

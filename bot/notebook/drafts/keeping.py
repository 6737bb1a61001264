"""What the member typed into a message is kept with the contact, until they have written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import UserError
from bot.notebook.access import change_mine
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.drafts.choosing import Wanted, kept_with
from bot.notebook.drafts.wording import put_answer
from bot.notebook.pages import Page, access_page
from bot.rules.follow_ups import talk_key
from bot.storage.models import Contact
from bot.storage.session import Session

TEXT_LENGTH = 3900
SUBJECT_LENGTH = 200
_CHANGED = (
    "You changed this message meanwhile, so your own words stand. Press **In my voice** again if "
    "you want those said anew."
)
IN_PROFILE: dict[str, str] = {
    "your name": "name",
    "you in one line": "line",
    "which field?": "field",
    "your email and phone": "contact",
    "your number": "phone",
    "what do you want to find out?": "objective",
}
IN_CONTACT = {"why this person?": "why", "how did you find this person?": "how_known"}
IN_TALK = {"what did you enjoy most?": "enjoyed", "which advice helped?": "advice"}


async def edit_draft(
    session: Session,
    *,
    by: Actor,
    contact: str,
    wanted: Wanted,
    subject: str,
    text: str,
    seen: Page | None = None,
) -> Stored:
    """Keep the member's own words for a message; with no words left, the template speaks again.

    Raises UserError if the message was changed since ``seen`` was read.
    """
    if len(text) > TEXT_LENGTH or len(subject) > SUBJECT_LENGTH:
        raise UserError(
            f"That text is {len(text)} characters long and {TEXT_LENGTH} fit. Please shorten it."
        )
    ledger = await begin(session, by, "editing a message")
    page = await access_page(session, by.member_id, contact)
    kept = kept_with(page, wanted)
    if seen is not None and kept_with(seen, wanted) != kept:
        raise UserError(_CHANGED)
    texts = {**kept.get("texts", {}), wanted.version: [subject, text]}
    if not text.strip():
        del texts[wanted.version]
    last = wanted.version if text.strip() else next(reversed(texts), "")
    await _keep(ledger, page, wanted, {**kept, "texts": texts, "last": last})
    return await ledger.finish()


async def fill_gaps(
    session: Session, *, by: Actor, contact: str, wanted: Wanted, answers: Mapping[str, str]
) -> Stored:
    """Keep the answers to a draft's gaps, each where it belongs, so that it is asked once.

    What is about the member goes to their profile, what is about the contact or the talk there;
    the rest stays with the message. What was noted before is never written over: a note about
    somebody may be worth more than what is said to them. Having been asked is kept too.
    """
    ledger = await begin(session, by, "filling in a message")
    page = await access_page(session, by.member_id, contact)
    given = {gap: " ".join(text.split()) for gap, text in answers.items() if text.strip()}
    mine = {IN_PROFILE[gap]: given[gap] for gap in given if gap in IN_PROFILE}
    if mine:
        await ledger.change_member(profile={**ledger.member.profile, **mine})
    told = await _keep_with_talk(ledger, page, wanted, given)
    noted = page.contact.details
    fresh = {gap for gap, name in IN_CONTACT.items() if not noted.get(name)}
    rest = {gap: given[gap] for gap in given.keys() - IN_PROFILE.keys() - fresh - told}
    kept = kept_with(page, wanted)
    texts = {
        version: [_put_all(part, answers) for part in parts]
        for version, parts in kept.get("texts", {}).items()
    }
    about_them = {IN_CONTACT[gap]: given[gap] for gap in given.keys() & fresh}
    answered = {**kept.get("answers", {}), **rest}
    filled = {**kept, "texts": texts, "answers": answered, "asked": True}
    await _keep(ledger, page, wanted, filled, about_them)
    return await ledger.finish()


async def choose_objective(session: Session, *, by: Actor, contact: str, objective: str) -> Stored:
    """Keep what the member wants to find out from a contact: the id of an objective (R19)."""
    ledger = await begin(session, by, "choosing what you want to find out")
    old = (await access_page(session, by.member_id, contact)).contact.details
    if old.get("objective") != objective:
        details = {**old, "objective": objective}
        await ledger.update("contacts", contact, {"details": old}, details=details)
    return await ledger.finish()


async def note_asked(
    session: Session, owner_id: int, *, contact: str, wanted: Wanted, now: datetime
) -> None:
    """Remember that a message's gaps were asked and left open: nothing of the member's changes."""
    page = await access_page(session, owner_id, contact)
    kept = {**kept_with(page, wanted), "asked": True}
    details = _details_with(page, wanted, kept, now)
    statement = change_mine(owner_id, Contact).where(Contact.key == contact)
    await session.execute(statement.values(details=details))


def _put_all(text: str, answers: Mapping[str, str]) -> str:
    for question, answer in answers.items():
        text = put_answer(text, question, answer) if answer.strip() else text
    return text


async def _keep_with_talk(
    ledger: Ledger, page: Page, wanted: Wanted, given: Mapping[str, str]
) -> set[str]:
    """Keep with the talk what nothing was noted of yet; gives the gaps whose answers it took."""
    key = talk_key(wanted.about)
    talk = next((entry for entry in page.interviews if entry.key == key), None)
    if talk is None:
        return set()
    told = {gap for gap in given.keys() & IN_TALK.keys() if not talk.details.get(IN_TALK[gap])}
    if told:
        old, fresh = {"details": talk.details}, {IN_TALK[gap]: given[gap] for gap in told}
        await ledger.update("interviews", key, old, details={**talk.details, **fresh})
    return told


async def _keep(
    ledger: Ledger,
    page: Page,
    wanted: Wanted,
    kept: Mapping[str, Any],
    about_them: Mapping[str, str] | None = None,
) -> None:
    old = page.contact.details
    details = {**_details_with(page, wanted, kept, ledger.by.now), **(about_them or {})}
    if details != old:
        await ledger.update("contacts", page.key, {"details": old}, details=details)


def _details_with(
    page: Page, wanted: Wanted, kept: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    old = page.contact.details
    draft = {**kept, "about": wanted.about, "at": now.isoformat()}
    drafts = {**old.get("drafts", {}), wanted.kind: draft}
    if not any(draft.get(name) for name in ("texts", "answers", "asked")):
        del drafts[wanted.kind]
    return {**old, "drafts": drafts}

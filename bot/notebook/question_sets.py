"""Where a set of questions lies: with a talk, with a contact, or for a day by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from bot.errors import NotYours, UserError
from bot.notebook.access import change_mine
from bot.notebook.changes import Actor, Ledger, begin
from bot.notebook.interviews import TalkPage, access_talk
from bot.notebook.interviews.talks import day_of
from bot.notebook.log import finish_present
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.own_questions import fitting, list_own_questions
from bot.notebook.pages import Entry, Page, access_page
from bot.notebook.profile import asks_for
from bot.notebook.questions import (
    ANSWER_LENGTH,
    NO_FIELD,
    Bank,
    FieldOf,
    Kept,
    Prepared,
    change,
    choose_set,
    field_of,
    field_of_member,
    read_rows,
    read_set,
    set_columns,
    situation,
    to_rows,
)
from bot.notebook.unfinished import access_unfinished, keep_unfinished
from bot.rules.question_choice import Situation
from bot.rules.records import Kind, TalkState, TouchKind, Verdict
from bot.rules.stages import open_talks_for_preparing
from bot.storage.models import Unfinished
from bot.storage.session import Session
from bot.storage.types import new_key

LOOSE, WITH_TALK, WITH_CONTACT = "q", "i", "c"
"""The scopes of a set's buttons: by itself for a day, with a talk, with a contact."""

_FORM = "question_set"


@dataclass(frozen=True)
class OpenSet:
    """A set as it lies open: where it is kept, who it is for, and what it was a step before."""

    scope: str
    key: str
    member: MemberFacts
    page: Page | None
    talk: Entry | None
    kept: Kept
    before: Kept | None = None  # of a loose one: what Back brings back
    change: str = ""  # of what was just stored, for Undo

    @property
    def on(self) -> TalkPage | None:
        """The talk that the set is for."""
        return TalkPage(self.page, self.talk) if self.page and self.talk else None

    @property
    def field(self) -> FieldOf:
        """The field that the set is for, unless its focus is another one."""
        kind, _, name = self.kept.focus.partition(":")
        if kind == "field":
            return FieldOf(name, is_said=True, is_sure=True)
        return field_of(self.page) if self.page else field_of_member(self.member.profile)

    def situation(self, bank: Bank, *, field: str | None = None) -> Situation:
        """Gather what a choice for this set depends on; ``field`` is another one than it has."""
        talk = self.talk.key if self.talk else ""
        profile = self.member.profile
        now = situation(bank, self.page, self.kept, profile=profile, talk=talk)
        return now if field is None else replace(now, field=field)


async def open_set(
    session: Session, owner_id: int, *, scope: str, key: str, bank: Bank, now: datetime
) -> OpenSet:
    """Open a set by the scope and key of its buttons; raises NotYours, or UserError after a day."""
    if scope == LOOSE:
        return await _open_loose(session, owner_id, key, bank, now)
    member = await find_member(session, owner_id, guild_id=None)
    if scope == WITH_TALK:
        on = await access_talk(session, owner_id, key)
        return set_of_talk(member, on, bank)
    return set_of_contact(member, await access_page(session, owner_id, key), bank)


async def _open_loose(
    session: Session, owner_id: int, key: str, bank: Bank, now: datetime
) -> OpenSet:
    held = await access_unfinished(session, owner_id, key, now=now)
    member = await find_member(session, owner_id, guild_id=None)
    page = await access_page(session, owner_id, held.subject) if held.subject else None
    before = held.values.get("before")
    return OpenSet(
        LOOSE,
        key,
        member,
        page,
        None,
        _read_kept(held.values, bank),
        _read_kept(before, bank) if before else None,
    )


def set_of_talk(member: MemberFacts, on: TalkPage, bank: Bank) -> OpenSet:
    """Give the set that is kept with a talk; it may be empty."""
    details, minutes = on.talk.details, on.talk.row.n1
    return OpenSet(
        WITH_TALK, on.talk.key, member, on.page, on.talk, read_set(details, bank, minutes)
    )


def set_of_contact(member: MemberFacts, page: Page, bank: Bank) -> OpenSet:
    """Give the set that is kept with a contact until a talk is in the book; it may be empty."""
    details = page.contact.details
    minutes = int(details.get("question_minutes") or asks_for(member.profile))
    return OpenSet(WITH_CONTACT, page.key, member, page, None, read_set(details, bank, minutes))


def next_talk(page: Page, now: datetime) -> Entry | None:
    """Find a contact's next talk."""
    ahead = open_talks_for_preparing(page.notes, now)
    return next((one for one in page.interviews if ahead and one.key == ahead[0].key), None)


async def start_set(
    session: Session, *, by: Actor, opened: OpenSet, bank: Bank, seed: int
) -> OpenSet:
    """Choose a set and lay it by itself for a day; ``opened`` says for whom, and is empty."""
    kept = await _choose(session, opened, bank, seed)
    key = await keep_unfinished(
        session,
        by.member_id,
        form=_FORM,
        subject=opened.page.key if opened.page else "",
        values=_to_values(kept),
        now=by.now,
    )
    return replace(opened, scope=LOOSE, key=key, kept=kept)


async def fill_set(
    session: Session, *, by: Actor, opened: OpenSet, bank: Bank, seed: int
) -> OpenSet:
    """Choose the questions of an empty set and keep them where it lies."""
    kept = await _choose(session, opened, bank, seed)
    return await keep_set(session, by=by, opened=opened, kept=kept, verb="choosing questions")


async def _choose(session: Session, opened: OpenSet, bank: Bank, seed: int) -> Kept:
    now = opened.situation(bank)
    owns = await list_own_questions(session, opened.member.id)
    return choose_set(replace(bank, own=fitting(owns, now.field)), now, opened.kept, seed=seed)


async def keep_set(
    session: Session, *, by: Actor, opened: OpenSet, kept: Kept, verb: str
) -> OpenSet:
    """Store a changed set where it lies; ``verb`` names the change for Undo.

    A set by itself remembers the step before instead.
    """
    if opened.scope == LOOSE:
        values = {**_to_values(kept), "before": _to_values(opened.kept)}
        await session.execute(
            change_mine(by.member_id, Unfinished)
            .where(Unfinished.key == opened.key)
            .values(values=values, at=by.now)
        )
        return replace(opened, kept=kept, before=opened.kept)
    ledger = await _begin(session, by, verb, opened)
    await _write(ledger, replace(opened, kept=kept))
    return await _finish(ledger, replace(opened, kept=kept))


async def save_set(session: Session, *, by: Actor, opened: OpenSet, page: Page) -> OpenSet:
    """Keep a set with a contact's next talk, which is prepared by it, else with the contact."""
    talk = opened.talk or next_talk(page, by.now)
    scope, key = (WITH_TALK, talk.key) if talk else (WITH_CONTACT, page.key)
    kept = replace(opened.kept, focus="")
    target = replace(opened, scope=scope, key=key, page=page, talk=talk, kept=kept, before=None)
    ledger = await _begin(session, by, "saving questions", target)
    await _write(ledger, target)
    if target.on is not None and can_prepare(target.on, by.now):
        await _settle_preparing(ledger, target.on)
    return await _finish(ledger, target)


def can_prepare(on: TalkPage, now: datetime) -> bool:
    """Tell whether a talk is ahead and its preparation not settled yet."""
    row = on.talk.row
    is_ahead = row.s1 == TalkState.PLANNED and (row.t1 is None or row.t1 > now)
    return is_ahead and not on.is_settled(Kind.PREPARE)


async def choose_field(
    session: Session, *, by: Actor, opened: OpenSet, field: str, kept: Kept
) -> OpenSet:
    """Note a contact's field (R24), with the set that was chosen for it.

    ``field`` is an id, or "" for none. A set for nobody has it as its focus alone.
    """
    if opened.page is None:
        kept = replace(kept, focus=f"field:{field}")
        return await keep_set(session, by=by, opened=opened, kept=kept, verb="choosing a field")
    if kept.focus.startswith("field:"):
        kept = replace(kept, focus="")
    ledger = await _begin(session, by, "choosing their field", opened)
    details = opened.page.contact.details
    fresh = {**details, "field_id": field or NO_FIELD}
    if opened.scope == WITH_CONTACT:
        fresh |= set_columns(kept)
    elif opened.scope == WITH_TALK:
        await _write(ledger, replace(opened, kept=kept))
    else:
        await keep_set(session, by=by, opened=opened, kept=kept, verb="")
    await ledger.update("contacts", opened.page.key, {"details": details}, details=fresh)
    return await _finish(ledger, replace(opened, kept=kept, before=None))


async def tick_asked(
    session: Session, *, by: Actor, opened: OpenSet, tags: frozenset[str]
) -> OpenSet:
    """Note which questions of a talk were asked: exactly these."""
    questions = tuple(replace(one, is_asked=one.tag in tags) for one in opened.kept.questions)
    kept = replace(opened.kept, questions=questions)
    return await keep_set(session, by=by, opened=opened, kept=kept, verb="ticking questions")


async def note_answer(
    session: Session, *, by: Actor, opened: OpenSet, tag: str, text: str
) -> OpenSet:
    """Note what the contact answered to a question: it is asked, and a note of that talk (R33)."""
    if len(text) > ANSWER_LENGTH:
        raise UserError(
            f"That answer is {len(text)} characters long and {ANSWER_LENGTH} fit. "
            "Please shorten it."
        )
    asked = opened.kept.find(tag)
    ledger = await _begin(session, by, "noting an answer", opened)
    entry = await _note(ledger, opened, asked, text) if text else asked.entry
    kept = change(opened.kept, tag, is_asked=True, answer=text, entry=entry)
    await _write(ledger, replace(opened, kept=kept))
    return await _finish(ledger, replace(opened, kept=kept))


async def _note(ledger: Ledger, opened: OpenSet, asked: Prepared, text: str) -> str:
    if opened.page is None or opened.talk is None:
        raise NotYours
    said = f"“{asked.text}” {text}"
    old = next((one for one in opened.page.touches if one.key == asked.entry), None)
    if old is not None:
        await ledger.update("touches", old.key, {"text": old.text}, text=said)
        return old.key
    key = new_key()
    row = opened.talk.row
    await ledger.insert(
        "touches",
        {
            "key": key,
            "contact_key": opened.page.key,
            "interview_key": opened.talk.key,
            "kind": TouchKind.NOTE,
            "on": row.d1,
            "at": row.t1,
            "zone": row.s5,
            "text": said,
            "recorded_at": ledger.by.now,
        },
    )
    return key


async def _settle_preparing(ledger: Ledger, on: TalkPage) -> None:
    await ledger.insert(
        "decisions",
        {
            "key": new_key(),
            "contact_key": on.page.key,
            "kind": Kind.PREPARE,
            "anchor": on.anchor,
            "verdict": Verdict.READY,
            "on": day_of(ledger, ledger.by.now),
            "at": ledger.by.now,
        },
    )


async def _begin(session: Session, by: Actor, verb: str, opened: OpenSet) -> Ledger:
    ledger = await begin(session, by, verb, known=opened.member)
    ledger.moves_up = False  # preparing is no touch: the list of people stays as it is
    if opened.page is not None:
        ledger.concern(opened.page.key)
    return ledger


async def _write(ledger: Ledger, opened: OpenSet) -> None:
    if opened.talk is not None:
        old = opened.talk.details
        details = {**old, **set_columns(opened.kept)}
        await ledger.update("interviews", opened.talk.key, {"details": old}, details=details)
    elif opened.page is not None:
        old = opened.page.contact.details
        details = {**old, **set_columns(opened.kept), "question_minutes": opened.kept.minutes}
        await ledger.update("contacts", opened.page.key, {"details": old}, details=details)


async def _finish(ledger: Ledger, opened: OpenSet) -> OpenSet:
    stored = await finish_present(ledger)
    page = stored.pages.get(opened.page.key) if opened.page else None
    talks = page.interviews if page else ()
    talk = next((one for one in talks if opened.talk and one.key == opened.talk.key), None)
    return replace(opened, member=stored.member, page=page, talk=talk, change=stored.change)


def _to_values(kept: Kept) -> dict[str, Any]:
    return {
        "rows": to_rows(kept.questions),
        "minutes": kept.minutes,
        "focus": kept.focus,
        "aside": list(kept.aside),
    }


def _read_kept(values: Any, bank: Bank) -> Kept:
    told = cast("Mapping[str, Any]", values)
    return Kept(
        read_rows(told["rows"], bank),
        int(told["minutes"]),
        str(told["focus"]),
        tuple(str(one) for one in told["aside"]),
    )

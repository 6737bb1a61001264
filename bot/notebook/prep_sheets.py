"""The prep sheet of a talk: who they are and why they matter, what to do first, what to say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.content import Content, render_draft
from bot.errors import UserError
from bot.notebook.changes import Actor
from bot.notebook.facts import FIRST_QUESTION, facts_of_member
from bot.notebook.interviews import StoredTalk, TalkPage
from bot.notebook.interviews.talks import begin_talk, finish_talk, update_talk
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.notebook.questions import Bank, Prepared, read_set
from bot.rules.names import addressed, own_name
from bot.rules.plain import straight
from bot.rules.records import Mode, TalkState
from bot.storage.session import Session

WHY_LENGTH = 300
TO_TICK = ("research", "confirm", "bring")
"""The lists that are ticked off before a talk, in this order (R26 R20 R29)."""


@dataclass(frozen=True)
class Item:
    """One line of a checklist, and whether the member has ticked it."""

    id: str
    text: str
    is_done: bool = False


@dataclass(frozen=True)
class PrepSheet:
    """What a member reads before a talk. Texts are as typed; ``why`` is "" until it is said."""

    on: TalkPage
    mode: Mode
    who: str  # "Staff nurse · St. Mary's", or ""
    known: tuple[str, ...]  # how the member knows them, who named them, what they said before
    why: str
    lists: dict[str, tuple[Item, ...]]  # by name: research, confirm, bring
    opening: str
    other_opening: str
    questions: tuple[Prepared, ...]
    manners: tuple[str, ...]


def prep_sheet(content: Content, on: TalkPage, member: MemberFacts, bank: Bank) -> PrepSheet:
    """Gather the sheet of a talk by how people talk (R20 R25-R39)."""
    mode = Mode(on.talk.row.s2)
    details = on.page.contact.details
    questions = read_set(on.talk.details, bank, on.talk.row.n1).questions
    ticked = on.talk.details.get("ticks", ())
    about = (str(details[name]) for name in ("role", "organization") if details.get(name))
    return PrepSheet(
        on=on,
        mode=mode,
        who=" · ".join(about),
        known=tuple(_known(on)),
        why=str(details.get("why", "")),
        lists={name: _items(content, name, mode, ticked) for name in TO_TICK},
        opening=_opening(content, on, member, questions),
        other_opening=_other_opening(content, on, mode),
        questions=questions,
        manners=tuple(item.text for item in content.checklist("manners", mode)),
    )


def _items(content: Content, name: str, mode: Mode, ticked: Collection[str]) -> tuple[Item, ...]:
    return tuple(
        Item(item.id, item.text, item.id in ticked) for item in content.checklist(name, mode)
    )


def _known(on: TalkPage) -> list[str]:
    page, details = on.page, on.page.contact.details
    lines = [f"How you know them: {details['how_known']}"] if details.get("how_known") else []
    if page.referrer:
        may = "" if page.contact.row.s1 == "yes" else " (ask before you use the name)"
        lines.append(f"Named by {page.referrer.name}{may}")
    if advice := _advice(page, on.talk.key):
        lines.append(f"Their advice last time: {advice}")
    return lines


def _advice(page: Page, talk: str) -> str:
    """Give the advice of the latest talk before this one."""
    held = [one for one in page.interviews if one.row.s1 == TalkState.HELD and one.key != talk]
    return str(held[-1].details.get("advice", "")) if held else ""


def _opening(
    content: Content, on: TalkPage, member: MemberFacts, questions: tuple[Prepared, ...]
) -> str:
    """Word an opening from the member's profile: small talk, who they are, the first question."""
    is_again = any(
        one.row.s1 == TalkState.HELD and one.key != on.talk.key for one in on.page.interviews
    )
    facts = replace(
        facts_of_member(member),
        first=addressed(on.page.name),
        name=own_name(on.page.name),
        mode=on.talk.row.s2,
        is_again=is_again,
        referrer=on.page.referrer.name if on.page.referrer else "",
        may_name_referrer=on.page.contact.row.s1 == "yes",
        advice=_advice(on.page, on.talk.key),
        question=questions[0].text if questions else FIRST_QUESTION,
    )
    return render_draft(content, "opening", "in_person", facts).text


def _other_opening(content: Content, on: TalkPage, mode: Mode) -> str:
    fitting = content.checklist("openings", mode)
    special = [item for item in fitting if item.modes] or list(fitting)
    if on.page.referrer and on.page.contact.row.s1 == "yes":
        special = [one for one in fitting if one.id == "opening_referrer"] or special
    return special[0].text if special else ""


async def tick_items(
    session: Session, *, by: Actor, on: TalkPage, ids: Collection[str]
) -> StoredTalk:
    """Remember which lines of the sheet are done: exactly these."""
    ledger = await begin_talk(session, by, "ticking the prep sheet", on)
    ledger.moves_up = False  # preparing is no touch: the list of people stays as it is
    kept = {name: value for name, value in on.talk.details.items() if name != "ticks"}
    ticks = {"ticks": sorted(ids)} if ids else {}
    await update_talk(ledger, on.talk, details={**kept, **ticks})
    return await finish_talk(ledger, on.page.key, on.talk.key)


async def note_why(session: Session, *, by: Actor, on: TalkPage, text: str) -> StoredTalk:
    """Note with the contact why their view helps (R10 R26); an empty text takes it out."""
    tidy = straight(" ".join(text.split()))
    if len(tidy) > WHY_LENGTH:
        raise UserError(
            f"That is {len(tidy)} characters long and {WHY_LENGTH} fit. Please shorten it."
        )
    ledger = await begin_talk(session, by, "noting why they matter", on)
    ledger.moves_up = False
    old = on.page.contact.details
    kept = {name: value for name, value in old.items() if name != "why"}
    fresh = {**kept, **({"why": tidy} if tidy else {})}
    await ledger.update("contacts", on.page.key, {"details": old}, details=fresh)
    return await finish_talk(ledger, on.page.key, on.talk.key)

"""A member's own questions: up to fifty, which come before those of the bank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.errors import UserError
from bot.notebook.access import access_mine, as_dict, mine
from bot.notebook.changes import Actor, Stored, begin
from bot.rules.plain import is_blank, straight
from bot.storage.models import OwnQuestion
from bot.storage.session import Session
from bot.storage.types import new_key

MOST_OWN = 50
LONGEST_OWN = 300


@dataclass(frozen=True, slots=True)
class Own:
    """One question of a member's own; without a ``field`` (an id) it is for everybody."""

    key: str
    text: str = field(repr=False)
    field: str | None = None

    @property
    def id(self) -> str:
        """Its name in a set of questions."""
        return f"own-{self.key}"


def fitting(owns: Iterable[Own], field_id: str) -> dict[str, str]:
    """Give the texts, by id, of those that suit somebody of a field ("": unknown), in order.

    Undo can bring one back that was added anew meanwhile: it is given once.
    """
    first: dict[str, Own] = {}
    for one in owns:
        if one.field in (None, field_id):
            first.setdefault(one.text.casefold(), one)
    return {one.id: one.text for one in first.values()}


async def list_own_questions(session: Session, owner_id: int) -> list[Own]:
    """List a member's own questions, the newest first."""
    columns = (OwnQuestion.key, OwnQuestion.text, OwnQuestion.field)
    newest = (OwnQuestion.added_at.desc(), OwnQuestion.key)
    rows = await session.execute(mine(owner_id, OwnQuestion, *columns).order_by(*newest))
    return [Own(*row) for row in rows]


async def add_own_question(
    session: Session, *, by: Actor, text: str, field_id: str | None = None
) -> Stored:
    """Note a question of the member's own; one that is there already raises UserError."""
    tidy = clean_own(text)
    ledger = await begin(session, by, "adding a question")
    there = await list_own_questions(session, by.member_id)
    if any(one.text.casefold() == tidy.casefold() for one in there):
        raise UserError("You have that question already. **My questions** lists them all.")
    if len(there) >= MOST_OWN:
        raise UserError(
            f"You have {MOST_OWN} questions of your own, and that is all I can hold. "
            "Remove one under **My questions**, then press **Correct it**: this one is kept."
        )
    row = {"key": new_key(), "text": tidy, "field": field_id, "added_at": by.now}
    await ledger.insert("own_questions", row)
    return await ledger.finish()


async def remove_own_question(session: Session, *, by: Actor, key: str) -> tuple[Stored, str]:
    """Remove a question of the member's own; returns its text too."""
    ledger = await begin(session, by, "removing a question")
    columns = (OwnQuestion.text, OwnQuestion.field, OwnQuestion.added_at)
    row = as_dict(await access_mine(session, by.member_id, OwnQuestion, key, *columns))
    await ledger.delete("own_questions", key, row)
    return await ledger.finish(), str(row["text"])


def clean_own(text: str) -> str:
    """Put a typed question on one line; raises UserError for an empty or a very long one."""
    tidy = straight(" ".join(text.split()))
    if is_blank(tidy):
        raise UserError("There is no question there yet. Write it as you would say it aloud.")
    if len(tidy) > LONGEST_OWN:
        raise UserError(
            f"That question is {len(tidy)} characters long and {LONGEST_OWN} fit. "
            "A short one is easier to ask, and to answer."
        )
    return tidy

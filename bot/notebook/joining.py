"""Joining two cards of one person: all that hangs on either stays, and Undo takes them apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from bot.errors import NotYours, UserError
from bot.notebook.access import as_dict, change_mine, everything_of, mine
from bot.notebook.changes import Actor, Ledger, Stored, begin
from bot.notebook.contacts import FIELD_LENGTHS, clean_details, contact_of, searchable
from bot.notebook.pages import Page, load_pages
from bot.notebook.unfinished import access_unfinished, drop_unfinished, keep_unfinished
from bot.rules.hours import local_day
from bot.rules.records import TouchKind
from bot.rules.search import folded
from bot.storage.models import OWNED, Contact, Unfinished
from bot.storage.session import Session
from bot.storage.types import new_key

GIVER = "referred_by"
"""Who gave the name; chosen like a field."""

_FORM = "join"
_BY_THEMSELVES = frozenset({"notes", "drafts"})  # both are kept, whatever is chosen


@dataclass(frozen=True)
class Joining:
    """Two cards that are about to be one; kept for a day. Without ``gone``, what was typed.

    ``taken`` names the fields to take from the other card, where both had one.
    """

    key: str
    keep: str
    gone: str = ""
    typed: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    taken: tuple[str, ...] = ()
    giver: str = ""  # "#key" or "+name": who gave the name that was typed


@dataclass(frozen=True)
class Both:
    """What a choice between two cards is made by: the pages, and where they differ."""

    joining: Joining
    keep: Page
    gone: Page | None
    differ: dict[str, tuple[str, str]]

    @property
    def other(self) -> str:
        """What the other card, or what was typed, is called."""
        return self.gone.name if self.gone else self.joining.typed.get("name", "")


async def open_joining(
    session: Session,
    owner_id: int,
    *,
    keep: str,
    gone: str = "",
    typed: Mapping[str, str] | None = None,
    giver: str = "",
    now: datetime,
) -> Both:
    """Look at two cards side by side; of what both have, the fuller is proposed.

    Without ``gone``, the other is what was ``typed``, and ``giver`` who gave the name.
    """
    fresh = Joining("", keep, gone, clean_details(typed or {}), giver=giver)
    if keep == gone:
        raise UserError("That is one card already. Choose the other card of the same person.")
    both = await _look(session, owner_id, fresh)
    taken = [name for name, (mine_, theirs) in both.differ.items() if len(theirs) > len(mine_)]
    values = {
        "gone": gone,
        "typed": fresh.typed,
        "taken": [one for one in taken if one != GIVER],
        "giver": giver,
    }
    key = await keep_unfinished(session, owner_id, form=_FORM, subject=keep, values=values, now=now)
    return Both(_read(key, keep, values), both.keep, both.gone, both.differ)


async def choose_fields(
    session: Session, owner_id: int, key: str, *, taken: Sequence[str], now: datetime
) -> Both:
    """Choose which fields come from the other card."""
    held = await access_unfinished(session, owner_id, key, now=now)
    values = {**held.values, "taken": list(taken)}
    statement = change_mine(owner_id, Unfinished).where(Unfinished.key == key)
    await session.execute(statement.values(values=values))
    return await _look(session, owner_id, _read(key, held.subject, values))


def _read(key: str, keep: str, values: Mapping[str, Any]) -> Joining:
    return Joining(
        key, keep, values["gone"], values["typed"], tuple(values["taken"]), values["giver"]
    )


async def _look(session: Session, owner_id: int, joining: Joining) -> Both:
    keys = [key for key in (joining.keep, joining.gone) if key]
    pages = await load_pages(session, keys, owner_id=owner_id)
    if len(pages) < len(keys):
        raise NotYours
    keep, gone = pages[joining.keep], pages.get(joining.gone)
    theirs = gone.contact.details if gone else joining.typed
    differ = dict(_differences(keep.contact.details, theirs))
    givers = (keep.referrer, gone.referrer if gone else None)
    if givers[0] and givers[1] and givers[0].key != givers[1].key:
        differ[GIVER] = (givers[0].name, givers[1].name)
    return Both(joining, keep, gone, differ)


def _differences(
    keep: Mapping[str, Any], gone: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in FIELD_LENGTHS:
        ours, theirs = str(keep.get(name) or ""), str(gone.get(name) or "")
        is_same = name in _BY_THEMSELVES or folded(ours) == folded(theirs)
        if ours and theirs and not is_same:
            yield name, (ours, theirs)


async def join_contacts(session: Session, *, by: Actor, key: str) -> Stored:
    """Make one card of two as chosen: what hangs on the other moves over, then it is deleted."""
    held = await access_unfinished(session, by.member_id, key, now=by.now)
    joining = _read(key, held.subject, held.values)
    ledger = await begin(session, by, "joining two cards")
    rows = await _rows(session, by.member_id, joining)
    keep = rows[joining.keep]
    theirs = rows[joining.gone]["details"] if joining.gone else joining.typed
    details, left = joined_details(keep["details"], theirs, joining.taken)
    fresh = searchable(session, details)
    if joining.gone:
        fresh |= _columns(keep, rows[joining.gone], joining)
    ledger.concern(joining.keep)
    if joining.giver and not keep[GIVER]:
        giver = await contact_of(ledger, joining.giver)
        fresh |= {GIVER: giver} if giver != joining.keep else {}
    await ledger.update("contacts", joining.keep, keep, **fresh)
    if joining.gone:
        await _move_all(ledger, joining)
        gone = rows[joining.gone]
        await ledger.delete("contacts", joining.gone, _without(gone, "key", "owner_id"))
    await ledger.insert("touches", *(note_entry(ledger, joining.keep, text) for text in left))
    await drop_unfinished(session, by.member_id, key)
    return await ledger.finish()


async def _rows(session: Session, owner_id: int, joining: Joining) -> dict[str, dict[str, Any]]:
    keys = [key for key in (joining.keep, joining.gone) if key]
    found = await session.execute(mine(owner_id, Contact).where(Contact.key.in_(keys)))
    rows = {row.key: as_dict(row) for row in found}
    if len(rows) < len(keys):
        raise NotYours
    return rows


def _columns(keep: Mapping[str, Any], gone: Mapping[str, Any], joining: Joining) -> dict[str, Any]:
    ours = {joining.keep, joining.gone}
    givers = [row for row in (keep, gone) if row[GIVER] and row[GIVER] not in ours]
    if GIVER in joining.taken:
        givers.reverse()
    leads = [row["lead_on"] for row in (keep, gone) if row["lead_on"] is not None]
    named = givers[0] if givers else {**keep, GIVER: None}
    return {
        **{name: named[name] for name in (GIVER, "may_use_name", "they_introduce")},
        "lead_on": min(leads, default=None),
        "added_at": min(keep["added_at"], gone["added_at"]),
    }


async def _move_all(ledger: Ledger, joining: Joining) -> None:
    """Let everything that points at the other card point at the one that stays."""
    owner_id, keep, gone = ledger.member.id, joining.keep, joining.gone
    for table, model in OWNED.items():
        column = "contact_key" if "contact_key" in model.__table__.columns else GIVER
        if column not in model.__table__.columns:
            continue
        pointer = model.__table__.columns[column]
        rows = everything_of(owner_id, model).with_only_columns(model.key)
        found = (await ledger.session.execute(rows.where(pointer == gone))).all()
        before = {row.key: {column: gone} for row in found if row.key != keep}
        await ledger.update_all(table, before, **{column: keep})


def joined_details(
    keep: Mapping[str, Any], gone: Mapping[str, Any], taken: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    """Join the fields of two cards; gives them, and texts for which one card has no place."""
    kept = dict(keep)
    for name, value in gone.items():
        if value and (name in taken or not kept.get(name)):
            kept[name] = value
        elif isinstance(value, list):
            kept[name] = _both_lists(kept[name], cast("list[Any]", value))
        elif name == "fields":  # the member's own, by name
            kept[name] = {**value, **kept[name]}
    left: list[str] = []
    if keep.get("notes") and gone.get("notes"):
        kept["notes"], left = _both_notes(str(keep["notes"]), str(gone["notes"]))
    if keep.get("drafts") and gone.get("drafts"):
        kept["drafts"], lost = _both_drafts(keep["drafts"], gone["drafts"])
        left += lost
    return kept, left


def _both_notes(ours: str, theirs: str) -> tuple[str, list[str]]:
    if theirs in ours or ours in theirs:
        return max(ours, theirs, key=len), []
    both = f"{ours}\n{theirs}"
    return (both, []) if len(both) <= FIELD_LENGTHS["notes"] else (ours, [theirs])


def _both_lists(ours: Any, theirs: list[Any]) -> list[Any]:
    def sign(one: Any) -> Any:
        if not isinstance(one, dict):
            return one
        row = cast("dict[str, Any]", one)
        return row.get("id") or row.get("text")

    known = [sign(one) for one in ours]
    return [*ours, *(one for one in theirs if sign(one) not in known)]


def _both_drafts(
    ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Keep of each kind the message that was begun last; the words of the other become a note."""
    kept: dict[str, Any] = {**theirs, **ours}
    left: list[str] = []
    for kind in ours.keys() & theirs.keys():
        earlier, later = sorted((ours[kind], theirs[kind]), key=lambda one: one["at"])
        kept[kind] = later
        stays = list(later.get("texts", {}).values())
        texts = [text for text in earlier.get("texts", {}).values() if text not in stays]
        left += ("\n".join(part for part in text if part) for text in texts)
    return kept, left


def note_entry(ledger: Ledger, contact: str, text: str) -> dict[str, Any]:
    """Make an entry of a text for which a card has no place."""
    now, zone = ledger.by.now, ledger.member.zone_or_club
    return {
        "key": new_key(),
        "contact_key": contact,
        "kind": TouchKind.NOTE,
        "on": local_day(now, zone),
        "at": now,
        "zone": zone,
        "text": text,
        "recorded_at": now,
    }


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}

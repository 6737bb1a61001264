"""Tags and own fields: words of a member's own for the people they know, and how often to meet."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import blake2s
from typing import Any, cast

from sqlalchemy import LargeBinary, type_coerce

from bot.errors import UNCHANGED, NotYours, UserError
from bot.notebook.access import AnySelect, mine_of_owner
from bot.notebook.changes import Actor, Stored, begin
from bot.notebook.network import kept_gap, tags_of
from bot.rules.network.nearness import Gap
from bot.rules.plain import plain_text, straight
from bot.rules.search import best_matches, folded
from bot.storage.models import Contact
from bot.storage.session import Session
from bot.storage.types import keyring_of

MOST_TAGS = 12
TAG_LENGTH = 30
MOST_FIELDS = 10
FIELD_LENGTH = 40
VALUE_LENGTH = 200

_SIGN = re.compile("[0-9a-f]{10}")


@dataclass(frozen=True)
class Described:
    """A contact as a search by anything of theirs sees them; most have no words of one's own."""

    key: str
    label: str
    written: str = field(repr=False)  # the details as they are kept: JSON

    @cached_property
    def details(self) -> dict[str, Any]:
        """Read all fields."""
        return cast("dict[str, Any]", json.loads(self.written))

    @property
    def tags(self) -> list[str]:
        """Their tags."""
        return tags_of(self.details) if '"tags"' in self.written else []

    @property
    def own(self) -> dict[str, str]:
        """Their own fields by name."""
        return own_fields(self.details) if '"fields"' in self.written else {}

    @property
    def text(self) -> str:
        """Everything that a search looks at, the name first."""
        return " · ".join((self.label, *self.tags, *self.own.values()))


def own_fields(details: Mapping[str, Any]) -> dict[str, str]:
    """Give somebody's own fields by name."""
    return cast("dict[str, str]", dict(details.get("fields") or {}))


def tag_sign(tag: str) -> str:
    """Give a short sign for a tag, which fits into a button; a sign stays as it is."""
    if _SIGN.fullmatch(tag):
        return tag
    return blake2s(folded(tag).encode(), digest_size=5).hexdigest()


def is_among(tags: Iterable[str], wanted: str) -> bool:
    """Tell whether a tag is among some, case and accents aside; ``wanted`` may be its sign."""
    return any(folded(wanted) == folded(tag) or wanted == tag_sign(tag) for tag in tags)


@cache
def _described() -> AnySelect:
    sealed = (type_coerce(one, LargeBinary()) for one in (Contact.label, Contact.details))
    return mine_of_owner(Contact, Contact.key, *sealed).order_by(Contact.last_at.desc())


async def list_described(session: Session, owner_id: int) -> list[Described]:
    """List all of the member's contacts with their fields, the latest first."""
    rows = (await session.execute(_described(), {"owner": owner_id})).all()
    ring = keyring_of(session.get_bind().dialect)
    labels = ring.unseal_texts([label for _, label, _ in rows], "contacts.label")
    written = ring.unseal_texts([details for _, _, details in rows], "contacts.details")
    return [Described(row[0], *both) for row, *both in zip(rows, labels, written, strict=True)]


async def find_described(session: Session, owner_id: int, *, search: str, tag: str) -> list[str]:
    """Find contacts by a tag (or its sign), by a search in anything of theirs, or by both.

    Returns their keys; a search gives the best first.
    """
    people = await list_described(session, owner_id)
    if tag:
        people = [one for one in people if is_among(one.tags, tag)]
    if search.strip():
        found = best_matches(search, [one.text for one in people], limit=len(people))
        people = [people[index] for index in found]
    return [one.key for one in people]


async def list_tags(session: Session, owner_id: int) -> list[str]:
    """List the tags that the member uses, the most used first."""
    return all_tags(await list_described(session, owner_id))


def all_tags(people: Iterable[Described]) -> list[str]:
    """List the tags of some people, the most used first."""
    spelled: dict[str, str] = {}
    count: Counter[str] = Counter()
    for person in people:
        for tag in person.tags:
            spelled.setdefault(folded(tag), tag)
            count[folded(tag)] += 1
    return [spelled[tag] for tag, _ in sorted(count.items(), key=lambda one: (-one[1], one[0]))]


async def list_field_names(session: Session, owner_id: int) -> list[str]:
    """List the names of the member's own fields, the most used first."""
    return all_names(await list_described(session, owner_id))


def all_names(people: Iterable[Described]) -> list[str]:
    """List the names of some people's own fields, the most used first."""
    count = Counter(name for person in people for name in person.own)
    return [name for name, _ in count.most_common()]


async def change_tags(
    session: Session, *, by: Actor, key: str, tags: str, fields: str, gap: Gap | None
) -> Stored:
    """Give a contact the tags, the own fields and the gap that were typed, in place of the old.

    ``tags`` are parted by commas, ``fields`` are lines of "name: value". What is spelled almost
    like one of the member's others becomes that one.
    """
    ledger = await begin(session, by, "changing tags and fields")
    people = await list_described(session, by.member_id)
    person = next((one for one in people if one.key == key), None)
    if person is None:
        raise NotYours
    others = [one for one in people if one.key != key]
    fresh: dict[str, Any] = {
        "tags": read_tags(tags, all_tags(others)),
        "fields": read_fields(fields, all_names(others)),
        "gap": kept_gap(gap),
    }
    old = dict(person.details)
    details = {name: value for name, value in {**old, **fresh}.items() if value}
    if details == {name: value for name, value in old.items() if value}:
        raise UserError(UNCHANGED)
    ledger.concern(key)
    await ledger.update("contacts", key, {"details": old}, details=details)
    return await ledger.finish()


def read_tags(text: str, known: Sequence[str]) -> list[str]:
    """Read tags parted by commas, in the order typed and each once, as they are known."""
    spelled = {folded(tag): tag for tag in known}
    found: dict[str, str] = {}
    for part in text.replace("\n", ",").replace(";", ",").split(","):
        tag = straight(" ".join(part.split())).lstrip("#").strip()
        if len(tag) > TAG_LENGTH:
            raise UserError(
                f"“{plain_text(tag[:TAG_LENGTH])}…” is long for a tag: {TAG_LENGTH} characters "
                "fit. Put a comma between two tags."
            )
        if tag:
            found.setdefault(folded(tag), spelled.get(folded(tag), tag))
    if len(found) > MOST_TAGS:
        raise UserError(f"Those are {len(found)} tags; a person can have {MOST_TAGS}.")
    return list(found.values())


def read_fields(text: str, known: Sequence[str]) -> dict[str, str]:
    """Read lines of "name: value"; a name without a value is left out."""
    spelled = {folded(name): name for name in known}
    found: dict[str, str] = {}
    for line in text.splitlines():
        typed, colon, value = (straight(" ".join(part.split())) for part in line.partition(":"))
        if not typed and not value:
            continue
        if not colon or not typed or len(typed) > FIELD_LENGTH or len(value) > VALUE_LENGTH:
            raise _unread_field(line)
        if value:
            found[spelled.get(folded(typed), typed)] = value
    names = list(dict.fromkeys([*known, *found]))
    if len(names) > MOST_FIELDS and not found.keys() <= set(known):
        raise UserError(_too_many(known, len(names)))
    return found


def _too_many(known: Sequence[str], count: int) -> str:
    if not known:
        return (
            f"You can have {MOST_FIELDS} fields of your own, and that are {count}. Keep those that "
            "you use most, and put the rest into the notes."
        )
    return (
        f"You can have {MOST_FIELDS} fields of your own, and you have "
        f"{plain_text(', '.join(known))}. Use one of these, or put it into the notes."
    )


def _unread_field(line: str) -> UserError:
    return UserError(
        f"I can't read “{plain_text(line.strip()[:60])}” as a field. Write one a line, with a "
        f"colon: Birthday: 3 May. The name may have {FIELD_LENGTH} characters, the rest "
        f"{VALUE_LENGTH}."
    )


async def change_gap_of_tag(session: Session, *, by: Actor, tag: str, gap: Gap | None) -> Stored:
    """Choose how often to be in touch with all who have a tag; None goes back to the usual."""
    ledger = await begin(session, by, "changing how often")
    tags = await list_tags(session, by.member_id)
    if not is_among(tags, tag):
        said = (
            f"Your tags: {plain_text(', '.join(tags[:20]))}." if tags else "You have no tags yet."
        )
        raise UserError(f"Nobody has the tag “{plain_text(tag[:TAG_LENGTH])}”. {said}")
    kept = dict(cast("dict[str, Any]", ledger.member.profile.get("gaps") or {}))
    kept.pop(folded(tag), None)
    if gap is not None:
        kept[folded(tag)] = kept_gap(gap)
    profile = {**ledger.member.profile, "gaps": kept}
    await ledger.change_member(profile={name: value for name, value in profile.items() if value})
    return await ledger.finish()

"""A member's network as a whole: everybody they know, read in three statements."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, cast

from sqlalchemy import (
    CompoundSelect,
    LargeBinary,
    exists,
    func,
    literal,
    or_,
    type_coerce,
    union_all,
)

from bot.content import FIELDS
from bot.notebook.access import AnySelect, mine_of_owner
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.questions import field_in
from bot.rules import records
from bot.rules.hours import local_day
from bot.rules.names import called
from bot.rules.network.forest import Forest, Node, lay_out
from bot.rules.network.nearness import (
    Drift,
    Gap,
    Strength,
    gap_for,
    list_drifting,
    strength_of,
)
from bot.rules.network.progress import Progress, Year, how_it_goes, year_of_touches
from bot.rules.search import folded
from bot.storage.keys import Keyring
from bot.storage.models import Contact, Decision, Interview, Touch
from bot.storage.session import Session
from bot.storage.types import keyring_of

MOST_READ = 1000
"""So many people are looked at: first those with whom something is going on, then the latest."""


_OTHER = "Others"
_LONGEST_IN_IDEALS = 2  # without a longest gap, it is twice the ideal one


@dataclass(frozen=True)
class Person:
    """One contact of a network; what is sealed is opened when somebody asks for it."""

    key: str
    referred_by: str | None
    sealed: bytes = field(repr=False)
    ring: Keyring = field(repr=False)
    notes: records.ContactNotes

    @cached_property
    def details(self) -> dict[str, Any]:
        """Open the fields."""
        text = self.ring.unseal(self.sealed, "contacts.details").decode()
        return cast("dict[str, Any]", json.loads(text))

    @property
    def name(self) -> str:
        """The name as the member wrote it."""
        return str(self.details.get("name", ""))

    @property
    def first(self) -> str:
        """What to call them in a sentence."""
        return called(self.name)

    @property
    def place(self) -> str:
        """Where they work; "" if that is not known."""
        return " ".join(str(self.details.get("organization", "")).split())

    @property
    def tags(self) -> list[str]:
        """Their tags."""
        return tags_of(self.details)


def tags_of(details: Mapping[str, Any]) -> list[str]:
    """Give the tags among somebody's fields."""
    return [str(tag) for tag in details.get("tags") or ()]


def read_gap(kept: Any) -> Gap | None:
    """Read a gap as it is kept with a contact or a tag; None where none was chosen."""
    return Gap(int(kept["ideal"]), int(kept["longest"])) if kept else None


def kept_gap(gap: Gap | None) -> dict[str, int]:
    """Write a gap as it is kept."""
    return {"ideal": gap.ideal, "longest": gap.longest} if gap else {}


def gaps_of_tags(profile: Mapping[str, Any]) -> dict[str, Gap]:
    """Give the gaps that a member chose for tags, by the folded tag."""
    kept = cast("dict[str, Any]", profile.get("gaps") or {})
    return {tag: gap for tag, days in kept.items() if (gap := read_gap(days)) is not None}


@dataclass(frozen=True)
class Network:
    """Everybody whom a member knows; ``total`` counts those who were not read, too."""

    member: MemberFacts
    today: date
    people: tuple[Person, ...]
    total: int

    @property
    def usual_gap(self) -> Gap:
        """The gap where none was chosen: what check-ins are planned by, and twice that."""
        ideal = self.member.rhythm.check_in_days
        return Gap(ideal, ideal * _LONGEST_IN_IDEALS)

    def gap_of(self, person: Person) -> tuple[Gap, bool]:
        """Settle somebody's gap, and whether the member chose it."""
        own = read_gap(person.details.get("gap"))
        tags = [folded(tag) for tag in person.tags]
        of_tags = gaps_of_tags(self.member.profile)
        chosen = own is not None or any(tag in of_tags for tag in tags)
        return gap_for(own, tags, of_tags, self.usual_gap), chosen

    def strength(self, person: Person) -> Strength:
        """Tell how near somebody is."""
        return strength_of(person.notes, self.gap_of(person)[0], self.today)


@dataclass(frozen=True)
class Map:
    """A network laid out, with the people by key."""

    forest: Forest
    strengths: dict[str, Strength]
    places: int


def map_of(network: Network, *, by_place: bool = False) -> Map:
    """Lay out who led to whom, under fields of work or under places of work."""
    strengths = {person.key: network.strength(person) for person in network.people}
    nodes = [
        Node(
            key=person.key,
            heading=(person.place or _OTHER) if by_place else _field_label(person),
            strength=strengths[person.key],
            referred_by=person.referred_by,
            place=folded(person.place),
        )
        for person in network.people
    ]
    places = {folded(person.place) for person in network.people if person.place}
    return Map(lay_out(nodes), strengths, len(places))


def _field_label(person: Person) -> str:
    found = field_in(person.details)
    return FIELDS.get(found.id, "") or str(person.details.get("field", ""))[:40] or _OTHER


def drifting_of(network: Network) -> tuple[Drift, ...]:
    """List whom the member may be losing touch with, the most pressing first."""
    people = ((person.notes, *network.gap_of(person)) for person in network.people)
    return list_drifting(people, network.today)


def progress_of(network: Network) -> Progress:
    """Tell how it goes with asking, beside the member's own past."""
    return how_it_goes((person.notes for person in network.people), network.today)


def year_of(network: Network) -> Year:
    """Count a year's touches by the day; a note reached nobody."""
    reaching = (
        touch.on
        for person in network.people
        for touch in person.notes.touches
        if touch.kind is not records.TouchKind.NOTE
    )
    return year_of_touches(reaching, network.today)


@cache
def _people() -> AnySelect:
    is_touched = exists().where(Touch.contact_key == Contact.key)
    return (
        mine_of_owner(
            Contact,
            Contact.key,
            Contact.referred_by,
            Contact.lead_on,
            type_coerce(Contact.details, LargeBinary()).label("sealed"),
            func.count().over().label("total"),
        )
        .order_by(or_(Contact.lead_on.is_not(None), is_touched).desc(), Contact.last_at.desc())
        .limit(MOST_READ)
    )


@cache
def _events() -> CompoundSelect[*tuple[Any, ...]]:
    """Select what happened with all of the owner's contacts; plain columns only."""
    touches = (
        literal("touch").label("source"),
        Touch.contact_key,
        Touch.kind.label("what"),
        Touch.answer.label("how"),
        Touch.on,
        Touch.recorded_at.label("at"),
    )
    talks = (
        literal("talk"),
        Interview.contact_key,
        Interview.state,
        Interview.keep_in_touch,
        Interview.on,
        Interview.recorded_at,
    )
    decisions = (
        literal("decision"),
        Decision.contact_key,
        Decision.kind,
        Decision.verdict,
        Decision.on,
        Decision.at,
    )
    return union_all(
        mine_of_owner(Touch, *touches),
        mine_of_owner(Interview, *talks),
        mine_of_owner(Decision, *decisions),
    )


async def load_network(session: Session, owner_id: int, *, now: datetime) -> Network:
    """Read a member's network: who is in it, and what happened with them."""
    member = await find_member(session, owner_id, guild_id=None)
    people = (await session.execute(_people(), {"owner": owner_id})).all()
    events = (await session.execute(_events(), {"owner": owner_id})).all()
    ring = keyring_of(session.get_bind().dialect)
    of: dict[str, list[Any]] = defaultdict(list)
    for event in events:
        of[event.contact_key].append(event)
    return Network(
        member=member,
        today=local_day(now, member.zone_or_club),
        people=tuple(
            Person(row.key, row.referred_by, bytes(row.sealed), ring, _notes(row, of[row.key]))
            for row in people
        ),
        total=people[0].total if people else 0,
    )


def _notes(row: Any, events: Iterable[Any]) -> records.ContactNotes:
    kinds: dict[str, list[Any]] = defaultdict(list)
    for event in events:
        kinds[event.source].append(event)
    return records.ContactNotes(
        key=row.key,
        lead_on=row.lead_on,
        touches=tuple(_touch(one) for one in kinds["touch"]),
        talks=tuple(_talk(one) for one in kinds["talk"]),
        decisions=tuple(_decision(one) for one in kinds["decision"]),
    )


def _touch(row: Any) -> records.Touch:
    answer = records.Answer(row.how) if row.how else None
    return records.Touch("", records.TouchKind(row.what), row.on, row.at, answer=answer)


def _talk(row: Any) -> records.Talk:
    kept = records.KeepInTouch(row.how)
    return records.Talk("", records.TalkState(row.what), row.on, row.at, keep_in_touch=kept)


def _decision(row: Any) -> records.Decision:
    kind, verdict = records.Kind(row.what), records.Verdict(row.how)
    return records.Decision(kind, "", verdict, row.on, row.at)

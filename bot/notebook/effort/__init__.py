"""The only door out of the notebooks: it gives nothing but counts.

What comes out is made of member ids, measures and day numbers; no type here could hold a name, a
text or a contact's key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from bot.notebook.access import count_of_club
from bot.notebook.effort._statements import OF_TALKS, Members, chain_of, others_of, talks_of
from bot.rules.scoring import Deed, Deeds, Measure, Window
from bot.storage.session import Session

Effort = Mapping[int, Deeds]
"""The deeds of members in a window, by member id; who did nothing is not in it."""


@dataclass(frozen=True, slots=True)
class MemberCount:
    """How many members began in a club, and how many have confirmed that messages reach them."""

    began: int
    reached: int


async def count_members(session: Session, guild_id: int) -> MemberCount:
    """Count the members who came from a club."""
    row = (await session.execute(count_of_club(guild_id))).one()
    return MemberCount(row.began, row.reached)


async def gather_effort(
    session: Session,
    challenge_key: str,
    *,
    window: Window,
    measures: Collection[Measure],
) -> Effort:
    """Count what the members of a challenge did since each joined; two statements at most.

    Each person counts once for each measure. Entries noted too late are not in it.
    """
    return await _gather(session, Members.of_challenge(challenge_key), window, measures)


async def effort_of_member(
    session: Session, member_id: int, *, window: Window, measures: Collection[Measure]
) -> Deeds:
    """Count what one member did in a window; two statements at most."""
    members = Members.alone(member_id, window.starts_on)
    return (await _gather(session, members, window, measures)).get(member_id, {})


async def longest_chain(session: Session, member_id: int) -> int:
    """Tell how many people in a row led a member from one to the next, three at most (R35)."""
    found = await session.scalar(chain_of(member_id))
    return found or 0


async def _gather(
    session: Session, members: Members, window: Window, measures: Collection[Measure]
) -> dict[int, dict[Measure, list[Deed]]]:
    found: dict[int, dict[Measure, list[Deed]]] = {}
    read = _Reader(found)
    of_talks = [one for one in OF_TALKS if one in measures]
    if of_talks:
        rows = await session.execute(talks_of(members, window, of_talks))
        for owner_id, *packed in cast("Sequence[tuple[Any, ...]]", rows.all()):
            for number, deeds in enumerate(packed):
                read.add(owner_id, of_talks[number], deeds)
    others = [one for one in Measure if one in measures and one not in _APART]
    if others:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        rows = await session.execute(others_of(members, window, others, is_sqlite=is_sqlite))
        for owner_id, number, deeds in cast("Sequence[tuple[int, int, str]]", rows.all()):
            read.add(owner_id, others[number], deeds)
    return found


_APART = (*OF_TALKS, Measure.WEEKS)


class _Reader:
    """Unpacks deeds: "day late", of which there are few different ones."""

    def __init__(self, found: dict[int, dict[Measure, list[Deed]]]) -> None:
        self._found = found
        self._known: dict[str, Deed] = {}

    def add(self, owner_id: int, measure: Measure, packed: str | None) -> None:
        """Read the deeds of one member and measure; None: there are none."""
        if packed is None:
            return
        known = self._known
        deeds = [known.get(one) or self._read(one) for one in packed.split(",")]
        self._found.setdefault(owner_id, {})[measure] = deeds

    def _read(self, text: str) -> Deed:
        on, late = text.split(" ")
        day = date.fromisoformat(on).toordinal()
        self._known[text] = Deed(day, day + int(late))
        return self._known[text]

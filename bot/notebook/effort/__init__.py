"""The only door out of the notebooks: it gives nothing but counts.

What comes out is made of member ids, measures and day numbers; no type here could hold a name, a
text or a contact's key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from bot.notebook.access import count_of_club
from bot.notebook.effort._statements import (
    GROUPED,
    OF_TALKS,
    Also,
    Members,
    chain_of,
    others_of,
    talks_of,
)
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
    read = _Reader()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    of_talks = [one for one in OF_TALKS if one in measures]
    if of_talks:
        with_alumni = Measure.ALUMNI in measures
        rows = await session.execute(
            talks_of(members, window, with_alumni=with_alumni, is_sqlite=is_sqlite)
        )
        for owner_id, packed in cast("Sequence[tuple[int, str]]", rows.all()):
            found[owner_id] = read.talks(packed, of_talks)
    others = [one for one in Measure if one in measures and one not in _APART]
    if others:
        rows = await session.execute(others_of(members, window, others, is_sqlite=is_sqlite))
        for owner_id, number, packed in cast("Sequence[tuple[int, int, str]]", rows.all()):
            measure = others[number]
            deeds = read.grouped(packed) if measure in GROUPED else read.firsts(packed)
            found.setdefault(owner_id, {})[measure] = deeds
    return {owner_id: deeds for owner_id, deeds in found.items() if deeds}


_APART = (*OF_TALKS, Measure.WEEKS)
_DAY, _LATE, _ALSO = 10, 11, 12  # where each part of a packed deed ends; behind it stands whose
_FLAG_OF = {
    Measure.PREPARED: Also.PREPARED,
    Measure.TAKEAWAYS: Also.TAKEAWAYS,
    Measure.ALUMNI: Also.ALUMNI,
}
_FIGURES = "01234567"
_FIGURES_OF = {
    measure: "".join(one for one in _FIGURES if _FLAG_OF.get(measure, Also(0)) in Also(int(one)))
    for measure in OF_TALKS
}
"""The figures that say of a talk that it counts for a measure."""


class _Reader:
    """Unpacks deeds, of which there are few different ones. A person's first one counts."""

    def __init__(self) -> None:
        self._known: dict[str, Deed] = {}

    def talks(self, packed: str, measures: Sequence[Measure]) -> dict[Measure, list[Deed]]:
        """Read one member's talks: all of them, and those that count as more."""
        pieces = packed.split(",")
        if len(pieces) > 1 and len({piece[_ALSO:] for piece in pieces}) < len(pieces):
            return self._talks_again(sorted(pieces), measures)
        deeds = self._deeds(pieces)
        found: dict[Measure, list[Deed]] = {}
        for measure in measures:
            figures = _FIGURES_OF[measure]
            if figures != _FIGURES:
                wanted = [
                    deed
                    for deed, piece in zip(deeds, pieces, strict=True)
                    if piece[_LATE] in figures
                ]
                if wanted:
                    found[measure] = wanted
            else:
                found[measure] = deeds
        return found

    def _talks_again(
        self, pieces: Sequence[str], measures: Sequence[Measure]
    ) -> dict[Measure, list[Deed]]:
        """Read the talks of one who talked to somebody more than once."""
        found: dict[Measure, list[Deed]] = {}
        for measure in measures:
            wanted = [piece for piece in pieces if piece[_LATE] in _FIGURES_OF[measure]]
            if wanted:
                found[measure] = self._firsts(wanted)
        return found

    def firsts(self, packed: str) -> list[Deed]:
        """Read one member's deeds of one measure."""
        if "," not in packed:
            return self._deeds((packed,))
        return self._firsts(sorted(packed.split(",")))

    def grouped(self, packed: str) -> list[Deed]:
        """Read one member's deeds of a measure that has each once."""
        return self._deeds(packed.split(","))

    def _firsts(self, pieces: Sequence[str]) -> list[Deed]:
        return self._deeds({piece[_ALSO:]: piece for piece in reversed(pieces)}.values())

    def _deeds(self, pieces: Iterable[str]) -> list[Deed]:
        known = self._known
        return [known.get(piece[:_LATE]) or self._read(piece[:_LATE]) for piece in pieces]

    def _read(self, text: str) -> Deed:
        day = date.fromisoformat(text[:_DAY]).toordinal()
        self._known[text] = Deed(day, day + int(text[_DAY:]))
        return self._known[text]

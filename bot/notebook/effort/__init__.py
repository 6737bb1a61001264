"""The only door out of the notebooks: it gives nothing but counts.

What comes out is made of member ids, measures and day numbers; no type here could hold a name, a
text or a contact's key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.notebook.access import count_of_club
from bot.notebook.effort._statements import (
    OF_ENTRIES,
    OF_TALKS,
    Also,
    As,
    Members,
    Packed,
    chain_of,
    entries_of,
    fields_of,
    referrals_of,
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
    """Count what the members of a challenge did since each joined; four statements at most.

    Each person counts once for each measure. Entries noted too late are not in it.
    """
    return await _gather(session, Members.of_challenge(challenge_key), window, measures)


async def effort_of_member(
    session: Session, member_id: int, *, window: Window, measures: Collection[Measure]
) -> Deeds:
    """Count what one member did in a window; four statements at most."""
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
    values = members.within(window)
    passes = list(_passes(session, members, frozenset(measures)))
    asked = [(statement, values) for statement, _ in passes]
    if members.is_alone:
        texts = [await session.rows(*one) for one in asked]
    else:
        texts = await session.rows_of_each(*asked)
    for (_, wanted), [[packed]] in zip(passes, texts, strict=True):
        read = _Reader(wanted)
        for theirs in packed.split(";") if packed else ():
            owner, _, deeds_of = theirs.partition(" ")
            deeds = read.deeds(deeds_of)
            owner_id = int(owner)
            if owner_id in found:
                found[owner_id].update(deeds)
            elif deeds:
                found[owner_id] = deeds
    return found


def _passes(
    session: Session, members: Members, measures: frozenset[Measure]
) -> Iterator[tuple[Packed, list[Measure]]]:
    """Give the statements to run, and what each of them finds."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    is_alone = members.is_alone
    # What takes longest comes first: the rest runs beside it.
    if Measure.FIELDS in measures:
        yield fields_of(is_alone=is_alone, is_sqlite=is_sqlite), [Measure.FIELDS]
    if of_entries := measures.intersection(OF_ENTRIES):
        entries = entries_of(of_entries, is_alone=is_alone, is_sqlite=is_sqlite)
        yield entries, [one for one in OF_ENTRIES if one in of_entries]
    if of_talks := [one for one in OF_TALKS if one in measures]:
        with_alumni = Measure.ALUMNI in measures
        yield talks_of(is_alone=is_alone, with_alumni=with_alumni, is_sqlite=is_sqlite), of_talks
    if Measure.REFERRALS in measures:
        yield referrals_of(is_alone=is_alone), [Measure.REFERRALS]


_DAY, _LATE, _AS = 10, 11, 12  # where each part of a packed deed ends; behind it stands whose
_ALL = "01234567"


def _saying(also: Also) -> str:
    return "".join(figure for figure in _ALL if also in Also(int(figure)))


_FIGURES = {
    Measure.PREPARED: _saying(Also.PREPARED),
    Measure.TAKEAWAYS: _saying(Also.TAKEAWAYS),
    Measure.ALUMNI: _saying(Also.ALUMNI),
    Measure.ASKED: f"{As.ASKED}{As.FOLLOWED}",
    Measure.REPLIES: f"{As.REPLY}",
    Measure.THANKS: f"{As.THANKS}",
    Measure.CHECK_INS: f"{As.CHECK_IN}",
    Measure.FOLLOWED: f"{As.FOLLOWED}",
}
"""The figures that say of a packed deed that it counts for a measure; for others all do."""


class _Known(dict[str, Deed]):
    """Deeds by their text; a whole club has a few hundred different ones."""

    def __missing__(self, text: str) -> Deed:
        day = date.fromisoformat(text[:_DAY]).toordinal()
        deed = self[text] = Deed(day, day + int(text[_DAY:]))
        return deed


class _Reader:
    """Unpacks the deeds that one statement found. A person's first one counts."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self._known = _Known()
        self._figures = [(one, _FIGURES.get(one, _ALL)) for one in measures]
        self._whole = [one for one, figures in self._figures if figures == _ALL]
        self._parts = [(one, figures) for one, figures in self._figures if figures != _ALL]

    def deeds(self, packed: str) -> dict[Measure, list[Deed]]:
        """Read one member's deeds, measure by measure."""
        known = self._known
        if "," not in packed:
            only, figure = [known[packed[:_LATE]]], packed[_LATE]
            return {one: only for one, figures in self._figures if figure in figures}
        pieces = packed.split(",")
        if len({piece[_AS:] for piece in pieces}) < len(pieces):
            return self._firsts(sorted(pieces, reverse=True))
        deeds = [known[piece[:_LATE]] for piece in pieces]
        found = dict.fromkeys(self._whole, deeds)
        for measure, figures in self._parts:
            wanted = [
                deed for deed, piece in zip(deeds, pieces, strict=True) if piece[_LATE] in figures
            ]
            if wanted:
                found[measure] = wanted
        return found

    def _firsts(self, latest_first: Sequence[str]) -> dict[Measure, list[Deed]]:
        known = self._known
        found: dict[Measure, list[Deed]] = {}
        for measure, figures in self._figures:
            firsts = {
                piece[_AS:]: piece[:_LATE] for piece in latest_first if piece[_LATE] in figures
            }
            if firsts:
                found[measure] = [known[text] for text in firsts.values()]
        return found

"""Ready-made challenges: what counts, how long, and all the words of it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from bot.content._shapes import Id, Rules, Sound, Text
from bot.rules.scoring import MOST_POINTS, MOST_TERMS, Measure, Term


class KitTerm(Sound, frozen=True):
    """One thing that counts: ``points`` for each, of ``most`` at most (0: no limit of its own)."""

    measure: Measure
    points: Annotated[int, Meta(ge=1, le=MOST_POINTS)]
    most: Annotated[int, Meta(ge=0)] = 0


class Kit(Sound, frozen=True):
    """A ready-made challenge. Its texts are shown as they are; dates and numbers stand beneath."""

    id: Id
    title: Annotated[str, Meta(min_length=1, max_length=60)]
    summary: Annotated[str, Meta(min_length=1, max_length=100)]  # its line in a menu
    days: Annotated[int, Meta(ge=7, le=180)]
    terms: Annotated[tuple[KitTerm, ...], Meta(min_length=1, max_length=MOST_TERMS)]
    announcement: Text
    weeks: Annotated[tuple[Text, ...], Meta(min_length=1)]  # a weekly board's text, in turn
    half: Text
    last: Text  # the DM when 48 hours are left
    close: Text
    rules: Rules
    # Who stands on the board: each member, teams by their average, or the club with one goal.
    shape: Literal["members", "teams", "club"] = "members"
    goal: Annotated[int, Meta(ge=0)] = 0  # points of the whole club together

    @property
    def scoring(self) -> tuple[Term, ...]:
        """What counts, as the rules take it."""
        return tuple(Term(one.measure, one.points, one.most) for one in self.terms)

    def week(self, number: int) -> str:
        """Give the text of a weekly board, the first is 1."""
        return self.weeks[(number - 1) % len(self.weeks)]

"""What a nudge may say of one reminder, each fact found only when it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from bot.content import DraftFacts
from bot.notebook.facts import (
    asked_day,
    draft_facts,
    follows_up_with,
    is_about_a_talk,
    say_clock,
    say_near_day,
    talk_of,
)
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Entry, Page
from bot.rules.follow_ups.around_a_talk import EARLY_MINUTES
from bot.rules.hours import local_day
from bot.rules.records import Kind


@dataclass
class Told:
    """One reminder with the page of its contact."""

    page: Page
    kind: Kind
    anchor: str
    member: MemberFacts
    now: datetime

    def tell(self, names: Collection[str]) -> dict[str, Any]:
        """Give those of the NudgeFacts that are named and are read off the page.

        A list has a line for each of several people, and a line says little more than a name.
        """
        return {name: tell(self) for name, tell in _FACTS.items() if name in names}

    @cached_property
    def talk(self) -> Entry | None:
        """The talk that the reminder is about, else the latest one."""
        return talk_of(self.page, self.anchor if is_about_a_talk(self.kind) else "")

    @cached_property
    def details(self) -> dict[str, Any]:
        """What was noted with that talk."""
        return self.talk.details if self.talk else {}

    @cached_property
    def drafted(self) -> DraftFacts:
        """What a draft to the contact may say."""
        return draft_facts(self.page, self.member, self.now, anchor=self.anchor)

    @property
    def today(self) -> date:
        """The member's day."""
        return local_day(self.now, self.member.rhythm.zone)

    @property
    def day(self) -> str:
        """The day of the talk, in words: the member's, where a draft says the contact's."""
        return say_near_day(self.talk.row.d1, self.today) if self.talk else ""

    @property
    def when(self) -> str:
        """The day and hour of the talk, in words."""
        if self.talk is None:
            return ""
        row = self.talk.row
        clock = say_clock(row.t1, self.member.rhythm.zone) if row.t1 else ""
        if self.kind is Kind.STARTS_SOON:
            return clock
        return f"{say_near_day(row.d1, self.today)} {clock}".strip()

    @property
    def leave(self) -> str:
        """The hour at which to leave for the talk, "" if nobody knows how long the way is (R30)."""
        row = self.talk.row if self.talk else None
        if row is None or row.t1 is None or row.n2 is None:
            return ""
        leaves = row.t1 - timedelta(minutes=row.n2 + EARLY_MINUTES)
        return say_clock(leaves, self.member.rhythm.zone)


_FACTS: dict[str, Callable[[Told], object]] = {
    "first": lambda told: told.page.first,
    "name": lambda told: told.page.name,
    "organization": lambda told: told.drafted.organization,
    "day": lambda told: told.day,
    "when": lambda told: told.when,
    "place": lambda told: told.details.get("place") or "",
    "who_calls": lambda told: told.details.get("who_calls") or "",
    "way": lambda told: told.details.get("way") or "",
    "leave": lambda told: told.leave,
    "mode": lambda told: told.drafted.mode,
    "referrer": lambda told: told.drafted.referrer,
    "introduction": lambda told: bool(told.page.contact.row.n1),
    "by_phone": lambda told: follows_up_with(told.member, told.page) == "phone",
    "asked": lambda told: asked_day(told.page, told.today),
    "cancelled": lambda told: told.drafted.cancelled,
    "promise": lambda told: told.drafted.done,
    "advice": lambda told: told.drafted.advice,
    "unlogged": lambda told: told.talk is not None and told.talk.row.t3 is None,
}

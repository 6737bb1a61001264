"""The questions asked when typed text can mean several moments, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType

from bot.errors import Choice, Unclear
from bot.rules.plain import plain_text
from bot.rules.when.moment import Frame, instants, nearest_instants, say_at, say_day, say_hour

MAX_SHOWN = 60
MAX_CHOICES = 5
TALK_HOURS = (time(10), time(12), time(14), time(16), time(18))
EXAMPLES = MappingProxyType(
    {
        "past": ("yesterday 3pm", "2 days ago"),
        "future": ("tomorrow 3pm", "in 2 weeks"),
        "any": ("tomorrow 3pm", "2 days ago"),
    }
)

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
"""What the days that are offered here stand for: such text came from a button, as a rule."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Builds questions about one typed text, each with answers that read back to one moment."""

    typed: str
    field_name: str
    frame: Frame

    @property
    def shown(self) -> str:
        """The typed text in quotes, cut to 60 characters."""
        text = " ".join(self.typed.split())
        return f'"{plain_text(text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…")}"'

    @property
    def examples(self) -> str:
        """Two texts that can be read."""
        first, second = EXAMPLES[self.frame.expect]
        return f'Try something like "{first}" or "{second}".'

    def ask(self, text: str, choices: Iterable[Choice] = ()) -> Unclear:
        """Build the question; equal answers are offered once, and five at most."""
        unique = {choice.value: choice for choice in choices}
        return Unclear(
            text, field_name=self.field_name, choices=tuple(unique.values())[:MAX_CHOICES]
        )

    def days(self, dates: Iterable[date]) -> list[Choice]:
        """Offer the days on the right side of now."""
        frame = self.frame
        return [
            Choice(say_day(on, frame.today), on.isoformat())
            for on in dates
            if frame.in_range(on) and frame.allows_day(on)
        ]

    def instants(self, ats: Iterable[datetime]) -> list[Choice]:
        """Offer the instants on the right side of now."""
        frame = self.frame
        good = [at for at in ats if frame.allows(at) and frame.in_range(at.date())]
        return [Choice(say_at(at, frame), self._value(at)) for at in good]

    def _value(self, at: datetime) -> str:
        local = at.astimezone(self.frame.zone)
        if len(instants(local.date(), local.time().replace(fold=0), self.frame.zone)) == 1:
            return f"{local:%Y-%m-%d %H:%M}"
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"

    def hours(self, pairs: Iterable[tuple[date, time]]) -> list[Choice]:
        """Offer wall-clock times; one that the clocks skip or repeat becomes its two neighbours."""
        zone = self.frame.zone
        return self.instants(at for on, hour in pairs for at in nearest_instants(on, hour, zone))

    def unreadable(self) -> Unclear:
        """Say that nothing was understood, and what would be."""
        return self.ask(f"I can't read {self.shown} as a day or time. {self.examples}")

    def too_long(self) -> Unclear:
        """Say that the text is more than a moment."""
        return self.ask(f"{self.shown} is too long for a day and time. {self.examples}")

    def other_zone(self) -> Unclear:
        """Say that the member's own zone is read."""
        city = self.frame.zone.key.rsplit("/", 1)[-1].replace("_", " ")
        return self.ask(
            f"I read times on your own clock ({city}). Give {self.shown} without a time zone, "
            "or with its offset, like 2026-10-03 14:30+02:00."
        )

    def no_such_day(self, words: str, near: Iterable[date]) -> Unclear:
        """Say that no calendar has that day, and offer its neighbours."""
        said = words or "That day is not in the calendar."
        return self.ask(f"{said} You typed {self.shown}. Which day is it?", self.days(near))

    def gap(self, on: date, hour: time) -> Unclear:
        """Say that the clocks skip that time, and offer the times around the gap."""
        day = say_day(on, self.frame.today)
        return self.ask(
            f"The clocks skip {say_hour(hour)} on {day}. Which of these, instead of {self.shown}?",
            self.hours([(on, hour)]),
        )

    def fold(self, ats: Iterable[datetime], on: date, hour: time) -> Unclear:
        """Say that the clocks show that time twice, and offer both."""
        day = say_day(on, self.frame.today)
        return self.ask(
            f"{say_hour(hour).capitalize()} comes twice on {day}, as the clocks go back. "
            f"Which one is {self.shown}?",
            self.instants(ats),
        )

    def which_hour(self, on: date) -> Unclear:
        """Ask for the hour of a day that was given without one."""
        day = "today" if on == self.frame.today else f"on {say_day(on, self.frame.today)}"
        is_answer = _DAY.fullmatch(self.typed.strip())
        add = "Add" if is_answer else f"You typed {self.shown}; add"
        return self.ask(
            f"What time {day}? {add} an hour, like 3pm or 14:30.",
            self.hours((on, hour) for hour in TALK_HOURS),
        )

    def wrong_side(self, said: str, choices: Iterable[Choice] = ()) -> Unclear:
        """Say that a plan lies in the past, or that what happened lies ahead."""
        offers = list(choices)
        if self.frame.expect == "past":
            why, want = f"{said} is still to come.", "When did it happen?"
        else:
            why, want = f"{said} has passed.", "Which day and time to come do you mean?"
        tail = "" if offers else f" {self.examples}"
        return self.ask(f"You typed {self.shown}, but {why} {want}{tail}", offers)

    def out_of_range(self) -> Unclear:
        """Say that the year looks like a slip."""
        return self.ask(f"{self.shown} is very far from today. Check the year and type it again.")

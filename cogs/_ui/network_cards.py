"""The four looks at a network: a card, the picture on it, and words for who cannot see it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import discord

from bot.content import plain_text
from bot.notebook.drafts import check_in_kind
from bot.notebook.network import (
    Network,
    Person,
    drifting_of,
    map_of,
    progress_of,
    year_of,
)
from bot.pictures.network_figures import (
    STEPS,
    Waiting,
    draw_drifting,
    draw_progress,
    draw_year,
    share_of,
)
from bot.pictures.network_map import MARKS, Face, MapText, draw_map
from bot.pictures.sketch import Picture
from bot.rules.network.forest import Forest
from bot.rules.network.nearness import Drift, Strength
from bot.rules.network.progress import PERIOD_DAYS, Progress
from bot.rules.presses import Press, menu
from cogs._ui.cards import Card, Item
from cogs._ui.draft_list import draft_press

VIEWS = (
    ("map", "Map"),
    ("goes", "How it goes"),
    ("losing", "Losing touch"),
    ("year", "A year of touches"),
)
PLACES = "places"
"""The map by places of work, which a button under the map opens."""

_LRM = "\u200e"  # what follows is written from left to right
_BOXES = (
    "A letter for which there is no font here stands as a box; **/contact list** has the names."
)
_ALT = 1000  # Discord takes 1,024 characters
_WITH_BUTTON = 5
_LOSING = "## Losing touch?\n"
_NOBODY_YET = (
    "Nobody yet: here stand the people you talked with, and those for whom you chose how often you "
    "would like to be in touch."
)
_IN_TIME = "No: you are in touch with everybody as often as you wanted to be."
_WAITING = (
    "{count} waited longer than ideal. A line is enough: what came of their advice, or a thing "
    "that made you think of them."
)


@dataclass(frozen=True)
class Look:
    """What one look at the network shows; without a picture there is nothing to draw yet."""

    card: Card
    picture: Picture | None = None
    name: str = ""
    alt: str = ""

    def with_picture(self, png: bytes) -> Card:
        """Put the picture on the card."""
        alt = self.alt if len(self.alt) <= _ALT else f"{self.alt[: _ALT - 1]}…"
        file = discord.File(io.BytesIO(png), filename=f"{self.name}.png", description=alt)
        footer = self.card.footer
        if self.picture is not None and self.picture.needs_other_fonts:
            footer = f"{footer} {_BOXES}"
        return replace(self.card, files=(file,), footer=footer)


def look_at(network: Network, view: str) -> Look:
    """Lay out one look, its picture as SVG; it takes a moment, so any thread may do it."""
    if not network.people:
        rows = ((menu("add", "Add a person", style="primary"), menu("ideas", "Find people")),)
        return Look(Card("Nobody is in your notebook yet, so there is nothing to draw.", rows=rows))
    return _LOOKS[view](network)


def _rows(view: str, *more: Press) -> tuple[tuple[Press, ...], ...]:
    others = tuple(menu("network", label, arg=one) for one, label in VIEWS if one != view)
    return (more, others) if more else (others,)


def _map(network: Network) -> Look:
    by_field = menu("network", "By organization", arg=PLACES)
    return _mapped(network, _rows("map", by_field), by_place=False)


def _map_of_places(network: Network) -> Look:
    by_place = menu("network", "By field", arg="map")
    return _mapped(network, _rows("map", by_place), by_place=True)


def _mapped(network: Network, rows: tuple[tuple[Press, ...], ...], *, by_place: bool) -> Look:
    found = map_of(network, by_place=by_place)
    people = {person.key: person for person in network.people}
    faces = {
        key: Face(one.name, "" if by_place else one.place, found.strengths[key])
        for key, one in people.items()
    }
    unread = network.total - len(network.people)
    below = _counted(network.total, "person", "people")
    if found.places:
        below += f" · {_counted(found.places, 'organization', 'organizations')}"
        below += f" among {len(people):,} of them" if unread else ""
    if found.forest.leading:
        below += f" · {found.forest.leading} led you to others"
    picture = draw_map(
        found.forest, faces, MapText("Your network", below, more_of(found.forest, unread))
    )
    near = sum(one is Strength.NEAR for one in found.strengths.values())
    card = Card(
        f"## Your network\n{below}. You were in touch lately with {near} of them.",
        rows=rows,
        footer="A line leads from each person to those whom they named. Only you see this.",
    )
    return Look(card, picture, "network", _told(below, found.forest, people, found.strengths))


def _counted(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def more_of(forest: Forest, unread: int) -> str:
    """Say who is not drawn; a heading written from right to left turns nothing around it."""
    more = forest.more + unread
    if not more:
        return ""
    groups = " · ".join(f"{count:,} {heading}{_LRM}" for heading, count in forest.left_out[:6])
    return f"and {more:,} more: {groups}"


def _told(
    below: str, forest: Forest, people: dict[str, Person], strengths: dict[str, Strength]
) -> str:
    led: dict[str, list[str]] = {}
    drawn = [line.key for column in forest.columns for line in column if line.key]
    for key in drawn:
        above = people[key].referred_by
        if above in people:
            led.setdefault(people[above].name, []).append(people[key].name)
    chains = ". ".join(f"{name} led to {', '.join(named)}" for name, named in led.items())
    counts = ", ".join(
        f"{sum(strengths[key] is one for key in drawn)} {words}"
        for one, (_, _, words) in MARKS.items()
    )
    return f"A map of your network: {below}. Of those drawn: {counts}. {chains}"


def _goes(network: Network) -> Look:
    found = progress_of(network)
    since = network.today - timedelta(days=PERIOD_DAYS)
    below = f"The people you began with since {since.day} {since:%B}"
    if not any(found.now.counts()) and not any(found.before.counts()):
        text = "## How it goes\nOnce you have asked somebody to talk, your steps show here."
        return Look(Card(text, rows=_rows("goes")))
    lines = _step_lines(found)
    card = Card("\n".join(["## How it goes", *lines]), rows=_rows("goes"), footer=_about(found))
    picture = draw_progress(found, "How it goes", below)
    return Look(card, picture, "how-it-goes", f"How it goes. {below}: {'. '.join(lines)}")


def _step_lines(found: Progress) -> list[str]:
    now, before = found.now.counts(), found.before.counts()
    lines = [f"{STEPS[0]}: {now[0]} (before that: {before[0]})"]
    for words, count, past in list(zip(STEPS, now, before, strict=True))[1:]:
        was = f"; before: {share_of(past, before[0])}" if before[0] else ""
        lines.append(f"{words}: {share_of(count, now[0])}{was}")
    if found.now.days_to_reply is not None:
        lines.append(f"Half of the replies came within {found.now.days_to_reply:g} days")
    return lines


def _about(found: Progress) -> str:
    if not found.before.asked:
        return "You are compared with nobody but yourself; in 90 days there is a past to look at."
    return "You are compared with nobody but yourself. Who was asked lately may still answer."


def _losing(network: Network) -> Look:
    drifting = drifting_of(network)
    rows = _rows("losing", menu("often_by_tag", "How often, by tag"))
    if not drifting:
        return Look(Card(_LOSING + _NOBODY_YET, rows=rows))
    people = {person.key: person for person in network.people}
    waiting = [one for one in drifting if one.strength < Strength.NEAR]
    text = _IN_TIME
    if waiting:
        text = _WAITING.format(count=_counted(len(waiting), "person has", "people have"))
    items = tuple(_item(people[one.key], one) for one in waiting[:_WITH_BUTTON])
    shown = [Waiting(people[one.key].name, one) for one in drifting]
    picture = draw_drifting(shown, "Losing touch?", "Days since you were last in touch")
    card = Card(_LOSING + text, rows=rows, items=items, footer=_usual(network))
    told = ". ".join(f"{one.name}: {_days(one.drift)}" for one in shown)
    return Look(card, picture, "losing-touch", f"{_usual(network)} {told}")


def _usual(network: Network) -> str:
    gap = network.usual_gap
    return f"Ideally {gap.ideal} days, at the longest {gap.longest}, where you chose nothing else."


def _days(drift: Drift) -> str:
    words = {Strength.NEAR: "in time", Strength.SOME: "past the ideal", Strength.FAR: "too long"}
    return f"{_counted(drift.days, 'day', 'days')}, {words[drift.strength]}"


def _item(person: Person, drift: Drift) -> Item:
    gap = drift.gap
    text = (
        f"**{plain_text(person.name)}**: {_days(drift)} "
        f"(ideally {gap.ideal}, at the longest {gap.longest})"
    )
    return Item(text, draft_press(person.key, check_in_kind(person.notes), "Draft a line"))


def _year(network: Network) -> Look:
    year = year_of(network)
    weeks = _counted(year.active_weeks, "week", "weeks")
    below = f"{_counted(year.total, 'touch', 'touches')} in {weeks}"
    months = ", ".join(
        f"{month.first:%B}: {sum(n for n in month.days if n > 0)}" for month in year.months
    )
    text = f"## A year of touches\n{below}. Your fullest week had {year.best_week}."
    return Look(
        Card(text, rows=_rows("year"), footer="Notes do not count: they reached nobody."),
        draw_year(year, "A year of touches", below),
        "year-of-touches",
        f"A year of touches, day by day: {below}. {months}",
    )


_LOOKS: dict[str, Callable[[Network], Look]] = {
    "map": _map,
    PLACES: _map_of_places,
    "goes": _goes,
    "losing": _losing,
    "year": _year,
}

"""Pictures of a network: whatever names people have, they are text within the picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.pictures.fonts import font
from bot.pictures.network_figures import Waiting, draw_drifting, draw_progress, draw_year
from bot.pictures.network_map import Face, MapText, draw_map
from bot.pictures.rasterising import Rasteriser
from bot.pictures.sketch import PIXELS, WIDTH, Picture, fitted
from bot.rules.network.forest import Node, lay_out
from bot.rules.network.nearness import Drift, Gap, Strength
from bot.rules.network.progress import Progress, Steps, year_of_touches

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("Rosa Vega", "Ольга Кузнецова", "مريم الفاسي", "Νίκος Παππάς", "שירה לוי", "Zoë <b> & co")
GAP = Gap(45, 90)


def elements_of(picture: Picture) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(picture.svg).iter())  # noqa: S314 - our own


def check(picture: Picture) -> str:
    """Check that nothing leaves the picture, and give its words."""
    whole, *parts = elements_of(picture)
    height = float(whole.get("viewBox", "").split()[-1])
    assert {one.tag for one in parts} <= {f"{SVG}{name}" for name in ("rect", "path", "text")}
    for one in parts:
        if one.tag == f"{SVG}text":
            assert 0 < float(one.get("y", 0)) <= height
            assert all(0 <= x <= WIDTH for x in _ends(one))
        elif one.tag == f"{SVG}rect":
            assert float(one.get("x", 0)) + float(one.get("width", 0)) <= WIDTH + 0.5
    return " ".join(one.text or "" for one in parts)


def _ends(text: ElementTree.Element) -> Iterator[float]:
    is_bold = text.get("font-weight") == "700"
    width = font(is_bold=is_bold).width(text.text or "", float(text.get("font-size", 0)))
    start = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", "start")]
    left = float(text.get("x", 0)) - width * start
    yield from (left, left + width)


def map_of(people: list[tuple[str, str]]) -> Picture:
    nodes = [
        Node(str(n), place or "Others", Strength(n % 4), str(n - 1) if n % 3 else None)
        for n, (_, place) in enumerate(people)
    ]
    faces = {str(n): Face(name, place, Strength(n % 4)) for n, (name, place) in enumerate(people)}
    forest = lay_out(nodes)
    more = f"and {forest.more} more: {'many people of one field · ' * 9}" if forest.more else ""
    return draw_map(forest, faces, MapText("Your network", f"{len(people)} people", more))


typed = st.text(max_size=120)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(typed, typed), max_size=70))
def test_whatever_was_typed_is_text_and_stays_in_the_map(people: list[tuple[str, str]]) -> None:
    check(map_of(people))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(typed, st.integers(0, 5000)), max_size=30))
def test_whatever_was_typed_stays_among_those_who_drift(people: list[tuple[str, int]]) -> None:
    waiting = [Waiting(name, Drift("k", days, GAP)) for name, days in people]
    check(draw_drifting(waiting, "Losing touch?", "Days since you were last in touch"))


def test_a_long_chain_stays_in_the_picture() -> None:
    nodes = [Node(str(n), "x", Strength.NEAR, str(n - 1) if n else None) for n in range(40)]
    faces = {node.key: Face("Aleksandra Wiśniewska", "Northwind", Strength.NEAR) for node in nodes}
    words = check(draw_map(lay_out(nodes), faces, MapText("Your network", "40 people", "")))
    assert words.count("Aleksandra") == 40
    assert "x, continued" in words


@pytest.mark.parametrize(
    "heading", ["Northwind Hospital of the Sisters of Mercy, Department of Paediatrics", "М" * 90]
)
def test_a_long_heading_is_shortened_and_not_that_it_goes_on(heading: str) -> None:
    nodes = [Node(str(n), heading, Strength.NEAR) for n in range(40)]
    faces = {node.key: Face("Rosa Vega", "", Strength.NEAR) for node in nodes}
    picture = draw_map(lay_out(nodes), faces, MapText("Your network", "40 people", ""))
    check(picture)
    said = [one.text or "" for one in elements_of(picture) if (one.text or "")[:3] == heading[:3]]
    assert len(said) == 2
    assert said[0].endswith("…")
    assert said[1].endswith("…, continued")


@pytest.mark.parametrize("now", [Steps(), Steps(5, 5, 5, 5, 5), Steps(1000, 10, 3, 2, 1)])
@pytest.mark.parametrize("before", [Steps(), Steps(3, 3, 0, 0, 0)])
def test_steps_are_said_in_words_too(now: Steps, before: Steps) -> None:
    words = check(draw_progress(Progress(now, before), "How it goes", "since then"))
    said = f"{now.replied} of {now.asked}" if now.asked else "none so far"
    assert said in words


def test_a_year_names_its_months_and_says_each_count() -> None:
    today = date(2026, 11, 22)
    days = [today - timedelta(days=7 * n) for n in range(60)] + [today] * 6
    words = check(draw_year(year_of_touches(days, today), "A year of touches", "58 touches"))
    for part in ("December 2025", "November 2026", "7", "4 and more"):
        assert part in words


def test_a_text_is_shortened_to_its_room() -> None:
    assert fitted("Rosa", 500, 20) == "Rosa"
    short = fitted("Rosa Vega of the Mercy Hospital", 120, 20)
    assert short.endswith("…")
    assert font().width(short, 20) <= 120
    assert fitted("Rosa Vega", 10, 20) == ""


async def test_a_map_of_five_scripts_is_drawn_with_our_own_font() -> None:
    picture = map_of([(name, "Northwind") for name in NAMES * 11])
    assert not picture.needs_other_fonts
    png = await Rasteriser().png(picture.svg)
    with Image.open(io.BytesIO(png)) as drawn:
        assert (drawn.format, drawn.width) == ("PNG", PIXELS)
        assert drawn.height < 2 * PIXELS  # one screen of a phone, or a little more
        dark = sum(drawn.convert("L").histogram()[:128])
    assert dark > 20_000

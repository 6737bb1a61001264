"""The sheet stands on one page, whatever was typed, and nothing typed is markup."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.errors import UserError
from bot.pictures.fonts import FILES, drawable, font, needs_other_fonts, wrap
from bot.pictures.paper import HEIGHT, MARGIN, WIDTH
from bot.pictures.prep_sheet import SheetText, draw_prep_sheet
from bot.pictures.rasterising import Rasteriser

SHEET = SheetText(
    title="Your talk with Rosa Vega",
    who="Staff nurse · St. Mary's Hospital",
    agreed=("Tuesday 10 March, 3:00 pm, 20 minutes by video", "Place or link: meet.example.org"),
    why="Your view helps me because I wonder about night shifts.",
    opening="“Hello Rosa, how has your week been? …\nI am Ana.”",
    questions=(("How did you come to do this?", "Which turn surprised you?"),) * 6,
    research=(("Read their profile.", True), ("Look at the site.", False)),
    before=(("Paper and a pen that writes.", False),) * 8,
    manners=("Ask one question, listen, and follow what they say.",) * 11,
)
SVG = "{http://www.w3.org/2000/svg}"
TYPED = st.text(max_size=300)


def texts_of(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}text"))  # noqa: S314 - our own


def words_of(svg: str) -> str:
    return " ".join(one.text or "" for one in texts_of(svg))


def test_all_of_a_usual_sheet_is_on_the_page() -> None:
    words = words_of(draw_prep_sheet(SHEET).svg)
    for part in ("Rosa Vega", "St. Mary's", "3:00 pm", "night shifts", "6.", "Which turn"):
        assert part in words
    for part in ("Read their profile.", "Paper and a pen", "Ask one question", "Notes"):
        assert part in words


@settings(max_examples=40, deadline=None)
@given(TYPED, TYPED, TYPED, st.lists(TYPED, min_size=1, max_size=10))
def test_whatever_was_typed_is_text_and_stays_on_the_page(title, place, why, questions) -> None:
    asked = tuple((one, one) for one in questions)
    sheet = replace(SHEET, title=title, who=place, agreed=(place, place), why=why, questions=asked)
    svg = draw_prep_sheet(sheet).svg
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert {one.tag for one in root.iter()} <= {f"{SVG}svg", f"{SVG}rect", f"{SVG}text"}
    for one in texts_of(svg):
        size, is_bold = float(one.get("font-size", 0)), one.get("font-weight") == "700"
        assert float(one.get("y", 0)) <= HEIGHT - MARGIN / 2
        right = float(one.get("x", 0)) + font(is_bold=is_bold).width(one.text or "", size)
        assert right <= WIDTH - MARGIN + 1


def test_no_question_is_left_out_however_long_they_are() -> None:
    long = tuple((f"{number} {'really ' * 40}?", "And why? " * 20) for number in range(10))
    words = words_of(draw_prep_sheet(replace(SHEET, questions=long)).svg)
    assert all(f" {number} really" in words for number in range(10))
    assert "Thank them" not in words


def test_pictograms_that_the_font_does_not_have_are_left_out_and_letters_stay() -> None:
    assert drawable("Ana 🌟\x00\ud800!") == "Ana !"
    assert drawable("مريم Ольга שלום 東京\n") == "مريم Ольга שלום 東京\n"
    assert not needs_other_fonts("مريم Ольга שלום Ärztin’s")
    assert needs_other_fonts("東京")


def test_lines_are_as_wide_as_they_may_be_and_a_long_word_is_cut() -> None:
    lines = wrap(f"one two {'x' * 200} three", 300, 20)
    assert "".join(lines).replace(" ", "") == f"onetwo{'x' * 200}three"
    assert all(font().width(line, 20) <= 300 for line in lines)
    assert wrap("", 300, 20) == []


def test_the_font_comes_with_its_licence() -> None:
    assert all((file.parent / "LICENSE_DEJAVU").is_file() for file in FILES)
    assert sum(file.stat().st_size for file in FILES) < 1_500_000


async def test_the_picture_is_a_page_with_ink_on_it() -> None:
    names = replace(SHEET, title="Your talk with مريم الفاسي & Ольга O’Hara <b>")
    drawn = draw_prep_sheet(names)
    png = await Rasteriser().png(drawn.svg, with_system_fonts=drawn.needs_other_fonts)
    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
        dark = sum(picture.convert("L").histogram()[:128])
    assert 30_000 < dark < 300_000


async def test_a_picture_that_cannot_be_drawn_says_so() -> None:
    with pytest.raises(UserError, match="could not be drawn"):
        await Rasteriser().png("this is no picture")


async def test_a_machine_that_starts_no_process_says_so_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/there/is/no/python")
    with pytest.raises(UserError, match="could not be drawn"):
        await Rasteriser().png("<svg/>")

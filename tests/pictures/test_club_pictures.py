"""Boards, reports and badges: readable on a phone, in any script, and nothing typed is markup."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.club.drawing import badge_texts
from bot.pictures.badge_sheet import BadgeText, describe_badges, draw_badges
from bot.pictures.board import (
    BoardRow,
    BoardText,
    describe_board,
    draw_board,
    read_board_text,
)
from bot.pictures.fonts import font
from bot.pictures.rasterising import Rasteriser
from bot.pictures.report import ReportText, describe_report, draw_report
from bot.pictures.screen import DARK, LIGHT, MARGIN, WIDTH, Drawn, Theme

SVG = "{http://www.w3.org/2000/svg}"
TYPED = st.text(max_size=200)
NAMES = ("Curious Otter", "Ольга Смирнова", "مريم الفاسي", "東京 さくら", "Ελένη Παπά")
PLAIN = {
    "title": "Five talks in thirty days",
    "club": "Career Club",
    "shape": "members",
    "lines": [[1, "Curious Otter", 12, None], [1, "Ольга", 12, "2026-03-08"], [3, "Bob", 4, None]],
    "points": 28,
    "goal": None,
    "reached": 0.0,
    "members": 20,
    "hidden": 2,
    "is_final": False,
}
BOARD = read_board_text(PLAIN)
STEPS = tuple((name, "under 5", "what it means") for name in ("Asked", "Answered", "Talked"))
REPORT = ReportText(
    "Five talks", "Career Club", ("Self-reported by members.",), STEPS, question="How ready?"
)
BADGES = (BadgeText("First talk", "You talked.", 1, 1), BadgeText("Ten talks", "Ten did.", 4, 10))


def texts_of(drawn: Drawn) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(drawn.svg).iter(f"{SVG}text"))  # noqa: S314 - our own


def words_of(drawn: Drawn) -> str:
    return " ".join(one.text or "" for one in texts_of(drawn))


def stays_inside(drawn: Drawn) -> bool:
    """Tell whether no text leaves the picture, nor stands on another one's line."""
    height = float(ElementTree.fromstring(drawn.svg).get("height", 0))  # noqa: S314 - our own
    for one in texts_of(drawn):
        measure = font(is_bold=one.get("font-weight") == "700")
        wide = measure.width(one.text or "", float(one.get("font-size", 0)))
        x, anchor = float(one.get("x", 0)), one.get("text-anchor", "start")
        left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[anchor]
        if left < MARGIN - 15 or left + wide > WIDTH - MARGIN + 15:
            return False
        if float(one.get("y", 0)) > height:
            return False
    return True


def many(count: int) -> tuple[BoardRow, ...]:
    return tuple(BoardRow(n + 1, NAMES[n % 5] * (n + 1), 300 - n, "") for n in range(count))


def test_a_board_says_who_stands_where_and_who_else_takes_part() -> None:
    words = words_of(draw_board(BOARD))
    for part in ("Career Club", "Five talks in thirty days", "since 8 March", "12", "Bob"):
        assert part in words
    assert "20 take part · 15 more on the next pages · 2 unseen" in words


def test_a_member_who_has_left_is_marked() -> None:
    left = {**PLAIN, "lines": [[1, "Bob", 4, None, True]]}
    assert "has left" in words_of(draw_board(read_board_text(left)))
    assert "Bob, 4 (has left)" in describe_board(read_board_text(left))


@pytest.mark.parametrize(
    ("points", "said"), [(63, "63 % of the way"), (100, "The goal is reached")]
)
def test_a_club_sees_how_far_it_is_towards_its_goal(points: int, said: str) -> None:
    board = replace(BOARD, shape="club", rows=(), points=points, goal=100, reached=points / 100)
    assert said in words_of(draw_board(board))
    assert f"{points} of 100, by 20 of us" in describe_board(board)


@pytest.mark.parametrize("count", [0, 3, 10])
@pytest.mark.parametrize("members", [3, 20, 200])
def test_long_names_in_five_scripts_stay_in_their_line(count: int, members: int) -> None:
    assert stays_inside(draw_board(replace(BOARD, rows=many(count), members=members)))


@settings(max_examples=40, deadline=None)
@given(TYPED, TYPED, st.lists(TYPED, max_size=10), st.floats(0, 99999))
def test_whatever_was_typed_is_text_and_stays_in_the_picture(title, club, names, points) -> None:
    rows = tuple(BoardRow(1, name, round(points, 1), "since 30 September") for name in names)
    drawn = draw_board(replace(BOARD, title=title, club=club, rows=rows))
    root = ElementTree.fromstring(drawn.svg)  # noqa: S314 - our own
    assert {one.tag for one in root.iter()} <= {f"{SVG}svg", f"{SVG}rect", f"{SVG}text"}
    assert stays_inside(drawn)


def test_a_name_that_turns_the_line_around_turns_nothing() -> None:
    drawn = draw_board(replace(BOARD, rows=(BoardRow(1, "Bob\u202egnp.exe", 4),)))
    assert "\u202e" not in drawn.svg


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_everything_stands_out_by_lightness_alone(theme: Theme) -> None:
    assert _contrast(theme.ink, theme.ground) >= 7
    assert _contrast(theme.ink, theme.panel) >= 7
    assert _contrast(theme.faint, theme.ground) >= 4.5
    assert _contrast(theme.faint, theme.panel) >= 4.5
    assert _contrast(theme.on_accent, theme.accent) >= 4.5
    assert _contrast(theme.accent, theme.track) >= 3


def test_a_report_has_its_source_on_top_its_meanings_below_and_the_answers() -> None:
    full = replace(
        REPORT,
        weeks=tuple((f"{n} March", ("12", "under 5", "7")) for n in range(1, 16)),
        teams=(("A team with a name that is far too long for its column", ("1", "2", "3")),),
        answers=(("At the start", 1.9, 8), ("At the end", 4.6, 8)),
    )
    drawn = draw_report(full)
    words = words_of(drawn)
    assert words.index("Self-reported") < words.index("By week") < words.index("what it means")
    assert "and 3 more in the file" in words
    assert "At the end, 8 answered 4.6 of 5" in words
    assert stays_inside(drawn)
    assert "At the start 1.9 of 5, 8 answered." in describe_report(full)
    assert "By week" not in words_of(draw_report(REPORT))
    assert "Asked: under 5" in describe_report(REPORT)


def test_a_badge_is_told_by_its_sign_and_the_earned_ones_come_first() -> None:
    words = words_of(draw_badges(BADGES[::-1], DARK))
    assert words.index("✓") < words.index("First talk") < words.index("4/10")
    assert "1 of 2 earned" in words
    assert describe_badges(BADGES) == "Badges. First talk: earned; Ten talks: 4 of 10."
    assert badge_texts(()) == ()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("club", ["Career Club", "Карьерный клуб " * 12, "<b>&"])
def test_a_sheet_of_badges_begins_with_the_club(club: str, theme: Theme) -> None:
    drawn = draw_badges(BADGES, theme, club=club)
    assert words_of(drawn).startswith(club[:4])
    assert stays_inside(drawn)
    assert describe_badges(BADGES, club="Career Club").startswith("Career Club: Badges. First")


def test_without_a_club_nothing_stands_in_its_place() -> None:
    assert words_of(draw_badges(BADGES)).startswith("Badges")
    assert draw_badges(BADGES, club=" ").svg == draw_badges(BADGES).svg


@pytest.mark.parametrize("theme", [LIGHT, DARK])
async def test_each_is_drawn_at_the_width_of_a_phone(theme: Theme) -> None:
    rows = tuple(BoardRow(n + 1, NAMES[n % 5], 40 - n) for n in range(10))
    for drawn in (
        draw_board(replace(BOARD, rows=rows, title="<b>& “all”"), theme),
        draw_report(REPORT, theme),
        draw_badges(BADGES, theme),
    ):
        png = await Rasteriser().png(drawn.svg)
        with Image.open(io.BytesIO(png)) as picture:
            assert picture.width == WIDTH
            assert picture.height < 1500
            assert len(set(picture.convert("L").resize((90, 90)).tobytes())) > 20


@pytest.mark.parametrize(
    ("title", "aloud"),
    [
        ("Five talks", "Five talks. "),
        ("Who else should I talk to?", "Who else should I talk to? "),
        ("Ask away!", "Ask away! "),
        ("Five talks. ", "Five talks. "),
        ("One more…", "One more… "),
        ("誰と話す？", "誰と話す？ "),
    ],
)
def test_a_title_read_aloud_ends_with_one_mark(title: str, aloud: str) -> None:
    so_far = f"{aloud}The board so far · points. 1. Curious Otter"
    assert describe_board(replace(BOARD, title=title)).startswith(f"Career Club: {so_far}")
    assert describe_board(replace(BOARD, title=title, club="")).startswith(so_far)
    words = describe_report(replace(REPORT, title=title))
    assert words.startswith(f"{aloud}Self-reported by members.")


def test_a_board_read_aloud_fits_the_field_for_it() -> None:
    long = replace(BOARD, rows=tuple(BoardRow(n, "x" * 150, 1) for n in range(10)))
    assert len(describe_board(long)) <= 1024
    assert isinstance(BOARD, BoardText)

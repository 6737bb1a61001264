"""Where a member stands is read out of how they put it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import STAGES
from bot.rules.standing import standing_in


@pytest.mark.parametrize(
    ("line", "stage"),
    [
        ("a second-year biology student", "first_years"),
        ("First year, undeclared", "first_years"),
        ("college freshman who likes maps", "first_years"),
        ("sophomore in economics", "first_years"),
        ("a high school student", "first_years"),
        ("a final-year nursing student", "final_year"),
        ("senior at State, majoring in history", "final_year"),
        ("graduating in May with a degree in design", "final_year"),
        ("Master's student in data science", "final_year"),
        ("a former teacher who learns to code", "career_changer"),
        ("career changer from retail", "career_changer"),
        ("first-year law student after ten years in banking", "career_changer"),
        ("a biology student", ""),
        ("senior manager who likes tea", ""),
        ("", ""),
    ],
)
def test_a_line_says_where_somebody_stands(line: str, stage: str) -> None:
    assert standing_in(line) == stage


@given(st.text())
def test_any_text_gives_a_stage_or_none(line: str) -> None:
    assert standing_in(line) in ("", *STAGES)

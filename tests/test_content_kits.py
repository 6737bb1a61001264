"""The ready-made challenges are sound, and read like a person wrote them."""

from __future__ import annotations

import re

import pytest

from bot.content import Kit, load
from bot.rules.scoring import Measure, check_terms

CONTENT = load()
KITS = list(CONTENT.kits.values())
JARGON = ("leverage", "engage", "stakeholder", "synerg", "metric", "kpi", "cohort", "outreach")


LENGTH = re.compile(
    r"this month|hundred|\b(?:one|two|three|four|five|six|\w+ty|\d+) (?:days?|weeks?|months?)\b",
    re.I,
)
OF_A_RULE = {"three days", "six weeks"}  # a thank-you within three (R41), a line after six (R44)


def texts(kit: Kit) -> list[str]:
    return [kit.announcement, *kit.weeks, kit.half, kit.last, kit.close]


def test_there_are_kits_for_each_thing_that_the_guides_teach_and_for_teams_and_the_whole_club():
    assert len(KITS) >= 8
    counted = {term.measure for kit in KITS for term in kit.terms}
    assert counted >= set(Measure) - {Measure.ASKED}
    assert {kit.shape for kit in KITS} == {"members", "teams", "club"}
    assert len({kit.title for kit in KITS}) == len(KITS)


def test_no_kit_counts_requests_so_nobody_gets_thirty_identical_letters():
    assert [kit.id for kit in KITS for term in kit.terms if term.measure is Measure.ASKED] == []


@pytest.mark.parametrize("kit", KITS, ids=lambda kit: kit.id)
def test_a_kit_is_sound(kit: Kit):
    check_terms(kit.scoring)
    assert (kit.goal > 0) == (kit.shape == "club")
    assert all(term.most for term in kit.terms), "without a limit the busiest always wins"


@pytest.mark.parametrize("kit", KITS, ids=lambda kit: kit.id)
def test_a_kit_speaks_plainly_and_fits_in_a_post(kit: Kit):
    assert len(kit.announcement) <= 600
    for text in texts(kit):
        assert len(text) >= 20
        assert text[-1] in ".?", text
        assert not re.search(r"[*_`<>{}#]", text), text
        assert not any(word in text.casefold() for word in JARGON), text
    assert all(len(text) <= 160 for text in texts(kit)[1:])
    assert kit.week(1) == kit.weeks[0] == kit.week(1 + len(kit.weeks))


@pytest.mark.parametrize("kit", KITS, ids=lambda kit: kit.id)
def test_a_kit_says_nothing_that_another_length_or_goal_makes_untrue(kit: Kit):
    for text in texts(kit):
        assert {found.casefold() for found in LENGTH.findall(text)} <= OF_A_RULE, text

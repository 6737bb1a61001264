"""Whatever a card shows, Discord takes it: two parts of one message never have the same id."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.presses import Press, link, menu, read
from cogs._ui.cards import Card, Item, Menu, buttons, layout
from tests.cogs.playing import Club, Player, labels_of, menus_of, text_of, walk
from tests.cogs.question_sets import pick

_ROSA = "abcdefghij234"
_FEW = [  # few enough that most cards would have two of a kind
    Press("c", _ROSA, "open", "Open"),
    Press("c", _ROSA, "open", "Card", "primary", "2"),
    Press("c", _ROSA, "log", "Yes", arg="yes"),
    menu("today", "Today"),
    menu("people", "More", arg="1.ASKED.@x"),
    Press("x", _ROSA, "undo", "Undo"),
    Press("m", "-", "keep", "Keep in my DM"),
    link("Calendar", "https://example.org"),
]
_MENU_OF = [
    Menu(press, tuple((value, "Label", "") for value in values), "Pick", ticked)
    for press in _FEW[:2]
    for values, ticked in (("a", None), ("abca" * 9, None), ("abb", frozenset("b")))
]
_ITEM_OF = [Item("A line", press) for press in _FEW]


def _in_rows(presses: list[Press]) -> tuple[tuple[Press, ...], ...]:
    return tuple(tuple(presses[at : at + 3]) for at in range(0, len(presses), 3))


_ROWS = st.lists(st.sampled_from(_FEW), max_size=9).map(_in_rows)
_ITEMS = st.lists(st.sampled_from(_ITEM_OF), max_size=4).map(tuple)
_MENUS = st.lists(st.sampled_from(_MENU_OF), max_size=2).map(tuple)
_CARDS = st.builds(
    Card,
    st.just("Text"),
    rows=_ROWS,
    items=_ITEMS,
    menus=_MENUS,
    change=st.sampled_from(["", _ROSA]),
    keep=st.booleans(),
)


def ids_of(view: Any) -> list[str]:
    return [part["custom_id"] for part in walk(view.to_components()) if part.get("custom_id")]


@given(_CARDS, st.booleans())
def test_a_cards_ids_differ_and_mean_what_they_meant(card: Card, private: bool) -> None:
    view = layout(card, private=private)
    found = ids_of(view)
    assert len(found) == len(set(found))
    drawn = [one.press for one in (*card.items, *card.menus)]
    drawn += [press for row in card.rows for press in row]
    meant = [replace(press, label="", style="secondary") for press in drawn if not press.url]
    assert [read(one) for one in found][: len(meant)] == meant
    for part in walk(view.to_components()):
        values = [option["value"] for option in part.get("options", ())]
        assert len(values) == len(set(values))


@given(_ROWS)
def test_a_plain_messages_ids_differ_too(rows: tuple[tuple[Press, ...], ...]) -> None:
    found = ids_of(buttons(rows))
    assert len(found) == len(set(found))


async def test_a_second_button_of_one_kind_does_the_same(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    late = await ana.slash("interview done", contact="rosa", when="Feb 20 3pm")
    await ana.fill(late, {})
    await ana.slash("interview schedule", contact="rosa", when="tomorrow 3pm")
    today = await ana.slash("today")
    assert today.labels.count("Open") == 2
    second = [part["custom_id"] for part in walk(today.message.components) if _is_open(part)][1]
    opened = await ana.actor.click(today.message, custom_id=second)
    assert "Rosa Vega" in str(opened.response.components)


async def test_two_talks_with_one_person_fit_into_today(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="tomorrow 3pm")
    asked = await ana.slash("interview schedule", contact="rosa", when="Mar 5 11am")
    await ana.press(asked, "Another talk")
    today = await ana.slash("today")
    assert today.text.count("Prepare for Rosa") == 2
    await club.pass_time(datetime(2026, 3, 5, 12, 0, tzinfo=UTC))
    assert "Next best step" in (await ana.slash("today")).text
    assert "What I will remind you of" in (await ana.slash("reminders")).text


async def test_what_is_kept_in_the_dm_is_the_whole_card(club: Club, ana: Player) -> None:
    for name in ("Rosa Vega", "Tom Hill"):
        await ana.slash("contact add", name=name)
        await ana.fill(await ana.slash("interview done", contact=name), {})
    await ana.slash("contact add", name="Mia Ott")
    today = await ana.slash("today")
    assert today.labels.count("Open") == 2
    await ana.press(today, "Keep in my DM")
    assert text_of(ana.dm) == today.text
    assert labels_of(ana.dm) == [label for label in today.labels if label != "Keep in my DM"]
    opened = await club.in_dm(ana).press(ana.dm, "Open")
    assert "Today you talked to" in opened.text


async def test_menus_are_kept_in_the_dm_and_still_work(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    shown = await ana.slash("questions", contact="Rosa")
    await ana.press(shown, "Keep in my DM")
    assert menus_of(ana.dm) == menus_of(shown.message)
    picked = await pick(club.in_dm(ana), ana.dm, 2)
    assert "Swap" in picked.labels


def _is_open(part: dict[str, Any]) -> bool:
    return part.get("label") == "Open"

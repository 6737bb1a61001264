from __future__ import annotations

import csv
import io

import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.exchange.columns import guess_columns
from bot.exchange.outgoing import GUARDED, guarded, write_address_cards, write_spreadsheet
from bot.exchange.people import people_in, unguarded
from bot.exchange.reading import read_table
from bot.notebook.contacts import FIELD_LENGTHS
from bot.rules.plain import is_blank

COLUMNS = tuple(FIELD_LENGTHS)
ROSA = {
    "name": "Rosa Vega-Núñez",
    "role": "Head nurse; ward 3",
    "organization": "Blue, River & Co",
    "email": "rosa@example.org",
    "phone": "+1 555 0100",
    "linkedin": "linkedin.com/in/rosa,vega",
    "address": "1 Main St, Springfield",
    "notes": "Likes tea\nKnows \\ everybody 😀 " + "and says so, " * 12 + "too",
}


def read_back(data: bytes) -> list[dict[str, str]]:
    table = read_table(data)
    found = people_in(table.rows, guess_columns(table.columns), FIELD_LENGTHS)
    assert found.unreadable == ()
    return [person.values for person in found.rows]


def test_what_a_spreadsheet_would_run_is_guarded_and_comes_back_as_it_was():
    for sign in GUARDED:
        text = f"{sign}SUM(A1)"
        assert guarded(text) == f"'{text}"
        assert unguarded(guarded(text)) == text
    assert guarded("Rosa") == "Rosa"
    assert guarded("") == ""


@given(st.text())
def test_the_guard_is_taken_off_exactly(text: str):
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in GUARDED - {"'"}


def test_a_table_comes_back_as_it_was_and_holds_no_formula():
    sly = {"name": "=cmd|' /C calc'!A0", "notes": "@SUM(1)\n+2", "phone": "+1 555 0100"}
    data = write_spreadsheet([ROSA, sly], COLUMNS)
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in GUARDED - {"'"}]
    assert read_table(data).kind == "Rapport"
    assert read_back(data) == [ROSA, sly]


_LINE = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf")),
    min_size=1,
    max_size=40,
).filter(lambda text: not is_blank(text))


def test_a_note_that_speaks_of_cards_leaves_a_table_a_table():
    people = [{"name": "Rosa", "notes": "BEGIN:VCARD"}]
    assert read_back(write_spreadsheet(people, COLUMNS)) == people


@settings(max_examples=100)
@given(st.lists(st.fixed_dictionaries({"name": _LINE, "organization": _LINE, "notes": _LINE})))
def test_any_people_come_back_from_a_table(people: list[dict[str, str]]):
    if people:
        assert read_back(write_spreadsheet(people, COLUMNS)) == people


def test_cards_are_read_by_another_program_too():
    data = write_address_cards([ROSA, {"name": "Leo"}])
    assert data.decode().startswith("BEGIN:VCARD\r\nVERSION:4.0\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    rosa, leo = vobject.readComponents(data.decode())
    assert (rosa.fn.value, leo.fn.value) == ("Rosa Vega-Núñez", "Leo")
    assert rosa.org.value == ["Blue, River & Co"]
    assert rosa.title.value == "Head nurse; ward 3"
    assert rosa.note.value == ROSA["notes"]
    assert rosa.tel.value == "+1 555 0100"
    assert rosa.url.value == "https://linkedin.com/in/rosa%2Cvega"
    assert rosa.adr.value.street == "1 Main St, Springfield"


def test_our_own_reader_takes_the_cards_back():
    (rosa,) = read_back(write_address_cards([ROSA]))
    assert rosa["notes"] == ROSA["notes"].strip()
    assert {name: rosa[name] for name in ("name", "role", "organization", "email", "phone")} == {
        name: ROSA[name] for name in ("name", "role", "organization", "email", "phone")
    }


@settings(max_examples=100)
@given(_LINE, st.text(max_size=200))
def test_no_name_and_no_note_breaks_out_of_its_card(name: str, note: str):
    data = write_address_cards([{"name": name, "notes": note}, {"name": "Leo"}])
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    assert [line for line in lines if line.upper().startswith("BEGIN:")] == ["BEGIN:VCARD"] * 2
    assert {line.partition(":")[0] for line in lines} <= {
        *("BEGIN", "VERSION", "FN", "N", "NOTE", "END", "")
    }

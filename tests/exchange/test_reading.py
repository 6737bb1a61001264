from __future__ import annotations

import csv
import io
import time
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.exchange import Incoming, guess_columns, people_in, read_table
from bot.exchange.people import read_day
from bot.notebook.contacts import FIELD_LENGTHS
from bot.notebook.importing.own_words import LENGTHS
from bot.rules.plain import is_blank, straight
from tests.exchange import uploads as up


def read(data: bytes | str, columns: dict[str, list[int]] | None = None) -> Incoming:
    table = read_table(data.encode() if isinstance(data, str) else data)
    read_as = columns or guess_columns(table.columns)
    found = people_in(table.rows, read_as, FIELD_LENGTHS)
    return Incoming(found.rows, (*table.unreadable, *found.unreadable), found.shortened)


def values(data: bytes | str) -> list[dict[str, str]]:
    return [person.values for person in read(data).rows]


def test_linkedins_list_is_found_under_its_preamble():
    assert read_table(up.LINKEDIN.encode()).kind == "LinkedIn"
    rosa, jose, mia = values(up.LINKEDIN)
    assert rosa == {
        "name": "Rosa Vega",
        "linkedin": "https://www.linkedin.com/in/rosa-vega",
        "organization": "Mercy Hospital",
        "role": "Head Nurse",
        "how_known": "On LinkedIn, since 4 March 2026",
    }
    assert jose["name"] == "José Núñez, PhD"
    assert jose["organization"] == "Blue, River & Co"
    assert jose["email"] == "jose@example.org"
    assert mia["name"] == "Mia"


def test_a_row_without_a_name_is_named_by_number_and_reason():
    assert read(up.LINKEDIN).unreadable == ((9, "there is no name"),)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Name,Labels\nRosa,* myContacts ::: Alumni ::: * friends", "Alumni, friends"),
        ("Name,Group Membership\nRosa,Fair 2026 ::: * My Contacts", "Fair 2026"),
        ("Name,Categories\nRosa,Alumni;Nursing", "Alumni;Nursing"),
        ('Name,Tags\nRosa,"alumni, nursing"', "alumni, nursing"),
        ("Name,Labels\nRosa,* myContacts", None),
    ],
)
def test_labels_of_others_are_tags(text: str, tags: str | None):
    table = read_table(text.encode())
    found = people_in(table.rows, guess_columns(table.columns), LENGTHS)
    assert [one.values.get("tags") for one in found.rows] == [tags]


@pytest.mark.parametrize(
    "data",
    [
        "\ufeff" + up.LINKEDIN,
        up.LINKEDIN.replace("\n", "\r\n"),
        up.LINKEDIN.replace("\n", "\r"),
        up.LINKEDIN.encode("utf-16"),
        up.LINKEDIN.encode("cp1252"),
        up.LINKEDIN.encode("latin-1"),
        up.LINKEDIN[up.LINKEDIN.index("First") :],
        up.LINKEDIN.replace(",", ";").replace('"Blue; River & Co"', '"Blue, River & Co"'),
        up.zipped(("Basic/Profile.csv", b"a,b"), ("Basic/Connections.csv", up.LINKEDIN.encode())),
        up.gzipped(up.LINKEDIN.encode()),
    ],
)
def test_linkedins_list_is_read_however_it_was_saved(data: bytes | str):
    names = [person["name"].replace(";", ",") for person in values(data)]
    assert names == ["Rosa Vega", "José Núñez, PhD", "Mia"]


def test_an_old_list_of_linkedins_has_no_addresses_of_profiles():
    (rosa,) = values(up.OLD_LINKEDIN)
    assert "linkedin" not in rosa
    assert rosa["how_known"] == "On LinkedIn, since 4 March 2019"
    assert rosa["email"] == "rosa@example.org"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("04 Mar 2026", "2026-03-04"),
        ("3/4/26, 10:23 AM", "2026-03-04"),
        ("2026-03-04", "2026-03-04"),
        ("31 Feb 2026", "None"),
        ("soon", "None"),
    ],
)
def test_a_day_is_read_in_both_of_linkedins_shapes(text: str, day: str):
    assert str(read_day(text)) == day


def test_googles_lists_are_read_old_and_new():
    (old,) = values(up.OLD_GOOGLE)
    assert old == {
        "name": "Rosa Vega",
        "notes": "Met at the fair\nLikes tea",
        "email": "rosa@example.org",
        "phone": "+1 555 0100",
        "address": "1 Main St Springfield",
        "organization": "Mercy",
        "role": "Nurse",
        "linkedin": "https://www.linkedin.com/in/rosa",
    }
    (new,) = values(up.GOOGLE)
    assert new == {
        "name": "Rosa M. Vega",
        "organization": "Mercy",
        "role": "Nurse",
        "email": "rosa@example.org",
    }
    assert read_table(up.GOOGLE.encode()).kind == "Google"


def test_outlooks_list_is_read():
    assert read_table(up.OUTLOOK.encode()).kind == "Outlook"
    assert values(up.OUTLOOK) == [
        {
            "name": "Rosa Vega",
            "organization": "Mercy",
            "role": "Nurse",
            "email": "rosa@example.org",
            "phone": "555 0100",
        }
    ]


def test_long_cells_at_the_top_are_read_whole():
    notes = "Met at the fair.\n" * 3_000
    data = "name,company,notes\n" + f'Rosa,Mercy,"{notes}"\nLeo,X,"{notes}"\nMia,Y,"{notes}"\n'
    assert [one["name"] for one in values(data)] == ["Rosa", "Leo", "Mia"]


def test_the_title_that_outlook_puts_before_a_name_is_no_job():
    head = "First Name,Last Name,Title,E-mail Address,Job Title,Company,Business Phone\n"
    (olaf,) = values(f"{head}Olaf,Holt,Dr.,olaf@example.org,Manager,Northwind,\n")
    assert olaf["role"] == "Manager"
    (mia,) = values(f"{head}Mia,Holt,Dr.,mia@example.org,,Northwind,\n")
    assert "role" not in mia
    (rosa,) = values("Name,Title,Company\nRosa,Nurse,Mercy\n")
    assert rosa["role"] == "Nurse"


def test_our_own_table_comes_back_without_the_guard_against_formulas():
    assert read_table(up.OURS.encode()).kind == "Rapport"
    (rosa,) = values(up.OURS)
    assert rosa["phone"] == "+1 555 0100"
    assert rosa["notes"] == "=SUM(A1)"
    assert rosa["school"] == "State"
    assert rosa["connection"] == "family"


def test_anybodys_table_is_read_by_what_its_columns_are_said_to_be():
    table = read_table(up.OTHERS.encode())
    assert table.kind == "CSV"
    assert table.columns == ("Person", "Employer", "What do they do")
    found = read(up.OTHERS, {"name": [0], "organization": [1], "role": [2]})
    assert [row.values["role"] for row in found.rows] == ["Nurse", "Editor"]


@pytest.mark.parametrize(
    "head",
    ["Name;Vorname;Firma", "Vorname;Name;Firma", "Vorname;Nachname;Firma", "PRÉNOM;NOM;Firma"],
)
def test_name_beside_a_first_name_is_the_family_name(head: str):
    row = "Müller;Jörg;Nord" if head.startswith("Name") else "Jörg;Müller;Nord"
    assert values(f"{head}\n{row}\n") == [{"name": "Jörg Müller", "organization": "Nord"}]


def test_a_whole_name_beside_its_parts_is_taken_whole():
    (rosa,) = values("Name,First Name,Company\nRosa Vega,Rosa,Mercy\n")
    assert rosa["name"] == "Rosa Vega"
    (mia,) = values("Full name,Vorname,Nachname\nMia Holt,Mia,Holt\n")
    assert mia["name"] == "Mia Holt"


def test_a_table_without_headings_loses_nobody():
    data = "Rosa Vega,Nurse,rosa@example.org\nLeo Bauer,Editor,leo@example.org\n"
    table = read_table(data.encode())
    assert table.columns == ("Column 1: Rosa Vega", "Column 2: Nurse", "Column 3: rosa@example.org")
    found = read(data, {"name": [0], "role": [1], "email": [2]})
    assert [row.values["name"] for row in found.rows] == ["Rosa Vega", "Leo Bauer"]
    assert [row.number for row in found.rows] == [1, 2]


@pytest.mark.parametrize(
    "head",
    [
        "Vorname;Weitere Vornamen;Nachname;Firma;Position;E-Mail-Adresse;Mobiltelefon",
        "Vorname;Weitere Vornamen;Nachname;Unternehmen;Position;E-Mail;Telefon geschäftlich",
        "Prénom;Deuxième prénom;Nom;Société;Poste;Adresse de messagerie;Téléphone mobile",
        "Prénom;Deuxième prénom;Nom;Entreprise;Fonction;Adresse e-mail;Téléphone",
        "Nombre;Segundo nombre;Apellidos;Compañía;Puesto;Dirección de correo electrónico;Móvil",
        "Nombre;Segundo nombre;Apellidos;Organización;Cargo;Correo;Teléfono móvil",
    ],
)
def test_the_headings_of_german_french_and_spanish_address_books_are_known(head: str):
    assert values(f"{head}\nRosa;Maria;Vega;Mercy;Nurse;rosa@example.org;555 0100\n") == [
        {
            "name": "Rosa Maria Vega",
            "organization": "Mercy",
            "role": "Nurse",
            "email": "rosa@example.org",
            "phone": "555 0100",
        }
    ]


def test_our_own_export_gives_its_people_but_for_those_removed():
    found = read(up.NOTEBOOK)
    assert [row.values for row in found.rows] == [{"name": "Rosa Vega", "role": "Nurse"}]
    assert found.unreadable == ((3, "it is not a person as I write them"),)


def test_address_cards_of_all_three_versions_are_read():
    jose, rosa, amara = values(up.CARD_21 + up.CARD_30 + up.CARD_40)
    assert jose == {
        "name": "José Núñez",
        "organization": "Mercy, Ward 3",
        "role": "Nurse",
        "email": "jose@example.org",
        "phone": "555 0100",
        "notes": "Likes tea",
    }
    assert rosa == {
        "name": "Rosa Vega",
        "organization": "Mercy Hospital",
        "email": "rosa@example.org",
        "phone": "+1 555 0100",
        "linkedin": "https://www.linkedin.com/in/rosa",
        "address": "1 Main St, Springfield, IL, 62701, USA",
        "notes": "Met at the fair, likes tea",
    }
    assert amara["phone"] == "+1-555-0102"
    assert amara["linkedin"] == "https://www.linkedin.com/in/amara"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_address_cards_are_read_with_any_line_ends_and_a_mark_before_them(end: str):
    text = "\ufeff" + up.CARD_30.replace("\n", end)
    assert values(text)[0]["name"] == "Rosa Vega"


def test_a_card_that_never_ends_spoils_none_of_the_others():
    endless = "BEGIN:VCARD\nVERSION:3.0\nFN:Tom\n" + "NOTE:on and on\n" * 2000
    found = read(endless + up.CARD_40 + endless)
    assert [row.values["name"] for row in found.rows] == ["Amara Okafor"]
    assert [one.reason for one in found.unreadable] == ["the card never ends"] * 2


@pytest.mark.parametrize(
    "data",
    [
        b"".join(f"\ufeff{card}".encode() for card in (up.CARD_21, up.CARD_30, up.CARD_40)),
        up.zipped(
            ("cards/Jose.vcf", up.CARD_21.encode()),
            ("cards/._Rosa.vcf", b"\0\5\x16\7"),
            ("cards/Rosa.vcf", f"\ufeff{up.CARD_30}".encode().rstrip()),
            ("cards/AMARA.VCF", up.CARD_40.encode()),
        ),
    ],
    ids=["one after the other", "packed"],
)
def test_single_cards_that_were_put_together_are_all_read(data: bytes):
    names = [person["name"] for person in values(data)]
    assert names == ["José Núñez", "Rosa Vega", "Amara Okafor"]


def test_packed_cards_are_a_bomb_together_as_one_is():
    data = up.zipped(*((f"{number}.vcf", bytes(3_000_000)) for number in range(5)))
    with pytest.raises(UserError, match="far larger"):
        read(data)


def test_a_list_of_addresses_among_the_cards_is_no_person():
    groups = "".join(
        f"BEGIN:VCARD\nVERSION:3.0\nFN:Friends\n{kind}\nEND:VCARD\n"
        for kind in ("X-ADDRESSBOOKSERVER-KIND:group", "KIND:GROUP")
    )
    found = read(groups + up.CARD_30)
    assert [row.values["name"] for row in found.rows] == ["Rosa Vega"]
    assert {one.reason for one in found.unreadable} == {"it is a list of people, not a person"}


def test_a_line_in_another_alphabet_spoils_no_other_line():
    head, jose, mia = "name,company\n", "José Núñez,Blue\n", "Mia Müller,Mercy\n"
    mixed = head.encode() + jose.encode() + mia.encode("cp1252")
    assert [person["name"] for person in values(mixed)] == ["José Núñez", "Mia Müller"]
    cut_short = mixed + "Łukasz Żak,Über".encode()[:-3]
    assert values(cut_short)[0]["name"] == "José Núñez"


HOSTILE = [
    "FN;" + "a=b;" * 9000 + ":x",
    "FN;" + "a=b;" * 9000,
    'FN;A="' + '"' * 39_000,
    "FN;" + "^n" * 19_000 + ":x",
    "a." * 19_000 + "FN:x",
    "N:" + ";" * 39_000,
    "ADR:" + "\\," * 19_000,
    "NOTE:" + "\\" * 39_000,
    "NOTE;ENCODING=QUOTED-PRINTABLE:" + "=\n" * 19_000,
    "NOTE:x\n" + " y\n" * 19_000,
    "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=nonsense:=C3",
    "PHOTO:" + "A" * 900_000,
    "A" * 900_000,
    "EMAIL:" + "a" * 39_000,
    "URL:" + "a" * 39_000,
    "URL:" + "linkedin." * 4_300,
]


@pytest.mark.parametrize("line", HOSTILE, ids=lambda line: line[:12])
def test_no_line_of_a_card_keeps_the_reader_busy(line: str):
    start = time.process_time()
    found = read(f"BEGIN:VCARD\n{line}\nFN:Rosa\nEND:VCARD\n" + up.CARD_40)
    assert time.process_time() - start < 1
    assert found.rows[-1].values["name"] == "Amara Okafor"


@pytest.mark.parametrize("column", ["email", "website"])
@pytest.mark.parametrize("cell", ["a" * 99_000, "linkedin." * 11_000], ids=["letters", "dots"])
def test_no_cell_of_a_table_keeps_the_reader_busy(column: str, cell: str):
    start = time.process_time()
    found = read(f"name,{column}\nRosa,{cell}\nMia,x\n")
    assert time.process_time() - start < 1
    assert [person.values["name"] for person in found.rows] == ["Rosa", "Mia"]


@pytest.mark.parametrize("card", [up.CARD_21, up.CARD_30, up.CARD_40], ids=["2.1", "3.0", "4.0"])
def test_a_card_is_read_as_another_reader_reads_it(card: str):
    other: Any = vobject.readOne(card)
    (mine,) = values(card)
    assert mine["name"] == other.fn.value
    assert mine["email"] == other.email.value
    assert mine["phone"] == other.tel.value.removeprefix("tel:")


@pytest.mark.parametrize(
    "cell",
    [
        "rosa@example.org;r@example.org",
        "rosa@example.org, r@example.org",
        "rosa@example.org|r@example.org",
        "mailto:rosa@example.org?subject=Hello",
        "MAILTO:rosa@example.org",
        "Rosa Vega <rosa@example.org>",
        "'rosa@example.org'",
        "(rosa@example.org)",
        "Write to rosa@example.org.",
    ],
)
def test_of_whatever_stands_around_an_address_only_the_address_is_taken(cell: str):
    (rosa,) = values(f'name,email\nRosa,"{cell}"\n')
    assert rosa["email"] == "rosa@example.org"


def test_an_address_keeps_the_signs_that_an_address_may_have():
    (rosa,) = values("name,email\nRosa,rosa.o'hara+club_1@mail-2.example.org\n")
    assert rosa["email"] == "rosa.o'hara+club_1@mail-2.example.org"


def test_a_field_that_is_too_long_is_cut_and_counted_and_a_name_refused():
    text = f"name,company\nRosa,{'x' * 300}\n{'y' * 300},Mercy\n"
    found = read(text)
    assert found.shortened == 1
    assert len(found.rows[0].values["organization"]) == FIELD_LENGTHS["organization"]
    assert found.unreadable == ((3, "the name has 300 characters, and 100 fit"),)


def test_a_name_of_which_nothing_is_seen_is_none_and_none_turns_the_writing_round():
    found = read("name,company\n\u2800\u2800,Mercy\nRo\u202esa,Mer\u2066cy\n")
    assert found.unreadable == ((2, "there is no name"),)
    assert found.rows[0].values == {"name": "Rosa", "organization": "Mercy"}


def test_a_row_with_nuls_is_refused_and_the_others_are_read():
    filler = "Leo,Northwind\n" * 100
    found = read(f"name,company\n{filler}Ro\0sa,Mercy\nMia,Mercy\n")
    assert len(found.rows) == 101
    assert found.unreadable == ((102, "it holds signs that are no text"),)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \n", "empty"),
        (up.PNG, "a picture"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"a\0b\0c", "no text"),
        (b"x" * 10_000_001, "10 MB"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\x1f\x8b broken", "damaged"),
        (up.zipped(("a.txt", b"x")), "no **Connections.csv**"),
        (up.zipped(("xl/workbook.xml", b"x")), "Excel"),
        (up.zipped(("Connections.csv", bytes(13_000_000))), "far larger"),
        (up.gzipped(bytes(13_000_000)), "far larger"),
        (up.gzipped(b'{"format": "rapport-notebook", "a": "' + bytes(61_000_000)), "far larger"),
        (up.gzipped(b'{"format": "rapport-notebook", "a": [' + b"0," * 6_100_000), "far larger"),
        (up.gzipped(up.LINKEDIN.encode())[:-20], "damaged"),
        (("name," * 200 + "\n" + "Rosa," * 200).encode(), "columns"),
        (b"name,company\n", "nobody"),
        (b"name,company\n" + b"Rosa,Mercy\n" * 30_001, "30,000 rows"),
        (b'name,company\n"' + b"x" * 99_000 + b"\n" + b"x" * 99_000, "Row 2"),
        (b"name,company\nRosa,Mercy\n" + b"," * 9_000_000, "Line 3"),
        (b'name,company\nLeo,X\nRosa,"Mercy\nMia,Northwind\n', "Row 3 cannot be read"),
        (up.LINKEDIN[: up.LINKEDIN.index("First")].encode() + b"Rosa,Vega\n", "missing"),
        (b"{", "breaks off"),
        (b'{"a": 1}', "no notebook of mine"),
        (b"[1, 2]", "no notebook of mine"),
        (b'{"format": "rapport-notebook", "contacts": 7}', "no notebook of mine"),
        (("[" * 100_000).encode(), "no notebook of mine"),
        (b"BEGIN:VCARD\nEND:VCARD\n" * 30_001, "30,000 cards"),
    ],
)
def test_what_is_no_list_of_people_is_refused_with_what_to_do(data: bytes, says: str):
    with pytest.raises(UserError, match=says.replace("*", r"\*").replace(".", r"\.")):
        read(data)


PIECES = st.sampled_from(
    [
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n",
        "name;company\n",
        "BEGIN:VCARD\n",
        "END:VCARD\n",
        "VERSION:2.1\n",
        "N;ENCODING=QUOTED-PRINTABLE:=C3=\n",
        "FN:Rosa\n",
        "ORG:;;\n",
        "PHOTO;BASE64:AAAA\n AAAA\n",
        'Rosa,"Vega\n',
        "Rosa,Vega,,,,,04 Mar 2026\n",
        '"',
        ",,,\n",
        "\0",
        "\r",
        "'=1+1,",
        '{"format": "rapport-notebook", "contacts": [',
        "]}",
        "Notes:\n",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=12).map("".join)
UPLOADS = st.one_of(
    TEXTS.map(str.encode),
    TEXTS.map(lambda text: text.encode("utf-16")),
    st.binary(max_size=300),
    st.binary(max_size=100).map(lambda data: b"PK\x03\x04" + data),
    st.binary(max_size=100).map(lambda data: b"\x1f\x8b" + data),
    TEXTS.map(lambda text: up.zipped(("Connections.csv", text.encode()))),
)


@settings(max_examples=400, deadline=None)
@given(UPLOADS)
def test_no_upload_breaks_a_reader_and_what_is_not_read_has_a_reason(data: bytes):
    try:
        found = read(data)
    except UserError:
        return
    for person in found.rows:
        assert person.values["name"].strip()
        assert all(len(text) <= FIELD_LENGTHS[name] for name, text in person.values.items())
    assert all(one.number > 0 and one.reason for one in found.unreadable)
    numbers = [one.number for one in (*found.rows, *found.unreadable)]
    assert len(numbers) == len(set(numbers))


CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_what_a_spreadsheet_holds_is_what_is_read(rows: list[tuple[str, str, str]]):
    written = io.StringIO()
    csv.writer(written).writerows([("Name", "Company", "Position"), *rows])
    kept: list[Any] = [row for row in rows if any(cell.strip() for cell in row)]
    try:
        found = read(written.getvalue())
    except UserError:
        assert not kept
        return
    assert len(found.rows) + len(found.unreadable) == len(kept)
    plain = [row[0] for row in kept if not is_blank(row[0]) and "'" not in row[0]]
    names = [straight(" ".join(name.split())) for name in plain]
    read_names = [person.values["name"] for person in found.rows]
    assert [name for name in names if name not in read_names] == []

"""Which column means what: read from the names that address books give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Columns = Mapping[str, Sequence[int]]
"""The columns that each field of a person is read from, by number."""

GIVEN, FAMILY, WEB, CONNECTED = "given", "family", "web", "connected"
NAME_PARTS = (GIVEN, FAMILY)
TAGS, OWN = "tags", "own: "
"""Tags with commas between, and the first sign of a field of the member's own."""

COLUMN_FIELDS = ("name", "role", "organization", "school", "email")
"""The fields that a member is asked about when a table's columns are not known."""

_NAMES: dict[str, tuple[str, ...]] = {
    "name": (
        "name",
        "full name",
        "display name",
        "contact name",
        "contact",
        "person",
        "nombre completo",
        "nom complet",
        "vollständiger name",
    ),
    GIVEN: (
        "first name",
        "given name",
        "firstname",
        "middle name",
        "additional name",
        "vorname",
        "weitere vornamen",
        "prénom",
        "deuxième prénom",
        "nombre",
        "segundo nombre",
    ),
    FAMILY: (
        "last name",
        "family name",
        "lastname",
        "surname",
        "nachname",
        "nom",
        "nom de famille",
        "apellidos",
        "apellido",
    ),
    "organization": (
        "organization",
        "organisation",
        "company",
        "employer",
        "workplace",
        "where they work",
        "organization name",
        "organization 1 - name",
        "firma",
        "unternehmen",
        "empresa",
        "compañía",
        "organización",
        "entreprise",
        "société",
    ),
    "role": (
        "role",
        "position",
        "job title",
        "title",
        "job",
        "occupation",
        "what they do",
        "organization title",
        "organization 1 - title",
        "beruf",
        "puesto",
        "cargo",
        "poste",
        "fonction",
    ),
    "email": (
        "email",
        "e-mail",
        "email address",
        "e-mail address",
        "e-mail 1 - value",
        "email 1 - value",
        "e-mail 2 - value",
        "e-mail 2 address",
        "e-mail 3 address",
        "mail",
        "e-mail-adresse",
        "adresse e-mail",
        "adresse de messagerie",
        "courriel",
        "correo",
        "correo electrónico",
        "dirección de correo electrónico",
    ),
    "phone": (
        "phone",
        "mobile phone",
        "mobile",
        "phone number",
        "telephone",
        "phone 1 - value",
        "primary phone",
        "business phone",
        "home phone",
        "telefon",
        "mobiltelefon",
        "telefon geschäftlich",
        "telefon privat",
        "téléphone",
        "téléphone mobile",
        "teléfono",
        "teléfono móvil",
        "móvil",
    ),
    "linkedin": ("linkedin", "linkedin url", "linkedin profile", "profile url", "url"),
    WEB: ("website", "web page", "website 1 - value", "website 2 - value", "personal web page"),
    "school": ("school", "university", "college", "alma mater", "education"),
    "field": ("field", "industry"),
    "address": ("address", "address 1 - formatted", "home address", "business address"),
    "how_known": ("how known", "how do you know them?", "how we know each other"),
    "connection": ("connection",),
    "notes": ("notes", "note", "comments", "comment", "notizen"),
    CONNECTED: ("connected on",),
    TAGS: ("tags", "labels", "group membership", "categories"),
}
OF_NOBODY = frozenset({"mycontacts", "my contacts", "starred"})
"""The labels that Google puts on everybody."""

_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}
_VORNAME = frozenset({"vorname", "prénom"})
_OF_GOOGLE = frozenset({"e-mail 1 - value", "e-mail 1 - label", "phone 1 - value", "labels"})
_OF_OUTLOOK = frozenset({"e-mail address", "e-mail display name", "business phone", "job title"})
_OURS = frozenset({"name", "role", "organization", "how known", "connection"})


def tidy(name: str) -> str:
    """Give a column's name as it is looked up: "E_Mail  Address " is "e mail address"."""
    return " ".join(name.replace("_", " ").strip("\ufeff*: ").casefold().split())


def guess_columns(names: Sequence[str]) -> dict[str, list[int]]:
    """Tell fields by the names of columns; a field with several columns is read from the first."""
    found: dict[str, list[int]] = {}
    has_jobs = any(tidy(name) == "job title" for name in names)
    for number, name in enumerate(names):
        if has_jobs and tidy(name) == "title":  # Outlook's "Dr."
            continue
        field = _own_field(name) or _FIELD_OF.get(tidy(name))
        if field is not None:
            found.setdefault(field, []).append(number)
    if FAMILY not in found and _is_beside_first_names(names, found):
        found[FAMILY] = found.pop("name")
    if "name" in found:  # the whole name says all that its parts say
        found.pop(GIVEN, None)
        found.pop(FAMILY, None)
    return found


def _is_beside_first_names(names: Sequence[str], found: Columns) -> bool:
    """Tell whether "Name" says the family's, as it does in German beside "Vorname"."""
    given = {tidy(names[number]) for number in found.get(GIVEN, ())}
    whole = [tidy(names[number]) for number in found.get("name", ())]
    return whole == ["name"] and not given.isdisjoint(_VORNAME)


def _own_field(name: str) -> str:
    sign, colon, rest = name.strip("\ufeff ").partition(":")
    return f"{OWN}{rest.strip()}" if colon and rest.strip() and f"{tidy(sign)}: " == OWN else ""


def has_name(columns: Columns) -> bool:
    """Tell whether a person's name can be read from such columns."""
    return any(field in columns for field in ("name", GIVEN, FAMILY))


def kind_of(names: Sequence[str]) -> str:
    """Tell whose table has columns of these names; "CSV" for anybody's."""
    there = {tidy(name) for name in names}
    if there >= {"first name", "last name"} and there & {"connected on", "position"}:
        return "LinkedIn"
    if there & _OF_GOOGLE:
        return "Google"
    if len(there & _OF_OUTLOOK) > 1:
        return "Outlook"
    return "Rapport" if there >= _OURS else "CSV"

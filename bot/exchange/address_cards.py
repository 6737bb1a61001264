"""Address cards: vCard 2.1, 3.0 and 4.0, each read by itself, so that one cannot spoil the rest.

Read here, in time that grows with the text alone: the library for it falls into an expression that
never ends at a line such as "FN;a=b;a=b;…", and nothing else in the process could run meanwhile.
"""

from __future__ import annotations

import quopri
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.errors import UserError
from bot.exchange.columns import OF_NOBODY
from bot.exchange.tables import MOST_ROWS, Row, Table, Unreadable

_COLUMNS = (
    "name",
    "organization",
    "role",
    "email",
    "phone",
    "linkedin",
    "website",
    "address",
    "notes",
    "tags",
)
_READ = frozenset(
    {
        *("FN", "N", "ORG", "TITLE", "ROLE", "EMAIL", "TEL", "URL", "ADR", "NOTE"),
        *("X-SOCIALPROFILE", "X-LINKEDIN", "CATEGORIES"),
        *("KIND", "X-ADDRESSBOOKSERVER-KIND"),
    }
)
_LONGEST = 40_000  # characters of one line that is read; pictures are not
_BEGIN, _END = "BEGIN:VCARD", "END:VCARD"
_QUOTED = "QUOTED-PRINTABLE"
_PIECES = re.compile(r"\\.|;|[^\\;]+|\\", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_HEADING = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):", re.ASCII)
_CHARSET = re.compile(r";CHARSET=\"?([\w-]+)", re.ASCII | re.IGNORECASE)


def read_address_cards(text: str) -> Table:
    """Read address cards; a card that cannot be read is named by its number, and the rest stand.

    Raises UserError for too many.
    """
    cards = list(_cards(text))
    if len(cards) > MOST_ROWS:
        raise UserError(
            f"There are more than {MOST_ROWS:,} cards in that file. Split it and send one part at "
            "a time."
        )
    rows: list[Row] = []
    unreadable: list[Unreadable] = []
    for number, card in enumerate(cards, 1):
        if card is None:
            unreadable.append(Unreadable(number, "the card never ends"))
            continue
        found = _properties(card)
        if _is_group(found):
            unreadable.append(Unreadable(number, "it is a list of people, not a person"))
        else:
            rows.append(Row(number, _cells(found)))
    return Table("vCard", _COLUMNS, tuple(rows), tuple(unreadable))


def _cards(text: str) -> Iterator[list[str] | None]:
    """Cut a file into the lines of its cards; None for a card that never ends."""
    card: list[str] | None = None
    # Single cards that were put together bring the mark before a text with them, each its own.
    for line in text.replace("\ufeff", "").split("\n"):
        sign = line.strip().upper() if line[:1] in "BEbe" else ""
        if sign == _BEGIN:
            if card is not None:
                yield None
            card = []
        elif card is not None and sign == _END:
            yield card
            card = None
        elif card is not None:
            card.append(line)
    if card is not None:
        yield None


def _properties(card: Sequence[str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in _unfolded(card):
        heading = _HEADING.match(line[:1000])
        name = heading[1].upper() if heading else ""
        if heading and name in _READ and len(line) <= _LONGEST:
            value = line[heading.end() :]
            found[name].append(_decoded(value, heading[2]).strip())
    return found


def _is_group(found: Mapping[str, Sequence[str]]) -> bool:
    kinds = (*found.get("KIND", ()), *found.get("X-ADDRESSBOOKSERVER-KIND", ()))
    return any(kind.casefold() == "group" for kind in kinds)


def _unfolded(card: Sequence[str]) -> Iterator[str]:
    """Join the lines of one property: the next begins with a space, or this one ends with "="."""
    parts: list[str] = []
    for line in card:
        is_soft = bool(parts) and parts[-1].endswith("=") and _QUOTED in parts[0].upper()
        if parts and is_soft:
            parts[-1] = parts[-1][:-1]
            parts.append(line)
        elif parts and line[:1] in (" ", "\t"):
            parts.append(line[1:])
        else:
            if parts:
                yield "".join(parts)
            parts = [line]
    if parts:
        yield "".join(parts)


def _decoded(value: str, parameters: str) -> str:
    if _QUOTED not in parameters.upper():
        return value
    charset = _CHARSET.search(parameters)
    data = quopri.decodestring(value.encode("utf-8", "replace"))
    try:
        return data.decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _cells(found: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    def first(name: str) -> str:
        return next((plain for text in found.get(name, ()) if (plain := _plain(text))), "")

    def parts(name: str) -> list[str]:
        return _parts(next((text for text in found.get(name, ()) if text), ""))

    web = [*found.get("URL", ()), *found.get("X-SOCIALPROFILE", ())]
    family, given, additional = [*parts("N"), "", "", ""][:3]
    return (
        first("FN") or " ".join(part for part in (given, additional, family) if part),
        ", ".join(part for part in parts("ORG") if part),
        first("TITLE") or first("ROLE"),
        first("EMAIL").removeprefix("mailto:"),
        first("TEL").removeprefix("tel:"),
        first("X-LINKEDIN"),
        " ".join(map(_plain, web)),
        ", ".join(part for part in parts("ADR") if part),
        first("NOTE"),
        ", ".join(tag for text in found.get("CATEGORIES", ()) for tag in _tags(text)),
    )


def _tags(value: str) -> list[str]:
    tags = (" ".join(part.split()) for part in _plain(value).split(","))
    return [tag for tag in tags if tag and tag.casefold() not in OF_NOBODY]


def _parts(value: str) -> list[str]:
    """Take apart what stands between semicolons that are not escaped."""
    parts = [""]
    for piece in _PIECES.findall(value):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return [_plain(part) for part in parts]


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], text).strip()
